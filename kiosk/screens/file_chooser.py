"""Choose files from a stick or a folder. Nothing is opened in another program; what comes and goes is noticed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from textual.binding import Binding, BindingType
from textual.widget import Widget

from kiosk.errors import AttachmentError
from kiosk.screens.base import KioskScreen, Rail
from kiosk.screens.documents import size_text
from kiosk.screens.moments import moment_words
from kiosk.screens.subject import Names, Subject
from kiosk.widgets.bars import KeyHint
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.rows import NAME_CELLS, shortened
from kiosk.widgets.text import Line

LOOK_SECONDS = 1.0
"""How often the place is looked at anew."""

TAKE, AGAIN = "take", "again"
"""Ids of the two rows that are no place."""


@dataclass(frozen=True, slots=True)
class Place:
    """Something to choose: a folder or a file. ``name`` is already made safe to show."""

    place_id: str
    name: str
    is_folder: bool
    size: int = 0
    modified: datetime | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What is there.

    Attributes:
        where: the place shown, already made safe; empty for the list of places.
        places: its folders and files.
        complete: False where the place holds more than is shown.
    """

    where: str
    places: tuple[Place, ...]
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Picked:
    """What the person wants: go into a folder, take files (in the order they were marked), or look anew."""

    action: Literal["open", "take", "again"]
    ids: tuple[str, ...] = ()


class FileChooserScreen(KioskScreen[Picked]):
    """Folders and files of one place.

    Args:
        subject: what the application is about.
        wanted: what is looked for, by language.
        seen: what is there.
        several: whether more than one file can be taken at once.
        look: looks again, in a thread; raises ``AttachmentError`` when the place is gone. None: nothing is noticed.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "again", show=False),
        Binding("space", "mark", show=False),
    ]

    rail: ClassVar[Rail | None] = Rail.FILING
    step: ClassVar[int] = 3
    help_key: ClassVar[str] = "help.documents"

    def __init__(
        self,
        subject: Subject,
        wanted: Names,
        seen: Seen,
        *,
        several: bool = False,
        look: Callable[[], Seen] | None = None,
    ) -> None:
        super().__init__()
        self._subject = subject
        self._wanted = wanted
        self._seen = seen
        self._several = several
        self._look = look
        self._looking = False
        self._marked: list[str] = []
        self._here = ""

    def title_text(self) -> str:
        """Return the procedure."""
        return self._subject.title(self.t)

    def on_mount(self) -> None:
        """Begin to look."""
        if self._look is not None:
            self.set_interval(LOOK_SECONDS, self._look_anew)

    # --- what is shown -----------------------------------------------------------------------------------------------

    def body(self) -> Iterable[Widget]:
        """Yield what is looked for, where, and what is there."""
        yield Line(self.t("files.choose", wanted=self.t.pick(self._wanted)), classes="lead")
        if self._seen.where:
            yield Line(self._seen.where, classes="quiet space")
        if not self._seen.places:
            yield Line("! " + self.t("files.none"), classes="-attention space", id="none")
        elif self._several and any(not place.is_folder for place in self._seen.places):
            yield Line(self.t("files.several"), classes="quiet space", id="several")
        if not self._seen.complete:
            yield Line("! " + self.t("files.more"), classes="-attention space", id="more")
        yield ChoiceList(tuple(self._rows()), selected=self._here)

    def _rows(self) -> Iterable[Choice]:
        for place in self._seen.places:
            yield Choice(place.place_id, self._words(place), self._second_line(place))
        if self._marked:
            yield Choice(TAKE, self.t.plural("files.take", len(self._marked)))
        yield Choice(AGAIN, self.t("files.again"))

    def _words(self, place: Place) -> str:
        name = shortened(place.name, NAME_CELLS)
        if place.is_folder:
            return f"▸ {name}"
        if place.place_id in self._marked:
            return f"✓ {self._marked.index(place.place_id) + 1}. {name}"
        return name

    def _second_line(self, place: Place) -> str:
        if place.is_folder:
            return ""
        when = moment_words(place.modified, self.t) if place.modified is not None else ""
        return f"{size_text(place.size)}   {when}".rstrip()

    def key_hints(self) -> Iterable[KeyHint]:
        """Yield F5 and the space bar before the usual keys."""
        yield KeyHint("F5", self.t("files.refresh"), "screen.again", wide_only=self._several)
        if self._several:
            yield KeyHint("Space", self.t("files.mark"), "screen.mark")
        yield from super().key_hints()

    # --- noticing ----------------------------------------------------------------------------------------------------

    def _look_anew(self) -> None:
        # One look at a time: a dead stick may keep its thread waiting for long.
        if not self._looking and self.is_active:
            self._looking = True
            self.run_worker(self._look_in_thread, thread=True, exit_on_error=False)

    def _look_in_thread(self) -> None:
        assert self._look is not None
        try:
            seen = self._look()
        except AttachmentError:
            seen = None
        self.app.call_from_thread(self._noticed, seen)

    async def _noticed(self, seen: Seen | None) -> None:
        """Show what has changed; the place in the list and the marks stay. What is gone is told by the journey."""
        self._looking = False
        if not self.is_active or seen == self._seen:
            return
        if seen is None:
            self.dismiss(Picked("again"))
            return
        self._seen = seen
        there = {place.place_id for place in seen.places}
        self._marked = [marked for marked in self._marked if marked in there]
        await self.redraw()

    async def redraw(self) -> None:
        """Draw the screen again, the highlight and what is in sight where they were."""
        above = 0.0
        for rows in self.query(ChoiceList):
            self._here = self._highlighted(rows)
            above = rows.scroll_offset.y
        await super().redraw()
        for rows in self.query(ChoiceList):
            rows.scroll_to(y=above, animate=False)

    @staticmethod
    def _highlighted(rows: ChoiceList) -> str:
        number = rows.highlighted
        return rows.choices[number].id if number is not None and number < len(rows.choices) else ""

    # --- choosing ----------------------------------------------------------------------------------------------------

    def action_again(self) -> None:
        """F5: look at once."""
        self.dismiss(Picked("again"))

    async def action_mark(self) -> None:
        """Space: mark the file under the highlight, or take its mark away."""
        here = self._highlighted(self.query_one(ChoiceList))
        if self._several and any(place.place_id == here and not place.is_folder for place in self._seen.places):
            self._marked = [marked for marked in self._marked if marked != here] + [here] * (here not in self._marked)
            await self.redraw()

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """Go into a folder, or take the marked files; without marks the one that was chosen."""
        chosen = event.choice_id
        if chosen == AGAIN:
            self.dismiss(Picked("again"))
        elif any(place.place_id == chosen and place.is_folder for place in self._seen.places):
            self.dismiss(Picked("open", (chosen,)))
        else:
            self.dismiss(Picked("take", tuple(self._marked) or (chosen,)))
