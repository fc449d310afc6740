"""The authentication ID, asked for where nobody could log in: the application is filed under it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.containers import Horizontal
from textual.widget import Widget

from kiosk.screens.base import KioskScreen, Rail
from kiosk.screens.log_in import plain_id
from kiosk.widgets.bars import ActionButton
from kiosk.widgets.fields import FieldChanged, FieldDone, FieldSpec, editor_id
from kiosk.widgets.fields_text import TextField
from kiosk.widgets.text import Line


class AccountIdScreen(KioskScreen[str]):
    """Ends with the authentication ID, half width and without blanks.

    Args:
        typed: what was typed before.
    """

    title_key: ClassVar[str] = "account_id.title"
    help_key: ClassVar[str] = "help.register"
    rail: ClassVar[Rail | None] = Rail.FILING
    step: ClassVar[int] = 5
    proceeds: ClassVar[bool] = True

    def __init__(self, typed: str = "") -> None:
        super().__init__()
        self.typed = typed
        """What stands in the box."""
        self._missing = False

    def body(self) -> Iterable[Widget]:
        """Yield the question, why it is asked, and the button."""
        yield Line(self.t("account_id.lead"), classes="lead", id="lead")
        if self._missing:
            yield Line("✗ " + self.t("log_in.no_id"), classes="-error space", id="error")
        yield TextField(FieldSpec("id", "short", self.t("log_in.id"), hint=self.t("log_in.id.hint")), self.typed)
        yield Horizontal(ActionButton(self.t("choice.continue"), id="continue", primary=True), classes="actions")
        yield Line(self.t("account_id.why"), classes="paragraph")
        yield Line(self.t("account_id.careful"), classes="paragraph")

    def on_field_changed(self, event: FieldChanged) -> None:
        """Keep what is typed."""
        self.typed = event.value

    def on_field_done(self, _event: FieldDone) -> None:
        """Enter in the box goes on."""
        self.action_proceed()

    def on_action_button_pressed(self) -> None:
        """The button goes on."""
        self.action_proceed()

    def action_proceed(self) -> None:
        """F10: end, where something was typed."""
        if account_id := plain_id(self.typed):
            self.dismiss(account_id)
        else:
            self._missing = True
            self.run_worker(self._redrawn(), exclusive=True)

    async def _redrawn(self) -> None:
        await self.redraw()
        self.query_one(f"#{editor_id('id')}").focus()
