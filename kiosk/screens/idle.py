"""Are you still there? After a while the visit ends by itself; the answers are saved."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import ClassVar

from textual.widget import Widget

from kiosk.screens.base import KioskScreen
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.text import Line


class IdleScreen(KioskScreen[str]):
    """Counts down to the end of the visit.

    Args:
        seconds: how long until the visit ends.
    """

    title_key: ClassVar[str] = "idle.title"

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._left = seconds

    def body(self) -> Iterable[Widget]:
        """Yield the question, the countdown and the two answers."""
        yield Line(self.t("idle.lead"), classes="lead")
        yield Line(self._words(), id="countdown", classes="paragraph")
        yield ChoiceList([Choice("stay", self.t("idle.stay")), Choice("end", self.t("idle.end"))])

    def on_mount(self) -> None:
        """Start counting."""
        self.set_interval(1.0, self._count)

    def _count(self) -> None:
        self._left = max(0.0, self._left - 1.0)
        self.query_one("#countdown", Line).show(self._words())

    def _words(self) -> str:
        return self.t.plural("idle.left", math.ceil(self._left))

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """Stay, or end at once."""
        if event.choice_id == "end":
            self.kiosk.end_visit()
        else:
            self.dismiss("stay")
