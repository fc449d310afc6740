"""Forms (pieces of a drawing) that draw each other. Runs in the worker process alone."""

from __future__ import annotations

from collections.abc import Iterator

import pikepdf

from kiosk.attachments.pdf_objects import name_of

_MOST = 20_000
_DEEPEST = 50


def draws_without_end(pdf: pikepdf.Pdf) -> bool:
    """Say whether a form draws itself, or forms draw one another so often that nobody would see the end."""
    counted: dict[tuple[int, int], int] = {}
    return any(_is_form(item) and _pieces(item, counted, 0) > _MOST for item in list[pikepdf.Object](pdf.objects))


def _pieces(form: pikepdf.Object, counted: dict[tuple[int, int], int], depth: int) -> int:
    """Return how many forms are drawn when this one is; beyond ``_MOST`` for one that draws itself."""
    if form.objgen in counted:
        return counted[form.objgen]
    if depth > _DEEPEST:
        return _MOST + 1
    counted[form.objgen] = _MOST + 1
    counted[form.objgen] = 1 + sum(_pieces(inner, counted, depth + 1) for inner in _drawn_by(form))
    return counted[form.objgen]


def _drawn_by(form: pikepdf.Object) -> Iterator[pikepdf.Object]:
    resources = form.get("/Resources")
    parts = resources.get("/XObject") if isinstance(resources, pikepdf.Dictionary) else None
    if not isinstance(parts, pikepdf.Dictionary):
        return
    names = form.read_bytes().split() if isinstance(form, pikepdf.Stream) else []
    for name, part in parts.items():
        if _is_form(part):
            yield from [part] * names.count(name.encode())


def _is_form(item: object) -> bool:
    return isinstance(item, pikepdf.Stream) and name_of(item, "/Subtype") == "/Form"
