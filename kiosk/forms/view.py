"""What of a form applies, given the answers so far. Pure.

An answer to a question that does not apply counts as no answer, for every condition that looks at it.
"""

from __future__ import annotations

from datetime import date

from kiosk.forms.model import Answers, Column, Condition, Context, Field, Form, Page, Row


class View:
    """One look at a form with certain answers. Results are remembered, so make a new one when an answer changes.

    Args:
        form: the definition.
        answers: canonical answers; unknown ids are ignored.
        context: who asks, when and where.
    """

    def __init__(self, form: Form, answers: Answers, context: Context) -> None:
        self.form = form
        self.answers = answers
        self.context = context
        self._shown: dict[str, bool] = {}

    def pages(self) -> tuple[Page, ...]:
        """Return the pages that have at least one question to show."""
        return tuple(page for page in self.form.pages if self.fields(page))

    def fields(self, page: Page) -> tuple[Field, ...]:
        """Return the questions of ``page`` that apply."""
        return tuple(item for item in page.fields if self.shows(item))

    def cells(self, table: Field, row: Row) -> tuple[dict[str, str], tuple[Column, ...]]:
        """Return what counts of one row: the texts of the cells that apply, and those cells.

        A condition looks at earlier columns alone (lint sees to it), so one pass is enough.
        """
        texts: dict[str, str] = {}
        shown: list[Column] = []
        for item in table.columns:
            if item.visible is None or self.holds(item.visible, texts):
                shown.append(item)
                texts[item.key] = row.get(item.key, "")
        return texts, tuple(shown)

    def shows(self, item: Field) -> bool:
        """Say whether the question applies."""
        known = self._shown.get(item.id)
        if known is None:
            self._shown[item.id] = False  # a circle of conditions ends here; lint refuses circles
            gates = self.form.gates[self.form.page_of[item.id].id]
            conditions = gates if item.visible is None else (*gates, item.visible)
            applies = all(self.holds(condition) for condition in conditions)
            # A table none of whose columns applies has nothing to ask for.
            known = self._shown[item.id] = applies and (not item.columns or bool(self.cells(item, {})[1]))
        return known

    def requires(self, item: Field | Column, row: Row | None = None) -> bool:
        """Say whether an answer is required here; ``row`` is given for a cell of a table."""
        return item.required if isinstance(item.required, bool) else self.holds(item.required, row)

    def text(self, field_id: str) -> str:
        """Return the answer to a plain question that applies, or an empty text."""
        value = self._value(field_id)
        return value if isinstance(value, str) else ""

    def rows(self, field_id: str) -> tuple[Row, ...]:
        """Return the rows of a table that applies."""
        value = self._value(field_id)
        return () if isinstance(value, str) else tuple(value)

    def parent_code(self, item: Field | Column, row: Row | None = None) -> str:
        """Return the code on which the list of ``item`` depends, or an empty text."""
        if isinstance(item, Column):
            return (row or {}).get(item.list_column, "") if item.list_column else ""
        return self.text(item.parent) if item.parent else ""

    def holds(self, condition: Condition, row: Row | None = None) -> bool:
        """Say whether a condition is true; ``row`` is given inside a table."""
        if condition.any_of:
            return any(self.holds(part, row) for part in condition.any_of)
        if condition.all_of:
            return all(self.holds(part, row) for part in condition.all_of)
        if condition.negated is not None:
            return not self.holds(condition.negated, row)
        if condition.age_at_least is not None:
            return self._age() >= condition.age_at_least
        return self._matches(condition, row)

    def _matches(self, condition: Condition, row: Row | None) -> bool:
        if condition.context:
            return self._context(condition.context) in condition.values
        if condition.column:
            filled, text = bool((row or {}).get(condition.column)), (row or {}).get(condition.column, "")
        else:
            filled, text = bool(self._value(condition.field)), self.text(condition.field)
        if condition.values:
            return text in condition.values
        return filled if condition.filled else not filled

    def _value(self, field_id: str) -> str | tuple[Row, ...]:
        item = self.form.fields.get(field_id)
        if item is None or not self.shows(item):
            return ""
        value = self.answers.get(field_id, "")
        return value if isinstance(value, str) else tuple(value)

    def _context(self, name: str) -> str:
        known = self.form.known
        return known[name] if name in known else str(getattr(self.context, name))

    def _age(self) -> int:
        person = self.context.person
        if self.context.user_kind != "applicant":
            return age_on(self.text(BIRTH_DATE), self.context.today)
        return age_on(person.birth_date, self.context.today) if person is not None else -1


BIRTH_DATE = "part1.date_of_birth"
"""The applicant's, where somebody else's card is read."""


def age_on(birth_date: str, today: date) -> int:
    """Return full years on ``today``, or -1 where the year of birth is unknown.

    Unknown parts (zeros) count as the latest possible day, so that nobody is taken for older than they may be.

    Args:
        birth_date: ``YYYY-MM-DD`` with zeros for unknown parts.
        today: a day in Japan.
    """
    try:
        year, month, day = (int(part) for part in birth_date.split("-"))
    except ValueError:
        return -1
    if not year:
        return -1
    birthday = (month or 12, (day or 31) if month else 31)
    return today.year - year - ((today.month, today.day) < birthday)
