"""The letter that asks employer, school or supporter for sheets and papers: in Japanese and in the own language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from kiosk.filing.answer import Answer
from kiosk.filing.request import Recipient, letter
from kiosk.i18n import Translator
from kiosk.reports.errors import FontMissing
from kiosk.reports.request import request_voices
from kiosk.screens.base import KioskScreen, Rail
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.text import Line

SAVE = "save"


class LetterScreen(KioskScreen[str]):
    """The letter as text; ends with ``SAVE`` or ``back``.

    Args:
        answer: what the rules say of the application.
        recipient: who is asked.
        saved: the name of the file it was saved as, made safe; empty as long as it was not.
    """

    # The list of choices has the focus, and would keep these keys to itself.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pageup", "page(-1)", show=False, priority=True),
        Binding("pagedown", "page(1)", show=False, priority=True),
    ]
    title_key: ClassVar[str] = "letter.title"
    rail: ClassVar[Rail | None] = Rail.FILING
    step: ClassVar[int] = 2

    def __init__(self, answer: Answer, recipient: Recipient, saved: str = "") -> None:
        super().__init__()
        self._answer = answer
        self._recipient: Recipient = recipient
        self._saved = saved

    def body(self) -> Iterable[Widget]:
        """Yield what it is for, how it gets on paper, and the letter."""
        yield Line(self.t(f"letter.lead.{self._recipient}"), classes="lead")
        yield Line(self.t("letter.how"), classes="quiet space")
        if self.t.language not in {t.language for t in self._printed()}:
            yield Line("! " + self.t("paper.no_font"), classes="-attention space", id="no-font")
        if self._saved:
            yield Line("✓ " + self.t("paper.saved", name=self._saved), classes="-done space", id="saved-as")
        yield ChoiceList([Choice(SAVE, self.t("paper.save")), Choice("back", self.t("choice.back"))])
        for paragraph in letter(self._answer, self._recipient, self.t.language).splitlines():
            yield Line(paragraph or " ")

    def _printed(self) -> Iterable[Translator]:
        try:
            return request_voices(self._answer, self._recipient, self.t.language)
        except FontMissing:
            return ()  # the letter can be read here all the same; saving it says what is wrong

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """End with the choice."""
        self.dismiss(event.choice_id)
