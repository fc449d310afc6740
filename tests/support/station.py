"""A station for tests of journeys: a virtual card in process, a real store and trust folder, and a stand-in portal."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from kiosk.card.virtual.store import CardContent, load_card, save_card
from kiosk.clock import utc_now
from kiosk.errors import PortalError
from kiosk.portal import contract as c
from kiosk.portal.signing import Signer
from kiosk.portal.statements import PreparedRegistration, RegistrationForm
from kiosk.services import Services
from kiosk.settings import CardSettings, StoreSettings
from tests.support.cards import authority
from tests.support.entry import ACCOUNT, TERMS_VERSION, receipt, terms
from tests.support.screens import settings_for_tests


class StandInPortal:
    """Takes what a journey gives it and notes it; the cryptography of the real one is tested elsewhere.

    Attributes:
        refusals: errors to raise, one a call, before anything is taken.
        log_ins: authentication ID and password of every log-in that reached it.
        registered: the forms that were signed.
        sent: how many registrations were sent.
        resets: what was asked for.
    """

    def __init__(self) -> None:
        self.refusals: list[PortalError] = []
        self.log_ins: list[tuple[str, bytes]] = []
        self.registered: list[RegistrationForm] = []
        self.sent = 0
        self.resets: list[tuple[str, str]] = []
        self.logged_out = False

    def _refuse(self) -> None:
        if self.refusals:
            raise self.refusals.pop(0)

    def status(self) -> c.PortalStatus:
        """Be open."""
        self._refuse()
        return c.PortalStatus(state="open", now=utc_now(), terms_version=TERMS_VERSION)

    def terms(self, language: str) -> c.Terms:
        """Return invented terms."""
        self._refuse()
        return terms(language)

    def prepare_registration(
        self, signing: Signer, authentication: Signer, form: RegistrationForm
    ) -> PreparedRegistration:
        """Let both keys sign something."""
        for signer in (signing, authentication):
            assert len(signer.sign(b"a statement").signature) >= 96
        self.registered.append(form)
        request: Any = None
        return PreparedRegistration("019a9b1c-0000-7000-8000-000000000003", request)

    def send_registration(self, _prepared: PreparedRegistration) -> c.RegistrationReceipt:
        """Take it."""
        self._refuse()
        self.sent += 1
        return receipt("created")

    def log_in(self, authentication: Signer, authentication_id: str, password: bytearray) -> c.Session:
        """Let the key sign, and be satisfied."""
        assert authentication.sign(b"a nonce").signature
        self.log_ins.append((authentication_id, bytes(password)))
        self._refuse()
        return c.Session(token="token", expires_at=utc_now() + timedelta(minutes=30), account=ACCOUNT)

    def log_out(self) -> None:
        """Note it."""
        self.logged_out = True

    def request_password_reset(self, authentication_id: str, email: str) -> None:
        """Note it."""
        self._refuse()
        self.resets.append((authentication_id, email))

    def close(self) -> None:
        """Hold nothing."""


class Station:
    """The parts of one test.

    Args:
        folder: for card, trust and store.
        content: the card on the reader.
    """

    def __init__(self, folder: Path, content: CardContent) -> None:
        self.card_file = folder / "card.json"
        save_card(content, self.card_file)
        authority().write_trust(folder / "trust")
        card = CardSettings(source="virtual", virtual_card=str(self.card_file), trust_anchors=str(folder / "trust"))
        store = StoreSettings(folder=str(folder / "store"), key_source="file")
        self.services = Services(settings_for_tests(card=card, store=store))
        self.portal = StandInPortal()
        self.services.__dict__["portal"] = self.portal

    @property
    def reader(self) -> Any:
        """The virtual reader: ``remove``, ``insert``, ``on_command``."""
        return self.services.cards.source

    def stored(self) -> CardContent:
        """Return the card as its file says now."""
        return load_card(self.card_file)
