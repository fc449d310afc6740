"""A page with text fields: where the caret is, so that an input method's list of candidates stands beside it."""

from __future__ import annotations

from textual import on
from textual.containers import VerticalScroll
from textual.events import Mount
from textual.widget import Widget
from textual.widgets import Input, TextArea

from kiosk.screens.base import KioskScreen


class CaretScreen(KioskScreen[str]):
    """A page that keeps its fields out of the last rows. Its body ends with an empty widget ``#low``."""

    async def redraw(self) -> None:
        """Draw again in another language; what was typed stays."""
        await super().redraw()
        self._watch_scroll()

    @on(Mount)
    def _watch_scroll(self) -> None:
        self.watch(self.query_one("#body", VerticalScroll), "scroll_y", self._caret, init=False)

    def _lift(self, widget: Widget) -> None:
        """Keep a text field out of the last rows: an input method opens its list below the caret."""
        if not widget.is_attached:
            return
        body = self.query_one("#body", VerticalScroll)
        missing = widget.region.bottom - self.lowest_row()
        room = int(body.max_scroll_y - body.scroll_offset.y)
        if missing <= 0:
            return
        if missing > room:
            low = self.query_one("#low")
            low.styles.height = low.size.height + missing - room
        self.call_after_refresh(body.scroll_relative, y=missing, animate=False)

    def _caret(self) -> None:
        """Put the terminal's own cursor where the caret went: an input method looks there."""
        self.call_after_refresh(self._place_caret)

    def _place_caret(self) -> None:
        focused = self.focused
        if isinstance(focused, (Input, TextArea)):
            self.app.cursor_position = focused.cursor_screen_offset
