"""The first screen: choose a language. It is painted before anything heavy is loaded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.widget import Widget

from kiosk.i18n import translator
from kiosk.screens.base import KioskScreen
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.text import Line


class WelcomeScreen(KioskScreen[str]):
    """Every language speaks for itself here; ends with the tag of the one chosen.

    Args:
        languages: IETF tags, the station's own first.
    """

    can_go_back: ClassVar[bool] = False

    def __init__(self, languages: Sequence[str]) -> None:
        super().__init__()
        self._languages = tuple(languages)

    def title_text(self) -> str:
        return self._in_every_language("welcome.title", " / ")

    def body(self) -> Iterable[Widget]:
        yield Line(self._in_every_language("welcome.lead", "\n"), classes="lead", id="lead")
        choices = [
            Choice(tag, translator(tag)("language.name"), translator(tag)("welcome.sentence"))
            for tag in self._languages
        ]
        yield ChoiceList(choices, selected=self.t.language)
        yield Line(self._in_every_language("welcome.anytime", "\n"), classes="quiet")

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        self.dismiss(event.choice_id)

    def _in_every_language(self, key: str, between: str) -> str:
        return between.join(translator(tag)(key) for tag in self._languages)
