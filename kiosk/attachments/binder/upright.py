"""Pages whose writing lies on its side: how they are to be turned. Runs in the worker process alone.

Scans without a text layer are not judged: nothing here reads pictures.
"""

from __future__ import annotations

import math
from collections import Counter

import pypdfium2
from pypdfium2 import raw

_LEAST_CHARACTERS = 30
_SAMPLE = 400
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
        angles = Counter(round(math.degrees(raw.FPDFText_GetCharAngle(text.raw, place)) / 90) % 4 for place in places)
    finally:
        text.close()
        page.close()
    quarter, most = angles.most_common(1)[0]
    return -quarter * 90 % 360 if most >= _SHARE * len(places) else None
