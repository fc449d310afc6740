"""What an application costs, by the day it is accepted and the period granted. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from kiosk.filing.data import Certainty, Entry, read_entries
from kiosk.filing.deadlines import period_length

Channel = Literal["online", "counter"]
Payment = Literal["stamps", "convenience_store_or_bank", "none"]


@dataclass(frozen=True, slots=True)
class Fee:
    """A fee in yen. Before the decision the period granted is unknown: then ``lowest`` and ``highest`` differ.

    ``lowest_charge`` and ``highest_charge`` are the settlement charges of online payment that come on top.
    """

    lowest: int
    highest: int
    lowest_charge: int
    highest_charge: int
    payment: Payment
    certainty: Certainty
    source: str


class _Amount(Entry):
    yen: int
    charge: int
    from_months: int | None = None
    above_months: int | None = None
    to_months: int | None = None
    below_months: int | None = None

    def covers(self, months: float) -> bool:
        """Say whether a period of ``months`` pays this amount."""
        low = (self.from_months is None or months >= self.from_months) and (
            self.above_months is None or months > self.above_months
        )
        high = (self.to_months is None or months <= self.to_months) and (
            self.below_months is None or months < self.below_months
        )
        return low and high


class _Table(Entry):
    procedures: tuple[str, ...]
    channel: Channel
    accepted_from: date = date.min
    accepted_until: date = date.max
    payment: Payment
    certainty: Certainty
    source: str
    amounts: tuple[_Amount, ...]


def fee(procedure: str, accepted: date, granted: str = "", channel: Channel = "online") -> Fee | None:
    """Return the fee of a procedure, or None where no table is known.

    Args:
        procedure: id in ``config/procedures.toml``.
        accepted: the day on which the application was (or would be) accepted, in Japan.
        granted: code of the period granted, as in lists CB20 and C970; empty before the decision.
        channel: ``online`` or ``counter``.

    Raises:
        ValueError: ``granted`` is no period.
    """
    for table in read_entries("fees.toml", "fees", _Table):
        in_force = table.accepted_from <= accepted <= table.accepted_until
        if in_force and procedure in table.procedures and table.channel == channel:
            return _fee(table, granted)
    return None


def _fee(table: _Table, granted: str) -> Fee:
    months, days = period_length(granted) if granted else (0, 0)
    chosen = [item for item in table.amounts if not granted or item.covers(months + days / 30)]
    yen, charges = [item.yen for item in chosen], [item.charge for item in chosen]
    return Fee(min(yen), max(yen), min(charges), max(charges), table.payment, table.certainty, table.source)
