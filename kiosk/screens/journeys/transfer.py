"""Files on their way to the portal, as the person sees it: how far, how long still, a pause, the end at a wish."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from kiosk.portal.errors import SendingStopped
from kiosk.screens.documents import size_text
from kiosk.screens.work import Report, Step
from kiosk.widgets.rows import NAME_CELLS, shortened

if TYPE_CHECKING:
    from kiosk.delivery import Reached
    from kiosk.portal.client import PortalClient

T = TypeVar("T")

_LAST = frozenset({"submitting", "answering"})
"""Steps that come to their end once they have begun."""

_MINUTE = 60
_LEAST_SECONDS = 1.0
"""What was sent in less says nothing of the pace."""

_HALF_LIFE = 10.0
"""Seconds after which what was sent counts half for the pace."""


class Pace:
    """Says how far a delivery is, and how long it will take at the pace of the last seconds, without its pauses.

    Args:
        monotonic: seconds on a clock that never goes back.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._name = ""
        self._found = False  # whether it is known what the portal held of the present file before
        self._last: tuple[float, int] | None = None
        self._seconds = self._bytes = 0.0

    def pause(self) -> None:
        """Leave out the time from now to the next report, and what the portal is found to hold then."""
        self._last, self._found = None, True

    def step(self, reached: Reached) -> Step:
        """Return it as the progress screen takes it."""
        if reached.step != "uploading":
            fixed = reached.step in _LAST
            return Step(f"send.step.{reached.step}", reached.share, silent="send.step.silent", fixed=fixed)
        self._note(reached)
        shown = {
            "name": shortened(reached.name, NAME_CELLS),
            "sent": size_text(reached.sent),
            "whole": size_text(reached.whole),
        }
        left = self._left(reached)
        key = "send.step.uploading" if left is None else f"send.step.{left[0]}"
        more = () if left is None else (("left", left[1]),)
        return Step(key, reached.share, (*shown.items(), *more), silent="send.step.silent")

    def _note(self, reached: Reached) -> None:
        """Take a report into the pace: of the first two of a file, the second tells what the portal held before."""
        now, known = self._monotonic(), self._found
        if reached.name != self._name:
            self._name, known, self._found = reached.name, False, False
        else:
            self._found = True
        if self._last is not None:
            seconds, size = now - self._last[0], reached.sent - self._last[1]
            kept = 0.5 ** (seconds / _HALF_LIFE)
            self._seconds = self._seconds * kept + seconds
            self._bytes = self._bytes * kept + (max(0, size) if known else 0)
        self._last = (now, reached.sent)

    def _left(self, reached: Reached) -> tuple[str, int] | None:
        """Return about the time left, in minutes or seconds; None as long as there is nothing to judge by."""
        if self._bytes <= 0 or self._seconds < _LEAST_SECONDS or reached.sent >= reached.whole:
            return None
        seconds = (reached.whole - reached.sent) * self._seconds / self._bytes
        if seconds > 1.5 * _MINUTE:
            return "minutes", -int(-seconds // _MINUTE)
        # By fives, for a number that changes with every part is no help.
        return "seconds", max(5, 5 * -int(-seconds // 5))


class Transfer:
    """One sending. ``run`` is the job of a progress screen, ``stop`` what Esc does there."""

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._pace = Pace(time.monotonic)
        self._latest: Reached | None = None

    def stop(self) -> None:
        """Have the sending end soon, but for the filing itself, which comes to its end."""
        self._stopped.set()

    def run(self, portal: PortalClient, report: Report, job: Callable[[Callable[[Reached], None]], T]) -> T:
        """Do ``job``, which tells how far it is, and report that.

        Args:
            portal: whose waits are told.
            report: of the progress screen.
            job: the sending.

        Raises:
            SendingStopped: the person ended it.
            KioskError: what ``job`` raises.
        """
        self._stopped.clear()

        def reached(now: Reached) -> None:
            self._latest = now
            if now.step not in _LAST:
                self._end_if_stopped(away=False)
            report(self._pace.step(now))

        def waiting(seconds: float) -> None:
            filing = self._latest is not None and self._latest.step in _LAST
            if not filing:
                self._end_if_stopped(away=True)
            self._pace.pause()
            report(self._paused(seconds, filing=filing))

        with portal.telling(waiting):
            return job(reached)

    def _end_if_stopped(self, *, away: bool) -> None:
        if self._stopped.is_set():
            raise SendingStopped(away=away)

    def _paused(self, seconds: float, *, filing: bool) -> Step:
        latest = self._latest
        sent, whole = (latest.sent, latest.whole) if latest is not None else (0, 0)
        key = "send.step.paused" if seconds > 0 else "send.step.again"
        params = (("seconds", -int(-seconds // 1)), ("sent", size_text(sent)), ("whole", size_text(whole)))
        share = latest.share if latest is not None else None
        if filing:
            return Step(key, share, params, ("send.step.paused.filing",), silent="send.step.silent", fixed=True)
        kept = "send.step.paused.kept" if whole else "send.step.paused.begun"
        return Step(key, share, params, (kept, "send.step.paused.leave"), silent="send.step.silent")
