"""Kept as a draft in an outage: what is saved, until when, when to come back, and the way out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from textual.widget import Widget

from kiosk.clock import japan_date
from kiosk.screens.base import KioskScreen, Rail
from kiosk.screens.moments import day_words, moment_words
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.text import Line

END, STAY = "end", "stay"


class DraftKeptScreen(KioskScreen[str]):
    """Ends with ``END`` (the visit is over) or ``STAY`` (on with the draft). What it says follows the portal's state.

    Args:
        kept_until: when the draft is erased if nobody works on it.
    """

    title_key: ClassVar[str] = "outage.kept.title"
    rail: ClassVar[Rail | None] = Rail.FILING
    step: ClassVar[int] = 5
    help_key: ClassVar[str] = "help.sending"
    first_focus: ClassVar[str] = "ChoiceList"

    def __init__(self, kept_until: datetime) -> None:
        super().__init__()
        self._kept_until = kept_until

    def body(self) -> Iterable[Widget]:
        """Yield what is saved, when to come back, and the two ways on."""
        until = day_words(japan_date(self._kept_until), self.t)
        yield Line("✓ " + self.t("outage.kept.lead"), classes="lead -done", id="lead")
        yield Line(self.t("outage.kept.until", until=until), classes="paragraph", id="until")
        yield Line(self._return(), classes="paragraph", id="return")
        yield Line(self.t("outage.kept.not_filed"), classes="paragraph")
        yield Line(self.t("end.card"), classes="paragraph")
        choices = [Choice(END, self.t("outage.kept.end")), Choice(STAY, self.t("outage.kept.stay"))]
        yield ChoiceList(choices)

    def _return(self) -> str:
        app = self.kiosk
        state = app.portal_state
        if app.portal_words()[1] == "open":
            return self.t("outage.kept.open")
        if state is not None and state.kind == "maintenance" and state.until is not None:
            return self.t("outage.kept.return_at", until=moment_words(state.until, self.t))
        return self.t("outage.kept.return")

    def portal_changed(self) -> None:
        """Say when to come back as it is now."""
        for line in self.query("#return").results(Line):
            line.show(self._return())

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """End with the choice."""
        self.dismiss(event.choice_id)
