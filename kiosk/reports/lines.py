"""Where a text may be broken into lines, in every script that the fonts set.

Between words; in Japanese between any two characters but before a full stop and the like and after an opening bracket.
Khmer, Lao, Burmese and Thai have no blanks between words, and finding their words takes a dictionary. There a line ends
at a blank as long as it is half full, and otherwise between syllables, as does any word that is longer than a line.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator

from kiosk.reports.fonts import extent, is_mark

_BLANKS = " \u200b\u3000"
_NOT_FIRST = frozenset(
    "。、，．」』）】〕〉》・：；？！ー々ゝゞヽヾ〜～’”»)]},.;:!?%"
    "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ"
    "។៕៖ៗ၊။।॥ๆฯໆຯ"
)
"""No line begins with these."""

_NOT_LAST = frozenset("「『（【〔〈《“‘«([{")
_HALF_WIDE = ("\uff61", "\uff9f")
_WORDS_UNPARTED = (("\u0e00", "\u0eff"), ("\u1000", "\u109f"), ("\u1780", "\u17ff"))
"""Thai and Lao, Burmese, Khmer."""

_BEFORE_LETTER = frozenset("เแโใไເແໂໃໄ")
_AFTER_LETTER = frozenset("ะาำๅະາຳຽ")
_STACKS = frozenset("\u1039\u17d2\u094d\u09cd\u0dca")
"""What puts the next consonant below, or ties it to the one before."""

_KILLER, _DOT, _STACKER = "\u103a", "\u1037", "\u1039"
"""Burmese: what makes the consonant before it end a syllable."""


def wrapped(text: str, size: float, width: float, *, bold: bool = False) -> list[str]:
    """Return ``text`` in lines that are at most ``width`` points wide; only a single letter may be wider.

    Args:
        text: its own line ends are kept.
        size: of the type, in points.
        width: points.
        bold: whether it is set bold.
    """
    room = width * 1000 / size
    return [line for part in text.split("\n") for line in _Filler(room, bold=bold).lines(part)]


class _Filler:
    """Fills lines of one width, in thousandths of the size of the type."""

    def __init__(self, room: float, *, bold: bool) -> None:
        self._room = room
        self._bold = bold
        self._full: list[str] = []
        self._line = ""
        self._used = 0

    def lines(self, text: str) -> list[str]:
        """Return ``text`` in lines, at least one."""
        for piece in _pieces(text, _may_end):
            self._put(piece)
        return [*self._full, self._line.rstrip(_BLANKS)]

    def _put(self, piece: str) -> None:
        if self._fits(piece):
            self._add(piece)
        elif self._is_parted(piece):
            for part in _pieces(piece, _may_part):
                if not self._fits(part):
                    self._end()
                self._add(part)
        else:
            self._end()
            self._add(piece)

    def _fits(self, piece: str) -> bool:
        bare = piece.rstrip(_BLANKS)
        if self._used + self._width(bare) > self._room:
            return False
        # Letters of neighbouring pieces may push each other: near the margin the line is measured as it is drawn.
        near = self._used + self._width(bare) > self._room * 0.9
        return not near or self._width(self._line + bare) <= self._room

    def _is_parted(self, piece: str) -> bool:
        alone = self._width(piece.rstrip(_BLANKS))
        return alone > self._room or (self._used < self._room / 2 and any(map(_has_no_blanks, piece)))

    def _add(self, piece: str) -> None:
        self._line += piece
        self._used += self._width(piece)

    def _end(self) -> None:
        if self._line:
            self._full.append(self._line.rstrip(_BLANKS))
        self._line, self._used = "", 0

    def _width(self, text: str) -> int:
        return extent(text, bold=self._bold).width


def _pieces(text: str, may_end: Callable[[str, int], bool]) -> Iterator[str]:
    """Give the pieces of ``text`` between the places before which ``may_end`` lets a line end."""
    start = 0
    for place in range(1, len(text)):
        if may_end(text, place):
            yield text[start:place]
            start = place
    if text:
        yield text[start:]


def _may_end(text: str, place: int) -> bool:
    before, after = text[place - 1], text[place]
    if after in _BLANKS or after in _NOT_FIRST or is_mark(after):
        return False
    if before in _BLANKS:
        return True
    if before in _NOT_LAST:
        return False
    return _is_wide(before) or _is_wide(after) or (before == "-" and after.isalpha())


def _may_part(text: str, place: int) -> bool:
    """Say whether a word may be broken before ``place``: between two syllables, as far as letters tell."""
    before, after = text[place - 1], text[place]
    if after in _BLANKS or after in _NOT_FIRST or after in _AFTER_LETTER or is_mark(after):
        return False
    if before in _NOT_LAST or before in _BEFORE_LETTER or before in _STACKS or before == "\u200d":
        return False
    following = text[place + 1 : place + 3].lstrip(_DOT)
    return not following.startswith((_KILLER, _STACKER))


def _has_no_blanks(character: str) -> bool:
    return any(first <= character <= last for first, last in _WORDS_UNPARTED)


def _is_wide(character: str) -> bool:
    first, last = _HALF_WIDE
    return unicodedata.east_asian_width(character) in "WF" or first <= character <= last
