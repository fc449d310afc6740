"""The task ``paper``: pages that were laid out elsewhere become a PDF. Runs in the worker process alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kiosk.reports.errors import FontMissing
from kiosk.reports.page import Box, Face, Page, Written
from kiosk.reports.writer import pdf_of, prepare

prepare()  # here, because nothing may be opened once the work begins


def write_paper(
    _blobs: Sequence[bytes], options: dict[str, Any], _progress: Callable[[int, int], None]
) -> tuple[dict[str, Any], list[bytes]]:
    """Make a PDF of what ``Paper.described`` gives.

    Returns:
        ``pages`` and the PDF; or ``{"missing": file}`` of a font and nothing.
    """
    pages = [
        Page(
            [Written(text, Face(size, bold), left, base) for text, size, bold, left, base in page["lines"]],
            [Box(*box) for box in page["boxes"]],
        )
        for page in options["pages"]
    ]
    try:
        return {"pages": len(pages)}, [pdf_of(options["title"], options["language"], pages)]
    except FontMissing as error:
        return {"missing": error.params["file"]}, []
