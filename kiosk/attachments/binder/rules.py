"""How pictures are taken in and made smaller, read from ``config/binder.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

from kiosk.errors import SettingsError
from kiosk.paths import config_dir

PICTURE_KINDS = frozenset({"jpeg", "png", "tiff", "heic"})
"""What can be made a page, as ``checks.content_type`` calls it."""

_FILE = "binder.toml"


@dataclass(frozen=True, slots=True)
class BinderRules:
    """How things are bound. Sizes in bytes.

    Attributes:
        max_file_bytes, max_total_bytes, max_files: of what is taken in.
        max_pixels: of one picture.
        picture_dpi, picture_quality: of a picture that must be coded anew.
        steps: dpi and JPEG quality, the gentlest first.
        following_bytes: by system: what may be sent in all parts together; more goes another way.
    """

    max_file_bytes: int
    max_total_bytes: int
    max_files: int
    max_pixels: int
    picture_dpi: int
    picture_quality: int
    steps: tuple[tuple[int, int], ...]
    following_bytes: dict[str, int]


@cache
def load_binder_rules() -> BinderRules:
    """Return the rules.

    Raises:
        SettingsError: the file can't be read, lacks something, or has a step below its own least dpi.
    """
    try:
        data = tomllib.loads((config_dir() / _FILE).read_text(encoding="utf-8"))
        source, picture, smaller = data["source"], data["picture"], data["smaller"]
        return BinderRules(
            max_file_bytes=int(source["max_file_bytes"]),
            max_total_bytes=int(source["max_total_bytes"]),
            max_files=int(source["max_files"]),
            max_pixels=int(picture["max_pixels"]),
            picture_dpi=int(picture["dpi"]),
            picture_quality=int(picture["quality"]),
            steps=_steps(smaller["steps"], int(smaller["least_dpi"])),
            following_bytes={name: int(size) for name, size in data["following"]["max_total_bytes"].items()},
        )
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise SettingsError(file=_FILE) from error


def _steps(rows: list[list[int]], least_dpi: int) -> tuple[tuple[int, int], ...]:
    steps = tuple((int(dpi), int(quality)) for dpi, quality in rows)
    if not steps or any(dpi < least_dpi or not 1 <= quality <= 95 for dpi, quality in steps):
        raise ValueError("there is no step, or one is too hard")
    return steps
