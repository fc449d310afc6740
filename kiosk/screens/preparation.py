"""Is everything ready? A row for each thing: in order, to be looked at, or missing, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.widget import Widget

from kiosk.screens.base import KioskScreen
from kiosk.screens.message import SIGNS
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.text import Line

if TYPE_CHECKING:
    from kiosk.preparation import Check

_TONES = ("error", "attention", "done")
"""From the worst to the best."""


class PreparationScreen(KioskScreen[str]):
    """The result of the check; ends with ``again`` or ``done``.

    Args:
        checks: the rows, in the order of a filing.
    """

    title_key: ClassVar[str] = "preparation.title"
    help_key: ClassVar[str] = "help.prepare"
    proceeds: ClassVar[bool] = True

    def __init__(self, checks: Sequence[Check]) -> None:
        super().__init__()
        self._checks = tuple(checks)

    def body(self) -> Iterable[Widget]:
        worst = next((tone for tone in _TONES if any(check.tone == tone for check in self._checks)), "done")
        yield Line(SIGNS[worst] + self.t(f"preparation.lead.{worst}"), classes=f"lead -{worst}", id="lead")
        yield ChoiceList([Choice("again", self.t("preparation.again")), Choice("done", self.t("preparation.done"))])
        for check in self._checks:
            yield from self._row(check)

    def _row(self, check: Check) -> Iterable[Widget]:
        params = dict(check.params)
        yield Line(SIGNS[check.tone] + self.t(check.key, **params), classes=f"-{check.tone}")
        if check.advice_key:
            yield Line("  " + self.t(check.advice_key, **params), classes="quiet")

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        self.dismiss(event.choice_id)

    def action_proceed(self) -> None:
        """F10: on from here."""
        self.dismiss("done")
