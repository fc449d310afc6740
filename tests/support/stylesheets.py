"""Reads each style sheet once in a run: applications in tests come by the hundred, their styles are always the same.

A quarter of what it takes to start an application is the reading of its styles, Textual's own and the kiosk's. Rules
are not changed after they were read; Textual itself keeps them for the next time, but within one application only.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

Read = Callable[..., list[Any]]

_known: dict[Hashable, list[Any]] = {}


def kept(read: Read) -> Read:
    """Return what takes the place of ``Stylesheet._parse_rules``: the same rules for the same text and variables.

    Args:
        read: Textual's own.
    """

    def parse_rules(sheet: Any, css: str, *place: Hashable, **more: Hashable) -> list[Any]:
        asked = (css, place, tuple(sorted(more.items())), frozenset(sheet._variables.items()))
        if asked not in _known:
            _known[asked] = read(sheet, css, *place, **more)
        return _known[asked]

    return parse_rules
