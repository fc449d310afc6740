"""Who comes too fast is told when to come again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from reference_portal.errors import Refusal
from reference_portal.pace import Pace
from tests.reference_portal.world import HandClock, World, code

pytestmark = pytest.mark.one_database


def made(rate: int = 10, places: int = 2) -> tuple[Pace, HandClock]:
    clock = HandClock(datetime(2026, 11, 23, tzinfo=UTC))
    return Pace(rate, places, clock), clock


def taken(pace: Pace, who: str, count: int) -> list[int]:
    """Return the waits of those that were sent away."""
    waits: list[int] = []
    for _ in range(count):
        try:
            pace.take(who)
        except Refusal as refusal:
            waits.append(refusal.retry_after or 0)
    return waits


def test_twice_the_rate_at_once_then_each_a_later_turn() -> None:
    pace, clock = made()
    waits = taken(pace, "peer a", 120)
    assert 95 <= len(waits) <= 100
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (1, 10)
    assert taken(pace, "peer b", 20) == []
    clock.forward(seconds=10)
    assert taken(pace, "peer a", 20) == []
    assert len(taken(pace, "peer a", 5)) >= 4


def test_nobody_is_sent_away_for_ever() -> None:
    pace, _clock = made(rate=1)
    assert max(taken(pace, "peer a", 1000)) == 120


def test_a_clock_that_is_set_back_gives_nothing_and_takes_nothing() -> None:
    pace, clock = made()
    taken(pace, "peer a", 30)
    clock.forward(days=-1)
    assert len(taken(pace, "peer a", 3)) == 3
    clock.forward(seconds=2)
    assert taken(pace, "peer a", 3) == []


def test_many_peers_do_not_fill_the_memory() -> None:
    pace, _clock = made()
    for number in range(25_000):
        pace.take(f"peer {number}")
    assert len(vars(pace)["_buckets"]) <= 10_000


def test_places() -> None:
    pace, _clock = made()
    with pace.place(), pace.place():
        waits: list[int] = []
        for _ in range(20):
            with pytest.raises(Refusal) as refused, pace.place():
                pass
            waits.append(refused.value.retry_after or 0)
    assert waits == sorted(waits)
    assert waits[0] == 1 < waits[-1]
    with pace.place():
        pass


def test_challenges_are_paced(make_world: Callable[..., World]) -> None:
    world = make_world(rate=2)
    ask = {"purpose": "login", "device_id": "one"}
    got = [world.post("/challenges", ask) for _ in range(30)]
    refused = [answer for answer in got if answer.status_code != 201]
    assert len(refused) >= 20
    assert {code(answer) for answer in refused} == {"rate"}
    assert all(int(answer.headers["retry-after"]) >= 1 for answer in refused)
    assert world.request("GET", "/status").status_code == 200
    world.clock.forward(seconds=30)
    assert world.post("/challenges", ask).status_code == 201


def test_one_device_behind_many_addresses(make_world: Callable[..., World]) -> None:
    world = make_world(rate=2, trusted_proxies=("127.0.0.1/32",), networks=("192.0.2.0/24",))
    ask = {"purpose": "login", "device_id": "one"}
    got = [world.post("/challenges", ask, headers={"X-Forwarded-For": f"192.0.2.{n}"}) for n in range(30)]
    assert {code(answer) for answer in got if answer.status_code != 201} == {"rate"}
    other = {"purpose": "login", "device_id": "two"}
    assert world.post("/challenges", other, headers={"X-Forwarded-For": "192.0.2.99"}).status_code == 201
