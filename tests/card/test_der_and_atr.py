from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.card.atr import declares_extended_length
from kiosk.card.der import DerError, is_blank, total_length

LIMIT = 8192


@given(st.binary(max_size=12))
def test_any_head_has_a_believable_length_or_is_an_error(head: bytes):
    try:
        total = total_length(head, LIMIT)
    except DerError:
        return
    assert 2 <= total <= LIMIT


@given(st.integers(0, 8000))
def test_the_length_of_real_der_is_found(size: int):
    from asn1crypto import core

    der = core.OctetString(b"\xff" * size).dump()
    wrapped = b"\x30" + der[1:]
    head = wrapped.ljust(4, b"\x00")[:4]
    assert total_length(head, LIMIT) == len(wrapped)


@pytest.mark.parametrize(
    "head",
    ["", "30", "308205", "3180", "30800000", "30830100", "30848000", "30810500", "30820050", "3082FFFF", "02010000"],
)
def test_lying_or_foreign_heads_are_refused(head: str):
    with pytest.raises(DerError):
        total_length(bytes.fromhex(head), LIMIT)


@pytest.mark.parametrize(("head", "blank"), [(b"", True), (b"\x00\x00", True), (b"\xff\xff", True), (b"0\x82", False)])
def test_filler_is_blank(head: bytes, blank: bool):
    assert is_blank(head) is blank


@pytest.mark.parametrize(
    ("atr", "expected"),
    [
        ("3BDA13FF8131FB468012392F31C173C601C03B", True),
        ("3BC5FF8131FB458073C6010000", False),
        ("3BE000FF8131FE4514", None),
        ("3B888001000005E0B381A1007F", None),
        ("3BF59100FF918171FE400042000100D1D6", None),
        ("3B888001000041E0B381A1003B", None),
        ("", None),
        ("3B", None),
        ("3B8F80", None),
    ],
)
def test_what_known_atrs_declare(atr: str, expected: bool | None):
    assert declares_extended_length(bytes.fromhex(atr)) is expected


@given(st.binary(max_size=40))
def test_any_atr_is_read(atr: bytes):
    assert declares_extended_length(atr) in {True, False, None}
