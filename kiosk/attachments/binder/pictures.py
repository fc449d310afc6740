"""Photos and scans of papers as PDF pages: JPEG, PNG, TIFF (all its pages) and HEIC. Runs in the worker process alone.

A page is A4, upright or lying as the picture is, with the picture as large as it fits. A JPEG that every reader can
show goes in as it is, without what the camera noted; that it was held turned is told to the page, not to the picture.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pikepdf
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.ExifTags import Base
from pillow_heif import register_heif_opener  # pyright: ignore[reportUnknownVariableType]  # its decoder list is untyped

from kiosk.attachments.binder.encoding import Encoded, fill_image, plain_colours, smallest
from kiosk.attachments.binder.jpeg import PLAIN_FRAMES, bare
from kiosk.reports.page import HEIGHT, WIDTH

FORMATS = {"jpeg": "JPEG", "png": "PNG", "tiff": "TIFF", "heic": "HEIF"}
"""The kinds of ``checks.content_type`` that can be made pages, and what Pillow calls them."""

_TURNS = {
    1: (1, 0, 0, 1), 2: (-1, 0, 0, 1), 3: (-1, 0, 0, -1), 4: (1, 0, 0, -1),
    5: (0, -1, -1, 0), 6: (0, -1, 1, 0), 7: (0, 1, 1, 0), 8: (0, 1, -1, 0),
}  # fmt: skip
"""By what EXIF calls the orientation: how the unit square is turned about its middle (a, b, c, d of a matrix)."""

_MOST_OBLONG = 5
"""A file that says that its pixels are longer than this is wrong."""

_BROKEN = (
    UnidentifiedImageError,
    OSError,
    ValueError,
    SyntaxError,
    KeyError,
    IndexError,
    TypeError,
    RuntimeError,
    EOFError,
)
register_heif_opener()
Image.preinit()  # here, because nothing can be loaded once the memory is limited
Image.init()


@dataclass(frozen=True, slots=True)
class _Drawing:
    """One picture, how it is turned when it is drawn, whether it is as it came, and how high a pixel of width 1 is."""

    encoded: Encoded
    orientation: int = 1
    untouched: bool = False
    pixel: float = 1.0


class _Refused(Exception):
    def __init__(self, problem: str, **shown: int) -> None:
        self.facts: dict[str, Any] = {"problem": problem, **shown}
        super().__init__(problem)


def picture_pdf(
    blobs: Sequence[bytes], options: dict[str, Any], progress: Callable[[int, int], None]
) -> tuple[dict[str, Any], list[bytes]]:
    """Make a PDF of one picture.

    Args:
        blobs: the file.
        options: ``kind`` (one of ``FORMATS``), ``max_pixels`` of a page, ``max_pages``, ``dpi`` (a picture that must be
            coded anew gets no more), ``quality`` of its JPEG.
        progress: told how many pages are done.

    Returns:
        ``pages``, ``lossless`` (no picture was coded anew), and the PDF; or ``{"problem": key}`` and nothing.
    """
    # The pixels are counted below, before anything is decoded.
    Image.MAX_IMAGE_PIXELS = None
    try:
        drawings = list[_Drawing]()
        with warnings.catch_warnings(action="ignore"):
            for drawing in _drawings(blobs[0], options):
                drawings.append(drawing)
                progress(len(drawings), 0)
        untouched = all(drawing.untouched for drawing in drawings)
        return {"pages": len(drawings), "lossless": untouched}, [_pdf(drawings)]
    except _Refused as refused:
        return refused.facts, []
    except _BROKEN:
        return {"problem": "picture_broken"}, []


def _drawings(content: bytes, options: dict[str, Any]) -> Iterator[_Drawing]:
    with Image.open(io.BytesIO(content), formats=[FORMATS[options["kind"]]]) as image:
        if options["kind"] == "jpeg":
            yield _jpeg_drawing(content, image, options)
            return
        for number in range(options["max_pages"] + 1):
            try:
                image.seek(number)
            except EOFError:
                return
            if number == options["max_pages"]:
                raise _Refused("pdf_too_many_pages", pages=number + 1, limit=number)
            yield _converted(image, options)
            if options["kind"] != "tiff":
                return  # the further ones of a HEIC are previews, those of a PNG a film


def _jpeg_drawing(content: bytes, image: Image.Image, options: dict[str, Any]) -> _Drawing:
    width, height = _counted(image, options)
    orientation = _orientation(image)
    try:
        data, frame = bare(content)
    except ValueError:
        # Something stands where nothing should, or the end is missing: whether the picture is whole, decoding tells.
        return _converted(image, options)
    if image.mode not in ("L", "RGB") or frame not in PLAIN_FRAMES:
        return _converted(image, options)
    # Decoded to its end at an eighth of its size: enough to know that it is whole.
    image.draft(image.mode, (1, 1))
    image.load()
    encoded = Encoded(data, width, height, 3 if image.mode == "RGB" else 1, 8, "DCTDecode")
    return _Drawing(encoded, orientation, untouched=True)


def _converted(image: Image.Image, options: dict[str, Any]) -> _Drawing:
    _counted(image, options)
    image.load()
    pixel = _pixel(image)
    # Before the colours are changed: a copy loses the camera's notes.
    upright = plain_colours(ImageOps.exif_transpose(image))
    return _Drawing(smallest(_reduced(upright, options["dpi"]), options["quality"]), pixel=pixel)


def _pixel(image: Image.Image) -> float:
    """Return the height of a pixel for a width of 1: a fax has half as many lines as dots."""
    stated = image.info.get("dpi", (1, 1)) if image.format == "TIFF" else (1, 1)
    across, down = (float(value) for value in stated)
    if not (across > 0 and down > 0 and 1 / _MOST_OBLONG <= across / down <= _MOST_OBLONG):
        return 1.0
    return down / across if _orientation(image) >= 5 else across / down


def _counted(image: Image.Image, options: dict[str, Any]) -> tuple[int, int]:
    width, height = image.size
    if width * height > options["max_pixels"]:
        raise _Refused("picture_pixels", width=width, height=height, limit=options["max_pixels"] // 1_000_000)
    return width, height


def _orientation(image: Image.Image) -> int:
    found = image.getexif().get(Base.Orientation, 1)
    return found if found in _TURNS else 1


def _reduced(image: Image.Image, dpi: int) -> Image.Image:
    scale = _scale(*image.size) * dpi / 72
    if scale >= 1 or image.mode == "1":
        return image
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.LANCZOS)


def _page_size(width: float, height: float) -> tuple[float, float]:
    return (HEIGHT, WIDTH) if width > height else (WIDTH, HEIGHT)


def _scale(width: float, height: float) -> float:
    page_width, page_height = _page_size(width, height)
    return min(page_width / width, page_height / height)


def _pdf(drawings: Sequence[_Drawing]) -> bytes:
    document = pikepdf.new()
    for drawing in drawings:
        encoded = drawing.encoded
        lying = drawing.orientation >= 5
        width, height = (encoded.height, encoded.width) if lying else (encoded.width, encoded.height)
        size = (width, height * drawing.pixel)
        page = document.add_blank_page(page_size=_page_size(*size))
        image = document.make_stream(b"")
        fill_image(image, encoded)
        page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=image))
        page.obj.Contents = document.make_stream(_placed(size, drawing.orientation))
    target = io.BytesIO()
    document.save(target, deterministic_id=True, force_version="1.7")
    return target.getvalue()


def _placed(size: tuple[float, float], orientation: int) -> bytes:
    page_width, page_height = _page_size(*size)
    scale = _scale(*size)
    width, height = size[0] * scale, size[1] * scale
    a, b, c, d = _TURNS[orientation]
    e, f = (1 - a - c) / 2, (1 - b - d) / 2  # turned about the middle of the unit square
    left, bottom = (page_width - width) / 2, (page_height - height) / 2
    values = (a * width, b * height, c * width, d * height, left + e * width, bottom + f * height)
    return b"q " + b" ".join(b"%.4f" % value for value in values) + b" cm /P Do Q"
