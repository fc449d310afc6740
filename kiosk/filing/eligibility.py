"""Who may file what online, from the rules in ``config/eligibility.toml``. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from pydantic import Field

from kiosk.filing import catalogue
from kiosk.filing.circumstances import circumstances
from kiosk.filing.conditions import Values, Wanted, When, all_hold
from kiosk.filing.data import Certainty, Dated, meant, read_entries, read_table
from kiosk.filing.facts import Facts

Allowed = Literal["yes", "no", "ask"]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: a message ``eligibility.<key>``, where the rule comes from, and how sure it is."""

    key: str
    source: str
    certainty: Certainty = "official"


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer, and every reason for it. ``built`` is false where this program cannot file it yet."""

    allowed: Allowed
    reasons: tuple[Reason, ...]
    built: bool = True

    @property
    def refused(self) -> bool:
        """Whether it must not be filed. What has to be asked at the bureau may be filed after asking."""
        return self.allowed == "no"


class _Rule(Dated):
    user_kinds: tuple[str, ...]
    procedures: tuple[str, ...]
    statuses: tuple[str, ...]
    except_statuses: tuple[str, ...] = ()
    when: When = Field(default_factory=dict[str, Wanted])
    unknown: Literal["ignore", "ask"] = "ignore"
    allowed: Allowed
    reason: str
    source: str
    certainty: Certainty


def decide(user_kind: str, procedure: str, status: str, facts: Facts) -> Decision:
    """Say whether this person may file this online.

    One rule that refuses outweighs all, one that asks outweighs those that allow; where none allows, it is refused.

    Args:
        user_kind: id in ``config/user_kinds.toml`` (the contract's ``UserKind``).
        procedure: id in ``config/procedures.toml``.
        status: id in ``config/statuses.toml`` or of a variant.
        facts: the circumstances.

    Raises:
        UnknownNameError: one of the three ids is unknown.
    """
    catalogue.user_kind(user_kind)
    built = catalogue.is_built(procedure, status)
    values = circumstances(user_kind, procedure, status, facts)
    found: dict[Allowed, list[Reason]] = {"no": [], "ask": [], "yes": []}
    for rule in _rules(user_kind, procedure, status):
        result = _result(rule, values) if rule.holds_on(facts.today) else None
        if result is not None:
            found[result].append(Reason(rule.reason, _source(rule.source), rule.certainty))
    allowed = _strongest(found)
    reasons = found[allowed] or [Reason("not_in_matrix", _source("MATRIX"))]
    return Decision(allowed, tuple(dict.fromkeys(reasons)), built)


def _strongest(found: dict[Allowed, list[Reason]]) -> Allowed:
    if found["no"]:
        return "no"
    if found["ask"]:
        return "ask"
    return "yes" if found["yes"] else "no"


@cache
def _rules(user_kind: str, procedure: str, status: str) -> tuple[_Rule, ...]:
    rules = read_entries("eligibility.toml", "rules", _Rule)
    base = catalogue.base_status(status).id
    return tuple(rule for rule in rules if _concerns(rule, user_kind, procedure, base))


def _concerns(rule: _Rule, user_kind: str, procedure: str, status: str) -> bool:
    named = zip((rule.user_kinds, rule.procedures, rule.statuses), (user_kind, procedure, status), strict=True)
    return status not in rule.except_statuses and all(meant(names, name) for names, name in named)


def _result(rule: _Rule, values: Values) -> Allowed | None:
    """Return what the rule says, or None where its circumstances do not hold."""
    answer = all_hold(rule.when, values)
    if answer is None:
        return "ask" if rule.unknown == "ask" else None
    return rule.allowed if answer else None


def _source(key: str) -> str:
    return str(read_table("eligibility.toml")["sources"][key])
