"""The portal as a process: the kiosk's own client, real SMTP, the office's commands, a clean end."""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from kiosk.card.virtual.authority import TestAuthority
from kiosk.card.virtual.store import CardContent
from kiosk.portal.client import PortalClient
from kiosk.portal.contract import ApplicationContent, ApplicationState, AttachmentKind, UserKind
from kiosk.portal.errors import LoginFailed, PortalMaintenance, PortalRegion
from kiosk.portal.statements import RegistrationForm, submission_request
from kiosk.portal.uploads import FileMeta
from kiosk.settings import PortalSettings
from tests.reference_portal.answers import DOCUMENT, PHOTO, REQUIRED, content
from tests.reference_portal.conftest import fresh_database
from tests.reference_portal.people import DEVICE, PASSWORD, CardKey
from tests.support.portal import PortalProcess, link_in


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def running(
    request: pytest.FixtureRequest, tmp_path: Path, authority: TestAuthority, card: CardContent
) -> Generator[tuple[PortalProcess, dict[str, CardKey]]]:
    authority.write_trust(tmp_path / "trust")
    keys = {use: CardKey(key.certificate, key.private_key) for use, key in card.keys.items()}
    url = ""
    if request.param == "postgres":
        server, template = request.getfixturevalue("postgres_template")
        with fresh_database(server, template) as url, PortalProcess(tmp_path, tmp_path / "trust", database=url) as made:
            yield made, keys
        return
    with PortalProcess(tmp_path, tmp_path / "trust", database=url, alone=True) as made:
        yield made, keys


def client_of(portal: PortalProcess) -> PortalClient:
    return PortalClient(PortalSettings(origin=portal.origin), DEVICE)


def form(client: PortalClient) -> RegistrationForm:
    return RegistrationForm(
        user_kind=UserKind.APPLICANT,
        email="kakuu.mihon@example.com",
        phone="09000000000",
        nationality="110",
        residence_card_number="XX00000000XX",
        terms_version=client.terms("ja").version,
        language="ja",
    )


def set_password(portal: PortalProcess) -> str:
    """Open the page of the approval mail, set the password and return the authentication ID."""
    mail = portal.wait_for_mail(lambda mail: "承認" in mail["subject"])
    page = httpx.post(link_in(mail), data={"password": PASSWORD, "again": PASSWORD}, timeout=60)
    assert page.status_code == 200
    return page.text.partition("id='authentication-id'>")[2].partition("<")[0]


def attach(
    client: PortalClient, application_id: str, kind: AttachmentKind, file: Path, document: str = "tax_certificates"
) -> None:
    media = "image/jpeg" if kind is AttachmentKind.PHOTO else "application/pdf"
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    key = "" if kind is AttachmentKind.PHOTO else document
    client.upload(application_id, FileMeta(kind, key, file.name, media, digest), file)


def test_from_registration_to_the_result(running: tuple[PortalProcess, dict[str, CardKey]]) -> None:
    portal, keys = running
    with client_of(portal) as client:
        assert client.register(keys["signing"], keys["authentication"], form(client)).outcome == "created"
        authentication_id = set_password(portal)
        with pytest.raises(LoginFailed):
            client.log_in(keys["authentication"], authentication_id, bytearray(b"Wrong-12345"))
        client.log_in(keys["authentication"], authentication_id, bytearray(PASSWORD.encode()))
        held = client.create_application(ApplicationContent.model_validate(content()), key_for(1))
        application_id = held.application.application_id
        attach(client, application_id, AttachmentKind.PHOTO, PHOTO)
        for document in REQUIRED:
            attach(client, application_id, AttachmentKind.DOCUMENT, DOCUMENT, document)
        held = client.application(application_id)
        request = submission_request(key_for(2), held.application.content, held.application.attachments)
        receipt = client.submit(application_id, request, held.etag)
        portal.wait_for_mail(lambda mail: receipt.reception_number in mail["text"])
        portal.admin("examine", receipt.reception_number)
        portal.admin("request-documents", receipt.reception_number, "tax_certificates")
        attach(client, application_id, AttachmentKind.DOCUMENT, DOCUMENT)
        client.answer_documents(application_id, "", key_for(3))
        portal.admin("grant", receipt.reception_number, "--period", "0300000", "--until", "2030-01-31")
        portal.wait_for_mail(lambda mail: "審査完了" in mail["subject"])
        granted = client.application(application_id).application
        assert granted.state is ApplicationState.MAIL_IN
        assert granted.decision is not None
        assert granted.decision.period_of_stay == "3年"
        portal.admin("dispatch", receipt.reception_number)
        portal.admin("received", receipt.reception_number)
        assert client.application(application_id).application.state is ApplicationState.RECEIVED
        client.log_out()


