"""Whether a paper is too old on the day it is filed. Pure; how old it may be is in ``config/documents.toml``."""

from __future__ import annotations

import calendar
from datetime import date
from typing import Literal

Age = Literal["good", "too_old", "in_the_future"]


def last_day(issued: date, months: int) -> date:
    """Return the last day on which a paper of ``issued`` may be filed.

    The day of the same number so many months later, or the last of that month where it has no such day (Civil Code,
    article 143, as the agency counts "within 3 months of issue").
    """
    month = issued.month - 1 + months
    year, month = issued.year + month // 12, month % 12 + 1
    return date(year, month, min(issued.day, calendar.monthrange(year, month)[1]))


def age_of(issued: date, filed: date, months: int | None) -> Age:
    """Say whether a paper is good.

    Args:
        issued: the date on the paper, as the person gives it.
        filed: the day of filing.
        months: how old it may be; None where no rule is known.
    """
    if issued > filed:
        return "in_the_future"
    if months is None or filed <= last_day(issued, months):
        return "good"
    return "too_old"
