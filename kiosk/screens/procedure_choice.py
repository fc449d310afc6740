"""Which procedure? The seven of the guide, those not built yet shown as coming."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.widget import Widget

from kiosk.filing.catalogue import procedures
from kiosk.screens.base import KioskScreen, Rail
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
        choices: list[Choice] = []
        for entry in procedures():
            name = self.t.pick(entry.name)
            label = name if entry.available else self.t("choose.coming", name=name)
            choices.append(Choice(entry.id, label, self.t.pick(entry.hint), enabled=entry.available))
        yield ChoiceList(choices, selected=self._chosen)

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """End with the procedure."""
        self.dismiss(event.choice_id)
