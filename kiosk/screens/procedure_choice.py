"""Which procedure? The seven of the guide, those not built yet shown as coming."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.widget import Widget

from kiosk.filing.catalogue import Procedure, procedures
from kiosk.screens.base import KioskScreen, Rail
from kiosk.screens.windows import ClosingLine
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.text import Line


class ProcedureScreen(KioskScreen[str]):
    """Ends with the id of the procedure.

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
        choices = [self._choice(entry) for entry in procedures()]
        yield ChoiceList(choices, selected=self._chosen)

    def _choice(self, entry: Procedure) -> Choice:
        name = self.t.pick(entry.name)
        if entry.available:
            return Choice(entry.id, name, self.t.pick(entry.hint))
        return Choice(entry.id, self.t("choose.coming", name=name), enabled=False)

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """End with the procedure."""
        self.dismiss(event.choice_id)
