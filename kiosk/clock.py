"""Time as the kiosk sees it: procedures count days in Japan, machines count in UTC."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

JAPAN = timezone(timedelta(hours=9), "JST")
"""Japan Standard Time. Japan has no summer time, so a fixed offset needs no time-zone database."""

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the current moment in UTC."""
    return datetime.now(UTC)


def japan_date(moment: datetime) -> date:
    """Return the calendar day in Japan at ``moment``, which must be aware of its zone."""
    return moment.astimezone(JAPAN).date()
