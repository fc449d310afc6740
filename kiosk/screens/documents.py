"""Photo and documents: what is needed, what is there, what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from textual.widget import Widget

from kiosk.attachments.notices import INDIVIDUAL_NUMBER, NUMBER_IN_DATA, TOO_OLD, Notice
from kiosk.i18n import Translator
from kiosk.screens.base import KioskScreen, Rail
from kiosk.screens.subject import Names, Subject
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.rows import NAME_CELLS, shortened
from kiosk.widgets.text import Line

MEBIBYTE = 1024 * 1024
_LETTER = "letter:"


@dataclass(frozen=True, slots=True)
class FileShown:
    """A file the person chose: its id in the store, its name made safe, its size in bytes, and what is known of it."""

    file_id: str
    name: str
    size: int
    pages: int = 0
    issued: date | None = None
    notices: tuple[Notice, ...] = ()
    was_picture: bool = False

    @property
    def has_number(self) -> bool:
        """Whether an Individual Number was found in it and is still there."""
        return any(notice.key in (INDIVIDUAL_NUMBER, NUMBER_IN_DATA) for notice in self.notices)

    @property
    def outdated(self) -> bool:
        """Whether it is too old today, by the date that the person gave."""
        return any(notice.key == TOO_OLD for notice in self.notices)


@dataclass(frozen=True, slots=True)
class DocumentItem:
    """One line of the checklist.

    Attributes:
        key: its id.
        name: by language.
        hint: what it is and where it comes from, by language.
        required: whether it must be there.
        files: those that are there.
        months: how old it may be; None where no rule is known, or where that is asked elsewhere (the photo).
        translation: whether a Japanese translation goes with it where it is in another language.
        original: whether the original is scanned, not a copy.
    """

    key: str
    name: Names
    hint: Names
    required: bool
    files: tuple[FileShown, ...] = ()
    months: int | None = None
    translation: bool = False
    original: bool = False

    @property
    def outdated(self) -> bool:
        """Whether one of its files is too old today."""
        return any(file.outdated for file in self.files)

    @property
    def undated(self) -> bool:
        """Whether the date counts and is not known of each file."""
        return self.months is not None and any(file.issued is None for file in self.files)


@dataclass(frozen=True, slots=True)
class DocumentChoice:
    """What the person wants: open an item, see the letter to somebody, or go on."""

    action: Literal["item", "letter", "done"]
    key: str = ""


class DocumentsScreen(KioskScreen[DocumentChoice]):
    """The checklist.

    Args:
        subject: what the application is about.
        items: its lines.
        limit: how many bytes all files together may have; None where there is no such limit.
        letters: who can be asked by letter for sheets and papers (the last part of ``needs.letter.<who>``).
        here: the key of the line that the person comes back from.
    """

    # The rows alone are scrolled, not the page too.
    CSS: ClassVar[str] = "DocumentsScreen ChoiceList { height: 1fr; min-height: 8; }"
    rail: ClassVar[Rail | None] = Rail.FILING
    step: ClassVar[int] = 3
    help_key: ClassVar[str] = "help.documents"
    proceeds: ClassVar[bool] = True

    def __init__(
        self,
        subject: Subject,
        items: Sequence[DocumentItem],
        limit: int | None,
        letters: Sequence[str] = (),
        *,
        here: str = "",
    ) -> None:
        super().__init__()
        self._here = here
        self._subject = subject
        self._items = tuple(items)
        self._limit = limit
        self._letters = tuple(letters)

    def title_text(self) -> str:
        """Return the procedure."""
        return self._subject.title(self.t)

    def body(self) -> Iterable[Widget]:
        """Yield what is missing, the lines, and the way on."""
        missing = sum(1 for item in self._items if item.required and not item.files)
        if missing:
            yield Line(self.t.plural("documents.missing", missing), classes="lead", id="lead")
        elif any(item.outdated for item in self._items):
            yield Line("! " + self.t("documents.complete_but_old"), classes="lead -attention", id="lead")
        else:
            yield Line("✓ " + self.t("documents.complete"), classes="lead -done", id="lead")
        yield Line(self.t("documents.paper"), classes="paragraph")
        rows = [
            Choice(item.key, f"{self._sign(item)} {self.t.pick(item.name)}", self._second_line(item))
            for item in self._items
        ]
        rows += [Choice(f"{_LETTER}{who}", self.t(f"needs.letter.{who}")) for who in self._letters]
        rows.append(Choice("", self.t("documents.done"), self._space()))
        yield ChoiceList(rows, selected=self._next_item())

    def _next_item(self) -> str:
        """Return where to go on: the line that is still empty, else the next that is missing, else one out of date."""
        keys = [item.key for item in self._items]
        place = keys.index(self._here) if self._here in keys else 0
        if self._here in keys and not self._items[place].files:
            return self._here
        onwards = (*self._items[place:], *self._items[:place])
        lacking = [item.key for item in onwards if item.required and not item.files]
        old = [item.key for item in onwards if item.outdated]
        return next(iter((*lacking, *old)), "")

    @staticmethod
    def _sign(item: DocumentItem) -> str:
        if item.files:
            return "!" if item.outdated else "✓"
        return "!" if item.required else "○"

    def _second_line(self, item: DocumentItem) -> str:
        if item.outdated:
            return self.t("documents.outdated")
        if len(item.files) == 1:
            name, size = shortened(item.files[0].name, NAME_CELLS), size_text(item.files[0].size)
            return f"{name} ({size})   {self.t('documents.undated')}" if item.undated else f"{name} ({size})"
        if item.files:
            size = size_text(sum(file.size for file in item.files))
            several = self.t("documents.several", count=len(item.files), size=size)
            return f"{several}   {self.t('documents.undated')}" if item.undated else several
        need = self.t("documents.needed" if item.required else "documents.optional")
        return f"{need} {self.t.pick(item.hint)}".strip()

    def _space(self) -> str:
        size = sum(file.size for item in self._items for file in item.files)
        used = size_text(size)
        if self._limit is None:
            return self.t("documents.used", used=used)
        if size > self._limit:
            return self.t("documents.over", used=used, limit=size_text(self._limit))
        return self.t("documents.space", used=used, limit=size_text(self._limit))

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """Open the item or the letter, or go on."""
        if event.choice_id.startswith(_LETTER):
            self.dismiss(DocumentChoice("letter", event.choice_id.removeprefix(_LETTER)))
        elif event.choice_id:
            self.dismiss(DocumentChoice("item", event.choice_id))
        else:
            self.action_proceed()

    def action_proceed(self) -> None:
        """Leave the checklist; what is missing is asked for again before sending."""
        self.dismiss(DocumentChoice("done"))


def asks(item: DocumentItem, t: Translator) -> str:
    """Return what a line of the checklist asks of its files, in a few sentences; empty where nothing is known."""
    parts = [t.pick(item.hint)]
    if item.months is not None:
        parts.append(t("documents.asks.months", months=item.months))
        parts += [t("documents.asks.original")] if item.original else []
    parts += [t("documents.asks.translation")] if item.translation else []
    return t.together(parts)


def size_text(size: int) -> str:
    """Return ``size`` bytes in words of at most one digit after the point."""
    if size >= MEBIBYTE:
        return f"{size / MEBIBYTE:.1f} MB"
    return f"{max(1, round(size / 1024))} kB" if size else "0 kB"
