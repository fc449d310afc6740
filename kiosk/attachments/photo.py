"""What a photo is, and the part of it that is sent. Runs in the worker process alone.

The picture is turned upright, cut to 3 by 4 and made a JPEG without the camera's notes. One that is all that already, a
plain upright JPEG of the right shape within the limit, stays as it is, byte for byte.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import pillow_heif
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.ExifTags import IFD, Base

from kiosk.attachments import photo_face
from kiosk.attachments.limits import kilobytes
from kiosk.attachments.photo_crop import Box, Size, box_around, first_box, has_shape, is_right
from kiosk.attachments.photo_encode import encoded, is_plain, plain_colours
from kiosk.attachments.photo_measure import measured
from kiosk.attachments.tasks import Progress

FORMATS = ("JPEG", "PNG", "TIFF", "HEIF")
"""What is opened, by content; whatever else Pillow could read is not tried."""

RASTER = 480
"""Pixels of the longer side of what a screen gets to show."""

_STEPS = 3
Facts = dict[str, Any]

Image.preinit()  # here, because nothing can be loaded once the memory is limited
pillow_heif.register_heif_opener()


def examine_photo(
    blobs: Sequence[bytes], options: dict[str, Any], progress: Progress
) -> tuple[Facts, tuple[bytes, ...]]:
    """Return the facts, or ``{"problem": key}``, then the JPEG to be sent and a small picture of the whole.

    Args:
        blobs: the file alone.
        options: ``max_pixels``, ``max_bytes``, ``tolerance``, ``smallest`` (pixels of a side), ``kept`` and ``least``
            (width and height), ``head`` and ``gap`` (each the least and the most share of the height), ``turn``
            (degrees clockwise), ``box`` (x, y, width, height in the upright and turned picture, or null for the first
            one).
        progress: told of each step.

    The facts are ``format``, ``width``, ``height`` (upright and turned), ``orientation``, ``taken``, ``shape`` (whether
    the whole has the right one), ``box``, ``kept`` (the file itself is sent), ``made`` (width and height of the JPEG),
    ``raster`` (width and height; three bytes a pixel), ``sharpness``, ``spread``, ``lightness``, ``faces`` (null where
    they can't be looked for), ``upright_by`` (degrees clockwise that make a face upright, or 0)
    and ``head`` (top, chin, middle and whether that is sure, or null).
    """
    # The pixels are counted below, before anything is decoded.
    Image.MAX_IMAGE_PIXELS = None
    try:
        with (
            warnings.catch_warnings(action="ignore"),
            Image.open(io.BytesIO(blobs[0]), formats=FORMATS) as image,
        ):
            problem = _unfit(image, options)
            if problem:
                return problem, ()
            facts, upright = _upright(image, options)
            facts["plain"] = is_plain(image, blobs[0])
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, KeyError, IndexError, TypeError, EOFError):
        return {"problem": "photo_broken"}, ()
    progress(1, _STEPS)
    return _cut(blobs[0], upright, facts, options, progress)


def _unfit(image: Image.Image, options: dict[str, Any]) -> Facts:
    """Return what is wrong with a picture that has been opened and not decoded; empty if nothing is."""
    width, height = image.size
    least = options["smallest"]
    if width * height > options["max_pixels"]:
        return {"problem": "photo_pixels", "width": width, "height": height}
    # A JPEG with several pictures is a phone's (depth, preview) and shows the first; a PNG with several moves.
    if getattr(image, "is_animated", False) and image.format in ("PNG", "TIFF"):
        return {"problem": "photo_animated" if image.format == "PNG" else "photo_several"}
    if min(width, height) < least:
        return {"problem": "photo_small", "width": width, "height": height, "least": least}
    return {}


def _upright(image: Image.Image, options: dict[str, Any]) -> tuple[Facts, Image.Image]:
    """Return what the camera noted, and the picture upright, turned as asked and in plain colours."""
    exif = image.getexif()
    noted, turn = exif.get(Base.Orientation, 1), options["turn"]
    taken = exif.get_ifd(IFD.Exif).get(Base.DateTimeOriginal) or exif.get(Base.DateTime)
    image.load()
    # In place, and below only what is cut: a copy of the largest picture is 120 MB.
    ImageOps.exif_transpose(image, in_place=True)
    upright = plain_colours(image)
    if turn:
        upright = upright.rotate(-turn, expand=True)
    size = Size(*upright.size)
    facts: Facts = {
        "format": "HEIC" if image.format == "HEIF" else "JPEG" if image.format == "MPO" else image.format,
        "width": size.width,
        "height": size.height,
        "orientation": noted if isinstance(noted, int) and 1 <= noted <= 8 else 1,
        "taken": _date(taken),
        "shape": has_shape(size, options["tolerance"]),
    }
    return facts, upright


def _cut(
    content: bytes, upright: Image.Image, facts: Facts, options: dict[str, Any], progress: Progress
) -> tuple[Facts, tuple[bytes, ...]]:
    size = Size(*upright.size)
    faces = photo_face.find_faces(upright) if photo_face.available() else None
    head = faces.head if faces else None
    box = _box(size, head, options)
    if not is_right(box, size, options["tolerance"]):
        return {"problem": "photo_box"}, ()
    if box.width < options["smallest"]:
        return {"problem": "photo_small", "width": box.width, "height": box.height, "least": options["smallest"]}, ()
    photo = upright if box.size == size else upright.crop(box.edges())
    progress(2, _STEPS)
    kept_size, least = Size(*options["kept"]), Size(*options["least"])
    untouched = facts.pop("plain") and facts["orientation"] == 1 and not options["turn"] and box.size == size
    kept = untouched and len(content) <= options["max_bytes"] and size.width <= kept_size.width
    made = (content, size) if kept else encoded(photo, options["max_bytes"], kept_size, least)
    if made is None:
        return {"problem": "photo_too_large", "limit": kilobytes(options["max_bytes"])}, ()
    raster = _small(upright)
    facts.update(
        box=[box.x, box.y, box.width, box.height],
        kept=kept,
        made=list(made[1]),
        raster=list(raster.size),
        faces=faces.count if faces else None,
        upright_by=faces.upright_by if faces else 0,
        head=[head.top, head.chin, head.middle, head.sure] if head else None,
        **asdict(measured(photo)),
    )
    progress(_STEPS, _STEPS)
    return facts, (made[0], raster.tobytes())


def _box(size: Size, head: photo_face.Head | None, options: dict[str, Any]) -> Box:
    """Return the box that was asked for, else the first one: by the face, unless there is none or the whole will do."""
    if options["box"] is not None:
        return Box(*options["box"])
    (least, most), gap = options["head"], options["gap"]
    # What is of the right shape stays whole, unless the head is surely too small or too large in it.
    right = head is None or not head.sure or least <= (head.chin - head.top) / size.height <= most
    if head is None or (right and has_shape(size, options["tolerance"])):
        return first_box(size, options["tolerance"])
    return box_around(head, size, (least + most) / 2, sum(gap) / 2)


def _small(picture: Image.Image) -> Image.Image:
    scale = RASTER / max(RASTER, *picture.size)
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    return picture.resize(size, Image.Resampling.BOX).convert("RGB")


def _date(text: Any) -> str:
    """Return ``2026:11:22 10:00:00`` as ``2026-11-22``; empty if it is anything else."""
    day = str(text or "")[:10].replace(":", "-")
    return day if len(day) == 10 and day.replace("-", "").isdecimal() and day.isascii() else ""
