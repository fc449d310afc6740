"""Journeys with real parts: a portal process with its mailbox, a virtual card, an encrypted store, a person signed in.

    town = open_town(folder)                       # once a test run: somebody is registered at the portal
    station = Station(town, tmp_path)              # once a test: their card, a store, a folder as a stick
    app = station.app(lambda app: send(app, station.drafting(station.drafted())))
    async with app.run_test() as pilot: ...

The clock is the real one, as the portal's is.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from textual.pilot import Pilot

from kiosk.app import KioskApp
from kiosk.card.profile import KeyUse
from kiosk.card.virtual.store import CardContent, save_card
from kiosk.delivery import Parcel, deliver
from kiosk.demo.inside import PASSWORD, choose_password
from kiosk.filing.application import new_draft
from kiosk.forms.load import load_form
from kiosk.identity import log_in, log_in_staff, sign_registration, unlock
from kiosk.offline_queue.autosave import Autosave
from kiosk.offline_queue.keys import Owner
from kiosk.paths import config_dir
from kiosk.portal import contract as c
from kiosk.portal.client import PortalClient
from kiosk.portal.statements import RegistrationForm
from kiosk.screens.drafting import PHOTO_SLOT, Drafting, Value, create_draft, facts_of
from kiosk.screens.journeys.send import content_of, parcel_file
from kiosk.services import Services
from kiosk.settings import AttachmentSettings, CardSettings, PortalSettings, Settings, StoreSettings
from kiosk.widgets.choices import ChoiceList
from kiosk.widgets.text import Line
from tests.portal.support import Pauses
from tests.support.answers import ALONE, valid_answers, valid_receipt
from tests.support.cards import PIN, SECRETS, authority, issue
from tests.support.portal import PortalProcess, link_in
from tests.support.screens import Journey, ScreenApp, journey_app, settings_for_tests

EMAIL = "kakuu.mihon@example.com"
FILES = {
    PHOTO_SLOT: "photo.jpg",
    "organisation_sheets": "organisation-sheet.pdf",
    "category_proof": "category-proof.pdf",
}
"""What an extension needs, and the demo's file for it."""


def demo_file(name: str) -> Path:
    """Return one of the demo's invented files."""
    return config_dir() / "demo" / "files" / name


class Town:
    """A running portal, and an invented person who is registered there.

    Args:
        process: the portal.
        card: the person's card.
        trust: the folder of CA certificates.
    """

    def __init__(self, process: PortalProcess, card: CardContent, trust: Path) -> None:
        self.process = process
        self.card = card
        self.trust = trust
        self.authentication_id = ""

    def register(self, folder: Path, kind: c.UserKind = c.UserKind.APPLICANT) -> None:
        """Register the person as the kiosk does, and choose the password on the page of the mail."""
        services, email = self.services(folder), EMAIL if kind is c.UserKind.APPLICANT else f"{kind}@example.com"
        form = RegistrationForm(kind, email, "09000000000", "110", "XX00000000XX", "", "en")
        form = replace(form, terms_version=services.portal.status().terms_version)
        pin, password = bytearray(SECRETS[KeyUse.AUTHENTICATION]), bytearray(SECRETS[KeyUse.SIGNING])
        prepared, _person = sign_registration(services, None, pin, password, form, _take_no_notice)
        try:
            services.portal.send_registration(prepared)
        finally:
            services.close()
        self.authentication_id = choose_password(
            link_in(self.process.wait_for_mail(lambda mail: "/link/" in mail["text"] and email in mail["to"]))
        )

    def approve_staff(self, name: str, kind: c.UserKind = c.UserKind.ORGANISATION) -> str:
        """Let the bureau approve ``name`` as staff of an organisation; return the ID the page of the mail shows."""
        email = f"{name.partition(' ')[0].lower()}@example.com"
        said = {"origin": self.process.origin, "kind": kind.value, "organisation": "架空見本株式会社", "name": name}
        place = {"address": "東京都千代田区霞が関0丁目0番0号", "phone": "0300000000", "email": email}
        self.process.admin(
            "approve-staff", *(part for key, value in (said | place).items() for part in (f"--{key}", value))
        )
        mail = self.process.wait_for_mail(lambda mail: "/link/" in mail["text"] and email in mail["to"])
        return choose_password(link_in(mail))

    def services(self, folder: Path, **settings: Any) -> Services:
        """Return a station's services with the person's card on the reader; ``settings`` are of ``Settings``."""
        folder.mkdir(parents=True, exist_ok=True)
        save_card(self.card, folder / "card.json")
        return Services(settings_for_tests(**{**self._settings(folder), **settings}))

    def _settings(self, folder: Path) -> dict[str, Any]:
        stick = folder / "stick"
        stick.mkdir(exist_ok=True)
        return {
            "portal": PortalSettings(origin=self.process.origin, timeout_seconds=20.0),
            "card": CardSettings(
                source="virtual", virtual_card=str(folder / "card.json"), trust_anchors=str(self.trust)
            ),
            "store": StoreSettings(folder=str(folder / "store"), key_source="file"),
            "attachments": AttachmentSettings(folders=(str(stick),)),
        }

    @property
    def port(self) -> int:
        """The port the portal listens on."""
        return int(self.process.origin.rpartition(":")[2])


