"""Nobody sees a question that does not apply: for every condition, what shows its question and what hides it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest

from kiosk.forms.engine import Context, blank_hidden
from kiosk.forms.load import FormKey, all_forms, load_form, options
from kiosk.forms.model import Column, Condition, Field, Form
from kiosk.forms.view import View

TODAY = date(2026, 11, 23)
SCRIVENER = Context("scrivener", TODAY)
USER_KINDS = (
    "applicant", "legal_representative", "relative", "scrivener", "organisation", "public_corporation",
    "support_organisation",
)  # fmt: skip
OTHERS = {"user_kind": USER_KINDS, "channel": ("online", "paper")}


@dataclass(frozen=True)
class World:
    """Answers, the cells of one row, and who asks where."""

    answers: dict[str, Any] = field(default_factory=dict[str, Any])
    cells: dict[str, str] = field(default_factory=dict[str, str])
    context: Context = SCRIVENER


class Solver:
    """Finds answers for which a condition has a certain value, from its definition alone."""

    def __init__(self, form: Form, table: Field | None = None) -> None:
        self.form, self.table = form, table

    def make(self, condition: Condition, wanted: bool, world: World) -> Iterator[World]:
        """Yield the worlds beyond ``world`` in which ``condition`` is ``wanted``."""
        if condition.any_of or condition.all_of:
            parts = condition.any_of or condition.all_of
            yield from (
                self._all(parts, wanted, world) if bool(condition.all_of) is wanted else self._one(parts, wanted, world)
            )
        elif condition.negated is not None:
            yield from self.make(condition.negated, not wanted, world)
        elif condition.context:
            yield from self._asked_by(condition, wanted, world)
        elif condition.age_at_least is not None:
            born = TODAY.year - condition.age_at_least - (1 if wanted else -1)
            yield from self._answered("part1.date_of_birth", f"{born}-01-01", world)
        elif condition.column:
            yield from self._cell(condition, wanted, world)
        elif condition.field in world.answers:
            if _holds(condition, world.answers[condition.field]) is wanted:
                yield world
        else:
            for value in self._values(condition, wanted, self.form.fields[condition.field]):
                yield from self._answered(condition.field, value, world)

    def shown(self, item: Field, world: World) -> Iterator[World]:
        """Yield the worlds in which a question is shown."""
        gates = self.form.gates[self.form.page_of[item.id].id]
        yield from self._all((*gates, *((item.visible,) if item.visible else ())), True, world)

    def _all(self, parts: tuple[Condition, ...], wanted: bool, world: World) -> Iterator[World]:
        if not parts:
            yield world
            return
        for first in self.make(parts[0], wanted, world):
            yield from self._all(parts[1:], wanted, first)

    def _one(self, parts: tuple[Condition, ...], wanted: bool, world: World) -> Iterator[World]:
        for part in parts:
            yield from self.make(part, wanted, world)

    def _asked_by(self, condition: Condition, wanted: bool, world: World) -> Iterator[World]:
        for value in OTHERS[condition.context]:
            if (value in condition.values) is wanted:
                yield replace(world, context=replace(world.context, **{condition.context: value}))

    def _answered(self, name: str, value: str, world: World) -> Iterator[World]:
        if world.answers.get(name, value) != value:
            return
        for shown in self.shown(self.form.fields[name], world):
            if shown.answers.get(name, value) == value:
                yield replace(shown, answers={**shown.answers, name: value})

    def _cell(self, condition: Condition, wanted: bool, world: World) -> Iterator[World]:
        assert self.table is not None
        column = self.table.column(condition.column)
        for value in self._values(condition, wanted, column):
            before = self.make(column.visible, True, world) if column.visible else iter((world,))
            for shown in before:
                if shown.cells.get(column.key, value) == value:
                    yield replace(shown, cells={**shown.cells, column.key: value})

    def _values(self, condition: Condition, wanted: bool, item: Field | Column) -> list[str]:
        """Return answers with which a condition on one question has the wanted value, those of its list first."""
        if not condition.values:
            known = [choice.code for choice in options(item)][:3] if item.list else []
            return [*known, "1"] if condition.filled is wanted else [""]
        known = [choice.code for choice in options(item)] if item.list and not getattr(item, "parent", "") else []
        fitting = [code for code in known or [*condition.values, "架空"] if (code in condition.values) is wanted]
        return fitting[:3] if wanted else [*fitting[:3], ""]


def _holds(condition: Condition, text: str) -> bool:
    return text in condition.values if condition.values else bool(text) is condition.filled


Question = tuple[str, str, Any]
"""A field, a column of it or nothing, and one of the conditions before it."""


def _questions() -> dict[str, dict[Question, list[FormKey]]]:
    """Return by sheet every question with a condition of its own, its page's or its sheet's, and the forms it is in."""
    found: dict[str, dict[Question, list[FormKey]]] = {}
    kinds = {(key.procedure, load_form(*key).file_code, load_form(*key).status_code): key for key in all_forms()}
    for key in kinds.values():
        form = load_form(*key)
        for sheet in (*form.sheets, form.receipt):
            for item in (item for page in sheet.pages for item in page.fields):
                conditions = (*form.gates[form.page_of[item.id].id], item.visible)
                asked: list[Question] = [(item.id, "", condition) for condition in conditions if condition]
                asked += [(item.id, column.key, column.visible) for column in item.columns if column.visible]
                for question in asked:
                    found.setdefault(sheet.id, {}).setdefault(question, []).append(key)
    return found


QUESTIONS = _questions()


@pytest.mark.parametrize("sheet", QUESTIONS)
def test_every_condition_shows_and_hides_its_question(sheet: str):
    for (name, key, _), forms in QUESTIONS[sheet].items():
        # What one status alone can answer is asked in the forms of the others too, where nobody ever gets there.
        assert any(_comes_and_goes(load_form(*form), name, key) for form in forms), (name, key)


def _comes_and_goes(form: Form, name: str, key: str) -> bool:
    item = form.fields[name]
    return _cell(form, item, item.column(key)) if key else _question(form, item)


def _question(form: Form, item: Field) -> bool:
    solver = Solver(form)
    if not any(_view(form, world).shows(item) for world in solver.shown(item, World())):
        return False
    gates = (*form.gates[form.page_of[item.id].id], *((item.visible,) if item.visible else ()))
    hidden = [world for gate in gates for world in _first(solver.make(gate, False, World()))]
    assert hidden
    for world in hidden:
        assert not _view(form, world).shows(item), (item.id, world)
        filed = blank_hidden(form, {**world.answers, item.id: "1"}, world.context)
        assert item.id not in filed
    return True


def _cell(form: Form, table: Field, column: Column) -> bool:
    assert column.visible is not None
    solver = Solver(form, table)
    shown = (_asked(form, table, column, world) for world in solver.make(column.visible, True, World()))
    hidden = (not _asked(form, table, column, world) for world in solver.make(column.visible, False, World()))
    return any(shown) and any(hidden)


def _asked(form: Form, table: Field, column: Column, world: World) -> bool:
    return column in _view(form, world).cells(table, world.cells)[1]


def _first(worlds: Iterator[World]) -> list[World]:
    found = next(worlds, None)
    return [] if found is None else [found]


def _view(form: Form, world: World) -> View:
    return View(form, world.answers, world.context)


def test_there_are_as_many_conditions_as_were_seen():
    assert sum(map(len, QUESTIONS.values())) > 1000
