"""Drafts on this kiosk and applications at the portal, in one list with a search."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.widget import Widget
from textual.widgets import Input

from kiosk.clock import JAPAN
from kiosk.screens.base import KioskScreen
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.text import Line

SIGNS = {
    "draft": "○",
    "attached": "○",
    "submitted": "●",
    "examining": "●",
    "documents_requested": "!",
    "decided": "!",
    "mail_in": "!",
    "dispatched": "●",
    "received": "✓",
    "withdrawn": "–",
    "refused": "✗",
}


@dataclass(frozen=True, slots=True)
class ListRow:
    """One application: ``row_id`` is ``draft:<id>`` or ``portal:<id>``."""

    row_id: str
    title: str
    state: str
    changed: datetime
    number: str = ""


class ApplicationListScreen(KioskScreen[str]):
    """The list; ends with a ``row_id`` or ``new``.

    Args:
        rows: drafts and applications, the latest change first.
        notice_key: message key of something to know, such as that the portal could not be asked.
    """

    title_key: ClassVar[str] = "applications.title"
    help_key: ClassVar[str] = "help.after"
    first_focus: ClassVar[str] = "ChoiceList"

    def __init__(self, rows: Sequence[ListRow], notice_key: str = "") -> None:
        super().__init__()
        self._rows = tuple(rows)
        self._notice_key = notice_key
        self._search = ""

    def body(self) -> Iterable[Widget]:
        yield Line(self.t.plural("applications.count", len(self._rows)), classes="lead")
        if self._notice_key:
            yield Line("! " + self.t(self._notice_key), classes="-attention space")
        yield Input(self._search, placeholder=self.t("applications.search"), id="search")
        yield ChoiceList(self._choices())

    def _choices(self) -> list[Choice]:
        words = _folded(self._search).split()
        rows = [row for row in self._rows if all(word in _folded(self._text(row)) for word in words)]
        choices = [Choice(row.row_id, f"{SIGNS[row.state]} {row.title}", self._second_line(row)) for row in rows]
        return [*choices, Choice("new", self.t("applications.new"))]

    def _second_line(self, row: ListRow) -> str:
        when = f"{row.changed.astimezone(JAPAN):%Y-%m-%d %H:%M}"
        state = self.t("state.on_this_kiosk" if row.row_id.startswith("draft:") else f"state.{row.state}")
        return "   ".join(part for part in (state, row.number, when) if part)

    def _text(self, row: ListRow) -> str:
        return f"{row.title} {self._second_line(row)}"

    @on(Input.Changed, "#search")
    async def _searched(self, event: Input.Changed) -> None:
        if event.value != self._search:
            self._search = event.value
            await self.query_one(ChoiceList).remove()
            await self.query_one("#body").mount(ChoiceList(self._choices()))

    @on(Input.Submitted, "#search")
    def _to_the_list(self) -> None:
        self.query_one(ChoiceList).focus()

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        self.dismiss(event.choice_id)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
