"""Between the form engine and a page of questions: what to ask, what was answered, what is wrong. No Textual, no I/O.

``PageAsking`` asks one page of a form, ``asking_row.RowAsking`` one row of a table. Both keep the answers they were
given and change them in place, so that a page drawn again shows what was typed.
"""

from __future__ import annotations

from collections.abc import Collection, MutableMapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast

from kiosk.forms.check import check_page
from kiosk.forms.load import options
from kiosk.forms.model import Answers, Context, Field, Form, Issue, Page, Sheet
from kiosk.forms.normalise import Notice, normalise
from kiosk.forms.points import points
from kiosk.forms.prefill import awaited, fixed_values
from kiosk.forms.summary import display
from kiosk.forms.view import View
from kiosk.screens.asking_spec import (
    are_few,
    doubt_words,
    excess_of,
    number_of,
    options_of,
    points_words,
    spec_of,
    understood_of,
    worded_columns,
)
from kiosk.screens.drafting import Value
from kiosk.widgets.fields_spec import FieldSpec, Option

if TYPE_CHECKING:
    from kiosk.i18n import Translator

FAMILY = frozenset({"legal_representative", "relative"})
"""Who answers for somebody who is spoken of as "you"."""

Row = dict[str, str]
AnswerMap = MutableMapping[str, Value]


@dataclass(frozen=True, slots=True, repr=False)
class Change:
    """What became of something typed.

    Attributes:
        saved: every answer that is another one now, by id; a choice that no longer fits its list is among them.
        notices: what was changed of what was typed.
        issues: why it was not taken; then nothing is saved.
    """

    saved: dict[str, Value]
    notices: tuple[Notice, ...] = ()
    issues: tuple[Issue, ...] = ()


class Asking(Protocol):
    """What a page of questions needs to know."""

    @property
    def ids(self) -> tuple[str, ...]:
        """All questions, shown or not, in order."""
        ...

    def title(self, t: Translator) -> str:
        """Return the subject in one line."""
        ...

    def help(self, t: Translator) -> str:
        """Return what is said above the questions, or ""."""
        ...

    def tally(self, t: Translator) -> str:
        """Return what is counted while answering, or ""."""
        ...

    def spec(self, field_id: str, t: Translator) -> FieldSpec:
        """Return how a question is shown."""
        ...

    def visible(self) -> frozenset[str]:
        """Return the questions that apply now."""
        ...

    def shown(self, field_id: str, t: Translator) -> str:
        """Return the answer as the editor shows it."""
        ...

    def understood(self, field_id: str, t: Translator) -> str:
        """Return a date in words, "" for everything else and for what is no date."""
        ...

    def excess(self, field_id: str) -> tuple[int, int] | None:
        """Return length and limit of an answer that is too long, else None."""
        ...

    def choices(self, field_id: str, t: Translator) -> tuple[Option, ...]:
        """Return what can be chosen now."""
        ...

    def leading(self, field_id: str, t: Translator) -> str:
        """Return the question whose answer decides what can be chosen, "" where none does."""
        ...

    def change(self, field_id: str, raw: str) -> Change:
        """Take what was typed."""
        ...

    def issues(self) -> list[Issue]:
        """Return everything that is wrong on the page now, in order."""
        ...

    def called(self, issue: Issue, t: Translator) -> str:
        """Return what to call the box of an issue where it stands alone."""
        ...

    def doubts(self, t: Translator) -> tuple[str, ...]:
        """Return, for staff, what of the questions is to be compared with the official sheet."""
        ...


