from __future__ import annotations

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.card.apdu import (
    TRAFFIC,
    ApduError,
    Command,
    Response,
    StatusWord,
    decode_command,
    decode_response,
    is_extended,
    traffic_log,
)
from kiosk.card.channel import Channel
from tests.card.scripted import Scripted

BYTE = st.integers(0, 255)


@given(BYTE, BYTE, BYTE, BYTE, st.binary(max_size=600), st.none() | st.integers(1, 65536))
def test_what_is_encoded_is_decoded_again(cla: int, ins: int, p1: int, p2: int, data: bytes, le: int | None):
    command = Command(cla, ins, p1, p2, data, le)
    raw = command.encode()
    assert decode_command(raw) == command
    assert is_extended(raw) == command.extended


@given(st.binary(max_size=400))
def test_any_bytes_are_a_command_or_an_apdu_error(raw: bytes):
    try:
        command = decode_command(raw)
    except ApduError:
        return
    assert len(command.data) <= len(raw)
    assert command.le is None or 1 <= command.le <= 65536


@given(st.binary(max_size=300))
def test_any_bytes_are_a_response_or_an_apdu_error(raw: bytes):
    if len(raw) < 2:
        with pytest.raises(ApduError):
            decode_response(raw)
        return
    response = decode_response(raw)
    assert response.data + response.sw.to_bytes(2, "big") == raw
    assert response.ok == (raw[-2:] == b"\x90\x00")
    assert isinstance(response.name, str)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (Command(0, 0x20, 0, 0x98), "00200098"),
        (Command(0, 0xB0, 0x8A, 0, le=256), "00B08A0000"),
        (Command(0, 0x20, 0, 0x98, b"1234"), "002000980431323334"),
        (Command(0x80, 0x2A, 0, 0x97, b"\x01", 256), "802A0097010100"),
        (Command(0, 0xB0, 0x8A, 0, le=1536), "00B08A00000600"),
        (Command(0, 0xB0, 0x8A, 0, le=65536), "00B08A00000000"),
        (Command(0, 0x2A, 0, 0, b"\x01" * 256, 256), "002A0000000100" + "01" * 256 + "0100"),
    ],
)
def test_the_seven_cases_of_iso_7816(command: Command, expected: str):
    assert command.encode().hex().upper() == expected


@pytest.mark.parametrize("le", [0, -1, 65537])
def test_an_impossible_le_is_refused(le: int):
    with pytest.raises(ApduError):
        Command(0, 0xB0, 0, 0, le=le).encode()


def test_an_impossible_header_is_refused():
    with pytest.raises(ApduError):
        Command(0, 0x100, 0, 0).encode()


@pytest.mark.parametrize(
    ("sw", "tries", "blocked", "more", "right_le"),
    [
        (0x63C2, 2, False, None, None),
        (0x63C0, 0, True, None, None),
        (0x6983, None, True, None, None),
        (0x6984, None, True, None, None),
        (0x6300, None, False, None, None),
        (0x6100, None, False, 256, None),
        (0x6120, None, False, 32, None),
        (0x6C00, None, False, None, 256),
        (0x6C05, None, False, None, 5),
        (0x9000, None, False, None, None),
    ],
)
def test_status_words_that_carry_a_number(
    sw: int, tries: int | None, blocked: bool, more: int | None, right_le: int | None
):
    response = Response(b"", sw)
    assert (response.tries_left, response.blocked, response.more, response.right_le) == (tries, blocked, more, right_le)


def test_status_words_have_names():
    assert Response(b"", 0x6982).name == "SECURITY_STATUS_NOT_SATISFIED"
    assert Response(b"", 0x63C1).name == "63C1"
    assert StatusWord.OK == 0x9000


def test_neither_secret_nor_certificate_shows_in_a_repr():
    assert "1234" not in repr(Command(0, 0x20, 0, 0x98, bytearray(b"1234")))
    assert "SECRET" not in repr(Response(b"SECRET", 0x9000))


def test_traffic_is_logged_only_on_its_own_level_and_without_bodies(caplog: pytest.LogCaptureFixture):
    secret = Command(0, 0x20, 0, 0x98, bytearray(b"4711"))
    change = Command(0, 0x24, 1, 0x80, bytearray(b"4712"))
    read = Command(0, 0xB0, 0x81, 0, le=256)
    with caplog.at_level(logging.DEBUG):
        Channel(Scripted("9000")).send(secret)
    assert not caplog.records
    with caplog.at_level(TRAFFIC, logger=traffic_log.name):
        channel = Channel(Scripted("9000", "9000", b"KAKUU MIHON\x90\x00"))
        for command in (secret, change, read):
            channel.send(command)
    shown = caplog.text
    assert len(caplog.records) == 3
    for hidden in ("4711", "34373131", "4712", "34373132", "KAKUU", b"KAKUU".hex()):
        assert hidden.lower() not in shown.lower()
    assert "00 20 00 98" in shown
