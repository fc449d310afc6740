"""Valid answers for any form, made from its definition: for tests of the engine, the portal and the screens."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from kiosk.forms.engine import fixed_values
from kiosk.forms.load import choices, options
from kiosk.forms.model import Column, Context, Field, Form, PersonFacts
from kiosk.forms.view import View

INVENTED = PersonFacts(
    name="KAKUU MIHON",
    birth_date="1990-01-01",
    sex="2",
    address="東京都千代田区架空町0-0-0見本荘000号室",
    nationality="204",
    residence_card_number="XX00000000XX",
    phone="09000000000",
    email="kiosk@example.com",
)
"""An invented person."""

ALONE = {"simultaneous.reentry": "0", "simultaneous.other_activity": "0", "simultaneous.authorised_employment": "0"}
"""Nothing is filed together with it: then it needs no more documents, and costs no more."""

StoredAnswers = dict[str, Any]

_SAMPLES = {
    "residence_card_number": "XX00000000XX",
    "passport_number": "XX0000000",
    "phone": "0300000000",
    "postal_code": "0000000",
    "email": "kiosk@example.com",
    "integer": "0",
}


def valid_answers(form: Form, context: Context, seed: int = 0, given: Mapping[str, str] | None = None) -> StoredAnswers:
    """Return answers to every question of the form that ``check`` accepts without any issue.

    Args:
        form: the definition.
        context: who asks; the card's values are taken from its person.
        seed: other seeds choose other branches, optional questions and lengths.
        given: answers to take where their question is asked and the card does not answer it.
    """
    return _Filler(form, context, seed, given).fill([page.id for page in form.pages])


def valid_receipt(form: Form, context: Context, seed: int = 0) -> StoredAnswers:
    """Return answers to the receipt sheet that ``check_receipt`` accepts."""
    return _Filler(form, context, seed).fill([page.id for page in form.receipt.pages])


class _Filler:
    def __init__(self, form: Form, context: Context, seed: int, given: Mapping[str, str] | None = None) -> None:
        self.form, self.context, self.given = form, context, given or {}
        self.chance = random.Random(seed)
        self.answers: StoredAnswers = {}
        self.ends = {rule.second for sheet in form.sheets for rule in sheet.rules if rule.kind == "order"}
        self.children: dict[str, Field] = {}
        for item in form.fields.values():
            if item.parent:
                self.children.setdefault(item.parent, item)

    def fill(self, pages: list[str]) -> StoredAnswers:
        fixed = fixed_values(self.form, self.context)
        for page in (*self.form.pages, *self.form.receipt.pages):
            if page.id not in pages:
                continue
            for item in page.fields:
                self._fill(item, fixed)
        return self.answers

    def _fill(self, item: Field, fixed: Mapping[str, str]) -> None:
        view = View(self.form, self.answers, self.context)
        if item.type == "info" or not view.shows(item):
            return
        if item.id in fixed:
            self.answers[item.id] = fixed[item.id]
        elif item.id in self.given:
            self.answers[item.id] = self.given[item.id]
        elif item.type == "table":
            self.answers[item.id] = [self._row(view, item) for _ in range(self.chance.randint(1, item.max_rows))]
        elif (view.requires(item) or self.chance.random() < 0.5) and self._can_be_chosen(item, view.parent_code(item)):
            self.answers[item.id] = self._value(item, view.parent_code(item))

    def _can_be_chosen(self, item: Field | Column, parent: str) -> bool:
        """A list that depends on an answer which was not given offers nothing."""
        return not item.list or bool(options(item, parent))

    def _row(self, view: View, table: Field) -> dict[str, str]:
        row: dict[str, str] = {}
        for column in table.columns:
            if column not in view.cells(table, row)[1]:
                continue
            # A row without the optional cells would draw a warning of its own, so all are filled.
            parent = view.parent_code(column, row)
            if self._can_be_chosen(column, parent):
                row[column.key] = self._value(column, parent)
        return row

    def _value(self, item: Field | Column, parent: str) -> str:
        name = item.id if isinstance(item, Field) else item.key
        if item.type in {"choice", "yes_no"}:
            return self._code(item, parent)
        if item.type == "date":
            return self._date(name).isoformat()
        if item.type in {"year_month", "year"}:
            year = 2016 if name in self.ends else self.chance.randint(2000, 2014)
            return f"{year}-04" if item.type == "year_month" else str(year)
        return _SAMPLES.get(item.type) or self._text(item)

    def _code(self, item: Field | Column, parent: str) -> str:
        known = [option.code for option in options(item, parent)]
        child = self.children.get(item.id) if isinstance(item, Field) else None
        if child is not None:
            known = [code for code in known if choices(child.list, code)]
        if "current_period_of_stay" in (item.id if isinstance(item, Field) else ""):
            return max(known)
        return self.chance.choice(known)

    def _date(self, name: str) -> date:
        today = self.context.today
        if "expected_date" in name:
            return today + timedelta(days=self.chance.randint(1, 80) + (100 if name in self.ends else 0))
        if "expiration" in name:
            return today + timedelta(days=self.chance.randint(1, 80))
        if "birth" in name:
            return date(1990, 1, 1)
        if name in self.ends and "graduation" not in name:
            return date(2015, 3, 31) + timedelta(days=self.chance.randint(0, 300))
        return date(2012, 3, 31) - timedelta(days=self.chance.randint(0, 300))

    def _text(self, item: Field | Column) -> str:
        samples = {
            "fullwidth": "架空見本",
            "latin_name": "KAKUU MIHON",
            "letters": "XX",
            "digits": "0000000",
            "alphanumeric": "XX0000",
            "ascii": "KAKUU MIHON Inc.",
        }
        text = samples.get(item.charset, "架空見本 sample")
        longest = item.exact_length or item.max_length or 40
        if item.exact_length:
            return (text * longest)[:longest]
        repeated = text * max(1, longest // len(text) if self.chance.random() < 0.3 else 1)
        return repeated[:longest].strip()
