"""Contradictions inside a form's definition that no single file shows. Run by tests and by ``kiosk forms lint``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from kiosk.forms.errors import FormDefinitionError
from kiosk.forms.load import choices, parents
from kiosk.forms.model import MAX_FIELDS_PER_PAGE, Column, Condition, Field, Form, Page, Question, Rule, Sheet
from kiosk.forms.prefill import SOURCES
from kiosk.forms.resolve import fields_of
from kiosk.i18n import translator

LANGUAGES = ("ja", "en")


def lint(form: Form) -> None:
    """Raise ``FormDefinitionError`` with the first contradiction of the form, if there is one."""
    found = next(iter(problems(form)), None)
    if found is not None:
        raise FormDefinitionError(file=f"{form.procedure}/{form.status}", problem=found)


def problems(form: Form) -> list[str]:
    """Return every contradiction of the form as a short English line for staff."""
    found = list(_duplicates(form))
    for sheet in (*form.sheets, form.receipt):
        found.extend(_sheet(form, sheet))
    found.extend(_twice_online(form))
    found.extend(_copies(form))
    found.extend(_circles(form))
    for attached in form.attached:
        found.extend(
            f"{attached.id}: {text}" for text in (*_labels(attached.title), *_condition(form, attached.visible))
        )
    return found


def _duplicates(form: Form) -> Iterator[str]:
    sheets = (*form.sheets, form.receipt)
    pages = [page for sheet in sheets for page in sheet.pages]
    named = {
        "sheet": Counter(sheet.id for sheet in sheets),
        "page": Counter(page.id for page in pages),
        "field": Counter(item.id for page in pages for item in page.fields),
    }
    for kind, counted in named.items():
        yield from (f"{kind} {name} stands twice" for name, count in counted.items() if count > 1)


def _twice_online(form: Form) -> Iterator[str]:
    """An item of the online system has one answer; only prefecture and city share one."""
    first: dict[str, Field] = {}
    for item in form.fields.values():
        known = first.setdefault(item.online, item)
        if item.online and known is not item and item.parent != known.id:
            yield f"online item {item.online} is filled by {known.id} and {item.id}"
    for copy in (copy for sheet in form.sheets for copy in sheet.copies):
        if copy.online in first:
            yield f"online item {copy.online} is filled by {first[copy.online].id} and a copy"


def _copies(form: Form) -> Iterator[str]:
    for copy in (copy for sheet in form.sheets for copy in sheet.copies):
        if copy.field not in form.fields:
            yield f"copy of the unknown field {copy.field}"
        yield from (f"copy of {copy.field}: {text}" for text in _condition(form, copy.visible))


def _sheet(form: Form, sheet: Sheet) -> Iterator[str]:
    yield from (f"{sheet.id}: {text}" for text in (*_labels(sheet.title), *_condition(form, sheet.visible)))
    for page in sheet.pages:
        yield from (f"{page.id}: {text}" for text in _page(form, page))
    for rule in sheet.rules:
        yield from (f"{sheet.id} rule {rule.code}: {text}" for text in _rule(form, rule))


def _page(form: Form, page: Page) -> Iterator[str]:
    yield from _labels(page.title)
    yield from _labels(page.help, optional=True)
    yield from _condition(form, page.visible)
    if not 1 <= len(page.fields) <= MAX_FIELDS_PER_PAGE:
        yield f"{len(page.fields)} fields on one page"
    for item in page.fields:
        yield from (f"{item.id}: {text}" for text in _field(form, item))


def _field(form: Form, item: Field) -> Iterator[str]:
    yield from _question(form, item, ())
    if (item.type == "table") is not bool(item.columns) or (item.type == "table") is not (item.max_rows > 0):
        yield "a table has columns and max_rows, and nothing else has"
    if item.source and item.source not in SOURCES:
        yield f"unknown source {item.source}"
    if item.fixed and not item.source:
        yield "fixed without a source"
    if item.parent:
        yield from _dependent(item, form.fields.get(item.parent))
    elif item.list and parents_of(item.list) != ("",):
        yield f"list {item.list} depends on another field"
    yield from _columns(form, item)


def _columns(form: Form, item: Field) -> Iterator[str]:
    known: list[str] = []
    for column in item.columns:
        if column.key in known:
            yield f"column {column.key} stands twice"
        if column.type in {"table", "info"}:
            yield f"column {column.key} cannot be a {column.type}"
        yield from (f"{column.key}: {text}" for text in _question(form, column, tuple(known), item.columns))
        known.append(column.key)
    yield from _parts(item)


def _parts(item: Field) -> Iterator[str]:
    """A row is asked on pages like all else: of so many boxes at most, and with titles where there are several."""
    pages = item.parts()
    for columns in pages:
        if len(columns) > MAX_FIELDS_PER_PAGE:
            yield f"{len(columns)} columns on one page of a row: column {columns[0].key} and those after it"
        if len(pages) > 1:
            yield from _labels(columns[0].part)


def _question(
    form: Form, item: Field | Column, earlier: tuple[str, ...], columns: tuple[Column, ...] = ()
) -> Iterator[str]:
    yield from _labels(item.label)
    yield from _labels(item.help, optional=True)
    if (item.type in {"choice", "yes_no"}) is not bool(item.list):
        yield "choices have a list, and nothing else has"
    yield from _list(item)
    yield from _condition(form, item.visible, earlier)
    if isinstance(item.required, Condition):
        yield from _condition(form, item.required, tuple(column.key for column in columns))


def _list(item: Question) -> Iterator[str]:
    if not item.list:
        return
    found = parents_of(item.list)
    if not found:
        yield f"no list {item.list}"
        return
    known = {entry.code for parent in found for entry in choices(item.list, parent)}
    yield from (f"code {code} is not in list {item.list}" for code in item.codes if code not in known)


def parents_of(list_id: str) -> tuple[str, ...]:
    """Return the parent codes of a list, ``("",)`` for a plain one, nothing where there is no such list."""
    try:
        return parents(list_id)
    except FormDefinitionError:
        return ()


def _dependent(item: Field, parent: Field | None) -> Iterator[str]:
    if parent is None or not parent.list:
        yield f"parent {item.parent} is no choice"
        return
    known = {entry.code for owner in parents_of(parent.list) for entry in choices(parent.list, owner)}
    if not known.intersection(parents_of(item.list)):
        yield f"list {item.list} has nothing for any code of {item.parent}"


def _labels(labels: dict[str, str], *, optional: bool = False) -> Iterator[str]:
    if labels or not optional:
        yield from (f"no text in {language}" for language in LANGUAGES if not labels.get(language))


def _condition(form: Form, condition: Condition | None, columns: tuple[str, ...] = ()) -> Iterator[str]:
    if condition is None:
        return
    for part in (*condition.any_of, *condition.all_of, condition.negated):
        yield from _condition(form, part, columns)
    if condition.column and condition.column not in columns:
        yield f"condition on the unknown or later column {condition.column}"
    if condition.field:
        yield from _on_field(form, condition)


def _on_field(form: Form, condition: Condition) -> Iterator[str]:
    item = form.fields.get(condition.field)
    if item is None:
        yield f"condition on the unknown field {condition.field}"
    elif item.list:
        known = {entry.code for parent in parents_of(item.list) for entry in choices(item.list, parent)}
        yield from (f"condition on code {code}, not in {item.list}" for code in condition.values if code not in known)


def _rule(form: Form, rule: Rule) -> Iterator[str]:
    names = tuple(filter(None, (rule.field, rule.first, rule.second, rule.period, *rule.fields)))
    wanted = {"order": bool(rule.first and rule.second), "one_of": bool(rule.fields)}.get(rule.kind, bool(rule.field))
    if not wanted:
        yield "names the wrong fields for its kind"
    table = form.fields.get(rule.table)
    known = {column.key for column in table.columns} if table is not None else set(form.fields)
    yield from (f"unknown field {name}" for name in names if name not in known)
    for language in LANGUAGES:
        if not translator(language).has(f"issue.{rule.code}"):
            yield f"no message in {language}"


def _circles(form: Form) -> Iterator[str]:
    looks_at = {
        item.id: {name for gate in (*form.gates[page.id], item.visible) if gate for name in fields_of(gate)}
        for page in (*form.pages, *form.receipt.pages)
        for item in page.fields
    }
    for start in looks_at:
        reached: set[str] = set()
        waiting = list(looks_at[start])
        while waiting:
            name = waiting.pop()
            if name not in reached:
                reached.add(name)
                waiting.extend(looks_at.get(name, ()))
        if start in reached:
            yield f"{start}: its visibility depends on itself"
