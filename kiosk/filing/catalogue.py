"""Procedures, statuses of residence and kinds of user: their names, and whether they are built yet."""

from __future__ import annotations

from functools import cache
from typing import Literal, TypeVar

from kiosk.filing.data import Entry, Labels, read_entries
from kiosk.filing.errors import UnknownNameError
from kiosk.forms.load import all_forms


class _Named(Entry):
    id: str


NamedT = TypeVar("NamedT", bound=_Named)


class Procedure(_Named):
    """One procedure of the guide.

    ``online`` is ``with`` where it is filed only together with another one. ``result`` is what a grant ends in: a new
    residence card with a period of stay, or a certificate or permit without one.
    """

    name: Labels
    official: Labels
    hint: Labels
    file_code: str
    online: Literal["alone", "with"]
    result: Literal["residence_card", "certificate"]


class Status(_Named):
    """One status of residence.

    ``code`` is official (list CB19), ``sheet`` the letter of its official sheets, ``organisation_sheets`` whether
    question 5 of the guide applies. ``also`` are other words by which people look for it: how it is read, in kana and
    in Latin letters, and what it is commonly called.
    """

    name: Labels
    code: str
    sheet: str
    organisation_sheets: bool
    also: str = ""
    of: str = ""
    """For a variant that has a form of its own (highly skilled by activity, designated activities): its status."""


class StatusGroup(_Named):
    """Statuses of residence that stand together on the screen, by id."""

    name: Labels
    statuses: tuple[str, ...]


class UserKindInfo(_Named):
    """One kind of user. ``entrance`` is ``card`` or ``account`` (an ID given by the bureau)."""

    name: Labels
    hint: Labels
    entrance: Literal["card", "account"]


def procedures() -> tuple[Procedure, ...]:
    """Return all procedures in the order of the menu."""
    return read_entries("procedures.toml", "procedures", Procedure)


def gives_card(procedure_id: str) -> bool:
    """Say whether a grant ends in a residence card; what no procedure is known for is taken to."""
    return not any(entry.id == procedure_id and entry.result == "certificate" for entry in procedures())


def statuses() -> tuple[Status, ...]:
    """Return all statuses of residence in official order."""
    return read_entries("statuses.toml", "statuses", Status)


def status_groups() -> tuple[StatusGroup, ...]:
    """Return the groups of statuses in the order of the screen."""
    return read_entries("status_groups.toml", "groups", StatusGroup)


def variants(of: str) -> tuple[Status, ...]:
    """Return the variants of the status ``of`` that have forms of their own, in order; none for most statuses."""
    return tuple(entry for entry in _variants() if entry.of == of)


def base_status(name: str) -> Status:
    """Return the status a variant belongs to, the status itself for all others; raises ``UnknownNameError``."""
    found = status(name)
    return status(found.of) if found.of else found


def _variants() -> tuple[Status, ...]:
    return read_entries("status_variants.toml", "variants", Status)


def user_kinds() -> tuple[UserKindInfo, ...]:
    """Return all kinds of user in the order of the guide."""
    return read_entries("user_kinds.toml", "user_kinds", UserKindInfo)


def procedure(name: str) -> Procedure:
    """Return one procedure by id; raises ``UnknownNameError``."""
    return _by_id(procedures(), name)


def status(name: str) -> Status:
    """Return one status of residence, or one variant, by id; raises ``UnknownNameError``."""
    variant = next((entry for entry in _variants() if entry.id == name), None)
    return _by_id(statuses(), name) if variant is None else variant


def user_kind(name: str) -> UserKindInfo:
    """Return one kind of user by id; raises ``UnknownNameError``."""
    return _by_id(user_kinds(), name)


def _by_id(entries: tuple[NamedT, ...], name: str) -> NamedT:
    for entry in entries:
        if entry.id == name:
            return entry
    # What was asked for comes from outside: only its beginning is said again, in plain signs.
    raise UnknownNameError(name=ascii(name)[1:41].rstrip("'"), known=" ".join(entry.id for entry in entries))


def is_built(procedure_id: str, status_id: str) -> bool:
    """Say whether this program can file the procedure for the status, or for a variant of it.

    Raises:
        UnknownNameError: one of the ids is unknown.
    """
    procedure(procedure_id)
    status(status_id)
    return any((procedure_id, name) in _built() for name in (status_id, *(entry.id for entry in variants(status_id))))


@cache
def _built() -> frozenset[tuple[str, str]]:
    return frozenset((key.procedure, key.status) for key in all_forms())
