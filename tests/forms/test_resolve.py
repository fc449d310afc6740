"""What is decided when a form is loaded: variants, and questions that can never apply."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.forms.load import load_form
from kiosk.forms.model import Condition, Copy, Field, Page, Rule, Sheet
from kiosk.forms.resolve import Known, fold, resolve

CONTEXT = {"procedure": "change", "status": "gijinkoku", "file_code": "N2", "system": "rasens"}
CHANGE = {"context": "procedure", "in": ["change"]}
EXTENSION = {"context": "procedure", "in": ["extension"]}
PAPER = {"context": "channel", "in": ["paper"]}


def _sheet(*fields: dict[str, Any], **changes: Any) -> Sheet:
    items = tuple(
        Field.model_validate({"label": {"ja": "項目", "en": "Item"}, "type": "text", **item}) for item in fields
    )
    page = Page(id="page", title={"ja": "頁", "en": "Page"}, fields=items)
    head: dict[str, Any] = {
        "id": "sheet",
        "title": {"ja": "紙", "en": "Sheet"},
        "filled_by": "applicant",
        "certainty": "official",
        "origin": ("a test",),
    }
    return Sheet(pages=(page,), **{**head, **changes})


def _resolved(*fields: dict[str, Any], **changes: Any) -> dict[str, Field]:
    (sheet,) = resolve([_sheet(*fields, **changes)], CONTEXT)
    return {item.id: item for page in sheet.pages for item in page.fields}


def test_a_variant_that_holds_takes_the_place_of_the_questions_own():
    variants = [
        {"when": EXTENSION, "max_length": 10},
        {"when": CHANGE, "max_length": 0, "online": "other", "required": True},
        {"when": {"context": "file_code", "in": ["N1", "N2"]}, "codes": ["1"]},
    ]
    item = _resolved({"id": "a", "max_length": 40, "online": "own", "variants": variants})["a"]
    assert (item.max_length, item.online, item.required, item.codes) == (None, "other", True, ("1",))
    assert item.variants == ()


def test_the_later_of_two_variants_wins_and_visible_true_is_no_condition():
    variants = [{"when": CHANGE, "visible": PAPER}, {"when": CHANGE, "visible": True}]
    assert _resolved({"id": "a", "visible": EXTENSION, "variants": variants})["a"].visible is None


def test_what_can_never_apply_is_left_out_with_all_that_hangs_on_it():
    found = _resolved(
        {"id": "gone", "visible": EXTENSION},
        {"id": "follows", "visible": {"field": "gone", "filled": True}},
        {"id": "and_so_on", "visible": {"all": [PAPER, {"field": "follows", "in": ["1"]}]}},
        {
            "id": "stays",
            "visible": {"not": {"field": "gone", "in": ["1"]}},
            "required": {"field": "gone", "empty": True},
        },
        {"id": "parted", "visible": {"any": [{"field": "follows", "filled": True}, PAPER]}, "parent": "gone"},
    )
    assert set(found) == {"stays", "parted"}
    assert found["stays"].visible is None
    assert found["stays"].required is True
    assert found["parted"].visible == Condition.model_validate(PAPER)
    assert found["parted"].parent == ""


def test_cells_rules_and_copies_go_too():
    columns = [
        {"key": "x", "type": "text", "label": {"ja": "列", "en": "Cell"}, "visible": EXTENSION},
        {"key": "y", "type": "text", "label": {"ja": "列", "en": "Cell"}, "visible": {"column": "x", "empty": True}},
        {"key": "z", "type": "text", "label": {"ja": "列", "en": "Cell"}, "visible": {"column": "x", "filled": True}},
    ]
    fields = (
        {"id": "table", "type": "table", "max_rows": 2, "columns": columns},
        {"id": "gone", "visible": EXTENSION},
        {"id": "here"},
    )
    rules = (
        Rule(kind="not_future", code="date_in_future", field="gone"),
        Rule(kind="one_of", code="workplace_missing", fields=("gone", "here")),
        Rule(kind="order", code="end_before_start", table="table", first="x", second="y"),
    )
    copies = (Copy(field="gone", online="a"), Copy(field="here", online="b"), Copy(field="here", online="c"))
    copies = (*copies[:2], copies[2].model_copy(update={"visible": Condition.model_validate(EXTENSION)}))
    (sheet,) = resolve([_sheet(*fields, rules=rules, copies=copies)], CONTEXT)
    table = sheet.pages[0].fields[0]
    assert [(column.key, column.visible) for column in table.columns] == [("y", None)]
    assert [rule.fields for rule in sheet.rules] == [("here",)]
    assert [copy.online for copy in sheet.copies] == ["b"]


def test_a_sheet_or_page_that_never_applies_has_no_pages():
    assert _resolved({"id": "a"}, visible=Condition.model_validate(EXTENSION)) == {}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (CHANGE, True),
        (EXTENSION, False),
        ({"not": EXTENSION}, True),
        ({"any": [EXTENSION, CHANGE, PAPER]}, True),
        ({"all": [CHANGE, {"field": "gone", "filled": True}]}, False),
        ({"any": [EXTENSION, {"field": "gone", "in": ["1"]}]}, False),
        ({"field": "gone", "empty": True}, True),
    ],
)
def test_a_decided_condition_is_true_or_false(condition: dict[str, Any], expected: bool):
    known = Known(CONTEXT, frozenset({"gone"}))
    assert fold(Condition.model_validate(condition), known) is expected


@pytest.mark.parametrize("condition", [PAPER, {"age_at_least": 16}, {"field": "a", "in": ["1"]}, {"not": PAPER}])
def test_an_open_condition_stays(condition: dict[str, Any]):
    whole = Condition.model_validate(condition)
    assert fold(whole, Known(CONTEXT)) == whole
    both = Condition.model_validate({"all": [condition, CHANGE, {"age_at_least": 1}]})
    assert fold(both, Known(CONTEXT)) == Condition.model_validate({"all": [condition, {"age_at_least": 1}]})


def test_what_hangs_on_a_choice_that_is_not_offered_is_left_out():
    found = _resolved(
        {"id": "kind", "type": "choice", "list": "A045", "variants": [{"when": CHANGE, "codes": ["1", "2"]}]},
        {"id": "offered", "visible": {"field": "kind", "in": ["2", "3"]}},
        {"id": "never", "visible": {"field": "kind", "in": ["3"]}},
        {"id": "after_it", "visible": {"field": "never", "filled": True}},
        {"id": "any_kind", "visible": {"field": "kind", "filled": True}},
        {"id": "no_such", "visible": {"not": {"field": "kind", "in": ["3"]}}},
    )
    assert list(found) == ["kind", "offered", "any_kind", "no_such"]
    assert found["no_such"].visible is None


@pytest.mark.parametrize(
    ("status", "activities"),
    [
        ("legal", ("legal", "hsp1a_legal", "hsp1b_legal", "hsp1c_legal")),
        ("medical", ("medical", "hsp1a_medical", "hsp1b_medical", "hsp1c_medical")),
    ],
)
def test_a_highly_skilled_professional_is_offered_the_activities_of_their_profession(
    status: str, activities: tuple[str, ...]
):
    offered = {load_form("extension", name).fields["applicant.type_activity"].codes for name in activities}
    assert len(offered) == 1
    fields = load_form("extension", status).fields
    assert "applicant.name_university_enrolled" not in fields
    assert ("applicant.date_acquiring_assistant_nurse_licence" in fields) is (status == "medical")
    assert "applicant.name_university_enrolled" in load_form("extension", "designated").fields


def test_the_points_table_has_the_lists_of_its_kind():
    lists = {}
    for kind in ("a", "b", "c"):
        form = load_form("extension", f"hsp1{kind}_gijinkoku")
        lists[kind] = (form.fields["hsp.education"].list, "hsp.age" in form.fields, "hsp.position" in form.fields)
    assert lists == {"a": ("CC21", True, False), "b": ("CC21_1", True, False), "c": ("CC21_2", False, True)}
    assert "hsp.education" not in load_form("extension", "gijinkoku").fields


def test_the_same_question_has_the_same_id_in_every_procedure():
    ids = [set(load_form(name, "gijinkoku").fields) for name in ("extension", "change", "certificate_of_eligibility")]
    common = set.intersection(*ids)
    assert {"part1.name", "applicant.work_experience", "organisation.contracting_organization_name"} <= common
    assert {name for name in ids[1] - common if name.startswith("applicant.")} <= {
        name for name in ids[1] if name.startswith("applicant.workplace_")
    }
