"""Real readers: PC/SC through pyscard, whose untyped parts are used here and nowhere else.

The raw calls are used rather than pyscard's objects: a context per call survives a stop of the service (Windows stops
it with the last reader), and every result code becomes one error of ours. Codes are those of MS-SCARD / pcsc-lite.
"""

from __future__ import annotations

from typing import Any

from kiosk.card.errors import (
    CardCommunication,
    CardInUse,
    CardMute,
    CardRemoved,
    NoCard,
    NoReader,
    NoReaderService,
    ReaderLibraryMissing,
)
from kiosk.card.transport import ReaderState, choose_reader
from kiosk.errors import CardError

_OK = 0
_NO_READERS = 0x8010002E
_STATE_PRESENT = 0x20
_AMBIGUOUS = frozenset({0x80100016, 0x8010002F, 0x80100068})
"""Not transacted, communication error, reset: a pulled card, or a fault of the link. The reader's state decides."""

_MEANINGS: dict[int, type[CardError]] = {
    0x8010001D: NoReaderService,  # no service
    0x8010001E: NoReaderService,  # service stopped
    0x80100003: NoReaderService,  # invalid handle: the service was started anew since
    _NO_READERS: NoReader,
    0x80100009: NoReader,  # unknown reader
    0x80100017: NoReader,  # reader unavailable
    0x8010000C: NoCard,
    0x80100069: CardRemoved,
    0x8010000B: CardInUse,  # sharing violation
    0x80100065: CardMute,  # unsupported card
    0x80100066: CardMute,  # unresponsive card
    0x80100067: CardMute,  # unpowered card
    0x8010000F: CardMute,  # protocol mismatch
}


def error_for(result: int) -> CardError:
    """Return the error for a PC/SC result code (negative on some systems) that is not success."""
    code = result & 0xFFFFFFFF
    kind = _MEANINGS.get(code)
    return kind() if kind is not None else CardCommunication(sw=f"{code:08X}")


def _library() -> Any:
    # Imported late: a station with a virtual card has no pyscard, and others need it only once a card is wanted.
    try:
        from smartcard import scard  # pyright: ignore[reportMissingImports]  # an extra on Linux
    except ImportError:
        raise ReaderLibraryMissing from None
    return scard


class PcscReaders:
    """The readers of the operating system's smart-card service."""

    def list(self) -> tuple[ReaderState, ...]:
        """Return the readers in the service's order. See ``CardReaders``."""
        scard = _library()
        with _Context(scard) as context:
            result, names = scard.SCardListReaders(context, [])
            if result & 0xFFFFFFFF == _NO_READERS:
                return ()
            _check(result)
            return tuple(ReaderState(name, bool(_state(scard, context, name) & _STATE_PRESENT)) for name in names)

    def connect(self, reader: str | None) -> PcscConnection:
        """Hold the card on ``reader`` exclusively. See ``CardReaders``."""
        return PcscConnection(choose_reader(self.list(), reader)[0])


class PcscConnection:
    """A card on a real reader, held exclusively until ``close``.

    Args:
        reader: name of the reader.
    """

    def __init__(self, reader: str) -> None:
        self._scard = _library()
        self._reader = reader
        self._handle: Any = None
        self._gone = False
        result, self._context = self._scard.SCardEstablishContext(self._scard.SCARD_SCOPE_USER)
        _check(result)
        try:
            self._connect()
        except CardError:
            self.close()
            raise

    @property
    def reader(self) -> str:
        """Name of the reader that the card lies on."""
        return self._reader

    @property
    def atr(self) -> bytes:
        """The card's answer to reset."""
        return self._atr

    def transmit(self, command: bytes | bytearray) -> bytes:
        """Send one command. See ``Connection``."""
        if self._gone or self._handle is None:
            raise CardRemoved
        body = list(command)
        try:
            result, response = self._scard.SCardTransmit(self._handle, self._pci, body)
        finally:
            # pyscard takes a list of numbers: it may hold a secret.
            body[:] = [0] * len(body)
        if result & 0xFFFFFFFF in _AMBIGUOUS and not self._present():
            result = 0x80100069
        # A card pulled in mid-command first shows as success without a response.
        if result == _OK and len(response) < 2:
            result = 0x80100069
        if result != _OK:
            error = error_for(result)
            self._gone = isinstance(error, (CardRemoved, NoReader, NoReaderService))
            raise error
        return bytes(value & 0xFF for value in response)

    def close(self) -> None:
        """Take the power off the card and let go."""
        handle, self._handle = self._handle, None
        context, self._context = self._context, None
        if handle is not None:
            self._scard.SCardDisconnect(handle, self._scard.SCARD_UNPOWER_CARD)
        if context is not None:
            self._scard.SCardReleaseContext(context)

    def _connect(self) -> None:
        scard = self._scard
        protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        result, handle, protocol = scard.SCardConnect(
            self._context, self._reader, scard.SCARD_SHARE_EXCLUSIVE, protocols
        )
        _check(result)
        self._handle = handle
        self._pci = scard.SCARD_PCI_T0 if protocol == scard.SCARD_PROTOCOL_T0 else scard.SCARD_PCI_T1
        result, _, _, _, atr = scard.SCardStatus(handle)
        _check(result)
        self._atr = bytes(value & 0xFF for value in atr)

    def _present(self) -> bool:
        try:
            return bool(_state(self._scard, self._context, self._reader) & _STATE_PRESENT)
        except CardError:
            return False


class _Context:
    """A PC/SC context for the length of a ``with``."""

    def __init__(self, scard: Any) -> None:
        self._scard = scard

    def __enter__(self) -> Any:
        result, self._context = self._scard.SCardEstablishContext(self._scard.SCARD_SCOPE_USER)
        _check(result)
        return self._context

    def __exit__(self, *_: object) -> None:
        self._scard.SCardReleaseContext(self._context)


def _state(scard: Any, context: Any, reader: str) -> int:
    result, states = scard.SCardGetStatusChange(context, 0, [(reader, scard.SCARD_STATE_UNAWARE)])
    if result & 0xFFFFFFFF == 0x80100009:
        return 0  # unplugged between the list and this question
    _check(result)
    return int(states[0][1])


def _check(result: int) -> None:
    if result != _OK:
        raise error_for(result)
