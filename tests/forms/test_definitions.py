"""The data in ``config/forms``: complete, without contradictions, and all that was meant to be brought over."""

from __future__ import annotations

import pytest

from kiosk.forms.errors import FormDefinitionError, FormUnknownError
from kiosk.forms.lint import lint, problems
from kiosk.forms.load import all_forms, choices, forms_dir, load_form, load_sheet
from kiosk.forms.model import Condition, Field, Form, Page, Rule

FORM = load_form("extension", "gijinkoku")


def test_every_sheet_file_is_used():
    forms = [load_form(*key) for key in all_forms() if key.system == "rasens"]
    used = {sheet.id for form in forms for sheet in (*form.sheets, form.receipt)}
    # The registration is no application: its screen takes the sheet by itself.
    assert {path.stem for path in (forms_dir() / "sheets").glob("*.toml")} == used | {"registration"}


def test_a_field_has_its_id_from_the_sheet_it_stands_on():
    for path in (forms_dir() / "sheets").glob("*.toml"):
        sheet = load_sheet(path.stem)
        assert sheet.id == path.stem
        assert {item.id.partition(".")[0] for page in sheet.pages for item in page.fields} == {_prefix(sheet.id)}


def _prefix(sheet: str) -> str:
    """``part1_change`` → ``part1``, ``organisation_n`` → ``organisation``; ``other_activity`` stays whole."""
    if sheet.startswith(("part1_", "receipt_", "hsp_", "applicant_")) or sheet[-2] == "_":
        return sheet.partition("_")[0]
    return sheet


def test_codes_of_the_status_and_its_periods():
    assert [choice.code for choice in choices("CB20", "T26")] == ["0003000", "0100000", "0300000", "0500000"]
    assert [choice.code for choice in choices("C970", "T26")] == [
        "T260003000",
        "T260100000",
        "T260300000",
        "T260500000",
    ]


def test_an_unknown_form_or_list_is_said_so():
    with pytest.raises(FormUnknownError):
        load_form("extension", "diplomat")
    with pytest.raises(FormDefinitionError):
        choices("NO_SUCH_LIST")
    with pytest.raises(FormDefinitionError):
        load_sheet("no_such_sheet")


def _broken(change: dict[str, object]) -> Form:
    """Return the form with one field of its first page changed."""
    sheet = FORM.sheets[0]
    page = sheet.pages[1]
    item = Field.model_validate({**page.fields[2].model_dump(by_alias=True), **change})
    fields = (*page.fields[:2], item, *page.fields[3:])
    return _with_page(page.model_copy(update={"fields": fields}))


def _with_page(page: Page) -> Form:
    sheet = FORM.sheets[0]
    pages = (sheet.pages[0], page, *sheet.pages[2:])
    changed = sheet.model_copy(update={"pages": pages})
    return Form(
        procedure=FORM.procedure,
        status=FORM.status,
        status_code=FORM.status_code,
        file_code=FORM.file_code,
        system=FORM.system,
        sheets=(changed, *FORM.sheets[1:]),
        receipt=FORM.receipt,
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"type": "choice", "list": "NO_SUCH"}, "no list NO_SUCH"),
        ({"type": "choice", "list": "A045", "codes": ["7"]}, "code 7 is not in list"),
        ({"type": "choice"}, "choices have a list"),
        ({"type": "choice", "list": "CB20"}, "depends on another field"),
        ({"type": "choice", "list": "CB20", "parent": "part1.phone"}, "is no choice"),
        ({"type": "choice", "list": "CB20", "parent": "part1.sex"}, "has nothing for any code"),
        ({"visible": {"field": "no.such", "filled": True}}, "unknown field no.such"),
        ({"visible": {"field": "part1.sex", "in": ["9"]}}, "on code 9"),
        ({"visible": {"column": "name", "filled": True}}, "unknown or later column"),
        ({"visible": {"field": "part1.occupation", "filled": True}}, "depends on itself"),
        ({"label": {"ja": "職業"}}, "no text in en"),
        ({"help": {"en": "Work"}}, "no text in ja"),
        ({"source": "person.shoe_size"}, "unknown source"),
        ({"fixed": True}, "fixed without a source"),
        ({"max_rows": 3}, "a table has columns"),
        ({"id": "part1.sex"}, "stands twice"),
    ],
)
def test_contradictions_are_found(change: dict[str, object], words: str):
    form = _broken(change)
    assert any(words in line for line in problems(form)), problems(form)
    with pytest.raises(FormDefinitionError):
        lint(form)


def test_too_many_fields_on_a_page_are_found():
    page = FORM.sheets[0].pages[1]
    more = tuple(page.fields[2].model_copy(update={"id": f"part1.extra_{number}"}) for number in range(12))
    assert any(
        "16 fields" in line for line in problems(_with_page(page.model_copy(update={"fields": page.fields + more})))
    )


def test_a_rule_without_a_message_or_field_is_found():
    sheet = FORM.sheets[0]
    rule = Rule(kind="order", code="no_such_message", first="no.such")
    form = FORM.model_copy(update={"sheets": (sheet.model_copy(update={"rules": (rule,)}), *FORM.sheets[1:])})
    found = "\n".join(problems(form))
    assert "no message in ja" in found
    assert "unknown field no.such" in found
    assert "wrong fields" in found


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"field": "a"},
        {"field": "a", "filled": True, "empty": True},
        {"field": "a", "column": "b", "filled": True},
        {"context": "user_kind", "filled": True},
        {"age_at_least": 16, "field": "a", "filled": True},
        {"all": [], "filled": True},
        {"field": "a", "in": ["1"], "surprise": 1},
    ],
)
def test_a_condition_of_no_kind_is_refused(wrong: dict[str, object]):
    with pytest.raises(ValueError):
        Condition.model_validate(wrong)
