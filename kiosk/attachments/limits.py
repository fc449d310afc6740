"""What the system takes, read from ``config/attachments.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from kiosk.errors import SettingsError
from kiosk.paths import config_dir

_FILE = "attachments.toml"


@dataclass(frozen=True, slots=True)
class PhotoChecks:
    """What makes a photo doubtful: advice, never a fault. Brightness is from 0 (black) to 255.

    Attributes:
        least_sharpness: variance of the Laplacian at 300 by 400 pixels.
        most_spread: standard deviation of the background's brightness.
        least_lightness: of the background.
        head: least and most share of the height that the head takes.
        gap: least and most share of the height above the head.
        most_aside: share of the width by which the face may be off the middle.
        months: how old it may be on the day of filing.
    """

    least_sharpness: float
    most_spread: float
    least_lightness: float
    head: tuple[float, float]
    gap: tuple[float, float]
    most_aside: float
    months: int


@dataclass(frozen=True, slots=True)
class PhotoLimits:
    """What a photo must be.

    Attributes:
        max_bytes: of the file that is sent.
        max_source_bytes: of the file that is chosen.
        width, height: the ratio.
        tolerance: share by which width / height may differ from it.
        max_pixels: width times height.
        smallest: pixels of a side.
        advised_width, advised_height: below these it looks coarse; advice only.
        kept_width, kept_height: with more pixels it is made smaller.
        checks: what makes it doubtful.
    """

    max_bytes: int
    max_source_bytes: int
    width: int
    height: int
    tolerance: float
    max_pixels: int
    smallest: int
    advised_width: int
    advised_height: int
    kept_width: int
    kept_height: int
    checks: PhotoChecks


@dataclass(frozen=True, slots=True)
class ScanLimits:
    """What the pages of a PDF must look like. Grey is from 0 (black) to 255.

    Attributes:
        max_pixels: width times height of one picture in it.
        good_dpi: below this a scanned page is told as coarse.
        least_dpi: below this it is refused.
        dark: where the brightest twentieth of a page is darker, it is told as dark.
        darkest: where the brightest hundredth is darker, it is refused.
        look_seconds: processor time after which further pages are only counted.
    """

    max_pixels: int
    good_dpi: int
    least_dpi: int
    dark: int
    darkest: int
    look_seconds: int


@dataclass(frozen=True, slots=True)
class Limits:
    """What one generation of the system takes. Sizes in bytes; None where there is no such limit.

    Attributes:
        max_documents: how many documents.
        max_document_bytes: of one document.
        max_total_bytes: of all documents and the photo together.
        max_pages: of one document.
        max_pdf_version: major and minor.
        scan: what its pages must look like.
        photo: what a photo must be.
    """

    max_documents: int | None
    max_document_bytes: int
    max_total_bytes: int | None
    max_pages: int
    max_pdf_version: tuple[int, int]
    scan: ScanLimits
    photo: PhotoLimits

    @property
    def sent_bytes(self) -> int:
        """Of everything that is sent at once."""
        return self.max_document_bytes if self.max_total_bytes is None else self.max_total_bytes


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
    pdf = data["pdf"]
    major, minor = (int(part) for part in str(pdf["max_version"]).split("."))
    return Limits(
        max_documents=system.get("max_documents"),
        max_document_bytes=int(system["max_document_bytes"]),
        max_total_bytes=system.get("max_total_bytes"),
        max_pages=int(pdf["max_pages"]),
        max_pdf_version=(major, minor),
        scan=ScanLimits(**{item.name: int(data["scan"][item.name]) for item in fields(ScanLimits)}),
        photo=_photo(data, int(system["photo"]["max_bytes"])),
    )


def _photo(data: dict[str, Any], max_bytes: int) -> PhotoLimits:
    picture = data["picture"]
    names = (
        "max_source_bytes", "width", "height", "max_pixels", "smallest", "advised_width", "advised_height",
        "kept_width", "kept_height",
    )  # fmt: skip
    return PhotoLimits(
        max_bytes=max_bytes,
        tolerance=float(picture["tolerance"]),
        checks=_photo_checks(data["photo_checks"]),
        **{name: int(picture[name]) for name in names},
    )


def _photo_checks(data: dict[str, Any]) -> PhotoChecks:
    head = data["head"]
    return PhotoChecks(
        least_sharpness=float(data["sharpness"]["least"]),
        most_spread=float(data["plain"]["most_spread"]),
        least_lightness=float(data["light"]["least"]),
        head=(float(head["least_share"]), float(head["most_share"])),
        gap=(float(head["least_gap"]), float(head["most_gap"])),
        most_aside=float(head["most_aside"]),
        months=int(data["age"]["months"]),
    )


def megabytes(size: int) -> str:
    """Return ``size`` in MB (2**20 bytes) as a message shows it."""
    return f"{size / 1_048_576:.1f}".removesuffix(".0")


def kilobytes(size: int) -> str:
    """Return ``size`` in KB (2**10 bytes) as a message shows it."""
    return f"{size // 1_024:,}"