def key_for(number: int) -> str:
    return f"01a205ab-e1cc-7acb-a009-{number:012d}"


def test_maintenance_and_networks_from_the_command_line(running: tuple[PortalProcess, dict[str, CardKey]]) -> None:
    portal, _keys = running
    with client_of(portal) as client:
        portal.admin("maintenance", "now", "--minutes", "30")
        assert client.status().state == "maintenance"
        with pytest.raises(PortalMaintenance):
            client.terms("ja")
        portal.admin("maintenance", "off")
        portal.admin("maintenance", "schedule", "2099-01-01T00:00", "2099-01-01T09:00")
        status = client.status()
        assert (status.state, len(status.windows)) == ("open", 1)
        assert status.windows[0].starts == datetime(2098, 12, 31, 15, 0, tzinfo=UTC)
        assert portal.admin("networks").split() == ["127.0.0.0/8", "::1/128"]
        portal.admin("networks", "--add", "203.0.113.0/24")
        with pytest.raises(PortalRegion):
            client.status()
        portal.admin("networks", "--remove", "203.0.113.0/24")
        assert client.status().state == "open"


def test_it_ends_cleanly_and_comes_back_with_its_data(running: tuple[PortalProcess, dict[str, CardKey]]) -> None:
    portal, keys = running
    with client_of(portal) as client:
        client.register(keys["signing"], keys["authentication"], form(client))
    authentication_id = set_password(portal)
    assert portal.stop_portal() == 0
    portal.start_portal(port=int(portal.origin.rsplit(":", 1)[1]))
    with client_of(portal) as client:
        client.log_in(keys["authentication"], authentication_id, bytearray(PASSWORD.encode()))
        assert client.account().authentication_id == authentication_id


def test_the_log_holds_codes_and_ids_alone(tmp_path: Path, authority: TestAuthority, card: CardContent) -> None:
    """Everything a process writes, while things go right and wrong."""
    authority.write_trust(tmp_path / "trust")
    words = ["serve", "--database", f"sqlite:///{tmp_path / 'x.sqlite'}", "--port", "0", "--fast-hash"]
    folders = ["--trust", str(tmp_path / "trust"), "--attachments", str(tmp_path / "a"), "--smtp", "127.0.0.1:1"]
    command = [sys.executable, "-m", "reference_portal", *words, *folders]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = process.stdout.readline()
        portal = PortalProcess(tmp_path, tmp_path / "trust", origin=json.loads(told)["origin"])
        keys = {use: CardKey(key.certificate, key.private_key) for use, key in card.keys.items()}
        with client_of(portal) as client:
            client.register(keys["signing"], keys["authentication"], form(client))
            with pytest.raises(LoginFailed):
                client.log_in(keys["authentication"], "KAKUU-ID", bytearray(PASSWORD.encode()))
        httpx.get(f"{portal.origin}/v1/nowhere?name=KAKUU", timeout=60)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0
    assert out == ""
    assert "login-failed" in err
    assert "not-found" in err
    for private in ("KAKUU", "MIHON", "example.com", PASSWORD, "XX00000000XX", "Traceback", "/v1/", "127.0.0.1"):
        assert private not in err
