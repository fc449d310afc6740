"""A procedure that is filed online only together with another one: with which?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.widget import Widget

from kiosk.filing.catalogue import Procedure, procedure
from kiosk.screens.base import KioskScreen, Rail
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.text import Line

WITH = ("extension", "change", "acquisition")
"""Procedures whose forms take another one along."""


class TogetherScreen(KioskScreen[str]):
    """Ends with the id of the procedure it is filed with.

    Args:
        wanted: the procedure that cannot be filed alone.
    """

    title_key: ClassVar[str] = "choose.procedure.title"
    rail: ClassVar[Rail | None] = Rail.FILING
    step: ClassVar[int] = 2

    def __init__(self, wanted: Procedure) -> None:
        super().__init__()
        self._wanted = wanted

    def body(self) -> Iterable[Widget]:
        """Yield that it goes together with another one, the choice, and what to do alone."""
        name = self.t.pick(self._wanted.name)
        yield Line(self.t("choose.together.lead", name=name), classes="lead", id="lead")
        yield Line(self.t("choose.together.how"), classes="paragraph")
        names = [(entry.id, self.t.pick(entry.name)) for entry in map(procedure, WITH)]
        yield ChoiceList([Choice(key, self.t("choose.together.with", name=text)) for key, text in names])
        yield Line(self.t("choose.together.alone"), classes="quiet")

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """End with the choice."""
        self.dismiss(event.choice_id)
