"""What goes on beside the screens: the portal's state, the readers, and whether anybody is still there."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from textual.timer import Timer

if TYPE_CHECKING:
    from kiosk.app import KioskApp
    from kiosk.card.monitor import CardEvent
    from kiosk.portal.watch import PortalState


class Vigil:
    """Watches portal, readers and idleness, and posts messages to the application.

    Args:
        app: the application; its threads only ever post messages to it.
    """

    def __init__(self, app: KioskApp) -> None:
        self._app = app
        self._last_input = time.monotonic()
        self._timer: Timer | None = None
        self._stops: list[object] = []

    def start(self) -> None:
        """Start watching. The imports are slow, so they happen in a thread, after the first paint."""
        self._timer = self._app.set_interval(1.0, self._look_at_the_clock)
        self._app.run_worker(self._start_threads, thread=True, group="vigil")

    def _start_threads(self) -> None:
        from kiosk.app import PortalChanged, ReaderNews
        from kiosk.portal.client import PortalClient
        from kiosk.portal.watch import PortalWatch

        app, services = self._app, self._app.services

        def tell(event: CardEvent) -> None:
            app.post_message(ReaderNews(event))

        services.cards.start_monitor(tell)
        self._watch = PortalWatch(
            # A client of its own: asking for the status must neither prolong nor end the person's session.
            lambda: PortalClient(services.settings.portal, services.device_id),
            services.settings.portal.status_interval_seconds,
            lambda state: app.post_message(PortalChanged(state)),
        )
        self._watch.start()

    def stop(self) -> None:
        """Stop the threads; they end on their own soon after."""
        watch = getattr(self, "_watch", None)
        if watch is not None:
            watch.stop()

    def portal_learned(self, state: PortalState) -> None:
        """Let the watch know what a request has shown, so that it tells when that is over."""
        watch = getattr(self, "_watch", None)
        if watch is not None:
            watch.learned(state)

    def somebody_is_here(self) -> None:
        """Start counting anew: a key, the mouse, a card."""
        self._last_input = time.monotonic()

    async def _look_at_the_clock(self) -> None:
        from kiosk.screens.idle import IdleScreen

        limits = self._app.services.settings.session
        away = time.monotonic() - self._last_input
        if away >= limits.idle_end_seconds:
            self._app.end_visit()
        elif (
            away >= limits.idle_warning_seconds
            and not isinstance(self._app.screen, IdleScreen)
            # Whoever says that they are still there need not be who gave the staff code.
            and await self._app.shut_outbox()
        ):
            self._app.push_screen(IdleScreen(limits.idle_end_seconds - limits.idle_warning_seconds))
