"""News from beside the screens may come at any moment, also while a screen is still being put together."""

from __future__ import annotations

from textual.screen import Screen

from kiosk.app import PortalChanged
from kiosk.portal.watch import PortalState
from kiosk.screens.menu import MenuScreen
from kiosk.screens.welcome import WelcomeScreen
from kiosk.screens.work import Step, WorkScreen
from kiosk.widgets.bars import KeyBar, TopBar
from kiosk.widgets.text import Line
from tests.support.screens import screen_app


async def test_news_come_before_the_bars_have_their_rows() -> None:
    app = screen_app(WelcomeScreen(("ja", "en")), language="en")
    async with app.run_test(size=(80, 24)):
        top, keys = TopBar("Menu", "", "unknown", "English"), KeyBar((), "")
        top.show_portal("Portal open", "open")
        keys.show_saved("Saved 14:02")
        screen: Screen[None] = Screen()
        await app.push_screen(screen)
        await screen.mount(top, keys)
        assert str(top.query_one("#portal", Line).render()) == "Portal open"
        assert str(keys.query_one("#saved", Line).render()) == "Saved 14:02"


async def test_the_portals_state_comes_before_the_menu_has_its_notice() -> None:
    app = screen_app(WelcomeScreen(("ja", "en")), language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        menu = MenuScreen()
        pushed = app.push_screen(menu)
        app.on_portal_changed(PortalChanged(PortalState("unreachable")))
        await pushed
        await pilot.pause()
        assert menu.query_one("#notice", Line).display


async def test_a_quick_job_reports_before_its_screen_is_there() -> None:
    app = screen_app(WelcomeScreen(("ja", "en")), language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        work = WorkScreen("end.title", lambda report: report(Step("work.wait", 0.5)))
        shown = app.push_screen(work)
        work.reached(Step("work.wait", 0.5))
        await shown
        await pilot.pause()
        assert isinstance(app.screen, (WorkScreen, WelcomeScreen))
