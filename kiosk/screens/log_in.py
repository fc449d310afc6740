"""Authentication ID and password on one page, with the ways out for who has forgotten one of them.

The same page for who has shown a card before, and for staff of an organisation, who have none.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from textual.containers import Horizontal
from textual.widget import Widget

from kiosk.screens.base import KioskScreen, Rail
from kiosk.widgets.bars import ActionButton
from kiosk.widgets.fields import FieldChanged, FieldDone, FieldSpec, editor_id
from kiosk.widgets.fields_text import TextField
from kiosk.widgets.secret import SecretField
from kiosk.widgets.text import Line

PASSWORD_MAXIMUM = 32
"""The portal's longest password."""

FORGOT_PASSWORD, FORGOT_ID = "forgot_password", "forgot_id"


@dataclass(frozen=True, slots=True)
class LogInEntry:
    """What was typed. Whoever receives it wipes the password."""

    authentication_id: str = field(repr=False)
    password: bytearray = field(repr=False)


def plain_id(text: str) -> str:
    """Return an authentication ID as it is sent: half width, without blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split())


class LogInScreen(KioskScreen[LogInEntry | str]):
    """Ends with a ``LogInEntry``, ``FORGOT_PASSWORD`` or ``FORGOT_ID``.

    Args:
        authentication_id: what was typed before, so that a wrong password does not cost typing it again.
        failed: whether the portal has just refused what was shown together.
        staff: whether it is for staff of an organisation, without a card.
    """

    title_key: ClassVar[str] = "log_in.title"
    help_key: ClassVar[str] = "help.register"
    rail: ClassVar[Rail | None] = Rail.FILING
    step: ClassVar[int] = 1
    proceeds: ClassVar[bool] = True

    def __init__(self, authentication_id: str = "", *, failed: bool = False, staff: bool = False) -> None:
        super().__init__()
        self.typed_id = authentication_id
        """What stands in the first box."""
        self._staff = "staff." if staff else ""
        self._error_key = f"log_in.{self._staff}failed" if failed else ""

    def body(self) -> Iterable[Widget]:
        yield Line(self._error_words(), classes="-error space", id="error")
        yield Line(self.t(f"log_in.{self._staff}lead"), classes="lead", id="lead")
        spec = FieldSpec("id", "short", self.t("log_in.id"), hint=self.t("log_in.id.hint"))
        yield TextField(spec, self.typed_id)
        yield Line(self.t("log_in.password"), classes="label")
        yield SecretField(maximum=PASSWORD_MAXIMUM, id="password")
        yield Horizontal(
            ActionButton(self.t("log_in.button"), id="log_in", primary=True),
            ActionButton(self.t("log_in.forgot_password"), id=FORGOT_PASSWORD),
            ActionButton(self.t("log_in.forgot_id"), id=FORGOT_ID),
            classes="actions",
        )

    def on_mount(self) -> None:
        self._show_error()
        if self.typed_id:
            self.query_one("#password").focus()

    async def redraw(self) -> None:
        kept = self.query_one("#password", SecretField).take()
        await super().redraw()
        self.query_one("#password", SecretField).put(kept)
        self._show_error()

    def on_field_changed(self, event: FieldChanged) -> None:
        self.typed_id = event.value

    def on_field_done(self, event: FieldDone) -> None:
        self.query_one("#password").focus()

    def on_secret_field_submitted(self) -> None:
        self.action_proceed()

    def on_action_button_pressed(self, event: ActionButton.Pressed) -> None:
        if event.button.id in {FORGOT_PASSWORD, FORGOT_ID}:
            self.dismiss(event.button.id or FORGOT_ID)
        else:
            self.action_proceed()

    def action_proceed(self) -> None:
        """F10: log in, where both boxes are filled."""
        authentication_id, password = plain_id(self.typed_id), self.query_one("#password", SecretField)
        if not authentication_id:
            self._refuse("log_in.no_id", editor_id("id"))
        elif password.empty:
            self._refuse("log_in.no_password", "password")
        else:
            self.dismiss(LogInEntry(authentication_id, password.take()))

    def _refuse(self, error_key: str, widget_id: str) -> None:
        self._error_key = error_key
        self._show_error()
        self.query_one(f"#{widget_id}").focus()

    def _show_error(self) -> None:
        line = self.query_one("#error", Line)
        line.show(self._error_words())
        line.display = bool(self._error_key)

    def _error_words(self) -> str:
        return f"✗ {self.t(self._error_key)}" if self._error_key else ""
