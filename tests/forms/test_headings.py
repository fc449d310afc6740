"""What labels in a row have in common is said once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.forms.headings import Wording, worded

PLACE = "Place of employment: (6) "


def test_neighbours_that_begin_alike_share_a_heading():
    labels = ["Name", f"{PLACE}Postal code", f"{PLACE}Address: Prefecture", "Place of employment: Capital", "Income"]
    heading = "Place of employment"
    assert worded(labels, "en") == (
        Wording("", "Name"),
        Wording(heading, "(6) Postal code"),
        Wording(heading, "(6) Address: Prefecture"),
        Wording(heading, "Capital"),
        Wording("", "Income"),
    )


def test_all_that_is_common_is_the_heading():
    found = worded(["A: (1) B: Prefecture", "A: (1) B: City"], "en")
    assert found == (Wording("A: (1) B", "Prefecture"), Wording("A: (1) B", "City"))


def test_japanese_steps_are_parted_by_spaces():
    assert worded(["勤務先 (6)所在地 都道府県", "勤務先 (6)郵便番号"], "ja") == (
        Wording("勤務先", "(6)所在地 都道府県"),
        Wording("勤務先", "(6)郵便番号"),
    )
    assert worded(["Has a corporation no.", "Has a branch"], "en") == (
        Wording("", "Has a corporation no."),
        Wording("", "Has a branch"),
    )


@pytest.mark.parametrize(
    "labels",
    [
        ["Criminal record", "Criminal record: Details"],  # the first would be left with nothing
        ["Education: (1)", "Education: (2)"],  # these with a number alone
        ["A: Name"],  # nothing beside it
        ["A: Name", "B: Name"],
    ],
)
def test_a_label_that_would_say_nothing_any_more_is_left_whole(labels: list[str]):
    assert worded(labels, "en") == tuple(Wording("", label) for label in labels)


def test_those_around_such_a_label_share_their_heading_all_the_same():
    assert worded(["A", "A: (1) Name", "A: Details"], "en") == (
        Wording("", "A"),
        Wording("A", "(1) Name"),
        Wording("A", "Details"),
    )
    assert worded(["A: Name", "A: (1)", "A: Town"], "en") == (
        Wording("A", "Name"),
        Wording("", "A: (1)"),
        Wording("A", "Town"),
    )


def test_a_table_between_parts_nothing():
    found = worded(["A: Main business", "", "A: Capital"], "en")
    assert found == (Wording("A", "Main business"), Wording("", ""), Wording("A", "Capital"))


@given(st.lists(st.lists(st.sampled_from(["A", "B", "(1)", "(2) C"]), min_size=1, max_size=4).map(": ".join)))
def test_heading_and_label_together_are_the_label(labels: list[str]):
    found = worded(labels, "en")
    assert [": ".join(filter(None, wording)) for wording in found] == labels
    assert all(wording.label.strip("()0123456789: ") for wording in found if wording.heading)
