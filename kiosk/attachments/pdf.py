"""What is inside a PDF, and whether it may be sent. Runs in the worker process alone.

The real system drops a protected or odd PDF without a word, so everything it would drop, and everything that acts by
itself, is named here. Four things are put right, each without loss and each told in ``changes``:

    repaired   its table of objects or a stream was damaged, but nothing of it is missing
    version    it was PDF 2.0 and uses nothing that 1.7 does not know
    form       a form was filled in; the answers are part of the page now
    history    it held earlier versions of itself, which nobody sees and everybody can get back

What was put right is looked at again from the beginning, as if it had just come in.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pikepdf

from kiosk.attachments import notes, pdf_form
from kiosk.attachments.active_content import active_content
from kiosk.attachments.drawings import draws_without_end
from kiosk.attachments.number_search import number_in_data
from kiosk.attachments.pages import Refused, look_at_pages
from kiosk.attachments.pdf_objects import BROKEN, parts
from kiosk.attachments.repairs import mend_streams, something_missing
from kiosk.attachments.tasks import Progress

_NEWER = (
    "/UseBlackPtComp", "/HTO", "/HTP", "/DPart", "/DPartRoot", "/Namespaces", "/NS", "/AF", "/DSS", "/GTS_Encapsulated",
)  # fmt: skip
"""Entries that PDF 2.0 (ISO 32000-2) brought and that mean nothing to a reader of 1.7."""

_UTF8 = b"\xef\xbb\xbf"
_LARGEST_SIDE = 14_400  # points; ISO 32000-1, annex C
_LARGEST_STREAM, _MOST_GROWTH, _STEP = 400_000_000, 1_032, 32_000_000  # bytes; A3 at 600 dpi in colour has 210 million
_HEAD = re.compile(rb"%PDF-[0-9.]+[^<]{0,1000}?[0-9]+ [0-9]+ obj", re.DOTALL)
_MOST_AFTER_END = 1_024
_MOST_VERSIONS = 20


def examine_pdf(
    blobs: Sequence[bytes], options: dict[str, Any], progress: Progress
) -> tuple[dict[str, Any], tuple[bytes, ...]]:
    """Return what was found, and the file as it is to be kept if that is not as it came.

    Args:
        blobs: the file alone.
        options: ``max_pages``, ``max_version`` (major, minor), ``max_pixels`` of one picture, and what ``pages`` needs.
        progress: told page by page.

    Returns:
        Facts ``{"problem": key}`` with what its message shows; or ``pages`` (how many), ``changes``, ``signed`` (and
        still is), ``was_signed``, ``fields``, ``number_in_data`` (an Individual Number where no page shows it), and
        those of ``pages.look_at_pages``.
    """
    try:
        kept, facts = _settled(blobs[0], options)
        facts |= look_at_pages(kept, options, progress)
    except Refused as refused:
        return refused.facts, ()
    except pikepdf.PasswordError:
        return {"problem": "pdf_password"}, ()
    except (_Damaged, *BROKEN):
        return {"problem": "pdf_broken"}, ()
    return facts, () if kept is blobs[0] else (kept,)


def _settled(content: bytes, options: dict[str, Any]) -> tuple[bytes, dict[str, Any]]:
    """Return the bytes to keep and the facts."""
    try:
        kept, facts = _put_right(content, options, repair=False)
    except (_Damaged, pikepdf.PdfError) as error:
        if isinstance(error, pikepdf.PasswordError):
            raise
        kept, facts = _put_right(content, options, repair=True)
    if kept is content:
        return kept, facts
    again, second = _put_right(kept, options, repair=False)
    if again is not kept:
        raise Refused("pdf_broken")
    facts["was_signed"] = facts["signed"]
    return kept, facts | {"pages": second["pages"], "signed": False}


class _Damaged(Exception):
    """It has to be repaired."""


def _put_right(content: bytes, options: dict[str, Any], *, repair: bool) -> tuple[bytes, dict[str, Any]]:
    with pikepdf.open(io.BytesIO(content), attempt_recovery=repair, suppress_warnings=True) as pdf:
        _refuse_protection(pdf)
        _refuse_bombs(pdf)
        if repair:
            if something_missing(pdf, content):
                raise Refused("pdf_broken")
            mend_streams(pdf)
        stated = pdf.Root.get("/Pages", pikepdf.Dictionary()).get("/Count", 0)
        pages = _pages(pdf, options["max_pages"])
        active = active_content(pdf)
        if active:
            raise Refused(active)
        _refuse_pictures(pdf, options["max_pixels"])
        if draws_without_end(pdf):
            raise Refused("pdf_broken")
        sound = not pdf.check_pdf_syntax() and stated == pages and _plain_ends(content)
        if not sound and not repair:
            raise _Damaged
        form = pdf_form.look(pdf)
        older = [] if repair else _older_versions(content, linearized=pdf.is_linearized)
        if form.signed:
            _refuse_active_before(older)
        changes = ["repaired"] * repair + _lowered(pdf, tuple(options["max_version"]), form)
        if older and not form.signed:
            changes.append("history")
        if form.filled and not form.signed:
            if not form.shown:
                raise Refused("form_not_shown")
            notes.draw(pdf, content)
            pdf_form.flatten(pdf)
            changes.append("form")
        facts = {
            "pages": pages,
            "changes": changes,
            "signed": form.signed,
            "was_signed": False,
            "fields": form.fields,
            "number_in_data": number_in_data(pdf),
        }
        return (_saved(pdf, options["max_version"]) if changes else content), facts


def _refuse_protection(pdf: pikepdf.Pdf) -> None:
    # Never taken off, though the library could: the person asks for the original.
    if not pdf.is_encrypted:
        return
    if not (pdf.allow.print_lowres and pdf.allow.print_highres):
        raise Refused("pdf_print_forbidden")
    raise Refused("pdf_encrypted" if pdf.allow.extract else "pdf_copy_forbidden")


def _refuse_bombs(pdf: pikepdf.Pdf) -> None:
    """Refuse a stream that grows beyond all measure when it is unpacked, before anything unpacks it to its end."""
    for item in list[Any](pdf.objects):
        if isinstance(item, pikepdf.Stream) and "Flate" in str(item.get("/Filter", "")):
            packed = item.read_raw_bytes()
            # A damaged one is found, and perhaps put right, later.
            with suppress(zlib.error):
                if len(packed) * _MOST_GROWTH > _LARGEST_STREAM and _grows_beyond(packed, _LARGEST_STREAM):
                    raise Refused("pdf_broken")


def _grows_beyond(packed: bytes, most: int) -> bool:
    unpacking, size = zlib.decompressobj(), 0
    while packed:
        grown = len(unpacking.decompress(packed, _STEP))
        packed, size = unpacking.unconsumed_tail, size + grown
        if size > most:
            return True
        if not grown:
            return False
    return False


def _pages(pdf: pikepdf.Pdf, most: int) -> int:
    pages = len(pdf.pages)
    if pages > most:
        raise Refused("pdf_too_many_pages", pages=pages, limit=most)
    if pages == 0:
        raise Refused("pdf_broken")
    for number, page in enumerate(pdf.pages, 1):
        left, bottom, right, top = (float(side) for side in page.mediabox)
        unit = float(page.obj.get("/UserUnit", 1))
        sides = abs(right - left) * unit, abs(top - bottom) * unit
        if not all(1 <= side <= _LARGEST_SIDE for side in sides):
            raise Refused("pdf_page_size", page=number)
    return pages


def _refuse_pictures(pdf: pikepdf.Pdf, most: int) -> None:
    for item in pdf.objects:
        if isinstance(item, pikepdf.Stream) and "/Width" in item and "/Height" in item:
            width, height = int(item["/Width"]), int(item["/Height"])
            if width * height > most:
                raise Refused("pdf_pixels", width=width, height=height)


def _plain_ends(content: bytes) -> bool:
    """Say whether nothing of another kind stands before the first object or after the end."""
    return bool(_HEAD.match(content)) and len(content) - content.rfind(b"%%EOF") <= _MOST_AFTER_END


def _older_versions(content: bytes, *, linearized: bool) -> list[bytes]:
    """Return what the file was before changes were appended to it."""
    ends = [found.end() for found in re.finditer(rb"%%EOF", content)]
    # A file made for the web has an end at its beginning, which is no version.
    return [content[:end] for end in ends[1 if linearized else 0 : -1]]


def _refuse_active_before(older: Sequence[bytes]) -> None:
    # A signature holds only with the versions before it, so they stay; then nothing in them may act either.
    if len(older) > _MOST_VERSIONS:
        raise Refused("pdf_broken")
    for content in older:
        with pikepdf.open(io.BytesIO(content), suppress_warnings=True) as pdf:
            active = active_content(pdf)
            if active:
                raise Refused(active)


def _lowered(pdf: pikepdf.Pdf, most: tuple[int, ...], form: pdf_form.Form) -> list[str]:
    # The catalogue may raise the version that the header states.
    stated = [pdf.pdf_version, str(pdf.Root.get("/Version", "/1.0")).lstrip("/")]
    found = max(tuple(int(part) for part in text.split(".")) for text in stated)
    if found <= most:
        return []
    if found[0] != 2 or most < (1, 7) or form.signed or any(_is_newer(item) for item in pdf.objects):
        raise Refused("pdf_version", version=".".join(map(str, found)), limit=".".join(map(str, most)))
    for key in ("/Version", "/Extensions"):
        if key in pdf.Root:
            del pdf.Root[key]
    return ["version"]


def _is_newer(item: Any) -> bool:
    if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == pikepdf.Name.Page and "/OutputIntents" in item:
        return True
    return any(
        (isinstance(part, pikepdf.Dictionary | pikepdf.Stream) and any(key in part for key in _NEWER))
        or (isinstance(part, pikepdf.String) and bytes(part).startswith(_UTF8))
        for part in parts(item)
    )


def _saved(pdf: pikepdf.Pdf, version: Sequence[int]) -> bytes:
    buffer = io.BytesIO()
    found = tuple(int(part) for part in pdf.pdf_version.split("."))
    lower = ".".join(map(str, version)) if found > tuple(version) else ""
    # A repaired trailer may lack it, and then it would not be written; the library puts the right number in.
    pdf.trailer[pikepdf.Name.Size] = 1
    # The same file gives the same bytes, so that a duplicate is seen.
    pdf.save(buffer, force_version=lower, deterministic_id=True)
    return buffer.getvalue()
