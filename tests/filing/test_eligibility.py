"""Who may file what online."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.filing import catalogue
from kiosk.filing.circumstances import circumstances
from kiosk.filing.conditions import value_name
from kiosk.filing.data import read_table
from kiosk.filing.eligibility import decide
from kiosk.filing.errors import UnknownNameError
from kiosk.filing.facts import Facts
from kiosk.forms.load import FormKey, all_forms
from kiosk.i18n import translator

TODAY = date(2026, 11, 22)
ADULT = Facts(TODAY, age=36)
KINDS = [kind.id for kind in catalogue.user_kinds()]
PROCEDURES = [entry.id for entry in catalogue.procedures()]
VALUES = set(circumstances("applicant", "extension", "student", Facts(TODAY)))
STATUSES = [entry.id for entry in catalogue.statuses()]


def _answer(kind: str, procedure: str, status: str, facts: Facts = ADULT) -> tuple[str, str]:
    decision = decide(kind, procedure, status, facts)
    return decision.allowed, decision.reasons[0].key


def test_the_seven_procedures_and_kinds_are_listed():
    assert len(PROCEDURES) == len(KINDS) == 7
    for name in ("extension", "change", "certificate_of_eligibility"):
        assert any(catalogue.is_built(name, status) for status in STATUSES)
    assert catalogue.status("gijinkoku").code == "T26"
    assert not {"diplomat", "visitor", "permanent"} & set(STATUSES)


def test_the_list_of_question_five():
    without = {entry.id for entry in catalogue.statuses() if not entry.organisation_sheets}
    assert without == {"official", "designated", "sp_jp", "sp_pr", "ltr"}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("procedure", PROCEDURES)
def test_every_combination_has_a_reason_in_words(kind: str, procedure: str):
    for status in STATUSES:
        decision = decide(kind, procedure, status, Facts(TODAY))
        assert decision.reasons
        names = {status, *(entry.id for entry in catalogue.variants(status))}
        assert decision.built is any(FormKey(procedure, name, "rasens") in all_forms() for name in names)
        for reason in decision.reasons:
            assert reason.source
            assert all(translator(language).has(f"eligibility.{reason.key}") for language in ("ja", "en"))


MATRIX: list[tuple[str, str, str, Facts, tuple[str, str]]] = [
    ("applicant", "extension", "gijinkoku", ADULT, ("yes", "kind_may_file")),
    ("applicant", "extension", "gijinkoku", Facts(TODAY, age=15), ("yes", "kind_may_file")),
    ("applicant", "extension", "gijinkoku", Facts(TODAY, age=14), ("no", "under_15")),
    ("applicant", "extension", "gijinkoku", Facts(TODAY), ("yes", "kind_may_file")),
    ("applicant", "extension", "gijinkoku", Facts(TODAY, mid_to_long_term=False), ("no", "not_mid_to_long_term")),
    ("applicant", "extension", "official", ADULT, ("no", "not_mid_to_long_term")),
    ("applicant", "extension", "gijinkoku", Facts(TODAY, in_japan=False), ("no", "abroad")),
    ("applicant", "extension", "gijinkoku", Facts(TODAY, stay_expired=True), ("no", "stay_expired")),
    ("applicant", "certificate_of_eligibility", "gijinkoku", ADULT, ("ask", "applicant_is_abroad")),
    ("applicant", "extension", "tit2b", ADULT, ("no", "supervising_organisation_only")),
    ("organisation", "extension", "tit2b", Facts(TODAY, supervising_organisation=True), ("yes", "kind_may_file")),
    (
        "organisation",
        "extension",
        "tit2b",
        Facts(TODAY, supervising_organisation=False),
        ("no", "supervising_organisation_only"),
    ),
    ("applicant", "extension", "designated", ADULT, ("ask", "designated_by_number")),
    ("relative", "extension", "gijinkoku", Facts(TODAY, age=15), ("yes", "relative_may_file")),
    (
        "relative",
        "extension",
        "gijinkoku",
        Facts(TODAY, age=16, unable_to_file=False),
        ("no", "relative_only_for_child_or_ill"),
    ),
    ("relative", "extension", "gijinkoku", Facts(TODAY, age=16, unable_to_file=True), ("yes", "relative_may_file")),
    ("relative", "extension", "gijinkoku", Facts(TODAY, age=16), ("ask", "relative_only_for_child_or_ill")),
    ("relative", "extension", "gijinkoku", Facts(TODAY), ("ask", "relative_only_for_child_or_ill")),
    ("relative", "other_activity", "student", ADULT, ("no", "relative_never")),
    ("scrivener", "change", "student", Facts(TODAY, agent_approved=False), ("no", "agent_not_notified")),
    (
        "organisation",
        "change",
        "student",
        Facts(TODAY, organisation_approved=False),
        ("no", "organisation_not_approved"),
    ),
    ("support_organisation", "extension", "ltr", ADULT, ("no", "not_tied_to_organisation")),
]


@pytest.mark.parametrize(("kind", "procedure", "status", "facts", "expected"), MATRIX)
def test_the_matrix(kind: str, procedure: str, status: str, facts: Facts, expected: tuple[str, str]):
    assert _answer(kind, procedure, status, facts) == expected


def test_every_reason_to_refuse_is_given():
    decision = decide("applicant", "extension", "tit1b", Facts(TODAY, age=14, stay_expired=True))
    assert {reason.key for reason in decision.reasons} == {"under_15", "stay_expired", "supervising_organisation_only"}


@pytest.mark.parametrize(
    "names", [("x", "extension", "student"), ("applicant", "x", "student"), ("applicant", "change", "x")]
)
def test_unknown_names_are_refused(names: tuple[str, str, str]):
    with pytest.raises(UnknownNameError):
        decide(*names, ADULT)


def test_the_rules_name_only_what_exists():
    known = ({*KINDS, "*"}, {*PROCEDURES, "*"}, {*STATUSES, "*"})
    sources = read_table("eligibility.toml")["sources"]
    for rule in read_table("eligibility.toml")["rules"]:
        for names, allowed in zip((rule["user_kinds"], rule["procedures"], rule["statuses"]), known, strict=True):
            assert set(names) <= allowed
        assert rule["source"] in sources
        assert {value_name(key) for key in rule.get("when", {})} <= VALUES


WORK_PAPER = ("applicant", "certificate_of_authorised_employment", "gijinkoku")

CIRCUMSTANCES: list[tuple[str, str, str, dict[str, Any], str, str]] = [
    # who is abroad
    ("relative", "certificate_of_eligibility", "sp_jp", {"filer_in_japan": False}, "no", "filer_abroad"),
    ("scrivener", "certificate_of_eligibility", "gijinkoku", {"in_japan": False}, "yes", "kind_may_file"),
    ("legal_representative", "extension", "student", {"in_japan": False}, "no", "abroad"),
    # relationship
    (
        "relative",
        "extension",
        "student",
        {"age": 10, "relationship": "parent_with_custody"},
        "no",
        "is_legal_representative",
    ),
    ("relative", "extension", "student", {"age": 10, "relationship": "none"}, "no", "not_a_relative"),
    ("relative", "extension", "student", {"age": 10, "relationship": "sibling"}, "yes", "relative_may_file"),
    ("legal_representative", "extension", "student", {"relationship": "spouse"}, "no", "not_legal_representative"),
    (
        "legal_representative",
        "extension",
        "student",
        {"relationship": "parent_with_custody", "age": 18},
        "no",
        "of_full_age",
    ),
    (
        "legal_representative",
        "extension",
        "student",
        {"relationship": "parent_with_custody", "age": 17},
        "yes",
        "kind_may_file",
    ),
    ("legal_representative", "extension", "student", {"relationship": "guardian", "age": 80}, "yes", "kind_may_file"),
    ("applicant", "extension", "student", {"relationship": "spouse"}, "no", "not_the_applicant"),
    # a relative and a certificate of eligibility
    ("relative", "certificate_of_eligibility", "gijinkoku", {}, "no", "relative_not_for_this_status"),
    ("relative", "certificate_of_eligibility", "ltr", {}, "yes", "relative_may_file"),
    ("relative", "certificate_of_eligibility", "designated", {"designated_number": "33"}, "yes", "relative_may_file"),
    (
        "relative",
        "certificate_of_eligibility",
        "designated",
        {"designated_number": "46"},
        "ask",
        "designated_by_number",
    ),
    (
        "relative",
        "acquisition",
        "dependent",
        {"event": "birth", "event_date": date(2026, 11, 1)},
        "yes",
        "relative_may_file",
    ),
    ("relative", "acquisition", "dependent", {"age": 30}, "ask", "relative_limit_unclear"),
    # the card
    ("applicant", "extension", "student", {"has_my_number_card": False}, "no", "no_card"),
    ("applicant", "extension", "student", {"my_number_card_ends": date(2026, 11, 21)}, "no", "card_expired"),
    ("applicant", "extension", "student", {"my_number_card_ends": TODAY}, "yes", "kind_may_file"),
    ("organisation", "extension", "student", {"has_my_number_card": False}, "yes", "kind_may_file"),
    # the status now
    ("applicant", "extension", "student", {"certificate_ends": date(2026, 11, 21)}, "no", "certificate_expired"),
    ("applicant", "extension", "student", {"certificate_ends": TODAY}, "yes", "kind_may_file"),
    ("organisation", "extension", "student", {"certificate_ends": date(2026, 11, 21)}, "yes", "kind_may_file"),
    ("applicant", "change", "student", {"current_status": "none"}, "no", "no_status_now"),
    ("applicant", "extension", "student", {"current_status": "none"}, "no", "no_status_now"),
    ("applicant", "certificate_of_eligibility", "student", {"in_japan": False}, "no", "filer_abroad"),
    ("relative", "certificate_of_eligibility", "designated", {}, "ask", "designated_by_number"),
    ("applicant", "change", "student", {"current_status": "visitor"}, "no", "current_status_not_online"),
    ("applicant", "change", "student", {"current_status": "student"}, "no", "same_status_now"),
    (
        "applicant",
        "change",
        "designated",
        {"current_status": "designated", "designated_number": "46"},
        "yes",
        "kind_may_file",
    ),
    ("applicant", "extension", "student", {"current_status": "gijinkoku"}, "no", "other_status_now"),
    ("applicant", "extension", "hsp2", {}, "no", "stay_has_no_end"),
    ("applicant", "certificate_of_eligibility", "hsp2", {}, "no", "by_change_only"),
    ("scrivener", "change", "trainee", {}, "ask", "trainee_change_unclear"),
    # Designated Activities
    ("applicant", "extension", "designated", {"designated_number": "46"}, "yes", "kind_may_file"),
    ("applicant", "extension", "designated", {"designated_number": "40"}, "no", "designated_sightseeing"),
    ("applicant", "extension", "designated", {"designated_number": "departure"}, "no", "departure_not_online"),
    ("applicant", "extension", "designated", {"designated_number": "15"}, "ask", "designated_limit_unclear"),
    (
        "scrivener",
        "certificate_of_eligibility",
        "designated",
        {"designated_number": "16"},
        "ask",
        "designated_limit_unclear",
    ),
    ("organisation", "extension", "designated", {"designated_number": "46"}, "ask", "host_must_be_in_scope"),
    # together with another
    ("applicant", "reentry", "student", {"together_with": "none"}, "no", "only_together"),
    ("applicant", "reentry", "student", {"together_with": "certificate_of_eligibility"}, "no", "only_together"),
    ("applicant", "reentry", "student", {"together_with": "extension"}, "yes", "with_another"),
    ("applicant", "other_activity", "sp_jp", {"together_with": "extension"}, "no", "work_is_not_limited"),
    ("applicant", "extension", "sp_jp", {"with_other_activity": True}, "no", "work_is_not_limited"),
    ("applicant", "extension", "sp_jp", {"with_other_activity": False, "with_reentry": True}, "yes", "kind_may_file"),
    ("relative", "extension", "student", {"age": 10, "with_other_activity": True}, "no", "relative_not_with_these"),
    ("relative", "change", "ssw1", {"age": 10, "with_authorised_employment": True}, "no", "relative_not_with_these"),
    ("relative", "extension", "student", {"age": 10, "with_reentry": True}, "yes", "relative_may_file"),
    ("scrivener", "extension", "student", {"with_authorised_employment": True}, "ask", "work_is_not_allowed"),
    ("applicant", "certificate_of_authorised_employment", "student", {}, "ask", "work_is_not_allowed"),
    # the stay goes on while an application is pending
    (*WORK_PAPER, {"stay_ends": date(2026, 10, 1)}, "no", "stay_expired"),
    (*WORK_PAPER, {"stay_ends": date(2026, 10, 1), "applied_on": date(2026, 10, 1)}, "ask", "in_special_period"),
    (*WORK_PAPER, {"stay_ends": date(2026, 9, 22), "applied_on": date(2026, 9, 1)}, "ask", "in_special_period"),
    (*WORK_PAPER, {"stay_ends": date(2026, 9, 21), "applied_on": date(2026, 9, 1)}, "no", "stay_expired"),
    (*WORK_PAPER, {"stay_ends": date(2026, 10, 1), "applied_on": date(2026, 10, 2)}, "no", "stay_expired"),
    # days since the birth
    ("legal_representative", "acquisition", "dependent", {"event_date": date(2026, 10, 23)}, "yes", "kind_may_file"),
    ("legal_representative", "acquisition", "dependent", {"event_date": date(2026, 10, 22)}, "ask", "acquisition_late"),
    ("legal_representative", "acquisition", "dependent", {"event_date": date(2026, 9, 23)}, "ask", "acquisition_late"),
    (
        "legal_representative",
        "acquisition",
        "dependent",
        {"event_date": date(2026, 9, 22)},
        "no",
        "acquisition_too_late",
    ),
    (
        "legal_representative",
        "acquisition",
        "dependent",
        {"event_date": date(2026, 11, 23)},
        "no",
        "acquisition_not_yet",
    ),
    ("applicant", "acquisition", "sp_jp", {"mid_to_long_term": False}, "ask", "acquisition_by_applicant"),
    # agents and staff
    ("organisation", "extension", "tit1b", {}, "ask", "supervising_organisation_only"),
    ("public_corporation", "extension", "tit1b", {}, "no", "supervising_organisation_only"),
    ("organisation", "extension", "dependent", {}, "ask", "supporter_not_in_scope"),
    ("organisation", "extension", "dependent", {"supporter_in_scope": True}, "yes", "kind_may_file"),
    ("organisation", "extension", "dependent", {"supporter_in_scope": False}, "no", "supporter_not_in_scope"),
    ("organisation", "extension", "student", {"staff_approved": False}, "ask", "staff_conditions"),
    ("public_corporation", "extension", "student", {"staff_approved": False}, "no", "staff_not_approved"),
    ("support_organisation", "extension", "ssw1", {}, "yes", "kind_may_file"),
    ("support_organisation", "extension", "ssw2", {}, "ask", "support_organisation_scope"),
]


@pytest.mark.parametrize(("kind", "procedure", "status", "facts", "allowed", "reason"), CIRCUMSTANCES)
def test_circumstances(kind: str, procedure: str, status: str, facts: dict[str, Any], allowed: str, reason: str):
    decision = decide(kind, procedure, status, Facts(TODAY, **facts))
    assert decision.allowed == allowed
    assert reason in {found.key for found in decision.reasons}


def test_every_reason_is_tried_here():
    """No rule is written that no test brings about."""
    tried = {row[-1] for row in CIRCUMSTANCES} | {row[-1][1] for row in MATRIX} | DATED
    assert {rule["reason"] for rule in read_table("eligibility.toml")["rules"]} <= tried


def test_the_system_was_opened_in_two_steps():
    for kind, opened in (("applicant", date(2022, 3, 16)), ("organisation", date(2019, 7, 25))):
        before = decide(kind, "extension", "gijinkoku", Facts(opened - timedelta(days=1)))
        assert (before.allowed, before.reasons[0].key) == ("no", "not_in_matrix")
        assert decide(kind, "extension", "gijinkoku", Facts(opened)).allowed == "yes"


DATED = {"no_request_letter", "no_pledge", "not_on_pledge_list"}


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2025, 3, 31), "no_request_letter"),
        (date(2025, 4, 1), "no_pledge"),
        (date(2026, 1, 4), "no_pledge"),
        (date(2026, 1, 5), "not_on_pledge_list"),
    ],
)
def test_what_staff_hand_in_depends_on_the_day(day: date, reason: str):
    assert _answer("public_corporation", "extension", "student", Facts(day, pledged=False)) == ("no", reason)
    assert _answer("public_corporation", "extension", "student", Facts(day, pledged=True)) == ("yes", "kind_may_file")


@given(
    kind=st.sampled_from(KINDS),
    procedure=st.sampled_from(PROCEDURES),
    status=st.sampled_from(STATUSES),
    age=st.none() | st.integers(0, 90),
    told=st.fixed_dictionaries(
        {},
        optional={
            name: st.booleans()
            for name in ("in_japan", "filer_in_japan", "unable_to_file", "mid_to_long_term", "stay_expired", "pledged",
                         "agent_approved", "organisation_approved", "staff_approved", "supervising_organisation")
        },
    ),
)  # fmt: skip
def test_knowing_less_never_refuses_more(kind: str, procedure: str, status: str, age: int | None, told: dict[str, Any]):
    """What is refused on fewer facts stays refused on more."""
    fewer = dict(sorted(told.items())[: len(told) // 2])
    little = decide(kind, procedure, status, Facts(TODAY, age=age, **fewer))
    more = decide(kind, procedure, status, Facts(TODAY, age=age, **told))
    assert not little.refused or more.refused
    assert little.reasons
    assert more.reasons
