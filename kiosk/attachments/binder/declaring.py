"""The task ``declare``: the declaration in front of a part that was bound before is written anew. In the worker.

When a part is bound the application has no reception number yet, and nobody knows the day on which the bureau asks.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import pikepdf

from kiosk.attachments.binder.cleaning import saved
from kiosk.attachments.binder.contents import Declaration, Row, front_marks, front_pages
from kiosk.reports.writer import prepare

prepare()  # here, because nothing may be opened once the work begins


def declare(
    blobs: Sequence[bytes], options: dict[str, Any], progress: Callable[[int, int], None]
) -> tuple[dict[str, Any], list[bytes]]:
    """Put a new declaration in the place of the one in front.

    Args:
        blobs: the bound file.
        options: ``front`` (pages of the declaration in it), ``attached`` and ``following`` (titles with pages),
            ``limit`` (the MB of the system's limit in words), ``words``, ``applicant``, ``reception``, ``day``.
        progress: not used: it takes no time.

    Returns:
        Nothing to be told, and the file.

    Raises:
        ValueError: the new declaration has another number of pages, with which the contents would be wrong.
    """
    del progress
    said = Declaration(
        asked=True,
        limit=options["limit"],
        attached=[Row(title, pages) for title, pages in options["attached"]],
        following=[Row(title, pages) for title, pages in options["following"]],
        applicant=options["applicant"],
        reception=options["reception"],
        day=options["day"],
    )
    with pikepdf.open(io.BytesIO(blobs[0]), suppress_warnings=True) as pdf:
        # The contents, where there is one, is made again with it, so that a font is in the file but once.
        contents = said.attached if len(pdf.pages) > options["front"] else None
        front = front_pages(said, contents, options["words"])
        if front.declaration != options["front"]:
            raise ValueError("the declaration has another length")
        with pikepdf.open(io.BytesIO(front.pdf)) as new:
            for number, page in enumerate(new.pages):
                pdf.pages[number] = page
        with pdf.open_outline() as outline:
            for place, mark in enumerate(front_marks(front, options["words"])):
                outline.root[place] = mark
        return {}, [saved(pdf)]
