"""Conditions in the rules: names of facts and what they must be. Three answers: yes, no, not known. Pure.

A condition is a table. Its key is the name of a value, with an ending where it is not plain equality::

    in_japan = false                 the value is this
    category = ["3", "4"]            the value is one of these
    designated_number_not = ["40"]   the value is none of these
    age_below = 15                   the value (number or day) is smaller
    age_at_least = 16                the value (number or day) is this or larger
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from kiosk.filing.errors import FilingDataError

Wanted = bool | int | date | tuple[str, ...]
"""What a value must be, by the ending of the key."""

When = dict[str, Wanted]
"""All of these must hold; none holds always."""

Values = Mapping[str, Any]
"""What is known, by name; None is "not known", and so is an empty text, unless a condition names it."""

_ENDINGS = ("_not", "_below", "_at_least")


def value_name(key: str) -> str:
    """Return the name of the value that a condition's key looks at."""
    for ending in _ENDINGS:
        if key.endswith(ending):
            return key.removesuffix(ending)
    return key


def holds(key: str, wanted: Wanted, values: Values) -> bool | None:
    """Say whether one condition holds; None where the value is not known.

    Raises:
        FilingDataError: there is no such value.
    """
    name = value_name(key)
    if name not in values:
        raise FilingDataError(file="conditions", problem=key)
    value = values[name]
    if _not_known(value, wanted):
        return None
    if isinstance(wanted, tuple):
        return (value in wanted) is not key.endswith("_not")
    if key.endswith("_below"):
        return value < wanted
    return value >= wanted if key.endswith("_at_least") else value == wanted


def _not_known(value: Any, wanted: Wanted) -> bool:
    return value is None or (value == "" and not (isinstance(wanted, tuple) and "" in wanted))


def all_hold(when: When, values: Values) -> bool | None:
    """Say whether all conditions hold: one "no" outweighs what is not known."""
    answers = [holds(key, wanted, values) for key, wanted in when.items()]
    if False in answers:
        return False
    return None if None in answers else True
