"""Individual Numbers (マイナンバー) in text: twelve digits, the last of which is right. Nothing of them is kept.

The law lets nobody collect them without need, and an application for residence has none. A picture without a text
layer is not read: what only shows there is not found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from kiosk.forms.characters import is_individual_number

if TYPE_CHECKING:
    from pypdfium2 import PdfTextPage

_LENGTH = 12
_HYPHENS = frozenset("\u00ad\u2212\u30fc\uff70\u30fb\uff65\u00b7\u2500\u2501\u0002")
"""Beside the dashes of Unicode: what stands between groups, or is read there by a scanner's program."""

_BETWEEN = " {0,3}-? {0,3}"
_BREAK = " {0,3}-? {0,3}\n {0,3}"
"""At the end of a line a number goes on in the next one, between its groups of four and once only: three lines of four
digits are a column of a table."""


def _digits(count: int) -> str:
    return rf"[0-9](?:{_BETWEEN}[0-9]){{{count - 1}}}"


_WRITTEN = "|".join((_digits(12), _digits(4) + _BREAK + _digits(8), _digits(8) + _BREAK + _digits(4)))
_TWELVE = re.compile(rf"(?<![0-9])(?<![0-9]-)(?=({_WRITTEN})(?!-?[0-9]))")
_GROUPED = re.compile(r"[0-9]{4} [0-9]{4} [0-9]{4}")
_GROUP_BEFORE, _GROUP_AFTER = re.compile(r"(?<![0-9])([0-9]{4}) $"), re.compile(r" [0-9]{4}(?![0-9])")
_CLOSE = 0.4
"""Of the height of a letter: with less between them two letters belong together."""

_NEAR, _BOXES = 0.8, 2.0
"""Of that height: with less between them digits are of one number though a blank was read, or of a row of boxes."""

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


def spans(text: str, *, any_groups: bool = False) -> list[tuple[int, int]]:
    """Return where Individual Numbers stand in ``text``, from the first digit to after the last.

    Digits of any width and script count, written together, in groups of four, or one by one with blanks or hyphens.
    Part of a longer number is none.

    Args:
        text: what is looked through.
        any_groups: take groups of other lengths too, as scanning leaves them and rows of tables have them.
    """
    places = [place for place, character in enumerate(text) if not _is_nothing(character)]
    plain = "".join(_plain(text[place]) for place in places)
    found: list[tuple[int, int]] = []
    for match in _TWELVE.finditer(plain):
        start, end = match.span(1)
        if not any_groups and not _in_fours_or_ones(match[1]):
            continue
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
    found = [number for number in _in_line(found_letters, any_groups=True) if _together(number)]
    lines = _lines(found_letters)
    across = [_written(line, [after.left - last.right for last, after in pairwise(line)]) for line in lines]
    down = [
        _written(column, [last.bottom - after.top for last, after in pairwise(column)]) for column in _columns(lines)
    ]
    for written in (*across, *down):
        found += [number for number in _in_line(written) if not any(_same(number, known) for known in found)]
    return found


def _in_line(written: Sequence[Letter | None], *, any_groups: bool = False) -> list[list[Letter]]:
    text = "".join(" " if letter is None else letter.character for letter in written)
    found = spans(text, any_groups=any_groups)
    return [[letter for letter in written[start:end] if letter is not None] for start, end in found]


def _together(number: Sequence[Letter]) -> bool:
    """Say whether the digits are in groups of four, in a row of boxes, or so near that nobody sees other groups."""
    groups = _groups("".join(_plain(letter.character) for letter in number))
    digits = [letter for letter in number if letter.character.isdecimal()]
    most = _NEAR if max(groups) > 1 else _BOXES
    near = (after.left - last.right < (last.top - last.bottom) * most for last, after in pairwise(digits))
    return all(length % 4 == 0 for length in groups) or all(near)


def _groups(written: str) -> list[int]:
    return [len(group) for group in re.findall("[0-9]+", written)]


def _in_fours_or_ones(written: str) -> bool:
    groups = _groups(written)
    return all(length % 4 == 0 for length in groups) or max(groups) == 1


def _written(line: Sequence[Letter], gaps: Sequence[float]) -> list[Letter | None]:
    """Return the letters of a line or a column with blanks (None) where the gaps between them are."""
    written: list[Letter | None] = list(line[:1])
    for last, letter, gap in zip(line, line[1:], gaps, strict=False):
        height = max(last.top - last.bottom, 1.0)
        # A wide gap is another column; a small one is the frame between two boxes of a form.
        written += [None] * (0 if gap < height * _CLOSE else 1 if gap < height * 3 else 9)
        written.append(letter)
    return written


def _columns(lines: Sequence[Sequence[Letter]]) -> list[list[Letter]]:
    """Return the letters that stand alone in their lines, one below the other, as vertical writing has them."""
    alone = [
        line[place] for line in lines for place in range(len(line))
        if all(_far(*pair) for pair in pairwise(line[max(0, place - 1) : place + 2]))
    ]  # fmt: skip
    columns: list[list[Letter]] = []
    for letter in alone:
        middle = (letter.left + letter.right) / 2
        column = next((column for column in columns if column[-1].left < middle < column[-1].right), None)
        if column is None:
            columns.append([letter])
        else:
            column.append(letter)
    return columns


def _far(last: Letter, letter: Letter) -> bool:
    return letter.left - last.right >= (last.top - last.bottom) * _CLOSE


def _of_longer(plain: str, start: int, end: int) -> bool:
    """Say whether four digits more stand beside three groups of four, as on a bank card; a year may stand before."""
    plain = plain.replace("\n", " ")
    if not _GROUPED.fullmatch(plain, start, end):
        return False
    before = _GROUP_BEFORE.search(plain[max(0, start - 6) : start])
    return bool(_GROUP_AFTER.match(plain, end)) or bool(before and not _YEAR.fullmatch(before[1]))


def _is_nothing(character: str) -> bool:
    # A soft hyphen is one of format by its category, and yet seen at the end of a line.
    return character == "\r" or (unicodedata.category(character) == "Cf" and character not in _HYPHENS)


def _plain(character: str) -> str:
    if character == "\n":
        return character
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
        character = chr(code) if 0 < code < 0x110000 else "\ufffd"
        left, bottom, right, top = text.get_charbox(index, loose=True)
        if character.isdecimal():
            # The loose box is as high as the type: digits stand in it whole. The other one knows the ink.
            tight = text.get_charbox(index)
            left, bottom = min(left, tight[0]), min(bottom, tight[1])
            right, top = max(right, tight[2]), max(top, tight[3])
        yield Letter(character, left, bottom, right, top)


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
