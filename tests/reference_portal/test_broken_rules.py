"""Every check across answers, broken once: the same code at the kiosk and at the portal; a warning stops neither."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from kiosk.filing.catalogue import procedure
from kiosk.filing.eligibility import decide
from kiosk.filing.known import known_facts
from kiosk.forms.engine import Issue, check, errors
from kiosk.forms.load import FormKey, codes, load_form
from kiosk.forms.model import Form, Rule
from kiosk.forms.view import View
from reference_portal.errors import Refusal
from reference_portal.filing.rules import check_complete
from tests.reference_portal.combinations import (
    FORMS,
    NOON,
    TODAY,
    account,
    complete_answers,
    content,
    context,
    files,
)
from tests.support.answers import INVENTED

KIND = "scrivener"
ALL_ASKED = {
    **{f"simultaneous.{part}": "1" for part in ("reentry", "other_activity", "authorised_employment")},
    "part1.acquisition_cause": "other",
    "part1.acquisition_cause_date": (TODAY - timedelta(days=10)).isoformat(),
}
"""Answers that open further sheets and questions."""

SEEDS = range(20)


def _rules() -> dict[tuple[str, Rule], list[FormKey]]:
    """Return every check of every sheet, with one form of each kind in which it stands."""
    alone = [key for key in FORMS if procedure(key.procedure).online == "alone"]
    kinds = {(key.procedure, load_form(*key).file_code): key for key in reversed(alone)}
    found: dict[tuple[str, Rule], list[FormKey]] = {}
    for key in kinds.values():
        for sheet in load_form(*key).sheets:
            for rule in sheet.rules:
                found.setdefault((sheet.id, rule), []).append(key)
    return found


RULES = _rules()


def _broken(form: Form, rule: Rule, cells: Mapping[str, str]) -> dict[str, str]:
    """Return what to answer so that the rule is broken."""
    if rule.kind == "one_of":
        return dict.fromkeys(rule.fields, "")
    if rule.kind == "order":
        return {rule.first: _on(form, rule, rule.first, "2015-05-05"), rule.second: _on(form, rule, rule.second, "2014-04-04")}  # fmt: skip # noqa: E501
    day = TODAY - timedelta(days=1) if rule.kind == "not_past" else TODAY.replace(year=TODAY.year + 12)
    assert rule.kind != "within_period" or cells[rule.period]
    return {rule.field: _on(form, rule, rule.field, day.isoformat())}


def _on(form: Form, rule: Rule, name: str, day: str) -> str:
    question = form.fields[rule.table].column(name) if rule.table else form.fields[name]
    return day[: {"year": 4, "year_month": 7}.get(question.type, 10)]


def _cells(form: Form, rule: Rule, answers: dict[str, Any]) -> Mapping[str, str] | None:
    """Return the answers the rule looks at, or None where one of its questions is not asked."""
    view = View(form, answers, context(KIND))
    names = [name for name in (rule.field, rule.first, rule.second, rule.period, *rule.fields) if name]
    if not rule.table:
        return answers if all(view.shows(form.fields[name]) for name in names) else None
    for row in view.rows(rule.table):
        if {column.key for column in view.cells(form.fields[rule.table], row)[1]}.issuperset(names):
            return row
    return None


def _with(rule: Rule, answers: dict[str, Any], cells: Mapping[str, str], changed: dict[str, str]) -> dict[str, Any]:
    if not rule.table:
        return {**answers, **changed}
    return {**answers, rule.table: [{**cells, **changed}]}


def _opening(form: Form, rule: Rule) -> dict[str, str]:
    """Return answers with which the questions of the rule are asked: their conditions followed back."""
    names = [rule.table] if rule.table else [rule.field, rule.first, rule.second, rule.period, *rule.fields]
    open_ends, found = [name for name in names if name in form.fields], dict[str, str]()
    while open_ends:
        condition = form.fields[open_ends.pop()].visible
        if condition is None or not condition.values or condition.field in found or condition.field not in form.fields:
            continue
        gate = form.fields[condition.field]
        offered = gate.codes or codes(gate.list)
        fitting = [code for code in condition.values if code in offered]
        if fitting:
            found[condition.field] = fitting[0]
            open_ends.append(condition.field)
    return found


def _asked(rule: Rule, keys: list[FormKey]) -> tuple[Form, dict[str, Any], Mapping[str, str]]:
    """Return a form and answers in which the rule looks at something."""
    for seed in SEEDS:
        for form in (load_form(*key) for key in keys):
            answers = complete_answers(form, KIND, seed, {**ALL_ASKED, **_opening(form, rule)})
            cells = _cells(form, rule, answers)
            if cells is not None:
                return form, answers, cells
    raise AssertionError("no answers were found that the rule looks at")


def _name(case: tuple[str, Rule]) -> str:
    sheet, rule = case
    return f"{sheet}-{rule.kind}-{rule.table}-{rule.field or rule.second or rule.fields[-1]}"


@pytest.mark.parametrize("case", RULES, ids=_name)
def test_a_broken_rule_is_told_by_both(case: tuple[str, Rule]):
    rule = case[1]
    form, answers, cells = _asked(rule, RULES[case])
    changed = _with(rule, answers, cells, _broken(form, rule, cells))
    place = rule.field or rule.second or rule.fields[-1]
    issue = (
        Issue(rule.table, rule.code, 0, place, rule.level) if rule.table else Issue(place, rule.code, level=rule.level)
    )
    found = check(form, changed, context(KIND))
    assert issue in found
    codes = _portal(form, changed)
    if codes is None:
        assert rule.code in {"stay_expired", "date_in_future"}, "the rules of filing refuse it first"
    else:
        assert codes == {one.code for one in errors(found)}
        assert (rule.code in codes) is (rule.level == "error")


def _portal(form: Form, answers: dict[str, Any]) -> set[str] | None:
    """Return the codes the portal refuses with, or None where both refuse by the rules of filing."""
    owner = account(KIND)
    told = content(form, KIND, answers)
    facts = known_facts(KIND, form.procedure, INVENTED.birth_date, told.answers, TODAY)
    try:
        check_complete(told, owner, files(owner, told), NOON, form.system)
    except Refusal as refusal:
        if decide(KIND, form.procedure, form.status, facts).refused:
            return None
        return {code for _, code in refusal.errors}
    return set()
