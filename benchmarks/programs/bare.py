"""A bare Textual program: ``bare.py first N`` shows N plain widgets, ``bare.py page N`` a page with N boxes.

It has nothing of the kiosk's but the framework: what the kiosk costs on top of it is the kiosk's own.
"""

from __future__ import annotations

import sys

from textual.app import App, ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Input, OptionList, Static


class FirstScreen(App[None]):
    """As many widgets as the welcome has, one of them a list to choose from."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self._count = count

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            for number in range(self._count - 3):
                yield Static(f"line {number}")
            yield OptionList("one", "two")


class Page(App[None]):
    """A page of boxes, each with its label."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self._count = count

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            for number in range(self._count):
                with Vertical():
                    yield Static(f"Question {number}")
                    yield Input(id=f"box{number}", select_on_focus=False)

    def on_mount(self) -> None:
        for box in self.query("Vertical"):
            box.styles.height = "auto"
        self.query_one("#box0").focus()


if __name__ == "__main__":
    kind, size = sys.argv[1], int(sys.argv[2])
    (FirstScreen if kind == "first" else Page)(size).run()
