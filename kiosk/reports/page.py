"""A4 pages of text and squares: where everything stands. ``writer`` makes a PDF of them.

What is here needs no more than the fonts' measures, so that a screen can lay a paper out without waiting for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from kiosk.reports.fonts import extent
from kiosk.reports.lines import wrapped

WIDTH, HEIGHT = 595.28, 841.89
"""A4 in points."""

_TOP, _BOTTOM = HEIGHT - 64, 48.0
_APART = 12.0
"""Between a line and what stands at its right end."""

_ABOVE, _BELOW = 1.1, 0.4
"""The least room above and below the line that letters stand on, in sizes of the type."""

_AIR = 0.12
"""What is left between the ink of two lines, where letters are taller than that: Burmese and Khmer pile them up."""


@dataclass(frozen=True, slots=True)
class Face:
    """How text is set: its size in points, and whether it is bold."""

    size: float
    bold: bool = False


_NUMBER = Face(9)


@dataclass(frozen=True, slots=True)
class Written:
    """One line: from where it goes to the right, in points from the lower left corner of the page."""

    text: str = field(repr=False)
    face: Face
    left: float
    base: float


@dataclass(frozen=True, slots=True)
class Box:
    """One dark rectangle: its lower left corner and its sides, in points."""

    left: float
    bottom: float
    width: float
    height: float


@dataclass
class Page:
    """What stands on one page."""

    lines: list[Written] = field(default_factory=list[Written], repr=False)
    boxes: list[Box] = field(default_factory=list[Box])

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands on it."""
        return not self.lines and not self.boxes


@dataclass
class Paper:
    """Pages that are filled from the top; where one is full a new one begins.

    Attributes:
        title: of the file.
        language: in which it is read, as an IETF tag.
        numbered: whether several pages have their numbers at the foot.
        y: where the next line goes below, in points from the bottom of the page.
        pages: at least one.
    """

    title: str
    language: str
    numbered: bool = True
    y: float = _TOP
    pages: list[Page] = field(default_factory=lambda: [Page()], repr=False)

    def write(self, text: str, face: Face, left: float, width: float, end: str = "", end_room: float = 0.0) -> None:
        """Write ``text`` in lines and go on below it.

        Args:
            text: may have line ends.
            face: how.
            left: where lines begin, in points.
            width: how long they may be, in points.
            end: stands at the right end of the last line, which then is on the same page as the first.
            end_room: points that are kept free for it at least, however short it is.
        """
        kept = max(measure(end, face), end_room) + _APART if end else 0.0
        lines = wrapped(text, face.size, width - kept, bold=face.bold)
        above, below = _room([*lines, end], face)
        if end:
            self.keep((above + below) * len(lines))
        for number, line in enumerate(lines, 1):
            self.keep(above + below)
            base = self.y - above
            self.pages[-1].lines.append(Written(line, face, left, base))
            if end and number == len(lines):
                self.pages[-1].lines.append(Written(end, face, left + width - measure(end, face), base))
            self.y -= above + below

    def space(self, points: float) -> None:
        """Leave room; none at the top of a page that follows another."""
        if len(self.pages) == 1 or not self.pages[-1].is_empty:
            self.y -= points

    def keep(self, points: float) -> None:
        """Begin a new page where fewer ``points`` than that are left on this one."""
        if self.y - points < _BOTTOM and not self.pages[-1].is_empty:
            self.pages.append(Page())
            self.y = _TOP

    def squares(self, rows: Sequence[Sequence[bool]], left: float, top: float, side: float) -> None:
        """Draw the dark ones of a square of squares, ``side`` points wide as a whole."""
        unit = side / len(rows)
        for down, row in enumerate(rows):
            for across, dark in enumerate(row):
                if dark:
                    self.pages[-1].boxes.append(Box(left + across * unit, top - (down + 1) * unit, unit, unit))

    def finished(self) -> list[Page]:
        """Return the pages with their numbers."""
        if not self.numbered or len(self.pages) == 1:
            return self.pages
        return [Page([*page.lines, self._number(place)], page.boxes) for place, page in enumerate(self.pages, 1)]

    def pdf(self) -> bytes:
        """Return the whole file, made in this process. The same paper always gives the same bytes.

        Raises:
            FontMissing: a font's file is not there.
        """
        from kiosk.reports.writer import pdf_of

        return pdf_of(self.title, self.language, self.finished())

    def described(self) -> dict[str, Any]:
        """Return all of it as JSON values: what the task ``paper`` takes."""
        pages = [
            {
                "lines": [[line.text, line.face.size, line.face.bold, line.left, line.base] for line in page.lines],
                "boxes": [[box.left, box.bottom, box.width, box.height] for box in page.boxes],
            }
            for page in self.finished()
        ]
        return {"title": self.title, "language": self.language, "pages": pages}

    def _number(self, place: int) -> Written:
        text = f"{place} / {len(self.pages)}"
        return Written(text, _NUMBER, (WIDTH - measure(text, _NUMBER)) / 2, _BOTTOM / 2)


def measure(text: str, face: Face) -> float:
    """Return how wide ``text`` is in points."""
    return extent(text, bold=face.bold).width * face.size / 1000


def _room(lines: Sequence[str], face: Face) -> tuple[float, float]:
    """Return the points above and below the line that letters stand on: the same for all ``lines``."""
    found = [extent(line, bold=face.bold) for line in lines]
    above = max(_ABOVE, max(one.above for one in found) / 1000 + _AIR / 2)
    below = max(_BELOW, max(one.below for one in found) / 1000 + _AIR / 2)
    return above * face.size, below * face.size
