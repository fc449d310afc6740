"""How fast requests are let in: a token bucket for each peer and device, and a few places for slow work.

Who is refused is told when to come again, each a little later than the one before, so that a thousand stations that
reopen in the same second come back one after the other and not all at once. Held in memory, by each process.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from kiosk.clock import Clock
from kiosk.portal.contract import ProblemCode
from reference_portal.errors import Refusal

_BURST_SECONDS = 2
_LONGEST_WAIT = 120
_MOST_BUCKETS = 10_000
_PLACES = "places"
_FIRST_GUESS, _SHORTEST_WORK, _WEIGHT = 0.5, 0.05, 0.1
"""Seconds that a piece of slow work takes, before any was done and at least; weight of the last one in the mean."""


@dataclass
class _Bucket:
    """What one peer has left, and how many were sent away of late (both as of ``seen``)."""

    seen: datetime
    tokens: float
    waiting: float = 0.0


class Pace:
    """The pace of one portal.

    Args:
        rate: requests a second that each peer and each device may make on average; twice as many at once.
        places: how many pieces of slow work are done at the same time.
        clock: tells the time.
    """

    def __init__(self, rate: int, places: int, clock: Clock) -> None:
        self._rate, self._burst = float(rate), float(rate * _BURST_SECONDS)
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}
        self._places = threading.BoundedSemaphore(places)
        self._count = places
        self._mean = _FIRST_GUESS
        self._lock = threading.Lock()

    def take(self, who: str) -> None:
        """Count one request of ``who`` (such as ``peer 192.0.2.1``).

        Raises:
            Refusal: ``rate``, with the seconds after which this one's turn should come.
        """
        with self._lock:
            bucket = self._filled(who)
            if bucket.tokens >= 1:
                bucket.tokens -= 1
                return
            wait = self._later(bucket, self._rate)
        raise Refusal(ProblemCode.RATE, retry_after=wait)

    @contextmanager
    def place(self) -> Generator[None]:
        """Hold one of the places for slow work.

        Raises:
            Refusal: ``rate`` when all are taken.
        """
        if not self._places.acquire(blocking=False):
            with self._lock:
                wait = self._later(self._filled(_PLACES), self._served())
            raise Refusal(ProblemCode.RATE, retry_after=wait)
        began = time.monotonic()
        try:
            yield
        finally:
            self._places.release()
            with self._lock:
                self._mean += (time.monotonic() - began - self._mean) * _WEIGHT

    def _served(self) -> float:
        """Return how many pieces of slow work are done a second, going by the last ones."""
        return self._count / max(self._mean, _SHORTEST_WORK)

    def _filled(self, who: str) -> _Bucket:
        now = self._clock()
        bucket = self._buckets.get(who)
        if bucket is None:
            self._forget_idle()
            bucket = self._buckets[who] = _Bucket(now, self._burst)
        # A clock that is set back gives nothing, and takes nothing away.
        seconds = max((now - bucket.seen).total_seconds(), 0.0)
        bucket.seen = now
        bucket.tokens = min(bucket.tokens + seconds * self._rate, self._burst)
        served = self._served() if who == _PLACES else self._rate
        bucket.waiting = max(bucket.waiting - seconds * served, 0.0)
        return bucket

    def _later(self, bucket: _Bucket, rate: float) -> int:
        bucket.waiting += 1
        return min(math.ceil(bucket.waiting / rate), _LONGEST_WAIT)

    def _forget_idle(self) -> None:
        if len(self._buckets) < _MOST_BUCKETS:
            return
        now = self._clock()
        idle = [who for who, item in self._buckets.items() if (now - item.seen).total_seconds() > _LONGEST_WAIT]
        for who in idle or list(self._buckets)[: _MOST_BUCKETS // 2]:
            del self._buckets[who]
