"""What a reader is to the rest of the program, whether it is a real one or holds a virtual card in process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from kiosk.card.errors import NoCard, NoReader


@dataclass(frozen=True, slots=True)
class ReaderState:
    """One reader: its name as the system gives it, and whether a card lies on it."""

    name: str
    card_present: bool


class Connection(Protocol):
    """One powered card, held by this program alone, from connect to close."""

    @property
    def reader(self) -> str:
        """Name of the reader that the card lies on."""
        ...

    @property
    def atr(self) -> bytes:
        """The card's answer to reset. It never decides what card this is."""
        ...

    def transmit(self, command: bytes | bytearray) -> bytes:
        """Send one command and return the response with its status word.

        Raises:
            CardRemoved: the card is gone; this connection never works again.
            CardCommunication: the reader reported something else.
        """
        ...

    def close(self) -> None:
        """Take the power off the card (which makes it forget that a secret was shown) and let go. Never raises."""
        ...


class CardReaders(Protocol):
    """The readers of one source."""

    def list(self) -> tuple[ReaderState, ...]:
        """Return the readers in a stable order; empty where there is none.

        Raises:
            NoReaderService: the system's smart-card service does not run.
            ReaderLibraryMissing: the PC/SC library is not installed.
        """
        ...

    def connect(self, reader: str | None) -> Connection:
        """Power the card on ``reader`` (None: the first that holds a card) and hold it exclusively.

        Raises:
            NoReader: there is no reader, or not this one.
            NoCard: no card lies on it.
            CardInUse: another program holds the card.
            CardMute: the card does not answer.
        """
        ...


def choose_reader(readers: tuple[ReaderState, ...], wanted: str | None) -> tuple[str, ...]:
    """Return the names of readers to try, in order: ``wanted`` alone, or all that hold a card.

    Raises:
        NoReader: there is no reader, or not the wanted one.
        NoCard: none of them holds a card.
    """
    candidates = [item for item in readers if wanted is None or item.name == wanted]
    if not candidates:
        raise NoReader
    names = tuple(item.name for item in candidates if item.card_present)
    if not names:
        raise NoCard
    return names


class CountingConnection:
    """A connection that counts what passes: for benchmarks and the tests of APDU economy.

    Attributes:
        commands: commands sent.
        sent: bytes sent.
        received: bytes received, status words included.
        headers: the four header bytes of each command, in order.
    """

    def __init__(self, inner: Connection) -> None:
        self._inner = inner
        self.reset()

    def reset(self) -> None:
        """Begin to count anew."""
        self.commands = 0
        self.sent = 0
        self.received = 0
        self.headers: list[bytes] = []

    @property
    def reader(self) -> str:
        """Name of the reader that the card lies on."""
        return self._inner.reader

    @property
    def atr(self) -> bytes:
        """The ATR of the connection inside."""
        return self._inner.atr

    def transmit(self, command: bytes | bytearray) -> bytes:
        """Pass one command through and count it."""
        self.commands += 1
        self.sent += len(command)
        self.headers.append(bytes(command[:4]))
        response = self._inner.transmit(command)
        self.received += len(response)
        return response

    def close(self) -> None:
        """Close the connection inside."""
        self._inner.close()
