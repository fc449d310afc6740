"""Reading a paper that the kiosk wrote: its instructions and its words, page by page."""

from __future__ import annotations

import io
import re

import pikepdf

_SHOWN = re.compile(rb"/([JLB]) ([0-9.]+) Tf <([0-9a-f]*)> Tj")


def contents_of(pdf: bytes) -> list[bytes]:
    """Return the instructions of each page."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return [page.Contents.read_bytes() for page in document.pages]


def content_of(pdf: bytes) -> bytes:
    """Return the instructions of the one page."""
    (content,) = contents_of(pdf)
    return content


def text_of(pdf: bytes) -> str:
    """Return everything that is written, line after line."""
    lines: list[str] = []
    for block in b"".join(contents_of(pdf)).split(b"BT ")[1:]:
        runs = _SHOWN.findall(block)
        lines.append(
            "".join(bytes.fromhex(h.decode()).decode("utf-16-be" if f == b"J" else "cp1252") for f, _, h in runs)
        )
    return "\n".join(lines)


def places_of(content: bytes) -> list[tuple[float, float]]:
    """Return where each line of a page begins, in points from its lower left corner."""
    return [(float(x), float(y)) for x, y in re.findall(rb"BT ([0-9.-]+) ([0-9.-]+) Td", content)]
