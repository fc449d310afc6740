"""What was made of the chosen files for sending: the real files, their size before and after, and what was done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from textual.widget import Widget

from kiosk.binding import Told
from kiosk.i18n import Translator
from kiosk.screens.base import KioskScreen, Rail
from kiosk.screens.documents import size_text
from kiosk.screens.subject import Names, Subject
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.rows import NAME_CELLS, shortened
from kiosk.widgets.text import Line


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that is sent: its name made safe, bytes, pages (0 for the photo); ``read`` gives its content."""

    name: str = field(repr=False)
    size: int
    pages: int
    read: Callable[[], bytes] = field(default=bytes, repr=False, compare=False)

    def about(self, t: Translator) -> str:
        """Return its size and pages in words."""
        pages = [t.plural("documents.pages", self.pages)] if self.pages else []
        return ", ".join((size_text(self.size), *pages))


@dataclass(frozen=True, slots=True)
class BoundShown:
    """What was made.

    Attributes:
        now: files that are sent with the application.
        later: files that the bureau asks for afterwards, because not everything fits.
        changes: what was done.
        before, after: bytes of the documents as chosen and as made, all parts together.
        outdated: names of the documents that are too old today, by the dates that the person gave.
    """

    now: tuple[SentFile, ...]
    later: tuple[SentFile, ...]
    changes: tuple[Told, ...]
    before: int
    after: int
    outdated: tuple[Names, ...] = ()


class BoundFilesScreen(KioskScreen[str]):
    """Shows what was made; ends with ``continue``, or ``save`` (the files that follow later go to the person's stick).

    Args:
        subject: what the application is about.
        shown: what was made.
    """

    rail: ClassVar[Rail | None] = Rail.FILING
    step: ClassVar[int] = 5
    help_key: ClassVar[str] = "help.sending"
    proceeds: ClassVar[bool] = True
    first_focus: ClassVar[str] = "ChoiceList"

    def __init__(self, subject: Subject, shown: BoundShown) -> None:
        super().__init__()
        self._subject = subject
        self._shown = shown

    def title_text(self) -> str:
        """Return the procedure."""
        return self._subject.title(self.t)

    def body(self) -> Iterable[Widget]:
        """Yield the files, what was done, and the ways on."""
        yield Line(self.t("bound.lead"), classes="lead", id="lead")
        sizes = {"before": size_text(self._shown.before), "after": size_text(self._shown.after)}
        yield Line(self.t("bound.sizes", **sizes), classes="space", id="sizes")
        for change in self._shown.changes:
            last = change is self._shown.changes[-1]
            yield Line("! " + change.words(self.t), classes="-attention change space" if last else "-attention change")
        choices = [Choice("continue", self.t("choice.continue"))]
        if self._shown.later:
            choices.append(Choice("save", self.t("bound.save"), self.t("bound.save.hint")))
        yield ChoiceList(choices)
        yield from self._files("bound.now", self._shown.now)
        if self._shown.later:
            yield from self._files("bound.later", self._shown.later)

    def _files(self, heading: str, files: Sequence[SentFile]) -> Iterable[Widget]:
        yield Line(self.t(heading), classes="quiet heading")
        for file in files:
            words = f"{shortened(file.name, NAME_CELLS)}  {file.about(self.t)}"
            yield Line(words, classes="space" if file is files[-1] else "")

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """End with the choice."""
        self.dismiss(event.choice_id)

    def action_proceed(self) -> None:
        """F10: go on."""
        self.dismiss("continue")
