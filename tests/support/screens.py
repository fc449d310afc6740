"""Puts one screen, or one journey, into the real application, without portal, reader or store.

    app = screen_app(MenuScreen(), language="en")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("1")
        await app.finished()
    assert app.results == ["file"]

    def test_menu(snap_compare): assert snap_compare(screen_app(MenuScreen()), terminal_size=(80, 24))

The clock stands still at ``NOON``, cursors do not blink, and nothing goes on beside the screens.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

from textual import events
from textual.pilot import Pilot
from textual.widgets import Input, TextArea
from textual.worker import WorkerCancelled, WorkerFailed

from kiosk.app import KioskApp, VisitEndedError
from kiosk.i18n import translator
from kiosk.screens.base import KioskScreen
from kiosk.screens.work import WorkScreen
from kiosk.services import Services
from kiosk.settings import Settings

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
"""Tuesday, 24 November 2026, noon in Japan."""

SIZES = ((80, 24), (120, 36))
LANGUAGES = ("ja", "en")

SECONDS = 60.0
"""How long a screen may take to come, on the slowest machine."""

Journey = Callable[[KioskApp], Awaitable[Any]]


class ScreenApp(KioskApp):
    """The application with a route of its own.

    Args:
        route: what is run instead of a visit; what it returns is appended to ``results``.
        services: the adapters; a journey's test gives stand-ins here.
        language: of the texts.

    Attributes:
        results: what screens or journeys ended with (``Nav`` included).
    """

    def __init__(self, route: Journey, services: Services, language: str) -> None:
        super().__init__(services)
        self.t = translator(language)
        self.results: list[Any] = []
        self._given_route = route
        self._over = asyncio.Event()

    async def _route(self) -> None:
        with contextlib.suppress(VisitEndedError):
            self.results.append(await self._given_route(self))
        self._over.set()

    def _watch(self) -> None:
        """Watch nothing: no portal, no readers, no idleness."""

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Keep cursors from blinking, so that pictures are always the same."""
        if isinstance(event.widget, (Input, TextArea)):
            event.widget.cursor_blink = False

    async def finished(self) -> None:
        """Wait until the route has come to its end."""
        await asyncio.wait_for(self._over.wait(), timeout=SECONDS)


def settings_for_tests(**settings: Any) -> Settings:
    """Return settings that touch nothing of this machine; ``settings`` are fields of ``Settings``."""
    return replace(Settings(device_id="00000000-0000-7000-8000-000000000001"), **settings)


def screen_app(screen: KioskScreen[Any], language: str = "ja", **settings: Any) -> ScreenApp:
    """Return the application showing just ``screen``.

    Args:
        screen: what is shown.
        language: of the texts.
        **settings: fields of ``Settings``.
    """
    return journey_app(lambda app: app.ask(screen), language, Services(settings_for_tests(**settings), lambda: NOON))


def journey_app(journey: Journey, language: str = "ja", services: Services | None = None) -> ScreenApp:
    """Return the application running ``journey``, a coroutine function that takes the application.

    Args:
        journey: such as ``sign_in``.
        language: of the texts.
        services: stand-ins for the adapters; without them nothing may be touched that needs one.
    """
    return ScreenApp(journey, services or Services(settings_for_tests(), lambda: NOON), language)


async def work_done(pilot: Pilot[Any]) -> None:
    """Wait until no progress screen is shown any more and the screen after it has settled."""
    app = cast("KioskApp", pilot.app)
    async for _ in _looks(pilot):
        await _own_work(app)
        if not isinstance(app.screen, WorkScreen):
            await pilot.pause()
            return
    raise AssertionError("the work does not come to its end")


async def _own_work(app: KioskApp) -> None:
    """Wait for what the present screen has set to work."""
    own = [worker for worker in app.workers if worker.node is app.screen]
    if own:  # an empty list would mean all workers, the journey among them
        with contextlib.suppress(WorkerCancelled, WorkerFailed):
            await app.workers.wait_for_complete(own)


async def seen(pilot: Pilot[Any], condition: Callable[[], bool]) -> None:
    """Let the screen go on until ``condition`` is true of it.

    Raises:
        AssertionError: it does not come true.
    """
    async for _ in _looks(pilot):
        if condition():
            return
    raise AssertionError("what was waited for is not seen")


async def until(pilot: Pilot[Any], screen: type[KioskScreen[Any]]) -> None:
    """Wait until a ``screen`` is shown, letting jobs before it come to their end."""
    async for _ in _looks(pilot):
        await work_done(pilot)
        # Its frame is the last to be put together.
        if isinstance(pilot.app.screen, screen) and pilot.app.screen.query("#keys"):
            return
    raise AssertionError(f"{screen.__name__} is not shown but {type(pilot.app.screen).__name__}")


async def _looks(pilot: Pilot[Any]) -> AsyncIterator[None]:
    """Yield each time the screen stands still: twice at once, then with pauses, as others are at work."""
    began = time.monotonic()
    for look in itertools.count():
        if look > 1:
            if time.monotonic() - began > SECONDS:
                return
            await asyncio.sleep(0.02)
        await pilot.pause()
        yield
