"""The letter to the employer, school or supporter on paper: in Japanese, and on pages of its own in another language.

It holds nothing of the person: the name is written in by hand. A language that cannot be printed is given in English,
and the paper says so.
"""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.filing.answer import Answer
from kiosk.filing.request import Line, LineKind, Recipient, request_lines
from kiosk.i18n import Translator
from kiosk.reports.page import HEIGHT, WIDTH, Face, Paper
from kiosk.reports.voices import FILED_IN, voices

_LEFT, _MEASURE, _INDENT = 56.0, WIDTH - 112, 14.0
_FACES: dict[LineKind, Face] = {
    "title": Face(16, bold=True),
    "heading": Face(12, bold=True),
    "text": Face(10.5),
    "item": Face(10.5),
    "remark": Face(9),
}
_ABOVE: dict[LineKind, float] = {"title": 0, "heading": 14, "text": 4, "item": 6, "remark": 0}
_TOGETHER = 60.0
"""A heading, and an item with its remark, stay together: room for two or three lines, in points."""


def request_voices(answer: Answer, recipient: Recipient, language: str) -> tuple[Translator, ...]:
    """Return the languages the letter is written in: English in the place of one that cannot be printed.

    Args:
        answer: what the rules say of the application.
        recipient: who is asked.
        language: the applicant's.
    """
    return voices(language, lambda t: (line.text for line in request_lines(answer, recipient, t)))


def request_paper(answer: Answer, recipient: Recipient, language: str) -> Paper:
    """Return the letter laid out on pages of A4.

    Args:
        answer: what the rules say of the application.
        recipient: who is asked; something has to come from there (``filing.request.recipients``).
        language: the applicant's; beside Japanese, where it is another one.

    Raises:
        FontMissing: a font's file is not there.
    """
    spoken = request_voices(answer, recipient, language)
    paper = Paper(spoken[0]("request.title"), FILED_IN)
    for t in spoken:
        paper.keep(HEIGHT)
        if t.language not in {FILED_IN, language}:
            paper.write(t("paper.no_font"), _FACES["text"], _LEFT, _MEASURE)
            paper.space(10)
        _write(paper, request_lines(answer, recipient, t))
    return paper


def request_name(answer: Answer, recipient: Recipient) -> str:
    """Return the name of the file: it says what it is, and not whose."""
    return f"request-{recipient}-{answer.procedure}-{answer.status}.pdf".replace("_", "-")


def _write(paper: Paper, lines: Sequence[Line]) -> None:
    for line in lines:
        if line.kind in {"heading", "item"}:
            paper.keep(_TOGETHER)
        paper.space(_ABOVE[line.kind])
        indent = _INDENT if line.kind == "remark" else 0
        paper.write(line.text, _FACES[line.kind], _LEFT + indent, _MEASURE - indent)
        if line.kind == "title":
            paper.space(8)
