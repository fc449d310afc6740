from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.card.errors import (
    CardInUse,
    CardRemoved,
    NoCard,
    NoReader,
    NotMyNumberCard,
    SecretNeeded,
    VirtualCardFile,
    WrongSecret,
)
from kiosk.card.jpki import JpkiSession, KeyUse
from kiosk.card.service import CardService
from kiosk.card.transport import Connection, ReaderState
from kiosk.card.virtual.reader import VirtualReaders
from kiosk.card.virtual.store import CardContent, save_card
from kiosk.errors import SettingsError
from kiosk.settings import CardSettings
from tests.support.cards import PASSWORD, PIN, connect, issue, service, stored

AUTH, SIGN = KeyUse.AUTHENTICATION, KeyUse.SIGNING


def source(cards: CardService) -> VirtualReaders:
    assert isinstance(cards.source, VirtualReaders)
    return cards.source


def full_use(card: JpkiSession) -> None:
    card.verify(SIGN, bytearray(PASSWORD))
    card.read_certificate(SIGN)
    card.sign(SIGN, b"data")


@pytest.mark.parametrize("instruction", [0xA4, 0x20, 0xB0, 0x2A])
def test_a_card_pulled_before_a_command_is_gone_and_comes_back(tmp_path: Path, instruction: int):
    cards = service(tmp_path, issue(extended_length=False))
    readers = source(cards)

    def pull(header: bytes) -> None:
        if header[1] == instruction:
            readers.remove()

    readers.on_command = pull
    with pytest.raises(CardRemoved), cards.open() as card:
        full_use(card)
    assert cards.readers() == (ReaderState("Virtual reader 0", False),)
    with pytest.raises(NoCard), cards.open():
        pass
    readers.on_command = None
    readers.insert()
    with cards.open() as card:
        full_use(card)
    assert stored(tmp_path).secrets[SIGN].tries_left == 5


def test_a_card_pulled_while_it_works_is_gone_for_that_session(tmp_path: Path):
    cards = service(tmp_path, issue(command_seconds=0.001))
    readers = source(cards)
    with cards.open() as card:
        readers.remove()
        readers.insert()
        with pytest.raises(CardRemoved):
            card.tries_left(AUTH)


def test_closing_takes_the_power_and_with_it_the_shown_secret(tmp_path: Path):
    cards = service(tmp_path, issue())
    with cards.open() as card:
        card.verify(AUTH, bytearray(PIN))
    with cards.open() as card, pytest.raises(SecretNeeded):
        card.sign(AUTH, b"data")


def test_the_counter_is_kept_in_the_file(tmp_path: Path):
    cards = service(tmp_path, issue())
    with pytest.raises(WrongSecret), cards.open() as card:
        card.verify(AUTH, bytearray(b"9999"))
    with cards.open() as card:
        assert card.tries_left(AUTH) == 2
    assert stored(tmp_path).secrets[AUTH].tries_left == 2


def test_the_card_is_held_alone(tmp_path: Path):
    cards = service(tmp_path, issue())
    with cards.open(), pytest.raises(CardInUse), cards.open():
        pass
    with cards.open() as card:
        assert card.reader == "Virtual reader 0"


def test_a_card_that_is_no_my_number_card_is_let_go(tmp_path: Path):
    content = issue()
    content.jpki = False
    cards = service(tmp_path, content)
    for _ in range(2):
        with pytest.raises(NotMyNumberCard), cards.open():
            pass


def test_another_reader_than_there_is(tmp_path: Path):
    with pytest.raises(NoReader), service(tmp_path, issue()).open("Reader of somebody else"):
        pass


def test_a_missing_card_file_is_said(tmp_path: Path):
    cards = CardService(CardSettings(source="virtual", virtual_card=str(tmp_path / "none.json")))
    with pytest.raises(VirtualCardFile), cards.open():
        pass


def test_an_unknown_source_is_a_fault_of_the_settings():
    with pytest.raises(SettingsError):
        CardService(CardSettings(source="telepathy"))


class TwoReaders:
    """A reader without card, one with something else, one with a My Number card."""

    def __init__(self, cards: dict[str, CardContent | None]) -> None:
        self._cards = cards
        self.closed: list[str] = []

    def list(self) -> tuple[ReaderState, ...]:
        return tuple(ReaderState(name, card is not None) for name, card in self._cards.items())

    def connect(self, reader: str | None) -> Connection:
        assert reader is not None
        content = self._cards[reader]
        assert content is not None
        made = connect(content)
        made.reader = reader
        close: Callable[[], None] = made.close

        def closed() -> None:
            self.closed.append(reader)
            close()

        made.close = closed  # type: ignore[method-assign]  # to see it happen
        return made


def test_the_my_number_card_is_found_among_several_readers():
    other = issue()
    other.jpki = False
    readers = TwoReaders({"empty": None, "other": other, "right": issue()})
    cards = CardService(CardSettings(), readers)
    with cards.open() as card:
        assert card.reader == "right"
        assert readers.closed == ["other"]
    assert readers.closed == ["other", "right"]
    with pytest.raises(NotMyNumberCard), cards.open("other"):
        pass
    with pytest.raises(NoCard), cards.open("empty"):
        pass
    with pytest.raises(NoReader), CardService(CardSettings(), TwoReaders({})).open():
        pass


def test_what_a_session_finds_out_about_extended_length_helps_the_next(tmp_path: Path):
    cards = service(tmp_path, issue(contactless=True, extended_length=False))
    sent: list[bytes] = []
    source(cards).on_command = sent.append
    counts: list[int] = []
    for _ in range(2):
        sent.clear()
        with cards.open() as card:
            card.read_certificate(AUTH)
        counts.append(len(sent))
    assert counts == [8, 7]


def test_another_card_can_be_put_on_the_reader(tmp_path: Path):
    cards = service(tmp_path, issue())
    other = issue("secp384r1")
    save_card(other, tmp_path / "other.json")
    source(cards).remove()
    source(cards).insert(tmp_path / "other.json")
    with cards.open() as card:
        assert card.read_certificate(AUTH) == other.keys[AUTH].certificate
