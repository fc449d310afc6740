"""Days and moments in words of the person's language; always the day and the hour of Japan."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from kiosk.clock import JAPAN

if TYPE_CHECKING:
    from kiosk.i18n import Translator


def day_words(day: date, t: Translator) -> str:
    """Return a day in words, as in 2026年12月7日 or 7 December 2026."""
    from kiosk.forms.summary import display_date

    return display_date(day.isoformat(), t)


def near_words(moment: datetime, now: datetime, t: Translator) -> str:
    """Return a moment as ``moment_words`` does, without its day where that is today in Japan."""
    if moment.astimezone(JAPAN).date() == now.astimezone(JAPAN).date():
        return f"{moment.astimezone(JAPAN):%H:%M}"
    return moment_words(moment, t)


def moment_words(moment: datetime, t: Translator) -> str:
    """Return a moment (aware of its zone) in words: the day and the time in Japan."""
    there = moment.astimezone(JAPAN)
    return f"{day_words(there.date(), t)} {there:%H:%M}"
