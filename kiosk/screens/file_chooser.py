"""Choose files from a stick or a folder. Nothing is opened in another program; what comes and goes is noticed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Literal

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget

from kiosk.errors import AttachmentError
from kiosk.screens.base import KioskScreen, Rail
from kiosk.screens.documents import DocumentItem, asks, size_text
from kiosk.screens.file_preview import FilePreview, Peek
from kiosk.screens.file_rows import FileRows
from kiosk.screens.moments import moment_words
from kiosk.screens.subject import Subject
from kiosk.widgets.bars import ActionButton, KeyHint
from kiosk.widgets.choices import Choice
from kiosk.widgets.rows import NAME_CELLS, shortened
from kiosk.widgets.text import Line

LOOK_SECONDS = 1.0
"""How often the place is looked at anew."""

SHOWN = 200
"""At most so many rows are drawn, since drawing thousands would be felt; the others are a row away."""

BEFORE, AFTER, AGAIN = "before", "after", "again"
"""Ids of the rows that are no place."""


@dataclass(frozen=True, slots=True)
class Place:
    """Something to choose: a folder or a file. ``name`` is already made safe to show."""

    place_id: str = field(repr=False)
    name: str = field(repr=False)
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
        newest_first: whether the files stand by date, not by name.
    """

    where: str = field(repr=False)
    places: tuple[Place, ...]
    complete: bool = True
    newest_first: bool = False


@dataclass(slots=True)
class Marks:
    """What outlives one screen, so that going into another folder loses nothing.

    Attributes:
        ids: the marked files of all folders, in the order they were marked.
        here: the row the highlight stood on.
    """

    ids: list[str] = field(default_factory=list[str], repr=False)
    here: str = field(default="", repr=False)

    def turn(self, place_id: str) -> None:
        """Mark a file, or take its mark away."""
        if place_id in self.ids:
            self.ids.remove(place_id)
        else:
            self.ids.append(place_id)


@dataclass(frozen=True, slots=True)
class Picked:
    """What the person wants: go into a folder, take files (in the order they were marked), or look anew."""

    action: Literal["open", "take", "again"]
    ids: tuple[str, ...] = ()


