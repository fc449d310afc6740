"""The portal's data files, read once."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kiosk.paths import config_dir

_FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class FileLimits:
    """Limits on files in one generation of the system, in bytes; None where there is none.

    ``total_bytes`` counts documents and photo together.
    """

    documents: int | None
    document_bytes: int
    total_bytes: int | None
    photo_bytes: int


@dataclass(frozen=True, slots=True)
class TermsText:
    """The terms of use in one language."""

    version: str
    language: str
    paragraphs: tuple[str, ...]


@cache
def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def file_limits(system: str) -> FileLimits:
    """Return the limits of ``system`` (``ras`` or ``rasens``): the same data that the kiosk checks a file by."""
    table = _read(config_dir() / "attachments.toml")[system]
    return FileLimits(
        table.get("max_documents"),
        int(table["max_document_bytes"]),
        table.get("max_total_bytes"),
        int(table["photo"]["max_bytes"]),
    )


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
