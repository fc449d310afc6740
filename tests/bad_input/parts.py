"""A station whose parts are all real: the virtual card through the card room, a portal process, a store on the disk."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from kiosk.app import KioskApp
from kiosk.card.virtual.reader import VirtualReaders
from kiosk.card.virtual.store import CardContent, load_card, save_card
from kiosk.clock import utc_now
from kiosk.filing.application import new_draft
from kiosk.forms.load import load_form
from kiosk.forms.model import Context
from kiosk.identity import log_in, sign_registration, unlock
from kiosk.paths import config_dir
from kiosk.portal import contract as c
from kiosk.portal.client import PortalClient
from kiosk.portal.statements import RegistrationForm
from kiosk.screens.drafting import Drafting, create_draft, facts_of
from kiosk.screens.journeys.answers import resume
from kiosk.services import Services
from kiosk.settings import AttachmentSettings, CardSettings, PortalSettings, StoreSettings
from tests.support import cards
from tests.support.answers import ALONE, valid_answers, valid_receipt
from tests.support.portal import PortalProcess, link_in
from tests.support.screens import ScreenApp, journey_app, settings_for_tests

PIN = cards.PIN.decode()
SIGNING = cards.PASSWORD.decode()
PASSWORD = "Mihon-12345"
FILES = config_dir() / "demo" / "files"

Route = Callable[[KioskApp], Awaitable[Any]]


@dataclass
class Desk:
    """A station with its own card and store.

    Args:
        folder: where card and store lie.
        portal: the running portal.
        content: the card on the reader.
        email: under which its holder registers; one of its own where mails are told apart by it.
        origin: of the portal; another one than its own only where that is the subject.
        transport: the way to the portal; plain HTTP unless given.
    """

    folder: Path
    portal: PortalProcess
    content: CardContent = field(repr=False)
    email: str = "kakuu@example.com"
    origin: str = ""
    transport: httpx.BaseTransport | None = None
    authentication_id: str = ""
    programs: list[Services] = field(default_factory=list[Services], repr=False)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.put(self.content)
        self.services = self.station()

    def station(self) -> Services:
        """Return the adapters of a program that begins now: another call is another program on the same machine."""
        settings = settings_for_tests(
            card=CardSettings(
                source="virtual", virtual_card=str(self.folder / "card.json"), trust_anchors=str(self.portal.trust)
            ),
            store=StoreSettings(folder=str(self.folder / "store"), key_source="file"),
            portal=PortalSettings(origin=self.origin or self.portal.origin),
            attachments=AttachmentSettings(folders=(str(self.folder / "files"),)),
        )
        made = Services(settings)
        if self.transport is not None:
            made.__dict__["portal"] = PortalClient(settings.portal, settings.device_id, self.transport)
        self.programs.append(made)
        return made

    def close(self) -> None:
        """Give back what any of the programs opened."""
        for program in self.programs:
            program.close()

    # --- the card ----------------------------------------------------------------------------------------------------

    def put(self, content: CardContent) -> None:
        """Lay another card on the reader."""
        save_card(content, self.folder / "card.json")

    def tries(self, use: str = "authentication") -> int:
        """Return the tries left as the card's file says now."""
        return load_card(self.folder / "card.json").secrets[use].tries_left

    @property
    def reader(self) -> VirtualReaders:
        """The reader, whose card can be pulled."""
        source = self.services.cards.source
        assert isinstance(source, VirtualReaders)
        return source

    # --- the person --------------------------------------------------------------------------------------------------

    def form(self) -> RegistrationForm:
        """Return what the person enters to register."""
        terms = self.services.portal.status().terms_version
        return RegistrationForm(c.UserKind.APPLICANT, self.email, "09000000000", "110", "XX00000000XX", terms, "en")

    def register(self) -> Desk:
        """Register the card's holder at the portal, choose the password behind the mailed link, and return the desk."""
        prepared, _ = sign_registration(
            self.services, None, bytearray(cards.PIN), bytearray(cards.PASSWORD), self.form(), lambda _key, _share: None
        )
        assert self.services.portal.send_registration(prepared).outcome == "created"
        self.authentication_id = self.password_chosen()
        return self

    def password_chosen(self) -> str:
        """Open the mailed link, choose the password, and return the authentication ID that is shown."""
        mail = self.portal.wait_for_mail(lambda mail: self.email in mail["to"] and "/link/" in mail["text"])
        page = httpx.post(link_in(mail), data={"password": PASSWORD, "again": PASSWORD}, timeout=60)
        shown = re.search(r"id='authentication-id'>([^<]+)<", page.text)
        assert shown is not None
        return shown[1]

    # --- the program -------------------------------------------------------------------------------------------------

    def app(self, route: Route, services: Services | None = None) -> ScreenApp:
        """Return the program in English, running ``route``."""
        return journey_app(route, "en", services or self.services)

    def signed_in(self, route: Route, services: Services | None = None) -> ScreenApp:
        """Return the program, running ``route`` after the person has signed in."""

        async def whole(app: KioskApp) -> Any:
            await asyncio.to_thread(self.sign_in, app)
            return await route(app)

        return self.app(whole, services)

    def sign_in(self, app: KioskApp) -> None:
        """Sign the person in with the card, the authentication ID and the password."""
        app.visit.owner = unlock(app.services, None, bytearray(cards.PIN))
        password = bytearray(PASSWORD.encode())
        session = log_in(app.services, None, bytearray(cards.PIN), self.authentication_id, password)
        app.visit.account = session.account

    def whole_draft(self, app: KioskApp, **changes: Any) -> str:
        """Store a draft that lacks nothing, photo and documents included, and return its id."""
        owner, account, store = app.visit.owner, app.visit.account, app.services.store
        assert owner is not None
        assert account is not None
        facts, form = facts_of(account), load_form("extension", "gijinkoku")
        context = Context("applicant", datetime.now(UTC).date(), facts)
        given = {**valid_answers(form, context, given=ALONE), **valid_receipt(form, context), **changes}
        base = new_draft("extension", "gijinkoku", "applicant", "rasens", utc_now())
        draft_id = create_draft(store, owner, base, facts, given)
        store.attach(owner, draft_id, "photo", "photo.jpg", "image/jpeg", (FILES / "photo.jpg").read_bytes())
        paper = (FILES / "tax-certificates.pdf").read_bytes()
        for document in ("organisation_sheets", "category_proof"):
            store.attach(owner, draft_id, document, f"{document}.pdf", "application/pdf", paper)
        return draft_id

    def with_draft(
        self, route: Callable[[KioskApp, Drafting], Awaitable[Any]], services: Services | None = None, **changes: Any
    ) -> ScreenApp:
        """Return the program, running ``route`` with a draft that lacks nothing; ``changes`` are other answers."""

        async def drafted(app: KioskApp) -> Any:
            drafting = await resume(app, await asyncio.to_thread(lambda: self.whole_draft(app, **changes)))
            assert drafting is not None
            return await route(app, drafting)

        return self.signed_in(drafted, services)
