"""Is the portal open? Asked again and again beside everything else, for the banner and for the submit button."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal, Protocol

from kiosk.clock import Clock, utc_now
from kiosk.errors import PortalError
from kiosk.portal.errors import PortalMaintenance, PortalRegion, RateLimited

if TYPE_CHECKING:
    from kiosk.portal.contract import PortalStatus

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Window:
    """An announced time in which the portal will be closed."""

    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class PortalState:
    """What is known of the portal.

    ``until`` is the end of a maintenance, where it is known; ``windows`` are announced ones that are not over;
    ``offset`` is the portal's clock minus this machine's, to half a round trip, and None before the first answer;
    ``error`` is why there is no answer.
    """

    kind: Literal["unknown", "open", "maintenance", "unreachable", "region"] = "unknown"
    until: datetime | None = None
    windows: tuple[Window, ...] = ()
    offset: timedelta | None = None
    terms_version: str = ""
    error: PortalError | None = None

    def same_banner(self, other: PortalState) -> bool:
        """Say whether a person would be told the same; the clocks' jitter is no news."""
        return self._told() == other._told()

    def _told(self) -> tuple[object, ...]:
        return (self.kind, self.until, self.windows, self.terms_version, type(self.error))


class StatusSource(Protocol):
    """What the watch needs of ``PortalClient``."""

    def status(self) -> PortalStatus:
        """Return the portal's status; raises ``PortalError``."""
        ...

    def close(self) -> None:
        """Let go of the connections."""
        ...


class PortalWatch:
    """A daemon thread that asks for the portal's status.

    Args:
        client_factory: called once, in the thread, so that importing the client costs the first paint nothing.
        interval: seconds between questions.
        on_change: called in the thread with the new state whenever a person would be told something else. It must not
            touch the screen itself.
        clock: this machine's clock.
    """

    def __init__(
        self,
        client_factory: Callable[[], StatusSource],
        interval: float,
        on_change: Callable[[PortalState], object],
        clock: Clock = utc_now,
    ) -> None:
        self._client_factory = client_factory
        self._interval = interval
        self._on_change = on_change
        self._clock = clock
        self._state = PortalState()
        self._telling = threading.Lock()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="portal-watch", daemon=True)

    @property
    def state(self) -> PortalState:
        """The latest state."""
        return self._state

    def start(self) -> None:
        """Begin asking."""
        self._thread.start()

    def check_now(self) -> None:
        """Ask at once instead of at the end of the interval."""
        self._wake.set()

    def learned(self, state: PortalState) -> None:
        """Take what another request has shown as told already: the next answer that differs is news again."""
        with self._telling:
            self._state = state

    def stop(self, timeout: float | None = None) -> None:
        """Stop asking, and wait up to ``timeout`` seconds for a question that is under way."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(timeout)

    def _run(self) -> None:
        client = self._client_factory()
        try:
            while not self._stopping.is_set():
                state = self._ask(client)
                self._wake.clear()
                # Told after clear(), so that a listener may call check_now().
                self._tell(state)
                if not self._stopping.is_set():
                    self._wake.wait(self._pause(state))
        finally:
            client.close()

    def _ask(self, client: StatusSource) -> PortalState:
        asked = self._clock()
        try:
            status = client.status()
        except PortalError as error:
            return self._without_answer(error)
        answered = self._clock()
        return _from_status(status, asked + (answered - asked) / 2)

    def _without_answer(self, error: PortalError) -> PortalState:
        kind: Literal["maintenance", "region", "unreachable"] = "unreachable"
        until: datetime | None = None
        if isinstance(error, PortalMaintenance):
            kind, until = "maintenance", error.until
        elif isinstance(error, PortalRegion):
            kind = "region"
        known = self._state
        return PortalState(kind, until, known.windows, known.offset, known.terms_version, error)

    def _tell(self, state: PortalState) -> None:
        with self._telling:
            changed = not state.same_banner(self._state)
            self._state = state
        if not changed or self._stopping.is_set():
            return
        try:
            self._on_change(state)
        except Exception as error:
            # A listener that is going away must not blind the banner of the next one.
            _LOG.warning("portal watch: listener failed: %s", type(error).__name__)

    def _pause(self, state: PortalState) -> float:
        wait = state.error.params["seconds"] if isinstance(state.error, RateLimited) else 0
        return max(self._interval, float(wait))


def _from_status(status: PortalStatus, now: datetime) -> PortalState:
    # Imported here: this module is loaded before the first paint, and problems.py loads httpx.
    from kiosk.portal.problems import sane_moment

    portal_now = _aware(status.now)
    pairs = ((sane_moment(window.starts, now), sane_moment(window.ends, now)) for window in status.windows)
    return PortalState(
        kind="maintenance" if status.state == "maintenance" else "open",
        until=sane_moment(status.until, now) if status.state == "maintenance" else None,
        windows=tuple(Window(starts, ends) for starts, ends in pairs if starts and ends and ends > portal_now),
        offset=portal_now - now,
        terms_version=status.terms_version,
    )


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
