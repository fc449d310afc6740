"""How the result of an application is received. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kiosk.filing.circumstances import circumstances
from kiosk.filing.conditions import When, all_hold
from kiosk.filing.data import Certainty, Dated, read_entries
from kiosk.filing.facts import Facts

Method = Literal["post", "counter", "email"]

_FILE = "receipt.toml"


class _Method(Dated):
    procedures: tuple[str, ...]
    method: Method
    code: str
    certainty: Certainty
    source: str


class _CounterReason(Dated):
    key: str
    procedures: tuple[str, ...]
    when: When


@dataclass(frozen=True, slots=True)
class Receipt:
    """One way to receive the result: a message ``receipt.<method>`` and its code in list CB22.

    ``doubts`` are reasons why it may not be possible after all: messages ``receipt.reason.<key>``.
    """

    method: Method
    code: str
    doubts: tuple[str, ...]
    certainty: Certainty
    source: str


def method_of(code: str) -> Method:
    """Return the method of a code of list CB22: the counter for one that no procedure names, the post for none."""
    known = {rule.code: rule.method for rule in read_entries(_FILE, "methods", _Method)}
    return known.get(code, "counter") if code else "post"


def receipts(user_kind: str, procedure: str, status: str, facts: Facts) -> tuple[Receipt, ...]:
    """Return the ways to receive the result of a procedure, in the order of the form.

    Args:
        user_kind: id in ``config/user_kinds.toml``.
        procedure: id in ``config/procedures.toml``.
        status: id in ``config/statuses.toml``.
        facts: what is known.
    """
    values = circumstances(user_kind, procedure, status, facts)
    reasons = tuple(
        rule.key
        for rule in read_entries(_FILE, "counter_reasons", _CounterReason)
        if procedure in rule.procedures and rule.holds_on(facts.today) and all_hold(rule.when, values)
    )
    return tuple(
        Receipt(rule.method, rule.code, reasons if rule.method == "post" else (), rule.certainty, rule.source)
        for rule in read_entries(_FILE, "methods", _Method)
        if procedure in rule.procedures and rule.holds_on(facts.today)
    )
