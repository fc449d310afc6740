"""Where a photo is cut: a box of 3 wide and 4 high in the pixels of the upright picture. Pure, for worker and screens.

A box moves, grows and shrinks inside the picture and never leaves it. A picture that has the shape already keeps all of
it, even where a few pixels of the exact shape are missing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

WIDE, HIGH = 3, 4
"""The shape: 30 mm by 40 mm."""

SMALLEST = 30
"""A box is never less than this many times 3 by 4 pixels; nobody could be recognised on less."""

TURNS = (0, 90, 180, 270)
"""Degrees clockwise by which a picture can be turned."""

_ABOVE_CENTRE = 1 / 3
"""Of what has to go from a tall picture a third goes above: heads are in the upper part."""


class Size(NamedTuple):
    """Width and height in pixels."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels; ``x`` and ``y`` are its left and upper edge from the picture's own."""

    x: int
    y: int
    width: int
    height: int

    @property
    def size(self) -> Size:
        """Its width and height."""
        return Size(self.width, self.height)

    def edges(self) -> tuple[int, int, int, int]:
        """Return left, top, right and bottom, as Pillow takes them."""
        return self.x, self.y, self.x + self.width, self.y + self.height


@dataclass(frozen=True, slots=True)
class Raster:
    """A small picture to be shown: ``pixels`` are three bytes each (red, green, blue), row by row from the top."""

    width: int
    height: int
    pixels: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Head:
    """A head in the picture.

    Attributes:
        top: row of the highest hair.
        chin: row of the chin.
        middle: column of the middle of the face.
        sure: the hair was told from the background, so that ``top`` is no estimate.
    """

    top: int
    chin: int
    middle: int
    sure: bool = True


def has_shape(size: Size, tolerance: float) -> bool:
    """Say whether ``size`` is 3 by 4; ``tolerance`` is the share by which its width may differ."""
    # In products, so that a width on the very edge of the tolerance does not depend on a rounding.
    wanted = size.height * WIDE
    return abs(size.width * HIGH - wanted) <= tolerance * wanted + 1e-6


def first_box(size: Size, tolerance: float) -> Box:
    """Return where to cut before anybody looked: all of a picture of the right shape, else as much as there is."""
    if has_shape(size, tolerance):
        return Box(0, 0, *size)
    width, height = _whole(_most(size))
    return Box((size.width - width) // 2, round((size.height - height) * _ABOVE_CENTRE), width, height)


def box_around(head: Head, size: Size, share: float, gap: float) -> Box:
    """Return the box in which ``head`` takes ``share`` of the height below ``gap`` of it, or what there is room for.

    Args:
        head: where the head is.
        size: of the picture.
        share: wanted height of the head, of the box's height.
        gap: wanted space above the head, of the box's height.
    """
    width, height = _whole(_within((head.chin - head.top) / share / HIGH, size))
    return _inside(Box(head.middle - width // 2, round(head.top - gap * height), width, height), size)


def moved(box: Box, size: Size, right: int, down: int) -> Box:
    """Return ``box`` moved by so many pixels, at most to the edge of the picture."""
    return _inside(Box(box.x + right, box.y + down, box.width, box.height), size)


def zoomed(box: Box, size: Size, factor: float) -> Box:
    """Return ``box`` with ``factor`` times its height about the same middle: below 1 the face comes nearer.

    It is always another box, unless it is as large or as small already as it may be.
    """
    before = box.height / HIGH
    after = before * factor
    after = min(after, before - 1) if factor < 1 else max(after, before + 1)
    width, height = _whole(_within(after, size))
    middle = Box(box.x + (box.width - width) // 2, box.y + (box.height - height) // 2, width, height)
    return _inside(middle, size)


def is_right(box: Box, size: Size, tolerance: float) -> bool:
    """Say whether ``box`` lies in a picture of ``size`` and has the shape."""
    inside = box.x >= 0 and box.y >= 0 and box.x + box.width <= size.width and box.y + box.height <= size.height
    return inside and box.width > 0 and box.height > 0 and has_shape(box.size, tolerance)


def _most(size: Size) -> int:
    """Return how many times 3 by 4 pixels a picture has at most; 1 where it has not even that."""
    return max(1, min(size.width // WIDE, size.height // HIGH))


def _within(units: float, size: Size) -> int:
    most = _most(size)
    return min(max(int(units + 0.5), min(SMALLEST, most)), most)


def _whole(units: int) -> tuple[int, int]:
    return units * WIDE, units * HIGH


def _inside(box: Box, size: Size) -> Box:
    x = min(max(box.x, 0), max(0, size.width - box.width))
    y = min(max(box.y, 0), max(0, size.height - box.height))
    return Box(x, y, box.width, box.height)


def turned(box: Box, size: Size) -> Box:
    """Return the box in the picture turned by 90° clockwise, about the same middle and as high as there is room.

    Args:
        box: in the picture before it is turned.
        size: of the picture before it is turned.
    """
    after = Size(size.height, size.width)
    width, height = _whole(_within(box.height / HIGH, after))
    middle, down = size.height - box.y - box.height // 2, box.x + box.width // 2
    return _inside(Box(middle - width // 2, down - height // 2, width, height), after)


def turned_raster(raster: Raster) -> Raster:
    """Return the small picture turned by 90° clockwise."""
    row = 3 * raster.width
    turned = bytearray(len(raster.pixels))
    for colour in range(3):
        for x in range(raster.width):
            # A column from the bottom to the top becomes a row from left to right.
            column = raster.pixels[3 * x + colour :: row][::-1]
            start = 3 * x * raster.height + colour
            turned[start : start + 3 * raster.height : 3] = column
    return Raster(raster.height, raster.width, bytes(turned))
