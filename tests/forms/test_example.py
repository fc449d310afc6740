"""An invented application that passes the agency's own bulk tool passes here too."""

from __future__ import annotations

from datetime import date
from typing import Any

from kiosk.forms.engine import Context, blank_hidden, check, check_receipt
from kiosk.forms.load import load_form
from kiosk.forms.normalise import normalise

FORM = load_form("extension", "gijinkoku")
CONTEXT = Context("applicant", date(2026, 11, 22))
SCHOOL = "applicant.education_last_school_"

# As typed into the tool; dates and phone numbers in the tool's own way of writing.
TYPED: dict[str, str] = {
    "part1.nationality_region": "204",
    "part1.name": "KAKUU MIHON",
    "part1.sex": "2",
    "part1.date_of_birth": "19900101",
    "part1.marital_status": "0",
    "part1.occupation": "会社員",
    "part1.home_town_city": "フィリピン　架空市",
    "part1.postal_code": "0000000",
    "part1.address_in_japan_prefecture": "130001",
    "part1.address_in_japan_city": "131016",
    "part1.address_in_japan_street": "架空町０－０－０見本荘０００号室",
    "part1.mobile_phone": "00000000000",
    "part1.email": "kiosk@example.com",
    "part1.passport_number": "XX0000000",
    "part1.passport_expiration_date": "20300101",
    "part1.criminal_record": "0",
    "part1.has_family_in_japan": "0",
    "part1.current_status_of_residence": "T26",
    "part1.current_period_of_stay": "0100000",
    "part1.current_period_expiration_date": "20270131",
    "part1.has_residence_card": "1",
    "part1.residence_card_number": "XX00000000XX",
    "part1.desired_period_of_stay": "T260300000",
    "part1.reason_for_extension": "架空見本株式会社での勤務を続けるため（記入例）",
    f"{SCHOOL}institution": "02",
    f"{SCHOOL}institution_2": "3",
    f"{SCHOOL}institution_name_school": "架空見本大学",
    f"{SCHOOL}date_graduation": "20120331",
    "applicant.major_field_study": "203",
    "applicant.qualification_information_processing_passed_certifying": "0",
    "applicant.work_experience_yes_no": "1",
    "simultaneous.reentry": "0",
    "simultaneous.other_activity": "0",
    "simultaneous.authorised_employment": "0",
    "confirmation.applicant_intention_confirmed": "1",
}
WORK: list[dict[str, str]] = [
    {
        "country_region": "204",
        "month_joining_unknown": "1",
        "year_month_joining_company": "201204",
        "month_leaving_unknown": "2",
        "year_month_leaving_company_year_only": "2019",
        "place_employment_latin_letters": "KAKUU MIHON Inc.",
    },
    {
        "country_region": "900",
        "month_joining_unknown": "1",
        "year_month_joining_company": "202004",
        "place_employment_kanji": "架空見本株式会社",
    },
]


def _answers() -> dict[str, Any]:
    table = FORM.fields["applicant.work_experience"]
    rows = [{key: normalise(table.column(key), text).value for key, text in row.items()} for row in WORK]
    plain = {name: normalise(FORM.fields[name], text).value for name, text in TYPED.items()}
    return {**plain, table.id: rows}


def test_the_example_has_no_issue_and_loses_nothing():
    answers = _answers()
    assert check(FORM, answers, CONTEXT) == []
    assert blank_hidden(FORM, answers, CONTEXT) == answers
    assert answers["part1.date_of_birth"] == "1990-01-01"


def test_its_receipt_method_too():
    receipt = {"receipt.card_receiving_method": "01", "receipt.notification_email": "applicant@example.com"}
    assert check_receipt(FORM, receipt, CONTEXT) == []
