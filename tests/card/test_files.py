from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.card.apdu import decode_command
from kiosk.card.channel import Channel
from kiosk.card.der import DerError
from kiosk.card.errors import CardCommunication
from kiosk.card.files import FileReader, FileRefused
from tests.card.scripted import Answer, Computed, Scripted

LIMIT = 8192
FILE = 0x0A


def der(size: int) -> bytes:
    """A SEQUENCE of ``size`` bytes in all (from 260 on)."""
    return b"\x30\x82" + (size - 4).to_bytes(2, "big") + bytes(index % 251 for index in range(size - 4))


def reader(connection: Scripted, extended: bool | None) -> FileReader:
    return FileReader(Channel(connection), extended)


class FileCard(Computed):
    """A card with one file; ``longest`` is the most it gives at once, ``short_only`` refuses extended length."""

    def __init__(self, content: bytes, *, longest: int = 65536, short_only: bool = False, end: str = "9000") -> None:
        super().__init__(self._read)
        self.content = content
        self.longest = longest
        self.short_only = short_only
        self.end = bytes.fromhex(end)

    def _read(self, raw: bytes) -> Answer:
        command = decode_command(raw)
        assert command.le is not None
        if self.short_only and command.le > 256:
            return "6700"
        offset = command.p2 if command.p1 & 0x80 else command.p1 << 8 | command.p2
        if offset >= len(self.content) and offset:
            return "6B00"
        part = self.content[offset : offset + min(command.le, self.longest)]
        return part + (b"\x90\x00" if len(part) == command.le else self.end)


@pytest.mark.parametrize("extended", [True, False, None])
@pytest.mark.parametrize("short_only", [True, False])
@pytest.mark.parametrize("size", [260, 511, 512, 513, 1300, 1536, 1537, 2048, 4000])
def test_the_object_is_read_without_its_filler(extended: bool | None, short_only: bool, size: int):
    card = FileCard(der(size) + b"\xff" * 700, short_only=short_only)
    assert reader(card, extended).read_der(FILE, 1536, LIMIT) == der(size)


@settings(max_examples=60)
@given(st.integers(260, 3000), st.integers(1, 300), st.sampled_from(["9000", "6282"]), st.booleans())
def test_answers_shorter_than_asked_are_put_together(size: int, longest: int, end: str, extended: bool):
    card = FileCard(der(size) + b"\x00" * 64, longest=max(longest, 4), end=end)
    assert reader(card, extended).read_der(FILE, 1536, LIMIT) == der(size)


def test_a_refused_extended_read_falls_back_and_is_remembered():
    card = FileCard(der(1300) + b"\xff" * 700, short_only=True)
    files = reader(card, None)
    assert files.read_der(FILE, 1536, LIMIT) == der(1300)
    assert files.extended is False
    before = len(card.sent)
    files.read_der(FILE, 1536, LIMIT)
    assert len(card.sent) - before == 6


def test_a_reader_that_fails_on_extended_length_falls_back():
    inside = FileCard(der(1300))

    def fail_on_extended(raw: bytes) -> Answer:
        if len(raw) > 5:
            return CardCommunication(sw="8010002F")
        return inside.transmit(raw)

    files = reader(Computed(fail_on_extended), None)
    assert files.read_der(FILE, 1536, LIMIT) == der(1300)
    assert files.extended is False


def test_a_reader_that_fails_although_extended_length_worked_is_an_error():
    files = reader(Scripted(CardCommunication(sw="8010002F")), True)
    with pytest.raises(CardCommunication):
        files.read_der(FILE, 1536, LIMIT)


@pytest.mark.parametrize("filler", [b"\xff", b"\x00"])
def test_a_file_of_filler_is_empty(filler: bytes):
    assert reader(FileCard(filler * 2048), True).read_der(FILE, 1536, LIMIT) == b""


def test_an_empty_file_is_empty():
    assert reader(Scripted("9000"), False).read_der(FILE, 1536, LIMIT) == b""


def test_a_certificate_that_claims_more_than_the_file_holds():
    card = FileCard(der(1300)[:900])
    with pytest.raises(DerError):
        reader(card, False).read_der(FILE, 1536, LIMIT)
    assert len(card.sent) <= 6


def test_a_certificate_that_claims_more_than_is_believed_is_not_read():
    card = FileCard(b"\x30\x82\xff\xff" + b"\x01" * 3000)
    with pytest.raises(DerError):
        reader(card, False).read_der(FILE, 1536, LIMIT)
    assert len(card.sent) == 1


def test_a_card_that_gives_no_more_data_ends():
    card = Scripted(der(1300)[:256] + b"\x90\x00", "9000")
    with pytest.raises(DerError):
        reader(card, False).read_der(FILE, 1536, LIMIT)


def test_a_card_that_gives_more_than_asked_is_cut():
    card = Scripted(der(300)[:256] + b"\x90\x00", der(300)[256:] + b"junk" + b"\x90\x00")
    assert reader(card, False).read_der(FILE, 1536, LIMIT) == der(300)


def test_a_refusal_carries_its_status():
    with pytest.raises(FileRefused) as refused:
        reader(Scripted("6982"), False).read_der(FILE, 1536, LIMIT)
    assert refused.value.sw == 0x6982


@settings(max_examples=200)
@given(st.lists(st.binary(min_size=2, max_size=300), max_size=12), st.sampled_from([True, False, None]))
def test_no_answers_crash_or_hang_it(answers: list[bytes], extended: bool | None):
    card = Scripted(*answers)
    try:
        found = reader(card, extended).read_der(FILE, 1536, LIMIT)
    except (DerError, FileRefused, CardCommunication):
        return
    assert len(found) <= LIMIT
