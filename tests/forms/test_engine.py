"""What is asked, what is wrong, how far somebody is: the engine on the real form."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.forms import engine
from kiosk.forms.engine import Context, Issue
from kiosk.forms.load import load_form
from kiosk.forms.model import Condition
from kiosk.forms.view import View, age_on
from tests.support.answers import INVENTED, StoredAnswers, valid_answers, valid_receipt

FORM = load_form("extension", "gijinkoku")
TODAY = date(2026, 11, 22)
CONTEXT = Context("applicant", TODAY, INVENTED)
LEVEL = "applicant.education_last_school_institution_2"


def _codes(answers: StoredAnswers, context: Context = CONTEXT) -> dict[str, str]:
    return {issue.field: issue.code for issue in engine.check(FORM, answers, context)}


def _page_ids(answers: StoredAnswers, context: Context = CONTEXT) -> list[str]:
    return [page.id for page in engine.visible_pages(FORM, answers, context)]


@given(seed=st.integers(0, 2**32), kind=st.sampled_from(["applicant", "legal_representative", "scrivener"]))
@settings(max_examples=60, deadline=None)
def test_generated_answers_are_always_right(seed: int, kind: str):
    context = Context(kind, TODAY, INVENTED)
    answers = valid_answers(FORM, context, seed)
    assert engine.check(FORM, answers, context) == []
    assert engine.blank_hidden(FORM, answers, context) == answers
    done = engine.progress(FORM, answers, context)
    assert (done.answered, done.pages_done) == (done.total, done.pages_total)
    receipt = valid_receipt(FORM, context, seed)
    assert engine.check_receipt(FORM, receipt, context) == []


@given(seed=st.integers(0, 2**32), data=st.data())
@settings(max_examples=60, deadline=None)
def test_taking_away_what_is_required_is_always_seen(seed: int, data: st.DataObject):
    answers = valid_answers(FORM, CONTEXT, seed)
    view = View(FORM, answers, CONTEXT)
    needed = [name for name in answers if view.requires(FORM.fields[name])]
    gone = data.draw(st.sampled_from(needed))
    left = {name: value for name, value in answers.items() if name != gone}
    assert gone in _codes(left)


_KEYS = [column.key for column in FORM.fields["part1.family_in_japan"].columns]
_CELLS = st.dictionaries(st.sampled_from(_KEYS) | st.text(), st.text(max_size=20), max_size=4)
_ANSWERS = st.dictionaries(
    st.sampled_from(sorted(FORM.fields)) | st.text(max_size=10),
    st.text(max_size=30) | st.sampled_from(["0", "1", "2", "01", "T26"]) | st.lists(_CELLS, max_size=8),
    max_size=30,
)


_KINDS = st.sampled_from(["applicant", "relative", "no such kind"])


@given(answers=_ANSWERS, kind=_KINDS, language=st.sampled_from(["ja", "en"]))
@settings(max_examples=150, deadline=None)
def test_no_answers_upset_the_engine(answers: StoredAnswers, kind: str, language: str):
    context = Context(kind, TODAY, INVENTED)
    pages = engine.visible_pages(FORM, answers, context)
    shown = {item.id for page in pages for item in engine.visible_fields(FORM, page, answers, context)}
    assert shown <= set(FORM.fields)
    for issue in engine.check(FORM, answers, context):
        assert issue.field in FORM.fields
    engine.summary(FORM, answers, context, language)
    done = engine.progress(FORM, answers, context)
    assert 0 <= done.answered <= done.total
    kept = engine.blank_hidden(FORM, answers, context)
    assert engine.blank_hidden(FORM, kept, context) == kept
    assert {page.id for page in engine.visible_pages(FORM, kept, context)} == {page.id for page in pages}


def test_an_empty_form_asks_only_what_is_required():
    issues = engine.check(FORM, engine.prefill(FORM, INVENTED), CONTEXT)
    assert {issue.code for issue in issues} == {"required"}
    places = [list(FORM.fields).index(issue.field) for issue in issues]
    assert places == sorted(places)


def test_blocks_of_others_are_asked_only_of_them():
    assert "representative" not in _page_ids({})
    assert "representative" in _page_ids({}, Context("legal_representative", TODAY, INVENTED))
    assert "agent" in _page_ids({}, Context("scrivener", TODAY, INVENTED))
    assert "workplace" not in _page_ids({})
    assert "workplace" in _page_ids({}, Context("applicant", TODAY, INVENTED, channel="paper"))


def test_the_organisations_sheets_are_attached_by_who_files_alone():
    alone = engine.attached_sheets(FORM, {}, CONTEXT)
    assert [sheet.id for sheet in alone] == ["organisation_n_1", "organisation_n_2"]
    assert engine.attached_sheets(FORM, {}, Context("organisation", TODAY, INVENTED)) == ()


@pytest.mark.parametrize(
    ("answers", "shown", "hidden"),
    [
        ({"part1.has_residence_card": "1"}, "part1.residence_card_number", "part1.ed_number_letters"),
        ({"part1.has_residence_card": "0"}, "part1.ed_number_digits", "part1.residence_card_number"),
        ({"part1.criminal_record": "1"}, "part1.criminal_record_detail", "part1.family_in_japan"),
        ({"part1.has_family_in_japan": "1"}, "part1.family_in_japan", "part1.criminal_record_detail"),
        ({LEVEL: "3"}, "applicant.major_field_study", "applicant.major_field_vocational_school"),
        ({LEVEL: "5"}, "applicant.major_field_vocational_school", "applicant.major_field_study"),
        ({LEVEL: "9"}, "applicant.education_last_school_institution_others", "applicant.major_field_study"),
    ],
)
def test_a_question_is_seen_only_when_it_applies(answers: StoredAnswers, shown: str, hidden: str):
    view = View(FORM, answers, CONTEXT)
    assert view.shows(FORM.fields[shown])
    assert not view.shows(FORM.fields[hidden])


def test_an_answer_to_a_hidden_question_counts_for_nothing():
    answers: StoredAnswers = {LEVEL: "6", "applicant.major_field_study": "999"}
    view = View(FORM, answers, CONTEXT)
    assert not view.shows(FORM.fields["applicant.major_field_study_others"])
    assert "applicant.major_field_study" not in _codes(answers)
    assert engine.blank_hidden(FORM, answers, CONTEXT) == {LEVEL: "6"}


def test_one_telephone_is_enough_and_one_is_needed():
    answers = valid_answers(FORM, CONTEXT, 1)
    both = {**answers, "part1.phone": "", "part1.mobile_phone": ""}
    assert _codes(both) == {"part1.mobile_phone": "required"}
    assert _codes({**both, "part1.phone": "0300000000"}) == {}
    assert _codes({**both, "part1.mobile_phone": "09000000000"}) == {}


def test_what_the_card_says_cannot_be_changed():
    answers = valid_answers(FORM, CONTEXT, 2)
    assert _codes({**answers, "part1.name": "OTHER PERSON"}) == {"part1.name": "differs_from_card"}
    assert _codes({**answers, "part1.date_of_birth": ""}) == {"part1.date_of_birth": "required"}
    other = _codes({**answers, "part1.current_status_of_residence": "T41"})
    assert other["part1.current_status_of_residence"] == "differs_from_form"


def test_what_the_card_cannot_say_is_asked():
    unsure = replace(INVENTED, birth_date="1990-00-00", sex="3", address_substituted=True)
    context = Context("applicant", TODAY, unsure)
    fixed = engine.fixed_values(FORM, context)
    assert "part1.sex" not in fixed
    assert "part1.address_in_japan_street" not in fixed
    assert fixed["part1.date_of_birth"] == "1990-00-00"
    answers = {**valid_answers(FORM, context, 3), "part1.address_in_japan_street": "架空町１－１"}
    assert engine.check(FORM, answers, context) == []


@pytest.mark.parametrize(
    ("on_card", "name"),
    [
        ("KAKUU MIHON", "KAKUU MIHON"),
        ("ＫＡＫＵＵ　ＭＩＨＯＮ", "KAKUU MIHON"),
        ("KAKUU MIHON（架空見本）", "KAKUU MIHON"),
        ("KAKUU MIHON 架空見本", "KAKUU MIHON"),
        ("架空見本", None),
        ("KAKUÜ MIHON", None),
    ],
)
def test_the_latin_name_of_the_card_is_taken(on_card: str, name: str | None):
    context = Context("applicant", TODAY, replace(INVENTED, name=on_card))
    assert engine.fixed_values(FORM, context).get("part1.name") == name


def _row(answers: StoredAnswers, **cells: str) -> list[tuple[str, int | None, str | None]]:
    rows = [{**answers["part1.family_in_japan"][0], **cells}]
    issues = engine.check(FORM, {**answers, "part1.family_in_japan": rows}, CONTEXT)
    return [(issue.code, issue.row, issue.column) for issue in issues]


def test_a_wrong_cell_is_named_by_row_and_column():
    many = (valid_answers(FORM, CONTEXT, seed) for seed in range(99))
    answers = next(one for one in many if "part1.family_in_japan" in one)
    assert _row(answers) == []
    assert _row(answers, name="Half") == [("not_fullwidth", 0, "name")]
    assert _row(answers, relationship="") == [("required", 0, "relationship")]
    assert _row(answers, date_birth="2026-12-01") == [("date_in_future", 0, "date_birth")]
    assert _row(answers, surprise="x") == [("wrong_shape", 0, None)]
    rows = answers["part1.family_in_japan"][:1] * 7
    assert _codes({**answers, "part1.family_in_japan": rows}) == {"part1.family_in_japan": "too_many_rows"}
    assert _codes({**answers, "part1.family_in_japan": []}) == {"part1.family_in_japan": "no_rows"}
    assert _codes({**answers, "part1.family_in_japan": "text"}) == {"part1.family_in_japan": "wrong_shape"}
    assert _codes({**answers, "part1.occupation": [{"a": "b"}]}) == {"part1.occupation": "wrong_shape"}


WORK = {
    "country_region": "900",
    "month_joining_unknown": "1",
    "year_month_joining_company": "2020-04",
    "place_employment_latin_letters": "KAKUU MIHON Inc.",
}


@pytest.mark.parametrize(
    ("cells", "codes"),
    [
        ({}, []),
        ({"month_leaving_unknown": "1", "year_month_leaving_company": "2019-04"}, ["leaving_before_joining"]),
        ({"month_leaving_unknown": "1", "year_month_leaving_company": "2020-04"}, []),
        ({"month_leaving_unknown": "2", "year_month_leaving_company_year_only": "2019"}, ["leaving_before_joining"]),
        ({"month_leaving_unknown": "2", "year_month_leaving_company_year_only": "2020"}, []),
        ({"year_month_joining_company": "2026-12"}, ["date_in_future"]),
        ({"month_joining_unknown": "2"}, ["required"]),
        ({"month_joining_unknown": "2", "year_month_joining_company_year_only": "2027"}, ["date_in_future"]),
        ({"place_employment_latin_letters": ""}, ["workplace_missing"]),
        ({"place_employment_latin_letters": "", "place_employment_kanji": "架空見本"}, []),
    ],
)
def test_dates_of_work_are_in_order(cells: dict[str, str], codes: list[str]):
    answers = {**valid_answers(FORM, CONTEXT, 4), "applicant.work_experience_yes_no": "1"}
    answers["applicant.work_experience"] = [{**WORK, **cells}]
    assert [issue.code for issue in engine.check(FORM, answers, CONTEXT)] == codes


def test_rules_across_pages():
    answers = valid_answers(FORM, CONTEXT, 5)
    graduation, expiry = "applicant.education_last_school_date_graduation", "part1.current_period_expiration_date"
    assert _codes({**answers, graduation: "2026-11-23"}) == {graduation: "date_in_future"}
    assert _codes({**answers, graduation: "1989-03-31"}) == {graduation: "before_birth"}
    past = engine.check(
        FORM, {**answers, expiry: "2026-11-21", "part1.passport_expiration_date": "2026-01-01"}, CONTEXT
    )
    assert {(issue.field, issue.code) for issue in past} == {
        (expiry, "stay_expired"),
        ("part1.passport_expiration_date", "passport_expired"),
    }
    assert engine.errors(past) == []
    year = {**answers, "part1.current_period_of_stay": "0100000"}
    assert _codes({**year, expiry: "2027-11-22"}) == {}
    assert _codes({**year, expiry: "2027-11-23"}) == {expiry: "stay_beyond_period"}


def test_issues_of_one_page_alone():
    answers = engine.prefill(FORM, INVENTED)
    page = FORM.page_of["part1.occupation"]
    found = engine.check_page(FORM, page, answers, CONTEXT)
    assert {issue.field for issue in found} == {"part1.marital_status", "part1.occupation", "part1.home_town_city"}


def test_pages_follow_each_other():
    answers = valid_answers(FORM, CONTEXT, 6)
    walked: list[str] = []
    page = engine.next_page(FORM, "", answers, CONTEXT)
    while page is not None:
        walked.append(page.id)
        page = engine.next_page(FORM, page.id, answers, CONTEXT)
    assert walked == _page_ids(answers)


def test_the_summary_speaks_both_languages():
    answers = {**valid_answers(FORM, CONTEXT, 7), "part1.current_period_expiration_date": "2027-01-31"}
    for language, sex, day in (("ja", "女", "2027年1月31日"), ("en", "Female", "31 January 2027")):
        rows = {row.field: row for section in engine.summary(FORM, answers, CONTEXT, language) for row in section.rows}
        assert rows["part1.sex"].value == sex
        assert rows["part1.sex"].fixed
        assert rows["part1.current_period_expiration_date"].value == day
        assert not rows["part1.occupation"].fixed


@pytest.mark.parametrize(
    ("born", "age"),
    [("2010-11-22", 16), ("2010-11-23", 15), ("2010-00-00", 15), ("2010-11-00", 15), ("0000-00-00", -1), ("", -1)],
)
def test_age(born: str, age: int):
    assert age_on(born, TODAY) == age


def test_a_condition_on_age_and_its_opposite():
    old = Condition.model_validate({"age_at_least": 16})
    young = Condition.model_validate({"not": {"age_at_least": 16}})
    either = Condition.model_validate({"all": [{"any": [{"age_at_least": 99}, {"age_at_least": 16}]}]})
    view = View(FORM, {}, CONTEXT)
    assert (view.holds(old), view.holds(young), view.holds(either)) == (True, False, True)


def test_the_receipt_counter_needs_a_prefecture():
    issues = engine.check_receipt(FORM, {"receipt.card_receiving_method": "02"}, CONTEXT)
    assert [issue.field for issue in issues] == [
        "receipt.applicant_prefecture_for_bureau",
        "receipt.notification_email",
    ]
    by_mail = engine.check_receipt(FORM, {"receipt.card_receiving_method": "03", "receipt.notification_email": "a@example.com"}, CONTEXT)  # fmt: skip # noqa: E501
    assert by_mail == [Issue("receipt.card_receiving_method", "not_in_list")]


def test_nothing_personal_is_in_a_repr():
    assert "KAKUU" not in repr(CONTEXT)
    assert "KAKUU" not in repr(engine.check(FORM, {"part1.name": "KAKUU ÀB"}, Context("applicant", TODAY)))


def test_tomorrow_is_not_today():
    answers = {**valid_answers(FORM, CONTEXT, 8), "part1.current_period_expiration_date": TODAY.isoformat()}
    assert _codes(answers) == {}
    later = Context("applicant", TODAY + timedelta(days=1), INVENTED)
    assert _codes(answers, later) == {"part1.current_period_expiration_date": "stay_expired"}
