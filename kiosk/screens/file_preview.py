"""The picture of the file under the highlight, on a wide screen. It is drawn in the worker and never waited for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.timer import Timer

from kiosk.attachments.errand import Errand
from kiosk.attachments.photo_crop import HIGH, WIDE, Box, Raster, Size
from kiosk.errors import AttachmentError
from kiosk.widgets.half_blocks import HalfBlocks

if TYPE_CHECKING:
    from textual.worker import Worker

REST_SECONDS = 0.4
"""How long the highlight rests on a file before it is drawn: who only passes by starts no process."""

Peek = Callable[[str], Raster]
"""Draws the file of an id small, in a thread; raises ``AttachmentError`` where that can't be done."""

_BLANK = Raster(1, 1, bytes(3))


class FilePreview(Vertical):
    """Shows one file at a time, or nothing. On a narrow screen it is not there, and nothing is drawn.

    Args:
        peek: draws a file.
    """

    DEFAULT_CSS = """
    FilePreview { width: 1fr; height: 1fr; margin: 0 0 0 3; }
    FilePreview HalfBlocks { width: 100%; max-width: 36; height: 24; max-height: 100%; }
    """

    def __init__(self, peek: Peek) -> None:
        super().__init__(id="preview")
        self._peek = peek
        self.looked_at = ""
        """The id of the file that is shown, or will be."""
        self._errand = Errand()
        self._drawing: Worker[None] | None = None
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        picture = HalfBlocks(_BLANK, Size(1, 1), Box(0, 0, WIDE, HIGH), id="picture")
        picture.visible = False
        yield picture

    def on_show(self) -> None:
        """Draw, where the screen has become wide."""
        here, self.looked_at = self.looked_at, ""
        self.look_at(here)

    def on_unmount(self) -> None:
        """End what is still at work."""
        self._errand.stop()

    def look_at(self, file_id: str) -> None:
        """Show a file as soon as the highlight has rested on it; an empty id shows nothing."""
        if file_id == self.looked_at:
            return
        self.looked_at = file_id
        self._errand.stop()
        if self._timer is not None:
            self._timer.stop()
        for picture in self.query(HalfBlocks):
            picture.visible = False
        if file_id and self.display:
            self._timer = self.set_timer(REST_SECONDS, self._draw)

    def _draw(self) -> None:
        # One at a time: a dead stick may keep its thread waiting for long, and threads are few.
        if self._drawing is not None and not self._drawing.is_finished:
            self._timer = self.set_timer(REST_SECONDS, self._draw)
            return
        self._errand = Errand()
        work = partial(self._draw_in_thread, self.looked_at, self._errand)
        self._drawing = self.run_worker(work, thread=True, exit_on_error=False)

    def _draw_in_thread(self, file_id: str, errand: Errand) -> None:
        try:
            with errand:
                raster = self._peek(file_id)
        except AttachmentError:
            return  # no picture; why, the check says when the file is chosen
        self.app.call_from_thread(self._show, file_id, raster)

    def _show(self, file_id: str, raster: Raster) -> None:
        if file_id == self.looked_at:
            for picture in self.query(HalfBlocks):
                picture.show(raster, Size(raster.width, raster.height), _around(raster))
                picture.visible = True


def _around(raster: Raster) -> Box:
    """Return the smallest box of the shape that is drawn which holds the whole picture, at its upper edge."""
    units = max(-(-raster.width // WIDE), -(-raster.height // HIGH))
    return Box((raster.width - units * WIDE) // 2, 0, units * WIDE, units * HIGH)
