"""F2: choose a language. What was typed stays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.widget import Widget

from kiosk.i18n import translator
from kiosk.screens.base import KioskScreen
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.text import Line


class LanguageScreen(KioskScreen[str]):
    """Languages by their own names; ends with the tag of the one chosen.

    Args:
        languages: IETF tags.
    """

    title_key: ClassVar[str] = "language.title"

    def __init__(self, languages: Sequence[str]) -> None:
        super().__init__()
        self._languages = tuple(languages)

    def body(self) -> Iterable[Widget]:
        """Yield the sentence and the list."""
        yield Line(self.t("language.lead"), classes="lead", id="lead")
        choices = [Choice(tag, translator(tag)("language.name")) for tag in self._languages]
        yield ChoiceList(choices, selected=self.t.language)

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """End with the language."""
        self.dismiss(event.choice_id)