async def _nowhere(_app: KioskApp) -> None: ...


def _take_no_notice(_key: str, _share: float) -> None: ...


@contextmanager
def open_town(folder: Path) -> Generator[Town]:
    """Start the portal, issue the card and register its holder."""
    card = issue()
    authority().write_trust(folder / "trust", datetime.now(UTC))
    with PortalProcess(folder / "portal", folder / "trust") as process:
        town = Town(process, card, folder / "trust")
        town.register(folder / "first")
        yield town


class Station:
    """A kiosk at which the person has signed in.

    Args:
        town: where the portal is.
        folder: of this test alone.
        system: generation of the system.

    Attributes:
        services: the adapters.
        owner: opens the person's drafts.
        account: the person's account.
        stick: the folder in which files are looked for.
    """

    def __init__(self, town: Town, folder: Path, system: str = "rasens") -> None:
        self.town = town
        self.services = town.services(folder, system=system)
        self.stick = folder / "stick"
        self.owner: Owner = unlock(self.services, None, bytearray(PIN))
        self.account: c.Account = self.sign_in(self.services)
        self._savers: list[Autosave] = []

    def sign_in(self, services: Services) -> c.Account:
        """Sign the person in anew at ``services``."""
        secret = bytearray(PASSWORD.encode())
        return log_in(services, None, bytearray(PIN), self.town.authentication_id, secret).account

    def through(self, way: httpx.BaseTransport, pause: Callable[[float], None] | None = None) -> None:
        """Let everything from now on go to the portal by ``way``; ``pause`` waits between attempts (it does not)."""
        settings: Settings = self.services.settings
        self.services.portal.close()
        portal = PortalClient(settings.portal, self.services.device_id, way, pause=pause or Pauses())
        self.services.__dict__["portal"] = portal
        self.sign_in(self.services)

    def close(self) -> None:
        """Give everything back."""
        for saver in self._savers:
            saver.close(3.0)
        self.services.close()

    def app(self, journey: Journey, language: str = "en", *, offline: bool = False) -> ScreenApp:
        """Return the application running ``journey`` with the person signed in (to the store alone: ``offline``)."""
        app = journey_app(journey, language, self.services)
        app.visit.owner = self.owner
        app.visit.account = None if offline else self.account
        return app

    # --- drafts ------------------------------------------------------------------------------------------------------

    def drafted(self, *, files: bool = True, **answers: Value) -> str:
        """Put a draft that can be filed into the store and return its id; ``answers`` are laid over."""
        settings, store = self.services.settings, self.services.store
        kind = self.account.user_kind.value
        base = new_draft("extension", "gijinkoku", kind, settings.system, self.services.clock())
        draft_id = create_draft(store, self.owner, base, facts_of(self.account), {**self.answers(), **answers})
        for slot, name in FILES.items() if files else ():
            kind = "image/jpeg" if slot == PHOTO_SLOT else "application/pdf"
            store.attach(self.owner, draft_id, slot, name, kind, demo_file(name).read_bytes())
        return draft_id

    def answers(self) -> dict[str, Value]:
        """Return answers to every question, the receipt sheet's among them."""
        form = load_form("extension", "gijinkoku", self.services.settings.system)
        context = self.drafting_context()
        return {**valid_receipt(form, context), **valid_answers(form, context, given=ALONE)}

    def drafting_context(self) -> Any:
        """Return who asks, as the form engine takes it."""
        from kiosk.clock import japan_date
        from kiosk.forms.model import Context

        today = japan_date(self.services.clock())
        return Context(self.account.user_kind.value, today, facts_of(self.account), self.services.settings.system)

    def drafting(self, draft_id: str) -> Drafting:
        """Return a draft of the store, opened."""
        store = self.services.store
        saver = Autosave(store, self.owner, lambda _moment: None, lambda _error: None)
        self._savers.append(saver)
        stored = store.load(self.owner, draft_id)
        return Drafting(store, self.owner, stored, saver, self.services.clock, facts_of(self.account))

    def drafts(self) -> set[str]:
        """Return the ids of the drafts in the store."""
        return {draft.id for draft in self.services.store.list(self.owner)}

    def filed(self, **answers: Value) -> c.SubmissionReceipt:
        """File a new application without a screen, and return the receipt."""
        draft_id = self.drafted(files=True, **answers)
        drafting = self.drafting(draft_id)
        files = drafting.attachments()
        draft = drafting.snapshot(files)
        outgoing = tuple(parcel_file(self.app(_nowhere), draft_id, file) for file in files)
        parcel = Parcel(draft.draft_id, draft.submission_id, content_of(drafting), outgoing)
        receipt = deliver(self.services.portal, parcel, lambda _reached: None, lambda _id, _etag: None)
        self.services.store.erase(self.owner, draft_id)
        return receipt

    # --- the portal --------------------------------------------------------------------------------------------------

    def applications(self) -> dict[str, c.ApplicationSummary]:
        """Return what the portal holds for the person, by id, over a session of its own."""
        with self.other_session() as portal:
            return {item.application_id: item for item in portal.all_applications()}

    @contextmanager
    def other_session(self) -> Generator[PortalClient]:
        """Sign the same person in elsewhere."""
        services = self.town.services(self.stick.parent / "elsewhere")
        try:
            self.sign_in(services)
            yield services.portal
        finally:
            services.close()

    # --- the stick ---------------------------------------------------------------------------------------------------

    def put(self, name: str, content: bytes | None = None) -> Path:
        """Put a file on the stick: ``content``, or the demo's file of that name."""
        path = self.stick / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if content is None:
            shutil.copy(demo_file(path.name), path)
        else:
            path.write_bytes(content)
        return path


