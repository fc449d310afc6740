"""The letter that asks employer, school or supporter for sheets and papers: in Japanese and in the own language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.widget import Widget

from kiosk.filing.answer import Answer
from kiosk.filing.request import Recipient, letter
from kiosk.screens.base import KioskScreen, Rail
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.text import Line


class LetterScreen(KioskScreen[str]):
    """The letter as text; ends with ``back``.

    Args:
        answer: what the rules say of the application.
        recipient: who is asked.
    """

    title_key: ClassVar[str] = "letter.title"
    rail: ClassVar[Rail | None] = Rail.FILING
    step: ClassVar[int] = 2

    def __init__(self, answer: Answer, recipient: Recipient) -> None:
        super().__init__()
        self._answer = answer
        self._recipient: Recipient = recipient

    def body(self) -> Iterable[Widget]:
        """Yield what it is for, the way back, and the letter."""
        yield Line(self.t(f"letter.lead.{self._recipient}"), classes="lead")
        yield Line(self.t("letter.how"), classes="quiet space")
        yield ChoiceList([Choice("back", self.t("choice.back"))])
        for paragraph in letter(self._answer, self._recipient, self.t.language).splitlines():
            yield Line(paragraph or " ")

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """End."""
        self.dismiss(event.choice_id)
