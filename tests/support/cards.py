"""Invented cards for tests: one authority a test run, since making its keys takes a while."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from kiosk.card.profile import KeyUse
from kiosk.card.service import CardService
from kiosk.card.virtual.authority import TestAuthority
from kiosk.card.virtual.card import VirtualCard
from kiosk.card.virtual.holder import Holder, demo_holder
from kiosk.card.virtual.store import CardContent, Quirks, load_card, save_card
from kiosk.settings import CardSettings

PIN = b"1234"
PASSWORD = b"MIHON123"
SECRETS = {KeyUse.AUTHENTICATION: PIN, KeyUse.SIGNING: PASSWORD}


def authority(key_type: str = "rsa") -> TestAuthority:
    """Return the test run's authority, made when first asked for, with three generations of roots."""
    return _authority(key_type)


@cache
def _authority(key_type: str) -> TestAuthority:
    return TestAuthority.create(datetime.now(UTC), key_type=key_type, generations=3)


def holder(**changes: Any) -> Holder:
    """Return the demo's holder with changes."""
    return replace(demo_holder(), **changes)


@cache
def _issued(key_type: str, who: Holder) -> CardContent:
    return authority(key_type).issue(who, datetime.now(UTC), key_type=key_type)


def issue(key_type: str = "rsa", who: Holder | None = None, **quirks: Any) -> CardContent:
    """Return a card issued now, with fresh counters. Cards of one holder and key type share their keys."""
    made = _issued(key_type, who or demo_holder())
    secrets = {use: replace(secret) for use, secret in made.secrets.items()}
    return replace(made, secrets=secrets, quirks=Quirks(**quirks))


@dataclass
class DirectConnection:
    """A connection to a virtual card without a reader between."""

    card: VirtualCard
    reader: str = "direct"

    @property
    def atr(self) -> bytes:
        """The card's ATR."""
        return self.card.atr

    def transmit(self, command: bytes | bytearray) -> bytes:
        """Answer one command."""
        return self.card.transmit(command)

    def close(self) -> None:
        """Take the power off."""
        self.card.power_off()


def connect(content: CardContent) -> DirectConnection:
    """Return a connection to a card with this content."""
    return DirectConnection(VirtualCard(content))


def service(folder: Path, content: CardContent) -> CardService:
    """Write the card to ``folder`` and return the service that uses it in process."""
    path = folder / "card.json"
    save_card(content, path)
    return CardService(CardSettings(source="virtual", virtual_card=str(path), poll_seconds=0.01))


def stored(folder: Path) -> CardContent:
    """Return the card of ``service`` as its file says now."""
    return load_card(folder / "card.json")