class StaffStation(Station):
    """A kiosk at which staff of an organisation have signed in, without a card.

    Args:
        town: where the portal is.
        folder: of this test alone.
        authentication_id: theirs.
    """

    def __init__(self, town: Town, folder: Path, authentication_id: str) -> None:
        self._authentication_id = authentication_id
        super().__init__(town, folder)
        self.owner = self.services.store.account_owner(authentication_id)

    def sign_in(self, services: Services) -> c.Account:
        """Sign them in anew at ``services``."""
        session, _owner = log_in_staff(services, self._authentication_id, bytearray(PASSWORD.encode()))
        return session.account

    def app(self, journey: Journey, language: str = "en", *, offline: bool = False) -> ScreenApp:
        """Return the application running ``journey`` with them signed in."""
        app = super().app(journey, language, offline=offline)
        app.visit.staff = True
        return app


# --- hands ------------------------------------------------------------------------------------------------------------


async def pick(pilot: Pilot[Any], choice_id: str) -> None:
    """Choose a row of the list on the screen by moving to it and pressing Enter."""
    rows = pilot.app.screen.query_one(ChoiceList)
    rows.focus()
    rows.highlighted = next(n for n, choice in enumerate(rows.choices) if choice.id == choice_id)
    await pilot.press("enter")


def shown(pilot: Pilot[Any]) -> str:
    """Return every text on the screen, a row each."""
    texts = [str(line.render()) for line in pilot.app.screen.query(Line)]
    for rows in pilot.app.screen.query(ChoiceList):
        texts += [f"{choice.label} {choice.hint}" for choice in rows.choices]
    return "\n".join(texts)


def ids(pilot: Pilot[Any]) -> list[str]:
    """Return the ids of what can be chosen."""
    return [choice.id for choice in pilot.app.screen.query_one(ChoiceList).choices]
