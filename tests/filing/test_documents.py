"""Which documents an application needs, and which not, and why."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kiosk.filing import catalogue
from kiosk.filing.circumstances import circumstances, variant_facts
from kiosk.filing.conditions import value_name
from kiosk.filing.data import read_table
from kiosk.filing.documents import (
    Needed,
    checklist,
    document,
    documents,
    months_old,
    required_documents,
    whole_checklist,
)
from kiosk.filing.eligibility import decide
from kiosk.filing.errors import UnknownNameError
from kiosk.filing.facts import Category, Facts
from kiosk.filing.requirements import requirements
from kiosk.i18n import translator

TODAY = date(2026, 11, 22)
PROCEDURES = [entry.id for entry in catalogue.procedures()]
STATUSES = [entry.id for entry in catalogue.statuses()]
FILES = [f"checklists/{name}.toml" for name in read_table("documents.toml")["checklists"]]
GROUPS = [(file, group) for file in FILES for group in read_table(file)["groups"]]


def _lines(kind: str, procedure: str, status: str, **facts: Any) -> dict[str, Needed]:
    given: dict[str, Any] = {"today": TODAY, **facts}
    return {item.document.key: item for item in whole_checklist(kind, procedure, status, Facts(**given))}


def _required(kind: str, procedure: str, status: str, **facts: Any) -> set[str]:
    return {key for key, item in _lines(kind, procedure, status, **facts).items() if item.required}


@pytest.mark.parametrize("category", ["", "1", "2", "3", "4"])
def test_tax_papers_by_category(category: Category):
    tax = "required" if category in {"3", "4"} else "if_asked"
    lines = _lines("applicant", "extension", "gijinkoku", age=36, category=category, changed_employer=False)
    assert (lines["tax_certificates"].need, lines["tax_certificates"].state) == (tax, "needed")
    assert {"photo", "organisation_sheets", "category_proof"} <= {key for key, item in lines.items() if item.required}
    assert lines["employment_contract"].state == "not_needed"
    assert lines["dispatch_papers"].state == "depends"


def test_the_checklist_follows_the_facts():
    assert "organisation_sheets" not in _required("organisation", "extension", "gijinkoku", age=36)
    assert "organisation_sheets" in _required("legal_representative", "extension", "gijinkoku", age=36)
    assert "photo" not in _required("legal_representative", "extension", "dependent", age=0)
    assert "photo" in _required("legal_representative", "extension", "dependent", age=1)
    assert "photo" in _required("legal_representative", "certificate_of_eligibility", "dependent", age=0)
    changed: dict[str, Any] = {"category": "4", "changed_employer": True, "dispatched": True}
    moved = _required("applicant", "extension", "gijinkoku", age=36, **changed)
    assert {"employment_contract", "company_register", "company_outline", "accounts", "dispatch_papers"} <= moved
    listed = _required("applicant", "extension", "gijinkoku", age=36, category="1", changed_employer=True)
    assert "employment_contract" not in listed


def test_an_organisation_approved_for_online_use_counts_as_category_2():
    approved = _lines("organisation", "extension", "gijinkoku", category="4", organisation_approved=True)
    assert approved["tax_certificates"].need == "if_asked"


def test_what_is_not_needed_says_because_of_what():
    line = _lines("applicant", "extension", "gijinkoku", changed_employer=False)["employment_contract"]
    assert [(why.name, why.value) for why in line.why] == [("changed_employer", False)]
    line = _lines("applicant", "extension", "gijinkoku")["employment_contract"]
    assert (line.state, line.need, line.required) == ("depends", "if_asked", False)
    assert [(why.name, why.wanted) for why in line.why] == [("changed_employer", True)]
    known = {item.document.key for item in checklist("applicant", "extension", "gijinkoku", Facts(TODAY))}
    assert "employment_contract" in known


@pytest.mark.parametrize(
    ("day", "nationality", "living_in", "state"),
    [
        (TODAY, "204", None, "required"),
        (TODAY, "283", None, "required"),
        (date(2025, 8, 31), "283", None, "not_needed"),
        (date(2025, 6, 22), "204", None, "not_needed"),
        (TODAY, "204", "039", "not_needed"),
        (TODAY, "112", None, "if_asked"),
        (TODAY, "001", None, "not_needed"),
        (TODAY, None, None, "if_asked"),
    ],
)
def test_the_certificate_about_tuberculosis(day: date, nationality: str | None, living_in: str | None, state: str):
    facts = Facts(day, nationality=nationality, living_in=living_in)
    lines = whole_checklist("relative", "certificate_of_eligibility", "dependent", facts)
    line = next(item for item in lines if item.document.key == "tuberculosis")
    assert state == (line.need if line.state != "not_needed" else line.state)
    assert not [item for item in whole_checklist("applicant", "change", "dependent", facts) if item == line]


MANAGER: dict[str, Any] = {
    "capital_yen": 5_000_000,
    "full_time_employees": 0,
    "japanese_b2": True,
    "business_degree": False,
}


@pytest.mark.parametrize(
    ("day", "since", "sheets"),
    [
        (date(2025, 10, 15), date(2020, 1, 1), "absent"),
        (TODAY, date(2025, 10, 15), "if_asked"),
        (TODAY, date(2025, 10, 16), "required"),
        (TODAY, None, "depends"),
        (date(2028, 10, 16), date(2020, 1, 1), "if_asked"),
        (date(2028, 10, 17), date(2020, 1, 1), "required"),
    ],
)
def test_the_transition_of_business_managers(day: date, since: date | None, sheets: str):
    facts = Facts(day, status_since=since, **MANAGER)
    lines = {item.document.key: item for item in whole_checklist("applicant", "extension", "manager", facts)}
    line = lines.get("employees_proof")
    found = "absent" if line is None else "depends" if line.state == "depends" else line.need
    assert found == sheets
    states = {item.id: item.state for item in requirements("applicant", "extension", "manager", facts)}
    old = "old_rules" if sheets == "if_asked" else "not_met"
    assert states["manager_capital"] == ("met" if sheets == "absent" else old)
    assert states.get("manager_japanese", "met") == "met"


def test_a_change_to_business_manager_has_no_transition():
    facts = Facts(TODAY, status_since=date(2020, 1, 1), **MANAGER)
    states = {item.id: item.state for item in requirements("scrivener", "change", "manager", facts)}
    assert states["manager_capital"] == states["manager_employee"] == "not_met"
    assert states["manager_plan"] == states["manager_experience"] == states["manager_office"] == "not_known"
    met = requirements("scrivener", "change", "manager", Facts(TODAY, management_years=3, **MANAGER))
    assert {item.id: item.state for item in met}["manager_experience"] == "met"


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_every_list_has_something_of_its_own(procedure: str):
    """Each procedure and status has at least one paper beyond those that all have."""
    for status in STATUSES:
        lines = _lines("applicant", procedure, status, age=30)
        own = set(lines) - {"photo", "other", "family_extra_sheet", "residence_card_copy"}
        assert own, status
        assert list(lines)[-1] == "other"


def test_every_document_is_used_and_has_its_words():
    used = {item["document"] for _, group in GROUPS for item in group["items"]}
    assert used == {entry.key for entry in documents()}
    for entry in documents():
        assert set(entry.name) == set(entry.hint) == {"ja", "en"}
        assert all(translator(language).has(f"who.{entry.who}") for language in ("ja", "en"))
    with pytest.raises(UnknownNameError):
        document("no such document")


def test_the_lists_name_only_what_exists():
    values = set(circumstances("applicant", "extension", "student", Facts(TODAY)))
    for file, group in GROUPS:
        assert set(group["procedures"]) <= {*PROCEDURES, "*"}
        assert {*group["statuses"], *group.get("except_statuses", ())} <= {*STATUSES, "*"}
        assert group["source"] in read_table(file)["sources"]
        for item in group["items"]:
            assert {value_name(key) for key in item.get("when", {})} <= values
            assert all(translator(language).has(f"need.{item.get('need', 'required')}") for language in ("ja", "en"))


@pytest.mark.parametrize(
    "names", [("x", "extension", "student"), ("applicant", "x", "student"), ("applicant", "change", "x")]
)
def test_unknown_names_are_refused(names: tuple[str, str, str]):
    with pytest.raises(UnknownNameError):
        required_documents(*names, Facts(TODAY))


def test_a_variant_goes_by_the_rules_of_its_status():
    for status in STATUSES:
        for variant in catalogue.variants(status):
            for procedure in ("change", "extension"):
                own = _required("applicant", procedure, variant.id, age=30)
                number = variant_facts(variant.id).get("designated_number")
                of_status = _required("applicant", procedure, status, age=30, designated_number=number)
                assert own == of_status, variant.id


def test_a_variant_of_designated_activities_tells_its_number():
    assert "n1_proof" in _required("applicant", "change", "designated_46", age=30)
    assert decide("applicant", "extension", "designated_46", Facts(TODAY)).allowed == "yes"
    assert decide("applicant", "extension", "designated_46", Facts(TODAY, current_status="designated")).allowed == "yes"
    assert decide("applicant", "change", "hsp1b_gijinkoku", Facts(TODAY, current_status="hsp1b")).allowed == "no"
    known = {variant.id for variant in catalogue.variants("designated")}
    assert set(read_table("known_facts.toml")["variant_facts"]) <= known


def test_how_old_a_paper_may_be_is_a_rule_with_its_source():
    rules = read_table("documents.toml")["ages"]
    assert {kind.age for kind in documents() if kind.age is not None} == {rule["age"] for rule in rules}
    assert all(rule["source"] and rule["certainty"] for rule in rules)
    for key, months in (("tax_certificates", 3), ("police_record", 6), ("photo", 6), ("passport_copy", None)):
        assert months_old(document(key), TODAY) == months
    assert _lines("applicant", "extension", "gijinkoku", age=36)["tax_certificates"].months == 3
