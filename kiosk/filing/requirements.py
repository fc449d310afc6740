"""What a status asks of a person, as far as facts can tell: no decision, only what to look at before filing. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from kiosk.filing.circumstances import circumstances
from kiosk.filing.conditions import Values, Wanted, When, all_hold
from kiosk.filing.data import Certainty, Dated, Labels, meant, read_entries
from kiosk.filing.facts import Facts

RequirementState = Literal["met", "not_met", "not_known", "old_rules"]


class _Rule(Dated):
    id: str
    procedures: tuple[str, ...]
    statuses: tuple[str, ...]
    text: Labels
    when: When = Field(default_factory=dict[str, Wanted])
    any: tuple[When, ...] = ()
    certainty: Certainty
    source: str


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement, by language, and how it stands.

    ``old_rules``: not asked of this person yet, because the status was held before the reform.
    """

    id: str
    text: Labels
    state: RequirementState
    certainty: Certainty
    source: str


def requirements(user_kind: str, procedure: str, status: str, facts: Facts) -> tuple[Requirement, ...]:
    """Return the requirements of a status that hold on the day of filing.

    Args:
        user_kind: id in ``config/user_kinds.toml``.
        procedure: id in ``config/procedures.toml``.
        status: id in ``config/statuses.toml``.
        facts: what is known.
    """
    values = circumstances(user_kind, procedure, status, facts)
    return tuple(
        Requirement(rule.id, rule.text, _state(rule, values), rule.certainty, rule.source)
        for rule in read_entries("requirements.toml", "requirements", _Rule)
        if meant(rule.procedures, procedure) and meant(rule.statuses, values["status"]) and rule.holds_on(facts.today)
    )


def _state(rule: _Rule, values: Values) -> RequirementState:
    answers = [all_hold(when, values) for when in rule.any or (rule.when,)]
    if True in answers:
        return "met"
    if values["old_rules"]:
        return "old_rules"
    return "not_known" if None in answers else "not_met"
