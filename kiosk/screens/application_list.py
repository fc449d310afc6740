"""Drafts on this kiosk and applications at the portal, in one list with a search."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.widget import Widget
from textual.widgets import Input

from kiosk.clock import japan_date
from kiosk.screens.base import KioskScreen
from kiosk.screens.moments import day_words, moment_words
from kiosk.screens.outbox_words import PREFIX, sign_style
from kiosk.screens.outbox_words import SIGNS as OUTBOX_SIGNS
from kiosk.screens.subject import Subject
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.rows import shortened
from kiosk.widgets.text import Line

LOCAL, LOCKED = "on_this_kiosk", "needs_card"
"""States of rows that are not the portal's: a draft of this kiosk, and one that opens only with its own card."""

TITLE_CELLS, NAME_CELLS = 66, 28

SIGNS = {
    **OUTBOX_SIGNS,
    LOCAL: "○",
    LOCKED: "–",
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
    """One application: ``row_id`` is ``draft:<id>``, ``portal:<id>`` or ``outbox:<id>``.

    ``subject`` is None where it can't be read; ``until`` is when a signature that has waited for long runs out;
    ``applicant`` is whose it is, where who looks at the list files for others.
    """

    row_id: str
    subject: Subject | None
    state: str
    changed: datetime
    number: str = ""
    until: datetime | None = None
    applicant: str = field(default="", repr=False)


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
        """Yield how many there are, the search, and the list."""
        yield Line(self.t.plural("applications.count", len(self._rows)), classes="lead", id="lead")
        if self._notice_key:
            yield Line("! " + self.t(self._notice_key), classes="-attention space", id="notice")
        yield Input(self._search, placeholder=self.t("applications.search"), id="search")
        yield ChoiceList(self._choices())

    def _choices(self) -> list[Choice]:
        words = folded(self._search).split()
        rows = [row for row in self._rows if all(word in folded(self._searched(row)) for word in words)]
        return [*(self._choice(row) for row in rows), Choice("new", self.t("applications.new"))]

    def _choice(self, row: ListRow) -> Choice:
        sign = SIGNS[row.state]
        name = shortened(row.applicant, NAME_CELLS)
        words = "  ".join(part for part in (name, self._words(row)) if part)
        words = shortened(words, TITLE_CELLS)
        return Choice(row.row_id, words, self._second_line(row), sign=sign, sign_style=sign_style(sign))

    def _words(self, row: ListRow) -> str:
        if row.row_id.startswith(PREFIX):
            return self.t("applications.sealed")
        return self.t("applications.locked") if row.subject is None else row.subject.words(self.t)

    def _second_line(self, row: ListRow) -> str:
        when = day_words(japan_date(row.changed), self.t)
        if not row.row_id.startswith(PREFIX):
            return "   ".join(part for part in (self.t(f"state.{row.state}"), row.number, when) if part)
        if row.until is not None:
            when = "! " + self.t("outbox.late.short", until=moment_words(row.until, self.t))
        step = row.number or self.t(f"queue.state.{row.state}.step")
        return "   ".join((self.t(f"queue.state.{row.state}"), step, when))

    def _searched(self, row: ListRow) -> str:
        names = "" if row.subject is None else row.subject.searched()
        days = japan_date(row.changed).isoformat()
        return f"{row.applicant} {names} {self._words(row)} {self._second_line(row)} {days}"

    @on(Input.Changed, "#search")
    async def _searched_for(self, event: Input.Changed) -> None:
        if event.value != self._search:
            self._search = event.value
            await self.query_one(ChoiceList).remove()
            await self.query_one("#body").mount(ChoiceList(self._choices()))

    @on(Input.Submitted, "#search")
    def _to_the_list(self) -> None:
        self.query_one(ChoiceList).focus()

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """End with the row."""
        self.dismiss(event.choice_id)


def folded(text: str) -> str:
    """Return ``text`` as it is compared: full and half width, capital and small letters are the same."""
    return unicodedata.normalize("NFKC", text).casefold()
