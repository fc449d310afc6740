"""The PC/SC adapter against a library that answers as a test says: faults that no virtual reader can show."""

from __future__ import annotations

import sys
import types
from typing import Any

import pytest

from kiosk.card import errors
from kiosk.card.pcsc import PcscConnection, PcscReaders, error_for
from kiosk.card.transport import ReaderState
from kiosk.errors import CardError

NAME = "Reader 0"


class Library(types.ModuleType):
    """The raw calls of pyscard, each with a settable result."""

    SCARD_SCOPE_USER = 0
    SCARD_SHARE_EXCLUSIVE = 1
    SCARD_PROTOCOL_T0 = 1
    SCARD_PROTOCOL_T1 = 2
    SCARD_PCI_T0 = 100
    SCARD_PCI_T1 = 200
    SCARD_UNPOWER_CARD = 2
    SCARD_STATE_UNAWARE = 0

    def __init__(self) -> None:
        super().__init__("smartcard.scard")
        self.results: dict[str, int] = {}
        self.present = True
        self.names = [NAME]
        self.answer: list[int] = [0x90, 0x00]
        self.calls: list[tuple[Any, ...]] = []
        self.body: list[int] = []

    def _result(self, name: str) -> int:
        return self.results.get(name, 0)

    def SCardEstablishContext(self, scope: int) -> list[Any]:
        return [self._result("establish"), 1]

    def SCardReleaseContext(self, context: int) -> int:
        self.calls.append(("release",))
        return 0

    def SCardListReaders(self, context: int, groups: list[str]) -> list[Any]:
        return [self._result("list"), self.names]

    def SCardGetStatusChange(self, context: int, timeout: int, states: list[tuple[str, int]]) -> list[Any]:
        return [self._result("state"), [(states[0][0], 0x20 if self.present else 0x10, [])]]

    def SCardConnect(self, context: int, reader: str, share: int, protocols: int) -> list[Any]:
        self.calls.append(("connect", reader, share))
        return [self._result("connect"), 7, 2]

    def SCardStatus(self, handle: int) -> list[Any]:
        return [self._result("status"), NAME, 0, 2, [0x3B, 0x80 - 0x100, 0x01]]

    def SCardTransmit(self, handle: int, pci: int, body: list[int]) -> list[Any]:
        self.body = body
        self.calls.append(("transmit", pci, tuple(body)))
        return [self._result("transmit"), self.answer]

    def SCardDisconnect(self, handle: int, disposition: int) -> int:
        self.calls.append(("disconnect", disposition))
        return 0


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Library:
    made = Library()
    package = types.ModuleType("smartcard")
    package.scard = made  # type: ignore[attr-defined]  # a module made here
    monkeypatch.setitem(sys.modules, "smartcard", package)
    monkeypatch.setitem(sys.modules, "smartcard.scard", made)
    return made


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (0x8010001D, errors.NoReaderService),
        (0x8010001D - 0x100000000, errors.NoReaderService),
        (0x8010001E, errors.NoReaderService),
        (0x8010002E, errors.NoReader),
        (0x80100009, errors.NoReader),
        (0x80100017, errors.NoReader),
        (0x8010000C, errors.NoCard),
        (0x80100069, errors.CardRemoved),
        (0x8010000B, errors.CardInUse),
        (0x80100066, errors.CardMute),
        (0x80100067, errors.CardMute),
        (0x8010000F, errors.CardMute),
        (0x80100001, errors.CardCommunication),
    ],
)
def test_every_code_is_one_error(library: Library, code: int, kind: type[CardError]):
    assert type(error_for(code)) is kind
    library.results["connect"] = code
    with pytest.raises(kind):
        PcscReaders().connect(None)
    assert library.calls[-1] == ("release",)


def test_an_unknown_code_is_shown():
    assert error_for(0x80100001 - 0x100000000).params == {"sw": "80100001"}


def test_no_pyscard(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "smartcard", None)
    with pytest.raises(errors.ReaderLibraryMissing):
        PcscReaders().list()


def test_the_service_is_away(library: Library):
    library.results["establish"] = 0x8010001D
    with pytest.raises(errors.NoReaderService):
        PcscReaders().list()


def test_no_readers_is_an_empty_list(library: Library):
    library.results["list"] = 0x8010002E
    assert PcscReaders().list() == ()
    with pytest.raises(errors.NoReader):
        PcscReaders().connect(None)


def test_a_reader_unplugged_between_two_questions_is_empty(library: Library):
    library.results["state"] = 0x80100009
    assert PcscReaders().list() == (ReaderState(NAME, False),)


def test_the_card_is_held_alone_and_loses_power_at_the_end(library: Library):
    connection = PcscReaders().connect(NAME)
    assert connection.atr == b"\x3b\x80\x01"
    assert connection.reader == NAME
    assert connection.transmit(b"\x00\x20") == b"\x90\x00"
    connection.close()
    connection.close()
    assert ("connect", NAME, library.SCARD_SHARE_EXCLUSIVE) in library.calls
    assert [call for call in library.calls if call[0] == "disconnect"] == [("disconnect", library.SCARD_UNPOWER_CARD)]
    with pytest.raises(errors.CardRemoved):
        connection.transmit(b"\x00\x20")


def test_the_list_that_pyscard_takes_is_wiped(library: Library):
    PcscReaders().connect(NAME).transmit(bytearray(b"\x00\x20\x00\x98\x041234"))
    assert library.body == [0] * 9


@pytest.mark.parametrize("code", [0x80100016, 0x8010002F, 0x80100068])
@pytest.mark.parametrize(("present", "kind"), [(False, errors.CardRemoved), (True, errors.CardCommunication)])
def test_a_fault_of_the_link_is_told_from_a_pulled_card(
    library: Library, code: int, present: bool, kind: type[CardError]
):
    connection = PcscReaders().connect(NAME)
    library.results["transmit"] = code
    library.present = present
    with pytest.raises(kind):
        connection.transmit(b"\x00\x20")


def test_success_without_a_response_is_a_pulled_card(library: Library):
    connection = PcscReaders().connect(NAME)
    library.answer = []
    with pytest.raises(errors.CardRemoved):
        connection.transmit(b"\x00\x20")
    library.answer = [0x90, 0x00]
    with pytest.raises(errors.CardRemoved):
        connection.transmit(b"\x00\x20")


def test_a_card_without_atr_is_let_go(library: Library):
    library.results["status"] = 0x80100066
    with pytest.raises(errors.CardMute):
        PcscConnection(NAME)
    assert ("disconnect", library.SCARD_UNPOWER_CARD) in library.calls
