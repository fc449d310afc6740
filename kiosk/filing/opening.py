"""On which days a bureau is open. Filing online is possible on every day; counters and mail are not. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from pydantic import Field

from kiosk.filing.data import Certainty, Dated, read_entries

_SATURDAY = 5
_DAY = timedelta(days=1)


class _Closed(Dated):
    first: str = Field(alias="from")
    until: str
    certainty: Certainty
    source: str

    def covers(self, day: date) -> bool:
        """Say whether the day of the year lies within; it may go over the end of the year."""
        text = f"{day:%m-%d}"
        if self.first <= self.until:
            return self.first <= text <= self.until
        return text >= self.first or text <= self.until


def is_open(day: date) -> bool:
    """Say whether the bureaus are open: no Saturday, Sunday, national holiday or end of the year."""
    # Imported here, for most rules never ask.
    import jpholiday

    if day.weekday() >= _SATURDAY or jpholiday.is_holiday(day):
        return False
    closed = read_entries("periods.toml", "closed", _Closed)
    return not any(rule.holds_on(day) and rule.covers(day) for rule in closed)


def last_open_day(day: date) -> date:
    """Return the last day up to ``day`` on which a counter can be reached."""
    return _walk(day, lambda other: other - _DAY)


def next_open_day(day: date) -> date:
    """Return the first day from ``day`` on which a counter can be reached."""
    return _walk(day, lambda other: other + _DAY)


def _walk(day: date, step: Callable[[date], date]) -> date:
    while not is_open(day):
        day = step(day)
    return day