class FileChooserScreen(KioskScreen[Picked]):
    """Folders and files of one place.

    Args:
        subject: what the application is about.
        item: the line of the checklist that a file is looked for.
        seen: what is there.
        several: whether more than one file can be taken at once: then a tap marks a file, and a button takes them.
        look: looks again, in a thread; raises ``AttachmentError`` when the place is gone. None: nothing is noticed.
        marks: what is marked already, in this place and in others; it is kept up to date.
        peek: draws the file of an id small, in a thread; None: no file is drawn.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "again", show=False),
        Binding("space", "mark", show=False),
    ]
    CSS: ClassVar[str] = """
    FileChooserScreen #there { height: 1fr; min-height: 6; max-width: 100%; }
    FileChooserScreen FileRows { width: 76; height: 100%; }
    FileChooserScreen.-narrow FilePreview { display: none; }
    FileChooserScreen .actions { margin: 0 0 1 0; }
    """

    rail: ClassVar[Rail | None] = Rail.FILING
    step: ClassVar[int] = 3
    help_key: ClassVar[str] = "help.documents"
    first_focus: ClassVar[str] = "FileRows"

    def __init__(
        self,
        subject: Subject,
        item: DocumentItem,
        seen: Seen,
        *,
        several: bool = False,
        look: Callable[[], Seen] | None = None,
        marks: Marks | None = None,
        peek: Peek | None = None,
    ) -> None:
        super().__init__()
        self._subject = subject
        self._item = item
        self._seen = seen
        self._several = several
        self._look = look
        self._peek = peek
        self._looking = False
        self._marks = marks or Marks()
        self._before_tap: list[str] = []
        self._page = self._page_of(self._marks.here)

    def title_text(self) -> str:
        """Return the procedure."""
        return self._subject.title(self.t)

    def on_mount(self) -> None:
        """Begin to look."""
        if self._look is not None:
            self.set_interval(LOOK_SECONDS, self._look_anew)

    # --- what is shown -----------------------------------------------------------------------------------------------

    def body(self) -> Iterable[Widget]:
        """Yield what is looked for, where, what is there, and the button that takes what is marked."""
        yield Line(self.t("files.choose", wanted=self.t.pick(self._item.name)), classes="lead")
        if words := asks(self._item, self.t):
            yield Line(words, classes="paragraph", id="asks")
        if not self._seen.places:
            yield Line("! " + self.t("files.none"), classes="-attention space", id="none")
        elif self._several and self._has_files():
            yield Line(self.t("files.several"), classes="quiet space", id="several")
        elif not self._seen.where:
            yield Line(self.t("files.sticks"), classes="quiet space", id="sticks")
        if not self._seen.complete:
            yield Line("! " + self.t("files.more"), classes="-attention space", id="more")
        if self._seen.where:
            newest = f"   ({self.t('files.newest')})" if self._seen.newest_first else ""
            yield Line(f"{shortened(self._seen.where, NAME_CELLS)}{newest}", classes="quiet", id="where")
        rows = FileRows(tuple(self._rows()), selected=self._marks.here)
        yield Horizontal(rows, *([FilePreview(self._peek)] if self._peek is not None else []), id="there")
        if self._several and (self._has_files() or self._marks.ids):
            yield Horizontal(
                ActionButton(self._take_words(), id="take", primary=True, disabled=not self._marks.ids),
                Line(self._elsewhere_words(), classes="quiet", id="elsewhere"),
                classes="actions",
            )

    def _has_files(self) -> bool:
        return any(not place.is_folder for place in self._seen.places)

    def _rows(self) -> Iterable[Choice]:
        whole, first = len(self._seen.places), self._page * SHOWN
        if first:
            yield Choice(BEFORE, self.t("files.before", first=first - SHOWN + 1, last=first, whole=whole))
        for place in self._sighted():
            label = shortened(place.name, NAME_CELLS)
            if place.is_folder:
                yield Choice(place.place_id, f"▸ {label}")
            else:
                sign, style = self._sign(place.place_id)
                yield Choice(place.place_id, label, self._second_line(place), sign=sign, sign_style=style)
        last = first + SHOWN
        if whole > last:
            yield Choice(AFTER, self.t("files.after", first=last + 1, last=min(whole, last + SHOWN), whole=whole))
        yield Choice(AGAIN, self.t("files.again"))

    def _sighted(self) -> tuple[Place, ...]:
        return self._seen.places[self._page * SHOWN : (self._page + 1) * SHOWN]

    def _page_of(self, place_id: str) -> int:
        numbers = (number for number, place in enumerate(self._seen.places) if place.place_id == place_id)
        return next(numbers, 0) // SHOWN

    def _sign(self, place_id: str) -> tuple[str, str]:
        """Return the box before a file and its colour: empty, or with the number of its mark."""
        if not self._several:
            return "", ""
        if place_id in self._marks.ids:
            return f"[{self._marks.ids.index(place_id) + 1}]", "bold $success"
        return "[ ]", "$quiet"

    def _second_line(self, place: Place) -> str:
        when = moment_words(place.modified, self.t) if place.modified is not None else ""
        return f"{size_text(place.size)}   {when}".rstrip()

    def _take_words(self) -> str:
        if not self._marks.ids:
            return self.t("files.take_none")
        return f"{self.t.plural('files.take', len(self._marks.ids))}  F10"

    def _elsewhere_words(self) -> str:
        sighted = {place.place_id for place in self._sighted()}
        away = sum(marked not in sighted for marked in self._marks.ids)
        return self.t.plural("files.elsewhere", away) if away else ""

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
        before = self._seen
        try:
            seen = self._look()
        except AttachmentError:
            seen = None
        self.app.call_from_thread(self._noticed, before if seen == before else seen)

    async def _noticed(self, seen: Seen | None) -> None:
        """Show what has changed; the place in the list and the marks stay. What is gone is told by the journey."""
        self._looking = False
        if not self.is_active or seen is self._seen:
            return
        if seen is None:
            self.dismiss(Picked("again"))
            return
        gone = {place.place_id for place in self._seen.places} - {place.place_id for place in seen.places}
        self._marks.ids[:] = [marked for marked in self._marks.ids if marked not in gone]
        self._seen = seen
        self._keep_place()
        self._page = min(self._page, max(0, len(seen.places) - 1) // SHOWN)
        await self.redraw()

    def _keep_place(self) -> None:
        for rows in self.query(FileRows):
            self._marks.here = rows.here

    async def redraw(self) -> None:
        """Draw the screen again, the highlight and what is in sight where they were."""
        self._keep_place()
        above = sum(rows.scroll_offset.y for rows in self.query(FileRows))
        await super().redraw()
        for rows in self.query(FileRows):
            rows.scroll_to(y=above, animate=False)

    def on_option_list_option_highlighted(self) -> None:
        """Show what the file under the highlight looks like."""
        for preview in self.query(FilePreview):
            here = self.query_one(FileRows).here
            preview.look_at(here if self._is_file(here) else "")

    # --- choosing ----------------------------------------------------------------------------------------------------

    def action_again(self) -> None:
        """F5: look at once."""
        self._end(Picked("again"))

    def action_back(self) -> None:
        """Esc: up, or out; the marks are kept."""
        self._keep_place()
        super().action_back()

    def action_mark(self) -> None:
        """Space: mark the file under the highlight, or take its mark away."""
        self._turn(self.query_one(FileRows).here)

    def action_proceed(self) -> None:
        """F10: take the marked files."""
        if self._marks.ids:
            self._end(Picked("take", tuple(self._marks.ids)))

    @on(ActionButton.Pressed, "#take")
    def _take_pressed(self) -> None:
        self.action_proceed()

    async def on_file_rows_touched(self, event: FileRows.Touched) -> None:
        """Mark the tapped file where several can be taken; a second tap at once takes it with the marked ones."""
        if not (self._several and self._is_file(event.choice_id)):
            await self._choose(event.choice_id)
        elif event.twice:
            self._marks.ids[:] = self._before_tap
            await self._choose(event.choice_id)
        else:
            self._before_tap = list(self._marks.ids)
            self._turn(event.choice_id)

    async def on_choice_list_chosen(self, event: FileRows.Chosen) -> None:
        """Enter: go into a folder, or take a file with all that are marked."""
        await self._choose(event.choice_id)

    async def _choose(self, chosen: str) -> None:
        if chosen == AGAIN:
            self.action_again()
        elif chosen in (BEFORE, AFTER):
            await self._turn_page(-1 if chosen == BEFORE else 1)
        elif self._is_file(chosen):
            self._end(Picked("take", tuple(dict.fromkeys((*self._marks.ids, chosen)))))
        else:
            self._end(Picked("open", (chosen,)))

    def _end(self, picked: Picked) -> None:
        self._keep_place()
        self.dismiss(picked)

    async def _turn_page(self, step: int) -> None:
        """Show the rows before or after; the highlight stands where one reads on."""
        self._page += step
        sighted = self._sighted()
        self._marks.here = sighted[0 if step > 0 else -1].place_id
        await super().redraw()

    def _is_file(self, place_id: str) -> bool:
        return any(place.place_id == place_id and not place.is_folder for place in self._seen.places)

    def _turn(self, place_id: str) -> None:
        """Mark a file or take its mark away, and draw what that changes."""
        if not (self._several and self._is_file(place_id)):
            return
        self._marks.turn(place_id)
        self.query_one(FileRows).show(tuple(self._rows()))
        take = self.query_one("#take", ActionButton)
        take.label, take.disabled = self._take_words(), not self._marks.ids
        take.refresh(layout=True)
        self.query_one("#elsewhere", Line).show(self._elsewhere_words())
