"""Which status of residence? What can be filed here comes first; what is never filed online is explained."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.widget import Widget

from kiosk.filing.catalogue import is_built, statuses
from kiosk.screens.base import KioskScreen, Rail
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.text import Line

NOT_ONLINE = "not_online"
"""The result when the person's status is one that is never filed online."""


class StatusScreen(KioskScreen[str]):
    """Ends with the id of the status, or with ``NOT_ONLINE``.

    Args:
        procedure: the procedure chosen.
        chosen: the status chosen before, to begin there.
    """

    title_key: ClassVar[str] = "choose.status.title"
    rail: ClassVar[Rail | None] = Rail.FILING
    step: ClassVar[int] = 2
    help_key: ClassVar[str] = "help.answers"

    def __init__(self, procedure: str, chosen: str = "") -> None:
        super().__init__()
        self._procedure = procedure
        self._chosen = chosen

    def body(self) -> Iterable[Widget]:
        """Yield the question and the statuses."""
        yield Line(self.t("choose.status.lead"), classes="lead")
        yield Line(self.t("choose.status.where"), classes="quiet space")
        built = [entry for entry in statuses() if is_built(self._procedure, entry.id)]
        never = Choice(NOT_ONLINE, self.t("choose.status.never"), self.t("choose.status.never.hint"))
        choices = [Choice(entry.id, self.t.pick(entry.name)) for entry in built]
        yield ChoiceList([*choices, never], selected=self._chosen)
        coming = [self.t.pick(entry.name) for entry in statuses() if entry not in built]
        yield Line(self.t("choose.status.coming"), classes="quiet label")
        yield Line(self.t("choose.status.comma").join(coming), classes="quiet space", id="coming")

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """End with the status."""
        self.dismiss(event.choice_id)
