"""Notes on a page (a marker, a line, a frame) that bring no picture of themselves. Runs in the worker process alone.

Each reader draws them in its own way; on paper they must be drawn. Where pdfium draws a note its picture is taken from
there, lines, polygons and what is drawn by hand are drawn here, and what is left is counted, so that it can be told.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import suppress

import pikepdf
import pypdfium2
from pikepdf import Array, Dictionary, Name

_UNSEEN = 0b10_0011
"""Flags: invisible, hidden, no view (ISO 32000-1, 12.5.3)."""

_NO_PICTURE = frozenset(("/Link", "/Popup", "/Widget", "/Text", "/PrinterMark", "/TrapNet", "/Watermark"))
"""Links and sticky notes are not part of the paper; fields are looked at as a form."""

_LINES = {"/Line": "/L", "/PolyLine": "/Vertices", "/Polygon": "/Vertices", "/Ink": "/InkList"}
_TINY = 0.05
_Place = tuple[int, int]


def draw(pdf: pikepdf.Pdf, content: bytes) -> list[int]:
    """Give every visible note a picture and return the numbers (from 1) of the pages where that was not possible.

    Args:
        pdf: the file; it is changed.
        content: the same file as bytes.
    """
    lacking = dict(_lacking(pdf))
    if not lacking:
        return []
    for note in lacking.values():
        with suppress(TypeError, ValueError, AttributeError):
            _draw_lines(pdf, note)
    # What was drawn stands where it was drawn, even where the note states another place for itself.
    for place, picture in _by_pdfium(pdf, content, lacking):
        lacking[place].AP, lacking[place].Rect = picture, Array(picture.N.BBox)
    return sorted({page + 1 for (page, _), note in lacking.items() if "/AP" not in note})


def _lacking(pdf: pikepdf.Pdf) -> Iterator[tuple[_Place, pikepdf.Dictionary]]:
    for number, page in enumerate(pdf.pages):
        notes = page.obj.get("/Annots")
        for place, note in enumerate(notes if isinstance(notes, Array) else ()):
            if isinstance(note, Dictionary) and "/AP" not in note and _seen(note):
                yield (number, place), note


def _seen(note: pikepdf.Dictionary) -> bool:
    flags = note.get("/F", 0)
    return str(note.get("/Subtype")) not in _NO_PICTURE and not (isinstance(flags, int) and flags & _UNSEEN)


def _by_pdfium(
    pdf: pikepdf.Pdf, content: bytes, lacking: dict[_Place, pikepdf.Dictionary]
) -> Iterator[tuple[_Place, pikepdf.Object]]:
    """Yield the pictures that pdfium makes when it draws a page; saving a copy is the one way to get at them."""
    buffer = io.BytesIO()
    with suppress(pypdfium2.PdfiumError, pikepdf.PdfError):
        with pypdfium2.PdfDocument(content) as shown:
            for number in sorted({page for (page, _), note in lacking.items() if "/AP" not in note}):
                shown[number].render(scale=_TINY)  # pyright: ignore[reportArgumentType]  # guessed from the default, 1
            shown.save(buffer)
        with pikepdf.open(buffer, suppress_warnings=True) as copy:
            for (page, place), note in lacking.items():
                if "/AP" in note:
                    continue
                drawn = copy.pages[page].obj.Annots[place]
                picture = drawn.get("/AP") if isinstance(drawn, Dictionary) else None
                if isinstance(picture, Dictionary) and isinstance(picture.get("/N"), pikepdf.Stream):
                    yield (page, place), pdf.copy_foreign(copy.make_indirect(picture))


def _draw_lines(pdf: pikepdf.Pdf, note: pikepdf.Dictionary) -> None:
    lines = [line for line in _lines(note) if len(line) > 1]
    if not lines:
        return
    across, up = zip(*(point for line in lines for point in line), strict=True)
    stroke, width = "s" if note.Subtype == Name.Polygon else "S", _width(note)
    note.Rect = Array((min(across) - width, min(up) - width, max(across) + width, max(up) + width))
    steps = [
        f"{x:.4f} {y:.4f} {'l' if place else 'm'}" for line in lines for place, (x, y) in enumerate(line)
    ]  # fmt: skip
    drawing = " ".join((_colour(note.get("/C")), f"{width:.4f} w", *steps, stroke))
    form = pdf.make_stream(b"/G gs " + drawing.encode(), Type=Name.XObject, Subtype=Name.Form, BBox=note.Rect)
    strength = min(1.0, max(0.0, float(note.get("/CA", 1))))
    form.Resources = Dictionary(ExtGState=Dictionary(G=Dictionary(CA=strength)))
    note.AP = Dictionary(N=form)


def _lines(note: pikepdf.Dictionary) -> list[list[tuple[float, float]]]:
    kind = str(note.Subtype)
    found = note.get(_LINES.get(kind, ""))
    if not isinstance(found, Array):
        return []
    drawn = list(found) if kind == "/Ink" else [found]
    numbers = [[float(value) for value in line] for line in drawn]
    return [list(zip(line[::2], line[1::2], strict=True)) for line in numbers]


def _width(note: pikepdf.Dictionary) -> float:
    style = note.get("/BS")
    width = style.get("/W", 1) if isinstance(style, Dictionary) else 1
    return float(width)


def _colour(colours: object) -> str:
    """Return a note's colour as a drawing sets it; black where it is none of grey and red, green, blue."""
    values = [f"{float(value):.4f}" for value in colours] if isinstance(colours, Array) else []
    return f"{' '.join(values)} {'G' if len(values) == 1 else 'RG'}" if len(values) in (1, 3) else "0 G"
