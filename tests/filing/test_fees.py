"""Fees beside those of an extension, how the result is received, and the generations of the system."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.attachments.limits import load_limits
from kiosk.filing import catalogue
from kiosk.filing.conditions import all_hold, holds, value_name
from kiosk.filing.data import Dated, in_force, read_table
from kiosk.filing.errors import FilingDataError, UnknownNameError
from kiosk.filing.facts import Facts
from kiosk.filing.fees import Channel, Fee, Kind, fee, reduction, whole_fee
from kiosk.filing.receipt import receipts
from kiosk.filing.systems import system, system_on, systems
from kiosk.forms.load import choices
from kiosk.i18n import translator

TODAY = date(2026, 11, 22)
PROCEDURES = [entry.id for entry in catalogue.procedures()]


def _fee(procedure: str, accepted: date, channel: Channel = "online", kind: Kind = "") -> Fee:
    found = fee(procedure, accepted, "", channel, kind)
    assert found is not None
    return found


@given(
    procedure=st.sampled_from(PROCEDURES),
    accepted=st.dates(date(2019, 7, 25), date(2035, 12, 31)),
    channel=st.sampled_from(["online", "counter"]),
)
def test_there_is_one_fee_for_every_day(procedure: str, accepted: date, channel: Channel):
    found = _fee(procedure, accepted, channel)
    assert 0 <= found.lowest <= found.highest
    assert found.source
    assert (found.payment == "none") is (found.highest == 0)
    concerned = [
        table
        for table in read_table("fees.toml")["fees"]
        if procedure in table["procedures"]
        and channel in table["channels"]
        and table.get("accepted_from", date.min) <= accepted <= table.get("accepted_until", date.max)
    ]
    assert len(concerned) == 1


@pytest.mark.parametrize(
    ("procedure", "accepted", "channel", "kind", "yen", "charge"),
    [
        ("reentry", date(2026, 9, 30), "online", "single", 3500, 0),
        ("reentry", date(2026, 9, 30), "online", "multiple", 6500, 0),
        ("reentry", TODAY, "online", "single", 3500, 220),
        ("reentry", TODAY, "counter", "multiple", 7000, 0),
        ("reentry", date(2025, 3, 31), "online", "multiple", 6000, 0),
        ("certificate_of_authorised_employment", date(2026, 9, 30), "online", "", 1600, 0),
        ("certificate_of_authorised_employment", TODAY, "online", "", 1600, 220),
        ("certificate_of_authorised_employment", TODAY, "counter", "", 2000, 0),
        ("certificate_of_eligibility", TODAY, "online", "", 0, 0),
        ("acquisition", TODAY, "counter", "", 0, 0),
        ("other_activity", TODAY, "online", "", 0, 0),
        ("change", date(2025, 3, 31), "online", "", 4000, 0),
        ("change", date(2025, 4, 1), "online", "", 5500, 0),
    ],
)
def test_what_it_costs(procedure: str, accepted: date, channel: Channel, kind: Kind, yen: int, charge: int):
    found = _fee(procedure, accepted, channel, kind)
    assert (found.lowest, found.highest) == (yen, yen)
    assert (found.lowest_charge, found.highest_charge) == (charge, charge)


def test_a_re_entry_permit_of_unknown_kind_has_two_amounts():
    found = _fee("reentry", TODAY)
    assert (found.lowest, found.highest) == (3500, 6500)
    assert [item.kind for item in found.amounts] == ["single", "multiple"]


def test_every_period_that_can_be_granted_has_its_amount():
    """Change and extension, every status: the periods of the official list."""
    for status in catalogue.statuses():
        for choice in choices("CB20", status.code):
            for procedure in ("change", "extension"):
                found = fee(procedure, TODAY, choice.code)
                assert found is not None
                assert found.lowest == found.highest


def test_the_reduction_is_for_the_counter_and_dated():
    found = reduction("extension", TODAY)
    assert found is not None
    assert found.yen == 10_000 < _fee("extension", TODAY, "counter").highest
    assert reduction("extension", date(2026, 9, 30)) is None
    assert reduction("acquisition", TODAY) is None


def _methods(procedure: str, status: str = "gijinkoku", **facts: Any) -> dict[str, tuple[str, ...]]:
    given: dict[str, Any] = {"today": TODAY, **facts}
    return {item.method: item.doubts for item in receipts("applicant", procedure, status, Facts(**given))}


def test_how_the_result_is_received():
    assert _methods("extension") == {"post": (), "counter": ()}
    assert set(_methods("certificate_of_eligibility")) == {"email", "post"}
    assert set(_methods("reentry")) == {"counter"}
    assert set(_methods("other_activity")) == {"post", "counter"}
    assert set(_methods("other_activity", today=date(2023, 12, 31))) == {"counter"}
    assert _methods("extension", granted="0003000")["post"] == ("short_period",)
    assert _methods("extension", granted="0004000")["post"] == ()
    assert _methods("change", stay_ends=TODAY + timedelta(days=13))["post"] == ("little_left",)
    assert _methods("change", stay_ends=TODAY + timedelta(days=14))["post"] == ()
    assert _methods("acquisition", event_date=TODAY - timedelta(days=47))["post"] == ("late_acquisition",)
    assert _methods("acquisition", event="loss_of_nationality")["post"] == ("not_by_birth",)
    assert _methods("extension", mid_to_long_term=False)["counter"] == ()


def test_every_way_of_receipt_is_official_and_has_words():
    official = {choice.code for choice in choices("CB22")}
    table = read_table("receipt.toml")
    for language in ("ja", "en"):
        assert all(translator(language).has(f"receipt.{rule['method']}") for rule in table["methods"])
        assert all(translator(language).has(f"receipt.reason.{rule['key']}") for rule in table["counter_reasons"])
    assert {rule["code"] for rule in table["methods"]} <= official
    assert {name for rule in table["methods"] for name in rule["procedures"]} == set(PROCEDURES)


@given(day=st.dates(date(2019, 7, 25), date(2060, 1, 1)))
def test_there_is_one_generation_for_every_day(day: date):
    found = system_on(day)
    assert found is not None
    assert found.id == ("ras" if day < date(2026, 1, 5) else "rasens")
    assert sum(item.holds_on(day) for item in systems()) == 1


def test_the_generations_differ():
    old, new = system("ras"), system("rasens")
    assert (old.files.documents, old.files.total_bytes, old.draft) == (1, None, "none")
    assert (new.files.documents, new.files.total_bytes, new.draft) == (None, 25 * 1024 * 1024, "file")
    assert (old.text.name_separator, new.text.name_separator) == (",", " ")
    assert (old.address.postal_code, new.address.postal_code) == (False, True)
    assert old.labels["file"] == "入管庁に申請を行う"
    assert system_on(date(2019, 7, 24)) is None
    for item in (old, new):
        assert item.files.document_bytes == load_limits(item.id).max_document_bytes
        assert item.files.photo_bytes == load_limits(item.id).photo.max_bytes
    with pytest.raises(UnknownNameError):
        system("fax")


VALUES = {"age": 15, "category": "3", "in_japan": None, "day": TODAY}


@pytest.mark.parametrize(
    ("key", "wanted", "answer"),
    [
        ("age", 15, True),
        ("age_below", 15, False),
        ("age_below", 16, True),
        ("age_at_least", 15, True),
        ("age_at_least", 16, False),
        ("category", ("3", "4"), True),
        ("category_not", ("3", "4"), False),
        ("category_not", ("1",), True),
        ("in_japan", True, None),
        ("day_below", date(2026, 11, 23), True),
        ("day_at_least", date(2026, 11, 23), False),
    ],
)
def test_conditions(key: str, wanted: Any, answer: bool | None):
    assert holds(key, wanted, VALUES) is answer
    assert all_hold({key: wanted}, VALUES) is answer
    assert all_hold({key: wanted, "age": 0}, VALUES) is False


def test_a_condition_on_nothing_is_a_fault_of_the_data():
    with pytest.raises(FilingDataError):
        holds("shoe_size", 1, VALUES)
    assert all_hold({}, VALUES) is True
    assert value_name("designated_number_not") == "designated_number"


def test_a_day_without_a_rule_is_said_so():
    class Photo(Dated):
        from_age: int
        certainty: str
        source: str

    assert in_force("documents.toml", "photo", Photo, TODAY).from_age == 1
    with pytest.raises(FilingDataError):
        in_force("documents.toml", "no such rules", Photo, TODAY)


@pytest.mark.parametrize(
    ("procedures", "lowest", "highest", "charge", "payment"),
    [
        (("extension",), 10_000, 65_000, 550, "convenience_store_or_bank"),
        (("extension", "reentry"), 13_500, 71_500, 770, "convenience_store_or_bank"),
        (("acquisition", "reentry"), 3_500, 6_500, 220, "convenience_store_or_bank"),
        (("acquisition", "other_activity"), 0, 0, 0, "none"),
        (("change", "other_activity", "certificate_of_authorised_employment"), 11_600, 66_600, 770,
         "convenience_store_or_bank"),
    ],
)  # fmt: skip
def test_what_is_filed_together_is_paid_together(
    procedures: tuple[str, ...], lowest: int, highest: int, charge: int, payment: str
):
    found = whole_fee(procedures, TODAY)
    assert found is not None
    assert (found.lowest, found.highest, found.highest_charge, found.payment) == (lowest, highest, charge, payment)


def test_the_least_sure_part_says_how_sure_the_whole_is():
    long_ago = whole_fee(("extension", "reentry"), date(2025, 3, 31))
    assert long_ago is not None
    assert (long_ago.lowest, long_ago.highest, long_ago.certainty) == (7_000, 10_000, "reconstructed")
    granted = whole_fee(("change", "reentry"), TODAY, "0100000", "online", "single")
    assert granted is not None
    assert granted.lowest == granted.highest == 27_000 + 3_500
    assert whole_fee(("no such procedure", "reentry"), TODAY) is None
