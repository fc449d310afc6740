"""The plain form (AcroForm) in a PDF. Runs in the worker process alone.

What is filled in shows the same everywhere only if every field brings its picture along. Where it does, the pictures
are made part of the page; where it does not, one reader would show the answers and another empty boxes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pikepdf

from kiosk.attachments.pdf_objects import name_of

_DEEPEST = 30
_MOST_FIELDS = 5_000


@dataclass(frozen=True, slots=True)
class Form:
    """What a form holds.

    Attributes:
        fields: how many fields that can be filled in; signatures are none.
        filled: how many of them are.
        shown: every filled field brings its picture along.
        signed: somebody signed the file.
    """

    fields: int = 0
    filled: int = 0
    shown: bool = True
    signed: bool = False


def look(pdf: pikepdf.Pdf) -> Form:
    """Return what the file's form holds.

    Raises:
        ValueError: the tree of fields is too deep or too large.
    """
    form = pdf.Root.get("/AcroForm")
    if not isinstance(form, pikepdf.Dictionary):
        return Form()
    fields = filled = 0
    shown, signed = True, False
    for field, kind, value in _leaves(form.get("/Fields"), "", None, 0):
        fields += 1
        if fields > _MOST_FIELDS:
            raise ValueError("too many fields")
        if kind == "/Sig":
            fields -= 1
            signed = signed or value is not None
        elif _says_something(value):
            filled += 1
            shown = shown and _has_picture(field)
    return Form(fields, filled, shown and not form.get("/NeedAppearances", False), signed)


def flatten(pdf: pikepdf.Pdf) -> None:
    """Make the pictures of all fields part of their pages and take the form away."""
    pdf.flatten_annotations("all")
    if "/AcroForm" in pdf.Root:
        del pdf.Root["/AcroForm"]


def _leaves(fields: object, kind: str, value: object, depth: int) -> Iterator[tuple[pikepdf.Object, str, object]]:
    """Yield each field without children, its kind and its value, which it may have from above."""
    if depth > _DEEPEST:
        raise ValueError("fields nested too deeply")
    if not isinstance(fields, pikepdf.Array):
        return
    for field in fields:
        if not isinstance(field, pikepdf.Dictionary):
            continue
        own_kind = name_of(field, "/FT") or kind
        own_value = field.get("/V", value)
        kids = field.get("/Kids")
        if isinstance(kids, pikepdf.Array) and len(kids):
            yield from _leaves(kids, own_kind, own_value, depth + 1)
        else:
            yield field, own_kind, own_value


def _says_something(value: object) -> bool:
    if isinstance(value, pikepdf.String):
        return bool(str(value).strip())
    return value is not None and value != pikepdf.Name.Off


def _has_picture(field: pikepdf.Object) -> bool:
    pictures = field.get("/AP")
    return isinstance(pictures, pikepdf.Dictionary) and "/N" in pictures
