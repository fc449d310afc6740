"""The password is forgotten or over: the portal sends a mail with a link to set a new one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, NamedTuple

from textual.containers import Horizontal
from textual.widget import Widget

from kiosk.screens.base import KioskScreen
from kiosk.screens.log_in import plain_id
from kiosk.widgets.bars import ActionButton
from kiosk.widgets.fields import FieldChanged, FieldDone, FieldSpec, Note, box_id, editor_id
from kiosk.widgets.fields_text import TextField
from kiosk.widgets.text import Line


class ResetEntry(NamedTuple):
    """What was typed."""

    authentication_id: str
    email: str


class PasswordResetScreen(KioskScreen[ResetEntry]):
    """Ends with both, as the portal takes them.

    Args:
        authentication_id: what was typed at log-in.
    """

    title_key: ClassVar[str] = "reset.title"
    help_key: ClassVar[str] = "help.register"
    proceeds: ClassVar[bool] = True

    def __init__(self, authentication_id: str = "") -> None:
        super().__init__()
        self._typed = {"id": authentication_id, "email": ""}
        self._errors: dict[str, str] = {}

    def body(self) -> Iterable[Widget]:
        yield Line(self.t("reset.lead"), classes="lead", id="lead")
        yield Line(self.t("reset.how"), classes="paragraph")
        yield TextField(FieldSpec("id", "short", self.t("log_in.id")), self._typed["id"])
        yield TextField(FieldSpec("email", "text", self.t("details.email")), self._typed["email"])
        yield Horizontal(ActionButton(self.t("reset.button"), id="send", primary=True), classes="actions")

    def on_mount(self) -> None:
        self._show_errors()
        if self._typed["id"]:
            self.query_one(f"#{editor_id('email')}").focus()

    async def redraw(self) -> None:
        await super().redraw()
        self._show_errors()

    def on_field_changed(self, event: FieldChanged) -> None:
        self._typed[event.field_id] = event.value

    def on_field_done(self, event: FieldDone) -> None:
        if event.field_id == "id":
            self.query_one(f"#{editor_id('email')}").focus()
        else:
            self.action_proceed()

    def on_action_button_pressed(self) -> None:
        self.action_proceed()

    def action_proceed(self) -> None:
        """F10: send, where both can be right."""
        entry = ResetEntry(plain_id(self._typed["id"]), plain_id(self._typed["email"]))
        name, at, domain = entry.email.partition("@")
        self._errors = {} if entry.authentication_id else {"id": "log_in.no_id"}
        if not (name and at and "." in domain.strip(".") and entry.email.isascii()):
            self._errors["email"] = "reset.no_email"
        self._show_errors()
        if self._errors:
            self.query_one(f"#{editor_id(next(iter(self._errors)))}").focus()
        else:
            self.dismiss(entry)

    def _show_errors(self) -> None:
        for name in self._typed:
            notes = [Note("error", self.t(self._errors[name]))] if name in self._errors else []
            self.query_one(f"#{box_id(name)}", TextField).show_notes(notes)
