"""Staff see which labels are to be compared with the official sheet; applicants do not. Points are counted aloud."""

from __future__ import annotations

import pytest

from kiosk.forms.load import load_form
from kiosk.forms.model import Context
from kiosk.screens.asking import AnswerMap, PageAsking
from kiosk.screens.help import HelpScreen
from kiosk.screens.question_page import QuestionPage
from tests.support.filing import TODAY
from tests.support.journeys import shown
from tests.support.screens import screen_app, until


def points_page(answers: AnswerMap) -> QuestionPage:
    """Return the first page of the points table of a specialist."""
    form = load_form("change", "hsp1b_gijinkoku")
    page = next(page for page in form.pages if page.id == "hsp_basic")
    return QuestionPage(PageAsking(form, page, answers, Context("applicant", TODAY)), lambda _name, _value: None)


@pytest.mark.parametrize("staff", [True, False])
async def test_only_staff_see_what_is_to_be_checked(staff: bool) -> None:
    app = screen_app(points_page({}), "en", staff_view=staff)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, QuestionPage)
        await pilot.press("f1")
        await until(pilot, HelpScreen)
        assert ("Label to be checked against the official sheet" in shown(pilot)) is staff
        assert ("Source: " in shown(pilot)) is staff
        app.exit()


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"hsp.j_skip": "0"}, "0 points so far. 70 more are needed"),
        ({"hsp.j_skip": "0", "hsp.education": "01", "hsp.work_experience": "02"}, "50 points so far. 20 more"),
        (
            {"hsp.j_skip": "0", "hsp.education": "01", "hsp.work_experience": "02", "hsp.age": "00",
             "hsp.income": "07"},
            "✓ 75 points so far: 70 are reached.",
        ),
        ({"hsp.j_skip": "1"}, "no points are needed"),
    ],
)  # fmt: skip
async def test_the_running_sum_is_told(answers: AnswerMap, words: str) -> None:
    app = screen_app(points_page(answers), "en")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, QuestionPage)
        assert words in shown(pilot)
        app.exit()


async def test_the_sum_follows_an_answer() -> None:
    app = screen_app(points_page({"hsp.j_skip": "0"}), "en")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, QuestionPage)
        await pilot.press("1")
        await pilot.pause()
        assert "no points are needed" in shown(pilot)
        app.exit()
