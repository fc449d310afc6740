"""One real portal, with somebody registered at it, for the tests over real HTTP."""

from __future__ import annotations

import io
import re
from collections.abc import Generator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pikepdf
import pytest
from PIL import Image

from kiosk.card.jpki import JpkiSession
from kiosk.card.profile import KeyUse
from kiosk.clock import japan_date
from kiosk.forms.load import load_form
from kiosk.forms.model import Context, PersonFacts
from kiosk.portal import contract as c
from kiosk.portal.client import PortalClient
from kiosk.portal.signing import Signed
from kiosk.portal.statements import RegistrationForm
from kiosk.settings import PortalSettings
from tests.portal.support import Pauses
from tests.support.answers import ALONE, valid_answers
from tests.support.cards import SECRETS, authority, connect, issue
from tests.support.portal import PortalProcess, link_in

PASSWORD = "Mihon-12345"


class CardKey:
    """A key of the virtual card, through the kiosk's own card room; the secret is shown for each signature."""

    def __init__(self, session: JpkiSession, use: KeyUse) -> None:
        self._session, self._use = session, use
        session.verify(use, bytearray(SECRETS[use]))
        self.certificate = session.read_certificate(use)

    def sign(self, message: bytes) -> Signed:
        self._session.verify(self._use, bytearray(SECRETS[self._use]))
        signature = self._session.sign(self._use, message)
        return Signed(signature.algorithm, signature.value)


@dataclass
class Office:
    """A running portal and the person who is registered there."""

    process: PortalProcess
    authentication: CardKey
    signing: CardKey
    form: RegistrationForm
    authentication_id: str = ""

    @property
    def port(self) -> int:
        return int(self.process.origin.rpartition(":")[2])

    def client(self, transport: httpx.BaseTransport | None = None) -> PortalClient:
        settings = PortalSettings(origin=self.process.origin, timeout_seconds=20.0)
        return PortalClient(settings, "station-1", transport, pause=Pauses())

    def logged_in(self, transport: httpx.BaseTransport | None = None) -> PortalClient:
        portal = self.client(transport)
        portal.log_in(self.authentication, self.authentication_id, bytearray(PASSWORD.encode()))
        return portal

    def content(self, account: c.Account) -> c.ApplicationContent:
        who = account.person
        person = PersonFacts(
            name=who.name,
            birth_date=who.birth_date_text,
            sex=who.sex,
            address=who.address,
            nationality=account.nationality,
            residence_card_number=account.residence_card_number,
            phone=account.phone,
            email=account.email,
        )
        context = Context(account.user_kind.value, japan_date(datetime.now(UTC)), person)
        answers = valid_answers(load_form("extension", "gijinkoku"), context, given=ALONE)
        receipt = c.ReceiptMethod(method="01", notification_email="kakuu.mihon@example.com")
        return c.ApplicationContent(
            procedure="extension", status_of_residence="gijinkoku", answers=answers, receipt=receipt
        )


@pytest.fixture(scope="session", params=["rsa", "secp384r1"])
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Generator[Office]:
    """A portal, and a person who is registered there, with a card of today's kind or of the next."""
    folder = tmp_path_factory.mktemp("portal")
    card = issue(request.param)
    authority(request.param).write_trust(folder / "trust", datetime.now(UTC))
    session = JpkiSession.start(connect(card))
    with PortalProcess(folder, folder / "trust") as process:
        form = RegistrationForm(
            c.UserKind.APPLICANT, "kakuu.mihon@example.com", "09000000000", "110", "XX00000000XX", "", "en"
        )
        keys = CardKey(session, KeyUse.AUTHENTICATION), CardKey(session, KeyUse.SIGNING)
        made = Office(process, *keys, form)
        with made.client() as portal:
            made.form = replace(form, terms_version=portal.status().terms_version)
            receipt = portal.register(made.signing, made.authentication, made.form)
        assert receipt.outcome == "created"
        link = link_in(process.wait_for_mail(lambda mail: "/link/" in mail["text"]))
        page = httpx.post(link, data={"password": PASSWORD, "again": PASSWORD}, timeout=60)
        shown = re.search(r"id='authentication-id'>([^<]+)<", page.text)
        assert shown is not None
        made.authentication_id = shown[1]
        yield made


@pytest.fixture(scope="session")
def pdf() -> bytes:
    """A PDF of two and a half parts."""
    document = pikepdf.new()
    document.add_blank_page()
    noise = (b"KAKUU MIHON %08d\n" % number for number in range(125_000))
    document.Root.Filler = pikepdf.Stream(document, b"".join(noise))
    out = io.BytesIO()
    document.save(out, compress_streams=False)
    return out.getvalue()


@pytest.fixture(scope="session")
def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (600, 800), "white").save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def scan(pdf: bytes, tmp_path: Path) -> Path:
    file = tmp_path / "見本 scan.pdf"
    file.write_bytes(pdf)
    return file