class PageAsking:
    """One page of a form.

    Args:
        form: the form.
        page: one of its pages (of the receipt sheet too).
        answers: all answers so far; changed in place.
        context: who asks.
        only: ids of the questions to ask; all of the page when empty.
    """

    def __init__(
        self, form: Form, page: Page, answers: AnswerMap, context: Context, *, only: Collection[str] = ()
    ) -> None:
        self.form = form
        self.page = page
        self.answers = answers
        self.context = context
        self._later = awaited(form, context)
        self._fixed = {**dict.fromkeys(self._later, ""), **fixed_values(form, context)}
        self._fields = {item.id: item for item in page.fields if not only or item.id in only}

    @property
    def ids(self) -> tuple[str, ...]:
        """All questions of the page in order."""
        return tuple(self._fields)

    def title(self, t: Translator) -> str:
        """Return the page's title."""
        return t.pick(self.page.title)

    def help(self, t: Translator) -> str:
        """Return the page's help, and for whom its questions are where a member of the family answers them."""
        sheet = self._sheet()
        of_the_person = sheet.filled_by == "applicant" and sheet is not self.form.receipt
        family = self.context.user_kind in FAMILY and of_the_person
        parts = (t("answers.for_another") if family else "", t.pick(self.page.help))
        return "\n".join(part for part in parts if part)

    def _sheet(self) -> Sheet:
        return next((sheet for sheet in self.form.sheets if self.page in sheet.pages), self.form.receipt)

    def tally(self, t: Translator) -> str:
        """Return the running sum on a page of the points table, "" elsewhere."""
        if not any(name.startswith("hsp.") for name in self._fields):
            return ""
        found = points(self.form, cast("Answers", self.answers), self.context)
        needed = self.answers.get("hsp.j_skip") != "1"
        return "" if found is None else points_words(found.total, found.needed, t, needed=needed)

    def doubts(self, t: Translator) -> tuple[str, ...]:
        """Return a sentence for the questions here that are not taken from an official text, one for each source."""
        shown = self.visible()
        return doubt_words(self._sheet(), [item for item in self._fields.values() if item.id in shown], t)

    def field(self, field_id: str) -> Field:
        """Return the definition of a question."""
        return self._fields[field_id]

    def spec(self, field_id: str, t: Translator) -> FieldSpec:
        """Return how a question is shown; of neighbours from the card only the last says so."""
        item = self._fields[field_id]
        if field_id in self._fixed:
            hint = self._fixed_hint(item, t)
            return FieldSpec(field_id, "fixed", t.pick(item.label), number=number_of(item, t), hint=hint)
        if item.type == "table":
            return self._table_spec(item, t)
        needed = View(self.form, self.answers, self.context).requires(item)
        return spec_of(field_id, item, t, needed=needed, inline=self._inline(item, t))

    def _fixed_hint(self, item: Field, t: Translator) -> str:
        if not item.source.startswith("person."):
            return t.pick(item.help)
        order = list(self._fields)
        place = order.index(item.id)
        following = self._fields[order[place + 1]] if place + 1 < len(order) else None
        more = following is not None and following.id in self._fixed and following.source.startswith("person.")
        return "" if more or item.id in self._later else t("answers.from_card")

    def _table_spec(self, item: Field, t: Translator) -> FieldSpec:
        rows = self.rows(item.id)
        wrong = {issue.row for issue in self.issues() if issue.field == item.id and issue.level == "error"}
        lines = tuple(self._row_line(item, row, t, wrong=n in wrong) for n, row in enumerate(rows))
        prompt = t("answers.row.add") if len(rows) < item.max_rows else ""
        return FieldSpec(
            item.id, "table", t.pick(item.label), number_of(item, t), hint=t.pick(item.help), prompt=prompt, rows=lines
        )

    def _row_line(self, item: Field, row: Row, t: Translator, *, wrong: bool) -> str:
        view = View(self.form, self.answers, self.context)
        # Yes, no and the like say little where their questions are not beside them.
        columns = [column for column in item.columns if not are_few(column)] or item.columns
        words = [display(column, row.get(column.key, ""), t, view.parent_code(column, row)) for column in columns]
        line = " · ".join([word for word in words if word][:3]) or t("answers.row.empty")
        return f"! {line}" if wrong else line

    def _inline(self, item: Field, t: Translator) -> tuple[Option, ...]:
        return self.choices(item.id, t) if are_few(item) and not item.parent else ()

    def visible(self) -> frozenset[str]:
        """Return the questions that apply now."""
        shown = View(self.form, self.answers, self.context).fields(self.page)
        return frozenset(item.id for item in shown if item.id in self._fields)

    def text(self, field_id: str) -> str:
        """Return a plain answer, "" where there is none."""
        value = self._fixed.get(field_id) or self.answers.get(field_id, "")
        return value if isinstance(value, str) else ""

    def rows(self, field_id: str) -> list[Row]:
        """Return a copy of a table's rows."""
        value = self.answers.get(field_id, [])
        return [] if isinstance(value, str) else [dict(row) for row in value]

    def shown(self, field_id: str, t: Translator) -> str:
        """Return the answer as the editor shows it."""
        item = self._fields[field_id]
        text = self.text(field_id)
        if field_id in self._later:
            return t("answers.from_card_later")
        if field_id in self._fixed or (item.type in {"choice", "yes_no"} and not self._inline(item, t)):
            return display(item, text, t, self._parent(item))
        return text

    def understood(self, field_id: str, t: Translator) -> str:
        """Return a date in words, "" for everything else and for what is no date."""
        return "" if field_id in self._fixed else understood_of(self._fields[field_id], self.text(field_id), t)

    def excess(self, field_id: str) -> tuple[int, int] | None:
        """Return length and limit of an answer that is too long, else None."""
        return excess_of(self._fields[field_id], self.text(field_id))

    def choices(self, field_id: str, t: Translator) -> tuple[Option, ...]:
        """Return what can be chosen now."""
        item = self._fields[field_id]
        return options_of(item, self._parent(item), t)

    def leading(self, field_id: str, t: Translator) -> str:
        """Return the question whose answer decides what can be chosen, "" where none does."""
        parent = self._fields[field_id].parent
        return t.pick(self.form.fields[parent].label) if parent else ""

    def _parent(self, item: Field) -> str:
        return View(self.form, self.answers, self.context).parent_code(item)

    def change(self, field_id: str, raw: str) -> Change:
        """Take what was typed; answers from the card stay as they are."""
        outcome = normalise(self._fields[field_id], raw, self.form.system)
        if outcome.issues or field_id in self._fixed:
            return Change({}, issues=outcome.issues)
        saved: dict[str, Value] = {}
        if outcome.value != self.text(field_id):
            self._put(field_id, outcome.value, saved)
        return Change(saved, outcome.notices)

    def change_rows(self, field_id: str, rows: Sequence[Row]) -> Value:
        """Take other rows of a table and return what is to be saved."""
        value = [dict(row) for row in rows]
        self.answers[field_id] = value
        return value

    def _put(self, field_id: str, value: str, saved: dict[str, Value]) -> None:
        self.answers[field_id] = saved[field_id] = value
        # A town of another prefecture must not stay behind.
        for child in self.form.fields.values():
            if child.parent == field_id and self.answers.get(child.id) and child.id not in self._fixed:
                known = {option.code for option in options(child, value)}
                if self.answers[child.id] not in known:
                    self._put(child.id, "", saved)

    def issues(self) -> list[Issue]:
        """Return everything that is wrong on the page now, in order."""
        found = check_page(self.form, self.page, cast("Answers", self.answers), self.context)
        own = [issue for issue in found if issue.field in self._fields]
        return [issue for issue in own if issue.code != "required" or issue.field not in self._later]

    def called(self, issue: Issue, t: Translator) -> str:
        """Return the question's name; in a table with the row and the column."""
        item = self._fields[issue.field]
        if issue.row is None:
            return t.pick(item.label)
        place = {"table": t.pick(item.label), "number": issue.row + 1}
        if not issue.column:
            return t("answers.row.place", **place)
        return t("answers.row.cell", **place, column=worded_columns(item, t.language)[issue.column].label)
