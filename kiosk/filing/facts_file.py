"""A file of facts: JSON from outside, checked name by name and value by value. No I/O."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any, Literal, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError

from kiosk.filing.catalogue import procedures, statuses
from kiosk.filing.data import Entry, read_entries, read_table
from kiosk.filing.documents import documents
from kiosk.filing.errors import FactsError
from kiosk.filing.facts import Facts
from kiosk.forms.load import codes

_PERIOD = r"([A-Z][A-Z0-9]{2})?(?!0{7})[0-9]{7}"
"""A period as list CB20 has it, or as list C970 with the code of the status before it; not one without length."""

_NUMBER = r"[1-9][0-9]?(-[1-9])?|outside|departure"
_OLDEST = 130
_MOST_YEN = 10**15
_YEARS = (1900, 2100)


class FactInfo(Entry):
    """One fact as a person who writes a file of facts needs it. ``example`` is None for "not known"."""

    name: str
    meaning: str
    example: Any = None


@cache
def _adapter() -> TypeAdapter[Facts]:
    return TypeAdapter(Facts)


def facts_from_json(text: str | bytes, today: date) -> Facts:
    """Return the facts of a JSON object; ``today`` is the day in Japan where it names none.

    Raises:
        FactsError: it is no JSON object, or has an unknown name, a value of the wrong kind, or an unknown code
            (``problem`` says the name and what is wrong, never the value).
    """
    given = _parsed(text)
    if not isinstance(given, dict):
        raise FactsError(problem="not a JSON object")
    try:
        facts = _adapter().validate_json(json.dumps({"today": today.isoformat(), **given}))
    except ValidationError as error:
        raise FactsError(problem=_words(error)) from None
    _check_values(facts)
    return facts


def _parsed(text: str | bytes) -> Any:
    try:
        whole = text.decode("utf-8-sig") if isinstance(text, bytes) else text
    except UnicodeDecodeError:
        raise FactsError(problem="not UTF-8") from None
    try:
        return json.loads(whole, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise FactsError(problem="not JSON") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the object; of a name that stands twice nobody knows which value is meant."""
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise FactsError(problem=f"{_shown(twice)}: more than once")
    return found


def _shown(name: str) -> str:
    """Return what a person put in as a name, cut."""
    return ascii(name).strip("'")[:40]


def fact_infos() -> tuple[FactInfo, ...]:
    """Return every fact with its meaning and an example, in order."""
    return read_entries("facts.toml", "facts", FactInfo)


def fact_type(name: str) -> str:
    """Return in words what the value of a fact is, for people."""
    return _type_name(get_type_hints(Facts)[name])


def example_json() -> str:
    """Return a file of facts that names every fact: an extension of one year. Null is "not known"."""
    return json.dumps({info.name: info.example for info in fact_infos()}, ensure_ascii=False, indent=2)


def _check_values(facts: Facts) -> None:
    """Raise ``FactsError`` for a value that no rule could understand."""
    countries = codes("CA61")
    known_statuses = {*(entry.id for entry in statuses()), *elsewhere(), "none"}
    _within("nationality", facts.nationality, countries)
    _within("living_in", facts.living_in, countries)
    _within("current_status", facts.current_status, known_statuses)
    _within("together_with", facts.together_with, {*(entry.id for entry in procedures()), "none"})
    for name in facts.held:
        _within("held", name, {entry.key for entry in documents()})
    _check_form("period_of_stay", facts.period_of_stay, _PERIOD, "a period of stay (YYMMDDD)")
    _check_form("granted", facts.granted, _PERIOD, "a period of stay (YYMMDDD)")
    _check_form("designated_number", facts.designated_number, _NUMBER, "a number of the notice")
    if facts.birth_date is not None and facts.birth_date > facts.today:
        raise FactsError(problem="birth_date: after the day of filing")
    for field in dataclasses.fields(facts):
        value = getattr(facts, field.name)
        if isinstance(value, date) and not _YEARS[0] <= value.year <= _YEARS[1]:
            raise FactsError(problem=f"{field.name}: from {_YEARS[0]} to {_YEARS[1]}")
    most = {"age": _OLDEST, "management_years": _OLDEST, "points": 1_000, "full_time_employees": 10**7}
    for name, limit in (most | {"capital_yen": _MOST_YEN}).items():
        value = getattr(facts, name)
        if value is not None and not 0 <= value <= limit:
            raise FactsError(problem=f"{name}: from 0 to {limit}")


def elsewhere() -> tuple[str, ...]:
    """Return the ids of statuses that are never filed online: a person may hold them all the same."""
    return (*read_table("known_facts.toml")["other_statuses"].values(), "departure")


def _words(error: ValidationError) -> str:
    """Return the place and what is wrong there."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    place = ".".join(_shown(str(part)) for part in first["loc"])
    wrong = "no such fact" if first["type"] == "unexpected_keyword_argument" else first["msg"]
    return f"{place}: {wrong}" if place else wrong


def _within(name: str, value: str | None, known: Iterable[str]) -> None:
    if value is not None and value not in known:
        raise FactsError(problem=f"{name}: unknown")


def _check_form(name: str, value: str | None, form: str, wanted: str) -> None:
    if value is not None and not re.fullmatch(form, value, re.ASCII):
        raise FactsError(problem=f"{name}: not {wanted}")


_TYPES: Mapping[Any, str] = {
    str: "text", bool: "true or false", int: "whole number", date: "day", tuple[str, ...]: "list of texts",
}  # fmt: skip


def _type_name(hint: Any) -> str:
    if get_origin(hint) is Literal:
        return " / ".join(choice for choice in get_args(hint) if choice)
    if hint in _TYPES:
        return _TYPES[hint]
    return next(_type_name(part) for part in get_args(hint) if part is not type(None))
