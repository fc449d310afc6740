"""How the pages of a PDF look, and what can be read on them. Runs in the worker process alone.

Each page is drawn small. A scan that nobody can read is refused; what is doubtful (an empty page, a dark one, a coarse
one) is told with its number, because only a person can say what the page is.
"""

from __future__ import annotations

import codecs
import hashlib
import math
import time
from collections.abc import Sequence
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from PIL import Image

from kiosk.attachments.individual_number import numbers_on_page
from kiosk.attachments.tasks import Progress

_SIDE = 400
"""Pixels of the longer side of the small picture: enough to see that a page holds a single line."""

_MARGIN = 0.03
_WHOLE_PAGE, _MOST_OF_PAGE = 0.3, 0.5
_LARGE = 1_300
"""Points; a little more than the longer side of A3."""

_DRAWN_PIECES = 20
"""A picture behind so many letters and lines that are drawn (not only laid invisibly over it) is decoration."""

_SEARCHABLE = 20
_POINTS_PER_INCH = 72


# Loaded here, because in the worker nothing may be opened any more once it is confined.
Image.preinit()
for _name in ("utf-16-le", "utf-16-be"):
    codecs.lookup(_name)


class Refused(Exception):
    """The file may not be sent; ``facts`` names the error and what its message shows."""

    def __init__(self, problem: str, **shown: int | str) -> None:
        self.facts: dict[str, Any] = {"problem": problem, **shown}
        super().__init__(problem)


