"""What is wrong with a sheet whatever form it stands in: values a form can never have, questions nobody can reach."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.forms.load import FormKey, load_form
from kiosk.forms.model import Condition, Field, Question, Sheet

FIXED = frozenset({"procedure", "status", "file_code", "system"})
"""What is decided when a form is loaded: a variant may look at these alone."""

KINDS = {
    "channel": frozenset({"online", "paper"}),
    "user_kind": frozenset(
        {
            "applicant",
            "legal_representative",
            "relative",
            "scrivener",
            "organisation",
            "public_corporation",
            "support_organisation",
        }
    ),
}


@dataclass(frozen=True, slots=True)
class Contexts:
    """Every value that a condition on the context may name, by the name of the context."""

    values: dict[str, frozenset[str]]


def contexts(keys: tuple[FormKey, ...]) -> Contexts:
    """Return what the forms of the index know; every form is loaded for it."""
    known: dict[str, set[str]] = {name: set() for name in FIXED}
    for key in keys:
        for name, value in load_form(*key).known.items():
            known[name].add(value)
    return Contexts({**KINDS, **{name: frozenset(values) for name, values in known.items()}})


def sheet_problems(sheet: Sheet, known: Contexts) -> list[str]:
    """Return the contradictions of one sheet as short English lines for staff."""
    found = [f"{sheet.id}: {text}" for copy in sheet.copies for text in _condition(copy.visible, known)]
    found.extend(f"{sheet.id}: {text}" for text in _condition(sheet.visible, known))
    for page in sheet.pages:
        found.extend(f"{page.id}: {text}" for text in _condition(page.visible, known))
        for item in page.fields:
            found.extend(f"{item.id}: {text}" for text in _field(item, known))
    found.extend(_unreachable(sheet))
    return found


def _unreachable(sheet: Sheet) -> Iterator[str]:
    """A condition on codes of which no form lets anybody choose one."""
    fields = {item.id: item for page in sheet.pages for item in page.fields}
    for item in fields.values():
        for question in (item, *item.columns):
            conditions = (question.visible, *(variant.visible for variant in question.variants))
            for condition in conditions:
                if isinstance(condition, Condition):
                    yield from (f"{item.id}: {text}" for text in _impossible(condition, fields))


def _impossible(condition: Condition, fields: dict[str, Field]) -> Iterator[str]:
    for part in (*condition.any_of, *condition.all_of):
        yield from _impossible(part, fields)
    on = fields.get(condition.field)
    if on is not None and condition.values:
        chosen = [on.codes, *(variant.codes for variant in on.variants if variant.codes is not None)]
        every = {code for codes in chosen for code in codes}
        if all(chosen) and not every.intersection(condition.values):
            yield f"can never be reached: {on.id} cannot be any of {' '.join(condition.values)}"


def _field(item: Field, known: Contexts) -> Iterator[str]:
    yield from _question(item, known)
    for column in item.columns:
        yield from (f"{column.key}: {text}" for text in _question(column, known))
        named = len(column.online_rows)
        if named and named != item.max_rows:
            yield f"{column.key}: {named} online names for {item.max_rows} rows"


def _question(question: Question, known: Contexts) -> Iterator[str]:
    yield from _condition(question.visible, known)
    if isinstance(question.required, Condition):
        yield from _condition(question.required, known)
    for variant in question.variants:
        yield from _condition(variant.when, known)
        if not _is_fixed(variant.when):
            yield "a variant looks at the form alone: procedure, status, file_code, system"
        for condition in (variant.visible, variant.required):
            if isinstance(condition, Condition):
                yield from _condition(condition, known)


def _condition(condition: Condition | None, known: Contexts) -> Iterator[str]:
    if condition is None:
        return
    for part in (*condition.any_of, *condition.all_of, condition.negated):
        yield from _condition(part, known)
    if condition.context:
        unknown = set(condition.values) - known.values[condition.context]
        yield from (f"condition on the unknown {condition.context} {value}" for value in sorted(unknown))


def _is_fixed(condition: Condition) -> bool:
    parts = [part for part in (*condition.any_of, *condition.all_of, condition.negated) if part is not None]
    return all(map(_is_fixed, parts)) if parts else condition.context in FIXED
