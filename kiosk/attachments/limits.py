"""What the system takes, read from ``config/attachments.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from kiosk.errors import SettingsError
from kiosk.paths import config_dir

_FILE = "attachments.toml"


@dataclass(frozen=True, slots=True)
class PhotoLimits:
    """What a photo must be.

    Attributes:
        max_bytes: of the file.
        width, height: the ratio.
        tolerance: share by which width / height may differ from it.
        max_pixels: width times height.
        advised_width, advised_height: below these it looks coarse; advice only.
    """

    max_bytes: int
    width: int
    height: int
    tolerance: float
    max_pixels: int
    advised_width: int
    advised_height: int


@dataclass(frozen=True, slots=True)
class Limits:
    """What one generation of the system takes. Sizes in bytes; None where there is no such limit.

    Attributes:
        max_documents: how many documents.
        max_document_bytes: of one document.
        max_total_bytes: of all documents and the photo together.
        max_pages: of one document.
        max_pdf_version: major and minor.
        photo: what a photo must be.
    """

    max_documents: int | None
    max_document_bytes: int
    max_total_bytes: int | None
    max_pages: int
    max_pdf_version: tuple[int, int]
    photo: PhotoLimits


@cache
def load_limits(system: str) -> Limits:
    """Return the limits of ``system`` (``ras`` or ``rasens``).

    Raises:
        SettingsError: the file can't be read, or lacks something.
    """
    try:
        data = tomllib.loads((config_dir() / _FILE).read_text(encoding="utf-8"))
        return _limits(data, data[system])
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise SettingsError(file=_FILE) from error


def _limits(data: dict[str, Any], system: dict[str, Any]) -> Limits:
    picture, pdf = data["picture"], data["pdf"]
    major, minor = (int(part) for part in str(pdf["max_version"]).split("."))
    photo = PhotoLimits(
        max_bytes=int(system["photo"]["max_bytes"]),
        width=int(picture["width"]),
        height=int(picture["height"]),
        tolerance=float(picture["tolerance"]),
        max_pixels=int(picture["max_pixels"]),
        advised_width=int(picture["advised_width"]),
        advised_height=int(picture["advised_height"]),
    )
    return Limits(
        max_documents=system.get("max_documents"),
        max_document_bytes=int(system["max_document_bytes"]),
        max_total_bytes=system.get("max_total_bytes"),
        max_pages=int(pdf["max_pages"]),
        max_pdf_version=(major, minor),
        photo=photo,
    )


def megabytes(size: int) -> str:
    """Return ``size`` in MB (2**20 bytes) as a message shows it."""
    return f"{size / 1_048_576:.1f}".removesuffix(".0")


def kilobytes(size: int) -> str:
    """Return ``size`` in KB (2**10 bytes) as a message shows it."""
    return f"{size // 1_024:,}"
