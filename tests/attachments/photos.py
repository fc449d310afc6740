"""Invented photos: what the worker makes of them, without starting it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from PIL import Image, ImageDraw, ImageFilter

from kiosk.attachments.photo import examine_photo
from kiosk.attachments.photo_crop import Box, Raster, Size
from kiosk.attachments.photo_cut import CutPhoto

OPTIONS: dict[str, Any] = {
    "max_pixels": 50_000_000,
    "max_bytes": 26_214_400,
    "tolerance": 0.02,
    "smallest": 90,
    "kept": [900, 1200],
    "least": [354, 472],
    "head": [0.55, 0.70],
    "gap": [0.05, 0.20],
    "turn": 0,
    "box": None,
}


GOOD = CutPhoto(
    name="photo.jpg",
    media_type="image/jpeg",
    content=bytes(48_000),
    sha256="",
    made=Size(600, 800),
    kept=True,
    kind="JPEG",
    whole=Size(600, 800),
    has_shape=True,
    box=Box(0, 0, 600, 800),
    turn=0,
    orientation=1,
    taken=date(2026, 11, 1),
    sharpness=120.0,
    spread=2.0,
    lightness=220.0,
    faces=None,
    head=None,
    raster=Raster(1, 1, bytes(3)),
)
"""A photo about which nothing is doubtful, where faces can't be looked for."""


def examined(content: bytes, **options: Any) -> tuple[dict[str, Any], tuple[bytes, ...]]:
    """Return facts and blobs as the worker gives them; ``options`` are laid over ``OPTIONS``."""
    return examine_photo([content], {**OPTIONS, **options}, lambda _done, _total: None)


def made(content: bytes, **options: Any) -> Image.Image:
    """Return the JPEG that is made of ``content``, opened."""
    image = Image.open(io.BytesIO(examined(content, **options)[1][0]), formats=["JPEG"])
    image.load()
    return image


def portrait(size: tuple[int, int] = (600, 800), background: str = "#E8EEF4") -> Image.Image:
    """Return a drawn person before a plain wall, upright: black hair, a face, dark shoulders."""
    width, height = size
    image = Image.new("RGB", size, background)
    draw = ImageDraw.Draw(image)

    def oval(left: float, top: float, right: float, bottom: float, colour: str) -> None:
        draw.ellipse((left * width, top * height, right * width, bottom * height), fill=colour)

    oval(0.15, 0.75, 0.85, 1.4, "#303840")
    oval(0.28, 0.12, 0.72, 0.55, "#201810")
    oval(0.32, 0.22, 0.68, 0.74, "#E0B090")
    oval(0.40, 0.42, 0.46, 0.45, "#101010")
    oval(0.54, 0.42, 0.60, 0.45, "#101010")
    return image


def blurred(image: Image.Image, pixels: float) -> Image.Image:
    """Return a photo out of focus."""
    return image.filter(ImageFilter.GaussianBlur(pixels))


def jpeg(image: Image.Image, **options: Any) -> bytes:
    """Return ``image`` as a JPEG of good quality."""
    return saved(image, "JPEG", quality=92, **options)


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    """Return ``image`` in a format."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def heic(image: Image.Image, **options: Any) -> bytes:
    """Return ``image`` as a telephone of one maker saves it."""
    import pillow_heif

    buffer = io.BytesIO()
    pillow_heif.from_pillow(image).save(buffer, **options)
    return buffer.getvalue()


def near(one: Sequence[float], other: Sequence[float], by: float) -> bool:
    """Say whether two colours are alike."""
    return all(abs(a - b) <= by for a, b in zip(one, other, strict=True))
