"""What a photo is. Runs in the worker process alone.

A photo that is a plain upright JPEG stays as it is, byte for byte. One that the camera only marked as turned, one in
other colours than RGB or grey (CMYK, 16 bit, palette, transparency), or a PNG is made a JPEG.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.ExifTags import IFD, Base

from kiosk.attachments.limits import kilobytes
from kiosk.attachments.tasks import Progress

_QUALITIES = (95, 90, 85, 80, 75, 70)
_WIDE_GREY = ("I", "I;16", "I;16B", "I;16L", "I;16N", "F")
Image.preinit()  # here, because nothing can be loaded once the memory is limited


def examine_photo(
    blobs: Sequence[bytes], options: dict[str, Any], _progress: Progress
) -> tuple[dict[str, Any], tuple[bytes, ...]]:
    """Return the facts, or ``{"problem": key}``, and the converted picture (none if none was needed).

    Args:
        blobs: the file alone.
        options: ``max_pixels``, ``width``, ``height``, ``tolerance``, ``max_bytes``.
    """
    facts, converted = _examine(blobs[0], options)
    return facts, (converted,) if converted else ()


def _examine(content: bytes, options: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    # The pixels are counted below, before anything is decoded.
    Image.MAX_IMAGE_PIXELS = None
    try:
        with (
            warnings.catch_warnings(action="ignore"),
            Image.open(io.BytesIO(content), formats=["JPEG", "PNG"]) as image,
        ):
            return _examined(image, options)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, KeyError, IndexError, TypeError):
        return {"problem": "photo_broken"}, b""


def _examined(image: Image.Image, options: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    width, height = image.size
    if width * height > options["max_pixels"]:
        return {"problem": "photo_pixels", "width": width, "height": height}, b""
    # A JPEG with several pictures is a phone's (depth, preview) and shows the first; a PNG with several moves.
    if image.format == "PNG" and getattr(image, "is_animated", False):
        return {"problem": "photo_animated"}, b""
    exif = image.getexif()
    orientation = exif.get(Base.Orientation, 1)
    taken = exif.get_ifd(IFD.Exif).get(Base.DateTimeOriginal) or exif.get(Base.DateTime)
    if orientation in (5, 6, 7, 8):
        width, height = height, width
    if not _fits(width, height, options):
        return {"problem": "photo_ratio", "width": width, "height": height}, b""
    facts: dict[str, Any] = {
        "width": width,
        "height": height,
        "orientation": _small(orientation),
        "taken": _date(taken),
    }
    image.load()
    if image.format != "PNG" and image.mode in ("RGB", "L") and facts["orientation"] == 1:
        return facts, b""
    converted = _converted(image, options["max_bytes"])
    return (facts, converted) if converted else (_too_large(options["max_bytes"]), b"")


def _fits(width: int, height: int, options: dict[str, Any]) -> bool:
    # In products, so that a width on the very edge of the tolerance does not depend on a rounding.
    wanted = height * options["width"]
    return abs(width * options["height"] - wanted) <= options["tolerance"] * wanted + 1e-6


def _too_large(most: int) -> dict[str, Any]:
    return {"problem": "photo_too_large", "limit": kilobytes(most)}


def _small(orientation: Any) -> int:
    return orientation if isinstance(orientation, int) and 1 <= orientation <= 8 else 1


def _date(text: Any) -> str:
    """Return ``2026:11:22 10:00:00`` as ``2026-11-22``; empty if it is anything else."""
    day = str(text or "")[:10].replace(":", "-")
    return day if len(day) == 10 and day.replace("-", "").isdecimal() and day.isascii() else ""


def _converted(image: Image.Image, most: int) -> bytes:
    upright = _plain_colours(ImageOps.exif_transpose(image))
    for quality in _QUALITIES:
        buffer = io.BytesIO()
        # Nothing of the camera's notes (place, device) goes along.
        upright.save(buffer, "JPEG", quality=quality)
        if buffer.tell() <= most:
            return buffer.getvalue()
    return b""


def _plain_colours(image: Image.Image) -> Image.Image:
    if image.mode in ("RGB", "L"):
        return image
    if image.mode in _WIDE_GREY:
        return image.point(lambda value: value / 256).convert("L")
    if image.has_transparency_data:
        colour = image.convert("RGBA")
        paper = Image.new("RGB", colour.size, "white")
        paper.paste(colour, mask=colour.getchannel("A"))
        return paper
    return image.convert("RGB")
