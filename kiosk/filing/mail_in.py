"""What is sent in or brought, and where to, before the new residence card or the certificate comes. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from kiosk.filing.catalogue import base_status
from kiosk.filing.data import EVERY, Certainty, Entry, meant, read_entries
from kiosk.filing.errors import FilingDataError
from kiosk.filing.fees import Payment
from kiosk.filing.receipt import Method

_FILE = "bureaus.toml"


class _Office(Entry):
    procedures: tuple[str, ...]
    address: tuple[str, ...]
    days: int
    certainty: Certainty
    source: str
    checked: date


class _Item(Entry):
    key: str
    procedures: tuple[str, ...]
    methods: tuple[Method, ...]
    statuses: tuple[str, ...] = (EVERY,)
    stamps: bool = False


@dataclass(frozen=True, slots=True)
class MailInList:
    """The address (empty: only the decision mail names it), the things (``mail_in.item.<key>``), and the last day."""

    address: tuple[str, ...]
    items: tuple[str, ...]
    deadline: date
    certainty: Certainty
    source: str


def mail_in(procedure: str, status: str, method: Method, payment: Payment, decided: date) -> MailInList:
    """Return what has to be sent in after a grant, or brought to the counter. The passport is never sent.

    Args:
        procedure: id in ``config/procedures.toml``.
        status: id in ``config/statuses.toml`` or of a variant.
        method: how the result is received; by e-mail nothing has to be sent.
        payment: how the fee is paid.
        decided: the day of the decision, from which the deadline counts.

    Raises:
        FilingDataError: there is no office for the procedure.
    """
    items = tuple(
        item.key
        for item in read_entries(_FILE, "items", _Item)
        if meant(item.procedures, procedure)
        and meant(item.statuses, base_status(status).id)
        and method in item.methods
        and (payment == "stamps" or not item.stamps)
    )
    for office in read_entries(_FILE, "mail_in", _Office):
        if meant(office.procedures, procedure):
            last_day = decided + timedelta(days=office.days)
            return MailInList(office.address, items, last_day, office.certainty, office.source)
    raise FilingDataError(file=_FILE, problem=f"mail_in: nothing for {procedure}")
