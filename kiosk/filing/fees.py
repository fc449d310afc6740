"""What an application costs, by the day it is accepted and the period granted. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Literal, get_args

from kiosk.filing.data import Certainty, Entry, read_entries
from kiosk.filing.deadlines import period_length

Channel = Literal["online", "counter"]
Kind = Literal["", "single", "multiple"]
Payment = Literal["stamps", "convenience_store_or_bank", "none"]


class Amount(Entry):
    """One amount in yen, for what is granted: a period in months within the bounds, or a kind of re-entry permit."""

    yen: int
    charge: int
    kind: Kind = ""
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


@dataclass(frozen=True, slots=True)
class Fee:
    """A fee in yen. Before the decision the period granted is unknown: then ``lowest`` and ``highest`` differ.

    ``lowest_charge`` and ``highest_charge`` are the settlement charges of online payment that come on top.
    ``amounts`` are all that are possible; of procedures filed together those of each.
    """

    lowest: int
    highest: int
    lowest_charge: int
    highest_charge: int
    payment: Payment
    certainty: Certainty
    source: str
    amounts: tuple[Amount, ...] = ()


class _Table(Entry):
    procedures: tuple[str, ...]
    channels: tuple[Channel, ...]
    accepted_from: date = date.min
    accepted_until: date = date.max
    payment: Payment
    certainty: Certainty
    source: str
    amounts: tuple[Amount, ...]


class Reduction(Entry):
    """A lower fee in yen for people in hardship, with proof and at the counter only."""

    procedures: tuple[str, ...]
    accepted_from: date = date.min
    accepted_until: date = date.max
    yen: int
    certainty: Certainty
    source: str


def fee(procedure: str, accepted: date, granted: str = "", channel: Channel = "online", kind: Kind = "") -> Fee | None:
    """Return the fee of a procedure, or None where no table is known.

    Args:
        procedure: id in ``config/procedures.toml``.
        accepted: the day on which the application was (or would be) accepted, in Japan.
        granted: code of the period granted, as in lists CB20 and C970; empty before the decision.
        channel: ``online`` or ``counter``.
        kind: re-entry permit for one time or many; empty when not known.

    Raises:
        ValueError: ``granted`` is no period.
    """
    for table in read_entries("fees.toml", "fees", _Table):
        in_force = table.accepted_from <= accepted <= table.accepted_until
        if in_force and procedure in table.procedures and channel in table.channels:
            return _fee(table, granted, kind)
    return None


def whole_fee(
    procedures: Sequence[str], accepted: date, granted: str = "", channel: Channel = "online", kind: Kind = ""
) -> Fee | None:
    """Return the fee of procedures that are filed together, the first one leading; None where no table is known for it.

    Args:
        procedures: ids in ``config/procedures.toml``.
        accepted: as for ``fee``.
        granted: as for ``fee``: the period of the first one.
        channel: as for ``fee``.
        kind: as for ``fee``.

    Raises:
        ValueError: ``granted`` is no period.
    """
    leading, *others = (
        fee(name, accepted, granted if n == 0 else "", channel, kind) for n, name in enumerate(procedures)
    )
    return leading and reduce(_sum, (other for other in others if other is not None), leading)


def _sum(one: Fee, other: Fee) -> Fee:
    return Fee(
        one.lowest + other.lowest,
        one.highest + other.highest,
        one.lowest_charge + other.lowest_charge,
        one.highest_charge + other.highest_charge,
        other.payment if one.payment == "none" else one.payment,
        one.certainty if _weight(one) >= _weight(other) else other.certainty,
        "; ".join(dict.fromkeys((one.source, other.source))),
        (*one.amounts, *other.amounts),
    )


def _weight(fee: Fee) -> int:
    """Return how unsure a fee is: the larger the less sure."""
    return get_args(Certainty).index(fee.certainty)


def reduction(procedure: str, accepted: date) -> Reduction | None:
    """Return the reduced fee at the counter for people in hardship, or None where there is none.

    Args:
        procedure: id in ``config/procedures.toml``.
        accepted: the day on which the application would be accepted, in Japan.
    """
    for rule in read_entries("fees.toml", "reductions", Reduction):
        if procedure in rule.procedures and rule.accepted_from <= accepted <= rule.accepted_until:
            return rule
    return None


def _fee(table: _Table, granted: str, kind: Kind) -> Fee:
    months, days = period_length(granted) if granted else (0, 0)
    chosen = tuple(
        item
        for item in table.amounts
        if (not granted or item.covers(months + days / 30)) and (not kind or not item.kind or item.kind == kind)
    )
    yen, charges = [item.yen for item in chosen], [item.charge for item in chosen]
    return Fee(min(yen), max(yen), min(charges), max(charges), table.payment, table.certainty, table.source, chosen)
