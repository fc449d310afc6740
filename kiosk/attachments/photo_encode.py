"""Makes the JPEG that is sent: plain colours, no notes of the camera, within the limit. Runs in the worker alone."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from PIL import Image, ImageCms
from PIL.JpegImagePlugin import JpegImageFile

from kiosk.attachments.photo_crop import Size
from kiosk.attachments.wide_grey import is_wide_grey, narrowed

_GOOD = (95, 90, 85, 80, 75)
_FAIR = (70, 65, 60, 55, 50)
"""Qualities of a JPEG. The photo is made smaller rather than fall below the good ones, until it is at its smallest."""

_SMALLER = 0.84
"""From one size to the next: about 30 % of the pixels go."""

_OF_A_SCREEN = ("RGB", "RGBA", "RGBX", "P", "PA")
_PLAIN_START = re.compile(rb"JFIF\0.{9}", re.DOTALL)
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7]", re.DOTALL)
_BEGIN, _END, _SCAN = b"\xff\xd8", b"\xff\xd9", b"\xff\xda"
_PARTS = (b"\xff\xe0", b"\xff\xdb", b"\xff\xc0", b"\xff\xc4", b"\xff\xdd")
"""What comes before the scan of a baseline JPEG: JFIF, quantisation, frame, Huffman tables, restart interval."""


def is_plain(image: Image.Image, content: bytes) -> bool:
    """Say whether a JPEG is a picture and nothing else: no notes (place, device, text), nothing behind its end."""
    if not isinstance(image, JpegImageFile) or image.format != "JPEG" or image.mode not in ("RGB", "L"):
        return False
    if any(name != "APP0" or _PLAIN_START.fullmatch(data) is None for name, data in image.applist):
        return False
    start = _scan(content)
    # After the head of its one scan a baseline JPEG has no mark but those of restarts, and its end.
    end = _MARKER.search(content, start + 2) if start else None
    return end is not None and end[0] == _END and end.end() == len(content)


def _scan(content: bytes) -> int:
    """Return where the first scan of a baseline JPEG begins; 0 where anything else comes before."""
    place = len(_BEGIN)
    while content[place : place + 2] in _PARTS:
        place += 2 + int.from_bytes(content[place + 2 : place + 4])
    return place if content[place : place + 2] == _SCAN else 0


def plain_colours(image: Image.Image) -> Image.Image:
    """Return ``image`` in RGB or grey as a screen shows it: in sRGB, what is transparent on white."""
    if is_wide_grey(image):
        return narrowed(image)
    if image.has_transparency_data:
        colour = image.convert("RGBA")
        plain = Image.new("RGB", colour.size, "white")
        plain.paste(colour, mask=colour.getchannel("A"))
    else:
        plain = image if image.mode in ("RGB", "L") else image.convert("RGB")
    # A profile speaks of the colours in the file: of no others, such as those for print.
    return _in_srgb(plain, image.info.get("icc_profile")) if image.mode in _OF_A_SCREEN else plain


def encoded(photo: Image.Image, most_bytes: int, kept: Size, least: Size) -> tuple[bytes, Size] | None:
    """Return ``photo`` as a JPEG within ``most_bytes``, and its size; None where it can't be made so small.

    Args:
        photo: in RGB or grey, of the right shape.
        most_bytes: of the file.
        kept: more pixels than these are not sent.
        least: with fewer than these it looks coarse: quality goes first.
    """
    for size, qualities in _ways(photo, kept, least):
        # Never larger: what the camera did not see can't be made up.
        scaled = photo if size == photo.size else photo.resize(size, Image.Resampling.LANCZOS)
        # The least first: where even that is too large, the others need no trying.
        if len(_jpeg(scaled, qualities[-1])) <= most_bytes:
            tried = (_jpeg(scaled, quality) for quality in qualities)
            return next(content for content in tried if len(content) <= most_bytes), size
    return None


def _ways(photo: Image.Image, kept: Size, least: Size) -> Iterator[tuple[Size, tuple[int, ...]]]:
    """Yield the sizes from the largest on with the qualities to try."""
    size = _at_most(Size(*photo.size), kept)
    while (smaller := Size(round(size.width * _SMALLER), round(size.height * _SMALLER))).width >= least.width:
        yield size, _GOOD
        size = smaller
    smallest = _at_most(size, least)
    yield size, _GOOD
    yield smallest, _GOOD + _FAIR


def _at_most(size: Size, most: Size) -> Size:
    factor = min(1.0, most.width / size.width, most.height / size.height)
    return Size(max(1, round(size.width * factor)), max(1, round(size.height * factor)))


def _jpeg(photo: Image.Image, quality: int) -> bytes:
    buffer = io.BytesIO()
    # Nothing is passed on but the pixels.
    clean = Image.frombytes(photo.mode, photo.size, photo.tobytes())
    clean.save(buffer, "JPEG", quality=quality, optimize=True)
    return buffer.getvalue()


def _in_srgb(image: Image.Image, profile: object) -> Image.Image:
    """Return ``image`` in the colours of a picture without a profile; a profile that makes no sense is passed over."""
    if not isinstance(profile, bytes):
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        shown = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return shown or image
