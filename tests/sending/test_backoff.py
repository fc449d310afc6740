"""Waits: spread, clamped, never less than asked for."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.sending import backoff

NOW = datetime(2026, 11, 22, 5, tzinfo=UTC)


@given(st.integers(min_value=-5, max_value=10**6), st.integers())
def test_full_jitter_grows_to_a_quarter_of_an_hour(failures: int, seed: int):
    wait = backoff.full_jitter(failures, random.Random(seed)).total_seconds()
    assert 0 <= wait <= min(900, 2 * 2 ** min(max(failures - 1, 0), 10))


def test_full_jitter_uses_the_whole_range():
    chance = random.Random(20261122)
    waits = [backoff.full_jitter(4, chance).total_seconds() for _ in range(400)]
    assert min(waits) < 1
    assert 15 < max(waits) <= 16


@given(st.floats(allow_nan=False, min_value=-1e9, max_value=1e12), st.integers())
def test_what_is_asked_for_is_given_and_a_fifth_more_but_never_over_six_hours(seconds: float, seed: int):
    wait = backoff.asked_for(seconds, random.Random(seed)).total_seconds()
    wanted = min(max(seconds, 1), 6 * 3600)
    assert wanted - 1e-6 <= wait <= wanted * 1.2 + 1e-6


@pytest.mark.parametrize(("end", "believed"), [(-3600, 0), (1800, 1800), (80_000, 21_600)])
def test_stations_come_back_one_after_the_other(end: int, believed: int):
    until = NOW + timedelta(seconds=end)
    waits = {
        (backoff.after_maintenance(until, NOW, f"station-{number}") - NOW).total_seconds() - believed
        for number in range(2_000)
    }
    assert waits <= {float(second) for second in range(600)}
    assert len(waits) > 500
