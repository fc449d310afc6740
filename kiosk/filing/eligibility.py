"""Who may file what online, from the rules in ``config/eligibility.toml``. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from pydantic import Field

from kiosk.filing import catalogue
from kiosk.filing.data import Certainty, Dated, meant, read_entries, read_table

Allowed = Literal["yes", "no", "ask"]


@dataclass(frozen=True, slots=True)
class Facts:
    """The circumstances. None means "not known": the rule itself says whether that asks the bureau.

    ``today`` is the day in Japan; ``age`` the applicant's in full years; ``stay_expired`` whether the last day of the
    stay is past.
    """

    today: date
    age: int | None = None
    in_japan: bool | None = None
    mid_to_long_term: bool | None = None
    unable_to_file: bool | None = None
    stay_expired: bool | None = None
    agent_approved: bool | None = None
    organisation_approved: bool | None = None
    supervising_organisation: bool | None = None


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


class _Rule(Dated):
    user_kinds: tuple[str, ...]
    procedures: tuple[str, ...]
    statuses: tuple[str, ...]
    when: dict[str, bool | int] = Field(default_factory=dict[str, bool | int])
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
        status: id in ``config/statuses.toml``.
        facts: the circumstances.

    Raises:
        UnknownNameError: one of the three ids is unknown.
    """
    catalogue.user_kind(user_kind)
    built = catalogue.is_built(procedure, status)
    found: dict[Allowed, list[Reason]] = {"no": [], "ask": [], "yes": []}
    for rule in read_entries("eligibility.toml", "rules", _Rule):
        if _concerns(rule, user_kind, procedure, status, facts.today):
            result = _result(rule, facts)
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


def _concerns(rule: _Rule, user_kind: str, procedure: str, status: str, today: date) -> bool:
    named = zip((rule.user_kinds, rule.procedures, rule.statuses), (user_kind, procedure, status), strict=True)
    return rule.holds_on(today) and all(meant(names, name) for names, name in named)


def _result(rule: _Rule, facts: Facts) -> Allowed | None:
    """Return what the rule says, or None where its circumstances do not hold."""
    holding = [_holds(name, wanted, facts) for name, wanted in rule.when.items()]
    if False in holding:
        return None
    if None in holding:
        return "ask" if rule.unknown == "ask" else None
    return rule.allowed


def _holds(name: str, wanted: bool | int, facts: Facts) -> bool | None:
    if name == "age_below":
        return None if facts.age is None else facts.age < wanted
    if name == "age_at_least":
        return None if facts.age is None else facts.age >= wanted
    value = getattr(facts, name)
    return None if value is None else value == wanted


def _source(key: str) -> str:
    return str(read_table("eligibility.toml")["sources"][key])
