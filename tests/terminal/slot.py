"""A card on the virtual reader of a running smart-card service."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from kiosk.card.pcsc import PcscReaders
from kiosk.card.virtual.card import VirtualCard
from kiosk.card.virtual.store import CardContent
from kiosk.card.virtual.vpcd import VpcdCard
from tests.support.pcscd import wait_until


def _seen() -> bool:
    return any(reader.card_present for reader in PcscReaders().list())


@contextmanager
def card_on_reader(content: CardContent) -> Generator[VirtualCard]:
    """Put a card on the reader, wait until it is seen, and take it away in the end."""
    card = VirtualCard(content)
    client = VpcdCard(card)
    client.insert()
    try:
        wait_until(_seen, "the card to be seen")
        yield card
    finally:
        client.remove()
        wait_until(lambda: not _seen(), "the card to be gone")
