"""What was told while choosing: stored with the draft, found again, and weaker than the answers."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.filing.facts import Facts
from kiosk.filing.facts_file import example_json, facts_from_json
from kiosk.filing.told import as_stored, filled_in, from_stored, told_by

TODAY = date(2026, 11, 22)
ALL = facts_from_json(example_json(), TODAY)


def test_everything_told_is_found_again():
    told = told_by(ALL)
    assert "today" not in told
    assert told["stay_ends"] == date(2027, 1, 31)
    assert told["held"] == ("photo",)
    again = from_stored(json.loads(json.dumps(as_stored(told))), TODAY)
    assert dict(again) == dict(told)


@pytest.mark.parametrize("stored", [None, [], "age", 7, {}])
def test_a_draft_of_an_earlier_version_tells_nothing(stored: Any):
    assert dict(from_stored(stored, TODAY)) == {}


def test_what_is_not_understood_any_more_is_left_out():
    stored = {"age": 30, "shoe_size": 7, "relationship": "friend", "stay_ends": "2027-02-30", "today": "2020-01-01"}
    assert dict(from_stored(stored, TODAY)) == {"age": 30}


@given(st.dictionaries(st.text(max_size=10) | st.sampled_from(["age", "held"]), st.none() | st.text() | st.integers()))
def test_nothing_stored_breaks_the_opening(stored: dict[str, Any]):
    assert set(from_stored(stored, TODAY)) <= {"age", "held"}


def test_the_answers_go_before_what_was_told():
    told = {"age": 12, "stay_ends": date(2027, 1, 31), "category": "3", "unable_to_file": True}
    known = Facts(TODAY, age=36, category="", unable_to_file=False)
    found = filled_in(known, told, "student")
    assert (found.age, found.stay_ends, found.category, found.unable_to_file) == (36, date(2027, 1, 31), "3", False)


def test_the_form_says_which_activity_it_is_for():
    told = {"designated_number": "40"}
    assert filled_in(Facts(TODAY), told, "designated").designated_number == "40"
    assert filled_in(Facts(TODAY), told, "designated_46").designated_number is None
