"""When to try again. Pure."""

from __future__ import annotations

import hashlib
import random
from datetime import datetime, timedelta

BASE_SECONDS = 2.0
CAP_SECONDS = 900.0
LONGEST_SECONDS = 6 * 3600.0
"""No portal is believed that asks for more."""

EXTRA_SHARE = 0.2
"""What a portal asks for is lengthened by up to this share, so that not everybody comes back at the same moment."""

SPREAD_SECONDS = 600
"""Stations come back within so many seconds after a maintenance."""


def full_jitter(failures: int, chance: random.Random) -> timedelta:
    """Return a wait anywhere from nothing to twice the last one's limit.

    Args:
        failures: how many there were in a row, from 1.
        chance: where the wait comes from.
    """
    # Beyond ten doublings the cap rules, and the power would not fit into a float for ever.
    limit = min(CAP_SECONDS, BASE_SECONDS * 2 ** min(max(failures - 1, 0), 10))
    return timedelta(seconds=chance.uniform(0, limit))


def asked_for(seconds: float, chance: random.Random) -> timedelta:
    """Return the wait for a Retry-After of ``seconds``: clamped to six hours, at least a second, a little more."""
    return timedelta(seconds=min(max(seconds, 1.0), LONGEST_SECONDS) * (1 + chance.uniform(0, EXTRA_SHARE)))


def after_maintenance(until: datetime, now: datetime, device_id: str) -> datetime:
    """Return when this station comes back after a maintenance: its own moment within ten minutes of the end.

    An end that is farther than six hours is not believed: the portal is asked again then.
    """
    end = min(max(until, now), now + timedelta(seconds=LONGEST_SECONDS))
    return end + timedelta(seconds=spread(device_id))


def spread(device_id: str) -> int:
    """Return this station's own number of seconds, from 0 to 599."""
    return int.from_bytes(hashlib.sha256(device_id.encode()).digest()[:8]) % SPREAD_SECONDS
