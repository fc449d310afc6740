"""A picture with its frame in the terminal's own pixels, and the two languages in which terminals take pictures.

Sixel is written where the cursor stands. Kitty takes the picture under a number beforehand and shows it where letters
stand that name the number, the row and the column: what is written over them takes the picture away again.
"""

from __future__ import annotations

import base64
import importlib
import math
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.attachments.photo_crop import HIGH, WIDE, Box, Raster, Size
from kiosk.widgets.half_blocks import DIMMED, Pixel

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

BAND = 6
"""Pixels in the height of one line of sixels."""

_CHUNK = 4096
_COLOURS = 128
"""More cost time and bytes and show nothing new at this size."""

_DASH = 6

# The first of kitty's 297 marks for rows and columns; https://sw.kovidgoyal.net/kitty/graphics-protocol/
_MARKS = (
    "\u0305\u030d\u030e\u0310\u0312\u033d\u033e\u033f\u0346\u034a\u034b\u034c\u0350\u0351\u0352\u0357\u035b\u0363"
    "\u0364\u0365\u0366\u0367\u0368\u0369\u036a\u036b\u036c\u036d\u036e\u036f\u0483\u0484\u0485\u0486\u0487\u0592"
    "\u0593\u0594\u0595\u0597\u0598\u0599\u059c\u059d\u059e\u059f\u05a0\u05a1\u05a8\u05a9\u05ab\u05ac\u05af\u05c4"
    "\u0610\u0611\u0612\u0613\u0614\u0615\u0616\u0617\u0657\u0658"
)
_HOLDER = "\U0010eeee"

MOST_CELLS = len(_MARKS)
"""A picture for kitty is at most so many cells wide and high."""


@dataclass(frozen=True, slots=True)
class View:
    """What is to be seen: as ``HalfBlocks`` takes it."""

    raster: Raster
    whole: Size
    box: Box
    guides: Sequence[float] | None


@dataclass(frozen=True, slots=True)
class Inks:
    """The colours of what is not picture: where there is none, the frame, the guides."""

    empty: Pixel
    line: Pixel
    guide: Pixel


def load() -> None:
    """Load what pictures are made with, where nobody waits for it."""
    for name in ("PIL.ImageDraw", "textual_image._sixel"):
        importlib.import_module(name)


def composed(view: View, size: Size, margin: int, inks: Inks) -> Image:
    """Return the box of ``view`` as large as ``size`` allows; with guides also its frame and what lies around, dimmed.

    Args:
        view: what is to be seen.
        size: in pixels.
        margin: pixels around the frame; 0 where there is none.
        inks: colours.
    """
    from PIL import Image, ImageDraw

    units = max(1, min((size.width - 2 * margin) // WIDE, (size.height - 2 * margin) // HIGH))
    frame = Box((size.width - units * WIDE) // 2, (size.height - units * HIGH) // 2, units * WIDE, units * HIGH)
    blank = Image.new("RGB", size, inks.empty)
    whole = blank.copy()
    _lay(whole, view, frame)
    drawn = blank if view.guides is None else Image.blend(blank, whole, DIMMED)
    drawn.paste(whole.crop(frame.edges()), (frame.x, frame.y))
    if view.guides is not None:
        _draw_lines(ImageDraw.Draw(drawn), frame, view.guides, inks)
    return drawn


def _lay(canvas: Image, view: View, frame: Box) -> None:
    """Lay the picture on ``canvas`` so that the box fills ``frame``."""
    from PIL import Image

    raster = view.raster
    scale = raster.width / view.whole.width
    step = view.box.height * scale / frame.height
    left, top = view.box.x * scale - frame.x * step, view.box.y * scale - frame.y * step
    x1, x2 = max(0, math.ceil(-left / step)), min(canvas.width, math.floor((raster.width - left) / step))
    y1, y2 = max(0, math.ceil(-top / step)), min(canvas.height, math.floor((raster.height - top) / step))
    if x1 >= x2 or y1 >= y2:
        return
    source = Image.frombytes("RGB", (raster.width, raster.height), raster.pixels)
    part = (
        max(0.0, left + x1 * step),
        max(0.0, top + y1 * step),
        min(float(raster.width), left + x2 * step),
        min(float(raster.height), top + y2 * step),
    )
    canvas.paste(source.resize((x2 - x1, y2 - y1), Image.Resampling.BICUBIC, box=part), (x1, y1))


def _draw_lines(draw: ImageDraw, frame: Box, guides: Sequence[float], inks: Inks) -> None:
    left, top, right, bottom = frame.edges()
    for share in guides:
        y = top + round(share * frame.height)
        for x in range(left, right, 3 * _DASH):
            draw.line((x, y, min(x + _DASH, right - 1), y), inks.guide, 2)
    for y in range(top, bottom, 3 * _DASH):
        middle = left + frame.width // 2
        draw.line((middle, y, middle, min(y + _DASH, bottom - 1)), inks.guide, 2)
    draw.rectangle((left - 3, top - 3, right + 2, bottom + 2), outline=inks.line, width=3)


def sixels(picture: Image) -> str:
    """Return ``picture`` as sixels, for the place of the cursor."""
    # The module itself: the packages beside it ask the terminal when they are loaded.
    from textual_image._sixel import SixelOptions, image_to_sixels

    return image_to_sixels(picture, SixelOptions(colors=_COLOURS))


def kitty_commands(picture: Image, number: int, columns: int, rows: int) -> str:
    """Return what gives ``picture`` to kitty as ``number``, to be shown so many cells wide and high."""
    pixels = base64.b64encode(zlib.compress(picture.tobytes(), 1)).decode("ascii")
    chunks = [pixels[start : start + _CHUNK] for start in range(0, len(pixels), _CHUNK)]
    what = f"a=T,U=1,q=2,i={number},c={columns},r={rows},f=24,o=z,s={picture.width},v={picture.height},"
    heads = [what] + ["q=2,"] * (len(chunks) - 1)
    ends = ["m=1"] * (len(chunks) - 1) + ["m=0"]
    return "".join(f"\x1b_G{head}{end};{chunk}\x1b\\" for head, end, chunk in zip(heads, ends, chunks, strict=True))


def kitty_deletion(number: int) -> str:
    """Return what makes kitty forget a picture, its pixels included."""
    return f"\x1b_Ga=d,d=I,q=2,i={number}\x1b\\"


def kitty_letters(columns: int, rows: int) -> Iterator[str]:
    """Yield row by row the letters at whose place the picture is shown; their colour is its number."""
    for row in range(rows):
        yield "".join(f"{_HOLDER}{_MARKS[row]}{_MARKS[column]}" for column in range(columns))
