"""What an earlier application gives to a new one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kiosk.filing.carry_over import carry_over
from kiosk.forms.check import check, errors
from kiosk.forms.load import load_form
from kiosk.forms.model import Context
from tests.support.answers import INVENTED, valid_answers

TODAY = date(2026, 11, 24)
SELF = Context("applicant", TODAY, INVENTED)
PARENT = Context("legal_representative", TODAY, INVENTED)
AGENT = Context("scrivener", TODAY, INVENTED)


def _answers(procedure: str, status: str, context: Context) -> tuple[Any, dict[str, Any]]:
    form = load_form(procedure, status)
    return form, valid_answers(form, context)


@pytest.mark.parametrize(
    ("status", "procedure"), [("gijinkoku", "change"), ("student", "change"), ("gijinkoku", "extension")]
)
def test_the_same_person_is_asked_only_what_is_new(status: str, procedure: str) -> None:
    old, answers = _answers("extension", "gijinkoku", SELF)
    new = load_form(procedure, status)
    taken = carry_over(old, answers, new, SELF, "same")
    assert taken["part1.postal_code"] == answers["part1.postal_code"]
    assert not {"part1.reason_for_extension", "part1.criminal_record", "part1.desired_period_of_stay"} & set(taken)
    assert "part1.name" not in taken  # the card says it
    found = errors(check(new, taken, SELF))
    assert not [issue for issue in found if issue.field in taken and issue.code != "required"]


def test_a_family_shares_address_and_who_files_and_nothing_personal() -> None:
    old, answers = _answers("extension", "dependent", PARENT)
    taken = carry_over(old, answers, old, PARENT, "family")
    assert {"part1.postal_code", "representative.name", "representative.address_street"} <= set(taken)
    personal = {"part1.name", "part1.date_of_birth", "part1.passport_number", "part1.residence_card_number"}
    assert not (personal | {"representative.relationship", "supporter.dependent_name"}) & set(taken)


def test_another_client_gets_nothing_but_the_agent() -> None:
    old, answers = _answers("certificate_of_eligibility", "dependent", AGENT)
    taken = carry_over(old, answers, load_form("change", "student"), AGENT, "filer")
    assert taken
    assert all(name.startswith("agent.") for name in taken)


def test_what_the_new_box_does_not_take_is_left() -> None:
    form = load_form("extension", "gijinkoku")
    bad = {"part1.postal_code": "12", "part1.marital_status": "9", "part1.family_in_japan": "no table",
           "part1.occupation": [{"x": "y"}]}  # fmt: skip
    assert carry_over(form, bad, form, SELF, "same") == {}
