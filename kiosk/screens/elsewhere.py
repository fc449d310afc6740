"""The interview's end that is no online procedure: what to do instead, and where that is known from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.widget import Widget

from kiosk.filing.interview import Elsewhere
from kiosk.screens.base import KioskScreen, Rail
from kiosk.screens.eligibility import shown_source
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.text import Line


class ElsewhereScreen(KioskScreen[str]):
    """What to do instead; ends with ``again`` or ``back``.

    Args:
        end: the end.
    """

    title_key: ClassVar[str] = "interview.title"
    rail: ClassVar[Rail | None] = Rail.FILING
    step: ClassVar[int] = 2

    def __init__(self, end: Elsewhere) -> None:
        super().__init__()
        self._end = end

    def body(self) -> Iterable[Widget]:
        """Yield what to do, the source, and the ways on."""
        yield Line("! " + self.t.pick(self._end.text), classes="lead -attention", id="lead")
        yield Line(self.t("eligibility.source", source=shown_source(self._end.source)), classes="quiet space")
        yield ChoiceList([Choice("back", self.t("interview.other_answer")), Choice("again", self.t("interview.again"))])

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """End with the choice."""
        self.dismiss(event.choice_id)
