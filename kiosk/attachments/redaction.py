"""Blacks Individual Numbers out for good. Runs in the worker process alone.

A page that holds one becomes a picture of itself with black boxes over the number; its text, its notes and whatever
else lay behind it are gone. The other pages come along as they are, without notes, links and thumbnails; nothing of
the document around the pages (properties, bookmarks, forms, structure) is kept. The result is searched again.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from ctypes import c_int
from typing import Any

import pikepdf
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from PIL import Image, ImageDraw

from kiosk.attachments.individual_number import Letter, letters, numbers_on_page
from kiosk.attachments.number_search import number_behind, number_in_data
from kiosk.attachments.pages import settled_page
from kiosk.attachments.pdf_objects import BROKEN
from kiosk.attachments.tasks import Progress

_DPI, _POINTS_PER_INCH = 200, 72
_MOST_PIXELS = 40_000_000
_QUALITY = 85
_FIRST_FAR = "\u2e80"
"""From here on Unicode has the letters of East Asia, for which a reader may lack a font."""

_MOST_WITHOUT_INK = 0.2
_KEPT = ("/Type", "/Contents", "/Resources", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Group", "/Parent")
Image.preinit()  # here, because nothing can be loaded once the memory is limited


class _LettersMissingError(Exception):
    """The picture of a page would lack letters that the page has."""


def redact(
    blobs: Sequence[bytes], _options: dict[str, Any], progress: Progress
) -> tuple[dict[str, Any], tuple[bytes, ...]]:
    """Return ``{"pages": [numbers of the pages that were made pictures]}`` and the new PDF.

    Args:
        blobs: a PDF that ``pdf.examine_pdf`` accepted.
        progress: told page by page.

    Returns:
        ``{"problem": "redaction_failed"}`` where the number is still in it afterwards, or where a page can't be drawn
        whole because a font is not here; ``{"problem": "pdf_broken"}`` where the pages can't be drawn.
    """
    try:
        made, pictured = _redacted(blobs[0], progress, every_page=False)
        if _still_there(made):
            # Another page holds it where it is not shown: in a picture's remarks, in a font's name.
            made, pictured = _redacted(blobs[0], progress, every_page=True)
    except (*BROKEN, OSError):
        return {"problem": "pdf_broken"}, ()
    except _LettersMissingError:
        return {"problem": "redaction_failed"}, ()
    if _still_there(made):
        return {"problem": "redaction_failed"}, ()
    return {"pages": pictured}, (made,)


def _redacted(content: bytes, progress: Progress, *, every_page: bool) -> tuple[bytes, list[int]]:
    source, shown, made = pikepdf.open(io.BytesIO(content)), pdfium.PdfDocument(content), pikepdf.new()
    pictured: list[int] = []
    for index in range(len(shown)):
        page = settled_page(shown, index)
        text = page.get_textpage()
        numbers, written = numbers_on_page(text), [letter for letter in letters(text) if letter.character >= _FIRST_FAR]
        text.close()
        if numbers or every_page or number_behind(source.pages[index].obj):
            picture = _picture(page)
            if _without_ink(page, written, picture):
                raise _LettersMissingError
            _black_out(page, numbers, picture)
            _append(made, picture, page.get_size())
            pictured.append(index + 1)
        else:
            made.pages.append(source.pages[index])
            _strip(made.pages[-1].obj)
        page.close()
        progress(index + 1, len(shown))
    shown.close()
    made.remove_unreferenced_resources()
    buffer = io.BytesIO()
    made.save(buffer, deterministic_id=True, force_version="1.7")
    return buffer.getvalue(), pictured


def _strip(page: pikepdf.Object) -> None:
    for key in [key for key in page.keys() if key not in _KEPT]:  # noqa: SIM118  # an object of the library, no dict
        del page[key]


def _picture(page: pdfium.PdfPage) -> Image.Image:
    width, height = page.get_size()
    scale = min(_DPI / _POINTS_PER_INCH, math.sqrt(_MOST_PIXELS / (width * height)))
    bitmap = page.render(scale=scale, rev_byteorder=True)  # pyright: ignore[reportArgumentType]  # guessed from the default, 1
    return bitmap.to_pil().convert("RGB")


def _without_ink(page: pdfium.PdfPage, written: Sequence[Letter], picture: Image.Image) -> bool:
    """Say whether letters that the page names are not on its picture: their font is neither in the file nor here."""
    grey = picture.convert("L")
    seen = [letter for letter in written if not letter.character.isspace() and letter.top > letter.bottom]
    boxes = [_on_picture(page, (letter.left, letter.bottom, letter.right, letter.top), grey.size) for letter in seen]
    extremes = [grey.crop(box).getextrema() for box in boxes]
    empty = sum(darkest == lightest for darkest, lightest in extremes)
    return empty > len(seen) * _MOST_WITHOUT_INK


def _black_out(page: pdfium.PdfPage, numbers: Sequence[Sequence[Letter]], picture: Image.Image) -> None:
    pen = ImageDraw.Draw(picture)
    for number in numbers:
        for box in _boxes(number):
            pen.rectangle(_on_picture(page, box, picture.size), fill="black")


def _append(made: pikepdf.Pdf, picture: Image.Image, size: tuple[float, float]) -> None:
    width, height = size
    jpeg = io.BytesIO()
    picture.save(jpeg, "JPEG", quality=_QUALITY)
    image = made.make_stream(
        jpeg.getvalue(),
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=picture.width,
        Height=picture.height,
        ColorSpace=pikepdf.Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=pikepdf.Name.DCTDecode,
    )
    target = made.add_blank_page(page_size=(width, height))
    target.obj[pikepdf.Name.Resources] = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Page=image))
    target.obj[pikepdf.Name.Contents] = made.make_stream(f"q {width:.4f} 0 0 {height:.4f} 0 0 cm /Page Do Q".encode())


_Box = tuple[float, float, float, float]


def _boxes(number: Sequence[Letter]) -> list[_Box]:
    """Return one box for what stands in a line, a little wider than the digits; it is as high as the type."""
    found: list[_Box] = []
    for letter in number:
        grown = (letter.top - letter.bottom) * 0.2 + 1
        box = letter.left - grown, letter.bottom, letter.right + grown, letter.top
        if found and min(found[-1][3], box[3]) - max(found[-1][1], box[1]) > (letter.top - letter.bottom) * 0.5:
            last = found.pop()
            box = min(last[0], box[0]), min(last[1], box[1]), max(last[2], box[2]), max(last[3], box[3])
        found.append(box)
    return found


def _on_picture(page: pdfium.PdfPage, box: _Box, size: tuple[int, int]) -> _Box:
    corners: list[tuple[int, int]] = []
    for x, y in ((box[0], box[1]), (box[2], box[3])):
        across, down = c_int(), c_int()
        pdfium_c.FPDF_PageToDevice(page, 0, 0, *size, 0, x, y, across, down)
        corners.append((across.value, down.value))
    (left, top), (right, bottom) = corners
    return min(left, right) - 1, min(top, bottom) - 1, max(left, right) + 1, max(top, bottom) + 1


def _still_there(content: bytes) -> bool:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        if number_in_data(pdf, streams=True):
            return True
    shown = pdfium.PdfDocument(content)
    try:
        for index in range(len(shown)):
            page = shown[index]
            text = page.get_textpage()
            if numbers_on_page(text):
                return True
            text.close()
            page.close()
        return False
    finally:
        shown.close()
