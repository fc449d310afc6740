"""A virtual reader in process: a reader like any other, whose card a test can pull at any moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

from kiosk.card.errors import CardInUse, CardRemoved
from kiosk.card.transport import ReaderState, choose_reader
from kiosk.card.virtual.card import VirtualCard
from kiosk.card.virtual.store import load_card, save_card


class VirtualReaders:
    """One virtual reader with a card from a file. The file is read at each connect and written when a counter changes.

    Args:
        card_file: the card.
        name: what the reader is called.

    Attributes:
        name: what the reader is called.
        on_command: called with the header of each command before the card sees it; a test may call ``remove`` there.
    """

    def __init__(self, card_file: Path, name: str = "Virtual reader 0") -> None:
        self._file = card_file
        self.name = name
        self._inserted = True
        self._held: VirtualConnection | None = None
        self._lock = threading.Lock()
        self.on_command: Callable[[bytes], None] | None = None

    def insert(self, card_file: Path | None = None) -> None:
        """Put the card on the reader, or another one."""
        self._file = card_file or self._file
        self._inserted = True

    def remove(self) -> None:
        """Take the card away, also in the middle of a command."""
        self._inserted = False
        held, self._held = self._held, None
        if held is not None:
            held.pull()

    def list(self) -> tuple[ReaderState, ...]:
        """Return the one reader. See ``CardReaders``."""
        return (ReaderState(self.name, self._inserted),)

    def connect(self, reader: str | None) -> VirtualConnection:
        """Power the card and hold it exclusively. See ``CardReaders``.

        Raises:
            VirtualCardFile: the card's file is missing or broken.
        """
        choose_reader(self.list(), reader)
        card = VirtualCard(load_card(self._file), lambda content: save_card(content, self._file))
        with self._lock:
            if self._held is not None:
                raise CardInUse
            self._held = VirtualConnection(self, card)
            return self._held

    def released(self, connection: VirtualConnection) -> None:
        """Hear from a connection that it is closed."""
        with self._lock:
            if self._held is connection:
                self._held = None


class VirtualConnection:
    """A powered virtual card. Made by ``VirtualReaders.connect``."""

    def __init__(self, readers: VirtualReaders, card: VirtualCard) -> None:
        self._readers = readers
        self._card = card
        self._gone = False

    @property
    def reader(self) -> str:
        """Name of the reader that the card lies on."""
        return self._readers.name

    @property
    def atr(self) -> bytes:
        """The card's answer to reset."""
        return self._card.atr

    def transmit(self, command: bytes | bytearray) -> bytes:
        """Send one command. See ``Connection``."""
        if self._readers.on_command is not None:
            self._readers.on_command(bytes(command[:4]))
        if self._gone:
            raise CardRemoved
        response = self._card.transmit(command)
        delay = self._card.content.quirks.delay(len(command) + len(response))
        if delay:
            time.sleep(delay)
        # Pulled while the card was working: the command may have been done, but nobody hears the answer.
        if self._gone:
            raise CardRemoved
        return response

    def pull(self) -> None:
        """Cut this connection for ever."""
        self._gone = True
        self._card.power_off()

    def close(self) -> None:
        """Take the power off the card and let go."""
        self._gone = True
        self._card.power_off()
        self._readers.released(self)
