"""The photo at terminals that show pictures and at one that says nothing: what comes out, and that nothing stays."""

from __future__ import annotations

import base64
import os
import re
import sys
import zlib
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from benchmarks.pseudo_terminal import Program
from kiosk.widgets.terminal_pictures import KITTY_QUESTION
from tests.attachments import photos
from tests.support.modules import ROOT
from tests.terminal import sixels

CELL = {b"\x1b[16t": b"\x1b[6;20;10t"}
SIXEL = CELL | {b"\x1b[c": b"\x1b[?62;4;22c"}
KITTY = CELL | {b"\x1b[c": b"\x1b[?62;22c", KITTY_QUESTION.encode(): b"\x1b_Gi=31;OK\x1b\\"}
ROWS, COLUMNS = 36, 120
BLOCK = "▀".encode()
HOLDER = "\U0010eeee".encode()
SKIN, FRAME = (0xE0, 0xB0, 0x90), (0xB8, 0x3A, 0x26)


class Recorded(Program):
    """A program of which everything is kept that it drew."""

    drawn = b""

    def read(self, seconds: float) -> bytes:
        drawn = super().read(seconds)
        self.drawn += drawn
        return drawn

    def draws(self, words: bytes) -> bytes:
        """Return everything since the last call, once ``words`` have come and it is quiet again."""
        self.until(words)
        self.quiet()
        drawn, self.drawn = self.drawn, b""
        return drawn


@contextmanager
def cutting(keys: Path, answers: Mapping[bytes, bytes]) -> Generator[Recorded]:
    """Show the screen for cutting at a terminal that gives ``answers``."""
    # In processes of their own, tests are told of a terminal of another size.
    others = ("TMUX", "STY", "COLUMNS", "LINES")
    environment = {name: value for name, value in os.environ.items() if name not in others}
    environment |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.terminal.photo_on_screen", str(keys)]
    program = Recorded(command, environment, answers, (ROWS, COLUMNS))
    try:
        yield program
    finally:
        program.end()


def assert_framed_portrait(picture: Image.Image) -> None:
    """Look at the picture: as wide and high as its cells, the face in its middle, the frame around it."""
    assert picture.size == (460, 600)
    assert photos.near(pixel(picture, 250, 300), SKIN, 8)
    column = [pixel(picture, 200, y) for y in range(picture.height)]
    edges = [y for y, colour in enumerate(column) if photos.near(colour, FRAME, 12)]
    assert (edges[0] < 21, edges[-1] > 579) == (True, True)


def pixel(picture: Image.Image, x: int, y: int) -> tuple[int, ...]:
    found = picture.getpixel((x, y))
    assert isinstance(found, tuple)
    return tuple(int(part) for part in found)


def test_a_terminal_with_sixel_gets_sixels(tmp_path: Path) -> None:
    with cutting(tmp_path / "keys", SIXEL) as program:
        drawn = program.draws(b"\x1bP")
        found = list(re.finditer(rb"\x1b7\x1b\[(\d+);(\d+)H(\x1bP.*?\x1b\\)\x1b8", drawn, re.DOTALL))[-1]
        top, left, picture = int(found[1]), int(found[2]), found[3]
        assert_framed_portrait(sixels.decoded(picture))
        # Nothing is written over it afterwards: rows before the last one come before it.
        later = [(int(y), int(x)) for y, x in re.findall(rb"\x1b\[(\d+);(\d+)H", drawn[found.end() :])]
        assert not [(y, x) for y, x in later if top <= y < top + 30 and left <= x < left + 46]
        program.type(b"+")
        nearer = program.draws(b"\x1bP")
        assert picture not in nearer
        program.type(b"\x1b")
        assert b"\x1bP" not in program.draws(b"24 May 2026")
    assert (tmp_path / "keys").read_text() == "plus\nescape\n"


def test_kitty_gets_its_picture_and_forgets_it(tmp_path: Path) -> None:
    with cutting(tmp_path / "keys", KITTY) as program:
        drawn = program.draws(HOLDER)
        commands = re.findall(rb"\x1b_G([^;]*);([^\x1b]*)\x1b\\", drawn)[1:]
        first = dict(part.split(b"=") for part in commands[0][0].split(b","))
        pixels = zlib.decompress(base64.b64decode(b"".join(content for _, content in commands)))
        assert_framed_portrait(Image.frombytes("RGB", (int(first[b"s"]), int(first[b"v"])), pixels))
        assert (first[b"c"], first[b"r"]) == (b"46", b"30")
        assert b"\x1b[38;5;%bm" % first[b"i"] in drawn.replace(b";48;2", b"m;48;2")
        assert drawn.count(HOLDER) % (46 * 30) == 0
        program.type(b"\x1b")
        assert b"\x1b_Ga=d,d=I,q=2,i=%b\x1b\\" % first[b"i"] in program.draws(b"24 May 2026")
    assert (tmp_path / "keys").read_text() == "escape\n"


def test_a_terminal_that_says_nothing_is_shown_half_blocks_at_once(tmp_path: Path) -> None:
    with cutting(tmp_path / "keys", {}) as program:
        drawn = program.draws(BLOCK)
        assert b"\x1b[16t\x1b[c" in drawn
        assert b"\x1bP" not in drawn
        assert b"\x1b_G" not in drawn
        # An answer that comes when nobody expects it any more is no key.
        program.type(b"\x1b")
        program.draws(b"24 May 2026")
        program.type(b"\x1b[?62;4;22c\x1bOP")
        assert b"\x1bP" not in program.draws(b"Help")
    assert (tmp_path / "keys").read_text() == "escape\nf1\n"
