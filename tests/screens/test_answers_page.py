"""A page of questions: what is typed, what is said about it, where the focus is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from textual import events
from textual.widgets import Input

from kiosk.i18n import translator
from kiosk.screens.asking import Value
from kiosk.screens.base import Nav
from kiosk.screens.picker import PickerScreen
from kiosk.screens.question_page import NEXT, STOP, QuestionPage
from kiosk.screens.table_page import RowPage
from kiosk.widgets.fields import FieldBox, box_id, editor_id
from kiosk.widgets.fields_choice import InlineChoice, PickBox
from kiosk.widgets.summary import ErrorSummary
from tests.support.filing import PARTLY, asking
from tests.support.screens import ScreenApp, screen_app, seen

OCCUPATION, TOWN, NATION = "part1.occupation", "part1.home_town_city", "part1.nationality_region"
EN = translator("en")


class Page:
    """One page in the application, and what it told."""

    def __init__(self, page_id: str, answers: Mapping[str, Value] | None = None, **options: Any) -> None:
        self.told: list[tuple[str, Value]] = []
        self.asking = asking(page_id, answers)
        self.screen = QuestionPage(self.asking, lambda name, value: self.told.append((name, value)), **options)
        self.app: ScreenApp = screen_app(self.screen, "en")

    def box(self, field_id: str) -> FieldBox:
        return self.screen.query_one(f"#{box_id(field_id)}", FieldBox)

    def editor(self, field_id: str) -> Any:
        return self.screen.query_one(f"#{editor_id(field_id)}")

    def notes(self, field_id: str) -> list[str]:
        return [note.text for note in self.box(field_id).notes]

    def focused(self) -> str:
        focused = self.app.screen.focused
        return "" if focused is None else focused.id or ""


async def test_typing_is_told_canonical_and_shown_when_the_box_is_left() -> None:
    page = Page("background")
    async with page.app.run_test(size=(80, 24)) as pilot:
        page.editor(TOWN).focus()
        await pilot.press(*"Room5")
        assert page.told[-1] == (TOWN, "Ｒｏｏｍ５")
        assert page.editor(TOWN).value == "Room5", "what is typed stays while it is typed"
        assert page.notes(TOWN) == []
        await pilot.press("tab")
        await pilot.pause()
        assert page.editor(TOWN).value == "Ｒｏｏｍ５"
        assert page.notes(TOWN) == [EN("notice.to_fullwidth", before="Room5", after="Ｒｏｏｍ５")]


@pytest.mark.parametrize(
    "typed", ["2027-01-31", "31 Jan 2027", "R9.1.31", "令和9年1月31日", "20270131", "２０２７／１／３１"]
)
async def test_a_date_in_any_spelling_is_understood(typed: str) -> None:
    page = Page("stay")
    expiry = "part1.current_period_expiration_date"
    async with page.app.run_test(size=(80, 24)) as pilot:
        page.editor(expiry).value = typed
        await pilot.pause()
        assert page.told[-1] == (expiry, "2027-01-31")
        assert page.notes(expiry) == ["31 January 2027"]


async def test_a_day_that_does_not_exist_is_refused_with_its_own_words() -> None:
    page = Page("stay")
    expiry = "part1.current_period_expiration_date"
    async with page.app.run_test(size=(80, 24)) as pilot:
        page.editor(expiry).value = "2027-02-30"
        await pilot.press("f10")
        await pilot.pause()
        assert page.notes(expiry) == [EN("issue.no_such_date")]
        assert page.app.results == []


async def test_a_terminal_sequence_never_gets_in() -> None:
    page = Page("background", {OCCUPATION: "会社員"})
    async with page.app.run_test(size=(80, 24)) as pilot:
        editor = page.editor(OCCUPATION)
        editor.focus()
        editor.post_message(events.Paste("\x1b]52;c;AAAA\x07red"))
        await pilot.pause()
        assert editor.value == "会社員"
        assert page.told == []
        assert page.notes(OCCUPATION) == [EN("issue.control_characters")]
        await pilot.press("end", "x")
        assert page.notes(OCCUPATION) == []
        assert page.told == [(OCCUPATION, "会社員x")]


async def test_other_invisible_characters_are_dropped_and_said() -> None:
    page = Page("background")
    async with page.app.run_test(size=(80, 24)) as pilot:
        editor = page.editor(OCCUPATION)
        editor.post_message(events.Paste("会\u202e社\x07員"))
        await pilot.pause()
        assert editor.value == "会社員"
        assert page.told == [(OCCUPATION, "会社員")]
        assert page.notes(OCCUPATION) == [EN("notice.removed_characters")]


async def test_markup_is_just_text() -> None:
    page = Page("background")
    async with page.app.run_test(size=(80, 24)) as pilot:
        page.editor(OCCUPATION).value = "[red]x[/] [@click=app.bell]"
        await pilot.press("f10")
        await pilot.pause()
        assert page.told[-1][1] == "[red]x[/] [@click=app.bell]"


async def test_a_huge_paste_is_kept_whole_until_the_limit_is_said() -> None:
    page = Page("background")
    async with page.app.run_test(size=(80, 24)) as pilot:
        editor = page.editor(OCCUPATION)
        editor.focus()
        editor.post_message(events.Paste("a" * 9_000 + "\n" + "b" * 1_000))
        await pilot.pause()
        assert len(editor.value) == 10_001
        assert EN("answers.too_long", length=4000, max=40) in page.notes(OCCUPATION)
        assert len(str(page.told[-1][1])) == 4_000
        await pilot.press("f10")
        await pilot.pause()
        assert any("40" in note for note in page.notes(OCCUPATION))
        assert page.app.results == []


async def test_several_lines_go_into_a_long_box() -> None:
    page = Page("request")
    reason = "part1.reason_for_extension"
    async with page.app.run_test(size=(80, 24)) as pilot:
        assert page.told == []
        area = page.editor(reason)
        area.focus()
        await pilot.press("x", "enter")
        area.post_message(events.Paste("会社\t員\x9b31m"))
        await pilot.pause()
        assert page.notes(reason) == [EN("issue.control_characters")]
        assert area.text == "x\n"
        area.post_message(events.Paste("\r\nいまの会社"))
        await pilot.pause()
        assert area.text == "x\n\nいまの会社"
        assert page.told[-1] == (reason, "x\n\nいまの会社")


async def test_questions_come_and_go_without_moving_the_focus() -> None:
    page = Page("stay", PARTLY)
    card, letters = "part1.residence_card_number", "part1.ed_number_letters"
    async with page.app.run_test(size=(80, 24)) as pilot:
        page.editor("part1.has_residence_card").focus()
        await pilot.pause()
        assert (page.box(card).display, page.box(letters).display) == (True, False)
        await pilot.press("2")
        await pilot.pause()
        assert (page.box(card).display, page.box(letters).display) == (False, True)
        assert page.focused() == editor_id("part1.has_residence_card")
        assert page.told == [("part1.has_residence_card", "0")]


async def test_what_becomes_required_loses_its_remark() -> None:
    page = Page("home")
    home, mobile = "part1.phone", "part1.mobile_phone"
    async with page.app.run_test(size=(80, 24)) as pilot:
        assert page.box(mobile).spec.remark == ""
        page.editor(home).value = "0300000000"
        await pilot.pause()
        assert page.box(mobile).spec.remark == EN("answers.optional")


async def test_what_is_wrong_is_on_top_with_the_focus_and_leads_there() -> None:
    page = Page("background")
    async with page.app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f10")
        await pilot.pause()
        summary = page.screen.query_one(ErrorSummary)
        assert page.focused() == "error-rows"
        rows = [str(option.prompt) for option in summary.query_one("#error-rows").options]  # type: ignore[attr-defined]  # an OptionList
        assert f"2  Occupation: {EN('issue.required')}" in rows
        assert page.notes(OCCUPATION) == [EN("issue.required")]
        await pilot.press("2")
        assert page.focused() == editor_id(OCCUPATION)
        await pilot.press("x")
        assert page.notes(OCCUPATION) == [], "what is put right is no longer called wrong"
        assert page.app.results == []


async def test_a_warning_does_not_stand_in_the_way() -> None:
    page = Page("passport", {"part1.passport_expiration_date": "2020-01-31"})
    async with page.app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f10")
        await page.app.finished()
    assert page.app.results == [NEXT]


async def test_a_change_of_language_keeps_what_was_typed_and_what_is_wrong() -> None:
    page = Page("background")
    async with page.app.run_test(size=(80, 24)) as pilot:
        page.editor(OCCUPATION).focus()
        await pilot.press(*"cook", "f10")
        await seen(pilot, lambda: page.focused() == "error-rows")
        page.editor(OCCUPATION).focus()
        await pilot.press("f3")
        await pilot.pause()
        assert page.focused() == editor_id(OCCUPATION)
        assert page.editor(OCCUPATION).value == "cook"
        assert page.notes(TOWN) == [translator("ja")("issue.required")]
        assert page.box(TOWN).spec.label == "本国における居住地"


async def test_a_list_is_searched_in_any_language_and_a_prefecture_takes_its_offices_along() -> None:
    page = Page("receipt", {"receipt.card_receiving_method": "02"})
    prefecture, bureau = "receipt.applicant_prefecture_for_bureau", "receipt.receiving_bureau"
    async with page.app.run_test(size=(80, 24)) as pilot:
        page.editor(prefecture).focus()
        await pilot.press("o", *"saka")
        await pilot.pause()
        assert isinstance(page.app.screen, PickerScreen)
        await pilot.press("enter")
        await pilot.pause()
        assert "Osaka" in page.editor(prefecture).words
        offices = page.asking.choices(bureau, EN)
        await page.screen.on_field_changed(_changed(bureau, offices[0].code))
        assert page.editor(bureau).words
        other = next(option.code for option in page.asking.choices(prefecture, EN) if "Hokkaido" in option.label)
        await page.screen.on_field_changed(_changed(prefecture, other))
        await pilot.pause()
        assert page.editor(bureau).words == "", "an office of another prefecture does not stay behind"
        assert page.told[-2:] == [(prefecture, other), (bureau, "")]


def _changed(field_id: str, value: str) -> Any:
    from kiosk.widgets.fields import FieldChanged

    return FieldChanged(field_id, value)


async def test_answers_from_the_card_cannot_be_changed() -> None:
    page = Page("person")
    async with page.app.run_test(size=(80, 24)):
        assert not page.screen.query(Input)
        assert not page.screen.query(InlineChoice)
        assert page.asking.change("part1.name", "SOMEBODY ELSE").saved == {}
        hints = [page.asking.spec(name, EN).hint for name in page.asking.ids]
        assert hints == ["", "", EN("answers.from_card")]


async def test_the_mouse_alone_is_enough() -> None:
    page = Page("background", {TOWN: "Ａ", OCCUPATION: "会社員"})
    async with page.app.run_test(size=(80, 24)) as pilot:
        await pilot.click(InlineChoice, offset=(14, 0))
        assert page.told == [("part1.marital_status", "0")]
        await pilot.click(InlineChoice, offset=(4, 0))
        assert page.told[-1] == ("part1.marital_status", "1")
        await pilot.click(PickBox)
        await pilot.pause()
        await pilot.click("#found", offset=(4, 0))
        await pilot.pause()
        assert page.told[-1][0] == NATION
        await pilot.click("#continue")
        await page.app.finished()
    assert page.app.results == [NEXT]


async def test_arrows_space_and_enter_choose() -> None:
    page = Page("background")
    async with page.app.run_test(size=(80, 24)) as pilot:
        page.editor("part1.marital_status").focus()
        await pilot.press("right", "space")
        assert page.told == [("part1.marital_status", "0")]
        await pilot.press("left", "enter")
        assert page.told[-1] == ("part1.marital_status", "1")
        await pilot.press("delete")
        assert page.told[-1] == ("part1.marital_status", "")
        await pilot.press("enter", "enter")
        assert page.focused() == editor_id(OCCUPATION), "Enter on what is chosen goes on"


@pytest.mark.parametrize(("key", "result"), [("escape", Nav.BACK), ("f6", STOP)])
async def test_back_and_stop_ask_nothing(key: str, result: object) -> None:
    page = Page("background")
    async with page.app.run_test(size=(80, 24)) as pilot:
        await pilot.press(key)
        await page.app.finished()
    assert page.app.results == [result]


async def test_a_row_is_added_changed_and_removed_by_digits() -> None:
    page = Page("family", PARTLY)
    table = "part1.family_in_japan"
    async with page.app.run_test(size=(80, 24)) as pilot:
        page.editor(table).focus()
        await pilot.press("2")
        await pilot.pause()
        assert isinstance(page.app.screen, RowPage)
        await pilot.press("tab", *"Hanako")
        assert page.told[-1][0] == table
        rows = page.told[-1][1]
        assert [row["name"] for row in rows if isinstance(row, dict)] == ["ＭＩＨＯＮ　ＴＡＲＯ", "Ｈａｎａｋｏ"]
        await pilot.press("escape")
        await pilot.pause()
        assert len(page.box(table).spec.rows) == 2
        await pilot.press("1")
        await pilot.pause()
        await pilot.press("f5")
        await pilot.pause()
        assert page.told[-1] == (table, [{"name": "Ｈａｎａｋｏ"}])
        assert page.box(table).spec.rows == ("! Ｈａｎａｋｏ",)


async def test_a_full_table_takes_no_more_rows() -> None:
    rows = [{"name": f"Ａ{number}"} for number in range(6)]
    page = Page("family", {**PARTLY, "part1.family_in_japan": rows})
    async with page.app.run_test(size=(80, 24)):
        assert page.box("part1.family_in_japan").spec.prompt == ""


async def test_what_is_wrong_in_a_row_leads_into_the_row() -> None:
    page = Page("family", PARTLY)
    async with page.app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f10")
        await pilot.pause()
        await pilot.press("1")
        await pilot.pause()
        assert isinstance(page.app.screen, RowPage)
        assert page.app.screen.query(ErrorSummary)


async def test_that_saving_fails_is_said_on_the_page_and_taken_back() -> None:
    from kiosk.offline_queue.errors import DiskFull

    page = Page("background")
    async with page.app.run_test(size=(80, 24)) as pilot:
        page.screen.show_trouble(DiskFull())
        await pilot.pause()
        line = page.screen.query_one("#page-trouble")
        assert line.display
        assert EN(f"error.{DiskFull.key}.next") in str(line.render())
        page.screen.show_trouble(None)
        assert not line.display


async def test_no_text_box_stays_in_the_last_rows() -> None:
    page = Page("home")
    async with page.app.run_test(size=(80, 24)) as pilot:
        email = page.editor("part1.email")
        email.focus()
        await seen(pilot, lambda: email.region.bottom <= 24 - 8)
        await seen(pilot, lambda: page.app.cursor_position == email.cursor_screen_offset)
