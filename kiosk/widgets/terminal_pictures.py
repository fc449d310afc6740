"""Whether the terminal shows real pictures, asked of the terminal itself: once, and only when there is one to show.

The question goes out while Textual runs, and nobody waits for the answer: a terminal that says nothing is shown half
blocks, as every terminal is until it has answered. Answers come among the keys; Textual would take them for keys
pressed, so ``install`` has its parser pass them on. ``textual_image`` could ask too, but reads what the
person types while it waits, so only its encoder is used (``drawn_pictures``).
"""

from __future__ import annotations

import os
import re
import struct
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import IO, Any, Literal, cast

from textual import events
from textual._xterm_parser import XTermParser
from textual.keys import Keys

Way = Literal["blocks", "sixel", "kitty"]

CELL = (10, 20)
"""Pixels of a cell where the terminal does not say: those of the first terminal with sixel, and of Windows Terminal."""

QUESTION = "\x1b[16t\x1b[c"
"""How large is a cell, what can you do? The second is answered by every terminal, so it comes last."""

KITTY_QUESTION = "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\"
"""Could you show this picture of one pixel? Asked only of a terminal that has answered and has no sixel."""

_ABILITIES = re.compile(r"\x1b\[\?([\d;]*)c")
_CELL = re.compile(r"\x1b\[6;(\d{1,3});(\d{1,3})t")
_KITTY_BEGIN, _KITTY_END = "\x1b_G", "\x1b\\"
_KITTY_YES = "i=31;OK"
_SIXEL = "4"
_MAY_BE_KITTY = os.name != "nt"
"""On Windows no terminal has kitty's way alone, and an old console would show the question."""
_LONGEST_REPLY = 120
_SMALLEST_CELL = 4
_HIDDEN_BY = ("TMUX", "STY")
"""Programs between us and the terminal that let pictures through at most in part: tmux, screen."""
_NO_PICTURES = ("", "dumb", "linux", "screen", "tmux")
_PARSE, _MARK = "_sequence_to_key_events", "passes_answers_on"


@dataclass(frozen=True, slots=True)
class Ability:
    """How the terminal shows pictures, and the width and height of a cell in pixels."""

    way: Way = "blocks"
    cell: tuple[int, int] = CELL


class Terminal:
    """What is known of the terminal, and who waits to know it. Answers are heard in Textual's thread for input."""

    def __init__(self) -> None:
        self._wanted = "auto"
        self._ability: Ability | None = None
        self._cell: tuple[int, int] | None = None
        self._reply: str | None = None
        self._write: Callable[[str], object] | None = None
        self._told: list[Callable[[Ability], object]] = []

    def ask(self, wanted: str, write: Callable[[str], object], told: Callable[[Ability], object]) -> None:
        """Call ``told`` as soon as the ability is known: at once, from the input's thread, or never.

        Args:
            wanted: ``auto``, or the way that is to be taken whatever the terminal says of it.
            write: sends to the terminal.
            told: gets the ability.
        """
        if self._ability is not None:
            told(self._ability)
            return
        self._told.append(told)
        if self._write is None:
            self._wanted, self._write = wanted, write
            write(QUESTION)

    def forget(self) -> None:
        """Ask anew when asked again: the letters may have become larger or smaller."""
        self._ability = self._cell = self._write = None

    def hear(self, sequence: str) -> bool:
        """Take what came from the terminal; return whether it is (part of) an answer and so no key."""
        if self._write is None:
            return False
        if self._reply is not None:
            return self._hear_kitty(sequence)
        if match := _CELL.fullmatch(sequence):
            height, width = (int(part) for part in match.groups())
            self._cell = (width, height) if min(width, height) >= _SMALLEST_CELL else None
        elif match := _ABILITIES.fullmatch(sequence):
            self._hear_abilities(match[1].split(";"))
        elif sequence == _KITTY_BEGIN:
            self._reply = ""
        else:
            return False
        return True

    def _hear_abilities(self, said: list[str]) -> None:
        cell = self._cell or _cell_by_window()
        if self._wanted != "auto":
            self._settle(Ability(cast("Way", self._wanted), cell or CELL))
        elif cell is None:
            self._settle(Ability())  # how large a picture may be is not known: it could cover words
        elif _SIXEL in said[1:]:
            self._settle(Ability("sixel", cell))
        elif self._write is not None and _MAY_BE_KITTY:
            self._cell = cell
            self._write(KITTY_QUESTION)

    def _hear_kitty(self, sequence: str) -> bool:
        reply = self._reply or ""
        if len(sequence) == 1 and sequence >= " " and len(reply) < _LONGEST_REPLY:
            self._reply = reply + sequence
            return True
        self._reply = None
        if sequence == _KITTY_END and reply == _KITTY_YES:
            self._settle(Ability("kitty", self._cell or CELL))
        return sequence == _KITTY_END

    def _settle(self, ability: Ability) -> None:
        self._ability = ability
        waiting, self._told = self._told, []
        for told in waiting:
            told(ability)


THE_TERMINAL = Terminal()
"""A process has one."""


def may_have_pictures(wanted: str, environment: Mapping[str, str], *streams: IO[str] | None) -> bool:
    """Say whether there is a terminal that is worth being asked.

    Args:
        wanted: the setting ``attachments.preview``.
        environment: of this process.
        *streams: where keys come from and pictures would go.
    """
    if wanted == "blocks" or not all(stream is not None and stream.isatty() for stream in streams):
        return False
    if wanted != "auto":
        return True
    # Windows names no terminal: the one that its console is shown in is asked.
    known = environment.get("TERM", "windows" if os.name == "nt" else "")
    return re.split("[-.]", known)[0] not in _NO_PICTURES and not any(environment.get(name) for name in _HIDDEN_BY)


def install() -> None:
    """Let Textual's parser pass the answers on, once a process; to be called before the program runs."""
    parse = getattr(XTermParser, _PARSE)
    if not hasattr(parse, _MARK):
        setattr(XTermParser, _PARSE, _passing_on(parse))


def _passing_on(parse: Callable[..., Iterable[events.Key]]) -> Callable[..., Iterable[events.Key]]:
    def parsed(self: Any, sequence: str, alt: bool = False) -> Iterable[events.Key]:
        if THE_TERMINAL.hear(sequence):
            return [events.Key(Keys.Ignore, sequence)]
        return parse(self, sequence, alt)

    setattr(parsed, _MARK, True)
    return parsed


def _cell_by_window() -> tuple[int, int] | None:
    """Return the size of a cell by what the system knows of the window; None where that is nothing."""
    try:
        import fcntl
        import termios
    except ImportError:  # Windows
        return None
    try:
        told = fcntl.ioctl(sys.__stderr__ or 2, termios.TIOCGWINSZ, bytes(8))
    except OSError:
        return None
    rows, columns, width, height = struct.unpack("HHHH", told)
    cell = (width // max(1, columns), height // max(1, rows))
    return cell if min(cell) >= _SMALLEST_CELL else None
