"""What in a PDF acts by itself, hides something, or reaches outside. Runs in the worker process alone.

Every object is looked at, reached from the catalogue or not, so nothing hides in an odd place. What is named here and
by which word of the format: ISO 32000-1, 12.6 (actions), 12.5.6 (annotations), 7.11 (files), 13 (multimedia).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pikepdf

from kiosk.attachments.pdf_objects import name_of, parts

_ACTIONS = {
    "/JavaScript": "pdf_script",
    "/SubmitForm": "pdf_script",
    "/ImportData": "pdf_script",
    "/ResetForm": "pdf_script",
    "/Hide": "pdf_script",
    "/SetOCGState": "pdf_script",
    "/Launch": "pdf_launch",
    "/GoToR": "pdf_outside",
    "/GoToE": "pdf_embedded_file",
    "/Rendition": "pdf_rich_media",
    "/RichMediaExecute": "pdf_rich_media",
    "/Movie": "pdf_rich_media",
    "/GoTo3DView": "pdf_rich_media",
}
_SUBTYPES = {
    "/RichMedia": "pdf_rich_media",
    "/Movie": "pdf_rich_media",
    "/Sound": "pdf_rich_media",
    "/Screen": "pdf_rich_media",
    "/3D": "pdf_rich_media",
    "/Projection": "pdf_rich_media",
    "/FileAttachment": "pdf_embedded_file",
    "/PS": "pdf_script",
}
_ENTRIES = {
    "/JS": "pdf_script",
    "/EF": "pdf_embedded_file",
    "/EmbeddedFiles": "pdf_embedded_file",
    "/AF": "pdf_embedded_file",
    "/XFA": "pdf_xfa",
    "/OPI": "pdf_outside",
    "/RichMediaContent": "pdf_rich_media",
}
_HARMLESS_NAMED = ("/NextPage", "/PrevPage", "/FirstPage", "/LastPage")
_HARMLESS_SCHEMES = ("http", "https", "mailto", "tel")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_HOST_AND_PORT = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+:[0-9]{1,5}(/|$)")
_OVERLOOKED = re.compile("[\0- ]+")
_CATALOGUE = {
    "/Collection": "pdf_embedded_file",
    "/NeedsRendering": "pdf_xfa",
    "/Requirements": "pdf_script",
}
_NAME_TREES = {
    "/JavaScript": "pdf_script",
    "/Renditions": "pdf_rich_media",
    "/AlternatePresentations": "pdf_rich_media",
}
_ORDER = (
    "pdf_xfa", "pdf_script", "pdf_launch", "pdf_embedded_file", "pdf_rich_media", "pdf_outside", "pdf_open_action",
)  # fmt: skip


def active_content(pdf: pikepdf.Pdf) -> str | None:
    """Return the key of the error that fits best, or None if there is nothing of the kind.

    Raises:
        ValueError: it is nested too deeply to tell.
    """
    found = set(_catalogue(pdf.Root))
    for item in pdf.objects:
        for part in parts(item):
            if isinstance(part, pikepdf.Dictionary | pikepdf.Stream):
                found.update(_in_dictionary(part))
    # Named by what is most telling: a script that runs at opening is called a script.
    return next((problem for problem in _ORDER if problem in found), None)


def _catalogue(root: pikepdf.Object) -> Iterator[str]:
    yield from (problem for key, problem in _CATALOGUE.items() if key in root)
    names = root.get("/Names")
    if isinstance(names, pikepdf.Dictionary):
        yield from (problem for key, problem in _NAME_TREES.items() if key in names)
    action = root.get("/OpenAction")
    # A place to open at (an array, or a GoTo) is what every word processor writes; it does nothing.
    if isinstance(action, pikepdf.Dictionary) and name_of(action, "/S") != "/GoTo":
        yield "pdf_open_action"


def _in_dictionary(item: pikepdf.Object) -> Iterator[str]:
    yield from (problem for key, problem in _ENTRIES.items() if key in item)
    if name_of(item, "/Type") == "/EmbeddedFile":
        yield "pdf_embedded_file"
    for known, key in ((_ACTIONS, "/S"), (_SUBTYPES, "/Subtype")):
        problem = known.get(name_of(item, key))
        if problem:
            yield problem
    yield from _reaching_out(item)
    yield from _by_itself(item.get("/AA"))


def _reaching_out(item: pikepdf.Object) -> Iterator[str]:
    kind = name_of(item, "/S")
    if kind == "/Named" and name_of(item, "/N") not in _HARMLESS_NAMED:
        yield "pdf_script"
    if kind == "/URI" and not _plain_address(item.get("/URI")):
        yield "pdf_launch"
    if kind == "/Thread" and "/F" in item:
        yield "pdf_outside"
    # The bytes of such a stream, or the picture itself, lie in another file.
    if isinstance(item, pikepdf.Stream) and ("/F" in item or "/FFilter" in item or "/Ref" in item):
        yield "pdf_outside"


def _plain_address(address: Any) -> bool:
    # Browsers too overlook blanks and control characters.
    plain = _OVERLOOKED.sub("", str(address if isinstance(address, pikepdf.String) else ""))
    scheme = _SCHEME.match(plain)
    return scheme is None or scheme[1].lower() in _HARMLESS_SCHEMES or bool(_HOST_AND_PORT.match(plain))


def _by_itself(triggers: Any) -> Iterator[str]:
    """Yield a problem if something happens without a click: when a page is shown, when the file is closed …"""
    if not isinstance(triggers, pikepdf.Dictionary):
        return
    for _, action in triggers.items():
        if isinstance(action, pikepdf.Dictionary) and name_of(action, "/S") != "/GoTo":
            yield "pdf_open_action"
