"""When the portal will be closed, on the list of tasks and before something new is begun."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kiosk.app import PortalChanged
from kiosk.i18n import translator
from kiosk.portal.watch import PortalState, Window
from kiosk.screens.procedure_choice import ProcedureScreen
from kiosk.screens.windows import ClosingLine, closing_words
from kiosk.settings import SessionSettings
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
