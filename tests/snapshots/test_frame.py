"""Pictures of what stands around every journey: language, staff, end, problems, work, the screen's keyboard, themes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from kiosk.card.profile import KeyUse
from kiosk.screens.log_in import LogInScreen
from kiosk.screens.question_page import QuestionPage
from kiosk.screens.themes import THEMES
from kiosk.widgets.keyboard import LAYOUTS
from kiosk.widgets.text import Line
from tests.support.entry import secret
from tests.support.filing import PARTLY, asking
from tests.support.frame import FRAME, settle
from tests.support.screens import LANGUAGES, SIZES, screen_app

Compare = Callable[..., bool]

PAGES = ("capitals", "small letters", "signs", "hiragana", "voiced hiragana", "katakana", "voiced katakana")
"""Names of the keyboard's pages: those of the pictures' files must not differ by case alone."""

in_every_language = pytest.mark.parametrize("language", LANGUAGES)
at_every_size = pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")


@in_every_language
@at_every_size
@pytest.mark.parametrize("name", FRAME)
def test_screen(name: str, size: tuple[int, int], language: str, snap_compare: Compare) -> None:
    assert snap_compare(screen_app(FRAME[name](), language), terminal_size=size, run_before=settle)


def _with_keyboard(page: str) -> Callable[[Pilot[Any]], Any]:
    async def opened(pilot: Pilot[Any]) -> None:
        await pilot.press("f4")
        await pilot.pause()
        for cap in pilot.app.screen.query(".cap.-page").results(Line):
            if str(cap.render()).strip() == page:
                await pilot.click(cap)
                break
        await pilot.pause()

    return opened


@in_every_language
@at_every_size
@pytest.mark.parametrize("page", LAYOUTS, ids=PAGES)
def test_keyboard(page: str, size: tuple[int, int], language: str, snap_compare: Compare) -> None:
    app = screen_app(LogInScreen("XX0000000001"), language)
    assert snap_compare(app, terminal_size=size, run_before=_with_keyboard(page))


def _forget(_field: str, _value: object) -> None: ...


@in_every_language
def test_what_is_wrong_with_the_keyboard_open(language: str, snap_compare: Compare) -> None:
    async def proceed(pilot: Pilot[Any]) -> None:
        await _with_keyboard("ABC")(pilot)
        await pilot.press("f10")
        await pilot.pause()

    app = screen_app(QuestionPage(asking("request", PARTLY), _forget), language)
    assert snap_compare(app, run_before=proceed)


@pytest.mark.parametrize("theme", [theme.name for theme in THEMES])
def test_theme(theme: str, snap_compare: Compare) -> None:
    async def change(pilot: Pilot[Any]) -> None:
        while pilot.app.theme != theme:
            await pilot.press("f7")
        await pilot.press("a", "f10")
        await pilot.pause()

    assert snap_compare(screen_app(secret(KeyUse.SIGNING, 2), "en"), run_before=change)


@pytest.mark.parametrize("theme", [theme.name for theme in THEMES])
def test_a_page_in_every_theme(theme: str, snap_compare: Compare) -> None:
    async def change(pilot: Pilot[Any]) -> None:
        while pilot.app.theme != theme:
            await pilot.press("f7")
        await pilot.press("f10")
        await pilot.pause()

    assert snap_compare(screen_app(QuestionPage(asking("request", PARTLY), _forget), "ja"), run_before=change)
