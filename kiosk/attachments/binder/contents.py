"""The pages that the binder writes itself: the contents, and the declaration that more follows (参考様式9)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from kiosk.reports.page import WIDTH, Face, Paper, measure, wrapped, writable

Words = Mapping[str, str]
"""Japanese words by message key, without ``binder.``."""

_LEFT, _MEASURE, _BOTTOM = 64.0, WIDTH - 128, 64.0
_NUMBER_ROOM = 56.0
_TITLE, _HEAD, _TEXT, _NOTE = Face(18, bold=True), Face(11, bold=True), Face(11), Face(9)
_LANGUAGE = "ja"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list: what, and on which page (counted from 1) or how many pages."""

    title: str
    number: int


@dataclass(frozen=True, slots=True)
class Declaration:
    """What the declaration says.

    Attributes:
        asked: these papers are added because the bureau asked; otherwise because all are too much at once.
        limit: megabytes.
        applicant, reception, day: of the application, where they are known.
        attached, following: papers in this part and in later ones, with how many pages each has.
    """

    asked: bool
    limit: int
    attached: Sequence[Row]
    following: Sequence[Row]
    applicant: str = field(default="", repr=False)
    reception: str = field(default="", repr=False)
    day: str = ""


def legible(text: str) -> str:
    """Return ``text`` with a geta (〓) for every character that can't be written on these pages."""
    return "".join(character if writable(character) else "〓" for character in text.replace("\n", " "))


def contents_pages(rows: Sequence[Row], words: Words) -> list[bytes]:
    """Return the contents as PDFs of one page each."""
    sheet = _Sheet(words["contents"])
    sheet.write(words["contents"], _TITLE, after=14)
    sheet.rows([Row(words["contents.title"], 0)], lambda _: words["contents.page"], _HEAD)
    sheet.rows(rows, lambda number: str(number), _TEXT)
    return sheet.pdfs()


def declaration_pages(said: Declaration, words: Words) -> list[bytes]:
    """Return the declaration as PDFs of one page each."""
    sheet = _Sheet(words["declaration"])
    sheet.write(words["declaration.form"], _NOTE, after=8)
    sheet.write(words["declaration"], _TITLE, after=14)
    sheet.write(words["declaration.to"], _TEXT, after=10)
    sheet.write(words["declaration.lead"], _TEXT, after=10)
    for asked, key in ((False, "declaration.more"), (True, "declaration.asked")):
        box = "■" if asked == said.asked else "□"
        sheet.write(f"{box} {words[key].format(limit=said.limit)}", _TEXT, after=4)
    sheet.space(8)
    blanks = (("applicant", said.applicant), ("reception", said.reception), ("day", said.day))
    for key, value in blanks:
        sheet.write(f"{words[f'declaration.{key}']}　{legible(value) or '＿' * 12}", _TEXT, after=2)
    for key, rows in (("attached", said.attached), ("following", said.following)):
        sheet.space(10)
        sheet.write(words[f"declaration.{key}"], _HEAD, after=2)
        if rows:
            sheet.rows(rows, lambda number: words["declaration.pages"].format(pages=number), _TEXT)
        else:
            sheet.write(words["declaration.none"], _TEXT)
    sheet.space(14)
    sheet.write(words["declaration.note"], _NOTE)
    return sheet.pdfs()


class _Sheet:
    """Pages that follow one another as they are filled."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._pages = [Paper()]

    def write(self, text: str, face: Face, after: float = 0.0) -> None:
        lines = len(wrapped(text, face, _MEASURE))
        self._room(lines * face.leading)
        self._page.write(text, face, _LEFT, _MEASURE)
        self._page.space(after)

    def rows(self, rows: Sequence[Row], shown: Callable[[int], str], face: Face) -> None:
        for row in rows:
            title, width = legible(row.title), _MEASURE - _NUMBER_ROOM - 12
            self._room(len(wrapped(title, face, width)) * face.leading)
            self._page.write(title, face, _LEFT, width)
            number = shown(row.number)
            # On the line of the title's end.
            self._page.y += face.leading
            room = measure(number, face)
            self._page.write(number, face, _LEFT + _MEASURE - room, room + 1)
            self._page.space(2)

    def space(self, points: float) -> None:
        self._page.space(points)

    def pdfs(self) -> list[bytes]:
        return [page.pdf(self._title, _LANGUAGE) for page in self._pages]

    @property
    def _page(self) -> Paper:
        return self._pages[-1]

    def _room(self, points: float) -> None:
        if self._page.y - points < _BOTTOM:
            self._pages.append(Paper())


Kind = Literal["documents", "declaration"]
"""What a file that was bound is."""
