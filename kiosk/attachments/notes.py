"""Notes on a page (a marker, a line, a frame) that bring no picture of themselves. Runs in the worker process alone.

Each reader draws them in its own way; on paper they must be drawn. Where pdfium draws a note its picture is taken from
there, lines, polygons and what is drawn by hand are drawn here, and what is left is counted, so that it can be told.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pikepdf
import pypdfium2
from pikepdf import Array, Dictionary, Name

from kiosk.attachments.pdf_objects import BROKEN

_UNSEEN = 0b10_0011
"""Flags: invisible, hidden, no view (ISO 32000-1, 12.5.3)."""

_NO_PICTURE = frozenset(("/Link", "/Popup", "/Widget", "/Text", "/PrinterMark", "/TrapNet", "/Watermark"))
"""Links and sticky notes are not part of the paper; fields are looked at as a form."""

_LINES = {"/Line": "/L", "/PolyLine": "/Vertices", "/Polygon": "/Vertices", "/Ink": "/InkList"}
_TINY = 0.05
_Place = tuple[int, int]


def draw(pdf: pikepdf.Pdf, content: bytes) -> list[int]:
    """Give every visible note a picture, take the hidden ones away, and return the pages where there is no picture.

    Args:
        pdf: the file; it is changed.
        content: the same file as bytes.

    Returns:
        Page numbers from 1.
    """
    _let_shine_through(pdf)
    lost = _drawn_or_lost(pdf, content)
    _drop_hidden(pdf)
    return lost


def hidden_layers(layers: pikepdf.Dictionary) -> set[tuple[int, int]]:
    """Return the numbers of the layers that are not shown.

    Args:
        layers: ``/OCProperties``.
    """
    shown: Any = layers.get("/D", Dictionary())
    hidden = _places(shown.get("/OFF"))
    if shown.get("/BaseState") == Name.OFF:
        hidden |= _places(layers.get("/OCGs")) - _places(shown.get("/ON"))
    return hidden


def _places(layers: object) -> set[tuple[int, int]]:
    held = layers if isinstance(layers, Array) else ()
    return {layer.objgen for layer in held if isinstance(layer, Dictionary)}


def _drawn_or_lost(pdf: pikepdf.Pdf, content: bytes) -> list[int]:
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


def _drop_hidden(pdf: pikepdf.Pdf) -> None:
    """Take away the notes on layers that are not shown: part of the page they would be seen."""
    layers = pdf.Root.get("/OCProperties")
    if not isinstance(layers, Dictionary):
        return
    hidden = hidden_layers(layers)
    for page in pdf.pages:
        found = page.obj.get("/Annots")
        if isinstance(found, Array):
            page.obj.Annots = Array([note for note in found if not _on_layer(note, hidden)])


def _on_layer(note: pikepdf.Object, layers: set[tuple[int, int]]) -> bool:
    """Say whether a note stands on one of ``layers``, or on nothing but them."""
    layer = note.get("/OC") if isinstance(note, Dictionary) else None
    if not isinstance(layer, Dictionary):
        return False
    members: Any = layer.get("/OCGs", layer)
    held = list(members) if isinstance(members, Array) else [members]
    return bool(held) and all(isinstance(one, Dictionary) and one.objgen in layers for one in held)


def _let_shine_through(pdf: pikepdf.Pdf) -> None:
    """Make markers of text mix with what they mark, as readers show them; part of the page they would cover it."""
    for page in pdf.pages:
        found = page.obj.get("/Annots")
        for note in found if isinstance(found, Array) else ():
            pictures = note.get("/AP") if isinstance(note, Dictionary) else None
            picture = pictures.get("/N") if isinstance(pictures, Dictionary) else None
            if isinstance(picture, pikepdf.Stream) and note.get("/Subtype") == Name.Highlight:
                _mix(pdf, picture)


def _mix(pdf: pikepdf.Pdf, picture: pikepdf.Stream) -> None:
    resources = picture.get("/Resources")
    own = dict(resources.items()) if isinstance(resources, Dictionary) else {}
    states = own.get("/ExtGState")
    known = dict(states.items()) if isinstance(states, Dictionary) else {}
    if any(isinstance(state, Dictionary) and "/BM" in state for state in known.values()):
        return
    known["/KioskMix"] = pdf.make_indirect(Dictionary(Type=Name.ExtGState, BM=Name.Multiply))
    own["/ExtGState"] = Dictionary(known)
    with suppress(*BROKEN):
        picture.write(b"/KioskMix gs " + picture.read_bytes())
        picture.Resources = Dictionary(own)
        if "/Group" in picture:
            del picture["/Group"]  # within a group of its own it would mix with nothing


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
    with suppress(*BROKEN):
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
