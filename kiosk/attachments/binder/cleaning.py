"""One PDF made ready to be bound: what people see stays, what acts or points elsewhere goes. In the worker alone."""

from __future__ import annotations

import io
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name, Stream

from kiosk.attachments import notes, pdf_form
from kiosk.attachments.binder.jpeg import bare
from kiosk.attachments.binder.upright import upright_turns
from kiosk.attachments.pdf_objects import parts
from kiosk.attachments.repairs import mend_streams

_PAGE_EXTRAS = (
    "/AA", "/AF", "/Annots", "/B", "/Dur", "/ID", "/LastModified", "/Metadata", "/PieceInfo", "/PZ", "/SeparationInfo",
    "/StructParents", "/Tabs", "/TemplateInstantiated", "/Thumb", "/Trans", "/VP",
)  # fmt: skip
_REMARKS = ("/AF", "/Metadata", "/PieceInfo")
_OBJECT_EXTRAS = (*_REMARKS, "/LastModified", "/OPI", "/Ref", "/StructParent", "/StructParents")


class FormNotShown(Exception):
    """A form field has an answer and no picture of it, so that flattening would lose the answer."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A PDF ready to be bound.

    Attributes:
        data: the file.
        turned: how many pages were turned upright because their writing lay on its side.
        lost: how many pages had a note of which there is no picture.
    """

    data: bytes = field(repr=False)
    turned: int
    lost: int


def cleaned(content: bytes) -> Cleaned:
    """Return the PDF with its form and notes made part of the pages, and without links, actions and further data.

    Raises:
        FormNotShown: see there.
        pikepdf.PdfError: it can't be read.
    """
    with pikepdf.open(io.BytesIO(content), suppress_warnings=True) as pdf:
        mend_streams(pdf)
        lost = notes.draw(pdf, content)
        _flatten(pdf)
        turns, turned = upright_turns(content), 0
        for number, page in enumerate(pdf.pages):
            _drop(page.obj, _PAGE_EXTRAS)
            before = _quarter(page)
            page.obj.Rotate = turns.get(number, before)
            turned += page.obj.Rotate != before
            lighten(page)
        for item in pdf.objects:
            for part in parts(item):
                if isinstance(part, Dictionary):
                    _drop(part, _REMARKS)
            if isinstance(item, Stream):
                _drop(item, _OBJECT_EXTRAS)
                _bare_photo(item)
        with pikepdf.new() as target:
            append(target, pdf)
            return Cleaned(saved(target), turned, len(lost))


def append(target: pikepdf.Pdf, source: pikepdf.Pdf) -> None:
    """Put the pages of ``source`` behind those of ``target``, with which of its layers are shown."""
    target.pages.extend(source.pages)
    layers = source.Root.get("/OCProperties")
    if isinstance(layers, Dictionary) and isinstance(layers.get("/OCGs"), pikepdf.Array):
        _join_layers(target, layers)


def lighten(page: pikepdf.Page) -> None:
    """Drop what the page names and does not draw; where its lists are too odd for that, all of it stays."""
    with suppress(pikepdf.PdfError, RuntimeError):
        page.remove_unreferenced_resources()


def saved(pdf: pikepdf.Pdf) -> bytes:
    """Return the file: PDF 1.7, compact, the same bytes each time, not encrypted and not linearized."""
    buffer = io.BytesIO()
    pdf.save(
        buffer,
        deterministic_id=True,
        force_version="1.7",
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        compress_streams=True,
    )
    return buffer.getvalue()


def _drop(item: pikepdf.Object, names: Iterable[str]) -> None:
    for name in names:
        if name in item:
            del item[name]


def _bare_photo(item: Stream) -> None:
    """Take out of a photo what the camera noted; where it was taken, say."""
    if item.get("/Filter") != Name.DCTDecode or "/DecodeParms" in item:
        return
    with suppress(ValueError):
        content = item.read_raw_bytes()
        stripped, _ = bare(content)
        if len(stripped) < len(content):
            item.write(stripped, filter=Name.DCTDecode)


def _flatten(pdf: pikepdf.Pdf) -> None:
    form = pdf_form.look(pdf)
    if form.filled and not form.shown:
        raise FormNotShown
    fields = pdf.Root.get("/AcroForm")
    if isinstance(fields, Dictionary):
        _drop(fields, ("/NeedAppearances",))  # with it nothing would be flattened
    pdf_form.flatten(pdf)


def _quarter(page: pikepdf.Page) -> int:
    found: Any = page.obj.get("/Rotate", 0)
    with suppress(TypeError, ValueError, ArithmeticError):
        return round(float(found) / 90) * 90 % 360
    return 0


def _join_layers(target: pikepdf.Pdf, layers: Dictionary) -> None:
    if "/OCProperties" not in target.Root:
        empty = Dictionary(OCGs=pikepdf.Array(), D=Dictionary(OFF=pikepdf.Array(), BaseState=Name.ON))
        target.Root.OCProperties = empty
    joined: Any = target.Root.OCProperties
    hidden = notes.hidden_layers(layers)
    for layer in layers.OCGs:
        if not layer.is_indirect or not isinstance(layer, Dictionary):
            continue
        copy = target.copy_foreign(layer)
        joined.OCGs.append(copy)
        if layer.objgen in hidden:
            joined.D.OFF.append(copy)
