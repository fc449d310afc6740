"""Going through the objects of a PDF. Runs in the worker process alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf

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
