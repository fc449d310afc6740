from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.card.apdu import Command
from kiosk.card.channel import (
    ALLOWED_APPLICATIONS,
    JPKI_APPLICATION,
    RESIDENCE_APPLICATION,
    Channel,
    check_allowed,
)
from kiosk.card.errors import ApplicationForbidden, CardCommunication
from kiosk.card.jpki import JpkiSession, KeyUse
from kiosk.card.profile import profile_table
from tests.card.scripted import Computed, Scripted
from tests.support.cards import SECRETS, connect, issue

ROOT = Path(__file__).resolve().parents[2]
FORBIDDEN = (
    "D3921000310001010408",  # 券面入力補助: the Individual Number
    "D3921000310001010402",  # 券面事項確認: the card's face
    "D3921000310001010401",  # 住基
    "D3921000310001010100",  # 共通
    "D392F0004F0200000000000000000000",  # files of the residence application
    "D392F0002601000000",  # the beginning of the JPKI's name
    "D392F00026010000000100",
    "D392",
    "A0000000030000",
)


@pytest.mark.parametrize("name", FORBIDDEN)
@pytest.mark.parametrize("cla", [0x00, 0x01, 0x0C, 0x80])
def test_no_other_application_is_selected(name: str, cla: int):
    connection = Scripted("9000")
    with pytest.raises(ApplicationForbidden):
        Channel(connection).send(Command(cla, 0xA4, 0x04, 0x0C, bytes.fromhex(name)))
    assert connection.sent == []


@pytest.mark.parametrize("p1", [0x00, 0x01, 0x03, 0x08, 0x09, 0x84])
def test_no_application_is_reached_by_another_way_to_select(p1: int):
    connection = Scripted("9000")
    with pytest.raises(ApplicationForbidden):
        Channel(connection).send(Command(0x00, 0xA4, p1, 0x0C, JPKI_APPLICATION))
    assert connection.sent == []


@pytest.mark.parametrize("p2", [0x00, 0x02, 0x04])
def test_the_next_application_of_a_name_is_not_selected(p2: int):
    with pytest.raises(ApplicationForbidden):
        Channel(Scripted("9000")).send(Command(0x00, 0xA4, 0x04, p2, JPKI_APPLICATION))


@given(st.binary(max_size=40))
def test_whatever_the_bytes_a_select_that_passes_names_an_allowed_application_or_a_file(tail: bytes):
    raw = b"\x00\xa4" + tail
    try:
        check_allowed(raw)
    except ApplicationForbidden:
        return
    assert raw[2] == 0x02 or any(name in raw for name in ALLOWED_APPLICATIONS)


def test_the_profiles_name_no_other_application():
    table = profile_table()
    assert {item.application for item in table.profiles} <= {JPKI_APPLICATION}
    assert table.residence_application == RESIDENCE_APPLICATION


def test_everything_a_session_can_do_selects_nothing_else():
    card = connect(issue())
    seen: list[bytes] = []

    def pass_on(command: bytes) -> bytes:
        seen.append(command)
        return card.transmit(command)

    session = JpkiSession.start(Computed(pass_on))
    session.token()
    session.present()
    for use in KeyUse:
        session.tries_left(use)
        session.verify(use, bytearray(SECRETS[use]))
        session.read_certificate(use)
        session.sign(use, b"data")
        session.change_secret(use, bytearray(SECRETS[use]), bytearray(SECRETS[use]))
    session.specified_residence_card()
    selected = {command[5:] for command in seen if command[1] == 0xA4 and command[2] == 0x04}
    assert selected == {JPKI_APPLICATION, RESIDENCE_APPLICATION}


def test_only_the_channel_and_the_wrappers_below_it_transmit():
    senders: set[str] = set()
    for path in sorted((ROOT / "kiosk").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in {"transmit", "SCardTransmit"}:
                senders.add(path.relative_to(ROOT / "kiosk" / "card").as_posix())
    assert senders == {"channel.py", "transport.py", "pcsc.py", "virtual/reader.py", "virtual/vpcd.py"}


def test_no_file_of_the_program_knows_the_name_of_a_forbidden_application():
    for folder in ("kiosk", "config"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in {".py", ".toml"}:
                text = path.read_text(encoding="utf-8").upper().replace(" ", "")
                assert "D39210003100" not in text, path


def test_a_longer_answer_is_fetched():
    connection = Scripted("01026102", "0304 6101", "05 9000")
    response = Channel(connection).send(Command(0, 0xB0, 0x8A, 0, le=256))
    assert (response.data, response.ok) == (b"\x01\x02\x03\x04\x05", True)
    assert [command.hex() for command in connection.sent] == ["00b08a0000", "00c0000002", "00c0000001"]


def test_a_wrong_length_in_get_response_is_corrected():
    connection = Scripted("6105", "6C02", "0102 9000")
    assert Channel(connection).send(Command(0, 0xB0, 0x8A, 0, le=256)).data == b"\x01\x02"


def test_the_right_length_is_taken():
    connection = Scripted("6C03", "0102039000")
    assert Channel(connection).send(Command(0, 0xB0, 0x88, 0, le=256)).data == b"\x01\x02\x03"
    assert connection.sent[1] == bytes.fromhex("00B0880003")


def test_a_card_that_always_wants_another_length_ends():
    connection = Computed(lambda _: "6C03")
    assert Channel(connection).send(Command(0, 0xB0, 0x88, 0, le=256)).sw == 0x6C03
    assert len(connection.sent) == 2


def test_an_answer_without_end_is_given_up():
    connection = Computed(lambda _: b"\x00" * 256 + b"\x61\x00")
    with pytest.raises(CardCommunication):
        Channel(connection).send(Command(0, 0xB0, 0x88, 0, le=256))
    assert len(connection.sent) <= 301


def test_a_first_command_answered_6f00_is_sent_once_more():
    connection = Scripted("6F00", "9000", "6F00")
    channel = Channel(connection)
    assert channel.select_application(JPKI_APPLICATION).ok
    assert channel.select_application(JPKI_APPLICATION).sw == 0x6F00
    assert len(connection.sent) == 3


@pytest.mark.parametrize("answer", [b"", b"\x90"])
def test_an_answer_without_status_word_is_a_fault_of_the_link(answer: bytes):
    with pytest.raises(CardCommunication):
        Channel(Scripted(answer)).send(Command(0, 0xB0, 0, 0, le=1))


def test_the_encoded_command_is_wiped():
    kept: list[bytearray] = []

    class Keeping(Scripted):
        def transmit(self, command: bytes | bytearray) -> bytes:
            assert isinstance(command, bytearray)
            kept.append(command)
            return super().transmit(command)

    Channel(Keeping("9000")).send(Command(0, 0x20, 0, 0x98, bytearray(b"1234")))
    assert bytes(kept[0]) == bytes(9)
