"""The days of an application: windows, the special period, acquisition, what ends, notices, open bureaus."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.clock import japan_date
from kiosk.filing.catalogue import statuses
from kiosk.filing.circumstances import age_of, circumstances, full_years
from kiosk.filing.data import read_table
from kiosk.filing.deadlines import add_months, extension_window
from kiosk.filing.facts import Facts
from kiosk.filing.filing_days import FilingDays, filing_days, notices, stay_endings
from kiosk.filing.opening import is_open, last_open_day, next_open_day
from kiosk.i18n import translator

TODAY = date(2026, 11, 22)
EXPIRY = date(2027, 1, 31)
DAYS = st.dates(date(2020, 1, 1), date(2060, 12, 31))
PERIODS = st.sampled_from(["0500000", "0300000", "0100000", "0006000", "0004000", "0003000", "0000090", "0000030"])


@given(expires=DAYS, period=PERIODS, today=DAYS)
def test_every_window_opens_before_it_closes(expires: date, period: str, today: date):
    window = extension_window(expires, period, today)
    assert window.earliest < window.latest == expires
    assert (window.state == "expired") is (today > expires)
    assert (window.state == "too_early") is (today < window.earliest and (expires - today).days > 14)
    if window.special_until is None:
        assert period == "0000030"
    else:
        assert timedelta(days=59) <= window.special_until - expires <= timedelta(days=62)


@pytest.mark.parametrize(
    ("expires", "earliest", "special"),
    [
        (date(2027, 5, 31), date(2027, 2, 28), date(2027, 7, 31)),
        (date(2028, 5, 31), date(2028, 2, 29), date(2028, 7, 31)),
        (date(2026, 12, 31), date(2026, 9, 30), date(2027, 2, 28)),
        (date(2027, 12, 31), date(2027, 9, 30), date(2028, 2, 29)),
        (date(2028, 2, 29), date(2027, 11, 29), date(2028, 4, 29)),
    ],
)
def test_ends_of_months_and_leap_days(expires: date, earliest: date, special: date):
    days = filing_days("extension", Facts(TODAY, stay_ends=expires, period_of_stay="0100000"))
    assert (days.earliest, days.latest, days.special_until) == (earliest, expires, special)


@pytest.mark.parametrize(
    ("utc", "state"),
    [
        (datetime(2027, 1, 31, 14, 59, 59, tzinfo=UTC), "urgent"),
        (datetime(2027, 1, 31, 15, 0, 0, tzinfo=UTC), "expired"),
        (datetime(2027, 1, 30, 15, 0, 0, tzinfo=UTC), "urgent"),
    ],
)
def test_the_last_day_ends_at_midnight_in_japan(utc: datetime, state: str):
    assert extension_window(EXPIRY, "0100000", japan_date(utc)).state == state


@given(moment=st.datetimes(datetime(2000, 1, 1), datetime(2080, 1, 1), timezones=st.just(UTC)))
def test_a_day_in_japan_is_nine_hours_ahead_all_year(moment: datetime):
    assert japan_date(moment) == (moment + timedelta(hours=9)).date()


def test_a_change_may_be_filed_as_soon_as_there_is_a_reason():
    days = filing_days("change", Facts(TODAY, stay_ends=EXPIRY, period_of_stay="0100000"))
    assert (days.earliest, days.latest, days.special_until) == (None, EXPIRY, date(2027, 3, 31))
    assert filing_days("change", Facts(TODAY)) == FilingDays(source=days.source)
    assert filing_days("change", Facts(TODAY, stay_ends=EXPIRY)).special_until == date(2027, 3, 31)
    work = filing_days("certificate_of_authorised_employment", Facts(TODAY, stay_ends=EXPIRY))
    assert (work.latest, work.special_until) == (EXPIRY, None)


@given(event=DAYS)
def test_acquisition_has_thirty_days_and_sixty(event: date):
    days = filing_days("acquisition", Facts(TODAY, event_date=event))
    assert (days.earliest, days.latest) == (event, event + timedelta(days=30))
    assert days.without_status_until == event + timedelta(days=60)
    assert filing_days("acquisition", Facts(TODAY)).latest is None


@pytest.mark.parametrize(
    ("issued", "until"),
    [(date(2026, 11, 30), date(2027, 2, 28)), (date(2027, 11, 30), date(2028, 2, 29)), (TODAY, date(2027, 2, 22))],
)
def test_a_certificate_of_eligibility_lives_three_months(issued: date, until: date):
    facts = Facts(TODAY, certificate_of_eligibility_issued=issued)
    assert filing_days("certificate_of_eligibility", facts).usable_until == until


def test_what_is_filed_with_another_has_its_days():
    facts = Facts(TODAY, stay_ends=EXPIRY, period_of_stay="0100000", together_with="extension")
    assert filing_days("reentry", facts) == filing_days("extension", facts)
    born = Facts(TODAY, event_date=TODAY, together_with="acquisition")
    assert filing_days("other_activity", born) == filing_days("acquisition", born)
    for alone in ("none", "reentry", None):
        assert filing_days("reentry", Facts(TODAY, stay_ends=EXPIRY, together_with=alone)).latest == EXPIRY


def test_who_left_while_it_is_pending_comes_back_in_time():
    facts = Facts(TODAY, stay_ends=EXPIRY, applied_on=TODAY, left_japan_on=date(2026, 12, 1))
    days = filing_days("extension", facts)
    assert (days.return_by, days.card_until) == (date(2027, 3, 31), date(2027, 3, 31))
    early = Facts(TODAY, stay_ends=date(2029, 1, 31), applied_on=TODAY, left_japan_on=date(2026, 12, 1))
    assert filing_days("change", early).return_by == date(2027, 12, 1)
    late = Facts(date(2027, 2, 2), stay_ends=EXPIRY, applied_on=date(2027, 2, 1))
    assert filing_days("extension", late).card_until is None


def test_the_card_of_an_applicant_ends_with_the_stay():
    found = {end.key: end for end in stay_endings("applicant", "gijinkoku", Facts(TODAY, stay_ends=EXPIRY))}
    assert found["my_number_card"].last_day == EXPIRY
    assert not found["my_number_card"].soon
    soon = stay_endings("applicant", "gijinkoku", Facts(date(2027, 1, 1), stay_ends=EXPIRY))
    assert {end.key: end.soon for end in soon} == {"stay": False, "my_number_card": True}
    first = stay_endings("applicant", "gijinkoku", Facts(TODAY, stay_ends=EXPIRY, my_number_card_ends=TODAY))
    assert (first[0].key, first[0].soon) == ("my_number_card", True)
    for kind, status, has in (("scrivener", "gijinkoku", True), ("applicant", "hsp2", None)):
        others = stay_endings(kind, status, Facts(TODAY, stay_ends=EXPIRY, has_my_number_card=has))
        assert [end.key for end in others] == ["stay"]
    assert translator("ja").has("ending.my_number_card")
    assert translator("en").has("ending.passport")


@pytest.mark.parametrize(
    ("today", "overdue"), [(date(2026, 11, 15), False), (date(2026, 11, 16), True), (date(2026, 11, 1), False)]
)
def test_notices_have_fourteen_days(today: date, overdue: bool):
    facts = Facts(today, moved_on=date(2026, 11, 1))
    (notice,) = notices("student", facts)
    assert (notice.key, notice.where, notice.latest) == ("address", "town_hall", date(2026, 11, 15))
    assert notice.overdue is overdue


def test_which_notices_a_status_has():
    facts = Facts(TODAY, moved_on=TODAY, organisation_changed_on=TODAY, separated_on=TODAY)
    assert {notice.key for notice in notices("gijinkoku", facts)} == {"address", "organisation"}
    assert {notice.key for notice in notices("sp_jp", facts)} == {"address", "separation"}
    assert {notice.key for notice in notices("ltr", facts)} == {"address"}
    known = {status.id for status in statuses()} | {"*"}
    for rule in read_table("periods.toml")["notices"]:
        assert set(rule["statuses"]) <= known
        assert all(translator(language).has(f"notice.{rule['key']}") for language in ("ja", "en"))
        assert all(translator(language).has(f"notice.where.{rule['where']}") for language in ("ja", "en"))


@pytest.mark.parametrize(
    ("day", "opened"),
    [
        (date(2026, 11, 20), True),
        (date(2026, 11, 21), False),  # Saturday
        (date(2026, 11, 22), False),  # Sunday
        (date(2026, 11, 23), False),  # Labour Thanksgiving Day
        (date(2026, 9, 22), False),  # between two holidays
        (date(2026, 5, 6), False),  # in place of a holiday on a Sunday
        (date(2026, 12, 28), True),
        (date(2026, 12, 29), False),
        (date(2027, 1, 3), False),
        (date(2027, 1, 4), True),
    ],
)
def test_when_a_bureau_is_open(day: date, opened: bool):
    assert is_open(day) is opened


@given(day=DAYS)
def test_an_open_day_is_near(day: date):
    before, after = last_open_day(day), next_open_day(day)
    assert is_open(before)
    assert is_open(after)
    assert day - timedelta(days=11) < before <= day <= after < day + timedelta(days=11)


def test_the_result_is_received_while_a_counter_is_open():
    days = filing_days("extension", Facts(TODAY, stay_ends=date(2027, 3, 20), period_of_stay="0100000"))
    assert (days.special_until, days.counter_until) == (date(2027, 5, 20), date(2027, 5, 20))
    weekend = filing_days("extension", Facts(TODAY, stay_ends=date(2027, 3, 2), period_of_stay="0100000"))
    assert (weekend.special_until, weekend.counter_until) == (date(2027, 5, 2), date(2027, 4, 30))


@given(born=st.dates(date(1950, 1, 1), date(2026, 11, 22)), today=DAYS)
def test_age_counts_birthdays(born: date, today: date):
    age = full_years(born, today)
    assert add_months(born, 12 * age) <= today + timedelta(days=1)
    assert today < add_months(born, 12 * (age + 1)) + timedelta(days=1)


def test_the_age_is_that_of_the_birth_date():
    assert age_of(Facts(TODAY, age=3, birth_date=date(2011, 11, 22))) == 15
    assert age_of(Facts(date(2026, 11, 21), birth_date=date(2011, 11, 22))) == 14
    assert age_of(Facts(date(2027, 2, 28), birth_date=date(2012, 2, 29))) == 14
    assert age_of(Facts(TODAY, event="birth", event_date=date(2026, 11, 1))) == 0
    assert age_of(Facts(TODAY, event="loss_of_nationality", event_date=TODAY)) is None
    values = circumstances("applicant", "extension", "student", Facts(TODAY, stay_ends=TODAY, stay_expired=True))
    assert values["stay_expired"] is False


@pytest.mark.parametrize(
    ("applied", "special"),
    [
        (None, None),
        (date(2027, 1, 1), None),
        (date(2026, 12, 31), date(2027, 2, 28)),
        (date(2026, 12, 1), date(2027, 2, 28)),
    ],
)
def test_who_let_the_last_day_pass_has_no_special_period(applied: date | None, special: date | None):
    facts = Facts(date(2027, 1, 2), stay_ends=date(2026, 12, 31), period_of_stay="0300000", applied_on=applied)
    for procedure in ("extension", "change"):
        days = filing_days(procedure, facts)
        assert (days.latest, days.special_until) == (date(2026, 12, 31), special)
        assert days.counter_until == (None if special is None else date(2027, 2, 26))
