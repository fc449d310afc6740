"""The generations of the government's online system, each with the days it was in use. Pure.

A profile draws together what stands in three files: ``systems.toml``, the limits of files in ``attachments.toml`` and
the rules of names in ``forms/systems.toml``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from kiosk.filing.data import Certainty, Dated, Entry, read_entries, read_table
from kiosk.filing.errors import UnknownNameError
from kiosk.forms.load import SystemProfile, system_profile


class AddressRule(Entry):
    """How an address is given: with a postal code or not, prefecture and city chosen, the rest in which width."""

    postal_code: bool
    prefecture_and_city: Literal["one_choice"]
    rest: Literal["fullwidth", "any"]


@dataclass(frozen=True, slots=True)
class FileLimits:
    """What may be attached: numbers and bytes, None for no limit. ``total_bytes`` counts the photo too.

    With a document of the key ``covering_document`` every document of the checklist counts as attached or to follow.
    """

    documents: int | None
    document_bytes: int
    total_bytes: int | None
    photo_bytes: int
    covering_document: str


class System(Dated):
    """One generation of the system, in use from ``valid_from`` until ``valid_until``.

    Attributes:
        id: ``ras`` or ``rasens``.
        host: where it is.
        mail_domain: where its mails come from.
        mail_subject: how their subjects begin.
        draft: ``file`` where the user keeps a draft as a file, ``none`` where there is none.
        phone_reads_card: whether a smartphone can read the card.
        staff_id_years: how long an ID of staff holds.
        notification_of_use_online: whether an organisation can give notice of use online.
        late_documents_in_special_period: whether an applicant whose card ended with the stay can still attach.
        address: how an address is given; ``address_source`` says where that comes from.
        labels: words of its screens by our key.
        certainty: how sure it is.
        source: where it comes from.
    """

    id: str
    host: str
    mail_domain: str
    mail_subject: str
    draft: Literal["none", "file"]
    phone_reads_card: bool
    staff_id_years: int
    notification_of_use_online: bool
    late_documents_in_special_period: bool
    address: AddressRule
    address_source: str
    labels: dict[str, str]
    certainty: Certainty
    source: str

    @property
    def files(self) -> FileLimits:
        """What may be attached."""
        table = read_table("attachments.toml")[self.id]
        return FileLimits(
            table.get("max_documents"),
            int(table["max_document_bytes"]),
            table.get("max_total_bytes"),
            int(table["photo"]["max_bytes"]),
            str(table["covering_document"]),
        )

    @property
    def text(self) -> SystemProfile:
        """How names and characters are taken."""
        return system_profile(self.id)


def systems() -> tuple[System, ...]:
    """Return all generations, the oldest first."""
    return read_entries("systems.toml", "systems", System)


def system(name: str) -> System:
    """Return one generation by id; raises ``UnknownNameError``."""
    for entry in systems():
        if entry.id == name:
            return entry
    raise UnknownNameError(name=name)


def system_on(day: date) -> System | None:
    """Return the generation in use on a day in Japan, or None before the first one."""
    return next((entry for entry in systems() if entry.holds_on(day)), None)
