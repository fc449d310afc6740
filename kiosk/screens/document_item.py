"""One document of the checklist: its files in their order; add one, or open one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Literal

from textual.widget import Widget

from kiosk.i18n import Translator
from kiosk.screens.base import KioskScreen, Rail
from kiosk.screens.documents import DocumentItem, FileShown, asks, size_text
from kiosk.screens.moments import day_words
from kiosk.screens.subject import Subject
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.rows import NAME_CELLS, shortened
from kiosk.widgets.text import Line

FileWish = Literal["remove", "replace", "up", "down", "black_out", "date"]


@dataclass(frozen=True, slots=True)
class ItemAction:
    """What to do with the item: add files, or open the one named."""

    action: Literal["add", "open"]
    file_id: str = ""


class DocumentItemScreen(KioskScreen[ItemAction]):
    """Shows one item with its files.

    Args:
        subject: what the application is about.
        item: the line of the checklist.
        several: whether it may have more than one file; otherwise a new one takes the old one's place.
        here: the id of the file that the person comes back from.
    """

    # The rows alone are scrolled, not the page too.
    CSS: ClassVar[str] = "DocumentItemScreen ChoiceList { height: 1fr; min-height: 8; }"
    rail: ClassVar[Rail | None] = Rail.FILING
    step: ClassVar[int] = 3
    help_key: ClassVar[str] = "help.documents"

    def __init__(self, subject: Subject, item: DocumentItem, *, several: bool, here: str = "") -> None:
        super().__init__()
        self._here = here
        self._subject = subject
        self._item = item
        self._several = several

    def title_text(self) -> str:
        """Return the procedure."""
        return self._subject.title(self.t)

    def body(self) -> Iterable[Widget]:
        """Yield what it is, and what can be done with its files."""
        yield Line(self.t.pick(self._item.name), classes="lead")
        if words := asks(self._item, self.t):
            yield Line(words, classes="paragraph", id="asks")
        choices = [Choice("add", self.t(self._add_key()))]
        for number, file in enumerate(self._item.files, 1):
            place = f"{number}. " if len(self._item.files) > 1 else ""
            sign, style = ("!", "$warning") if file.notices else ("✓", "$success")
            name = shortened(file.name, NAME_CELLS - len(place))
            choices.append(
                Choice(file.file_id, place + name, about_file(file, self._item, self.t), sign=sign, sign_style=style)
            )
        yield ChoiceList(choices, selected=self._here)

    def _add_key(self) -> str:
        if not self._item.files:
            return "documents.add"
        return "documents.add_another" if self._several else "documents.replace"

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """End with what was chosen."""
        if event.choice_id == "add":
            self.dismiss(ItemAction("add"))
        else:
            self.dismiss(ItemAction("open", event.choice_id))


def about_file(file: FileShown, item: DocumentItem, t: Translator) -> str:
    """Return a file's size, pages and date in one line; where the date counts, also that it is not known."""
    parts = [size_text(file.size)]
    if file.pages:
        parts.append(t.plural("documents.pages", file.pages))
    if file.issued is not None:
        parts.append(t("documents.issued", day=day_words(file.issued, t)))
    elif item.months is not None:
        parts.append(t("documents.undated"))
    return "   ".join(parts)


class DocumentFileScreen(KioskScreen[FileWish]):
    """Shows one file: what was noticed, and what can be done with it.

    Args:
        subject: what the application is about.
        item: the line of the checklist that it is for.
        file: the file.
        dated: whether the document may only be so old.
    """

    rail: ClassVar[Rail | None] = Rail.FILING
    step: ClassVar[int] = 3
    help_key: ClassVar[str] = "help.documents"

    def __init__(self, subject: Subject, item: DocumentItem, file: FileShown, *, dated: bool) -> None:
        super().__init__()
        self._subject = subject
        self._item = item
        self._file = file
        self._dated = dated

    def title_text(self) -> str:
        """Return the procedure."""
        return self._subject.title(self.t)

    def body(self) -> Iterable[Widget]:
        """Yield the file, what was noticed, and what can be done."""
        yield Line(shortened(self._file.name, NAME_CELLS), classes="lead", id="lead")
        yield Line(about_file(self._file, self._item, self.t), classes="quiet space")
        if self._file.was_picture:
            yield Line(self.t("binder.change.picture"), classes="quiet space", id="picture")
        for notice in self._file.notices:
            yield Line("! " + self.t(notice.key, **notice.params), classes="-attention space notice")
        yield ChoiceList([Choice(wish, self.t(f"documents.file.{wish}")) for wish in self._wishes()])

    def _wishes(self) -> Iterable[FileWish]:
        if self._file.has_number:
            yield "black_out"
        yield "replace"
        if self._dated:
            yield "date"
        place = self._item.files.index(self._file)
        if place > 0:
            yield "up"
        if place < len(self._item.files) - 1:
            yield "down"
        yield "remove"

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """End with what was chosen."""
        self.dismiss(next(wish for wish in self._wishes() if wish == event.choice_id))
