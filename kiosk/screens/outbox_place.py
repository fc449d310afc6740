"""Choose a place to save something to, or a file to take in: the same places as for photo and documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from kiosk.screens.base import KioskScreen
from kiosk.screens.file_chooser import Place
from kiosk.widgets.bars import KeyHint
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.text import Line

HERE, AGAIN = "here", "again"


class PlaceScreen(KioskScreen[str]):
    """Folders (and files, where one is looked for); ends with the id of one, ``HERE`` or ``AGAIN``.

    Args:
        title_key: message key of the title.
        lead_key: message key of what is to be chosen.
        where: the place shown, already made safe; empty for the list of places.
        places: what is there.
        save_here: whether this place itself can be chosen.
        complete: False where the place holds more than is shown.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f5", "again", show=False)]
    first_focus: ClassVar[str] = "ChoiceList"
    help_key: ClassVar[str] = "help.documents"

    def __init__(
        self,
        title_key: str,
        lead_key: str,
        where: str,
        places: Sequence[Place],
        *,
        save_here: bool,
        complete: bool = True,
    ) -> None:
        super().__init__()
        self._keys = (title_key, lead_key)
        self._where = where
        self._places = tuple(places)
        self._save_here = save_here
        self._complete = complete

    def title_text(self) -> str:
        """Return the title in the person's language."""
        return self.t(self._keys[0])

    def body(self) -> Iterable[Widget]:
        """Yield what is to be chosen, where, and what is there."""
        yield Line(self.t(self._keys[1]), classes="lead", id="lead")
        if self._where:
            yield Line(self._where, classes="quiet space", id="where")
        if not self._places and not self._save_here:
            yield Line("! " + self.t("files.none"), classes="-attention space", id="none")
        if not self._complete:
            yield Line("! " + self.t("files.more"), classes="-attention space", id="more")
        choices = [Choice(HERE, self.t("place.here"))] if self._save_here else []
        choices += [
            Choice(place.place_id, f"▸ {place.name}" if place.is_folder else place.name) for place in self._places
        ]
        yield ChoiceList([*choices, Choice(AGAIN, self.t("files.again"))])

    def key_hints(self) -> Iterable[KeyHint]:
        """Yield F5 before the usual keys."""
        yield KeyHint("F5", self.t("files.refresh"), "screen.again")
        yield from super().key_hints()

    def action_again(self) -> None:
        """F5: look again, after a stick was put in."""
        self.dismiss(AGAIN)

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """End with the choice."""
        self.dismiss(event.choice_id)
