"""Asking one row of a table as if it were a page. No Textual, no I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from kiosk.forms.load import options
from kiosk.forms.model import Answers, Column, Issue
from kiosk.forms.normalise import normalise
from kiosk.forms.summary import display
from kiosk.forms.view import View
from kiosk.screens.asking import Change, PageAsking, Row
from kiosk.screens.asking_spec import are_few, excess_of, options_of, spec_of, understood_of
from kiosk.screens.drafting import Value
from kiosk.widgets.fields_spec import FieldSpec, Option

if TYPE_CHECKING:
    from kiosk.i18n import Translator


class RowAsking:
    """One row of a table on a page.

    Args:
        page: the page with the table.
        table_id: the table.
        place: which row, from 0; one past the last for a new one.
    """

    def __init__(self, page: PageAsking, table_id: str, place: int) -> None:
        self._page = page
        self.table = page.field(table_id)
        self.place = place
        rows = page.rows(table_id)
        self.row: Row = rows[place] if place < len(rows) else {}
        self._columns = {column.key: column for column in self.table.columns}
        self._parts = self.table.parts()
        self.part = 0

    # --- the pages of a row -------------------------------------------------------------------------------------------

    def parts(self) -> tuple[int, ...]:
        """Return the parts in which something applies now, by their place."""
        shown = {column.key for column in self._view().cells(self.table, self.row)[1]}
        return tuple(n for n, columns in enumerate(self._parts) if any(column.key in shown for column in columns))

    def turn(self, step: int) -> bool:
        """Go to the next part (1) or the one before (-1); return whether there is one."""
        beyond = [part for part in self.parts() if (part - self.part) * step > 0]
        if beyond:
            self.part = beyond[0] if step > 0 else beyond[-1]
        return bool(beyond)

    def turn_to(self, key: str) -> None:
        """Go to the part in which the column ``key`` stands; to the first for one that is in none."""
        found = (n for n, columns in enumerate(self._parts) if any(column.key == key for column in columns))
        self.part = next(found, next(iter(self.parts()), 0))

    def first_wrong(self) -> str:
        """Return the key of the first column of the whole row in which something is wrong, or ""."""
        return next((issue.field for issue in self._issues() if issue.level == "error"), "")

    def is_blank(self) -> bool:
        """Say whether nothing was entered in the row."""
        return not any(self.row.values())

    @property
    def ids(self) -> tuple[str, ...]:
        """The columns of this part in order."""
        return tuple(column.key for column in self._parts[self.part])

    def title(self, t: Translator) -> str:
        """Return the table's name and the number of the row."""
        return t("answers.row.title", table=t.pick(self.table.label), number=self.place + 1)

    def help(self, t: Translator) -> str:
        """Return what this part is about; the table's help stands on its page."""
        return t.pick(self._parts[self.part][0].part) if len(self.parts()) > 1 else ""

    def tally(self, t: Translator) -> str:
        """Return nothing: nothing is counted by rows."""
        return ""

    def doubts(self, t: Translator) -> tuple[str, ...]:
        """Return those of the page: its table is among them."""
        return self._page.doubts(t)

    def spec(self, field_id: str, t: Translator) -> FieldSpec:
        """Return how a column is shown."""
        column = self._columns[field_id]
        return spec_of(
            field_id, column, t, needed=self._view().requires(column, self.row), inline=self._inline(column, t)
        )

    def _inline(self, column: Column, t: Translator) -> tuple[Option, ...]:
        return self.choices(column.key, t) if are_few(column) else ()

    def visible(self) -> frozenset[str]:
        """Return the columns that apply now."""
        shown = self._view().cells(self.table, self.row)[1]
        return frozenset(column.key for column in shown if column in self._parts[self.part])

    def shown(self, field_id: str, t: Translator) -> str:
        """Return the cell as the editor shows it."""
        column = self._columns[field_id]
        text = self.row.get(field_id, "")
        if column.type in {"choice", "yes_no"} and not self._inline(column, t):
            return display(column, text, t, self._parent(column))
        return text

    def understood(self, field_id: str, t: Translator) -> str:
        """Return a date in words."""
        return understood_of(self._columns[field_id], self.row.get(field_id, ""), t)

    def excess(self, field_id: str) -> tuple[int, int] | None:
        """Return length and limit of a cell that is too long, else None."""
        return excess_of(self._columns[field_id], self.row.get(field_id, ""))

    def choices(self, field_id: str, t: Translator) -> tuple[Option, ...]:
        """Return what can be chosen now."""
        column = self._columns[field_id]
        return options_of(column, self._parent(column), t)

    def leading(self, field_id: str, t: Translator) -> str:
        """Return the column whose cell decides what can be chosen, "" where none does."""
        parent = self._columns[field_id].list_column
        return t.pick(self._columns[parent].label) if parent else ""

    def change(self, field_id: str, raw: str) -> Change:
        """Take what was typed into a cell; what is saved is the whole table, under its own id."""
        outcome = normalise(self._columns[field_id], raw, self._page.form.system)
        if outcome.issues or outcome.value == self.row.get(field_id, ""):
            return Change({}, outcome.notices, outcome.issues)
        self.row[field_id] = outcome.value
        for child in self.table.columns:
            known = {option.code for option in options(child, outcome.value)} if child.list_column == field_id else ()
            if child.list_column == field_id and self.row.get(child.key, "") not in known:
                self.row[child.key] = ""
        return Change({self.table.id: self._store([dict(self.row)])}, outcome.notices)

    def remove(self) -> Value:
        """Take the row out and return the table's new value."""
        return self._store([])

    def _store(self, mine: list[Row]) -> Value:
        rows = self._page.rows(self.table.id)
        return self._page.change_rows(self.table.id, [*rows[: self.place], *mine, *rows[self.place + 1 :]])

    def issues(self) -> list[Issue]:
        """Return what is wrong in this part of the row, each issue under its column."""
        here = self.ids
        # What is wrong with the row as a whole stands under no column; it is said at the end.
        return [issue for issue in self._issues() if issue.field in here]

    def _issues(self) -> list[Issue]:
        if self.place >= len(self._page.rows(self.table.id)):
            self._store([dict(self.row)])
        found = [issue for issue in self._page.issues() if issue.field == self.table.id and issue.row == self.place]
        return [Issue(issue.column or "", issue.code, level=issue.level, params=issue.params) for issue in found]

    def called(self, issue: Issue, t: Translator) -> str:
        """Return the column's name."""
        return t.pick(self._columns[issue.field].label)

    def _view(self) -> View:
        return View(self._page.form, cast("Answers", self._page.answers), self._page.context)

    def _parent(self, column: Column) -> str:
        return self._view().parent_code(column, self.row)
