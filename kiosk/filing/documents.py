"""Which documents an application needs. What a file may be like is in ``kiosk/attachments``. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from pydantic import Field

from kiosk.filing.catalogue import status as find_status
from kiosk.filing.data import Certainty, Dated, Entry, Labels, meant, read_entries
from kiosk.filing.errors import UnknownNameError

Need = Literal["required", "if_asked", "optional"]

Category = Literal["", "1", "2", "3", "4"]
"""Category of the employer: 1 listed, 2 large or approved for online use, 3 and 4 the others; empty: not known."""


class Document(Entry):
    """One kind of document: its name, where to get it, who makes it, and how many months old it may be."""

    key: str
    name: Labels
    hint: Labels
    who: Literal["applicant", "organisation", "office"]
    months: int | None = None


class _PhotoRule(Dated):
    from_age: int
    certainty: Certainty
    source: str


class _Item(Dated):
    procedures: tuple[str, ...]
    statuses: tuple[str, ...]
    document: str
    need: Need
    when: dict[str, bool | tuple[str, ...]] = Field(default_factory=dict[str, bool | tuple[str, ...]])


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the checklist depends on.

    ``today`` is the day of filing in Japan; ``age`` the applicant's in full years, None when not known (then a photo
    is asked for); ``changed_employer`` since the last permission; ``dispatched`` works as a dispatched worker.
    """

    today: date
    user_kind: str
    age: int | None = None
    category: Category = ""
    changed_employer: bool = False
    dispatched: bool = False


@dataclass(frozen=True, slots=True)
class Needed:
    """One line of the checklist."""

    document: Document
    need: Need


_STAFF = frozenset({"organisation", "public_corporation", "support_organisation", "scrivener"})


def checklist(procedure: str, status: str, circumstances: Circumstances) -> tuple[Needed, ...]:
    """Return the documents for a procedure and a status, in the order of the list; each once, the strongest need.

    Raises:
        UnknownNameError: no such status of residence.
    """
    find_status(status)
    facts = _facts(circumstances)
    found: dict[str, Need] = {}
    for item in read_entries("documents.toml", "checklist", _Item):
        concerned = meant(item.procedures, procedure) and meant(item.statuses, status)
        if concerned and item.holds_on(circumstances.today) and _holds(item, facts):
            found.setdefault(item.document, item.need)
    return tuple(Needed(document(key), need) for key, need in found.items())


def _facts(circumstances: Circumstances) -> dict[str, bool | str]:
    return {
        "photo_needed": photo_needed(circumstances.age, circumstances.today),
        "files_alone": circumstances.user_kind not in _STAFF,
        "category": circumstances.category,
        "changed_employer": circumstances.changed_employer,
        "dispatched": circumstances.dispatched,
    }


def _holds(item: _Item, facts: dict[str, bool | str]) -> bool:
    return all(
        facts[name] in wanted if isinstance(wanted, tuple) else facts[name] is wanted
        for name, wanted in item.when.items()
    )


def document(key: str) -> Document:
    """Return one kind of document; raises ``UnknownNameError``."""
    for entry in read_entries("documents.toml", "documents", Document):
        if entry.key == key:
            return entry
    raise UnknownNameError(name=key)


def photo_needed(age: int | None, day: date) -> bool:
    """Say whether an applicant of this age needs a photo on the day of filing; True where the age is not known.

    From 2026-06-14 residence cards carry a face from the first birthday, before from the sixteenth.
    """
    return age is None or age >= photo_from_age(day)


def photo_from_age(day: date) -> int:
    """Return the age in full years from which a photo is needed on the day of filing."""
    return next(rule.from_age for rule in read_entries("documents.toml", "photo", _PhotoRule) if rule.holds_on(day))
