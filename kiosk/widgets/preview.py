"""A picture in the best way the terminal has: real pixels (sixel, kitty), else half blocks."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.color import Color
from rich.segment import ControlType, Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.geometry import Size as Cells
from textual.message import Message
from textual.strip import Strip

from kiosk.attachments.photo_crop import Box, Raster, Size
from kiosk.widgets.half_blocks import HalfBlocks
from kiosk.widgets.terminal_pictures import THE_TERMINAL, Ability, may_have_pictures

if TYPE_CHECKING:
    from PIL.Image import Image
    from textual.driver import Driver

_NUMBERS = itertools.cycle(range(16, 256))
"""Kitty's numbers for pictures: the colours of letters that no theme changes."""

_UNSEEN = ((ControlType.CURSOR_FORWARD, 0),)
"""Marks text that takes no cells. Any control would do."""


class Preview(HalfBlocks):
    """Shows part of a picture as ``HalfBlocks`` does, in real pixels as soon as the terminal has said that it can.

    Args:
        raster: the whole picture, small.
        whole: the size of the whole picture in its own pixels.
        box: the part of it that is meant.
        way: the setting ``attachments.preview``.
        guides: as ``HalfBlocks`` takes them.
    """

    class Told(Message):
        """The terminal has said how it shows pictures."""

        def __init__(self, ability: Ability) -> None:
            super().__init__()
            self.ability = ability

    def __init__(
        self,
        raster: Raster,
        whole: Size,
        box: Box,
        way: str,
        *,
        guides: Sequence[float] | None = None,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(raster, whole, box, guides=guides, id=id)
        self._way = way
        self._ability = Ability()
        self._number = next(_NUMBERS)
        self._sent = False
        self._asked_at = Cells(0, 0)
        self._ready: tuple[Region, list[Strip]] | None = None

    def on_mount(self) -> None:
        """Ask the terminal, where there is one."""
        self._ask()

    def on_resize(self) -> None:
        """Measure again where the terminal has another size: it may have other letters, and sixels are for these."""
        if self._ability.way == "sixel" and self.app.size != self._asked_at:
            self._ability = Ability()
            self.forget()
            THE_TERMINAL.forget()
            self._ask()

    def _ask(self) -> None:
        self._asked_at = self.app.size
        unseen = self.app.is_headless or self.app.is_web
        # Textual draws on another stream on Windows than elsewhere.
        drawn_on = getattr(self._driver, "_file", None)
        if not unseen and may_have_pictures(self._way, os.environ, sys.__stdin__, drawn_on):
            THE_TERMINAL.ask(self._way, self._write, self._tell)

    def _tell(self, ability: Ability) -> None:
        """Pass the answer on. In the thread that reads keys: what takes a while to load is loaded there."""
        if ability.way != "blocks":
            from kiosk.widgets import drawn_pictures

            drawn_pictures.load()
        self.post_message(self.Told(ability))

    def on_preview_told(self, event: Told) -> None:
        """Draw it in the best way from now on."""
        event.stop()
        self._ability = event.ability
        self.forget()
        self.refresh()

    def on_unmount(self, _event: events.Unmount) -> None:
        """Leave no picture in the terminal's memory; what the next screen writes takes it off the screen."""
        if self._sent:
            from kiosk.widgets.drawn_pictures import kitty_deletion

            self._write(kitty_deletion(self._number))

    def forget(self) -> None:
        """Draw anew."""
        super().forget()
        self._ready = None

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the lines of cells, with the picture in or behind them; half blocks where not all of it is seen."""
        place = self._place(crop)
        if place is None:
            self._ready = None
            return super().render_lines(crop)
        if self._ready is None or self._ready[0] != place:
            draw = self._in_sixels if self._ability.way == "sixel" else self._in_letters
            self._ready = (place, draw(place))
        return self._ready[1]

    def _place(self, crop: Region) -> Region | None:
        """Return where on the screen the picture goes, or None where it must be in half blocks."""
        from kiosk.widgets.drawn_pictures import MOST_CELLS

        region = self.region
        if self._ability.way == "blocks" or crop != Region(0, 0, *region.size) or not self.screen.is_active:
            return None
        # A picture that reaches the last row would make some terminals scroll.
        inside = region.y >= 0 and region.bottom < self.app.size.height and region.right <= self.app.size.width
        return region if inside and region.area and max(region.size) <= MOST_CELLS else None

    def _in_sixels(self, place: Region) -> list[Strip]:
        from kiosk.widgets.drawn_pictures import BAND, sixels

        height = place.height * self._ability.cell[1] // BAND * BAND
        picture = self._picture(Size(place.width * self._ability.cell[0], height))
        # After the last row of cells, since writing cells takes away what was there; the cursor comes back.
        text = f"\x1b7\x1b[{place.y + 1};{place.x + 1}H{sixels(picture)}\x1b8"
        blank = Segment(" " * place.width, Style(bgcolor=Color.from_rgb(*self._background())))
        rows = [Strip([blank], place.width) for _ in range(place.height - 1)]
        return [*rows, Strip([blank, Segment(text, None, _UNSEEN)], place.width)]

    def _in_letters(self, place: Region) -> list[Strip]:
        from kiosk.widgets.drawn_pictures import kitty_commands, kitty_letters

        width, height = self._ability.cell
        picture = self._picture(Size(place.width * width, place.height * height))
        self._write(kitty_commands(picture, self._number, place.width, place.height))
        self._sent = True
        style = Style(color=Color.from_ansi(self._number), bgcolor=Color.from_rgb(*self._background()))
        return [Strip([Segment(row, style)], place.width) for row in kitty_letters(place.width, place.height)]

    def _picture(self, size: Size) -> Image:
        from kiosk.widgets.drawn_pictures import Inks, View, composed

        margin = 0 if self._guides is None else self._ability.cell[1]
        view = View(self._raster, self._whole, self._box, self._guides)
        line, guide = self._colour("half-blocks--frame"), self._colour("half-blocks--guide")
        return composed(view, size, margin, Inks(self._background(), line, guide))

    @property
    def _driver(self) -> Driver | None:
        # Textual has no public way to its terminal.
        return getattr(self.app, "_driver")  # noqa: B009 - private

    def _write(self, text: str) -> None:
        if self._driver is not None:
            self._driver.write(text)
