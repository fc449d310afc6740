"""Checking a chosen file, at the moment it is chosen.

The file is read once; what is given back carries the bytes that were checked and hashed, and those are what is stored
and sent. It starts a process and waits for it: on a screen, call it in a thread. Photos: ``photo_cut``.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from kiosk.attachments import errors
from kiosk.attachments.limits import Limits, megabytes
from kiosk.attachments.names import sent_name
from kiosk.attachments.notices import Notice, blacked_out, notices_of
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
    (b"II+\0", "tiff"),
    (b"MM\0+", "tiff"),
    (b"BM", "bmp"),
    (b"PK\x03\x04", "zip"),
    (b"\xd0\xcf\x11\xe0", "office"),
)
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_JUNK = 1_024
"""So many bytes may stand before a PDF, as mail programs and scanners leave them; it is repaired then."""


@dataclass(frozen=True, slots=True)
class Attached:
    """What is attached to the application already.

    Attributes:
        documents: how many.
        size: bytes of all documents and the photo.
        known: by ``CheckedFile.sha256`` or ``CheckedFile.fingerprint`` of a document, the name it is shown by.
    """

    documents: int = 0
    size: int = 0
    known: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A document that may be sent.

    Attributes:
        name: a plain name for it, made of the file's own.
        media_type: ``application/pdf``.
        size: bytes.
        sha256: of ``content``, hex.
        pages: how many.
        content: the bytes to be stored and sent: the file's own, or what was put right (a notice says so).
        notices: what the person should know of it.
        fingerprint: the same for every file whose pages look the same; hex.
        searchable: how many pages have text.
        signed: it bears a signature that binding must not break without a word.
    """

    name: str = field(repr=False)
    media_type: str
    size: int
    sha256: str = field(repr=False)
    pages: int
    content: bytes = field(repr=False)
    notices: tuple[Notice, ...] = ()
    fingerprint: str = field(default="", repr=False)
    searchable: int = 0
    signed: bool = False


def check_document(path: Path, limits: Limits, attached: Attached = Attached()) -> CheckedFile:
    """Read ``path`` once and return it as a document, or say what is wrong.

    Args:
        path: the chosen file.
        limits: what the system takes.
        attached: what is there already, for the limits on number and total and to see that it is the same.

    Raises:
        AttachmentError: A01–A23, A40–A48, A61.
    """
    if limits.max_documents is not None and attached.documents >= limits.max_documents:
        raise errors.TooManyFiles(limit=limits.max_documents)
    content = read_once(path, limits.max_document_bytes)
    if len(content) > limits.max_document_bytes:
        raise errors.FileTooLarge(limit=megabytes(limits.max_document_bytes))
    return check_pdf(path.name, content, limits, attached)


def check_pdf(name: str, content: bytes, limits: Limits, attached: Attached = Attached()) -> CheckedFile:
    """Return a PDF that was read, or made, as a document, or say what is wrong.

    Args:
        name: of the file it came from.
        content: its bytes.
        limits: what the system takes.
        attached: what is there already, for the limit on the total and to see that it is the same.

    Raises:
        AttachmentError: A07, A10–A23, A40–A48, A61.
    """
    found = content_type(content)
    # A file that is a ZIP as well opens as something else elsewhere.
    if found != "pdf" or zipfile.is_zipfile(io.BytesIO(content)):
        raise errors.DocumentTypeWrong(found=found if found != "pdf" else "zip")
    answer = examine("document", content, _options(limits))
    raise_problem(answer.facts)
    kept = answer.blobs[0] if answer.blobs else content
    if len(kept) > limits.max_document_bytes:
        raise errors.FileTooLarge(limit=megabytes(limits.max_document_bytes))
    require_room(len(kept), limits, attached)
    return _checked(name, kept, answer.facts, attached)


def redacted(checked: CheckedFile, limits: Limits, attached: Attached = Attached()) -> CheckedFile:
    """Return the document with its Individual Numbers blacked out for good, checked again.

    A page with a number becomes a picture of itself; its other text can't be searched any more, and a signature does
    not hold any more. Show the pages before they are sent.

    Args:
        checked: a document with the notice ``notices.INDIVIDUAL_NUMBER`` or ``notices.NUMBER_IN_DATA``.
        limits: what the system takes.
        attached: what is there already without this document.

    Raises:
        AttachmentError: A06, A07, A22, A40, A41, A49.
    """
    answer = examine("redact", checked.content, {})
    raise_problem(answer.facts)
    if len(answer.blobs) != 1:
        raise errors.CheckGaveUp()
    made = check_pdf(checked.name, answer.blobs[0], limits, attached)
    return replace(made, notices=(*blacked_out(answer.facts), *made.notices))


def _options(limits: Limits) -> dict[str, Any]:
    options = {"max_pages": limits.max_pages, "max_version": list(limits.max_pdf_version)}
    return options | asdict(limits.scan)


def _checked(name: str, kept: bytes, facts: dict[str, Any], attached: Attached) -> CheckedFile:
    digest, looks = hashlib.sha256(kept).hexdigest(), _fingerprint(facts)
    return CheckedFile(
        name=sent_name(name, ".pdf"),
        media_type="application/pdf",
        size=len(kept),
        sha256=digest,
        pages=number(facts, "pages"),
        content=kept,
        notices=notices_of(facts, attached.known.get(digest) or attached.known.get(looks)),
        fingerprint=looks,
        searchable=number(facts, "searchable"),
        signed=facts.get("signed") is True,
    )


def _fingerprint(facts: dict[str, Any]) -> str:
    """Return a digest of how all pages look; empty where not every page was looked at."""
    digests = facts.get("digests")
    if not isinstance(digests, list) or len(digests) != facts.get("pages"):
        return ""
    return hashlib.sha256("".join(map(str, digests)).encode()).hexdigest()


def content_type(content: bytes) -> str:
    """Return a short name of what ``content`` is by its first bytes: ``pdf``, ``jpeg``, … or ``unknown``."""
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS:
        return "heic"
    if content[4:12] in (b"ftypavif", b"ftypavis"):
        return "avif"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "webp"
    known = next((name for start, name in _STARTS if content.startswith(start)), None)
    return known or ("pdf" if b"%PDF-" in content[:_JUNK] else "unknown")


def require_room(size: int, limits: Limits, attached: Attached) -> None:
    """Raise ``TotalTooLarge`` where ``size`` bytes more than what is attached are over the limit."""
    most = limits.max_total_bytes
    if most is not None and attached.size + size > most:
        raise errors.TotalTooLarge(limit=megabytes(most), left=megabytes(max(0, most - attached.size)))


def raise_problem(facts: dict[str, Any]) -> None:
    """Raise the error that a task named in ``facts``, if it named one."""
    if "problem" not in facts:
        return
    kind = _PROBLEMS.get(str(facts["problem"]), errors.CheckGaveUp)
    shown = {name: value for name, value in facts.items() if name != "problem" and isinstance(value, int | str)}
    raise kind(**shown)


def number(facts: dict[str, Any], name: str) -> int:
    """Return a whole number of a task's answer; raises ``CheckGaveUp`` where there is none of that name."""
    value = facts.get(name)
    if not isinstance(value, int):
        raise errors.CheckGaveUp()
    return value
