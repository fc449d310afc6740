"""Asks for a secret on a terminal or takes it from standard input, without it ever becoming text."""

from __future__ import annotations

import os
import sys
from typing import BinaryIO

_MAX_SECRET = 64
_ENDS = frozenset(b"\r\n")
_ERASE = frozenset((0x08, 0x7F))
_INTERRUPT = 0x03
_END_OF_INPUT = 0x04


def read_line(stream: BinaryIO) -> bytearray:
    """Return one line of a binary stream without its end, as a buffer that can be wiped.

    What goes beyond 64 bytes is dropped: no secret is that long, so the rest cannot make a wrong one right.
    """
    line = bytearray()
    one = bytearray(1)
    while stream.readinto(one) and one[0] not in _ENDS:  # type: ignore[attr-defined]  # BinaryIO lacks it in typeshed
        if len(line) < _MAX_SECRET:
            line.append(one[0])
    one[0] = 0
    return line


def ask(question: str) -> bytearray:
    """Ask on the terminal without showing what is typed.

    Raises:
        KeyboardInterrupt: Ctrl+C or the end of input.
    """
    sys.stderr.write(question)
    sys.stderr.flush()
    try:
        return _keys_windows() if os.name == "nt" else _keys_posix()
    finally:
        sys.stderr.write("\n")


def _add(line: bytearray, key: int) -> bool:
    """Take one key; return whether the line is complete."""
    if key in {_INTERRUPT, _END_OF_INPUT}:
        line[:] = bytes(len(line))
        raise KeyboardInterrupt
    if key in _ENDS:
        return True
    if key in _ERASE:
        if line:
            line[-1] = 0
            del line[-1]
    elif len(line) < _MAX_SECRET:
        line.append(key)
    return False


def _keys_posix() -> bytearray:
    import termios
    import tty

    terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
    before = termios.tcgetattr(terminal)
    line = bytearray()
    try:
        tty.setraw(terminal, termios.TCSAFLUSH)
        while True:
            key = os.read(terminal, 1)
            if _add(line, key[0] if key else _END_OF_INPUT):
                return line
    finally:
        termios.tcsetattr(terminal, termios.TCSAFLUSH, before)
        os.close(terminal)


def _keys_windows() -> bytearray:
    import msvcrt

    line = bytearray()
    while True:
        key = msvcrt.getwch()  # type: ignore[attr-defined]  # only on Windows
        if _add(line, ord(key) if ord(key) < 0x100 else 0):
            return line
