"""The last look before filing: what goes out, and the one button that files it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.containers import Horizontal
from textual.widget import Widget

from kiosk.screens.base import KioskScreen, Rail
from kiosk.widgets.bars import ActionButton
from kiosk.widgets.text import Fact, Line


class SendReviewScreen(KioskScreen[str]):
    """What will be filed; ends with ``send`` or ``stop``.

    Args:
        rows: label and value of what goes out (procedure, applicant, files, receipt method, notices).
        fee: the fee in words.
        portal_open: whether it can be filed now; otherwise the button says why not.
        portal_words: the portal's state in words.
    """

    title_key: ClassVar[str] = "send.title"
    rail: ClassVar[Rail | None] = Rail.FILING
    step: ClassVar[int] = 5
    help_key: ClassVar[str] = "help.sending"
    proceeds: ClassVar[bool] = True
    first_focus: ClassVar[str] = "#send, #stop"

    def __init__(self, rows: Sequence[tuple[str, str]], fee: str, *, portal_open: bool, portal_words: str) -> None:
        super().__init__()
        self._rows = tuple(rows)
        self._fee = fee
        self._open = portal_open
        self._portal_words = portal_words

    def body(self) -> Iterable[Widget]:
        yield Line(self.t("send.lead"), classes="lead")
        for label, value in self._rows:
            yield Fact(label, value)
        yield Line(self._fee, classes="paragraph quiet")
        yield Line(self.t("send.declaration"), classes="paragraph")
        if not self._open:
            yield Line("! " + self.t("send.closed", state=self._portal_words), classes="-attention space", id="closed")
        yield Horizontal(
            ActionButton(self.t("send.button"), id="send", primary=True, disabled=not self._open),
            ActionButton(self.t("send.stop"), id="stop"),
            classes="actions",
        )

    def on_action_button_pressed(self, event: ActionButton.Pressed) -> None:
        self.dismiss(event.button.id or "stop")

    def action_proceed(self) -> None:
        """F10: file it, where that is possible."""
        if self._open:
            self.dismiss("send")
