"""A file as a person chooses it for a document: a PDF, or a picture of a paper, which becomes one.

The file is read once and at that moment: what changes on the stick afterwards changes nothing here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from kiosk.attachments.binder.rules import PICTURE_KINDS, load_binder_rules
from kiosk.attachments.binder.service import picture_as_pdf
from kiosk.attachments.checks import Attached, CheckedFile, check_pdf, content_type
from kiosk.attachments.errors import FileTooLarge
from kiosk.attachments.limits import Limits, megabytes
from kiosk.attachments.sources import read_once


@dataclass(frozen=True, slots=True)
class Chosen:
    """A document that may be kept, and whether it was made of a picture."""

    file: CheckedFile
    was_picture: bool = False


def taken_in(limits: Limits) -> Limits:
    """Return what may be chosen: more than the system takes, since binding makes it smaller."""
    rules = load_binder_rules()
    return replace(
        limits,
        max_documents=None,
        max_document_bytes=rules.max_file_bytes,
        max_total_bytes=rules.max_total_bytes,
    )


def choose(path: Path, limits: Limits, attached: Attached) -> Chosen:
    """Read ``path`` and return it as a document. It starts processes and waits for them.

    Args:
        path: a PDF, JPEG, PNG, TIFF or HEIC; what it is its content says.
        limits: of ``taken_in``.
        attached: what is there already.

    Raises:
        AttachmentError: why it can't be taken; ``CheckStopped`` where the present errand was stopped.
    """
    content = read_once(path, limits.max_document_bytes)
    if len(content) > limits.max_document_bytes:
        raise FileTooLarge(limit=megabytes(limits.max_document_bytes))
    kind = content_type(content)
    if kind in PICTURE_KINDS:
        content, _, _ = picture_as_pdf(kind, content, limits.max_pages)
    return Chosen(check_pdf(path.name, content, limits, attached), kind in PICTURE_KINDS)
