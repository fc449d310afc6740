"""Asks for one of the card's two secrets by its exact name, and says how many tries are left before it is typed."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ClassVar

from textual.containers import Horizontal
from textual.widget import Widget

from kiosk.screens.base import KioskScreen, Rail
from kiosk.widgets.bars import ActionButton
from kiosk.widgets.secret import SecretField, wipe
from kiosk.widgets.text import Line

TWICE_AT = 2
"""With so few tries left the secret is typed twice, so that a slip of the finger costs none."""


@dataclass(frozen=True, slots=True)
class SecretKind:
    """One of the secrets.

    Args:
        use: ``authentication`` or ``signing``; ends the message keys.
        length: the fixed length, or 0.
        maximum: the most characters.
        fits: says whether a secret can be right by its form; it may make letters capital, and keeps nothing.
    """

    use: str
    length: int
    maximum: int
    fits: Callable[[bytearray], bool]


class SecretEntryScreen(KioskScreen[bytearray]):
    """Ends with the secret; whoever receives it wipes it.

    Args:
        kind: which secret.
        tries_left: as the card says; None where it does not say.
        wrong: whether the last one was wrong.
        purpose_key: message key of the sentence that says what it is needed for.
        rail: the row of steps this stands in.
        step: the step in it, from 0.
    """

    help_key: ClassVar[str] = "help.secrets"
    proceeds: ClassVar[bool] = True

    def __init__(
        self,
        kind: SecretKind,
        tries_left: int | None,
        *,
        purpose_key: str,
        wrong: bool = False,
        rail: Rail | None = None,
        step: int = 0,
    ) -> None:
        super().__init__()
        self._place = (rail, step)
        self._kind = kind
        self._tries = tries_left
        self._wrong = wrong
        self._purpose_key = purpose_key
        self._error_key = ""

    @property
    def use(self) -> str:
        """Which secret is asked for: ``authentication`` or ``signing``."""
        return self._kind.use

    @property
    def twice(self) -> bool:
        """Whether the secret is typed twice."""
        return self._tries is not None and self._tries <= TWICE_AT

    def place(self) -> tuple[Rail | None, int]:
        return self._place

    def title_text(self) -> str:
        return self.t(f"secret.{self._kind.use}.name")

    def body(self) -> Iterable[Widget]:
        use = self._kind.use
        yield Line(self._error_words(), classes="-error space", id="error")
        yield Line(self.t(f"secret.{use}.lead"), classes="lead", id="lead")
        yield Line(self._tries_words(), classes="-attention" if self.twice else "", id="tries")
        yield self._field("secret")
        if self.twice:
            yield Line(self.t("secret.twice"), classes="label")
            yield self._field("repeated")
        yield Horizontal(ActionButton(self.t("choice.continue"), id="continue", primary=True), classes="actions")
        yield Line(self.t(self._purpose_key), classes="paragraph")
        yield Line(self.t(f"secret.{use}.origin"), classes="quiet")

    def _field(self, name: str) -> SecretField:
        kind = self._kind
        return SecretField(length=kind.length, maximum=kind.maximum, upper=kind.length == 0, id=name)

    def on_mount(self) -> None:
        self._show_error()

    async def redraw(self) -> None:
        # What was typed stays in the fields only as long as the fields live: it is carried over by hand.
        kept = [field.take() for field in self.query(SecretField)]
        await super().redraw()
        for field, secret in zip(self.query(SecretField), kept, strict=True):
            field.put(secret)
        self._show_error()

    def on_secret_field_submitted(self, event: SecretField.Submitted) -> None:
        if self.twice and event.field.id == "secret":
            self.query_one("#repeated").focus()
        else:
            self.action_proceed()

    def on_action_button_pressed(self) -> None:
        self.action_proceed()

    def action_proceed(self) -> None:
        """F10: hand the secret over, unless it cannot be right by its form."""
        secret = self.query_one("#secret", SecretField).take()
        repeated = self.query_one("#repeated", SecretField).take() if self.twice else None
        same = repeated is None or hmac.compare_digest(secret, repeated)
        if repeated is not None:
            wipe(repeated)
        if not self._kind.fits(secret):
            self._refuse(secret, f"secret.{self._kind.use}.form")
        elif not same:
            self._refuse(secret, "secret.differ")
        else:
            self.dismiss(secret)

    def _refuse(self, secret: bytearray, error_key: str) -> None:
        wipe(secret)
        self._error_key = error_key
        self._show_error()
        self.query_one("#secret").focus()

    def _show_error(self) -> None:
        line = self.query_one("#error", Line)
        line.show(self._error_words())
        line.display = bool(self._error_words())

    def _error_words(self) -> str:
        key = self._error_key or (f"secret.{self._kind.use}.wrong" if self._wrong else "")
        return f"✗ {self.t(key)}" if key else ""

    def _tries_words(self) -> str:
        if self._tries is None:
            return self.t("secret.uncounted")
        return ("! " if self.twice else "") + self.t.plural("secret.tries", self._tries)
