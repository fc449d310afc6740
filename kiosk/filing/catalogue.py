"""Procedures, statuses of residence and kinds of user: their names, and whether they are built yet."""

from __future__ import annotations

from typing import Literal

from kiosk.filing.data import Entry, Labels, read_entries
from kiosk.filing.errors import UnknownNameError


class Procedure(Entry):
    """One procedure of the guide. ``online`` is ``with`` where it is filed only together with another one."""

    id: str
    name: Labels
    official: Labels
    hint: Labels
    file_code: str
    online: Literal["alone", "with"]
    available: bool


class Status(Entry):
    """One status of residence.

    ``code`` is official (list CB19), ``sheet`` the letter of its official sheets, ``organisation_sheets`` whether
    question 5 of the guide applies, ``available`` the procedures that are built for it.
    """

    id: str
    name: Labels
    code: str
    sheet: str
    organisation_sheets: bool
    available: tuple[str, ...]


class UserKindInfo(Entry):
    """One kind of user. ``entrance`` is ``card`` or ``account`` (an ID given by the bureau)."""

    id: str
    name: Labels
    hint: Labels
    entrance: Literal["card", "account"]
    available: bool


def procedures() -> tuple[Procedure, ...]:
    """Return all procedures in the order of the menu."""
    return read_entries("procedures.toml", "procedures", Procedure)


def statuses() -> tuple[Status, ...]:
    """Return all statuses of residence in official order."""
    return read_entries("statuses.toml", "statuses", Status)


def user_kinds() -> tuple[UserKindInfo, ...]:
    """Return all kinds of user in the order of the guide."""
    return read_entries("user_kinds.toml", "user_kinds", UserKindInfo)


def procedure(name: str) -> Procedure:
    """Return one procedure by id; raises ``UnknownNameError``."""
    for entry in procedures():
        if entry.id == name:
            return entry
    raise UnknownNameError(name=name)


def status(name: str) -> Status:
    """Return one status of residence by id; raises ``UnknownNameError``."""
    for entry in statuses():
        if entry.id == name:
            return entry
    raise UnknownNameError(name=name)


def user_kind(name: str) -> UserKindInfo:
    """Return one kind of user by id; raises ``UnknownNameError``."""
    for entry in user_kinds():
        if entry.id == name:
            return entry
    raise UnknownNameError(name=name)


def is_built(procedure_id: str, status_id: str) -> bool:
    """Say whether this program can file the procedure for the status yet; raises ``UnknownNameError``."""
    asked, built_for = procedure(procedure_id), status(status_id).available
    return asked.available and procedure_id in built_for
