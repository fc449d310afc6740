"""How fast signed applications leave, beside bare HTTP with the same bytes."""

from __future__ import annotations

from collections.abc import Iterator

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


def measure(sizes: Sizes) -> Iterator[Figure]:
    """Yield the rate at which one station's outbox empties; outbox and bare HTTP take turns, one application each."""
    with station() as here:
        ids = here.put(sizes.items + WARM)
        bare = parcels(here.office, sizes.items + WARM)
        ours, theirs = _turns(here, bare)
        left = [item for item in ids if here.store.outbox.show(item).state != "accepted"]
        if left or here.office.applications() != len(ids) + len(bare):
            raise RuntimeError("an application has not arrived, or not once")
    rates = len(ids[WARM:]) / ours, len(ids[WARM:]) / theirs
    yield Figure("drain: signed applications beside bare HTTP", rates[0], "a second", rates[1], ">= 0.6 x")


def _turns(here: Station, bare: list[Parcel]) -> tuple[float, float]:
    """Return how many seconds both sides took for what lies behind ``WARM``."""
    ours: list[float] = []
    theirs: list[float] = []
    with DeferredClient(here.settings.portal) as client, httpx.Client(trust_env=False) as http:
        forwarder = Forwarder(here.store.dispatch, client, "station-1", utc_now, uuid7())
        for parcel in bare:
            ours.append(timed(forwarder.forward))
            theirs.append(timed(lambda item=parcel: _post(http, here.office.origin, item)))
    return sum(ours[WARM:]) / 1000, sum(theirs[WARM:]) / 1000


def _post(http: httpx.Client, origin: str, parcel: Parcel) -> None:
    carry(http, parcel.requests(origin)).raise_for_status()
