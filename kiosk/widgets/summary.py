"""The list of what is wrong, on top of a page: it takes the focus and leads to each field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.text import Line

ROW_CELLS = 68
"""Room for the words of a row beside the bar."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: the field's widget id, its label, and the same words as at the field."""

    field_id: str
    label: str
    text: str


class ErrorSummary(Vertical):
    """What is wrong on this page. Choosing a row goes to its field.

    Args:
        heading: one sentence, such as "There are 2 things to put right".
        problems: the rows, in the order of the fields.
        takes_focus: False where the page is only drawn again.
    """

    class Chosen(Message):
        """A row was chosen."""

        def __init__(self, field_id: str) -> None:
            super().__init__()
            self.field_id = field_id

    def __init__(self, heading: str, problems: Sequence[Problem], *, takes_focus: bool = True) -> None:
        super().__init__(id="error-summary")
        self._heading = heading
        self._problems = tuple(problems)
        self._takes_focus = takes_focus

    def compose(self) -> ComposeResult:
        yield Line(self._heading, classes="-error lead")
        rows = [Choice(str(n), f"{problem.label}: {problem.text}") for n, problem in enumerate(self._problems)]
        yield ChoiceList(rows, id="error-rows", cells=ROW_CELLS)

    def on_mount(self) -> None:
        if self._takes_focus:
            self.query_one(ChoiceList).focus()

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        event.stop()
        self.post_message(self.Chosen(self._problems[int(event.choice_id)].field_id))
