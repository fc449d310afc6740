"""What is sent in, and where to, before the new residence card comes. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from kiosk.filing.catalogue import base_status
from kiosk.filing.data import EVERY, Certainty, Entry, meant, read_entries, read_entry


class _Office(Entry):
    address: tuple[str, ...]
    days: int
    certainty: Certainty
    source: str
    checked: date


class _Item(Entry):
    key: str
    procedures: tuple[str, ...]
    statuses: tuple[str, ...] = (EVERY,)
    accepted_from: date = date.min
    accepted_until: date = date.max


@dataclass(frozen=True, slots=True)
class MailInList:
    """The address, the things to send (messages ``mail_in.item.<key>``) and the last day."""

    address: tuple[str, ...]
    items: tuple[str, ...]
    deadline: date
    certainty: Certainty
    source: str


def mail_in(procedure: str, status: str, accepted: date, decided: date) -> MailInList:
    """Return what has to be sent in after a grant, when the card comes by post. The passport is never among it.

    Args:
        procedure: id in ``config/procedures.toml``.
        status: id in ``config/statuses.toml`` or of a variant.
        accepted: the day on which the application was accepted: later ones are paid without stamps.
        decided: the day of the decision, from which the deadline counts.
    """
    office = read_entry("bureaus.toml", "mail_in", _Office)
    items = tuple(
        item.key
        for item in read_entries("bureaus.toml", "items", _Item)
        if meant(item.procedures, procedure)
        and meant(item.statuses, base_status(status).id)
        and item.accepted_from <= accepted <= item.accepted_until
    )
    return MailInList(office.address, items, decided + timedelta(days=office.days), office.certainty, office.source)
