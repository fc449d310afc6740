"""When an extension may be filed, and what ends first. Days are days in Japan. Pure."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from kiosk.filing.data import Certainty, Dated, Entry, in_force, read_entries, read_entry


class _Opening(Dated):
    months_of_stay_from: int
    months_before: int = 0
    half_of_stay: bool = False
    certainty: Certainty
    source: str
    checked: date


class _Special(Dated):
    months_after: int
    applies_over_days: int
    certainty: Certainty
    source: str
    checked: date


class _Warnings(Entry):
    days_left_urgent: int
    certificate_days_left: int
    passport_days_left: int


WindowState = Literal["too_early", "open", "urgent", "expired"]


@dataclass(frozen=True, slots=True)
class Window:
    """When an extension may be filed.

    ``earliest`` and ``latest`` are included; ``special_until`` is the last day on which the stay goes on while an
    application filed in time is examined (None where that does not apply); ``days_left`` counts ``latest`` itself as 0
    on the day and is negative after it.
    """

    earliest: date
    latest: date
    special_until: date | None
    days_left: int
    state: WindowState
    certainty: Certainty
    source: str


def extension_window(expires: date, period: str, today: date) -> Window:
    """Return when an extension of a stay may be filed.

    Args:
        expires: the last day of the stay.
        period: code of the present period of stay, ``YYMMDDD`` as in list CB20 (``0100000`` is one year).
        today: the day in Japan.

    Raises:
        ValueError: the code is no period.
    """
    months, days = period_length(period)
    rule = next(rule for rule in _openings(today) if months >= rule.months_of_stay_from)
    stay_days = months * 30 + days
    earliest = (
        expires - timedelta(days=stay_days // 2) if rule.half_of_stay else add_months(expires, -rule.months_before)
    )
    until = special_until(expires, period, today)
    left = (expires - today).days
    return Window(earliest, expires, until, left, _state(earliest, left, today), rule.certainty, rule.source)


def special_until(expires: date, period: str, today: date) -> date | None:
    """Return until when the stay goes on while an application filed in time is examined; None for a short stay.

    Args:
        expires: the last day of the stay.
        period: code of the present period of stay; empty when not known (then it is taken for a longer one).
        today: the day of filing in Japan.

    Raises:
        ValueError: the code is no period.
    """
    special = in_force("periods.toml", "special_period", _Special, today)
    months, days = period_length(period) if period else (12, 0)
    return add_months(expires, special.months_after) if months * 30 + days > special.applies_over_days else None


def _openings(today: date) -> tuple[_Opening, ...]:
    rules = read_entries("periods.toml", "extension_opens", _Opening)
    return tuple(sorted((rule for rule in rules if rule.holds_on(today)), key=lambda rule: -rule.months_of_stay_from))


def _state(earliest: date, left: int, today: date) -> WindowState:
    if left < 0:
        return "expired"
    if left <= read_entry("periods.toml", "warnings", _Warnings).days_left_urgent:
        return "urgent"
    return "too_early" if today < earliest else "open"


def period_length(period: str) -> tuple[int, int]:
    """Return months and days of a period code ``YYMMDDD``; raises ``ValueError`` for anything else."""
    digits = period[-7:]
    if len(digits) != 7 or not digits.isascii() or not digits.isdigit() or not int(digits):
        raise ValueError("not a period of stay")
    return int(digits[:2]) * 12 + int(digits[2:4]), int(digits[4:])


def add_months(day: date, months: int) -> date:
    """Return the same day ``months`` later (earlier when negative), or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


EndingKey = Literal["stay", "residence_card", "certificate", "my_number_card", "passport"]


@dataclass(frozen=True, slots=True)
class Ending:
    """Something that ends: a message ``ending.<key>``, its last day, and whether the person should act now."""

    key: EndingKey
    last_day: date
    soon: bool


def endings(
    today: date,
    stay: date | None = None,
    residence_card: date | None = None,
    certificate: date | None = None,
    my_number_card: date | None = None,
    passport: date | None = None,
) -> tuple[Ending, ...]:
    """Return what ends, the first one first.

    The My Number card and its certificates end with the stay, and are not prolonged when the stay is: the person has to
    do that at the town hall before the last day.

    Args:
        today: the day in Japan.
        stay: last day of the stay.
        residence_card: last day of the residence card.
        certificate: last day of the certificates in the My Number card.
        my_number_card: last day of the My Number card.
        passport: last day of the passport.
    """
    warnings = read_entry("periods.toml", "warnings", _Warnings)
    urgent, card = warnings.days_left_urgent, warnings.certificate_days_left
    named: tuple[tuple[EndingKey, date | None, int], ...] = (
        ("stay", stay, urgent),
        ("residence_card", residence_card, urgent),
        ("certificate", certificate, card),
        ("my_number_card", my_number_card, card),
        ("passport", passport, warnings.passport_days_left),
    )
    found = [Ending(key, last, (last - today).days <= days) for key, last, days in named if last is not None]
    return tuple(sorted(found, key=lambda ending: ending.last_day))
