"""The points table of the highly skilled: what counts, for which kind."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kiosk.forms.engine import Context
from kiosk.forms.load import choices, load_form, points_table
from kiosk.forms.points import points
from tests.support.answers import INVENTED, valid_answers

CONTEXT = Context("scrivener", date(2026, 11, 23), INVENTED)
RESEARCH = ("hsp.research_patent", "hsp.research_grants", "hsp.research_articles", "hsp.research_other")


def _sum(status: str, answers: dict[str, Any]) -> int:
    found = points(load_form("extension", status), {"hsp.j_skip": "0", **answers}, CONTEXT)
    assert found is not None
    return found.total


@pytest.mark.parametrize(
    ("kind", "answers", "total"),
    [
        ("a", {}, 0),
        ("a", {"hsp.education": "01"}, 30),
        ("b", {"hsp.work_experience": "04"}, 20),
        ("a", {"hsp.age": "00", "hsp.income": "05"}, 15 + 20),
        ("a", {"hsp.income": "05"}, 0),  # the income counts by the age
        ("a", dict.fromkeys(RESEARCH[:1], "1"), 20),
        ("a", dict.fromkeys(RESEARCH[1:3], "1"), 25),
        ("a", dict.fromkeys(RESEARCH, "1"), 25),
        ("b", dict.fromkeys(RESEARCH, "1"), 15),
        ("b", dict.fromkeys(RESEARCH, "0"), 0),
        ("c", dict.fromkeys(RESEARCH, "1"), 0),  # not asked for managers
        ("a", {"hsp.innovation_organisation": "01", "hsp.innovation_small_enterprise": "01"}, 20),
        ("a", {"hsp.innovation_organisation": "00", "hsp.innovation_small_enterprise": "01"}, 0),
    ],
)
def test_the_running_sum(kind: str, answers: dict[str, Any], total: int):
    if "hsp.work_experience" in answers:
        most = max(choices("CC22_1"), key=lambda entry: entry.points)
        answers = {"hsp.work_experience": most.code}
    assert _sum(f"hsp1{kind}_gijinkoku", answers) == total


def test_with_the_special_system_no_line_counts():
    form = load_form("extension", "hsp1a_professor")
    found = points(form, {"hsp.j_skip": "1", "hsp.education": "01"}, CONTEXT)
    assert found is not None
    assert (found.total, found.by_field, found.needed) == (0, {}, 70)


def test_a_form_without_the_table_has_no_points():
    assert points(load_form("extension", "gijinkoku"), {}, CONTEXT) is None


@pytest.mark.parametrize("kind", ["a", "b", "c"])
def test_the_sum_is_that_of_its_lines(kind: str):
    form = load_form("change", f"hsp1{kind}_manager")
    found = points(form, valid_answers(form, CONTEXT, seed=4), CONTEXT)
    assert found is not None
    assert found.total == sum(found.by_field.values())
    assert set(found.by_field) <= set(form.fields)


def test_every_choice_says_its_points_in_its_label():
    """The tool writes the points into the Japanese label: the column and the label must agree."""
    for name in ("CC21", "CC21_1", "CC21_2", "CC22", "CC22_1", "CC22_2", "CC23", "CC24_1", "CC26", "CC27", "CC28"):
        for entry in choices(name):
            assert entry.points == 0 or f"({entry.points}点)" in entry.labels["ja"], (name, entry.code)
        assert any(entry.points for entry in choices(name))
    for age in choices("CC23"):
        assert any(entry.points for entry in choices("CC24", age.code))


def test_every_line_that_counts_together_is_a_question():
    form = load_form("extension", "hsp1b_researcher")
    assert all(name in form.fields for group in points_table().groups for name in group.fields)