def look_at_pages(content: bytes, options: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Return the facts of all pages.

    Args:
        content: a PDF that passed the other checks.
        options: ``good_dpi``, ``least_dpi``, ``dark``, ``darkest`` (grey levels, 0 black to 255), ``look_seconds``
            (processor time after which further pages are only counted).
        progress: told page by page.

    Returns:
        ``blank``, ``dark``, ``coarse``, ``large``, ``numbers`` (page numbers from 1), ``searchable`` (how many pages
        have text), ``digests`` (of each small picture, hex), ``unseen`` (how many pages were only counted).

    Raises:
        Refused: nobody can read it.
    """
    found: dict[str, Any] = {key: [] for key in ("blank", "dark", "coarse", "large", "numbers", "digests")}
    found |= {"searchable": 0, "unseen": 0}
    end = time.process_time() + options["look_seconds"]
    pdf = pdfium.PdfDocument(content)
    try:
        for index in range(len(pdf)):
            if time.process_time() > end:
                found["unseen"] = len(pdf) - index
                break
            _look(pdf, index, options, found)
            progress(index + 1, len(pdf))
        if len(found["blank"]) == len(pdf):
            raise Refused("pdf_dark", page=found["dark"][0]) if found["dark"] else Refused("pdf_blank")
        return found
    except pdfium.PdfiumError as error:
        raise Refused("pdf_broken") from error
    finally:
        pdf.close()


def _look(pdf: pdfium.PdfDocument, index: int, options: dict[str, Any], found: dict[str, Any]) -> None:
    number, page = index + 1, settled_page(pdf, index)
    small = small_picture(page)
    found["digests"].append(hashlib.sha256(repr(small.size).encode() + small.tobytes()).hexdigest())
    text = page.get_textpage()
    levels = _without_margin(small).histogram()
    # Letters whose font is neither in the file nor here are not drawn; elsewhere they are.
    if _is_blank(levels) and not text.get_text_range().strip():
        found["blank"].append(number)
        # So dark that nothing stands out any more: more light helps, another side of the paper does not.
        if _level(levels, 0.95) < options["dark"]:
            found["dark"].append(number)
    else:
        is_drawn = _drawn(page) >= _DRAWN_PIECES
        _look_at_light(levels, number, options, found["dark"], is_drawn=is_drawn)
        if not is_drawn:
            _look_at_fineness(page, number, options, found["coarse"])
    if max(page.get_size()) > _LARGE:
        found["large"].append(number)
    found["searchable"] += text.count_chars() >= _SEARCHABLE
    if numbers_on_page(text):
        found["numbers"].append(number)
    text.close()
    page.close()


def small_picture(page: pdfium.PdfPage) -> Image.Image:
    """Return the page in grey, ``_SIDE`` pixels long; the same page gives the same pixels."""
    scale = _SIDE / max(page.get_size())
    bitmap = page.render(scale=scale, grayscale=True)  # pyright: ignore[reportArgumentType]  # guessed from the default, 1
    return bitmap.to_pil().convert("L")


def settled_page(pdf: pdfium.PdfDocument, index: int) -> pdfium.PdfPage:
    """Return a page on which notes and fields have become part of the page, so that their text is found as well."""
    page = pdf[index]
    if pdfium_c.FPDFPage_GetAnnotCount(page) == 0:
        return page
    pdfium_c.FPDFPage_Flatten(page, pdfium_c.FLAT_NORMALDISPLAY)
    page.close()
    return pdf[index]


def _is_blank(levels: Sequence[int]) -> bool:
    total = sum(levels)
    paper = _level(levels, 0.5)
    return sum(count for level, count in enumerate(levels) if abs(level - paper) > 40) < total * 0.0002 + 1


def _look_at_light(
    levels: Sequence[int], number: int, options: dict[str, Any], dark: list[int], *, is_drawn: bool
) -> None:
    # What is drawn is as dark as its maker wanted it.
    if _level(levels, 0.99) < options["darkest"] and not is_drawn:
        raise Refused("pdf_dark", page=number)
    if _level(levels, 0.95) < options["dark"]:
        dark.append(number)


def _look_at_fineness(page: pdfium.PdfPage, number: int, options: dict[str, Any], coarse: list[int]) -> None:
    dpi = _scan_dpi(page)
    if dpi is None or round(dpi) >= options["good_dpi"]:
        return
    if round(dpi) < options["least_dpi"]:
        raise Refused("pdf_coarse", page=number, dpi=round(dpi), limit=options["least_dpi"])
    coarse.append(number)


def _scan_dpi(page: pdfium.PdfPage) -> float | None:
    """Return how fine the scan is that makes up the page; None if the page is not a scan."""
    area = math.prod(page.get_size())
    pictures: list[tuple[float, int]] = []
    for image in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=1):
        if isinstance(image, pdfium.PdfImage):
            a, b, c, d, _, _ = image.get_matrix().get()
            pictures.append((abs(a * d - b * c), math.prod(image.get_px_size())))
    return _fineness(pictures, area)


def _fineness(pictures: Sequence[tuple[float, int]], area: float) -> float | None:
    large = [pair for pair in pictures if pair[0] >= area * _WHOLE_PAGE]
    if large:
        # Several layers, as scanners write them: letters fine, the paper behind them coarse.
        return max(math.sqrt(pixels / points) for points, pixels in large) * _POINTS_PER_INCH
    points, pixels = sum(pair[0] for pair in pictures), sum(pair[1] for pair in pictures)
    if points < area * _MOST_OF_PAGE:
        return None
    return math.sqrt(pixels / points) * _POINTS_PER_INCH


def _drawn(page: pdfium.PdfPage) -> int:
    """Return of how many letters, lines and areas the page is drawn; brochures have their letters as areas."""
    drawn = page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_TEXT, pdfium_c.FPDF_PAGEOBJ_PATH], max_depth=3)
    return sum(
        pdfium_c.FPDFPageObj_GetType(item) == pdfium_c.FPDF_PAGEOBJ_PATH
        or pdfium_c.FPDFTextObj_GetTextRenderMode(item) != pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE
        for item in drawn
    )


def _without_margin(small: Image.Image) -> Image.Image:
    # The shadow that the lid of a scanner leaves at the edge is not writing.
    width, height = small.size
    across, down = round(width * _MARGIN), round(height * _MARGIN)
    return small.crop((across, down, width - across, height - down))


def _level(levels: Sequence[int], share: float) -> int:
    """Return the grey level below or at which ``share`` of the pixels are."""
    wanted, seen = sum(levels) * share, 0
    for level, count in enumerate(levels):
        seen += count
        if seen >= wanted:
            return level
    return len(levels) - 1
