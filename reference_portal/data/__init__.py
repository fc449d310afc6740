"""The portal's data files, read once."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kiosk.filing.systems import FileLimits, system

_FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class TermsText:
    """The terms of use in one language."""

    version: str
    language: str
    paragraphs: tuple[str, ...]


@cache
def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def file_limits(system_id: str) -> FileLimits:
    """Return the limits of a generation (``ras`` or ``rasens``): the same data that the kiosk checks a file by."""
    return system(system_id).files


def reception_series(procedure: str, address: str, year: int) -> str:
    """Return a reception number without its last six digits, as in 東オンＥＮ26.

    Args:
        procedure: id of the procedure.
        address: begins with the prefecture, which decides the bureau.
        year: of the filing, in Japan.
    """
    table = _read(_FOLDER / "reception.toml")
    letters = table["letters"].get(procedure, table["letters"]["default"])
    named = (name for name, prefectures in table["bureaus"].items() if address.startswith(tuple(prefectures)))
    bureau = next(named, table["default_bureau"])
    return f"{bureau}オン{letters}{year % 100:02d}"


def terms(language: str) -> TermsText:
    """Return the terms in ``language``, or in Japanese, which prevails, where there is no translation."""
    table = _read(_FOLDER / "terms.toml")
    found = language if isinstance(table.get(language), dict) else "ja"
    return TermsText(table["version"], found, tuple(table[found]["paragraphs"]))


def terms_version() -> str:
    """Return the version of the terms in force."""
    return str(_read(_FOLDER / "terms.toml")["version"])
