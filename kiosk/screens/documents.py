"""Photo and documents: what is needed, what is there, what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from textual.widget import Widget

from kiosk.screens.base import KioskScreen, Rail
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.text import Line

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class FileShown:
    """A file the person chose: its id in the store, its name made safe, its size in bytes."""

    file_id: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class DocumentItem:
    """One line of the checklist: its key, its words, whether it must be there, and the files that prove it."""

    key: str
    title: str
    hint: str
    required: bool
    files: tuple[FileShown, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentChoice:
    """What the person wants: open an item, or go on."""

    action: Literal["item", "done"]
    key: str = ""


class DocumentsScreen(KioskScreen[DocumentChoice]):
    """The checklist.

    Args:
        items: its lines.
        limit: how many bytes all files together may have.
    """

    title_key: ClassVar[str] = "documents.title"
    rail: ClassVar[Rail | None] = Rail.FILING
    step: ClassVar[int] = 3
    help_key: ClassVar[str] = "help.documents"
    proceeds: ClassVar[bool] = True

    def __init__(self, items: Sequence[DocumentItem], limit: int) -> None:
        super().__init__()
        self._items = tuple(items)
        self._limit = limit

    def body(self) -> Iterable[Widget]:
        missing = sum(1 for item in self._items if item.required and not item.files)
        if missing:
            yield Line(self.t.plural("documents.missing", missing), classes="lead", id="lead")
        else:
            yield Line("✓ " + self.t("documents.complete"), classes="lead -done", id="lead")
        yield Line(self.t("documents.paper"), classes="paragraph")
        rows = [Choice(item.key, f"{self._sign(item)} {item.title}", self._second_line(item)) for item in self._items]
        rows.append(Choice("", self.t("documents.done"), self._space()))
        yield ChoiceList(rows)

    @staticmethod
    def _sign(item: DocumentItem) -> str:
        if item.files:
            return "✓"
        return "!" if item.required else "○"

    def _second_line(self, item: DocumentItem) -> str:
        if item.files:
            return ", ".join(f"{file.name} ({size_text(file.size)})" for file in item.files)
        need = self.t("documents.needed" if item.required else "documents.optional")
        return f"{need} {item.hint}".strip()

    def _space(self) -> str:
        used = sum(file.size for item in self._items for file in item.files)
        return self.t("documents.space", used=size_text(used), limit=size_text(self._limit))

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        if event.choice_id:
            self.dismiss(DocumentChoice("item", event.choice_id))
        else:
            self.action_proceed()

    def action_proceed(self) -> None:
        """Leave the checklist; what is missing is asked for again before sending."""
        self.dismiss(DocumentChoice("done"))


def size_text(size: int) -> str:
    """Return ``size`` bytes in words of at most two digits after the point."""
    if size >= MEBIBYTE:
        return f"{size / MEBIBYTE:.1f} MB"
    return f"{max(1, round(size / 1024))} kB" if size else "0 kB"
