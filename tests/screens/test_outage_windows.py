"""When the portal will be closed, on the list of tasks and before something new is begun."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

import pytest

from kiosk.app import PortalChanged
from kiosk.i18n import translator
from kiosk.portal.watch import PortalState, PortalWatch, StatusSource, Window
from kiosk.screens.menu import MenuScreen
from kiosk.screens.procedure_choice import ProcedureScreen
from kiosk.screens.vigil import Vigil
from kiosk.screens.windows import ClosingLine, closing_words
from kiosk.settings import SessionSettings
from kiosk.widgets.text import Line
from tests.support.screens import LANGUAGES, NOON, screen_app

USUAL = timedelta(minutes=SessionSettings().filing_minutes)


def announced(minutes: float, hours: float = 8) -> PortalState:
    starts = NOON + timedelta(minutes=minutes)
    return PortalState("open", windows=(Window(starts, starts + timedelta(hours=hours)),))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_window_of_today_is_a_quiet_line(language: str) -> None:
    words, attention = closing_words(announced(600), NOON, translator(language), USUAL)
    assert not attention
    assert "22:00" in words
    assert "06:00" in words


def test_with_little_time_left_it_calls_for_attention() -> None:
    words, attention = closing_words(announced(59), NOON, translator("en"), USUAL)
    assert (words, attention) == ("! The portal closes in 59 minutes (12:59–20:59).", True)
    assert closing_words(announced(1), NOON, translator("en"), USUAL)[0].startswith("! The portal closes in 1 minute ")
    assert closing_words(announced(60), NOON, translator("en"), USUAL)[1] is False


def test_a_window_of_tomorrow_says_so() -> None:
    words, _ = closing_words(announced(14 * 60), NOON, translator("en"), USUAL)
    assert "tomorrow" in words


@pytest.mark.parametrize(
    "state",
    [
        None,
        PortalState(),
        PortalState("open"),
        PortalState("maintenance", windows=announced(60).windows),
        announced(25 * 60),
        announced(-600, hours=1),
    ],
)
def test_otherwise_nothing_is_said(state: PortalState | None) -> None:
    assert closing_words(state, NOON, translator("en"), USUAL) == ("", False)


def test_of_several_the_next_one_is_said() -> None:
    both = PortalState("open", windows=(*announced(900).windows, *announced(60).windows))
    assert "13:00" in closing_words(both, NOON, translator("en"), USUAL)[0]


async def test_the_line_takes_no_room_until_there_is_something_to_say() -> None:
    app = screen_app(ProcedureScreen(), "en")
    async with app.run_test() as pilot:
        line = app.screen.query_one(ClosingLine)
        assert not line.display
        app.on_portal_changed(PortalChanged(announced(20)))
        line.look()
        await pilot.pause()
        assert line.display
        assert line.has_class("-attention")
        app.on_portal_changed(PortalChanged(PortalState("open")))
        line.look()
        assert not line.display


# --- before a person begins ------------------------------------------------------------------------------------------


async def noticed(state: PortalState, usual: float = 60.0, language: str = "en") -> tuple[str, bool]:
    """Return what the menu says of the portal, and whether it calls for attention."""
    app = screen_app(MenuScreen(), language, session=SessionSettings(filing_minutes=usual))
    async with app.run_test() as pilot:
        app.portal_learned(state)
        await pilot.pause()
        notice = app.screen.query_one("#notice", Line)
        return str(notice.render()) if notice.display else "", notice.has_class("-attention")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_menu_says_plainly_that_a_closing_is_near(language: str) -> None:
    words, attention = await noticed(announced(42), language=language)
    assert attention
    assert words.startswith("! ")
    for part in ("12:42", "20:42", "42", "60"):  # hours of Japan, minutes that are left and that it takes
        assert part in words


async def test_how_near_is_a_setting() -> None:
    assert (await noticed(announced(42), usual=30))[1] is False
    assert (await noticed(announced(42), usual=43))[1] is True


async def test_a_closing_that_is_far_is_said_quietly_and_one_that_is_over_is_not() -> None:
    words, attention = await noticed(announced(26 * 60))
    assert "2026-11-25 14:00" in words
    assert not attention
    assert not words.startswith("!")
    assert await noticed(announced(-600, hours=1)) == ("", False)


async def test_a_closing_draws_near_while_nobody_does_anything() -> None:
    app = screen_app(MenuScreen(), "en")
    async with app.run_test() as pilot:
        app.portal_learned(announced(90))
        notice = app.screen.query_one("#notice", Line)
        assert not notice.has_class("-attention")
        app.services.clock = lambda: NOON + timedelta(minutes=31)
        cast("MenuScreen", app.screen).portal_changed()
        await pilot.pause()
        assert notice.has_class("-attention")


@pytest.mark.parametrize(
    ("until", "said"),
    [
        (NOON + timedelta(hours=2), "▲ Maintenance until 14:00"),
        (NOON + timedelta(hours=13), "▲ Maintenance until 2026-11-25 01:00"),
        (None, "▲ Maintenance"),
    ],
)
async def test_the_banner_says_the_day_where_it_is_not_today(until: datetime | None, said: str) -> None:
    app = screen_app(MenuScreen(), "en")
    async with app.run_test():
        app.portal_learned(PortalState("maintenance", until))
        assert app.portal_words() == (said, "maintenance")


async def test_the_watch_learns_what_a_request_has_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    learned: list[PortalState] = []
    app = screen_app(MenuScreen(), "en")
    async with app.run_test():
        app.portal_learned(PortalState("open"))  # nothing watches yet
        app.vigil = Vigil(app)
        app.portal_learned(PortalState("open"))  # it is not asking yet
        watch = PortalWatch(_no_portal, 3_600.0, learned.append)
        monkeypatch.setattr(app.vigil, "_watch", watch, raising=False)
        app.portal_learned(PortalState("unreachable"))
        assert watch.state.kind == app.portal_words()[1] == "unreachable"
    assert learned == []


def _no_portal() -> StatusSource:
    raise AssertionError("nobody asks")
