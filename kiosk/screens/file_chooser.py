"""Choose a file from a stick or a folder. Nothing is opened in another program."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from kiosk.screens.base import KioskScreen, Rail
from kiosk.screens.documents import size_text
from kiosk.widgets.bars import KeyHint
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.text import Line


@dataclass(frozen=True, slots=True)
class Place:
    """Something to choose: a folder or a file. ``name`` is already made safe to show."""

    place_id: str
    name: str
    is_folder: bool
    size: int = 0
    modified: datetime | None = None


class FileChooserScreen(KioskScreen[str]):
    """Folders and files of one place; ends with the id of the one chosen, or ``again`` to look anew.

    Args:
        wanted: what is looked for, in words.
        where: the place shown, in words; empty for the list of places.
        places: its folders and files.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f5", "again", show=False)]

    title_key: ClassVar[str] = "files.title"
    rail: ClassVar[Rail | None] = Rail.FILING
    step: ClassVar[int] = 3
    help_key: ClassVar[str] = "help.documents"

    def __init__(self, wanted: str, where: str, places: Sequence[Place]) -> None:
        super().__init__()
        self._wanted = wanted
        self._where = where
        self._places = tuple(places)

    def body(self) -> Iterable[Widget]:
        yield Line(self.t("files.choose", wanted=self._wanted), classes="lead")
        if self._where:
            yield Line(self._where, classes="quiet space")
        if not self._places:
            yield Line("! " + self.t("files.none"), classes="-attention space")
        choices = [Choice(place.place_id, self._words(place), self._second_line(place)) for place in self._places]
        choices.append(Choice("again", self.t("files.again")))
        yield ChoiceList(choices)

    @staticmethod
    def _words(place: Place) -> str:
        return f"▸ {place.name}" if place.is_folder else place.name

    def _second_line(self, place: Place) -> str:
        if place.is_folder or place.modified is None:
            return ""
        return f"{size_text(place.size)}   {place.modified:%Y-%m-%d %H:%M}"

    def key_hints(self) -> Iterable[KeyHint]:
        yield KeyHint("F5", self.t("files.refresh"), "screen.again")
        yield from super().key_hints()

    def action_again(self) -> None:
        """F5: look again, after a stick was put in."""
        self.dismiss("again")

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        self.dismiss(event.choice_id)
