"""A station in an outage: a virtual card, a real store, an invented portal's sealing key, a draft lacking nothing."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.app import KioskApp
from kiosk.card.virtual.store import CardContent
from kiosk.clock import utc_now
from kiosk.filing.application import new_draft
from kiosk.forms.load import load_form
from kiosk.forms.model import Context, PersonFacts
from kiosk.forms.prefill import awaited
from kiosk.identity import unlock
from kiosk.ids import uuid7
from kiosk.offline_queue.keys import Owner
from kiosk.offline_queue.outbox_model import ItemSummary, NewItem
from kiosk.paths import config_dir
from kiosk.portal.contract import SealedContent, SealedEnvelope, SealingKey
from kiosk.portal.sealing import HYBRID, PrivateSealingKey, key_id, open_envelope, sign_keys
from kiosk.portal.watch import PortalState
from kiosk.screens.drafting import create_draft
from kiosk.screens.journeys.answers import resume
from kiosk.screens.journeys.send import send
from kiosk.sending.sealer import KIND
from kiosk.sending.sealing_keys import KEYS_FILE
from kiosk.settings import AttachmentSettings
from tests.support import cards
from tests.support.answers import ALONE, valid_answers, valid_receipt
from tests.support.screens import ScreenApp, journey_app
from tests.support.station import Station

FILES = config_dir() / "demo" / "files"
ACCOUNT_ID = "XX0000000001"
MAINTENANCE_HOURS = 8


class OutageStation(Station):
    """A station that knows a sealing key of its portal, which is away.

    Args:
        folder: for card, trust, store and the person's files.
        content: the card on the reader.

    Attributes:
        sticks: where the person's files are looked for.
        hours: how long the portal stays closed.
        draft_id: the draft of ``sending``.
        submission_id: its submission.
    """

    hours = MAINTENANCE_HOURS
    draft_id = ""
    submission_id = ""

    def __init__(self, folder: Path, content: CardContent) -> None:
        super().__init__(folder, content)
        self.sticks = folder / "sticks"
        self.sticks.mkdir()
        self._signer = Ed25519PrivateKey.generate()
        self._sealing = PrivateSealingKey.generate(HYBRID)
        settings = self.services.settings
        pin = base64.b64encode(self._signer.public_key().public_bytes_raw()).decode()
        self.services.settings = replace(
            settings,
            portal=replace(settings.portal, sealing_pin=pin),
            attachments=AttachmentSettings(folders=(str(self.sticks),)),
        )
        self.know_key()

    def know_key(self, days: float = 30) -> None:
        """Keep a sealing key that is valid for so many days from now (negative: it has run out)."""
        now, raw = utc_now(), self._sealing.public_raw()
        key = SealingKey(
            key_id=key_id(raw),
            suite=HYBRID,
            public_key=base64.b64encode(raw).decode(),
            valid_from=now - timedelta(days=60),
            valid_until=now + timedelta(days=days),
        )
        said = sign_keys([key], now, self._signer)
        (self.services.data_dir / KEYS_FILE).write_text(said.model_dump_json(), encoding="utf-8")

    def forget_key(self) -> None:
        """Know no sealing key."""
        (self.services.data_dir / KEYS_FILE).unlink()

    def opened(self, body: bytes) -> SealedContent:
        """Return what is in an envelope, as the portal reads it."""
        return open_envelope(SealedEnvelope.model_validate_json(body), {self._key_id(): self._sealing})

    def _key_id(self) -> str:
        return key_id(self._sealing.public_raw())

    def app(self, route: Callable[[KioskApp], Awaitable[Any]], language: str = "en") -> ScreenApp:
        """Return the program with the portal in maintenance and the person's drafts open, running ``route``."""

        async def whole(app: KioskApp) -> Any:
            app.portal_state = away(self.hours)
            app.visit.owner = await asyncio.to_thread(unlock, app.services, None, bytearray(cards.PIN))
            return await route(app)

        return journey_app(whole, language, self.services)

    def put_item(self, owner: Owner, hours: float = 72) -> ItemSummary:
        """Put an item into the outbox; nobody looks at what is in it here."""
        body = b'{"sealed": "to an invented portal"}'
        return self.services.store.outbox.put(owner, NewItem(uuid7(), KIND, utc_now() + timedelta(hours=hours), body))

    def owner(self) -> Owner:
        """Return whose drafts the card opens."""
        return unlock(self.services, None, bytearray(cards.PIN))

    def sending(
        self,
        language: str = "en",
        facts: PersonFacts | None = None,
        answers: dict[str, Any] | None = None,
        etag: str = "",
    ) -> ScreenApp:
        """Return the program at the sending of a draft that lacks nothing; ends with whether it was sent or signed.

        With an ``etag`` it was begun at the portal already.
        """

        async def route(app: KioskApp) -> bool:
            assert app.visit.owner is not None
            draft_id = await asyncio.to_thread(self.whole_draft, app.visit.owner, facts, answers or {})
            drafting = await resume(app, draft_id)
            assert drafting is not None
            if etag:
                await asyncio.to_thread(drafting.at_portal, etag.strip('"').partition(".")[0], etag)
            self.draft_id = drafting.draft_id
            self.submission_id = drafting.snapshot().submission_id
            return await send(app, drafting)

        return self.app(route, language)

    def whole_draft(self, owner: Owner, facts: PersonFacts | None, answers: dict[str, Any]) -> str:
        """Store a draft that lacks nothing but what the card will say, and return its id."""
        store, now = self.services.store, self.services.clock()
        form = load_form("extension", "gijinkoku")
        context = Context("applicant", now.date(), facts)
        given = {**valid_answers(form, context, given=ALONE), **valid_receipt(form, context), **answers}
        given = {name: value for name, value in given.items() if name not in awaited(form, context)}
        draft_id = create_draft(
            store, owner, new_draft("extension", "gijinkoku", "applicant", "rasens", now), facts, given
        )
        store.attach(owner, draft_id, "photo", "photo.jpg", "image/jpeg", (FILES / "photo.jpg").read_bytes())
        paper = (FILES / "tax-certificates.pdf").read_bytes()
        for document in ("organisation_sheets", "category_proof"):
            store.attach(owner, draft_id, document, f"{document}.pdf", "application/pdf", paper)
        return draft_id


def away(hours: int = MAINTENANCE_HOURS) -> PortalState:
    """Return the state of a portal in maintenance."""
    return PortalState("maintenance", utc_now() + timedelta(hours=hours))
