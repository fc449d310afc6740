"""Rows whose later lines stand under the first, and names that fit into one."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size
from textual.containers import Horizontal

from kiosk.widgets.text import Line

_MARK_CELLS = 3

NAME_CELLS = 56
"""Room for a name in a row of choices on 80 columns."""


class MarkedRow(Horizontal):
    """A sign or a number, and a text that is indented as a whole.

    Args:
        mark: the sign or number.
        text: what is said; it may need several lines.
        classes: CSS classes of both.
    """

    DEFAULT_CSS = """
    MarkedRow { height: auto; }
    """

    def __init__(self, mark: str, text: str, *, classes: str = "") -> None:
        sign = Line(mark, classes=classes or None)
        sign.styles.width = _MARK_CELLS
        super().__init__(sign, Line(text, classes=classes or None))


def shortened(text: str, cells: int) -> str:
    """Return ``text`` in at most ``cells`` cells: a longer one loses its middle, since the end of a name tells most."""
    if cell_len(text) <= cells:
        return text
    tail = cells // 3
    while cell_len(text[-tail:]) > cells // 3:
        tail -= 1
    head = cells - cell_len(text[-tail:]) - 1
    return f"{set_cell_size(text, head).rstrip()}…{text[-tail:]}"
