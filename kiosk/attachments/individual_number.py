"""Individual Numbers (マイナンバー) in text: twelve digits, the last of which is right. Nothing of them is kept.

The law lets nobody collect them without need, and an application for residence has none. A picture without a text
layer is not read: what only shows there is not found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kiosk.forms.characters import is_individual_number

if TYPE_CHECKING:
    from pypdfium2 import PdfTextPage

_LENGTH = 12
_HYPHENS = frozenset("\u00ad\u2212\u30fc\uff70\u30fb\uff65\u00b7\u2500\u2501\u0002")
"""Beside the dashes of Unicode: what stands between groups, or is read there by a scanner's program."""

_BETWEEN = " {0,3}-? {0,3}"
_TWELVE = re.compile(rf"(?<![0-9])(?<![0-9]-)(?=([0-9](?:{_BETWEEN}[0-9]){{11}})(?!-?[0-9]))")
_GROUPED = re.compile(r"[0-9]{4} [0-9]{4} [0-9]{4}")
_GROUP_BEFORE, _GROUP_AFTER = re.compile(r"(?<![0-9])([0-9]{4}) $"), re.compile(r" [0-9]{4}(?![0-9])")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Letter:
    """A character and where it stands on its page.

    Attributes:
        character: one.
        left, bottom, right, top: points from the page's origin.
    """

    character: str = field(repr=False)
    left: float
    bottom: float
    right: float
    top: float


def spans(text: str) -> list[tuple[int, int]]:
    """Return where Individual Numbers stand in ``text``, from the first digit to after the last.

    Digits of any width and script count, written together, in groups, or one by one with blanks or hyphens. Part of a
    longer number is none.
    """
    places = [place for place, character in enumerate(text) if unicodedata.category(character) != "Cf"]
    plain = "".join(_plain(text[place]) for place in places)
    found: list[tuple[int, int]] = []
    for match in _TWELVE.finditer(plain):
        start, end = match.span(1)
        if is_individual_number(match[1]) and not _of_longer(plain, start, end):
            found.append((places[start], places[end - 1] + 1))
    return found


def holds_number(text: str) -> bool:
    """Say whether there is an Individual Number in ``text``."""
    return sum(map(str.isdecimal, text)) >= _LENGTH and bool(spans(text))


def numbers_on_page(text: PdfTextPage) -> list[list[Letter]]:
    """Return the letters of each Individual Number on a page, as they follow in the file or as they stand on the page.

    Args:
        text: the page's text; what cannot be seen (the layer for searching) is part of it.
    """
    if sum(map(str.isdecimal, text.get_text_range())) < _LENGTH:
        return []
    found_letters = list(letters(text))
    found = [found_letters[start:end] for start, end in spans("".join(letter.character for letter in found_letters))]
    for line in _lines(found_letters):
        found += [number for number in _in_line(line) if not any(_same(number, known) for known in found)]
    return found


def _in_line(line: Sequence[Letter]) -> list[list[Letter]]:
    """Return the letters of each number in a line of letters that stand side by side, from left to right."""
    written: list[Letter | None] = []
    last: Letter | None = None
    for letter in line:
        if last is not None:
            gap, height = letter.left - last.right, max(last.top - last.bottom, 1.0)
            # A wide gap is another column; a small one is the frame between two boxes of a form.
            written += [None] * (0 if gap < height * 0.4 else 1 if gap < height * 3 else 9)
        written.append(letter)
        last = letter
    text = "".join(" " if letter is None else letter.character for letter in written)
    return [[letter for letter in written[start:end] if letter is not None] for start, end in spans(text)]


def _of_longer(plain: str, start: int, end: int) -> bool:
    """Say whether four digits more stand beside three groups of four, as on a bank card; a year may stand before."""
    if not _GROUPED.fullmatch(plain, start, end):
        return False
    before = _GROUP_BEFORE.search(plain[max(0, start - 6) : start])
    return bool(_GROUP_AFTER.match(plain, end)) or bool(before and not _YEAR.fullmatch(before[1]))


def _plain(character: str) -> str:
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    category = unicodedata.category(character)
    if category == "Zs" or character == "\t":
        return " "
    return "-" if category == "Pd" or character in _HYPHENS else "x"


def letters(text: PdfTextPage) -> Iterator[Letter]:
    """Yield the letters of a page in the order of the file, blanks and line ends that belong to none included."""
    from pypdfium2.raw import FPDFText_GetUnicode

    for index in range(text.count_chars()):
        code = FPDFText_GetUnicode(text, index)
        # The loose box is as high as the type: digits stand in it whole. The other one knows the ink.
        loose, tight = text.get_charbox(index, loose=True), text.get_charbox(index)
        left, bottom = min(loose[0], tight[0]), min(loose[1], tight[1])
        right, top = max(loose[2], tight[2]), max(loose[3], tight[3])
        yield Letter(chr(code) if 0 < code < 0x110000 else "\ufffd", left, bottom, right, top)


def _lines(written: Sequence[Letter]) -> list[list[Letter]]:
    """Return what stands side by side, whatever its order in the file."""
    lines: list[list[Letter]] = []
    seen = [letter for letter in written if not letter.character.isspace() and letter.top > letter.bottom]
    for letter in sorted(seen, key=lambda letter: -(letter.top + letter.bottom)):
        middle = (letter.top + letter.bottom) / 2
        if lines and lines[-1][0].bottom < middle < lines[-1][0].top:
            lines[-1].append(letter)
        else:
            lines.append([letter])
    return [sorted(line, key=lambda letter: letter.left) for line in lines]


def _same(one: Sequence[Letter], other: Sequence[Letter]) -> bool:
    return one[0] == other[0] and one[-1] == other[-1]
