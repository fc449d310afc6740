"""Watches the readers from a thread of its own, for ever.

pyscard's own monitor ends when the smart-card service stops, which Windows does with the last reader. This one asks
for the list at every turn, takes any error as news, and goes on.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.card.errors import ReaderLibraryMissing
from kiosk.card.transport import CardReaders, ReaderState
from kiosk.errors import CardError

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ServiceDown:
    """There is no smart-card service now. ``library_missing``: there will be none, pyscard is not installed."""

    library_missing: bool = False


@dataclass(frozen=True, slots=True)
class NoReaderConnected:
    """The service runs, but no reader is connected."""


@dataclass(frozen=True, slots=True)
class ReaderReady:
    """A reader was connected; it is empty."""

    reader: str


@dataclass(frozen=True, slots=True)
class ReaderGone:
    """A reader was unplugged."""

    reader: str


@dataclass(frozen=True, slots=True)
class CardPresent:
    """A card was put on a reader, or lay there when watching began."""

    reader: str


@dataclass(frozen=True, slots=True)
class CardTaken:
    """A card was taken away, or its reader was unplugged."""

    reader: str


CardEvent = ServiceDown | NoReaderConnected | ReaderReady | ReaderGone | CardPresent | CardTaken


def changes(
    before: tuple[ReaderState, ...] | None, now: tuple[ReaderState, ...]
) -> tuple[ReaderReady | ReaderGone | CardPresent | CardTaken | NoReaderConnected, ...]:
    """Return what happened between two lists of readers; ``before`` is None when nothing was known."""
    old = {item.name: item.card_present for item in before or ()}
    new = {item.name: item.card_present for item in now}
    events: list[ReaderReady | ReaderGone | CardPresent | CardTaken | NoReaderConnected] = []
    for name, had_card in old.items():
        if had_card and not new.get(name, False):
            events.append(CardTaken(name))
        if name not in new:
            events.append(ReaderGone(name))
    for name, has_card in new.items():
        if name not in old:
            events.append(ReaderReady(name))
        if has_card and not old.get(name, False):
            events.append(CardPresent(name))
    if not new and (old or before is None):
        events.append(NoReaderConnected())
    return tuple(events)


class CardMonitor:
    """A daemon thread that tells ``callback`` what happens at the readers.

    Args:
        readers: what to watch.
        callback: called from the monitor's thread with each event; it should only pass the event on.
        poll_seconds: how often to look.
    """

    def __init__(self, readers: CardReaders, callback: Callable[[CardEvent], None], poll_seconds: float) -> None:
        self._readers = readers
        self._callback = callback
        self._poll_seconds = poll_seconds
        self._stop = threading.Event()
        self._known: tuple[ReaderState, ...] | None = None
        self._down: ServiceDown | None = None
        self._thread = threading.Thread(target=self._run, name="card-monitor", daemon=True)

    def start(self) -> None:
        """Begin to watch. The first turn tells how things stand."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread; returns when it has ended (at once when called from the callback)."""
        self._stop.set()
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join()

    def poll(self) -> None:
        """Look once and tell what changed."""
        try:
            now = self._readers.list()
        except CardError as error:
            self._service_is_down(ServiceDown(isinstance(error, ReaderLibraryMissing)))
            return
        self._down = None
        before, self._known = self._known, now
        for event in changes(before, now):
            self._callback(event)

    def _service_is_down(self, event: ServiceDown) -> None:
        for gone in changes(self._known, ()) if self._known else ():
            if isinstance(gone, (CardTaken, ReaderGone)):
                self._callback(gone)
        self._known = None
        if self._down != event:
            self._down = event
            self._callback(event)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.poll()
            except Exception as error:
                # Whatever a callback does, the readers are watched on.
                _log.warning("card monitor goes on after %s", type(error).__name__)
            self._stop.wait(self._poll_seconds)
