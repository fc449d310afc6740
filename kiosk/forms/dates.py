"""Dates as people write them: Gregorian and Japanese eras, any width, with unknown parts. Pure.

Canonical texts are ``YYYY-MM-DD``, ``YYYY-MM`` and ``YYYY``. Where a box allows an unknown part, zeros stand for it:
``1990-05-00``, ``1990-00-00``, ``0000-00-00``.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date
from typing import NamedTuple

from kiosk.forms.characters import ascii_digits

EARLIEST_YEAR = 1900
LATEST_YEAR = 2100

# The year before the first of each era: 令和1 is 2019.
_ERAS = {
    "明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018,
    "明": 1867, "大": 1911, "昭": 1925, "平": 1988, "令": 2018,
    "m": 1867, "t": 1911, "s": 1925, "h": 1988, "r": 2018,
}  # fmt: skip
_MONTHS = {
    name: number + 1
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december")
    )
    for name in names.split()
}  # fmt: skip

_ERA = "明治|大正|昭和|平成|令和|[明大昭平令mtshr]"
_GAP = r"\s*[-/.年]\s*"
_YEAR = rf"(?:(?P<era>{_ERA})\s*\.?\s*(?P<era_year>元|[0-9]{{1,2}})|(?P<year>[0-9]{{4}}))"
_SHAPES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_YEAR}(?:{_GAP}(?P<month>[0-9]{{1,2}})(?:\s*[-/.月]\s*(?P<day>[0-9]{{1,2}}))?)?\s*[年月日]?",
        r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})",
        r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})",
        r"(?P<era>[mtshr])(?P<era_year>[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})",
        r"(?P<day>[0-9]{1,2})\.\s?(?P<month>[0-9]{1,2})\.\s?(?P<year>[0-9]{4})",  # with slashes it may be either way
        r"(?P<day>[0-9]{1,2})[ -](?P<month_name>[a-z]+)[ -](?P<year>[0-9]{4})",
        r"(?P<month_name>[a-z]+) (?P<day>[0-9]{1,2}),? (?P<year>[0-9]{4})",
    )
)
_UNKNOWN = frozenset({"不明", "不詳", "unknown", "99999999", "0000-00-00", "00000000"})
_CANONICAL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Parts(NamedTuple):
    """A date as read: 0 for a part that was not written or not known."""

    year: int
    month: int
    day: int


def read(text: str) -> Parts | None:
    """Return the parts of a date in any accepted way of writing, or None. The date need not exist."""
    plain = " ".join(ascii_digits(unicodedata.normalize("NFKC", text)).casefold().split())
    if plain in _UNKNOWN:
        return Parts(0, 0, 0)
    for shape in _SHAPES:
        found = shape.fullmatch(plain)
        if found is not None:
            return _parts(found.groupdict())
    return None


def _parts(groups: dict[str, str | None]) -> Parts | None:
    month = int(groups.get("month") or 0)
    name = groups.get("month_name")
    if name is not None:
        if name not in _MONTHS:
            return None
        month = _MONTHS[name]
    return Parts(_year(groups), month, int(groups.get("day") or 0))


def _year(groups: dict[str, str | None]) -> int:
    era, era_year = groups.get("era"), groups.get("era_year")
    if era is None or era_year is None:
        return int(groups.get("year") or 0)
    number = 1 if era_year == "元" else int(era_year)
    return _ERAS[era] + number if number else 0


def write(parts: Parts, *, partial: bool) -> str:
    """Return the canonical text of a full date; with ``partial`` zeros stand for unknown parts.

    Without ``partial`` a missing part is left away, so that the check can say what is missing.
    """
    if partial or (parts.month and parts.day):
        return f"{parts.year:04}-{parts.month:02}-{parts.day:02}"
    return f"{parts.year:04}-{parts.month:02}" if parts.month else f"{parts.year:04}"


def problem(text: str, *, partial: bool) -> str:
    """Return the code of what is wrong with a canonical date, or an empty text.

    Codes: ``not_a_date``, ``incomplete_date``, ``no_such_date``, ``year_out_of_range``.
    """
    parts = read(text)
    if parts is None:
        return "not_a_date"
    if partial and parts == (0, 0, 0):
        return "" if _CANONICAL.fullmatch(text) else "not_a_date"
    if not parts.month or not parts.day:
        return _partial_problem(parts, text) if partial else "incomplete_date"
    return _whole_problem(parts, text)


def _partial_problem(parts: Parts, text: str) -> str:
    if not _CANONICAL.fullmatch(text):
        return "not_a_date"
    if parts.month > 12 or (parts.day and not parts.month):
        return "no_such_date"
    return "" if EARLIEST_YEAR <= parts.year <= LATEST_YEAR else "year_out_of_range"


def _whole_problem(parts: Parts, text: str) -> str:
    try:
        date(parts.year, parts.month, parts.day)
    except ValueError:
        return "no_such_date"
    if not EARLIEST_YEAR <= parts.year <= LATEST_YEAR:
        return "year_out_of_range"
    return "" if _CANONICAL.fullmatch(text) else "not_a_date"


def earliest(text: str) -> date | None:
    """Return the first day that a canonical date, year-month or year may mean, or None."""
    parts = read(text)
    return None if parts is None else _day(parts.year, parts.month or 1, parts.day or 1)


def latest(text: str) -> date | None:
    """Return the last day that a canonical date, year-month or year may mean, or None."""
    parts = read(text)
    if parts is None or parts.day:
        return earliest(text)
    months = parts.year * 12 + (parts.month or 12)
    after = _day(months // 12, months % 12 + 1, 1)
    return None if after is None or not parts.year else date.fromordinal(after.toordinal() - 1)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def period_end(code: str, start: date) -> date | None:
    """Return the last day of a period of stay that begins on ``start``, or None for a code that is no period.

    Args:
        code: official code of list CB20, ``YYMMDDD`` (``0100000`` is one year, ``0000090`` ninety days), or of list
            C970, where the code of the status stands before it.
        start: the first day.
    """
    digits = code[-7:]
    if len(digits) != 7 or not digits.isascii() or not digits.isdigit() or digits == "0000000":
        return None
    months = start.year * 12 + start.month - 1 + int(digits[:2]) * 12 + int(digits[2:4])
    year, month = divmod(months, 12)
    after = _day(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))
    return None if after is None else date.fromordinal(after.toordinal() + int(digits[4:]))
