"""The letter to the employer, school or supporter."""

from __future__ import annotations

from datetime import date

import pytest
from click.testing import CliRunner

from kiosk.filing.answer import answer
from kiosk.filing.commands import filing
from kiosk.filing.facts import Facts
from kiosk.filing.request import asked_of, letter

TODAY = date(2026, 11, 22)
KNOWN = Facts(
    TODAY, age=36, stay_ends=date(2027, 1, 31), changed_employer=True, category="4", birth_date=date(1990, 4, 5)
)


def test_the_employer_is_asked_for_sheets_and_papers_in_both_languages():
    text = letter(answer("applicant", "extension", "gijinkoku", KNOWN), "organisation", "en")
    japanese, english = text.split("\n\nRequest for papers")
    assert "所属機関等作成用１ Ｎ" in japanese
    assert "For organization, part 1 N" in english
    for part, day in ((japanese, "2027年1月31日"), (english, "31 January 2027")):
        assert day in part
        assert "1990" not in part
        assert part.count("□") == 7  # two sheets, five papers
    assert "request." not in text
    assert "fact." not in text


def test_japanese_alone_is_not_written_twice():
    text = letter(answer("applicant", "extension", "gijinkoku", KNOWN), "organisation", "ja")
    assert text.count("在留手続きの書類のお願い") == 1


def test_only_what_comes_from_there_is_asked_for():
    found = answer("applicant", "extension", "gijinkoku", KNOWN)
    sheets, documents = asked_of(found, "organisation")
    assert {sheet.filled_by for sheet in sheets} == {"organisation"}
    assert {item.document.who for item in documents} == {"organisation"}
    assert not {"photo", "tax_certificates", "organisation_sheets"} & {item.document.key for item in documents}
    staff = answer("organisation", "extension", "gijinkoku", KNOWN)
    assert not asked_of(staff, "organisation")[0]


def test_a_supporter_and_a_school_are_asked_too():
    family = answer("applicant", "extension", "dependent", Facts(TODAY, supporter_has_income=True))
    asked = {item.document.key for item in asked_of(family, "supporter")[1]}
    assert {"supporter_card", "supporter_tax", "supporter_employment"} <= asked
    assert "balance" not in asked
    student = answer("applicant", "extension", "student", Facts(TODAY))
    assert {"enrolment", "attendance"} <= {item.document.key for item in asked_of(student, "school")[1]}


def test_nothing_to_ask_for_is_no_letter():
    assert letter(answer("applicant", "reentry", "sp_jp", Facts(TODAY)), "organisation", "en") == ""


@pytest.mark.parametrize(
    ("status", "code", "said"), [("gijinkoku", 0, "所属機関"), ("sp_jp", 4, "Nothing has to come")]
)
def test_the_command(status: str, code: int, said: str):
    options = ["--user", "applicant", "--procedure", "extension", "--status", status, "--to", "organisation"]
    result = CliRunner().invoke(filing, ["request", *options])
    assert result.exit_code == code
    assert said in result.output
