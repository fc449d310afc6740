"""One wrong answer at a time, of every kind that a box refuses: the same code at the kiosk and at the portal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from kiosk.filing.eligibility import decide
from kiosk.filing.known import known_facts
from kiosk.forms.engine import check, errors, fixed_values
from kiosk.forms.load import load_form
from kiosk.forms.model import Column, Field, Form, Sheet
from kiosk.forms.view import View
from kiosk.portal.contract import ApplicationContent, ProblemCode
from reference_portal.errors import Refusal
from reference_portal.filing.rules import check_complete
from tests.reference_portal.combinations import (
    NOON,
    TODAY,
    account,
    complete_answers,
    content,
    context,
    files,
    one_a_sheet,
)
from tests.support.answers import INVENTED

KIND = "scrivener"
"""Who files for others answers every question: agent's block, host's sheets, the applicant's name."""

FUTURE, PAST = (TODAY + timedelta(days=40)).isoformat(), "1950-01-01"
FREE = {"text", "textarea"}
SHAPES = {
    "email": "nobody", "residence_card_number": "XX0000", "passport_number": "X", "phone": "12345",
    "postal_code": "123", "year": "99", "year_month": "2020-13", "integer": "007",
}  # fmt: skip
SIGNS = {
    "fullwidth": ("Kakuu", "not_fullwidth"), "latin_name": ("kakuu", "not_latin_name"), "letters": ("1", "not_letters"),
    "digits": ("x", "not_digits"), "alphanumeric": ("*", "not_alphanumeric"), "ascii": ("架空", "not_ascii"),
    "japanese_and_ascii": ("\U0001f600", "unsupported_character"), "any": ("\ue000", "unsupported_character"),
}  # fmt: skip
FITTING = {
    "fullwidth": "架", "latin_name": "K", "letters": "K", "digits": "1", "alphanumeric": "K", "ascii": "K",
    "japanese_and_ascii": "架", "any": "架",
}  # fmt: skip


@dataclass(frozen=True)
class Wrong:
    """What to answer, and the code it must give. An empty text is no answer."""

    kind: str
    text: str
    code: str


def _wrongs(item: Field | Column, *, needed: bool) -> Iterator[Wrong]:
    """Every kind of wrong answer to a box, and the code that the definition promises for it."""
    if needed:
        yield Wrong("missing", "", "required")
    yield Wrong("control", "\u202e" if item.type in FREE else "\x1b", "control_characters")
    if item.type in {"choice", "yes_no"}:
        yield Wrong("choice", "no-such", "not_in_list")
    elif item.type == "date":
        yield Wrong("no date", "soon", "not_a_date")
        yield Wrong("no such date", "2025-02-30", "no_such_date")
        yield Wrong("year", "1024-01-01", "year_out_of_range")
        if not item.partial:
            yield Wrong("partial", "2025-02-00", "incomplete_date")
    elif item.type in FREE:
        yield from _texts(item)
    else:
        yield Wrong(item.type, SHAPES[item.type], item.type)
    if item.type == "email" and item.max_length:
        yield Wrong("long", "a" * item.max_length + "@example.com", "too_long")


def _texts(item: Field | Column) -> Iterator[Wrong]:
    sign, code = SIGNS[item.charset]
    yield Wrong(f"signs {item.charset}", sign, code)
    if item.charset != "any":
        yield Wrong("accent", "é", "accents")
    yield Wrong("individual number", "123456789018", "individual_number")
    if item.exact_length and item.exact_length + 1 != 12:
        yield Wrong("exact", FITTING[item.charset] * (item.exact_length + 1), "wrong_length")
    elif item.max_length and item.charset != "digits":
        yield Wrong("long", FITTING[item.charset] * (item.max_length + 1), "too_long")


SHEETS = one_a_sheet()
Place = tuple[str, int | None, str | None]


