"""A picture in half blocks: two pixels in one cell, so that any terminal with colours shows it.

Terminals with fewer colours get the nearest ones they have; that is done where everything else is coloured.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import ClassVar

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Offset
from textual.geometry import Size as Cells
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from kiosk.attachments.photo_crop import HIGH, WIDE, Box, Raster, Size

Pixel = tuple[int, int, int]

FRAME_ROWS = 6
"""Rows of a screen that are not the picture's: the fixed ones, the edge, and a sentence above."""

MOST_ROWS = 32
"""More would be slow to draw and show nothing new."""

_MARGIN = 2
"""Pixels around the frame, where one sees what is cut off."""

_SAMPLES = (1 / 6, 3 / 6, 5 / 6)
"""Where in a pixel of the screen the picture is looked at, each way: nine points of it make one colour."""

DIMMED = 0.4
"""Share of its colour that is left of what lies around the frame."""


class HalfBlocks(Widget):
    """Shows part of a picture, with or without what lies around it.

    Args:
        raster: the whole picture, small.
        whole: the size of the whole picture in its own pixels.
        box: the part of it that is meant.
        guides: shares of the box's height at which a line goes across it, and then one goes down its middle; None for
            the box alone, without a frame and what lies around.
    """

    DEFAULT_CSS = """
    HalfBlocks { width: auto; height: auto; }
    HalfBlocks .half-blocks--frame { color: $accent; }
    HalfBlocks .half-blocks--guide { color: $success; }
    """

    class Dragged(Message):
        """The picture under the frame was drawn to the right and down by such shares of the frame."""

        def __init__(self, right: float, down: float) -> None:
            super().__init__()
            self.right, self.down = right, down

    class Wheeled(Message):
        """The wheel was turned over the picture: away (-1) or towards oneself (1)."""

        def __init__(self, direction: int) -> None:
            super().__init__()
            self.direction = direction

    COMPONENT_CLASSES: ClassVar[set[str]] = {"half-blocks--frame", "half-blocks--guide"}

    def __init__(
        self,
        raster: Raster,
        whole: Size,
        box: Box,
        *,
        guides: Sequence[float] | None = None,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self.can_focus = guides is not None
        self._raster, self._whole, self._box = raster, whole, box
        self._guides = guides
        self._drawn: list[list[Pixel]] = []
        self._held: Offset | None = None

    def show(self, raster: Raster, whole: Size, box: Box) -> None:
        """Show another part, or another picture."""
        self._raster, self._whole, self._box = raster, whole, box
        self.forget()
        self.refresh()

    def forget(self) -> None:
        """Draw anew when it is drawn next."""
        self._drawn = []

    def get_content_width(self, container: Cells, viewport: Cells) -> int:
        """Return the width in cells of the largest frame that the height allows, and what is shown around it."""
        return self._units(self._rows(viewport)) * WIDE + 2 * self._margin

    def get_content_height(self, container: Cells, viewport: Cells, width: int) -> int:
        """Return the height in rows."""
        return self._rows(viewport)

    def notify_style_update(self) -> None:
        """Draw the lines in the colours of the new theme."""
        super().notify_style_update()
        self.forget()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of the picture."""
        if self._guides is not None:
            event.stop()
            self._held = event.screen_offset

    def on_mouse_up(self, _event: events.MouseUp) -> None:
        """Let go of it."""
        self._held = None

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Draw it along."""
        if not event.button:
            self._held = None  # it was let go of elsewhere
        if self._held is not None and self._held != event.screen_offset:
            right, down = event.screen_offset - self._held
            self._held = event.screen_offset
            units = self._units_in(self.size.width, 2 * self.size.height)
            self.post_message(self.Dragged(right / (units * WIDE), 2 * down / (units * HIGH)))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Nearer."""
        self._wheel(event, -1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Farther."""
        self._wheel(event, 1)

    def _wheel(self, event: events.MouseEvent, direction: int) -> None:
        if self._guides is not None:
            event.stop()
            event.prevent_default()
            self.post_message(self.Wheeled(direction))

    def render_line(self, y: int) -> Strip:
        """Return one row of cells: the upper pixel in the colour of the letter, the lower one in that behind it."""
        width, height = self.size
        if len(self._drawn) != 2 * height or (self._drawn and len(self._drawn[0]) != width):
            self._drawn = self._pixels(width, 2 * height)
        if 2 * y + 1 >= len(self._drawn):
            return Strip.blank(width)
        pairs = zip(self._drawn[2 * y], self._drawn[2 * y + 1], strict=True)
        return Strip([Segment("▀", _style(upper, lower)) for upper, lower in pairs], width)

    # --- how large ---------------------------------------------------------------------------------------------------

    @property
    def _margin(self) -> int:
        return 0 if self._guides is None else _MARGIN

    @staticmethod
    def _rows(viewport: Cells) -> int:
        return min(MOST_ROWS, max(6, viewport.height - FRAME_ROWS))

    def _units(self, rows: int) -> int:
        return max(1, (2 * rows - 2 * self._margin) // HIGH)

    def _units_in(self, width: int, height: int) -> int:
        """Return how many times 3 by 4 pixels of the screen the frame has."""
        return max(1, min((width - 2 * self._margin) // WIDE, (height - 2 * self._margin) // HIGH))

    # --- pixels ------------------------------------------------------------------------------------------------------

    def _pixels(self, width: int, height: int) -> list[list[Pixel]]:
        """Return rows of pixels: the box in the middle, what lies around it dimmed, the lines over it."""
        units = self._units_in(width, height)
        frame = Box((width - units * WIDE) // 2, (height - units * HIGH) // 2, units * WIDE, units * HIGH)
        scale = self._raster.width / self._whole.width
        step = self._box.height * scale / frame.height
        left, top = self._box.x * scale - frame.x * step, self._box.y * scale - frame.y * step
        columns = [_points(left + x * step, step, self._raster.width) for x in range(width)]
        rows = [_points(top + y * step, step, self._raster.height) for y in range(height)]
        empty = self._background()
        drawn = [[_mixed(self._raster, column, row, empty) for column in columns] for row in rows]
        if self._guides is None:
            return [[p if _holds(frame, x, y) else empty for x, p in enumerate(row)] for y, row in enumerate(drawn)]
        drawn = [
            [p if _holds(frame, x, y) else _dimmed(p, empty) for x, p in enumerate(row)] for y, row in enumerate(drawn)
        ]
        self._draw_lines(drawn, frame, self._guides)
        return drawn

    def _draw_lines(self, drawn: list[list[Pixel]], frame: Box, guides: Sequence[float]) -> None:
        line, guide = self._colour("half-blocks--frame"), self._colour("half-blocks--guide")
        left, top, right, bottom = frame.edges()
        for share in guides:
            for x in range(left, right, 3):
                drawn[top + round(share * frame.height)][x] = guide
        for y in range(top, bottom, 3):
            drawn[y][left + frame.width // 2] = guide
        for x in range(left - 1, right + 1):
            drawn[top - 1][x] = drawn[bottom][x] = line
        for y in range(top - 1, bottom + 1):
            drawn[y][left - 1] = drawn[y][right] = line

    def _colour(self, component: str) -> Pixel:
        return self.get_component_styles(component).color.rgb

    def _background(self) -> Pixel:
        return self.background_colors[1].rgb


def _points(start: float, step: float, most: int) -> tuple[int, ...]:
    """Return the rows or columns of the picture that make one pixel of the screen; none where there is no picture."""
    points = (int(start + share * step) if start + share * step >= 0 else -1 for share in _SAMPLES)
    return tuple(point for point in points if 0 <= point < most)


def _mixed(raster: Raster, columns: Sequence[int], rows: Sequence[int], empty: Pixel) -> Pixel:
    if not columns or not rows:
        return empty
    red = green = blue = 0
    for row in rows:
        for column in columns:
            place = 3 * (row * raster.width + column)
            red += raster.pixels[place]
            green += raster.pixels[place + 1]
            blue += raster.pixels[place + 2]
    count = len(columns) * len(rows)
    return red // count, green // count, blue // count


def _holds(frame: Box, x: int, y: int) -> bool:
    return frame.x <= x < frame.x + frame.width and frame.y <= y < frame.y + frame.height


def _dimmed(pixel: Pixel, towards: Pixel) -> Pixel:
    red, green, blue = (round(part * DIMMED + other * (1 - DIMMED)) for part, other in zip(pixel, towards, strict=True))
    return red, green, blue


@lru_cache(maxsize=16_384)
def _style(upper: Pixel, lower: Pixel) -> Style:
    return Style(color=Color.from_rgb(*upper), bgcolor=Color.from_rgb(*lower))
