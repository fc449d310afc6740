"""Contradictions of a sheet that no single form shows, and the list of what is not certain."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.forms.doubts import certainty_of, sheet_doubts
from kiosk.forms.lint_sheets import contexts, sheet_problems
from kiosk.forms.load import FormKey, all_forms, all_sheets, load_sheet
from kiosk.forms.model import Column, Field, Sheet

KNOWN = contexts((FormKey("extension", "gijinkoku", "rasens"), FormKey("change", "dependent", "rasens")))
SHEET = load_sheet("confirmation")


def _with(change: dict[str, Any]) -> Sheet:
    page = SHEET.pages[0]
    item = Field.model_validate({**page.fields[1].model_dump(by_alias=True), **change})
    return SHEET.model_copy(update={"pages": (page.model_copy(update={"fields": (page.fields[0], item)}),)})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"visible": {"context": "procedure", "in": ["extention"]}}, "unknown procedure extention"),
        ({"visible": {"any": [{"context": "user_kind", "in": ["employer"]}]}}, "unknown user_kind employer"),
        ({"required": {"not": {"context": "status", "in": ["diplomat"]}}}, "unknown status diplomat"),
        ({"variants": [{"when": {"context": "file_code", "in": ["Z9"]}, "codes": []}]}, "unknown file_code Z9"),
        ({"variants": [{"when": {"context": "user_kind", "in": ["applicant"]}}]}, "looks at the form alone"),
        ({"variants": [{"when": {"field": "part1.sex", "in": ["1"]}}]}, "looks at the form alone"),
    ],
)
def test_contradictions_are_found(change: dict[str, Any], words: str):
    assert any(words in line for line in sheet_problems(_with(change), KNOWN))


def test_a_question_that_nobody_can_reach_is_found():
    first = {"list": "A045", "type": "yes_no", "codes": ["1"], "id": "confirmation.first"}
    page = SHEET.pages[0]
    on = page.fields[0].model_copy(update={**first, "codes": ("1",), "variants": ()})
    visible = {"any": [{"field": "confirmation.first", "in": ["0"]}]}
    item = Field.model_validate({**page.fields[1].model_dump(by_alias=True), "visible": visible})
    sheet = SHEET.model_copy(update={"pages": (page.model_copy(update={"fields": (on, item)}),)})
    assert any("can never be reached" in line for line in sheet_problems(sheet, KNOWN))


def test_names_of_rows_are_as_many_as_rows():
    label = {"ja": "列", "en": "Cell"}
    column = Column.model_validate({"key": "x", "type": "text", "label": label, "online_rows": ["a", "b"]})
    item = {"type": "table", "columns": [column.model_dump(by_alias=True)], "max_rows": 3}
    assert any("2 online names for 3 rows" in line for line in sheet_problems(_with(item), KNOWN))


def test_every_sheet_of_ours_is_right():
    every = contexts(all_forms())
    assert [line for sheet in all_sheets() for line in sheet_problems(sheet, every)] == []


def test_doubts_are_listed_with_their_source():
    doubts = {entry.sheet: entry for entry in map(sheet_doubts, all_sheets())}
    assert doubts["part1_extension"].lines == ()
    supporter = doubts["supporter_r"]
    assert len(supporter.lines) == supporter.total > 20
    assert supporter.lines[0].certainty == "online_definition"
    assert "001453108" in supporter.origin[0]
    coexistence = [line for line in doubts["organisation_v"].lines if "coexistence" in line.question]
    assert {line.certainty for line in coexistence} == {"secondary"}


def test_a_question_without_a_mark_of_its_own_has_that_of_its_sheet():
    sheet = load_sheet("supporter_r")
    assert certainty_of(sheet, sheet.pages[0].fields[0]) == "online_definition"
