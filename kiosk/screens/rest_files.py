"""A part of the documents that did not fit, ready to be sent because the bureau asks for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from textual.widget import Widget

from kiosk.screens.base import KioskScreen
from kiosk.screens.bound_files import SentFile
from kiosk.screens.subject import Subject
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.rows import NAME_CELLS, shortened
from kiosk.widgets.text import Line


@dataclass(frozen=True, slots=True)
class RestToSend:
    """Part ``part`` of ``parts`` (from 1), its files, and the application's reception number."""

    part: int
    parts: int
    files: tuple[SentFile, ...]
    number: str = field(repr=False)


class RestScreen(KioskScreen[str]):
    """Shows the part; ends with ``send``, or ``save`` (to the person's stick).

    Args:
        subject: what the application is about.
        rest: what would be sent.
    """

    title_key: ClassVar[str] = "rest.title"
    help_key: ClassVar[str] = "help.after"
    first_focus: ClassVar[str] = "ChoiceList"

    def __init__(self, subject: Subject, rest: RestToSend) -> None:
        super().__init__()
        self._subject = subject
        self._rest = rest

    def body(self) -> Iterable[Widget]:
        """Yield which part it is, its files, what the declaration says, and the ways on."""
        rest = self._rest
        yield Line(self.t("rest.lead", part=rest.part, parts=rest.parts), classes="lead", id="lead")
        yield Line(self._subject.words(self.t), classes="quiet space")
        for file in rest.files:
            words = f"{shortened(file.name, NAME_CELLS)}  {file.about(self.t)}"
            yield Line(words, classes="space" if file is rest.files[-1] else "")
        yield Line(self.t("rest.declared", number=rest.number), classes="paragraph", id="declared")
        if rest.part < rest.parts:
            yield Line(self.t("rest.more_left"), classes="paragraph", id="left")
        yield ChoiceList([Choice("send", self.t("rest.send")), Choice("save", self.t("rest.save"))])

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """End with the choice."""
        self.dismiss(event.choice_id)
