"""Pictures of the photo's screens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pytest

from kiosk.attachments.limits import load_limits
from kiosk.attachments.photo_crop import Box, Raster, Size
from kiosk.attachments.photo_cut import CutPhoto
from kiosk.attachments.photo_rules import findings
from kiosk.screens.base import KioskScreen
from kiosk.screens.photo_check import PhotoAgeScreen, PhotoCheckScreen
from kiosk.screens.photo_crop import PhotoCropScreen
from kiosk.screens.subject import subject_of
from tests.attachments import photos
from tests.support.screens import LANGUAGES, SIZES, screen_app

SUBJECT = subject_of("extension", "gijinkoku")
LIMITS = load_limits("rasens")
TODAY = date(2026, 11, 24)


@cache
def good() -> CutPhoto:
    """Return a photo about which nothing is doubtful, where faces can't be looked for."""
    small = photos.portrait((240, 320))
    return replace(photos.GOOD, raster=Raster(*small.size, small.tobytes()))


def lying() -> CutPhoto:
    """Return the first cut out of a picture that the telephone lay on its side for."""
    small = photos.portrait((240, 320)).rotate(90, expand=True)
    raster = Raster(*small.size, small.tobytes())
    return replace(
        good(), raster=raster, whole=Size(800, 600), box=Box(175, 0, 450, 600), made=Size(450, 600), has_shape=False
    )


def doubtful() -> CutPhoto:
    """Return a photo with everything that can be doubtful at once."""
    return replace(
        good(),
        made=Size(225, 300),
        box=Box(300, 60, 225, 300),
        sharpness=3.0,
        spread=40.0,
        lightness=60.0,
        taken=date(2025, 1, 1),
    )


def check(photo: CutPhoto) -> PhotoCheckScreen:
    """Return the screen that shows a photo with its checks."""
    return PhotoCheckScreen(SUBJECT, photo, findings(photo, LIMITS, TODAY))


SCREENS: dict[str, Callable[[], KioskScreen[Any]]] = {
    "photo check": lambda: check(good()),
    "photo check doubtful": lambda: check(doubtful()),
    "photo crop": lambda: PhotoCropScreen(SUBJECT, good(), LIMITS.photo),
    "photo crop lying": lambda: PhotoCropScreen(SUBJECT, lying(), LIMITS.photo),
    "photo age": lambda: PhotoAgeScreen(date(2026, 5, 24), 6),
}


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x36"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SCREENS)
def test_screen(snap_compare: Callable[..., bool], name: str, language: str, size: tuple[int, int]) -> None:
    assert snap_compare(screen_app(SCREENS[name](), language), terminal_size=size)


async def _nearer(pilot: Any) -> None:
    await pilot.press(*["plus"] * 6, *["up"] * 4, "left")


def test_cutting_nearer(snap_compare: Callable[..., bool]) -> None:
    screen = PhotoCropScreen(SUBJECT, good(), LIMITS.photo)
    assert snap_compare(screen_app(screen, "en"), terminal_size=(80, 24), run_before=_nearer)
