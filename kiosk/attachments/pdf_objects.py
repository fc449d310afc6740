"""Going through the objects of a PDF. Runs in the worker process alone.

Importing it keeps the library from starting a program of its own for JBIG2: the worker may not start any.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf.jbig2 import JBIG2DecoderInterface, set_decoder

BROKEN = (
    pikepdf.PdfError, pikepdf.DataDecodingError, pikepdf.DependencyError, pikepdf.ForeignObjectError,
    ArithmeticError, AttributeError, LookupError, RecursionError, RuntimeError, TypeError, ValueError,
)  # fmt: skip
"""What the library raises on a file that is not as it should be; the types of Python are those of its conversions."""

_DEEPEST = 60


def parts(item: Any, depth: int = 0) -> Iterator[Any]:
    """Yield ``item`` and all that it holds itself, but not the objects that it refers to: they come by themselves.

    Raises:
        ValueError: it is nested too deeply.
    """
    if depth > _DEEPEST:
        raise ValueError("nested too deeply")
    yield item
    held: list[Any] = []
    if isinstance(item, pikepdf.Array):
        held = list(item)
    elif isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        held = [value for _, value in item.items()]
    for inner in held:
        # Numbers come as Python's own.
        if isinstance(inner, pikepdf.Object) and not inner.is_indirect:
            yield from parts(inner, depth + 1)


def name_of(item: pikepdf.Object, key: str) -> str:
    """Return the name that stands under ``key``, with its slash; empty if there is none or it is no name."""
    value = item.get(key)
    return str(value) if isinstance(value, pikepdf.Name) else ""


class _NoProgram(JBIG2DecoderInterface):
    """Leaves JBIG2 undecoded; pdfium, which draws the pages, knows it by itself."""

    def check_available(self) -> None:
        raise pikepdf.DependencyError("JBIG2 stays as it is")

    def decode_jbig2(self, jbig2: bytes, jbig2_globals: bytes) -> bytes:
        del jbig2, jbig2_globals
        raise pikepdf.DependencyError("JBIG2 stays as it is")


set_decoder(_NoProgram())
