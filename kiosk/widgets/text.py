"""Plain text on the screen: nothing in it is markup, nothing in it reaches the terminal as a command."""

from __future__ import annotations

import unicodedata

from textual.containers import Horizontal
from textual.widgets import Static

_HIDDEN = {"Cc", "Cf", "Cs", "Co"}
_KEPT = {"\n", "\u200c", "\u200d"}
"""Line breaks, and the joiners that several scripts are written with."""


INDENT = "\N{NO-BREAK SPACE}"
"""One cell before a line; plain spaces at the start of a line are dropped when it is laid out."""


def safe(text: str) -> str:
    """Return ``text`` without control, bidi and private characters, which could steer the terminal."""
    return "".join(char for char in text if char in _KEPT or unicodedata.category(char) not in _HIDDEN)


class Line(Static):
    """One piece of text, shown literally.

    Args:
        text: what is shown; control characters are left out, square brackets are just brackets.
        classes: CSS classes. ``lead`` large sentence, ``quiet`` secondary, ``label`` bold, ``-done`` green with its
            sign, ``-attention`` amber with its sign, ``-error`` vermilion with its sign.
    """

    def __init__(self, text: str = "", *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(safe(text), id=id, classes=classes, markup=False)

    def show(self, text: str) -> None:
        """Replace the text."""
        self.update(safe(text))


class Fact(Horizontal):
    """A label with its value beside it.

    Args:
        label: what it is.
        value: what it says; several lines are fine.
    """

    def __init__(self, label: str, value: str, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(Line(label, classes="label"), Line(value), id=id, classes="fact")
