"""Checking a chosen file, at the moment it is chosen.

The file is read once; what is given back carries the bytes that were checked and hashed, and those are what is stored
and sent. Both functions start a process and wait for it: on a screen, call them in a thread.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from kiosk.attachments import errors
from kiosk.attachments.limits import Limits, kilobytes, megabytes
from kiosk.attachments.names import sent_name
from kiosk.attachments.sandbox import examine
from kiosk.attachments.sources import read_once
from kiosk.errors import AttachmentError

_PROBLEMS: dict[str, type[AttachmentError]] = {
    kind.key: kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, AttachmentError) and kind is not AttachmentError
}
_STARTS = (
    (b"%PDF-", "pdf"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF8", "gif"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"BM", "bmp"),
    (b"PK\x03\x04", "zip"),
    (b"\xd0\xcf\x11\xe0", "office"),
)
_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif")


@dataclass(frozen=True, slots=True)
class Attached:
    """What is attached to the application already.

    Attributes:
        documents: how many.
        size: bytes of all documents and the photo.
    """

    documents: int = 0
    size: int = 0


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A document that may be sent.

    Attributes:
        name: a plain name for it, made of the file's own.
        media_type: ``application/pdf``.
        size: bytes.
        sha256: of ``content``, hex.
        pages: how many.
        content: the bytes that were checked.
    """

    name: str = field(repr=False)
    media_type: str
    size: int
    sha256: str = field(repr=False)
    pages: int
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class CheckedPhoto:
    """A photo that may be sent.

    Attributes:
        name: a plain name for it, made of the file's own.
        media_type: ``image/jpeg``.
        size: bytes.
        sha256: of ``content``, hex.
        width, height: pixels, upright.
        orientation: what the camera noted (EXIF 1–8); anything but 1 was turned upright.
        converted: ``content`` was made from the file (turned, other colours, a PNG) and is not the file itself.
        coarse: fewer pixels than advised; a hint, not a fault.
        taken: the day the camera noted, if any.
        content: the bytes to be stored and sent.
    """

    name: str = field(repr=False)
    media_type: str
    size: int
    sha256: str = field(repr=False)
    width: int
    height: int
    orientation: int
    converted: bool
    coarse: bool
    taken: date | None
    content: bytes = field(repr=False)


def check_document(path: Path, limits: Limits, attached: Attached = Attached()) -> CheckedFile:
    """Read ``path`` once and return it as a document, or say what is wrong.

    Args:
        path: the chosen file.
        limits: what the system takes.
        attached: what is there already, for the limits on number and total.

    Raises:
        AttachmentError: A01–A23, A40, A41.
    """
    if limits.max_documents is not None and attached.documents >= limits.max_documents:
        raise errors.TooManyFiles(limit=limits.max_documents)
    content = read_once(path, limits.max_document_bytes)
    if len(content) > limits.max_document_bytes:
        raise errors.FileTooLarge(limit=megabytes(limits.max_document_bytes))
    _require_room(len(content), limits, attached)
    found = content_type(content)
    # A file that is a ZIP as well opens as something else elsewhere.
    if found != "pdf" or zipfile.is_zipfile(io.BytesIO(content)):
        raise errors.DocumentTypeWrong(found=found if found != "pdf" else "zip")
    options = {"max_pages": limits.max_pages, "max_version": list(limits.max_pdf_version)}
    facts = examine("document", content, options).facts
    _raise_problem(facts)
    digest = hashlib.sha256(content).hexdigest()
    pages = _number(facts, "pages")
    return CheckedFile(sent_name(path.name, ".pdf"), "application/pdf", len(content), digest, pages, content)


def check_photo(path: Path, limits: Limits, attached: Attached = Attached()) -> CheckedPhoto:
    """Read ``path`` once and return it as a photo, or say what is wrong.

    Args:
        path: the chosen file.
        limits: what the system takes.
        attached: what is there already without the photo, for the limit on the total.

    Raises:
        AttachmentError: A01–A07, A30–A41.
    """
    photo = limits.photo
    content = read_once(path, photo.max_bytes)
    if len(content) > photo.max_bytes:
        raise errors.PhotoTooLarge(limit=kilobytes(photo.max_bytes))
    found = content_type(content)
    if found not in ("jpeg", "png"):
        raise errors.PhotoTypeWrong(found=found)
    names = ("max_pixels", "width", "height", "tolerance", "max_bytes")
    answer = examine("photo", content, {name: getattr(photo, name) for name in names})
    _raise_problem(answer.facts)
    content = answer.blobs[0] if answer.blobs else content
    _require_room(len(content), limits, attached)
    width, height = _number(answer.facts, "width"), _number(answer.facts, "height")
    return CheckedPhoto(
        name=sent_name(path.name, ".jpg"),
        media_type="image/jpeg",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        width=width,
        height=height,
        orientation=_number(answer.facts, "orientation"),
        converted=bool(answer.blobs),
        coarse=width < photo.advised_width or height < photo.advised_height,
        taken=_day(answer.facts.get("taken")),
        content=content,
    )


def content_type(content: bytes) -> str:
    """Return a short name of what ``content`` is by its first bytes: ``pdf``, ``jpeg``, … or ``unknown``."""
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS:
        return "heic"
    return next((name for start, name in _STARTS if content.startswith(start)), "unknown")


def _require_room(size: int, limits: Limits, attached: Attached) -> None:
    most = limits.max_total_bytes
    if most is not None and attached.size + size > most:
        raise errors.TotalTooLarge(limit=megabytes(most), left=megabytes(max(0, most - attached.size)))


def _raise_problem(facts: dict[str, Any]) -> None:
    if "problem" not in facts:
        return
    kind = _PROBLEMS.get(str(facts["problem"]), errors.CheckGaveUp)
    shown = {name: value for name, value in facts.items() if name != "problem" and isinstance(value, int | str)}
    raise kind(**shown)


def _number(facts: dict[str, Any], name: str) -> int:
    value = facts.get(name)
    if not isinstance(value, int):
        raise errors.CheckGaveUp()
    return value


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None