def _cases(
    form: Form, sheet: Sheet, kind: str, answers: dict[str, Any]
) -> Iterator[tuple[Place, Wrong, dict[str, Any]]]:
    """One box of the sheet for each kind of wrong answer: where it is, what it gives, and all answers with it."""
    view, fixed = View(form, answers, context(kind)), fixed_values(form, context(kind))
    done: set[tuple[str, str]] = set()
    for item in (item for page in sheet.pages for item in view.fields(page) if item.type != "info"):
        if item.id in fixed:
            code = "differs_from_form" if item.source.startswith("form.") else "differs_from_card"
            yield (item.id, None, None), Wrong("fixed", "x", code), {**answers, item.id: "x"}
            continue
        for place, wrong, changed in _in_field(view, item, answers):
            asked = item.column(place[2]).type if place[2] else item.type
            if (asked, wrong.kind) not in done:
                done.add((asked, wrong.kind))
                yield place, wrong, changed


def _in_field(view: View, item: Field, answers: dict[str, Any]) -> Iterator[tuple[Place, Wrong, dict[str, Any]]]:
    if item.type != "table":
        for wrong in _wrongs(item, needed=view.requires(item)):
            yield (item.id, None, None), wrong, {**answers, item.id: wrong.text}
        return
    rows: list[dict[str, str]] = list(answers.get(item.id, []))
    if view.requires(item):
        yield (item.id, None, None), Wrong("no rows", "", "no_rows"), {**answers, item.id: []}
    if not rows:
        return
    many = {**answers, item.id: rows[:1] * (item.max_rows + 1)}
    yield (item.id, None, None), Wrong("rows", "", "too_many_rows"), many
    yield (item.id, None, None), Wrong("shape", "", "wrong_shape"), {**answers, item.id: "架空"}
    for column in view.cells(item, rows[-1])[1]:
        for wrong in _wrongs(column, needed=view.requires(column, rows[-1])):
            changed = {**answers, item.id: [*rows[:-1], {**rows[-1], column.key: wrong.text}]}
            yield (item.id, len(rows) - 1, column.key), wrong, changed


def _same_at_both(form: Form, kind: str, told: ApplicationContent, place: Place, code: str) -> None:
    owner, answers = account(kind), told.answers
    found = errors(check(form, answers, context(kind)))
    assert (*place, code) in {(issue.field, issue.row, issue.column, issue.code) for issue in found}
    facts = known_facts(kind, form.procedure, INVENTED.birth_date, answers, TODAY)
    decision = decide(kind, form.procedure, form.status, facts)
    with pytest.raises(Refusal) as refusal:
        check_complete(told, owner, files(owner, told), NOON, form.system)
    if decision.refused:  # then neither looks at the answers: the kiosk stops before the portal does
        assert refusal.value.code == ProblemCode.NOT_ELIGIBLE
        return
    assert refusal.value.code == ProblemCode.INVALID_ANSWERS
    pointers = [
        ("/".join(["/answers", issue.field, *map(str, filter(_given, (issue.row, issue.column)))]), issue.code)
        for issue in found
    ]
    assert list(refusal.value.errors) == pointers


def _given(part: int | str | None) -> bool:
    return part is not None and part != ""


@pytest.mark.parametrize("name", SHEETS)
def test_every_kind_of_wrong_answer_gives_its_code_at_both(name: str):
    form = load_form(*SHEETS[name])
    kind = "legal_representative" if name == "representative" else KIND
    sheet = next(sheet for sheet in form.sheets if sheet.id == name)
    given = {f"simultaneous.{part}": "1" for part in ("reentry", "other_activity", "authorised_employment")}
    answers = complete_answers(form, kind, more=given)
    whole = content(form, kind, answers)
    cases = list(_cases(form, sheet, kind, answers))
    assert cases
    for place, wrong, changed in cases:
        _same_at_both(form, kind, whole.model_copy(update={"answers": changed}), place, wrong.code)
