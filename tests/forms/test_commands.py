"""``kiosk forms``: lint, show, check."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kiosk.forms.commands import forms
from kiosk.forms.engine import Context
from kiosk.forms.errors import AnswersFileError, FormUnknownError
from kiosk.forms.load import load_form
from tests.support.answers import valid_answers

TODAY = date(2026, 11, 22)
CONTEXT = Context("applicant", TODAY)
FORM = load_form("extension", "gijinkoku")


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(forms, list(arguments))


def _check(folder: Path, content: dict[str, Any], *options: str) -> Result:
    file = folder / "answers.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return _run("check", str(file), "--today", "2026-11-22", *options)


def test_lint_finds_nothing():
    found = _run("lint")
    assert found.exit_code == 0
    assert "0 problems" in found.output


def test_report_names_what_is_to_be_compared_and_with_what():
    said = _run("report", "--sheet", "applicant_r").output
    assert "applicant_r (online_definition; 15 of 15 questions)" in said
    assert "source: Immigration Services Agency" in said
    listed = json.loads(_run("report", "--json").output)
    assert "part1_extension" not in {entry["sheet"] for entry in listed}
    assert all(entry["lines"] and entry["origin"] for entry in listed)


def test_show_lists_pages_and_fields():
    shown = json.loads(_run("show", "--json").output)
    sheets = {sheet["id"]: sheet for sheet in shown["sheets"]}
    assert next(iter(sheets)) == "part1_extension"
    assert {sheet["filled_by"] for sheet in sheets.values() if sheet.get("attached")} == {"organisation"}
    assert not {"agent", "representative"} & set(sheets), "nobody files for the applicant"
    assert {page["sheet"] for page in shown["pages"]} <= set(sheets)
    first = shown["pages"][0]["fields"][0]
    assert (first["id"], first["number"], first["required"]) == ("part1.name", "3", True)
    by_staff = json.loads(_run("show", "--user", "organisation", "--json").output)
    assert {"agent", "organisation_n"} <= {page["sheet"] for page in by_staff["pages"]}
    assert "The applicant" in _run("show").output
    assert "申請する人について" in _run("show", "--language", "ja").output


def test_right_answers_are_complete(tmp_path: Path):
    found = _check(tmp_path, {"answers": valid_answers(FORM, CONTEXT, 1)}, "--json")
    assert found.exit_code == 0
    assert json.loads(found.output) == {"ok": True, "errors": [], "warnings": [], "complete": True}


def test_wrong_answers_are_named(tmp_path: Path):
    answers = {**valid_answers(FORM, CONTEXT, 1), "part1.postal_code": "1", "part1.occupation": ""}
    found = _check(tmp_path, {"answers": answers, "receipt": {"receipt.card_receiving_method": "01"}}, "--json")
    assert found.exit_code == 1
    said = json.loads(found.output)
    assert not said["ok"]
    assert not said["complete"]
    assert [(error["sheet"], error["field"], error["code"]) for error in said["errors"]] == [
        ("part1_extension", "part1.occupation", "required"),
        ("part1_extension", "part1.postal_code", "postal_code"),
        ("receipt", "receipt.notification_email", "required"),
    ]
    plain = _check(tmp_path, {"answers": answers}, "--language", "ja")
    assert "答えてください。" in plain.output
    assert "2 errors" in plain.output


def test_the_file_may_name_status_and_user_as_the_other_commands_do(tmp_path: Path):
    form = load_form("change", "student")
    answers = valid_answers(form, Context("scrivener", TODAY), 1)
    content = {"procedure": "change", "status": "student", "user": "scrivener", "answers": answers}
    assert json.loads(_check(tmp_path, content, "--json").output)["complete"]
    assert not json.loads(_check(tmp_path, {**content, "answers": {}}, "--json").output)["complete"]
    assert any(name.startswith("agent.") for name in answers)


def test_what_is_wrong_in_a_file_is_named(tmp_path: Path):
    error = _check(tmp_path, {"procedure": "change", "answers": {"part1.name": 5}}).exception
    assert isinstance(error, AnswersFileError)
    assert "answers.part1.name" in str(error.params["places"])


def test_unfinished_answers_are_ok_but_not_complete(tmp_path: Path):
    said = json.loads(_check(tmp_path, {"answers": {}}, "--json").output)
    assert (said["ok"], said["complete"]) == (True, False)


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"answers": 1}', '{"surprise": 1}', '{"answers": {"a": [1]}}', "[" * 9999]
)
def test_a_file_that_is_none_is_said_so(tmp_path: Path, text: str):
    file = tmp_path / "answers.json"
    file.write_text(text, encoding="utf-8")
    assert isinstance(_run("check", str(file)).exception, AnswersFileError)
    assert isinstance(_run("check", str(tmp_path / "missing.json")).exception, AnswersFileError)


def test_an_unknown_form_is_said_so():
    assert isinstance(_run("show", "--status", "diplomat").exception, FormUnknownError)
