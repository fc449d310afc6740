"""From facts to the values that conditions look at: what follows from a fact is worked out once, here. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from typing import Any

from kiosk.filing.catalogue import base_status
from kiosk.filing.data import Certainty, Dated, read_entries, read_table
from kiosk.filing.deadlines import period_length, special_until
from kiosk.filing.facts import Facts

CARD_KINDS = frozenset({"applicant", "legal_representative", "relative", "scrivener"})
"""Kinds of user who file with their own My Number card."""

FILES_ALONE = frozenset({"applicant", "legal_representative", "relative"})
"""Kinds of user for whom somebody else fills the organisation's sheets (question 5 of the guide)."""


class _PhotoRule(Dated):
    from_age: int
    certainty: Certainty
    source: str


class _Transition(Dated):
    """Holders since before ``held_before`` are examined by the old rules until ``valid_until``."""

    statuses: tuple[str, ...]
    procedures: tuple[str, ...]
    held_before: date
    certainty: Certainty
    source: str


class _Screening(Dated):
    countries: tuple[str, ...]
    certainty: Certainty
    source: str


DERIVED = (
    "user_kind", "procedure", "status", "same_status", "days_since_event", "photo_needed", "files_alone",
    "card_expired", "certificate_expired", "days_left", "granted_months", "in_special_period", "old_rules",
    "tuberculosis_country", "tuberculosis_announced",
)  # fmt: skip
"""Values beyond the facts themselves."""


def circumstances(user_kind: str, procedure: str, status: str, facts: Facts) -> dict[str, Any]:
    """Return every value by name; None is "not known".

    Args:
        user_kind: id in ``config/user_kinds.toml``.
        procedure: id in ``config/procedures.toml``.
        status: id in ``config/statuses.toml`` or of a variant, the one applied for; a variant may tell facts itself.
            Empty where it is not chosen yet.
        facts: what is known.
    """
    base, told = base_status(status).id if status else "", variant_facts(status)
    values = {item.name: getattr(facts, item.name) for item in dataclasses.fields(facts)}
    values.update({name: value for name, value in told.items() if values[name] is None})
    age = age_of(facts)
    since = None if facts.happened_on is None else (facts.today - facts.happened_on).days
    values.update(
        user_kind=user_kind,
        procedure=procedure,
        status=base,
        age=age,
        stay_expired=facts.stay_expired if facts.stay_ends is None else facts.stay_ends < facts.today,
        same_status=None if facts.current_status is None else facts.current_status == base,
        days_since_event=since,
        photo_needed=photo_needed(age, facts.today),
        files_alone=user_kind in FILES_ALONE,
        card_expired=None if facts.my_number_card_ends is None else facts.my_number_card_ends < facts.today,
        certificate_expired=None if facts.certificate_ends is None else facts.certificate_ends < facts.today,
        days_left=None if facts.stay_ends is None else (facts.stay_ends - facts.today).days,
        granted_months=_months(facts.granted),
        in_special_period=_in_special_period(facts),
        category=_category(facts),
        with_reentry=bool(facts.with_reentry),
        with_other_activity=bool(facts.with_other_activity),
        with_authorised_employment=bool(facts.with_authorised_employment),
        old_rules=_old_rules(procedure, base, facts),
        tuberculosis_country=_screened(facts, announced=False),
        tuberculosis_announced=_screened(facts, announced=True),
    )
    return values


def variant_facts(status: str) -> Mapping[str, Any]:
    """Return what the variant of a status says of the facts, such as the number of Designated Activities."""
    return read_table("known_facts.toml")["variant_facts"].get(status, {})


def age_of(facts: Facts) -> int | None:
    """Return the applicant's age in full years on the day of filing; a birth to be registered is a birth date too."""
    born = facts.birth_date or (facts.event_date if facts.event == "birth" else None)
    return facts.age if born is None else full_years(born, facts.today)


def full_years(born: date, day: date) -> int:
    """Return the full years between a birth date and a day; negative before it."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def photo_needed(age: int | None, day: date) -> bool:
    """Say whether an applicant of this age needs a photo on the day of filing; True where the age is not known.

    From 2026-06-14 residence cards carry a face from the first birthday, before from the sixteenth.
    """
    return age is None or age >= photo_from_age(day)


def photo_from_age(day: date) -> int:
    """Return the age in full years from which a photo is needed on the day of filing."""
    return next(rule.from_age for rule in read_entries("documents.toml", "photo", _PhotoRule) if rule.holds_on(day))


def _months(period: str | None) -> int | None:
    """Return the months of a period of stay, a begun one counted whole; None where it is not known or no length."""
    if period is None:
        return None
    try:
        months, days = period_length(period)
    except ValueError:
        return None
    return months + (days + 29) // 30


def _category(facts: Facts) -> str:
    """Return the category in force: an organisation approved for online use counts as category 2."""
    return "2" if facts.organisation_approved and facts.category != "1" else facts.category


def _in_special_period(facts: Facts) -> bool:
    """Say whether the stay is over and goes on all the same, because an application filed in time is pending."""
    ended, applied = facts.stay_ends, facts.applied_on
    if ended is None or applied is None or not applied <= ended < facts.today:
        return False
    until = special_until(ended, facts.period_of_stay or "", facts.today)
    return until is not None and facts.today <= until


def _old_rules(procedure: str, status: str, facts: Facts) -> bool | None:
    """Say whether the rules before a reform still hold for this person; None where it is not known since when."""
    for rule in read_entries("requirements.toml", "transitions", _Transition):
        if procedure in rule.procedures and status in rule.statuses and rule.holds_on(facts.today):
            return None if facts.status_since is None else facts.status_since < rule.held_before
    return False


def _screened(facts: Facts, *, announced: bool) -> bool | None:
    """Say whether a certificate about tuberculosis is needed: nationality and place of living both count.

    Args:
        facts: the applicant's.
        announced: look at countries whose first day is not published.
    """
    if facts.nationality is None:
        return None
    name = "tuberculosis_announced" if announced else "tuberculosis"
    rules = read_entries("documents.toml", name, _Screening)
    screened = {country for rule in rules if rule.holds_on(facts.today) for country in rule.countries}
    lives = facts.living_in or facts.nationality
    return facts.nationality in screened and lives in screened
