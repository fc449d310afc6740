"""Rows of a table: long ones in parts, what is wrong in them, and what is said once for several boxes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from kiosk.forms.load import load_form
from kiosk.forms.model import Context, Page
from kiosk.i18n import translator
from kiosk.screens.asking import PageAsking, Value
from kiosk.screens.base import Nav
from kiosk.screens.check_answers import CheckAnswersScreen, CheckRows
from kiosk.screens.checking import CheckSection, sections
from kiosk.screens.picker import PickerScreen
from kiosk.screens.question_boxes import GroupLine
from kiosk.screens.question_page import NEXT, QuestionPage
from kiosk.screens.registration_details import DetailsAsking
from kiosk.screens.status_choice import StatusScreen
from kiosk.screens.table_page import REMOVED, RowPage
from kiosk.widgets.choices import ChoiceList
from kiosk.widgets.fields import editor_id
from kiosk.widgets.fields_choice import InlineChoice, PickBox
from kiosk.widgets.summary import ErrorSummary
from tests.support.answers import INVENTED, valid_answers
from tests.support.filing import PARTLY, TODAY, asking, drafting
from tests.support.screens import ScreenApp, screen_app

CONTEXT = Context("applicant", TODAY, INVENTED, "rasens")
CRITERION, STAGE = "applicant.applicable_criterion", "applicant.place_performance"
SMALL_STAGE = "01"
"""A criterion for which the size and the staff of the place are asked too."""
FAMILY = "part1.family_in_japan"
WORK, WORK_AT_ALL = "applicant.work_experience", "applicant.work_experience_yes_no"
EN = translator("en")


def _entertainer(answers: Mapping[str, Value]) -> PageAsking:
    form = load_form("change", "entertainer")
    return PageAsking(form, form.page_of[STAGE], dict(answers), CONTEXT)


def _filled() -> dict[str, Any]:
    form = load_form("change", "entertainer")
    return valid_answers(form, CONTEXT, given={CRITERION: SMALL_STAGE})


def _row(answers: Mapping[str, Value], **options: Any) -> tuple[RowPage, ScreenApp]:
    page = RowPage(_entertainer(answers), STAGE, 0, lambda _name, _value: None, **options)
    return page, screen_app(page, "en")


def _shown(page: QuestionPage) -> int:
    return len(page.asking.visible())


async def test_a_long_row_is_asked_in_parts_and_leads_back_through_them() -> None:
    page, app = _row(_filled())
    async with app.run_test(size=(80, 24)) as pilot:
        words, boxes = [page.span_words()], [_shown(page)]
        for _ in range(2):
            await pilot.press("f10")
            await pilot.pause()
            words.append(page.span_words())
            boxes.append(_shown(page))
        assert words == ["Part 1 of 3", "Part 2 of 3", "Part 3 of 3"]
        assert max(boxes) <= 12
        assert page.focused is not None
        assert page.focused.id == editor_id("number_employees")
        await pilot.press("escape", "escape")
        await pilot.pause()
        assert page.span_words() == "Part 1 of 3"
        await pilot.press("f10", "f10", "f10")
        await app.finished()
    assert app.results == [NEXT]


async def test_what_is_wrong_in_a_part_stops_there_and_is_named_with_its_row() -> None:
    answers = _filled()
    answers[STAGE][0]["except_operating_name"] = ""
    page, app = _row(answers)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f10")
        await pilot.pause()
        assert not page.query(ErrorSummary), "nothing is wrong in the first part"
        await pilot.press("f10")
        await pilot.pause()
        assert page.span_words() == "Part 2 of 3"
        (choice,) = page.query_one("#error-rows", ChoiceList).choices
        assert choice.label.startswith("Name: "), "as it is called at the box"
    whole = _entertainer(answers)
    (issue,) = [issue for issue in whole.issues() if issue.field == STAGE]
    name = whole.called(issue, EN)
    assert name.startswith("Place of performance, number 1: ")
    assert name.endswith("Name")


async def test_the_part_with_the_wrong_box_is_opened() -> None:
    answers = _filled()
    answers[STAGE][0]["monthly_sales"] = ""
    page, app = _row(answers, focus="monthly_sales", check=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert page.span_words() == "Part 3 of 3"
        assert page.query(ErrorSummary)


def test_a_row_is_told_by_what_it_says_and_not_by_yes_or_no() -> None:
    people = [{"relationship": "06", "name": "ＫＡＫＵＵ", "residing_applicant_not": "1"}]
    (line,) = asking("family", {**PARTLY, FAMILY: people}).spec(FAMILY, EN).rows
    assert line.endswith("ＫＡＫＵＵ")
    career = {"country_region": "204", "month_joining_unknown": "1", "year_month_joining_company": "2015-04"}
    form = load_form("extension", "gijinkoku")
    work = PageAsking(form, form.page_of[WORK], {WORK_AT_ALL: "1", WORK: [career]}, CONTEXT)
    assert work.spec(WORK, EN).rows[0].split(" · ")[1:] == ["April 2015"]


async def test_a_row_left_blank_is_none() -> None:
    told: list[Value] = []
    page = RowPage(asking("family", {**PARTLY, FAMILY: []}), FAMILY, 0, lambda _name, value: told.append(value))
    app = screen_app(page, "en")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f10")
        await pilot.pause()
        assert page.query(ErrorSummary)
        await pilot.press("escape")
        await app.finished()
    assert (app.results, told) == ([REMOVED], [[]])


async def test_a_row_that_was_begun_stays() -> None:
    page = RowPage(asking("family", {**PARTLY, FAMILY: []}), FAMILY, 0, lambda _name, _value: None)
    app = screen_app(page, "en")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab", "A", "escape")
        await app.finished()
    assert app.results == [Nav.BACK]


def _page(page_id: str, answers: Mapping[str, Value]) -> tuple[QuestionPage, ScreenApp]:
    page = QuestionPage(asking(page_id, answers), lambda _name, _value: None)
    return page, screen_app(page, "en")


async def test_a_row_that_was_missing_is_not_missed_any_more() -> None:
    page, app = _page("family", {**PARTLY, FAMILY: []})
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f10")
        await pilot.pause()
        assert page.query(ErrorSummary)
        await pilot.press("1", "1")
        await pilot.pause()
        await pilot.press("tab", "A", "escape")
        await pilot.pause()
        assert not page.query(ErrorSummary)
        assert page.focused is not None
        assert page.focused.id == editor_id(FAMILY)


async def test_the_list_of_what_is_wrong_leads_right_after_some_of_it_was_put_right() -> None:
    page, app = _page("background", {})
    async with app.run_test(size=(80, 36)) as pilot:
        await pilot.press("f10")
        await pilot.pause()
        await pilot.press("1", "1")
        await pilot.pause()
        page.query_one("#error-rows").focus()
        await pilot.press("3")
        await pilot.pause()
        assert page.focused is not None
        assert page.focused.id == editor_id("part1.home_town_city")


async def test_a_heading_stands_above_boxes_that_begin_alike_while_one_is_shown() -> None:
    form = load_form("change", "entertainer")
    organisation = next(one for one in form.pages if one.id == "organisation")
    page = QuestionPage(PageAsking(form, organisation, {}, CONTEXT), lambda _name, _value: None)
    app = screen_app(page, "en")
    async with app.run_test(size=(80, 24)):
        (line,) = page.query(GroupLine)
        assert line.display
        heads = [str(label.render()).partition("\n")[0] for label in page.query(".field-label")]
        assert heads[0].startswith("(1) Name")
        assert str(line.render()).startswith("Contracting organization")
        assert not line.show_for(()).display


async def test_the_check_says_a_heading_once_and_no_label_is_cut_off() -> None:
    draft = drafting(_filled(), procedure="change", status="entertainer")
    screen = CheckAnswersScreen(lambda language: sections(draft, language))
    app = screen_app(screen, "en")
    async with app.run_test(size=(80, 24)):
        rows = [str(option.prompt) for option in screen.query_one(CheckRows).options]
    heading = "Contracting organization, sponsor, inviting person or employer"
    assert rows.count(heading) == 3, "once on each of its three pages"
    assert not [row for row in rows if "…" in row]
    made: tuple[CheckSection, ...] = sections(draft, "en")
    labels = [row.label for part in made if part.title.startswith("The contracting") for row in part.rows]
    assert len(labels) == len(set(labels)), "each can be told from the others"


async def test_a_list_that_waits_for_another_answer_says_for_which() -> None:
    form = load_form("change", "entertainer")
    page = next(one for one in form.pages if one.id == "organisation_business")
    city = next(item for item in page.fields if item.parent)
    words = PageAsking(form, page, {}, CONTEXT).leading(city.id, EN)
    assert words.endswith("Prefecture")
    screen = PickerScreen("City", (), first=words)
    async with screen_app(screen, "en").run_test(size=(80, 24)):
        assert words in str(screen.query_one("#count").render())


def test_a_member_of_the_family_is_told_for_whom_to_answer() -> None:
    form, words = load_form("acquisition", "dependent"), EN("answers.for_another")
    person, receipt = form.page_of["part1.name"], form.receipt.pages[0]

    def said(kind: str, page: Page) -> str:
        return PageAsking(form, page, {}, Context(kind, TODAY, INVENTED, "rasens")).help(EN)

    assert said("legal_representative", person).startswith(words)
    assert said("relative", person).startswith(words)
    assert words not in said("applicant", person)
    assert words not in said("scrivener", person)
    assert words not in said("relative", receipt), "that is about who files"
    assert words not in said("relative", form.page_of["agent.name"])
    assert words not in DetailsAsking({}, "relative", TODAY, "rasens").help(EN)


async def test_a_status_that_is_not_found_is_said() -> None:
    screen = StatusScreen("extension")
    async with screen_app(screen, "en").run_test(size=(80, 24)) as pilot:
        count = screen.query_one("#count")
        assert not count.display
        await pilot.press(*"qqq")
        await pilot.pause()
        assert count.display
        assert str(count.render()) == EN("answers.picker.none")


@pytest.mark.parametrize(
    ("query", "status"),
    [("tokutei ginou", "ssw1"), ("かぞく", "dependent"), ("ryugaku", "student"), ("gijinkoku", "gijinkoku")],
)
async def test_a_status_is_found_by_how_it_is_read(query: str, status: str) -> None:
    app = screen_app(StatusScreen("extension"), "en")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*("space" if letter == " " else letter for letter in query), "enter")
        await app.finished()
    assert app.results == [status]


async def test_down_leaves_a_choice_that_stands_on_one_row() -> None:
    page, app = _page("background", {})
    async with app.run_test(size=(80, 24)) as pilot:
        married = page.query_one(f"#{editor_id('part1.marital_status')}", InlineChoice)
        married.focus()
        await pilot.press("1", "down")
        assert page.focused is not None
        assert page.focused.id == editor_id("part1.occupation")
        await pilot.press("up", "up")
        assert isinstance(page.focused, PickBox)
        assert married.chosen == "1"
