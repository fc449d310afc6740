"""A small picture of a file that is not chosen yet, drawn in the worker."""

from __future__ import annotations

from pathlib import Path

from kiosk.attachments.binder.rules import PICTURE_KINDS, load_binder_rules
from kiosk.attachments.checks import content_type, number
from kiosk.attachments.errors import CheckGaveUp, DocumentTypeWrong, FileTooLarge
from kiosk.attachments.limits import megabytes
from kiosk.attachments.photo_crop import Raster
from kiosk.attachments.sandbox import examine
from kiosk.attachments.sources import read_once

SIDE = 160
"""Pixels of the longer side: more than a terminal shows."""

MOST_BYTES = 32 * 1024 * 1024
"""A larger file would take too long for a glance."""


def preview(path: Path) -> Raster:
    """Return a small picture of the file: the picture itself or the first page. It starts a process and waits.

    Raises:
        AttachmentError: there is none; ``CheckStopped`` where the present errand was stopped.
    """
    content = read_once(path, MOST_BYTES)
    if len(content) > MOST_BYTES:
        raise FileTooLarge(limit=megabytes(MOST_BYTES))
    kind = content_type(content)
    if kind != "pdf" and kind not in PICTURE_KINDS:
        raise DocumentTypeWrong(found=kind)
    options = {"pdf": kind == "pdf", "side": SIDE, "max_pixels": load_binder_rules().max_pixels}
    answer = examine("preview", content, options)
    width, height = number(answer.facts, "width"), number(answer.facts, "height")
    if len(answer.blobs) != 1 or not 0 < len(answer.blobs[0]) == 3 * width * height:
        raise CheckGaveUp()
    return Raster(width, height, answer.blobs[0])
