"""Filed. The reception number, large, and what happens next."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import ClassVar

from textual.widget import Widget

from kiosk.screens.base import KioskScreen, Rail
from kiosk.screens.moments import day_words, moment_words
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.qr import QrCode
from kiosk.widgets.text import Line


class ReceptionScreen(KioskScreen[str]):
    """The reception number, as the portal gave it.

    Args:
        number: the reception number.
        received_at: when the portal took the application.
        email: where the mail with the number goes.
        follows: until when what did not fit is kept here for the bureau's request; None where everything was sent.
    """

    title_key: ClassVar[str] = "reception.title"
    rail: ClassVar[Rail | None] = Rail.FILING
    step: ClassVar[int] = 5
    help_key: ClassVar[str] = "help.after"
    can_go_back: ClassVar[bool] = False

    def __init__(self, number: str, received_at: datetime, email: str, *, follows: date | None = None) -> None:
        super().__init__()
        self.number = number
        self._received_at = received_at
        self._email = email
        self._follows = follows

    def body(self) -> Iterable[Widget]:
        """Yield the number and what happens next."""
        yield Line("✓ " + self.t("reception.lead"), classes="lead -done")
        yield Line(self.number, id="number", classes="number")
        yield Line(self.t("reception.when", when=moment_words(self._received_at, self.t)), classes="quiet space")
        yield Line(self.t("reception.mail", email=self._email), classes="paragraph")
        yield Line(self.t("reception.carry"), classes="paragraph")
        if self._follows is None:
            yield Line(self.t("reception.next"), classes="paragraph")
        else:
            day = day_words(self._follows, self.t)
            yield Line("! " + self.t("reception.follows", day=day), classes="paragraph -attention", id="follows")
        yield ChoiceList([Choice("status", self.t("reception.status")), Choice("home", self.t("reception.home"))])
        yield QrCode(self.number)

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """End with the choice."""
        self.dismiss(event.choice_id)
