"""Everything that is wrong with the answers to a form. Pure; the kiosk and the portal run this same code."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from kiosk.forms import dates
from kiosk.forms.model import Answers, Column, Context, Field, Form, Issue, Page, Rule, Sheet
from kiosk.forms.prefill import fixed_values
from kiosk.forms.values import flaw
from kiosk.forms.view import View

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def check(form: Form, answers: Answers, context: Context) -> list[Issue]:
    """Return every issue of the form's own pages, in page order. Answers to hidden questions are never issues.

    Issues of level ``warning`` do not stand in the way of filing. The receipt sheet has ``check_receipt``.
    """
    return _check_sheets(form, form.sheets, answers, context)


def check_receipt(form: Form, answers: Answers, context: Context) -> list[Issue]:
    """Return every issue of the receipt method."""
    return _check_sheets(form, (form.receipt,), answers, context)


def check_page(form: Form, page: Page, answers: Answers, context: Context) -> list[Issue]:
    """Return the issues of the questions on one page, those of rules across pages included."""
    sheets = (*form.sheets, form.receipt)
    sheet = next(item for item in sheets if any(page.id == other.id for other in item.pages))
    here = {item.id for item in page.fields}
    return [issue for issue in _check_sheets(form, (sheet,), answers, context) if issue.field in here]


def errors(issues: list[Issue]) -> list[Issue]:
    """Return the issues that stand in the way of filing."""
    return [issue for issue in issues if issue.level == "error"]


def _check_sheets(form: Form, sheets: tuple[Sheet, ...], answers: Answers, context: Context) -> list[Issue]:
    view = View(form, answers, context)
    fixed = fixed_values(form, context)
    found: list[Issue] = []
    for sheet in sheets:
        own = [issue for page in sheet.pages for item in view.fields(page) for issue in _field(view, item, fixed)]
        wrong = {issue.field for issue in own}
        own.extend(issue for rule in sheet.rules for issue in _rule(view, rule) if issue.field not in wrong)
        found.extend(own)
    order = {field_id: place for place, field_id in enumerate(form.fields)}
    return sorted(found, key=lambda issue: (order[issue.field], -1 if issue.row is None else issue.row))


def _field(view: View, item: Field, fixed: Mapping[str, str]) -> Iterator[Issue]:
    if item.type == "info":
        return
    value = view.answers.get(item.id, "")
    if isinstance(value, str) is (item.type == "table") and value:
        yield Issue(item.id, "wrong_shape")
    elif item.type == "table":
        yield from _table(view, item)
    else:
        yield from _plain(view, item, fixed)


def _plain(view: View, item: Field, fixed: Mapping[str, str]) -> Iterator[Issue]:
    text = view.text(item.id)
    if not text:
        if view.requires(item) or item.id in fixed:
            yield Issue(item.id, "required")
    elif text != fixed.get(item.id, text):
        yield Issue(item.id, "differs_from_form" if item.source.startswith("form.") else "differs_from_card")
    else:
        found = flaw(item, text, view.context.system, view.parent_code(item))
        if found is not None:
            yield Issue(item.id, found.code, params=found.params)


def _table(view: View, table: Field) -> Iterator[Issue]:
    rows = view.rows(table.id)
    if not rows and view.requires(table):
        yield Issue(table.id, "no_rows")
    if len(rows) > table.max_rows:
        yield Issue(table.id, "too_many_rows", params={"max": table.max_rows})
    for number, row in enumerate(rows):
        known = {column.key for column in table.columns}
        if not known.issuperset(row):
            yield Issue(table.id, "wrong_shape", row=number)
        texts, columns = view.cells(table, row)
        for column in columns:
            yield from _cell(view, table, column, number, texts)


def _cell(view: View, table: Field, column: Column, number: int, row: Mapping[str, str]) -> Iterator[Issue]:
    text = row.get(column.key, "")
    if not text:
        if view.requires(column, row):
            yield Issue(table.id, "required", row=number, column=column.key)
        return
    found = flaw(column, text, view.context.system, view.parent_code(column, row))
    if found is not None:
        yield Issue(table.id, found.code, row=number, column=column.key, params=found.params)


def _rule(view: View, rule: Rule) -> Iterator[Issue]:
    if not rule.table:
        values = {name: view.text(name) for name in _names(rule)}
        place = rule.field or rule.second or rule.fields[-1]
        item = view.form.fields[place]
        if view.shows(item) and _broken(rule, values, view.context.today):
            yield Issue(place, rule.code, level=rule.level)
        return
    for number, row in enumerate(view.rows(rule.table)):
        texts, _ = view.cells(view.form.fields[rule.table], row)
        values = {name: texts.get(name, "") for name in _names(rule)}
        if _broken(rule, values, view.context.today):
            column = rule.field or rule.second or rule.fields[-1]
            yield Issue(rule.table, rule.code, row=number, column=column, level=rule.level)


def _names(rule: Rule) -> tuple[str, ...]:
    return tuple(filter(None, (rule.field, rule.first, rule.second, rule.period, *rule.fields)))


def _broken(rule: Rule, values: Mapping[str, str], today: date) -> bool:
    if rule.kind == "one_of":
        return not any(values.values())
    if rule.kind == "order":
        first, second = dates.earliest(values[rule.first]), dates.latest(values[rule.second])
        return first is not None and second is not None and second < first
    first, last = dates.earliest(values[rule.field]), dates.latest(values[rule.field])
    if first is None or last is None:
        return False
    if rule.kind == "not_future":
        return first > today
    if rule.kind == "not_past":
        return last < today
    limit = dates.period_end(values[rule.period], today)
    return limit is not None and last > limit
