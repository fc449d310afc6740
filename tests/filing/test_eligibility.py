"""Who may file what online."""

from __future__ import annotations

from datetime import date

import pytest

from kiosk.filing import catalogue
from kiosk.filing.circumstances import circumstances
from kiosk.filing.conditions import value_name
from kiosk.filing.data import read_table
from kiosk.filing.eligibility import decide
from kiosk.filing.errors import UnknownNameError
from kiosk.filing.facts import Facts
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
    assert [entry.id for entry in catalogue.procedures() if entry.available] == ["extension"]
    assert [entry.id for entry in catalogue.user_kinds() if entry.available] == ["applicant"]
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
        assert decision.built is (procedure == "extension" and status == "gijinkoku")
        for reason in decision.reasons:
            assert reason.source
            assert all(translator(language).has(f"eligibility.{reason.key}") for language in ("ja", "en"))


@pytest.mark.parametrize(
    ("kind", "procedure", "status", "facts", "expected"),
    [
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
    ],
)
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
