"""Every procedure × status: loads, has no contradiction, can be filled, and what is hidden is never asked nor filed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kiosk.filing.catalogue import base_status, procedure, status, statuses, variants
from kiosk.filing.documents import document
from kiosk.forms.engine import Context, attached_sheets, blank_hidden, check, check_receipt, visible_fields
from kiosk.forms.lint import problems
from kiosk.forms.load import FormKey, all_forms, load_form
from kiosk.forms.model import Form
from tests.support.answers import INVENTED, valid_answers, valid_receipt

TODAY = date(2026, 11, 23)
CURRENT = [key for key in all_forms() if key.system == "rasens"]
ONE_A_LETTER = {load_form(*key).file_code[:3]: key for key in CURRENT}.values()

# Counted in the menus of the bulk registration tools (list CB18): 23 entries without the highly skilled, which are 38
# statuses and variants (one entry may stand for several); the trainee has no change. 15 activities × 3 kinds of highly
# skilled professional 1 for all procedures, and of highly skilled professional 2, which one can only change into.
# The other four have one sheet for all: the 35 statuses of the catalogue, without highly skilled professional 2 for one
# that nobody acquires.
FORMS = {
    "extension": 38 + 45, "change": 37 + 45 + 45, "certificate_of_eligibility": 38 + 45,
    "acquisition": 34, "certificate_of_authorised_employment": 35, "other_activity": 35, "reentry": 35,
}  # fmt: skip


def _name(key: FormKey) -> str:
    return f"{key.procedure}-{key.status}"


def test_every_status_of_the_catalogue_has_its_forms():
    counted = {name: sum(key.procedure == name for key in CURRENT) for name in FORMS}
    assert counted == FORMS
    for entry in statuses():
        ids = {entry.id, *(variant.id for variant in variants(entry.id))}
        found = {key.procedure for key in CURRENT if key.status in ids}
        missing = {"trainee": {"change"}, "hsp2": {"extension", "certificate_of_eligibility", "acquisition"}}.get(
            entry.id, set()
        )
        assert found == set(FORMS) - missing, entry.id


def test_each_generation_has_the_same_forms():
    assert {key[:2] for key in CURRENT} == {key[:2] for key in all_forms() if key.system == "ras"}


@pytest.mark.parametrize("key", CURRENT, ids=_name)
def test_a_form_is_without_contradiction_and_can_be_filled(key: FormKey):
    form = load_form(*key)
    assert problems(form) == []
    _in_the_catalogue(form)
    context = Context("organisation", TODAY, INVENTED)
    answers, receipt = valid_answers(form, context, seed=1), valid_receipt(form, context)
    assert check(form, answers, context) == []
    assert check_receipt(form, receipt, context) == []
    _nothing_hidden_counts(form, {**answers, **receipt}, context)


def _in_the_catalogue(form: Form) -> None:
    known = status(form.status)
    assert known.code == form.status_code
    assert form.file_code[2:3] in {"", known.sheet}
    assert procedure(form.procedure).file_code == form.file_code[:2]
    assert all(document(sheet.document).who == sheet.filled_by for sheet in form.attached)
    hosted = known.organisation_sheets and form.file_code[2:3] not in {"", "O"}
    assert bool(form.attached) is hosted, "question 5 of the guide"


def _nothing_hidden_counts(form: Form, answers: dict[str, Any], context: Context) -> None:
    assert blank_hidden(form, answers, context) == answers
    hidden = {name: "\u0000" for name in form.fields if name not in answers}
    unasked = {name: text for name, text in hidden.items() if name not in _asked(form, answers, context)}
    assert check(form, {**answers, **unasked}, context) == []
    assert blank_hidden(form, {**answers, **unasked}, context) == answers


def _asked(form: Form, answers: dict[str, Any], context: Context) -> set[str]:
    pages = (*form.pages, *form.receipt.pages)
    return {item.id for page in pages for item in visible_fields(form, page, answers, context)}


@pytest.mark.parametrize("key", ONE_A_LETTER, ids=_name)
def test_the_host_fills_its_sheets_and_the_applicant_attaches_them(key: FormKey):
    form = load_form(*key)
    alone, host = Context("applicant", TODAY, INVENTED), Context("organisation", TODAY, INVENTED)
    answers = valid_answers(form, alone, seed=2)
    assert check(form, answers, alone) == []
    asked_of_host = {name.partition(".")[0] for name in valid_answers(form, host, seed=2)}
    hosts = {"organisation", "supporter"} & {name.partition(".")[0] for name in form.fields}
    assert hosts <= asked_of_host
    attached = attached_sheets(form, answers, alone)
    assert bool(attached) is (bool(hosts) and base_status(form.status).organisation_sheets)
    assert bool(hosts & {name.partition(".")[0] for name in answers}) is (bool(hosts) and not attached)
    assert attached_sheets(form, answers, host) == ()
