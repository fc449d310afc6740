"""A task for the worker that looks at many files one after another, as a person who chooses each of them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any

from kiosk.attachments.binder.pictures import FORMATS, picture_pdf
from kiosk.attachments.checks import content_type
from kiosk.attachments.pdf import examine_pdf
from kiosk.attachments.tasks import Progress


def look(blobs: Sequence[bytes], options: dict[str, Any], progress: Progress) -> tuple[dict[str, Any], list[bytes]]:
    """Return ``problems`` (one for each file; empty if it is taken) and the files that are taken, as they are kept.

    Args:
        blobs: the files.
        options: ``document`` and ``picture``: what those tasks need.
        progress: told file by file.
    """
    problems, kept = list[str](), list[bytes]()
    for number, content in enumerate(blobs):
        problem, made = _one(content, options, progress)
        problems.append(problem)
        kept += [made] if not problem else []
        progress(number + 1, len(blobs))
    return {"problems": problems}, kept


def _one(content: bytes, options: dict[str, Any], progress: Progress) -> tuple[str, bytes]:
    kind = content_type(content)
    if kind in FORMATS:
        facts, pictures = picture_pdf([content], options["picture"] | {"kind": kind}, progress)
        if "problem" in facts:
            return str(facts["problem"]), b""
        content = pictures[0]
    elif kind != "pdf" or zipfile.is_zipfile(io.BytesIO(content)):
        return "document_type_wrong", b""
    facts, made = examine_pdf([content], options["document"], progress)
    return str(facts.get("problem", "")), made[0] if made else content
