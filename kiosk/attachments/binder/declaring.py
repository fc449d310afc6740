"""The task ``declare``: the declaration in front of a part that was bound before it is written anew. In the worker.

When a part is bound the application has no reception number yet, and nobody knows the day on which the bureau asks.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import pikepdf

from kiosk.attachments.binder.cleaning import saved
from kiosk.attachments.binder.contents import Declaration, Row, front_pages

_MEGABYTE = 1_048_576


def declare(
    blobs: Sequence[bytes], options: dict[str, Any], progress: Callable[[int, int], None]
) -> tuple[dict[str, Any], list[bytes]]:
    """Put a new declaration in the place of the one in front.

    Args:
        blobs: the bound file.
        options: ``front`` (pages of the declaration in it), ``attached`` and ``following`` (titles with pages),
            ``limit`` (bytes), ``words``, ``applicant``, ``reception``, ``day``.
        progress: not used: it takes no time.

    Returns:
        Nothing to be told, and the file.

    Raises:
        ValueError: the new declaration has another number of pages, with which the contents would be wrong.
    """
    del progress
    said = Declaration(
        asked=True,
        limit=int(options["limit"]) // _MEGABYTE,
        attached=[Row(title, pages) for title, pages in options["attached"]],
        following=[Row(title, pages) for title, pages in options["following"]],
        applicant=options["applicant"],
        reception=options["reception"],
        day=options["day"],
    )
    front = front_pages(said, None, options["words"])
    if front.pages != options["front"]:
        raise ValueError("the declaration has another length")
    with pikepdf.open(io.BytesIO(blobs[0]), suppress_warnings=True) as pdf, pikepdf.open(io.BytesIO(front.pdf)) as new:
        for number, page in enumerate(new.pages):
            pdf.pages[number] = page
        with pdf.open_outline() as outline:
            outline.root[0] = pikepdf.OutlineItem(options["words"]["declaration"], 0)
        return {}, [saved(pdf)]
