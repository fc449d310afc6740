from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from kiosk.card.prompt import read_line

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal is wanted")


@pytest.mark.parametrize(
    ("raw", "first", "second"),
    [
        (b"1234\n4321\n", b"1234", b"4321"),
        (b"1234", b"1234", b""),
        (b"", b"", b""),
        (b"\n1", b"", b"1"),
        (b"1" * 300 + b"\n2\n", b"1" * 64, b"2"),
    ],
)
def test_lines_of_a_stream(raw: bytes, first: bytes, second: bytes):
    stream = io.BytesIO(raw)
    assert [read_line(stream), read_line(stream)] == [first, second]


def test_a_windows_line_end_is_no_part_of_the_secret():
    assert read_line(io.BytesIO(b"1234\r\n")) == b"1234"


_CHILD = """
from kiosk.card.prompt import ask
try:
    found = ask("secret: ")
except KeyboardInterrupt:
    print("interrupted")
else:
    print("got", type(found).__name__, len(found), sum(found))
"""


def converse(typed: bytes) -> bytes:
    """Run a question on a terminal of its own, type, and return all that the terminal showed."""
    import pexpect

    child = pexpect.spawn(
        sys.executable, ["-c", _CHILD], cwd=str(Path(__file__).resolve().parents[2]), timeout=30, env={**os.environ}
    )
    child.expect("secret: ")
    child.send(typed)
    child.expect(pexpect.EOF)
    shown: bytes = child.before or b""
    child.close()
    return shown


@posix_only
@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (b"4711\r", f"got bytearray 4 {sum(b'4711')}"),
        (b"4712\x7f1\n", f"got bytearray 4 {sum(b'4711')}"),
        (b"\x7f\x7f4711\r", f"got bytearray 4 {sum(b'4711')}"),
        (b"47\x03", "interrupted"),
        (b"47\x04", "interrupted"),
    ],
)
def test_what_is_typed_is_taken_and_never_shown(typed: bytes, expected: str):
    shown = converse(typed)
    assert expected.encode() in shown
    assert b"47" not in shown.split(b"got")[0]
