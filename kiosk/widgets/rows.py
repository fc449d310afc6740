"""Rows whose later lines stand under the first."""

from __future__ import annotations

from textual.containers import Horizontal

from kiosk.widgets.text import Line


class MarkedRow(Horizontal):
    """A sign or a number, and a text that is indented as a whole.

    Args:
        mark: the sign or number.
        text: what is said; it may need several lines.
        classes: CSS classes of both.
    """

    DEFAULT_CSS = """
    MarkedRow { height: auto; }
    MarkedRow > .mark { width: 3; }
    """

    def __init__(self, mark: str, text: str, *, classes: str = "") -> None:
        super().__init__(
            Line(mark, classes=f"mark {classes}".strip()), Line(text, classes=classes or None), classes="marked"
        )
