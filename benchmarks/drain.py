"""How fast signed applications leave, beside bare HTTP with the same bytes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx

from benchmarks.figures import Figure
from benchmarks.parcels import Parcel, carry, parcels
from benchmarks.sizes import Sizes
from benchmarks.station import Station, station
from benchmarks.store import timed
from kiosk.clock import utc_now
from kiosk.ids import uuid7
from kiosk.portal.deferred import DeferredClient
from kiosk.sending.forwarder import Forwarder

WARM = 3
"""Applications sent before anything is measured: connections, caches."""

_PATIENCE = 60.0
"""Seconds of each step: a machine with much else to do must not make it a measurement of time-outs."""

_QUICK = Path(__file__).resolve().parent / "programs" / "quick_portal.py"


def measure(sizes: Sizes) -> Iterator[Figure]:
    """Yield the rate at which one station's outbox empties, at the portal and at one that checks nothing."""
    with station() as here:
        yield _drain(here, sizes.items, here.office.origin, "the portal", ">= 0.6 x")
        if here.office.applications() != 2 * (sizes.items + WARM):
            raise RuntimeError("an application has not arrived, or not once")
        with _quick_portal() as origin:
            yield _drain(here, sizes.items, origin, "a portal that checks nothing")


def _drain(here: Station, number: int, origin: str, where: str, target: str = "") -> Figure:
    """Outbox and bare HTTP take turns, one application each."""
    ids, bare = here.put(number + WARM), parcels(here.office, number + WARM)
    ours: list[float] = []
    theirs: list[float] = []
    settings = replace(here.settings.portal, origin=origin, timeout_seconds=_PATIENCE)
    with DeferredClient(settings) as client, httpx.Client(trust_env=False, timeout=_PATIENCE) as http:
        forwarder = Forwarder(here.store.dispatch, client, "station-1", utc_now, uuid7())
        for parcel in bare:
            ours.append(timed(forwarder.forward))
            theirs.append(timed(lambda item=parcel: _post(http, origin, item)))
    if any(here.store.outbox.show(item).state != "accepted" for item in ids):
        raise RuntimeError("an application has not been received")
    rates = [number * 1000 / sum(times[WARM:]) for times in (ours, theirs)]
    return Figure(f"drain: applications to {where}", rates[0], "a second", rates[1], target)


def _post(http: httpx.Client, origin: str, parcel: Parcel) -> None:
    carry(http, parcel.requests(origin)).raise_for_status()


@contextmanager
def _quick_portal() -> Generator[str]:
    with subprocess.Popen([sys.executable, str(_QUICK)], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.terminate()
