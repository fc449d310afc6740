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
    return _ask_windows(question) if os.name == "nt" else _ask_posix(question)


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


def _ask_posix(question: str) -> bytearray:
    import termios
    import tty

    terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
    before = termios.tcgetattr(terminal)
    line = bytearray()
    try:
        # First the terminal stops showing keys, then the question appears: nobody types into an open terminal.
        tty.setraw(terminal, termios.TCSAFLUSH)
        os.write(terminal, question.encode())
        while True:
            key = os.read(terminal, 1)
            if _add(line, key[0] if key else _END_OF_INPUT):
                return line
    finally:
        os.write(terminal, b"\r\n")
        termios.tcsetattr(terminal, termios.TCSAFLUSH, before)
        os.close(terminal)


def _ask_windows(question: str) -> bytearray:
    import msvcrt

    sys.stderr.write(question)
    sys.stderr.flush()
    line = bytearray()
    while True:
        key = msvcrt.getwch()  # type: ignore[attr-defined]  # only on Windows
        if _add(line, ord(key) if ord(key) < 0x100 else 0):
            sys.stderr.write("\n")
            return line
