"""Using the answers of an earlier application: which one, and a look at what is taken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from textual.widget import Widget

from kiosk.clock import JAPAN
from kiosk.forms.model import SummarySection
from kiosk.forms.summary import display_date
from kiosk.screens.base import KioskScreen, Rail
from kiosk.screens.subject import Subject
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.text import Fact, Line

NONE, TAKE = "none", "take"
SHOWN = 8
"""At most so many earlier applications are offered, so that each has a digit."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier application: the id it is fetched by, what it is about, and when it was last changed."""

    id: str
    subject: Subject
    changed: datetime


class EarlierScreen(KioskScreen[str]):
    """Which earlier application; ends with its id or ``NONE``.

    Args:
        earlier: the applications, the latest first.
    """

    title_key: ClassVar[str] = "carry.title"
    rail: ClassVar[Rail | None] = Rail.FILING
    step: ClassVar[int] = 2

    def __init__(self, earlier: Sequence[Earlier]) -> None:
        super().__init__()
        self._earlier = tuple(earlier[:SHOWN])

    def body(self) -> Iterable[Widget]:
        """Yield the question and the applications."""
        yield Line(self.t("carry.lead"), classes="lead", id="lead")
        yield Line(self.t("carry.how"), classes="quiet space")
        yield ChoiceList([*map(self._choice, self._earlier), Choice(NONE, self.t("carry.none"))])

    def _choice(self, item: Earlier) -> Choice:
        day = display_date(item.changed.astimezone(JAPAN).date().isoformat(), self.t)
        return Choice(item.id, self.t("carry.from", subject=item.subject.words(self.t), date=day))

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """End with the choice."""
        self.dismiss(event.choice_id)


class TakenScreen(KioskScreen[str]):
    """What is taken over, for confirmation; ends with ``TAKE`` or ``NONE``.

    Args:
        sections: gives the answers in a language, page by page.
    """

    CSS: ClassVar[str] = "TakenScreen .fact { margin: 0; }"
    title_key: ClassVar[str] = "carry.title"
    rail: ClassVar[Rail | None] = Rail.FILING
    step: ClassVar[int] = 2

    def __init__(self, sections: Callable[[str], Sequence[SummarySection]]) -> None:
        super().__init__()
        self._sections = sections

    def body(self) -> Iterable[Widget]:
        """Yield the choice and the answers."""
        yield Line(self.t("carry.confirm"), classes="lead", id="lead")
        yield ChoiceList([Choice(TAKE, self.t("carry.take")), Choice(NONE, self.t("carry.none"))])
        for section in self._sections(self.t.language):
            yield Line(section.title, classes="label")
            for row in section.rows:
                yield Fact(row.label, row.value)
            yield Line(" ")

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """End with the choice."""
        self.dismiss(event.choice_id)
