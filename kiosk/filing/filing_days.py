"""Every day that counts for one application: from when, until when, and what has to be told to whom. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from kiosk.filing.data import Certainty, Dated, Entry, in_force, meant, read_entries, read_entry
from kiosk.filing.deadlines import Ending, add_months, endings, extension_window, special_until
from kiosk.filing.facts import Facts
from kiosk.filing.opening import last_open_day

_FILE = "periods.toml"


class _Acquisition(Dated):
    apply_within_days: int
    stay_without_status_days: int
    certainty: Certainty
    source: str
    checked: date


class _Certificate(Dated):
    months: int
    certainty: Certainty
    source: str
    checked: date


class _PendingAbroad(Dated):
    years_after_leaving: int
    months_after_stay: int
    certainty: Certainty
    source: str
    checked: date


class _CardProlonged(Dated):
    months_after_stay: int
    certainty: Certainty
    source: str
    checked: date


class _NoEnd(Entry):
    statuses: tuple[str, ...]
    certainty: Certainty
    source: str


class _NoticeRule(Dated):
    key: str
    fact: Literal["moved_on", "organisation_changed_on", "separated_on"]
    statuses: tuple[str, ...]
    days: int
    where: Literal["town_hall", "agency"]
    certainty: Certainty
    source: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to be told: a message ``notice.<key>``, by ``latest`` (included), at ``notice.where.<where>``."""

    key: str
    latest: date
    where: Literal["town_hall", "agency"]
    overdue: bool
    source: str


@dataclass(frozen=True, slots=True)
class FilingDays:
    """The days of one application, in Japan, all included; None where there is none or it is not known.

    Attributes:
        earliest: first day to file; None where it may be filed as soon as there is a reason.
        latest: last day to file.
        special_until: last day of the stay while an application filed in time is examined.
        counter_until: last day up to ``special_until`` on which a counter is open, to receive the result.
        without_status_until: acquisition: last day on which one may stay without a status.
        usable_until: certificate of eligibility: last day to enter Japan with it.
        return_by: who left while the application is pending: last day to come back.
        card_until: last day of a My Number card that is prolonged at the town hall while the application is pending.
        certainty: how sure ``earliest`` and ``latest`` are.
        source: where they come from.
    """

    earliest: date | None = None
    latest: date | None = None
    special_until: date | None = None
    counter_until: date | None = None
    without_status_until: date | None = None
    usable_until: date | None = None
    return_by: date | None = None
    card_until: date | None = None
    certainty: Certainty = "secondary"
    source: str = ""


_LAST_DAY = "Immigration Act art. 20, 21 (apply before the period of stay ends); horiuchi-gyosei.com"


def filing_days(procedure: str, facts: Facts) -> FilingDays:
    """Return the days of one application.

    Args:
        procedure: id in ``config/procedures.toml``.
        facts: what is known; a period of stay that has no length in its code counts as not known.

    Raises:
        ValueError: the period of stay is no code.
    """
    if procedure in {"other_activity", "reentry"} and facts.together_with not in {None, "none", procedure}:
        return filing_days(str(facts.together_with), facts)
    if procedure == "acquisition":
        return _acquisition(facts)
    if procedure == "certificate_of_eligibility":
        return _certificate(facts)
    return _stay(procedure, facts)


def _acquisition(facts: Facts) -> FilingDays:
    rule = in_force(_FILE, "acquisition", _Acquisition, facts.today)
    happened = facts.happened_on
    if happened is None:
        return FilingDays(certainty=rule.certainty, source=rule.source)
    return FilingDays(
        earliest=happened,
        latest=happened + timedelta(days=rule.apply_within_days),
        without_status_until=happened + timedelta(days=rule.stay_without_status_days),
        certainty=rule.certainty,
        source=rule.source,
    )


def _certificate(facts: Facts) -> FilingDays:
    rule = in_force(_FILE, "certificate_of_eligibility", _Certificate, facts.today)
    issued = facts.certificate_of_eligibility_issued
    until = None if issued is None else certificate_usable_until(issued)
    return FilingDays(usable_until=until, certainty=rule.certainty, source=rule.source)


def certificate_usable_until(issued: date) -> date:
    """Return the last day to enter Japan with a certificate of eligibility issued on a day."""
    return add_months(issued, in_force(_FILE, "certificate_of_eligibility", _Certificate, issued).months)


def _stay(procedure: str, facts: Facts) -> FilingDays:
    expires = facts.stay_ends
    if expires is None:
        return FilingDays(source=_LAST_DAY)
    earliest, certainty, source = None, "secondary", _LAST_DAY
    if procedure == "extension" and facts.period_of_stay:
        window = extension_window(expires, facts.period_of_stay, facts.today)
        earliest, certainty, source = window.earliest, window.certainty, window.source
    # Who let the last day pass without an application has no special period.
    in_time = min(facts.applied_on or facts.today, facts.today) <= expires
    applies = in_time and procedure in {"extension", "change"}
    until = special_until(expires, facts.period_of_stay or "", facts.today) if applies else None
    return FilingDays(
        earliest=earliest,
        latest=expires,
        special_until=until,
        counter_until=None if until is None else last_open_day(until),
        return_by=_return_by(facts, expires),
        card_until=_card_until(facts, expires),
        certainty=certainty,
        source=source,
    )


def _return_by(facts: Facts, expires: date) -> date | None:
    if facts.applied_on is None or facts.left_japan_on is None:
        return None
    rule = in_force(_FILE, "pending_abroad", _PendingAbroad, facts.today)
    return min(
        add_months(facts.left_japan_on, 12 * rule.years_after_leaving), add_months(expires, rule.months_after_stay)
    )


def _card_until(facts: Facts, expires: date) -> date | None:
    if facts.applied_on is None or facts.applied_on > expires:
        return None
    return add_months(expires, in_force(_FILE, "card_prolonged", _CardProlonged, facts.today).months_after_stay)


def stay_endings(user_kind: str, status: str, facts: Facts) -> tuple[Ending, ...]:
    """Return what ends, the first one first.

    Where nothing else is known, the applicant's My Number card ends with the stay.

    Args:
        user_kind: id in ``config/user_kinds.toml``: the card is that of the person who files.
        status: the status of residence now.
        facts: what is known.
    """
    card = facts.my_number_card_ends
    ends_with_stay = (
        status not in read_entry(_FILE, "no_end", _NoEnd).statuses and facts.has_my_number_card is not False
    )
    if card is None and user_kind == "applicant" and ends_with_stay:
        card = facts.stay_ends
    return endings(
        facts.today, facts.stay_ends, facts.residence_card_ends, facts.certificate_ends, card, facts.passport_ends
    )


def notices(status: str, facts: Facts) -> tuple[Notice, ...]:
    """Return the notices that have to be given after what happened, for a status of residence."""
    found: list[Notice] = []
    for rule in read_entries(_FILE, "notices", _NoticeRule):
        happened: date | None = getattr(facts, rule.fact)
        if happened is not None and meant(rule.statuses, status) and rule.holds_on(happened):
            latest = happened + timedelta(days=rule.days)
            found.append(Notice(rule.key, latest, rule.where, facts.today > latest, rule.source))
    return tuple(found)
