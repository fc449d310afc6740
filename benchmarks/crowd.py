"""Stations that come back in the same second to one portal, which lets in so many and tells the others to wait."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx

from benchmarks.figures import Figure
from benchmarks.parcels import Exchange, Parcel, carry, parcels
from benchmarks.sizes import Sizes
from benchmarks.station import mailbox, office
from benchmarks.store import timed
from kiosk.sending import backoff
from kiosk.settings import PortalSettings
from tests.faults.office import Office

PORTAL_RATE = 50
"""What the portal takes a second from one address; all these stations have the same one."""

SHARE = 50
"""One in so many is sent one after the other first, to compare with."""


MOST_WRONG = 30
"""After so many wrong answers a station gives up."""


@dataclass
class Crowd:
    """What the stations met.

    Attributes:
        received: submission ids for which a station holds a receipt.
        waits: how often one was told how long to wait.
        wrong: every answer that is neither a success nor such a request to wait.
        cut: connections that were lost or timed out, as they are told of by the machine and not by the portal.
        seconds: until the last receipt.
    """

    received: list[str] = field(default_factory=list[str])
    waits: int = 0
    wrong: Counter[str] = field(default_factory=Counter[str])
    cut: Counter[str] = field(default_factory=Counter[str])
    seconds: float = 0.0

    def wait(self, answer: httpx.Response, chance: random.Random) -> float | None:
        """Note a refusal and return how long its station waits, by the sender's own rule; None where it is wrong."""
        asked = answer.headers.get("Retry-After", "")
        if answer.status_code not in (429, 503) or not asked.isdigit() or int(asked) < 1:
            self.wrong[str(answer.status_code)] += 1
            return None
        self.waits += 1
        return backoff.asked_for(float(asked), chance).total_seconds()


def measure(sizes: Sizes) -> Iterator[Figure]:
    """Yield what became of ``sizes.kiosks`` stations, and how long it took beside one after the other."""
    number = sizes.kiosks
    with office() as made, mailbox() as mail:
        few, many = parcels(made, -(-number // SHARE)), parcels(made, number)
        with made.serving(smtp_port=mail, quiet=True):
            each = _one_after_the_other(made, few) / len(few)
        with made.serving(PORTAL_RATE, mail, quiet=True):
            crowd = asyncio.run(_all_at_once(made.origin, many))
        if sorted(made.received()) != sorted(item.id for item in (*few, *many)):
            raise RuntimeError("an application was lost, or arrived twice")
    words = f"crowd: {number:,} kiosks in one second"
    yield Figure(f"{words}, received", len(set(crowd.received)), "items", number, "= 1 x")
    yield Figure(f"{words}, wrong answers", sum(crowd.wrong.values()), "answers", target=f"0 {dict(crowd.wrong) or ''}")
    yield Figure(f"{words}, cut or timed out", sum(crowd.cut.values()), "requests", target=f"0 {dict(crowd.cut) or ''}")
    yield Figure(f"{words}, told to wait", crowd.waits, "answers")
    yield Figure(f"{words}, time to drain", crowd.seconds, "s", each * number)


def _one_after_the_other(made: Office, few: list[Parcel]) -> float:
    with httpx.Client(trust_env=False, timeout=60.0) as http:
        return sum(timed(lambda p=parcel: _carried(http, made.origin, p)) for parcel in few) / 1000


def _carried(http: httpx.Client, origin: str, parcel: Parcel) -> None:
    carry(http, parcel.requests(origin, ask=True)).raise_for_status()


async def _all_at_once(origin: str, many: list[Parcel]) -> Crowd:
    crowd, start = Crowd(), time.monotonic()
    limits = httpx.Limits(max_connections=len(many), max_keepalive_connections=len(many))
    seconds = PortalSettings().timeout_seconds
    # One client, for a thousand would take longer than the portal; each station waits and repeats by itself.
    async with httpx.AsyncClient(limits=limits, timeout=seconds, trust_env=False) as http:
        await asyncio.gather(*(_station(http, origin, parcel, crowd) for parcel in many))
    crowd.seconds = time.monotonic() - start
    return crowd


async def _station(http: httpx.AsyncClient, origin: str, parcel: Parcel, crowd: Crowd) -> None:
    """Bring one application as the sender does: after a wait it begins again, and asks how much is there."""
    chance, wrong = random.Random(parcel.id), 0
    while wrong < MOST_WRONG:
        try:
            answer = await _carry(http, parcel.requests(origin, ask=True))
        except httpx.TransportError as error:
            wrong += 1
            crowd.cut[type(error).__name__] += 1
            await asyncio.sleep(backoff.full_jitter(wrong, chance).total_seconds())
            continue
        if answer.is_success:
            crowd.received.append(parcel.id)
            return
        wait = crowd.wait(answer, chance)
        wrong += wait is None
        await asyncio.sleep(backoff.BASE_SECONDS if wait is None else wait)


async def _carry(http: httpx.AsyncClient, exchange: Exchange) -> httpx.Response:
    request = next(exchange)
    while True:
        try:
            request = exchange.send(await http.send(request))
        except StopIteration as end:
            last: httpx.Response = end.value
            return last
