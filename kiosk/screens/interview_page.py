"""One question of the interview: something to choose, or a day or a number to type."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import ClassVar, Literal

from textual.widget import Widget

from kiosk.filing.interview import Question
from kiosk.forms.load import load_sheet
from kiosk.forms.model import Context, Field, Form, Page, Sheet
from kiosk.screens.asking import AnswerMap, PageAsking, Value
from kiosk.screens.base import KioskScreen, Rail
from kiosk.screens.question_page import QuestionPage
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.text import Line

_TYPES: dict[str, Literal["date", "integer"]] = {"day": "date", "number": "integer"}


class InterviewScreen(KioskScreen[str]):
    """A question with choices; ends with the id of one.

    Args:
        question: of kind ``choice``.
        given: the answer given before, to begin there.
    """

    title_key: ClassVar[str] = "interview.title"
    rail: ClassVar[Rail | None] = Rail.FILING
    step: ClassVar[int] = 2

    def __init__(self, question: Question, given: str = "") -> None:
        super().__init__()
        self.question = question
        """The question asked."""
        self._given = given

    def body(self) -> Iterable[Widget]:
        """Yield the question and what can be chosen."""
        yield Line(self.t.pick(self.question.text), classes="lead", id="lead")
        if self.question.hint:
            yield Line(self.t.pick(self.question.hint), classes="quiet space")
        choices = [Choice(entry.id, self.t.pick(entry.text)) for entry in self.question.choices]
        yield ChoiceList(choices, selected=self._given)

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """End with the choice."""
        self.dismiss(event.choice_id)


class InterviewEntry(QuestionPage):
    """A question whose answer is typed; ends with ``NEXT`` when it is one. The answer is in ``answers``.

    Args:
        question: of kind ``day`` or ``number``.
        answers: the answers by question; changed in place.
        today: the day in Japan.
    """

    CSS: ClassVar[str] = QuestionPage.CSS + "#page-head { display: none; }"
    title_key: ClassVar[str] = "interview.title"

    def __init__(self, question: Question, answers: AnswerMap, today: date) -> None:
        self.question = question
        form = _form(question)
        super().__init__(PageAsking(form, form.pages[0], answers, Context("", today)), _keep, stop=False)


def _form(question: Question) -> Form:
    box = Field(
        id=question.id,
        type=_TYPES[question.kind],
        label=question.text,
        help=question.hint,
        required=True,
        max_length=3 if question.kind == "number" else None,
    )
    page = Page(id="interview", title={"ja": "", "en": ""}, fields=(box,))
    sheet = Sheet(
        id="interview", title=question.text, filled_by="applicant", certainty="official", origin=(), pages=(page,)
    )
    return Form(
        procedure="interview", status="", status_code="", file_code="", system="rasens",
        sheets=(sheet,), receipt=load_sheet("receipt"),
    )  # fmt: skip


def _keep(_field_id: str, _value: Value) -> None:
    """Nothing is stored: the answers live in the interview alone."""
