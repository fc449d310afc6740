"""Which procedure? The seven of the guide, and help for who does not know."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.widget import Widget

from kiosk.filing.catalogue import procedures
from kiosk.screens.base import KioskScreen, Rail
from kiosk.screens.windows import ClosingLine
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.text import Line

UNSURE = "unsure"
"""The result of a person who does not know which procedure they need."""


class ProcedureScreen(KioskScreen[str]):
    """Ends with the id of the procedure, or with ``UNSURE``.

    Args:
        chosen: the procedure chosen before, to begin there.
    """

    title_key: ClassVar[str] = "choose.procedure.title"
    rail: ClassVar[Rail | None] = Rail.FILING
    step: ClassVar[int] = 2
    help_key: ClassVar[str] = "help.answers"

    def __init__(self, chosen: str = "") -> None:
        super().__init__()
        self._chosen = chosen

    def body(self) -> Iterable[Widget]:
        """Yield the question and the procedures."""
        yield Line(self.t("choose.procedure.lead"), classes="lead")
        yield ClosingLine(classes="space")
        choices = [Choice(entry.id, self.t.pick(entry.name), self.t.pick(entry.hint)) for entry in procedures()]
        unsure = Choice(UNSURE, self.t("choose.unsure"), self.t("choose.unsure.hint"))
        yield ChoiceList([*choices, unsure], selected=self._chosen)

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """End with the procedure."""
        self.dismiss(event.choice_id)
