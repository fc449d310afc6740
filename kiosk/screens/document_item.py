"""One document of the checklist: add a file, take one away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Literal

from textual.widget import Widget

from kiosk.screens.base import KioskScreen, Rail
from kiosk.screens.documents import DocumentItem, size_text
from kiosk.screens.subject import Subject
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.rows import NAME_CELLS, shortened
from kiosk.widgets.text import Line


@dataclass(frozen=True, slots=True)
class ItemAction:
    """What to do with the item: add a file, or remove the one named."""

    action: Literal["add", "remove"]
    file_id: str = ""


class DocumentItemScreen(KioskScreen[ItemAction]):
    """Shows one item with its files.

    Args:
        subject: what the application is about.
        item: the line of the checklist.
        several: whether it may have more than one file; otherwise a new one takes the old one's place.
    """

    rail: ClassVar[Rail | None] = Rail.FILING
    step: ClassVar[int] = 3
    help_key: ClassVar[str] = "help.documents"

    def __init__(self, subject: Subject, item: DocumentItem, *, several: bool) -> None:
        super().__init__()
        self._subject = subject
        self._item = item
        self._several = several

    def title_text(self) -> str:
        """Return the procedure."""
        return self._subject.title(self.t)

    def body(self) -> Iterable[Widget]:
        """Yield what it is, and what can be done with its files."""
        yield Line(self.t.pick(self._item.name), classes="lead")
        if hint := self.t.pick(self._item.hint):
            yield Line(hint, classes="paragraph")
        choices = [Choice("add", self.t(self._add_key()))]
        for file in self._item.files:
            choices.append(
                Choice(
                    file.file_id,
                    self.t("documents.remove", name=shortened(file.name, NAME_CELLS)),
                    size_text(file.size),
                )
            )
        yield ChoiceList(choices)

    def _add_key(self) -> str:
        if not self._item.files:
            return "documents.add"
        return "documents.add_another" if self._several else "documents.replace"

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """End with what was chosen."""
        if event.choice_id == "add":
            self.dismiss(ItemAction("add"))
        else:
            self.dismiss(ItemAction("remove", event.choice_id))
