"""Kiosk and portal go by the same rules: what one refuses, the other refuses, whoever files whatever on any day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.app import KioskApp
from kiosk.clock import JAPAN
from kiosk.filing import catalogue, interview
from kiosk.filing.documents import checklist, draft_checklist, required_documents
from kiosk.filing.eligibility import Decision, decide
from kiosk.filing.facts import Facts
from kiosk.filing.known import known_facts
from kiosk.filing.told import Told, filled_in
from kiosk.portal.contract import ApplicationContent, ProblemCode, UserKind
from kiosk.screens.journeys import choose
from reference_portal.database.people import AccountRow
from reference_portal.errors import Refusal
from reference_portal.filing.rules import check_eligible, needed_files

STATUSES = catalogue.statuses()
CODES = [*(status.code for status in STATUSES), "T01", "T32", "X14", "", "T99"]
DATES = st.one_of(
    st.dates(date(1940, 1, 1), date(2030, 12, 31)).map(date.isoformat),
    st.sampled_from(["", "2027-02-30", "1990-05-00", "0000-00-00", "soon", "2011-11-22"]),
)


@st.composite
def applications(draw: st.DrawFn) -> tuple[AccountRow, ApplicationContent, date]:
    """An account, what it would file, and the day in Japan."""
    answers: dict[str, Any] = {
        "part1.date_of_birth": draw(DATES),
        "part1.current_period_expiration_date": draw(DATES),
        "part1.current_status_of_residence": draw(st.sampled_from(CODES)),
        "part1.nationality_region": draw(st.sampled_from(["204", "112", "", "999"])),
        "part1.family_in_japan": [{"name": "KAKUU MIHON"}],
    }
    kept = draw(st.sets(st.sampled_from(sorted(answers))))
    content = ApplicationContent(
        procedure=draw(st.sampled_from([entry.id for entry in catalogue.procedures()])),
        status_of_residence=draw(st.sampled_from([entry.id for entry in STATUSES])),
        answers={name: answers[name] for name in sorted(kept)},
    )
    account = AccountRow(
        user_kind=draw(st.sampled_from([kind.value for kind in UserKind])), birth_date_text=draw(DATES)
    )
    return account, content, draw(st.dates(date(2024, 1, 1), date(2029, 12, 31)))


def _kiosk(account: AccountRow, content: ApplicationContent, today: date) -> tuple[Decision, Facts]:
    """Return what the kiosk decides of the same person, with the same answers, on the same day."""
    person = SimpleNamespace(birth_date_text=account.birth_date_text)
    held = SimpleNamespace(user_kind=UserKind(account.user_kind), person=person)
    midnight = datetime(today.year, today.month, today.day, tzinfo=JAPAN).astimezone(UTC)
    services = SimpleNamespace(clock=lambda: midnight)
    app = SimpleNamespace(visit=SimpleNamespace(account=held), services=services)
    choosing: Any = choose._Choosing(cast("KioskApp", app))  # pyright: ignore[reportPrivateUsage] - the journey without its screens
    choosing._procedure, choosing._status = content.procedure, content.status_of_residence
    choosing._answers = dict(content.answers)
    facts: Facts = choosing._facts()
    return decide(account.user_kind, content.procedure, content.status_of_residence, facts), facts


@settings(max_examples=300, deadline=None)  # the first example reads the rules
@given(application=applications())
def test_both_refuse_the_same(application: tuple[AccountRow, ApplicationContent, date]):
    account, content, today = application
    decision, facts = _kiosk(account, content, today)
    if decision.refused:
        with pytest.raises(Refusal) as refusal:
            check_eligible(content, account, today)
        assert refusal.value.code == ProblemCode.NOT_ELIGIBLE
        assert {reason.key for reason in decision.reasons} == {code for _, code in refusal.value.errors}
    else:
        check_eligible(content, account, today)
    subject = (account.user_kind, content.procedure, content.status_of_residence)
    shown = [item.document.key for item in checklist(*subject, facts) if item.need == "required"]
    assert shown == list(needed_files(content, account, today))


TOLD = sorted(
    (name, value)
    for question in interview.questions()
    for choice in question.choices
    for name, value in choice.facts.items()
)
"""Everything that a choice of the interview tells."""


@st.composite
def told_facts(draw: st.DrawFn) -> Told:
    """What a person may have told while they chose, right or wrong."""
    told: dict[str, Any] = dict(draw(st.lists(st.sampled_from(TOLD), max_size=8)))
    days = st.dates(date(1940, 1, 1), date(2030, 12, 31))
    for name, values in (("age", st.integers(0, 130)), ("stay_ends", days), ("event_date", days), ("category", "1234")):
        if draw(st.booleans()):
            told[name] = draw(values if isinstance(values, st.SearchStrategy) else st.sampled_from(values))
    return told


@settings(max_examples=300, deadline=None)  # the first example reads the rules
@given(application=applications(), told=told_facts())
def test_what_is_told_beside_the_form_makes_the_kiosk_only_stricter(
    application: tuple[AccountRow, ApplicationContent, date], told: Told
):
    account, content, today = application
    subject = (account.user_kind, content.procedure, content.status_of_residence)
    known = known_facts(account.user_kind, content.procedure, account.birth_date_text, content.answers, today)
    facts = filled_in(known, told, content.status_of_residence)
    if not decide(*subject, facts).refused:
        check_eligible(content, account, today)
    shown = {item.document.key for item in draft_checklist(*subject, facts, known) if item.need == "required"}
    assert {*needed_files(content, account, today), *required_documents(*subject, facts)} == shown


def test_the_age_is_that_of_the_applicant_and_not_of_who_files():
    today = date(2026, 11, 22)
    child = {"part1.date_of_birth": "2015-04-01"}
    assert known_facts("applicant", "extension", "1990-04-01", child, today).age == 36
    parent = known_facts("legal_representative", "extension", "1990-04-01", child, today)
    assert (parent.age, parent.birth_date) == (11, date(2015, 4, 1))
    assert known_facts("legal_representative", "extension", "1990-04-01", {}, today).age is None
    assert known_facts("applicant", "extension", "2011-00-00", {}, today).age == 14


def test_unknown_names_are_refused():
    account = AccountRow(user_kind="applicant", birth_date_text="1990-04-01")
    content = ApplicationContent(procedure="marriage", status_of_residence="student", answers={})
    with pytest.raises(Refusal):
        check_eligible(content, account, date(2026, 11, 22))


@pytest.mark.parametrize(("days", "code"), [(30, ""), (61, "acquisition_too_late"), (-1, "acquisition_not_yet")])
def test_a_birth_is_an_event_of_its_own_date(days: int, code: str):
    today = date(2026, 11, 22)
    born = (today - timedelta(days=days)).isoformat()
    account = AccountRow(user_kind="legal_representative", birth_date_text="1990-04-01")
    answers: Any = {"part1.acquisition_cause": "birth", "part1.date_of_birth": born}
    content = ApplicationContent(procedure="acquisition", status_of_residence="dependent", answers=answers)
    if not code:
        check_eligible(content, account, today)
        return
    with pytest.raises(Refusal) as refusal:
        check_eligible(content, account, today)
    assert code in {found for _, found in refusal.value.errors}
