"""Days, documents, fees and what is sent in."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.filing import catalogue
from kiosk.filing.circumstances import photo_from_age, photo_needed
from kiosk.filing.data import Entry, read_entries, read_table
from kiosk.filing.deadlines import add_months, endings, extension_window, period_length
from kiosk.filing.errors import FilingDataError
from kiosk.filing.fees import Payment, fee
from kiosk.filing.mail_in import mail_in
from kiosk.filing.receipt import Method
from kiosk.forms.load import choices
from kiosk.i18n import translator

TODAY = date(2026, 11, 22)
EXPIRY = date(2027, 1, 31)
ONE_YEAR = "0100000"


@pytest.mark.parametrize(
    ("today", "state", "left"),
    [
        (date(2026, 10, 30), "too_early", 93),
        (date(2026, 10, 31), "open", 92),
        (date(2027, 1, 16), "open", 15),
        (date(2027, 1, 17), "urgent", 14),
        (date(2027, 1, 31), "urgent", 0),
        (date(2027, 2, 1), "expired", -1),
    ],
)
def test_when_an_extension_may_be_filed(today: date, state: str, left: int):
    window = extension_window(EXPIRY, ONE_YEAR, today)
    assert (window.earliest, window.latest) == (date(2026, 10, 31), EXPIRY)
    assert (window.state, window.days_left) == (state, left)
    assert window.special_until == date(2027, 3, 31)


def test_short_stays():
    three_months = extension_window(EXPIRY, "0003000", TODAY)
    assert three_months.earliest == EXPIRY - timedelta(days=45)
    assert three_months.certainty == "guess"
    assert extension_window(EXPIRY, "0000030", TODAY).special_until is None
    assert extension_window(EXPIRY, "0000090", TODAY).special_until == date(2027, 3, 31)


@pytest.mark.parametrize("code", ["", "abc", "0000000", "01000", "１０００００0"])
def test_what_is_no_period_is_refused(code: str):
    with pytest.raises(ValueError):
        period_length(code)


def test_every_period_of_the_list_has_a_length():
    for status in catalogue.statuses():
        for choice in choices("CB20", status.code):
            months, days = period_length(choice.code)
            assert months or days


@given(day=st.dates(date(2000, 1, 1), date(2100, 1, 1)), months=st.integers(-60, 60))
def test_adding_months(day: date, months: int):
    moved = add_months(day, months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day == day.day or (moved.day < day.day and (moved + timedelta(days=1)).day == 1)


def test_what_ends_first():
    found = endings(TODAY, stay=EXPIRY, certificate=date(2026, 12, 1), residence_card=date(2027, 2, 1))
    assert [(ending.key, ending.soon) for ending in found] == [
        ("certificate", True),
        ("stay", False),
        ("residence_card", False),
    ]
    assert endings(TODAY) == ()
    assert endings(date(2027, 1, 20), stay=EXPIRY)[0].soon
    assert all(translator("ja").has(f"ending.{ending.key}") for ending in found)


@pytest.mark.parametrize(
    ("day", "age", "needed"),
    [
        (date(2026, 6, 13), 15, False),
        (date(2026, 6, 13), 16, True),
        (date(2026, 6, 14), 1, True),
        (date(2026, 6, 14), 0, False),
        (date(2026, 6, 14), None, True),
    ],
)
def test_the_photo_by_age_and_day(day: date, age: int | None, needed: bool):
    assert photo_needed(age, day) is needed


def test_there_is_a_photo_rule_for_every_day():
    days = (date(1990, 1, 1), date(2026, 6, 13), date(2026, 6, 14), date(2099, 1, 1))
    assert [photo_from_age(day) for day in days] == [16, 16, 1, 1]


@pytest.mark.parametrize(
    ("accepted", "granted", "channel", "yen", "charge"),
    [
        (date(2026, 9, 30), "", "online", 5500, 0),
        (date(2026, 9, 30), "", "counter", 6000, 0),
        (date(2026, 10, 1), "0003000", "online", 10000, 330),
        (date(2026, 10, 1), "0000090", "online", 10000, 330),
        (date(2026, 10, 1), "0003001", "online", 15000, 330),
        (date(2026, 10, 1), "0006000", "online", 15000, 330),
        (date(2026, 10, 1), "0011000", "online", 21000, 330),
        (date(2026, 10, 1), "0100000", "online", 27000, 330),
        (date(2026, 10, 1), "0103000", "online", 42000, 330),
        (date(2026, 10, 1), "T260300000", "online", 56000, 550),
        (date(2026, 10, 1), "T260500000", "online", 65000, 550),
        (date(2026, 10, 1), "0500000", "counter", 75000, 0),
    ],
)
def test_fees(accepted: date, granted: str, channel: str, yen: int, charge: int):
    found = fee("extension", accepted, granted, "counter" if channel == "counter" else "online")
    assert found is not None
    assert (found.lowest, found.highest) == (yen, yen)
    assert (found.lowest_charge, found.highest_charge) == (charge, charge)


def test_before_the_decision_the_fee_is_a_range():
    found = fee("extension", TODAY)
    assert found is not None
    assert (found.lowest, found.highest, found.payment) == (10000, 65000, "convenience_store_or_bank")
    assert translator("en").has(f"payment.{found.payment}")
    free = fee("acquisition", TODAY)
    assert free is not None
    assert (free.highest, free.payment) == (0, "none")
    assert fee("no such procedure", TODAY) is None
    with pytest.raises(ValueError):
        fee("extension", TODAY, "x")


def test_every_period_that_can_be_granted_has_one_fee():
    for choice in choices("C970", "T26"):
        found = fee("extension", TODAY, choice.code)
        assert found is not None
        assert found.lowest == found.highest


@given(months=st.integers(0, 99 * 12), days=st.integers(0, 364))
def test_every_length_has_exactly_one_fee(months: int, days: int):
    code = f"{months // 12:02}{months % 12:02}{days:03}"
    if months or days:
        for channel in ("online", "counter"):
            found = fee("extension", TODAY, code, channel)
            assert found is not None
            assert found.lowest == found.highest


def test_what_is_sent_in():
    now = mail_in("extension", "gijinkoku", "post", "convenience_store_or_bank", date(2026, 12, 1))
    assert now.items == ("residence_card", "return_envelope")
    assert now.deadline == date(2026, 12, 15)
    assert now.address[0] == "〒135-0064"


@pytest.mark.parametrize(
    ("procedure", "status", "method", "payment", "items"),
    [
        ("extension", "gijinkoku", "post", "stamps", "residence_card fee_sheet return_envelope"),
        ("change", "ssw1", "post", "none", "residence_card return_envelope designation"),
        ("change", "hsp1b_gijinkoku", "counter", "none", "residence_card passport designation notice"),
        ("extension", "gijinkoku", "counter", "stamps", "residence_card passport fee_sheet notice"),
        ("acquisition", "dependent", "post", "none", "return_envelope"),
        ("acquisition", "dependent", "counter", "none", "passport notice"),
        ("certificate_of_eligibility", "student", "email", "none", ""),
        ("certificate_of_eligibility", "student", "post", "none", "return_envelope"),
        ("certificate_of_authorised_employment", "gijinkoku", "post", "stamps", "fee_sheet return_envelope"),
        ("certificate_of_authorised_employment", "gijinkoku", "counter", "none", "residence_card passport notice"),
    ],
)
def test_what_is_sent_or_brought_by_procedure(
    procedure: str, status: str, method: Method, payment: Payment, items: str
):
    found = mail_in(procedure, status, method, payment, TODAY)
    assert " ".join(found.items) == items
    assert bool(found.address) is (procedure in {"extension", "change", "acquisition"})
    assert not (method == "post" and "passport" in found.items)


def test_there_is_no_office_for_what_is_never_filed_alone():
    with pytest.raises(FilingDataError):
        mail_in("reentry", "gijinkoku", "counter", "none", TODAY)


def test_a_broken_file_of_rules_is_said_so():
    class Shoe(Entry):
        size: int

    with pytest.raises(FilingDataError):
        read_entries("fees.toml", "fees", Shoe)
    with pytest.raises(FilingDataError):
        read_table("no_such_file.toml")
