"""Check what was entered before the card signs it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.containers import Horizontal
from textual.widget import Widget

from kiosk.screens.base import KioskScreen, Rail
from kiosk.widgets.bars import ActionButton
from kiosk.widgets.text import Fact, Line


class RegistrationCheckScreen(KioskScreen[str]):
    """Ends with ``sign`` or ``change``.

    Args:
        rows: label and value, each in every language.
        terms_version: the terms that were agreed to.
    """

    title_key: ClassVar[str] = "registration.check.title"
    help_key: ClassVar[str] = "help.register"
    rail: ClassVar[Rail | None] = Rail.REGISTRATION
    step: ClassVar[int] = 3
    proceeds: ClassVar[bool] = True

    def __init__(self, rows: Sequence[tuple[dict[str, str], dict[str, str]]], terms_version: str) -> None:
        super().__init__()
        self._rows = tuple(rows)
        self._version = terms_version

    def body(self) -> Iterable[Widget]:
        yield Line(self.t("registration.check.lead"), classes="lead", id="lead")
        for label, value in self._rows:
            yield Fact(self.t.pick(label), self.t.pick(value))
        yield Line(self.t("registration.check.terms", version=self._version), classes="quiet space")
        yield Line(self.t("registration.check.next"))
        yield Horizontal(
            ActionButton(self.t("registration.check.sign"), id="sign", primary=True),
            ActionButton(self.t("registration.check.change"), id="change"),
            classes="actions",
        )

    def on_mount(self) -> None:
        self.query_one("#sign").focus(scroll_visible=False)

    def on_action_button_pressed(self, event: ActionButton.Pressed) -> None:
        self.dismiss(event.button.id or "change")

    def action_proceed(self) -> None:
        """F10: on to the card's secrets."""
        self.dismiss("sign")
