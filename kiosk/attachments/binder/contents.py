"""The pages that the binder writes itself: the contents, and the declaration that more follows (参考様式9)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pikepdf

from kiosk.reports.fonts import writable
from kiosk.reports.page import WIDTH, Face, Page, Paper

Words = Mapping[str, str]
"""Japanese words by message key, without ``binder.``."""

_LEFT, _MEASURE = 64.0, WIDTH - 128
_NUMBER_ROOM = 56.0
_TOGETHER = 80.0
"""Room for a heading and what follows it."""

_OF_A_LETTER = 400
_LETTERS_LATER = 30
"""Of a reception number and a day."""

_TITLE, _HEAD, _TEXT, _NOTE = Face(18, bold=True), Face(11, bold=True), Face(11), Face(9)
_LANGUAGE = "ja"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list: what, and how many pages it has."""

    title: str = field(repr=False)
    pages: int


@dataclass(frozen=True, slots=True)
class Declaration:
    """What the declaration says.

    Attributes:
        asked: these papers are added because the bureau asked; otherwise because all are too much at once.
        limit: megabytes, in words.
        applicant, reception, day: of the application, where they are known.
        attached, following: papers in this part and in later ones, with how many pages each has.
    """

    asked: bool
    limit: str
    attached: Sequence[Row]
    following: Sequence[Row]
    applicant: str = field(default="", repr=False)
    reception: str = field(default="", repr=False)
    day: str = ""


@dataclass(frozen=True, slots=True)
class Front:
    """The pages in front of a file.

    Attributes:
        pdf: all of them; empty where there are none.
        declaration, contents: how many pages each has, in this order.
    """

    pdf: bytes = field(repr=False)
    declaration: int
    contents: int

    @property
    def pages(self) -> int:
        """How many there are."""
        return self.declaration + self.contents


def legible(text: str) -> str:
    """Return ``text`` with a geta (〓) for every character that can't be written on these pages."""
    return "".join(character if writable(character) else "〓" for character in text.replace("\n", " "))


def front_pages(declaration: Declaration | None, items: Sequence[Row] | None, words: Words) -> Front:
    """Return the pages in front of a file, all in one PDF, so that each font is made once.

    Args:
        declaration: what it says; None where the file has none.
        items: what the file holds, each with how many pages it has; None for no contents.
        words: of both.

    Raises:
        FontMissing: a font's file is not there.
    """
    said = [] if declaration is None else _declaration(declaration, words).pages
    contents = list[Page]()
    if items is not None:
        # Laid out twice: on which page things are depends on how many pages the contents takes.
        taken = len(_contents(items, 0, words).pages)
        contents = _contents(items, len(said) + taken, words).pages
    pages = [*said, *contents]
    # It takes a second to load, and most papers are bound without such pages.
    from kiosk.reports.writer import pdf_of

    return Front(pdf_of(words["title"], _LANGUAGE, pages) if pages else b"", len(said), len(contents))


def front_marks(front: Front, words: Words) -> list[pikepdf.OutlineItem]:
    """Return the bookmarks of the front pages."""
    marks = list[pikepdf.OutlineItem]()
    if front.declaration:
        marks.append(pikepdf.OutlineItem(words["declaration"], 0))
    if front.contents:
        marks.append(pikepdf.OutlineItem(words["contents"], front.declaration))
    return marks


def front_room(texts: Iterable[str], words: Words) -> int:
    """Return about how many bytes the front pages take that name all of ``texts``; generously.

    It is the shapes of the letters that count, each once; a line more takes little. A declaration that is written anew
    later (``declaring``) has a few more, of the number and the day.
    """
    letters = {letter for text in (*texts, *words.values()) for letter in text}
    return _OF_A_LETTER * (len(letters) + _LETTERS_LATER)


def _contents(items: Sequence[Row], before: int, words: Words) -> Paper:
    """Lay the contents out, of a file in which ``before`` pages are in front of the first item."""
    paper = Paper(words["contents"], _LANGUAGE, numbered=False)
    _write(paper, words["contents"], _TITLE, after=14)
    _row(paper, words["contents.title"], words["contents.page"], _HEAD)
    page = before + 1
    for item in items:
        _row(paper, item.title, str(page), _TEXT)
        page += item.pages
    return paper


def _declaration(said: Declaration, words: Words) -> Paper:
    paper = Paper(words["declaration"], _LANGUAGE, numbered=False)
    _write(paper, words["declaration.form"], _NOTE, after=8)
    _write(paper, words["declaration"], _TITLE, after=14)
    _write(paper, words["declaration.to"], _TEXT, after=10)
    _write(paper, words["declaration.lead"], _TEXT, after=10)
    for asked, key in ((False, "declaration.more"), (True, "declaration.asked")):
        box = "■" if asked == said.asked else "□"
        _write(paper, f"{box} {words[key].format(limit=said.limit)}", _TEXT, after=4)
    paper.space(8)
    blanks = (("applicant", said.applicant), ("reception", said.reception), ("day", said.day))
    for key, value in blanks:
        _write(paper, f"{words[f'declaration.{key}']}　{legible(value) or '＿' * 12}", _TEXT, after=2)
    for key, rows in (("attached", said.attached), ("following", said.following)):
        paper.keep(_TOGETHER)
        paper.space(10)
        _write(paper, words[f"declaration.{key}"], _HEAD, after=2)
        for row in rows:
            _row(paper, row.title, words["declaration.pages"].format(pages=row.pages), _TEXT)
        if not rows:
            _write(paper, words["declaration.none"], _TEXT)
    paper.space(14)
    _write(paper, words["declaration.note"], _NOTE)
    return paper


def _write(paper: Paper, text: str, face: Face, after: float = 0.0) -> None:
    paper.write(text, face, _LEFT, _MEASURE)
    paper.space(after)


def _row(paper: Paper, title: str, number: str, face: Face) -> None:
    paper.write(legible(title), face, _LEFT, _MEASURE, number, _NUMBER_ROOM)
    paper.space(2)
