"""A card on a virtual reader behind a real PC/SC service."""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from kiosk.card.pcsc import PcscReaders
from kiosk.card.service import CardService
from kiosk.card.virtual.card import VirtualCard
from kiosk.card.virtual.store import CardContent
from kiosk.card.virtual.vpcd import VpcdCard
from kiosk.settings import CardSettings
from tests.support.cards import issue
from tests.support.pcscd import pcscd, wait_until

READER = "Virtual PCD 00 00"
OTHER_READER = "Virtual PCD 00 01"


class WatchedCard(VirtualCard):
    """A virtual card that tells a test of each command, before it works on it."""

    on_command: Callable[[bytes], None] | None = None

    def transmit(self, raw: bytes | bytearray) -> bytes:
        if self.on_command is not None:
            self.on_command(bytes(raw[:4]))
        return super().transmit(raw)


class Slot:
    """One slot of the virtual reader."""

    def __init__(self, reader: str = READER, port: int = 35963) -> None:
        self.reader = reader
        self._port = port
        self._client: VpcdCard | None = None
        self._events: int | None = None

    def insert(self, content: CardContent) -> WatchedCard:
        """Put a card with this content on the reader and wait until the service sees it."""
        self.remove()
        card = WatchedCard(content)
        self._client = VpcdCard(card, port=self._port)
        self._client.insert()
        wait_until(lambda: self.present, "the card to be seen")
        self._events = self._count_events()
        return card

    def pull(self) -> None:
        """Take the card away, also in the middle of a command."""
        client, self._client = self._client, None
        if client is not None:
            client.remove()

    def remove(self) -> None:
        """Take the card away and wait until the service has noticed.

        A card pulled in mid-command is reported as gone before the service's own watch has seen it go; a card put back
        in between would never be seen. The count of events tells that the watch has seen it.
        """
        self.pull()
        before, self._events = self._events, None
        wait_until(
            lambda: not self.present and self._count_events() != before,
            "the card to be gone (is it another program's?)",
        )

    def _count_events(self) -> int:
        """Return how often the service has seen a card come or go."""
        from smartcard import scard

        _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
        _, states = scard.SCardGetStatusChange(context, 0, [(self.reader, scard.SCARD_STATE_UNAWARE)])
        scard.SCardReleaseContext(context)
        return int(states[0][1]) >> 16

    @property
    def present(self) -> bool:
        """Whether the service sees a card there."""
        return any(item.name == self.reader and item.card_present for item in PcscReaders().list())


@pytest.fixture(scope="session")
def pcsc_service() -> Generator[None]:
    """A PC/SC service: the machine's own, or one that is ended afterwards."""
    with pcscd():
        yield


@pytest.fixture
def slot(pcsc_service: None) -> Generator[Slot]:
    """The first virtual reader, empty before and after."""
    made = Slot()
    made.remove()
    yield made
    made.remove()


@pytest.fixture
def other_slot(pcsc_service: None) -> Generator[Slot]:
    """The second virtual reader, empty before and after."""
    made = Slot(OTHER_READER, 35964)
    made.remove()
    yield made
    made.remove()


@pytest.fixture
def cards() -> CardService:
    """The program's own way to the readers."""
    return CardService(CardSettings())


@pytest.fixture
def inserted(slot: Slot) -> CardContent:
    """A fresh card that lies on the first reader."""
    content = issue()
    slot.insert(content)
    return content


@pytest.fixture
def message(tmp_path: Path) -> Path:
    """A file to sign."""
    path = tmp_path / "message.bin"
    path.write_bytes(b"\x00a message\xff\n")
    return path
