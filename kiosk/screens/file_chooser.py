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
from kiosk.screens.moments import moment_words
from kiosk.screens.subject import Names, Subject
from kiosk.widgets.bars import KeyHint
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.rows import NAME_CELLS, shortened
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
        subject: what the application is about.
        wanted: what is looked for, by language.
        where: the place shown, already made safe; empty for the list of places.
        places: its folders and files.
        complete: False where the place holds more than is shown.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f5", "again", show=False)]

    rail: ClassVar[Rail | None] = Rail.FILING
    step: ClassVar[int] = 3
    help_key: ClassVar[str] = "help.documents"

    def __init__(
        self, subject: Subject, wanted: Names, where: str, places: Sequence[Place], *, complete: bool = True
    ) -> None:
        super().__init__()
        self._subject = subject
        self._complete = complete
        self._wanted = wanted
        self._where = where
        self._places = tuple(places)

    def title_text(self) -> str:
        """Return the procedure."""
        return self._subject.title(self.t)

    def body(self) -> Iterable[Widget]:
        """Yield what is looked for, where, and what is there."""
        yield Line(self.t("files.choose", wanted=self.t.pick(self._wanted)), classes="lead")
        if self._where:
            yield Line(self._where, classes="quiet space")
        if not self._places:
            yield Line("! " + self.t("files.none"), classes="-attention space", id="none")
        if not self._complete:
            yield Line("! " + self.t("files.more"), classes="-attention space", id="more")
        choices = [Choice(place.place_id, self._words(place), self._second_line(place)) for place in self._places]
        choices.append(Choice("again", self.t("files.again")))
        yield ChoiceList(choices)

    @staticmethod
    def _words(place: Place) -> str:
        name = shortened(place.name, NAME_CELLS)
        return f"▸ {name}" if place.is_folder else name

    def _second_line(self, place: Place) -> str:
        if place.is_folder:
            return ""
        when = moment_words(place.modified, self.t) if place.modified is not None else ""
        return f"{size_text(place.size)}   {when}".rstrip()

    def key_hints(self) -> Iterable[KeyHint]:
        """Yield F5 before the usual keys."""
        yield KeyHint("F5", self.t("files.refresh"), "screen.again")
        yield from super().key_hints()

    def action_again(self) -> None:
        """F5: look again, after a stick was put in."""
        self.dismiss("again")

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """End with the choice."""
        self.dismiss(event.choice_id)
