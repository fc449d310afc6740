"""Individual Numbers where no page of a PDF shows them: strings, properties, notes. Runs in the worker alone."""

from __future__ import annotations

import re
from typing import Any

import pikepdf

from kiosk.attachments.individual_number import holds_number
from kiosk.attachments.pdf_objects import parts

_TEXT_STREAMS = ("/Metadata", "/EmbeddedFile")
_DATE = re.compile(r"D:[0-9]{4}")
_CODINGS = ("utf-8", "utf-16-be", "utf-16-le")
_LONGEST = 5_000_000


def number_in_data(pdf: pikepdf.Pdf, *, streams: bool = False) -> bool:
    """Say whether a string of the file holds an Individual Number, or its described properties do.

    Args:
        pdf: the file.
        streams: look through every stream that is not a picture or a font, as plain text; else through properties only.
    """
    return any(_in_object(item, streams) for item in pdf.objects)


def number_behind(page: pikepdf.Object) -> bool:
    """Say whether the page's own entries or its notes hold an Individual Number."""
    notes = page.get("/Annots")
    behind = [page, *(notes if isinstance(notes, pikepdf.Array) else ())]
    return any(_in_strings(item) for item in behind)


def _in_strings(item: Any) -> bool:
    texts = (str(part) for part in parts(item) if isinstance(part, pikepdf.String))
    return any(holds_number(text) for text in texts if not _DATE.match(text))


def _in_object(item: Any, streams: bool) -> bool:
    if _in_strings(item):
        return True
    if not isinstance(item, pikepdf.Stream):
        return False
    kind = str(item.get("/Type", ""))
    if kind not in _TEXT_STREAMS and not (streams and _may_be_text(item)):
        return False
    try:
        content = item.read_bytes()[:_LONGEST]
    except (pikepdf.PdfError, pikepdf.DataDecodingError):
        return False
    return any(holds_number(content.decode(coding, "replace")) for coding in _CODINGS)


def _may_be_text(item: pikepdf.Object) -> bool:
    # Twelve digits in a row come up by chance among the bytes of pictures and fonts.
    unlike = "/Subtype" in item and str(item["/Subtype"]) in ("/Image", "/Type1C", "/CIDFontType0C", "/OpenType")
    return not unlike and not any(key in item for key in ("/Length1", "/FunctionType", "/N"))
