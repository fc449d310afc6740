"""``kiosk filing check``: its answer, its exit status, its errors; and the file of facts."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from kiosk import cli
from kiosk.filing import catalogue
from kiosk.filing.answer import answer
from kiosk.filing.circumstances import DERIVED, circumstances
from kiosk.filing.commands import MAX_FACTS_BYTES, filing
from kiosk.filing.errors import FactsError
from kiosk.filing.facts import Facts
from kiosk.filing.facts_file import fact_infos, fact_type, facts_from_json
from kiosk.filing.words import as_json
from kiosk.i18n import translator

TODAY = date(2026, 11, 22)
PAGE = (Path(__file__).parents[2] / "docs" / "filing.md").read_text(encoding="utf-8")
WHO = ("--user", "applicant", "--procedure", "extension", "--status", "gijinkoku")

Check = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def check(tmp_path: Path) -> Check:
    def run(*options: str, facts: dict[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
        file = tmp_path / "facts.json"
        file.write_text(json.dumps({"today": "2026-11-22", **(facts or {})}), encoding="utf-8")
        result = CliRunner().invoke(filing, ["check", *(options or WHO), "--facts", str(file), "--json"])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, json.loads(result.output)

    return run


def test_an_answer_has_everything(check: Check):
    told = {"stay_ends": "2027-01-31", "period_of_stay": "0100000", "category": "3", "held": ["photo"], "age": 36}
    code, found = check(facts={**told, "changed_employer": False})
    assert (code, found["allowed"]) == (0, True)
    assert {"code", "text", "source"} <= set(found["reasons"][0])
    assert (found["earliest"], found["latest"]) == ("2026-10-31", "2027-01-31")
    assert found["days"]["special_until"] == "2027-03-31"
    assert found["fee"]["lowest"] < found["fee"]["highest"]
    assert {sheet["id"] for sheet in found["sheets"]} >= {"part1_extension", "applicant_n", "organisation_n_1"}
    states = {item["id"]: item["state"] for item in found["documents"]}
    assert (states["photo"], states["organisation_sheets"]) == ("have", "needed")
    assert (states["employment_contract"], states["dispatch_papers"]) == ("not_needed", "depends")
    why = {item["id"]: item["why"] for item in found["documents"]}
    assert why["employment_contract"] == "the employer is the same"
    assert why["dispatch_papers"] == "if: dispatched worker"
    conditions = {item["id"]: item["condition"] for item in found["documents"]}
    assert conditions["category_proof"] == ""
    assert conditions["employment_contract"] == "if: the employer changed, and category 3, or category 4"
    assert all(item["source"] and item["certainty"] for item in found["documents"])
    assert {item["method"] for item in found["receipt"]} == {"post", "counter"}


@pytest.mark.parametrize(
    ("facts", "code", "allowed"),
    [
        ({"age": 30}, 0, True),
        ({"age": 14}, 4, False),
        ({"filer_in_japan": False}, 4, False),
        ({"stay_ends": "2026-11-21"}, 4, False),
        ({"stay_ends": "2026-11-22"}, 0, True),
    ],
)
def test_the_exit_status_says_the_answer(check: Check, facts: dict[str, Any], code: int, allowed: bool):
    found_code, found = check(facts=facts)
    assert (found_code, found["allowed"]) == (code, allowed)
    assert (found["days"]["bureau_opens"] is None) is allowed


def test_what_has_to_be_asked(check: Check):
    code, found = check("--user", "relative", "--procedure", "extension", "--status", "student", facts={"age": 20})
    assert (code, found["allowed"]) == (3, "ask")
    assert found["reasons"][0]["code"] == "relative_only_for_child_or_ill"
    assert found["days"]["bureau_opens"] == "2026-11-24"


def test_it_speaks_japanese(check: Check):
    _, found = check(*WHO, "--language", "ja", facts={"changed_employer": False})
    assert found["reasons"][0]["text"].endswith("。")
    line = next(item for item in found["documents"] if item["id"] == "employment_contract")
    assert (line["why"], line["names"]["en"]) == ("会社が変わっていない", "Terms of employment or employment contract")


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "1899-12-31"])
def test_a_day_that_no_calendar_here_knows_is_said_so(day: str):
    result = CliRunner().invoke(filing, ["check", *WHO[:-1], "official", "--today", day])
    assert isinstance(result.exception, FactsError)
    assert "today: from 1900 to 2100" in str(result.exception)


def test_it_speaks_to_people():
    result = CliRunner().invoke(filing, ["check", *WHO, "--today", "2026-11-22"])
    assert result.exit_code == 0
    assert "This can be filed online." in result.output
    assert "check." not in result.output


def test_it_tells_people_what_ends_and_what_has_to_be_told(tmp_path: Path):
    file = tmp_path / "facts.json"
    told = {"stay_ends": "2026-12-10", "moved_on": "2026-11-01", "passport_ends": "2026-12-01"}
    file.write_text(json.dumps({"today": "2026-11-22", **told}), encoding="utf-8")
    said = CliRunner().invoke(filing, ["check", *WHO, "--facts", str(file)]).output
    assert "at the latest until 2027-02-10" in said
    assert "! Your passport is valid until 2026-12-01." in said
    assert "! Your My Number card is valid until 2026-12-10." in said
    assert "! After moving, give notice of the new address within 14 days. Town hall: 2026-11-15" in said


def test_the_example_names_every_fact_and_is_one():
    result = CliRunner().invoke(filing, ["check", "--example-facts"])
    assert result.exit_code == 0
    assert set(json.loads(result.output)) == {item.name for item in dataclasses.fields(Facts)}
    assert facts_from_json(result.output, date(2020, 1, 1)).today == TODAY


def test_every_fact_is_on_the_page():
    infos = fact_infos()
    assert [info.name for info in infos] == [item.name for item in dataclasses.fields(Facts)]
    for info in infos:
        assert f"| `{info.name}` | {fact_type(info.name)} | {info.meaning} |" in PAGE


def test_every_value_that_follows_from_facts_is_on_the_page():
    values = circumstances("applicant", "extension", "student", Facts(TODAY))
    assert set(values) == {item.name for item in dataclasses.fields(Facts)} | set(DERIVED)
    assert all(f"`{name}`" in PAGE for name in DERIVED)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ("[" * 100_000, "not JSON"),
        ('{"shoe_size": 1}', "shoe_size: no such fact"),
        ('{"age": "36"}', "age: "),
        ('{"age": true}', "age: "),
        ('{"age": -1}', "age: from 0 to 130"),
        ('{"age": NaN}', "age: "),
        ('{"in_japan": 1}', "in_japan: "),
        ('{"stay_ends": "2026-02-30"}', "stay_ends: "),
        ('{"stay_ends": "9999-12-31"}', "stay_ends: from 1900 to 2100"),
        ('{"today": null}', "today: "),
        ('{"relationship": "friend"}', "relationship: "),
        ('{"nationality": "Japan"}', "nationality: unknown"),
        ('{"current_status": "tourist"}', "current_status: unknown"),
        ('{"together_with": "marriage"}', "together_with: unknown"),
        ('{"held": ["shoe"]}', "held: unknown"),
        ('{"period_of_stay": "1 year"}', "period_of_stay: not a period"),
        ('{"nationality": "\\ud800"}', "Invalid JSON"),
        ('{"age": 30, "age": 10}', "age: more than once"),
        ('{"age": 30, "age": 30}', "age: more than once"),
        ('{"held": [{"a": 1, "a": 2}]}', "a: more than once"),
        ('{"period_of_stay": "0000000"}', "period_of_stay: not a period"),
        ('{"period_of_stay": "xx0100000"}', "period_of_stay: not a period"),
        ('{"granted": "01000000"}', "granted: not a period"),
        ('{"designated_number": "46号"}', "designated_number: not a number"),
        ('{"designated_number": "９"}', "designated_number: not a number"),
        ('{"birth_date": "2026-11-23"}', "birth_date: after the day"),
        ('{"category": 3}', "category: "),
        ('{"with_reentry": "yes"}', "with_reentry: "),
    ],
)
def test_a_bad_file_of_facts_is_said_so(text: str, problem: str):
    with pytest.raises(FactsError) as error:
        facts_from_json(text, TODAY)
    assert problem in str(error.value)


def test_a_file_in_another_encoding_is_said_so():
    for data in ('{"age": 30}'.encode("utf-16"), b'{"designated_number": "\xe9"}'):
        with pytest.raises(FactsError, match="not UTF-8"):
            facts_from_json(data, TODAY)
    assert facts_from_json('\ufeff{"age": 30}'.encode(), TODAY).age == 30


@given(text=st.one_of(st.text(), st.binary(), st.dictionaries(st.text(), st.text()).map(json.dumps)))
def test_nothing_breaks_the_reading(text: str | bytes):
    told = ""
    try:
        facts_from_json(text, TODAY)
    except FactsError as error:
        told = str(error)
    assert len(told) < 300


def test_a_file_that_cannot_be_read(tmp_path: Path):
    long = tmp_path / "long.json"
    long.write_bytes(b" " * (MAX_FACTS_BYTES + 1))
    for path in (tmp_path / "none.json", tmp_path, long):
        result = CliRunner().invoke(filing, ["check", *WHO, "--facts", str(path)])
        assert isinstance(result.exception, FactsError)


@pytest.mark.parametrize("place", [1, 3, 5])
def test_an_unknown_id_is_said_with_those_that_there_are(place: int, capsys: pytest.CaptureFixture[str]):
    options = [*WHO]
    options[place] = "nothing\x1b[2J"
    with pytest.raises(SystemExit) as ended:
        cli.main(["filing", "check", *options, "--language", "en"])
    assert ended.value.code == 1
    said = capsys.readouterr().err
    known = [kind.id for kind in catalogue.user_kinds()] + [item.id for item in catalogue.procedures()]
    assert any(f" {name}" in said for name in [*known, "student"])
    assert "\x1b" not in said


def test_every_combination_has_an_answer_in_words():
    """All procedures, statuses and kinds of user: the whole answer, as JSON, in a language."""
    t = translator("en")
    for procedure in catalogue.procedures():
        for status in catalogue.statuses():
            for kind in catalogue.user_kinds():
                found = as_json(answer(kind.id, procedure.id, status.id, Facts(TODAY, age=30)), TODAY, t)
                assert found["allowed"] in {True, False, "ask"}
                assert found["fee"], procedure.id
                assert found["receipt"], procedure.id
                texts = [item["why"] for item in found["documents"]] + [item["text"] for item in found["reasons"]]
                assert not [text for text in texts if text.startswith(("fact.", "eligibility."))]
                json.dumps(found)
