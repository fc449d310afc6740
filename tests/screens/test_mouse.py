"""The mouse alone: the keyboard on the screen, long lists, what is wrong, the keys of the bottom row."""

from __future__ import annotations

import string

import pytest
from textual.geometry import Offset
from textual.widgets import Input

from kiosk.i18n import translator
from kiosk.screens.application_list import ApplicationListScreen
from kiosk.screens.log_in import LogInEntry, LogInScreen
from kiosk.screens.picker import PickerScreen
from kiosk.screens.question_page import QuestionPage
from kiosk.widgets.choices import ChoiceList
from kiosk.widgets.fields import FieldBox, editor_id
from kiosk.widgets.fields_choice import PickBox
from kiosk.widgets.fields_spec import Option
from kiosk.widgets.keyboard import LAYOUTS, ScreenKeyboard
from kiosk.widgets.secret import SecretField
from kiosk.widgets.summary import ErrorSummary
from kiosk.widgets.text import Line
from tests.snapshots.test_sending import SIXTY
from tests.support.filing import PARTLY, asking
from tests.support.frame import ALL
from tests.support.mouse import Hand
from tests.support.screens import screen_app, seen

SIZE = (80, 24)
PRINTABLE = string.ascii_letters + string.digits + string.punctuation


def _forget(_field: str, _value: object) -> None: ...


async def test_every_sign_of_a_password_can_be_clicked() -> None:
    for part in (PRINTABLE[:31], PRINTABLE[31:62], PRINTABLE[62:]):
        app = screen_app(LogInScreen("XX0000000001"), "en")
        async with app.run_test(size=SIZE) as pilot:
            hand = Hand(pilot)
            await hand.press(app.screen.query_one("#password"))
            await hand.type_on_screen(part)
            await hand.press(app.screen.query_one("#log_in"))
            await app.finished()
        entry: LogInEntry = app.results[0]
        assert entry.password == part.encode()


@pytest.mark.parametrize("page", LAYOUTS)
async def test_every_cap_of_a_page_types_its_character(page: str) -> None:
    app = screen_app(PickerScreen("", [Option("1", "見本", "")]), "ja")
    wanted = "".join(LAYOUTS[page])
    async with app.run_test(size=SIZE) as pilot:
        await Hand(pilot).type_on_screen(wanted)
        assert app.screen.query_one("#search", Input).value == wanted


async def test_enter_tab_arrows_and_rubbing_out_can_be_clicked() -> None:
    app = screen_app(LogInScreen(), "en")
    async with app.run_test(size=SIZE) as pilot:
        hand = Hand(pilot)
        box = app.screen.query_one(f"#{editor_id('id')}", Input)
        await hand.press(box)
        await hand.type_on_screen("A B")
        await hand.cap("left")
        await hand.cap("backspace")
        await hand.cap("right")
        await hand.type_on_screen("1")
        assert box.value == "AB1"
        await hand.cap("tab")
        assert app.screen.focused is app.screen.query_one("#password")
        await hand.type_on_screen("x")
        await hand.cap("enter")
        await app.finished()
    assert app.results == [LogInEntry("AB1", bytearray(b"x"))]


async def test_a_click_on_a_cap_types_once() -> None:
    app = screen_app(LogInScreen("XX"), "en")
    async with app.run_test(size=SIZE) as pilot:
        hand = Hand(pilot)
        await hand.press(app.screen.query_one("#password"))
        await hand.type_on_screen("ab")
        await hand.cap("backspace")
        assert app.screen.query_one("#password", SecretField).take() == b"a"


async def test_the_keyboard_and_its_page_stay_in_another_language() -> None:
    app = screen_app(LogInScreen(), "en")
    async with app.run_test(size=SIZE) as pilot:
        hand = Hand(pilot)
        await hand.type_on_screen("か")
        await pilot.press("f3")
        await pilot.pause()
        faces = [str(cap.render()) for cap in app.screen.query_one(ScreenKeyboard).query(".cap").results(Line)]
        assert "▸かな" in faces
        assert translator("ja")("keyboard.space") in faces
        await hand.key("F4")
        assert not app.screen.query(ScreenKeyboard)


@pytest.mark.parametrize("page_id", ["background", "home", "request", "passport"])
async def test_the_field_stands_above_the_keyboard(page_id: str) -> None:
    app = screen_app(QuestionPage(asking(page_id, PARTLY), _forget), "en")
    async with app.run_test(size=SIZE) as pilot:
        hand = Hand(pilot)
        for box in list(app.screen.query(FieldBox)):
            for field in box.query("BoxInput, BoxArea") if box.display else ():
                await hand.press(field)
                await hand.type_on_screen("か")
                assert field.region.bottom <= app.screen.query_one(ScreenKeyboard).region.y
                assert field.region.y >= app.screen.query_one("#body").region.y


async def test_what_is_wrong_is_seen_and_leads_to_its_box() -> None:
    screen = QuestionPage(asking("request", PARTLY), _forget)
    app = screen_app(screen, "en")
    async with app.run_test(size=SIZE) as pilot:
        hand = Hand(pilot)
        await hand.key("F4")
        await hand.press(screen.query_one("#continue"))
        await seen(pilot, lambda: bool(screen.query(ErrorSummary)))
        summary, body = screen.query_one(ErrorSummary), screen.query_one("#body")
        await seen(pilot, lambda: body.region.contains_region(summary.region))
        await hand.row(summary.query_one(ChoiceList), 0)
        await seen(pilot, lambda: isinstance(box := screen.focused, PickBox) and box.region in body.region)


async def test_the_last_of_sixty_rows_is_reached_with_the_wheel() -> None:
    app = screen_app(ApplicationListScreen(SIXTY), "en")
    async with app.run_test(size=SIZE) as pilot:
        await Hand(pilot).choose(SIXTY[-1].row_id)
        await app.finished()
    assert app.results == [SIXTY[-1].row_id]


async def test_a_page_is_moved_by_its_scroll_bar() -> None:
    app = screen_app(ALL["terms"](), "en")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        body = app.screen.query_one("#body")
        bar = body.vertical_scrollbar
        await pilot.click(offset=Offset(bar.region.x, bar.region.bottom - 1))
        await pilot.pause()
        assert body.scroll_offset.y > 0
