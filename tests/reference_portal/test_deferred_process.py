"""A real portal that is killed in the middle, restarted, rotated, and asked by everybody at once."""

from __future__ import annotations

import json
import threading
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select, update

from kiosk.card.virtual.authority import TestAuthority
from kiosk.card.virtual.store import CardContent
from reference_portal import audit
from reference_portal.config import PortalConfig
from reference_portal.database.engine import Database
from reference_portal.database.filing import ApplicationRow
from reference_portal.database.office import MailRow
from reference_portal.portal import Portal
from tests.reference_portal.conftest import fresh_database
from tests.reference_portal.people import Person
from tests.reference_portal.sealed import Deferred, signed
from tests.reference_portal.test_process import set_password
from tests.reference_portal.world import HandClock, World
from tests.support.portal import PortalProcess

WORDS = {409: "in-progress", 429: "rate", 503: "maintenance"}


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def process(request: pytest.FixtureRequest, tmp_path: Path, authority: TestAuthority) -> Generator[PortalProcess]:
    authority.write_trust(tmp_path / "trust")
    if request.param == "sqlite":
        with PortalProcess(tmp_path, tmp_path / "trust") as made:
            yield made
        return
    server, template = request.getfixturevalue("postgres_template")
    with fresh_database(server, template) as url, PortalProcess(tmp_path, tmp_path / "trust", database=url) as made:
        yield made


@pytest.fixture
def somebody(process: PortalProcess, authority: TestAuthority, card: CardContent) -> Generator[Person]:
    """A registered person, and a second look at the database and the files of the process."""
    folder = process.folder
    config = PortalConfig(
        origin=process.origin, trust=process.trust, attachments=folder / "attachments", keys=folder / "keys"
    )
    clock = HandClock(datetime.now(UTC))
    portal = Portal.build(config, Database(process.database), clock)
    client = httpx.Client(base_url=process.origin, timeout=60, limits=httpx.Limits(max_connections=50))
    person = Person(World(portal, client, authority, clock, None), card)
    assert person.register().status_code == 202
    person.authentication_id = set_password(process)
    yield person
    client.close()
    portal.database.close()


def restart(process: PortalProcess) -> None:
    process.start_portal(port=int(process.origin.rsplit(":", 1)[1]))


def received(person: Person) -> int:
    with person.world.portal.database.read() as db:
        assert audit.broken_at(db) is None
        return db.scalar(select(func.count()).where(ApplicationRow.submission_id.is_not(None))) or 0


def until_received(made: Deferred, envelope: dict[str, Any]) -> dict[str, Any]:
    """Send as a station would after a doubt: files that are missing, then the same envelope again."""
    for _ in range(50):
        answer = made.post(envelope)
        if answer.status_code == 201:
            receipt: dict[str, Any] = answer.json()
            return receipt
        assert answer.json()["code"] in ("incomplete", "in-progress"), answer.text
        made.upload()
    raise AssertionError("never received")


@pytest.mark.parametrize("seconds", [0.03, 0.15, 0.4])
def test_killed_while_it_takes_a_submission(process: PortalProcess, somebody: Person, seconds: float) -> None:
    made = signed(somebody)
    envelope = made.envelope()
    made.upload()
    answers: list[Any] = []

    def send() -> None:
        try:
            answers.append(made.post(envelope))
        except httpx.TransportError as error:
            answers.append(error)

    sender = threading.Thread(target=send)
    sender.start()
    threading.Event().wait(seconds)  # the fault, not a wait for anything
    process.kill_portal()
    sender.join()
    restart(process)
    receipt = until_received(made, envelope)
    if isinstance(answers[0], httpx.Response) and answers[0].status_code == 201:
        assert answers[0].json() == receipt
    assert made.ask().json() == receipt
    assert received(somebody) == 1
    with somebody.world.portal.database.write() as db:
        # The portal may have died with the mail in its hand: its lease of two minutes is over at once.
        db.execute(update(MailRow).where(MailRow.delivered_at.is_(None)).values(due_at=datetime.now(UTC)))
    process.wait_for_mail(lambda mail: receipt["reception_number"] in mail["text"])
    mails = [mail["text"] for mail in process.mails() if receipt["reception_number"] in mail["text"]]
    assert len(mails) <= 2  # it may have died between the mail and the note of it: then the same goes again
    assert len(set(mails)) == 1


def test_keys_outlive_a_restart_and_a_rotation(process: PortalProcess, somebody: Person) -> None:
    pin = process.sealing_pin
    made = signed(somebody)
    envelope = made.envelope()
    process.admin("sealing-key", "rotate")
    listed = [json.loads(line) for line in process.admin("sealing-key", "list").splitlines()]
    assert len(listed) == 4
    assert all(set(item) == {"key_id", "suite", "valid_from", "valid_until"} for item in listed)
    process.kill_portal()
    restart(process)
    assert process.sealing_pin == pin == somebody.world.pin
    assert signed(somebody).sealing_key().key_id != envelope["key_id"]
    made.upload()
    assert made.post(envelope).status_code == 201


def test_after_maintenance_everybody_comes_at_once(process: PortalProcess, somebody: Person) -> None:
    """60 stations: each gets its answer, or is told when to come again; nothing else, and nothing twice."""
    whole = [signed(somebody) for _ in range(4)]
    for made in whole:
        made.upload()
    all_of_them = whole + [signed(somebody, files=whole[0].files) for _ in range(56)]
    key = whole[0].sealing_key()
    envelopes = [made.envelope(key=key) for made in all_of_them]
    process.admin("maintenance", "now", "--minutes", "30")
    told: list[tuple[int, str]] = []

    def send(made: Deferred, envelope: dict[str, Any]) -> int:
        for _ in range(400):
            answer = made.post(envelope)
            if answer.status_code not in WORDS:
                return answer.status_code
            told.append((answer.status_code, answer.headers["retry-after"]))
            assert answer.json()["code"] == WORDS[answer.status_code]
            threading.Event().wait(min(int(answer.headers["retry-after"]), 20) / 20)
        raise AssertionError("never answered")

    with ThreadPoolExecutor(40) as pool:
        sent = [pool.submit(send, *pair) for pair in zip(all_of_them, envelopes, strict=True)]
        process.admin("maintenance", "off")
        got = [item.result() for item in sent]
    assert got == [201] * len(whole) + [422] * 56  # the others have not sent their files
    assert {status for status, _wait in told} <= set(WORDS)
    assert {429, 503} <= {status for status, _wait in told}
    assert all(int(wait) >= 1 for _status, wait in told)
    assert len({wait for status, wait in told if status == 429}) > 1
    assert received(somebody) == len(whole)
