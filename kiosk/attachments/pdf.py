"""What is inside a PDF. Runs in the worker process alone.

The real system drops a protected or odd PDF without a word, so everything it would drop, and everything that acts by
itself, is named here.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

import pikepdf

from kiosk.attachments.tasks import Progress

_ACTIONS = {
    "/JavaScript": "pdf_script",
    "/SubmitForm": "pdf_script",
    "/ImportData": "pdf_script",
    "/Launch": "pdf_launch",
    "/GoToE": "pdf_embedded_file",
    "/Rendition": "pdf_rich_media",
    "/RichMediaExecute": "pdf_rich_media",
}
_SUBTYPES = {
    "/RichMedia": "pdf_rich_media",
    "/Movie": "pdf_rich_media",
    "/Sound": "pdf_rich_media",
    "/Screen": "pdf_rich_media",
    "/3D": "pdf_rich_media",
    "/FileAttachment": "pdf_embedded_file",
}
_DEEPEST = 60


def examine_pdf(
    blobs: Sequence[bytes], options: dict[str, Any], _progress: Progress
) -> tuple[dict[str, Any], tuple[bytes, ...]]:
    """Return ``{"pages": n}`` or ``{"problem": key}`` with what its message shows, and nothing made.

    Args:
        blobs: the file alone.
        options: ``max_pages`` and ``max_version`` (major, minor).
    """
    return _examine(blobs[0], options), ()


def _examine(content: bytes, options: dict[str, Any]) -> dict[str, Any]:
    try:
        # No repair: what has to be repaired here is an error file over there.
        with pikepdf.open(io.BytesIO(content), attempt_recovery=False, suppress_warnings=True) as pdf:
            problem = _protection(pdf) or _version(pdf, tuple(options["max_version"]))
            if problem:
                return problem
            pages = len(pdf.pages)
            if pages > options["max_pages"]:
                return {"problem": "pdf_too_many_pages", "pages": pages, "limit": options["max_pages"]}
            active = _active(pdf)
            if active:
                return {"problem": active}
            if pages == 0 or pdf.check_pdf_syntax():
                return {"problem": "pdf_broken"}
            return {"pages": pages}
    except pikepdf.PasswordError:
        return {"problem": "pdf_password"}
    except (pikepdf.PdfError, pikepdf.DataDecodingError, ValueError, TypeError, KeyError, RecursionError, RuntimeError):
        return {"problem": "pdf_broken"}


def _protection(pdf: pikepdf.Pdf) -> dict[str, Any] | None:
    if not pdf.is_encrypted:
        return None
    if not (pdf.allow.print_lowres and pdf.allow.print_highres):
        return {"problem": "pdf_print_forbidden"}
    return {"problem": "pdf_encrypted" if pdf.allow.extract else "pdf_copy_forbidden"}


def _version(pdf: pikepdf.Pdf, most: tuple[int, ...]) -> dict[str, Any] | None:
    # The catalogue may raise the version that the header states.
    stated = [pdf.pdf_version, str(pdf.Root.get("/Version", "/1.0")).lstrip("/")]
    found = max(tuple(int(part) for part in text.split(".")) for text in stated)
    if found <= most:
        return None
    return {"problem": "pdf_version", "version": ".".join(map(str, found)), "limit": ".".join(map(str, most))}


def _active(pdf: pikepdf.Pdf) -> str | None:
    # Named by what is most telling: a script that runs at opening is called a script.
    found = set(_catalogue(pdf))
    for item in pdf.objects:
        found.update(_in_object(item, 0))
    order = ("pdf_xfa", "pdf_script", "pdf_launch", "pdf_embedded_file", "pdf_rich_media", "pdf_open_action")
    return next((problem for problem in order if problem in found), None)


def _catalogue(pdf: pikepdf.Pdf) -> Iterator[str]:
    root = pdf.Root
    form = root.get("/AcroForm")
    if isinstance(form, pikepdf.Dictionary) and "/XFA" in form:
        yield "pdf_xfa"
    if "/Collection" in root:
        yield "pdf_embedded_file"
    names = root.get("/Names")
    if isinstance(names, pikepdf.Dictionary):
        if "/EmbeddedFiles" in names:
            yield "pdf_embedded_file"
        if "/JavaScript" in names:
            yield "pdf_script"
    action = root.get("/OpenAction")
    # A place to open at (an array, or a GoTo) is what every word processor writes; it does nothing.
    if isinstance(action, pikepdf.Dictionary) and str(action.get("/S", "")) != "/GoTo":
        yield "pdf_open_action"


def _in_object(item: Any, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        raise ValueError("nested too deeply")
    if isinstance(item, pikepdf.Array):
        for inner in item:
            yield from _in_direct(inner, depth)
    elif isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        yield from _in_dictionary(item)
        for _, inner in item.items():
            yield from _in_direct(inner, depth)


def _in_direct(inner: Any, depth: int) -> Iterator[str]:
    # Indirect objects come by themselves; following them here would go in circles.
    if isinstance(inner, pikepdf.Object) and not inner.is_indirect:
        yield from _in_object(inner, depth + 1)


def _in_dictionary(item: pikepdf.Object) -> Iterator[str]:
    if "/JS" in item:
        yield "pdf_script"
    if "/EF" in item or _name(item, "/Type") == "/EmbeddedFile":
        yield "pdf_embedded_file"
    for known, key in ((_ACTIONS, "/S"), (_SUBTYPES, "/Subtype")):
        problem = known.get(_name(item, key))
        if problem:
            yield problem


def _name(item: pikepdf.Object, key: str) -> str:
    value = item.get(key)
    return str(value) if isinstance(value, pikepdf.Name) else ""
