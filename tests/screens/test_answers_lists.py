"""The lists: search, tasks, all answers. Keys, digits, mouse, both languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.i18n import translator
from kiosk.screens.base import Nav
from kiosk.screens.check_answers import COMPLETE, CheckAnswersScreen, CheckRows
from kiosk.screens.checking import sections as check_sections
from kiosk.screens.picker import PickerScreen, folded, found
from kiosk.screens.task_list import STOP, TaskListScreen, TaskRows
from kiosk.screens.tasks import sections as task_sections
from kiosk.widgets.fields_spec import Option
from kiosk.widgets.summary import ErrorSummary
from tests.support.answers import valid_answers
from tests.support.filing import PARTLY, asking, context, drafting, form
from tests.support.screens import ScreenApp, screen_app

NAME = {"ja": "在留期間の更新", "en": "Extension of stay"}
COUNTRIES = (
    Option("608", "Philippines", "フィリピン"),
    Option("704", "Viet Nam", "ベトナム"),
    Option("384", "Côte d'Ivoire", "コートジボワール"),
)


@pytest.mark.parametrize(
    ("query", "code"),
    [("phil", "608"), ("ＰＨＩＬ", "608"), ("ふぃりぴん", "608"), ("ﾌｨﾘﾋﾟﾝ", "608"), ("704", "704"), ("vietnam", "704"),
     ("cote", "384"), ("nam viet", "704")],
)  # fmt: skip
def test_width_case_accents_and_kana_do_not_matter(query: str, code: str) -> None:
    assert [option.code for option in found(COUNTRIES, query)] == [code]


def test_what_begins_with_the_words_comes_first() -> None:
    options = (Option("1", "South Korea"), Option("2", "Korea"))
    assert [option.code for option in found(options, "korea")] == ["2", "1"]


@given(st.text(max_size=40))
def test_a_search_never_fails_and_never_invents(query: str) -> None:
    assert set(found(COUNTRIES, query)) <= set(COUNTRIES)
    assert folded(folded(query)) == folded(query)


def _picker() -> ScreenApp:
    options = asking("background").choices("part1.nationality_region", translator("en"))
    return screen_app(PickerScreen("Nationality/Region", options, "608"), "en")


async def test_the_arrows_move_while_the_search_keeps_the_focus() -> None:
    app = _picker()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"united", "down", "up", "down")
        focused = app.screen.focused
        assert focused is not None
        assert focused.id == "search"
        await pilot.press("enter")
        await app.finished()
    labels = {
        option.code: option.label
        for option in asking("background").choices("part1.nationality_region", translator("en"))
    }
    assert "United" in labels[app.results[0]]


async def test_nothing_is_chosen_where_nothing_is_found() -> None:
    app = _picker()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"qqq", "down", "enter")
        assert app.results == []
        await pilot.press("f3")
        await pilot.pause()
        assert app.screen.query_one("#search").value == "qqq"  # type: ignore[attr-defined]  # an Input
        await pilot.press("escape")
        await app.finished()
    assert app.results == [Nav.BACK]


def _tasks(here: str = "") -> ScreenApp:
    open_draft = drafting(PARTLY, seen=("background", "home"))
    return screen_app(TaskListScreen(NAME, task_sections(open_draft, ()), here), "en")


@pytest.mark.parametrize(
    ("keys", "result"),
    [(("f10",), "passport"), (("enter",), "passport"), (("1",), "person"), (("down", "enter"), "stay"),
     (("end", "enter"), "send"), (("f6",), STOP), (("escape",), Nav.BACK)],
)  # fmt: skip
async def test_tasks_by_key(keys: tuple[str, ...], result: object) -> None:
    app = _tasks()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys)
        await app.finished()
    assert app.results == [result]


async def test_tasks_by_mouse_and_in_another_language() -> None:
    app = _tasks(here="record")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f3")
        await pilot.pause()
        option = app.screen.query_one(TaskRows).highlighted_option
        assert option is not None
        assert option.id == "record"
        await pilot.click(TaskRows, offset=(6, 3))
        await app.finished()
    assert app.results == ["home"]


def _check(*, complete: bool) -> ScreenApp:
    answered = drafting(valid_answers(form(), context()) if complete else PARTLY)
    return screen_app(CheckAnswersScreen(lambda language: check_sections(answered, language)), "en")


async def test_a_complete_form_goes_on() -> None:
    app = _check(complete=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.click("#continue")
        await app.finished()
    assert app.results == [COMPLETE]


async def test_what_is_missing_is_said_and_leads_there() -> None:
    app = _check(complete=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f10")
        await pilot.pause()
        assert app.screen.query(ErrorSummary)
        focused = app.screen.focused
        assert focused is not None
        assert focused.id == "error-rows"
        await pilot.press("2")
        await app.finished()
    assert app.results == ["request|part1.reason_for_extension"]


async def test_a_row_is_changed_by_mouse_and_what_the_card_says_is_not() -> None:
    app = _check(complete=True)
    async with app.run_test(size=(80, 24)) as pilot:
        rows = app.screen.query_one(CheckRows)
        await pilot.click(rows, offset=(4, 2))  # the name
        assert app.results == []
        place = next(n for n, option in enumerate(rows.options) if option.id == "background|part1.nationality_region")
        rows.highlighted = place
        rows.focus()
        await pilot.press("f3")
        await pilot.pause()
        option = app.screen.query_one(CheckRows).highlighted_option
        assert option is not None
        assert option.id == "background|part1.nationality_region"
        await pilot.press("enter")
        await app.finished()
    assert app.results == ["background|part1.nationality_region"]
