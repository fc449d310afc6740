"""The generations of the government's online system, each with the days it was in use. Pure.

A profile draws together what stands in three files: ``systems.toml``, the limits of files in ``attachments.toml`` and
the rules of names in ``forms/systems.toml``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal

from kiosk.filing.data import Certainty, Dated, Entry, read_entries, read_table
from kiosk.filing.errors import UnknownNameError
from kiosk.forms.load import SystemProfile, system_profile


class AddressRule(Entry):
    """How an address is given: with a postal code or not, prefecture and city chosen, the rest in which width."""

    postal_code: bool
    prefecture_and_city: Literal["one_choice"]
    rest: Literal["fullwidth", "any"]


class _System(Dated):
    id: str
    host: str
    mail_domain: str
    mail_subject: str
    draft: Literal["none", "file"]
    phone_reads_card: bool
    staff_id_years: int
    notification_of_use_online: bool
    late_documents_in_special_period: bool
    certainty: Certainty
    source: str
    address: AddressRule
    address_source: str
    labels: dict[str, str]


@dataclass(frozen=True, slots=True)
class FileLimits:
    """What may be attached: numbers and bytes, None for no limit. ``total_bytes`` counts the photo too."""

    documents: int | None
    document_bytes: int
    total_bytes: int | None
    photo_bytes: int


@dataclass(frozen=True, slots=True)
class System:
    """One generation of the system.

    Attributes:
        id: ``ras`` or ``rasens``.
        first_day: the first day it was in use.
        last_day: the last one; ``date.max`` for the present one.
        host: where it is.
        mail_domain: where its mails come from.
        mail_subject: how their subjects begin.
        draft: ``file`` where the user keeps a draft as a file, ``none`` where there is none.
        phone_reads_card: whether a smartphone can read the card.
        staff_id_years: how long an ID of staff holds.
        notification_of_use_online: whether an organisation can give notice of use online.
        late_documents_in_special_period: whether an applicant whose card ended with the stay can still attach.
        labels: words of its screens by our key.
        address: how an address is given.
        files: what may be attached.
        text: how names and characters are taken.
        certainty: how sure it is.
        source: where it comes from.
    """

    id: str
    first_day: date
    last_day: date
    host: str
    mail_domain: str
    mail_subject: str
    draft: Literal["none", "file"]
    phone_reads_card: bool
    staff_id_years: int
    notification_of_use_online: bool
    late_documents_in_special_period: bool
    labels: dict[str, str]
    address: AddressRule
    files: FileLimits
    text: SystemProfile
    certainty: Certainty
    source: str


@cache
def systems() -> tuple[System, ...]:
    """Return all generations, the oldest first."""
    return tuple(_whole(entry) for entry in read_entries("systems.toml", "systems", _System))


def system(name: str) -> System:
    """Return one generation by id; raises ``UnknownNameError``."""
    for entry in systems():
        if entry.id == name:
            return entry
    raise UnknownNameError(name=name)


def system_on(day: date) -> System | None:
    """Return the generation in use on a day in Japan, or None before the first one."""
    return next((entry for entry in systems() if entry.first_day <= day <= entry.last_day), None)


def _whole(entry: _System) -> System:
    own = {name: getattr(entry, name) for name in _System.model_fields if name not in _NOT_OWN}
    return System(
        **own,
        first_day=entry.valid_from,
        last_day=entry.valid_until,
        files=_files(read_table("attachments.toml")[entry.id]),
        text=system_profile(entry.id),
    )


_NOT_OWN = frozenset({"valid_from", "valid_until", "address_source"})


def _files(table: dict[str, Any]) -> FileLimits:
    return FileLimits(
        table.get("max_documents"),
        int(table["max_document_bytes"]),
        table.get("max_total_bytes"),
        int(table["photo"]["max_bytes"]),
    )
