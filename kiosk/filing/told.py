"""What a person told beside the form while they chose: kept with the draft, used where answers say nothing. Pure."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from kiosk.filing.circumstances import variant_facts
from kiosk.filing.errors import FactsError
from kiosk.filing.facts import Facts
from kiosk.filing.facts_file import facts_from_json

Told = Mapping[str, Any]
"""Values of ``Facts`` by name; what is not known is left out."""

NOTHING: Told = MappingProxyType({})

_NOT_KNOWN = frozenset({None, "", ()})


def told_by(facts: Facts) -> Told:
    """Return what is known in ``facts``, besides the day."""
    values = {item.name: getattr(facts, item.name) for item in dataclasses.fields(facts) if item.name != "today"}
    return {name: value for name, value in values.items() if value not in _NOT_KNOWN}


def filled_in(known: Facts, told: Told, status: str) -> Facts:
    """Return ``known`` with what was told where it says nothing.

    Args:
        known: what card and answers say; it goes before what was told.
        told: as told.
        status: id of the status applied for, or of a variant: what the variant itself says goes before too.
    """
    taken = {*variant_facts(status), *(name for name in told if getattr(known, name) not in _NOT_KNOWN)}
    return dataclasses.replace(known, **{name: value for name, value in told.items() if name not in taken})


def as_stored(told: Told) -> dict[str, Any]:
    """Return what was told as JSON values."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in told.items()}


def from_stored(stored: Any, today: date) -> Told:
    """Return what was told from JSON values. What this version does not understand counts as not told.

    Args:
        stored: as ``as_stored`` gave it; anything else tells nothing.
        today: the day in Japan.
    """
    if not isinstance(stored, dict):
        return NOTHING
    found: dict[str, Any] = {}
    for name, value in stored.items():
        try:
            found.update(told_by(facts_from_json(json.dumps({name: value}), today)))
        except FactsError:
            # A draft outlives a version of the program: a fact it no longer knows is asked for again, nothing is lost.
            continue
    return found
