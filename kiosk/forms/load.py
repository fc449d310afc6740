"""Reading ``config/forms``: sheets, the index of forms, code lists. Each file is read once a process.

A broken definition raises ``FormDefinitionError`` here; contradictions between files are found by ``lint``.
"""

from __future__ import annotations

import csv
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, cast

from pydantic import ValidationError

from kiosk.forms.errors import FormDefinitionError, FormUnknownError
from kiosk.forms.model import AttachedSheet, Choice, Form, Question, Sheet
from kiosk.forms.points_table import PointsTable
from kiosk.forms.resolve import resolve
from kiosk.paths import config_dir


class FormKey(NamedTuple):
    """Which form is meant."""

    procedure: str
    status: str
    system: str


def load_form(procedure: str, status: str, system: str = "rasens") -> Form:
    """Return the form of a procedure (``extension``) and a status of residence (``gijinkoku``).

    Args:
        procedure: id in ``config/procedures.toml``.
        status: id in ``config/statuses.toml``.
        system: generation of the government's system, ``rasens`` or ``ras``.

    Raises:
        FormUnknownError: there is no such form.
        FormDefinitionError: a file of it is wrong.
    """
    return _load(FormKey(procedure, status, system))


@cache
def _load(key: FormKey) -> Form:
    entry = _index().get(key)
    if entry is None:
        raise FormUnknownError(procedure=key.procedure, status=key.status)
    try:
        return _form(key, entry)
    except (ValidationError, KeyError) as error:
        raise FormDefinitionError(file="forms.toml", problem=_words(error)) from error


def _form(key: FormKey, entry: _Entry) -> Form:
    context = {
        "procedure": key.procedure,
        "status": key.status,
        "file_code": entry.status["file"],
        "system": key.system,
    }
    names = (*entry.procedure["first"], *entry.letter["sheets"], *entry.procedure["last"], entry.procedure["receipt"])
    *sheets, receipt = resolve((load_sheet(name) for name in names), context)
    return Form(
        procedure=key.procedure,
        status=key.status,
        status_code=entry.status["code"],
        purpose_code=entry.status.get("purpose", ""),
        file_code=entry.procedure["file_code"] + entry.status["file"],
        system=key.system,
        sheets=tuple(sheet for sheet in sheets if sheet.pages or sheet.copies),
        receipt=receipt,
        attached=tuple(_attached()[name] for name in entry.letter.get("attached", ())),
    )


def all_forms() -> tuple[FormKey, ...]:
    """Return the keys of every form in the index, in its order."""
    return tuple(_index())


@cache
def load_sheet(name: str) -> Sheet:
    """Return one sheet from ``config/forms/sheets/<name>.toml``; raises ``FormDefinitionError``."""
    file = f"{name}.toml"
    try:
        return Sheet.model_validate(_toml(forms_dir() / "sheets" / file))
    except ValidationError as error:
        raise FormDefinitionError(file=file, problem=_words(error)) from error


def all_sheets() -> tuple[Sheet, ...]:
    """Return every sheet as its file has it, variants and all, by name; raises ``FormDefinitionError``."""
    return tuple(load_sheet(path.stem) for path in sorted((forms_dir() / "sheets").glob("*.toml")))


def forms_dir() -> Path:
    """Return the folder of the definitions."""
    return config_dir() / "forms"


@cache
def choices(list_id: str, parent: str = "") -> tuple[Choice, ...]:
    """Return the entries of a code list in official order.

    Args:
        list_id: official id of the list, such as ``CA61``.
        parent: for a dependent list, the code chosen in the list it depends on.

    Raises:
        FormDefinitionError: there is no such list. An unknown parent gives no entries.
    """
    return _list(list_id).get(parent, ())


@cache
def codes(list_id: str, parent: str = "") -> frozenset[str]:
    """Return the codes of ``choices(list_id, parent)``."""
    return frozenset(choice.code for choice in choices(list_id, parent))


def options(question: Question, parent: str = "") -> tuple[Choice, ...]:
    """Return what may be chosen for ``question``; ``parent`` is the code its list depends on."""
    entries = choices(question.list, parent)
    return tuple(entry for entry in entries if entry.code in question.codes) if question.codes else entries


def parents(list_id: str) -> tuple[str, ...]:
    """Return the parent codes of a dependent list; ``("",)`` for a plain one."""
    return tuple(_list(list_id))


@cache
def _list(list_id: str) -> dict[str, tuple[Choice, ...]]:
    path = forms_dir() / "lists" / f"{list_id}.tsv"
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
            grouped: dict[str, list[Choice]] = {}
            for row in rows:
                labels = {name: row[name] for name in ("ja", "en") if row.get(name)}
                entry = Choice(row["code"], labels, int(row.get("points") or 0))
                grouped.setdefault(row.get("parent", ""), []).append(entry)
    except (OSError, UnicodeDecodeError, KeyError, ValueError, csv.Error) as error:
        raise FormDefinitionError(file=path.name, problem=type(error).__name__) from error
    return {parent: tuple(entries) for parent, entries in grouped.items()}


class _Entry(NamedTuple):
    """One form as the index has it: the entries of its procedure, its letter and its status."""

    procedure: dict[str, Any]
    letter: dict[str, Any]
    status: dict[str, Any]


@cache
def _index() -> dict[FormKey, _Entry]:
    content = _toml(forms_dir() / "forms.toml")
    entries: dict[FormKey, _Entry] = {}
    for letter in cast("list[dict[str, Any]]", content.get("forms", [])):
        for name in letter["procedures"]:
            procedure = content["procedures"][name]
            for status, values in letter["statuses"].items():
                for system in procedure["systems"]:
                    entries[FormKey(name, status, system)] = _Entry(procedure, letter, values)
    return entries


@cache
def _attached() -> dict[str, AttachedSheet]:
    entries = cast("list[dict[str, Any]]", _toml(forms_dir() / "forms.toml").get("attached", []))
    return {entry["id"]: AttachedSheet.model_validate(entry) for entry in entries}


@cache
def points_table() -> PointsTable:
    """Return the rules of the points table of the highly skilled; raises ``FormDefinitionError``."""
    try:
        return PointsTable.model_validate(_toml(forms_dir() / "points.toml"))
    except ValidationError as error:
        raise FormDefinitionError(file="points.toml", problem=_words(error)) from error


class SystemProfile(NamedTuple):
    """What differs between the generations of the system in how text is taken.

    ``name_separator`` stands between the parts of a Latin name; ``kanji`` is the repertoire of Chinese characters:
    ``unicode`` (U+4E00 to U+9FFF) or ``jis_x_0208``.
    """

    name_separator: str
    kanji: str


@cache
def system_profile(system: str) -> SystemProfile:
    """Return the profile of a generation; raises ``FormDefinitionError`` for an unknown one."""
    entry = _toml(forms_dir() / "systems.toml").get(system)
    if entry is None:
        raise FormDefinitionError(file="systems.toml", problem=system)
    return SystemProfile(entry["name_separator"], entry["kanji"])


@cache
def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FormDefinitionError(file=path.name, problem=type(error).__name__) from error


def _words(error: ValidationError | KeyError) -> str:
    if isinstance(error, KeyError):
        return f"missing {error.args[0]}"
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place}: {first['msg']}"
