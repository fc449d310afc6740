"""What is kept of a staff code: no code in it, no wait that can be got round, nothing damaged that is believed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.staff import record as module
from kiosk.staff.errors import StaffCodeBroken
from kiosk.staff.record import Cost, Record, new_record, normalised, read_record, wait_after
from tests.support.staff import CHEAP

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
CODE = b"MIHON2026"
WHOLE = new_record(bytearray(CODE), CHEAP)


def summed(values: dict[str, Any]) -> bytes:
    """Return a file that says ``values`` and is not damaged."""
    made = json.loads(WHOLE.to_bytes()) | values
    del made["sum"]
    return json.dumps(made | {"sum": getattr(module, "_sum")(made)}).encode()  # noqa: B009 - it is the module's own


@pytest.mark.parametrize("code", [b"123456", b"MIHON2026", b"mihon2026", b"ABCDEFGHIJKL", b"aZ09zA"])
def test_a_code_has_6_to_12_digits_or_letters(code: bytes) -> None:
    given_code = bytearray(code)
    assert normalised(given_code)
    assert given_code == code.upper()


@pytest.mark.parametrize(
    "code",
    [b"", b"12345", b"1234567890123", b"12345 ", b"12-456", "係員コード六文字".encode(), b"12345\xc4", b"12345\0"],
)
def test_anything_else_is_no_code(code: bytes) -> None:
    assert not normalised(bytearray(code))


def test_only_the_code_fits_and_two_records_of_it_have_nothing_in_common() -> None:
    other = new_record(bytearray(CODE), CHEAP)
    assert WHOLE.fits(bytearray(CODE))
    assert other.fits(bytearray(CODE))
    assert (WHOLE.salt, WHOLE.digest) != (other.salt, other.digest)
    for wrong in (b"MIHON2027", b"MIHON202", b"MIHON20266", b""):
        assert not WHOLE.fits(bytearray(wrong))


def test_neither_the_file_nor_the_repr_shows_code_or_hash() -> None:
    assert CODE not in WHOLE.to_bytes()
    assert "digest" not in repr(WHOLE)
    assert "salt" not in repr(WHOLE)


def test_a_real_try_costs_memory() -> None:
    assert Cost().sane
    assert Cost().memory >= 32 * 1024 * 1024


def test_what_was_written_is_read() -> None:
    for record in (WHOLE, replace(WHOLE, wrong=7, last_wrong=1_795_489_200_123)):
        assert read_record(record.to_bytes()) == record


@given(st.binary(max_size=300))
def test_rubbish_is_broken(content: bytes) -> None:
    with pytest.raises(StaffCodeBroken):
        read_record(content)


@given(st.integers(0, len(WHOLE.to_bytes()) - 1), st.integers(1, 255))
def test_no_damaged_byte_is_believed(place: int, change: int) -> None:
    content = bytearray(WHOLE.to_bytes())
    content[place] ^= change
    with pytest.raises(StaffCodeBroken):
        read_record(bytes(content))


@given(st.integers(0, len(WHOLE.to_bytes()) - 1))
def test_no_file_that_was_cut_off_is_believed(length: int) -> None:
    with pytest.raises(StaffCodeBroken):
        read_record(WHOLE.to_bytes()[:length])


HOSTILE: dict[str, dict[str, Any]] = {
    "a try that never ends": {"n": 1 << 40},
    "no power of two": {"n": 3},
    "negative": {"n": -2},
    "no rounds": {"r": 0},
    "many rounds": {"p": 1 << 20},
    "a number too large": {"n": 1e400},
    "a short hash": {"digest": "AAAA"},
    "no text": {"digest": 5},
    "no base64": {"salt": "é"},
    "another version": {"version": 2},
    "fewer than none": {"wrong": -1},
    "endlessly many": {"wrong": 1 << 70},
    "no moment": {"last_wrong": 1 << 62},
    "nothing": {"last_wrong": None},
    "a list": {"wrong": [1]},
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_is_whole_and_says_what_cannot_be_is_broken(name: str) -> None:
    assert read_record(summed({})) == WHOLE
    with pytest.raises(StaffCodeBroken):
        read_record(summed(HOSTILE[name]))


@pytest.mark.parametrize(
    ("wrong", "minutes"), [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (8, 8), (9, 16), (10, 32), (11, 60), (10**9, 60)]
)
def test_the_wait_begins_at_the_fifth_and_doubles_to_an_hour(wrong: int, minutes: int) -> None:
    assert wait_after(wrong) == timedelta(minutes=minutes)


def waiting(wrong: int, since: datetime) -> Record:
    return replace(WHOLE, wrong=wrong, last_wrong=int(since.timestamp() * 1000))


@pytest.mark.parametrize(("seconds", "left"), [(0, 60), (59, 1), (60, 0), (3600, 0), (-1, 60), (-86_400 * 900, 60)])
def test_a_wait_ends_in_time_and_a_clock_set_back_does_not_prolong_it_beyond_the_whole(seconds: int, left: int) -> None:
    assert waiting(5, NOON).wait_left(NOON + timedelta(seconds=seconds)) == timedelta(seconds=left)
    assert waiting(5, NOON).clock_was_set_back(NOON + timedelta(seconds=seconds)) == (seconds < 0)
