"""Reading the rules in ``config/``: each file once a process, every entry checked against its model."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from kiosk.filing.errors import FilingDataError
from kiosk.paths import config_dir

Labels = dict[str, str]
"""Text by language code."""

Certainty = Literal["official", "online_definition", "secondary", "reconstructed", "guess"]

EVERY = "*"


class Entry(BaseModel):
    """Base of everything read from the rules: immutable, unknown names refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Dated(Entry):
    """A rule that holds for certain days in Japan, both ends included."""

    valid_from: date = date.min
    valid_until: date = date.max

    def holds_on(self, day: date) -> bool:
        """Say whether the rule is in force on ``day``."""
        return self.valid_from <= day <= self.valid_until


EntryT = TypeVar("EntryT", bound=Entry)
DatedT = TypeVar("DatedT", bound=Dated)


@cache
def read_table(file: str) -> Mapping[str, Any]:
    """Return the file ``config/<file>`` as it is; raises ``FilingDataError``."""
    try:
        return tomllib.loads((config_dir() / file).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FilingDataError(file=file, problem=type(error).__name__) from error


@cache
def read_entries(file: str, name: str, model: type[EntryT]) -> tuple[EntryT, ...]:
    """Return the entries ``[[name]]`` of ``config/<file>``.

    Raises:
        FilingDataError: the file cannot be read, or an entry is not of the model.
    """
    return tuple(_entry(file, model, entry) for entry in read_table(file).get(name, ()))


def read_entry(file: str, name: str, model: type[EntryT]) -> EntryT:
    """Return the one table ``[name]`` of ``config/<file>``; raises ``FilingDataError``."""
    return _entry(file, model, read_table(file).get(name))


def in_force(file: str, name: str, model: type[DatedT], day: date) -> DatedT:
    """Return the entry ``[[name]]`` of ``config/<file>`` that holds on ``day``; raises ``FilingDataError``."""
    for entry in read_entries(file, name, model):
        if entry.holds_on(day):
            return entry
    raise FilingDataError(file=file, problem=f"{name}: nothing for {day}")


def _entry(file: str, model: type[EntryT], value: Any) -> EntryT:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise FilingDataError(file=file, problem=f"{place}: {first['msg']}") from error


def meant(names: tuple[str, ...], name: str) -> bool:
    """Say whether a rule for ``names`` (``*`` is all) means ``name``."""
    return name in names or EVERY in names
