"""Pages whose writing lies on its side: how they are to be turned. Runs in the worker process alone.

Scans without a text layer are not judged: nothing here reads pictures.
"""

from __future__ import annotations

import math
from collections import Counter
from ctypes import c_double

import pypdfium2
from pypdfium2 import raw

_LEAST_CHARACTERS = 30
_SAMPLE = 200
_SHARE = 0.95
_BLANK = 0x20


def upright_turns(content: bytes) -> dict[int, int]:
    """Return the /Rotate (0, 90, 180, 270) with which each page's writing stands upright, by page from 0.

    Pages with little writing, or with writing in several directions, are not in it.
    """
    found = dict[int, int]()
    try:
        with pypdfium2.PdfDocument(content) as pdf:
            for number in range(len(pdf)):
                turn = _turn(pdf, number)
                if turn is not None:
                    found[number] = turn
    except pypdfium2.PdfiumError:
        return {}
    return found


def _turn(pdf: pypdfium2.PdfDocument, number: int) -> int | None:
    page = pdf[number]
    text = page.get_textpage()
    try:
        count = text.count_chars()
        # Blanks and ends of lines have no direction of their own.
        written = [place for place in range(count) if raw.FPDFText_GetUnicode(text.raw, place) > _BLANK]
        if len(written) < _LEAST_CHARACTERS:
            return None
        places = written[:: max(1, len(written) // _SAMPLE)]
        # Clockwise, as the page is stored.
        angles = Counter(_quarter(raw.FPDFText_GetCharAngle(text.raw, place)) for place in places)
        goes = Counter(step for place in places if (step := _step(text, place)) is not None)
    finally:
        text.close()
        page.close()
    quarter, most = angles.most_common(1)[0]
    # A mirrored matrix or letters drawn backwards have an angle that nobody sees; the writing goes elsewhere then.
    if most < _SHARE * len(places) or not goes or goes.most_common(1)[0][0] != quarter:
        return None
    return -quarter * 90 % 360


def _quarter(radians: float) -> int:
    return round(math.degrees(radians) / 90) % 4


def _step(text: pypdfium2.PdfTextPage, place: int) -> int | None:
    """Return in which direction the next letter stands, in quarters clockwise; None at the end of a line."""
    ends = [(c_double(), c_double()) for _ in range(2)]
    for number, (x, y) in enumerate(ends):
        if raw.FPDFText_GetUnicode(text.raw, place + number) <= _BLANK:
            return None
        raw.FPDFText_GetCharOrigin(text.raw, place + number, x, y)
    across, up = (after.value - before.value for before, after in zip(*ends, strict=True))
    return _quarter(-math.atan2(up, across)) if across or up else None
