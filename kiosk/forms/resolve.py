"""From a sheet to what of it can ever apply in one form. Pure.

Procedure, status and generation of the system never change while a form is filled. So variants are chosen and questions
that can never apply are left out once, when the form is loaded; the engine and the screens know nothing of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from kiosk.forms.model import Column, Condition, Copy, Field, Page, Rule, Sheet, Variant

Q = TypeVar("Q", Field, Column)
NO_LIMIT = {"max_length": 0, "exact_length": 0}


@dataclass(frozen=True, slots=True)
class Known:
    """What is fixed for one form: ``context`` by name (procedure, status, file_code, system), and what is left out.

    ``offered`` has the codes of the choices of which only some may be chosen: no condition on another one can hold.
    """

    context: Mapping[str, str]
    fields: frozenset[str] = field(default=frozenset())
    columns: frozenset[str] = field(default=frozenset())
    offered: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])


def resolve(sheets: Iterable[Sheet], context: Mapping[str, str]) -> tuple[Sheet, ...]:
    """Return the sheets as they hold for one form: variants applied, what can never apply left out.

    Args:
        sheets: as read from their files.
        context: procedure, status, file_code and system of the form.
    """
    known = Known(context)
    found = tuple(_apply_variants(sheet, known) for sheet in sheets)
    known = replace(known, offered=_offered(found))
    while True:
        # Leaving out a question may leave another one, which depends on it, without a chance.
        smaller = tuple(_sheet(sheet, known) for sheet in found)
        kept = _ids(smaller)
        gone = _ids(found) - kept
        if not gone:
            break
        known, found = replace(known, fields=known.fields | gone), smaller
    # A sheet may stand in a form without the sheet that its copies look at.
    never = _named_by_copies(smaller) - _ids(smaller)
    known = replace(known, fields=known.fields | never)
    return tuple(_without(sheet, known) for sheet in smaller)


def fold(condition: Condition | None, known: Known) -> Condition | bool:
    """Return True or False where a condition is decided for the whole form, else what is left of it."""
    if condition is None:
        return True
    if condition.any_of or condition.all_of:
        return _fold_parts(condition, known)
    if condition.negated is not None:
        inner = fold(condition.negated, known)
        return not inner if isinstance(inner, bool) else condition.model_copy(update={"negated": inner})
    if condition.context:
        value = known.context.get(condition.context)
        return condition if value is None else value in condition.values
    if condition.field in known.fields or condition.column in known.columns:
        return condition.empty
    if condition.values and condition.field in known.offered:
        return False if known.offered[condition.field].isdisjoint(condition.values) else condition
    return condition


def _offered(sheets: Iterable[Sheet]) -> dict[str, frozenset[str]]:
    items = (item for sheet in sheets for page in sheet.pages for item in page.fields)
    return {item.id: frozenset(item.codes) for item in items if item.codes}


def _fold_parts(condition: Condition, known: Known) -> Condition | bool:
    wanted = bool(condition.all_of)
    folded = [fold(part, known) for part in condition.all_of or condition.any_of]
    if (not wanted) in folded:
        return not wanted
    parts = tuple(part for part in folded if not isinstance(part, bool))
    if not parts:
        return wanted
    if len(parts) == 1:
        return parts[0]
    return condition.model_copy(update={"all_of" if wanted else "any_of": parts})


def _apply_variants(sheet: Sheet, known: Known) -> Sheet:
    pages = tuple(
        page.model_copy(update={"fields": tuple(_varied_field(item, known) for item in page.fields)})
        for page in sheet.pages
    )
    return sheet.model_copy(update={"pages": pages})


def _varied_field(item: Field, known: Known) -> Field:
    columns = tuple(_varied(column, known) for column in item.columns)
    return _varied(item if columns == item.columns else item.model_copy(update={"columns": columns}), known)


def _varied(item: Q, known: Known) -> Q:
    changes: dict[str, Any] = {}
    for variant in item.variants:
        if fold(variant.when, known) is True:
            changes.update(_changes(variant))
    return item.model_copy(update={**changes, "variants": ()}) if item.variants else item


def _changes(variant: Variant) -> dict[str, Any]:
    changes = {name: getattr(variant, name) for name in variant.model_fields_set - {"when"}}
    for name, none in NO_LIMIT.items():
        if changes.get(name) == none:
            changes[name] = None
    if changes.get("visible") is True:
        changes["visible"] = None
    return changes


def _sheet(sheet: Sheet, known: Known) -> Sheet:
    """Return the sheet without the questions that can never apply, the conditions shortened."""
    if fold(sheet.visible, known) is False:
        return sheet.model_copy(update={"pages": ()})
    pages = (_page(page, known) for page in sheet.pages)
    return sheet.model_copy(
        update={"pages": tuple(page for page in pages if page.fields), "visible": _rest(sheet.visible, known)}
    )


def _page(page: Page, known: Known) -> Page:
    if fold(page.visible, known) is False:
        return page.model_copy(update={"fields": ()})
    fields = tuple(_field(item, known) for item in page.fields if fold(item.visible, known) is not False)
    return page.model_copy(update={"fields": fields, "visible": _rest(page.visible, known)})


def _field(item: Field, known: Known) -> Field:
    item = _shortened(item, known)
    if not item.columns:
        return item
    columns = item.columns
    while True:
        kept = tuple(column for column in columns if fold(column.visible, known) is not False)
        if len(kept) == len(columns):
            break
        gone = {column.key for column in columns} - {column.key for column in kept}
        known, columns = replace(known, columns=known.columns | gone), kept
    return item.model_copy(update={"columns": tuple(_shortened(column, known) for column in kept)})


def _shortened(item: Q, known: Known) -> Q:
    changes: dict[str, Any] = {}
    if isinstance(item, Field) and item.parent in known.fields:
        changes["parent"] = ""
    if item.visible is not None:
        changes["visible"] = _rest(item.visible, known)
    if isinstance(item.required, Condition):
        changes["required"] = fold(item.required, known)
    return item.model_copy(update=changes) if changes else item


def _rest(condition: Condition | None, known: Known) -> Condition | None:
    folded = fold(condition, known)
    return None if isinstance(folded, bool) else folded


def _without(sheet: Sheet, known: Known) -> Sheet:
    """Return the sheet without rules and copies that name what was left out."""
    tables = {item.id: item for page in sheet.pages for item in page.fields if item.columns}
    rules = (_rule(rule, tables, known) for rule in sheet.rules)
    copies = tuple(copy for copy in sheet.copies if _copied(copy, known))
    return sheet.model_copy(update={"rules": tuple(rule for rule in rules if rule is not None), "copies": copies})


def _copied(copy: Copy, known: Known) -> bool:
    return copy.field not in known.fields and fold(copy.visible, known) is not False


def _rule(rule: Rule, tables: Mapping[str, Field], known: Known) -> Rule | None:
    if rule.table:
        if rule.table not in tables:
            return None
        here = {column.key for column in tables[rule.table].columns}
        gone = {name for name in (rule.field, rule.first, rule.second, *rule.fields) if name} - here
    else:
        gone = {rule.field, rule.first, rule.second, rule.period, *rule.fields} & known.fields
    if gone.intersection((rule.field, rule.first, rule.second, rule.period)):
        return None
    fields = tuple(name for name in rule.fields if name not in gone)
    return rule.model_copy(update={"fields": fields}) if fields or not rule.fields else None


def _named_by_copies(sheets: Iterable[Sheet]) -> frozenset[str]:
    copies = [copy for sheet in sheets for copy in sheet.copies]
    conditions = [copy.visible for copy in copies if copy.visible is not None]
    return frozenset(copy.field for copy in copies) | {name for one in conditions for name in fields_of(one)}


def fields_of(condition: Condition) -> Iterator[str]:
    """Yield the ids of the fields a condition looks at."""
    if condition.field:
        yield condition.field
    for part in (*condition.any_of, *condition.all_of, condition.negated):
        if part is not None:
            yield from fields_of(part)


def _ids(sheets: Iterable[Sheet]) -> frozenset[str]:
    return frozenset(item.id for sheet in sheets for page in sheet.pages for item in page.fields)
