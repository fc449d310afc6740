"""On every screen the keyboard alone is enough, no key of it leaves the program, and what it does a click does."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widget import Widget

from kiosk.screens.base import KioskScreen
from kiosk.widgets.bars import KeyBar
from kiosk.widgets.choices import ChoiceList
from tests.support.frame import ALL, settle
from tests.support.mouse import Hand
from tests.support.screens import ScreenApp, screen_app

SIZE = (80, 24)
AWAY = ("ctrl+q", "ctrl+c", "ctrl+z", "ctrl+p", "ctrl+backslash", "ctrl+d", "ctrl+s")
"""Keys that leave, suspend or stop other programs in a terminal, or open Textual's own menus."""


def takers(screen: KioskScreen[Any]) -> set[Widget]:
    """Return everything on the screen that can take the focus."""
    return {widget for widget in screen.query(Widget) if widget.focusable and _drawn(widget)}


def _drawn(widget: Widget) -> bool:
    return all(node.display for node in widget.ancestors_with_self if isinstance(node, Widget))


def in_sight(screen: KioskScreen[Any]) -> bool:
    """Return whether a part of what has the focus is seen."""
    focused = screen.focused
    return focused is not None and bool(focused.region.intersection(screen.query_one("#body").region).area)


async def walked(screen: KioskScreen[Any], pilot: Pilot[Any], key: str) -> list[Widget]:
    """Press ``key`` once around and return what had the focus. At first the page may stand at its top instead."""
    seen: list[Widget] = []
    wanted = takers(screen)
    for _ in range(len(wanted) + 1):
        focused = screen.focused
        if focused is not None:
            seen.append(focused)
        await pilot.press(key)
        await pilot.pause()
        assert not wanted or in_sight(screen), f"{screen.focused!r} has the focus out of sight"
    return seen


async def every_part_is_reached_and_none_is_a_trap(app: ScreenApp, screen: KioskScreen[Any], pilot: Pilot[Any]) -> None:
    wanted = takers(screen)
    assert (screen.focused is not None) == bool(wanted), "the focus is somewhere from the beginning"
    assert set(await walked(screen, pilot, "tab")) == wanted
    assert set(await walked(screen, pilot, "shift+tab")) == wanted
    assert app.screen is screen


async def the_last_row_of_the_page_can_be_read(app: ScreenApp, screen: KioskScreen[Any], pilot: Pilot[Any]) -> None:
    body = screen.query_one("#body")
    for _ in range(20):
        if body.scroll_y == body.max_scroll_y:
            break
        await pilot.press("pagedown")
    await pilot.pause()
    assert body.scroll_y == body.max_scroll_y
    for _ in range(20):
        if body.scroll_y == 0:
            break
        await pilot.press("pageup")
    await pilot.pause()
    assert body.scroll_y == 0
    assert app.screen is screen


async def no_key_leaves_the_program(app: ScreenApp, screen: KioskScreen[Any], pilot: Pilot[Any]) -> None:
    for key in AWAY:
        await pilot.press(key)
        assert app.is_running
        assert app.screen is screen, f"{key} leads away"
    assert app.results == []
    assert app.clipboard == ""


async def help_language_staff_and_end_are_one_key_away_and_lead_back(
    app: ScreenApp, screen: KioskScreen[Any], pilot: Pilot[Any]
) -> None:
    named = {str(key.render()).split(" ")[0] for key in screen.query_one(KeyBar).query(".key") if key.display}
    assert named >= {"F1", "F2", "F4", "F8", "F12"} | ({"Esc"} if screen.can_go_back else set())
    before = screen.focused.id if screen.focused is not None else None
    for key in ("f1", "f2", "f8", "f12"):
        await pilot.press(key)
        await pilot.pause()
        if app.screen is not screen:  # the help, language and staff screens are not opened upon themselves
            await pilot.press("escape")
            await pilot.pause()
        assert app.screen is screen, key
        assert (screen.focused.id if screen.focused is not None else None) == before, "the focus is where it was"


async def the_focus_is_where_it_was_in_another_language(
    app: ScreenApp, screen: KioskScreen[Any], pilot: Pilot[Any]
) -> None:
    await pilot.press("tab")
    await pilot.pause()
    before = screen.focused.id if screen.focused is not None else None
    await pilot.press("f3")
    await settle(pilot)
    assert app.t.language == "ja"
    assert app.screen is screen
    assert (screen.focused.id if screen.focused is not None else None) == before


def every_key_can_be_clicked(screen: KioskScreen[Any]) -> None:
    bar = screen.query_one(KeyBar)
    for key in bar.query(".key"):
        if key.display:
            assert bar.region.contains_region(key.region), f"{key!r} is cut"
    assert _says_go_on(screen) or not screen.proceeds, "F10 is not in sight in a narrow terminal"


def _says_go_on(screen: KioskScreen[Any]) -> bool:
    """Return whether something that can be clicked does what F10 does: the button, or a row that leads on."""
    rows = [choice.id for choices in screen.query(ChoiceList) for choice in choices.choices]
    return len(screen.query("ActionButton.-primary")) == 1 or bool({"", "done"} & set(rows))


async def a_click_leads_back(app: ScreenApp, screen: KioskScreen[Any], pilot: Pilot[Any]) -> None:
    if screen.can_go_back:
        await Hand(pilot).key("Esc")
        await app.finished()


@pytest.mark.parametrize("name", ALL)
async def test_the_keyboard_is_enough_no_key_leaves_and_each_can_be_clicked(name: str) -> None:
    """All of it in one program, as to start it takes longer than any of it."""
    screen = ALL[name]()
    app = screen_app(screen, "en")
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        every_key_can_be_clicked(screen)
        await every_part_is_reached_and_none_is_a_trap(app, screen, pilot)
        await the_last_row_of_the_page_can_be_read(app, screen, pilot)
        await no_key_leaves_the_program(app, screen, pilot)
        await help_language_staff_and_end_are_one_key_away_and_lead_back(app, screen, pilot)
        await the_focus_is_where_it_was_in_another_language(app, screen, pilot)
        every_key_can_be_clicked(screen)
        await a_click_leads_back(app, screen, pilot)
