"""The picture in half blocks: what is in which cell, with many colours and with few."""

from __future__ import annotations

import io
from typing import Any, cast

import pytest
from rich.color import Color, ColorSystem, ColorType
from rich.console import Console
from rich.segment import Segments
from textual.app import App, ComposeResult
from textual.strip import Strip
from textual.theme import Theme

from kiosk.attachments.photo_crop import Box, Raster, Size
from kiosk.widgets.half_blocks import HalfBlocks

RED, GREEN, BLUE, GREY = (200, 0, 0), (0, 200, 0), (0, 0, 200), (90, 90, 90)
WHOLE = Size(1_200, 1_600)
BACK = "#101010"
COLOUR_SYSTEMS = {
    "truecolor": ColorSystem.TRUECOLOR, "256": ColorSystem.EIGHT_BIT, "standard": ColorSystem.STANDARD,
}  # fmt: skip


def quarters() -> Raster:
    """Return 120 by 160 pixels: red and green above, blue and grey below."""
    upper = (bytes(RED) * 60 + bytes(GREEN) * 60) * 80
    lower = (bytes(BLUE) * 60 + bytes(GREY) * 60) * 80
    return Raster(120, 160, upper + lower)


class Shown(App[None]):
    """Shows one picture."""

    def __init__(self, box: Box, guides: tuple[float, ...] | None, raster: Raster | None = None) -> None:
        super().__init__()
        theme = Theme("test", primary="#ff0000", accent="#ffff00", success="#ff00ff", background=BACK)
        self.register_theme(theme)
        self.theme = "test"
        self.picture = HalfBlocks(raster or quarters(), WHOLE, box, guides=guides)

    def compose(self) -> ComposeResult:
        yield self.picture


def colours(strip: Strip) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Return the upper and the lower pixel of every cell of a row."""
    found: list[tuple[tuple[int, ...], tuple[int, ...]]] = []
    for segment in strip:
        assert segment.style is not None
        upper, lower = segment.style.color, segment.style.bgcolor
        assert segment.text == "▀"
        found.append((tuple(cast("Color", upper).triplet or ()), tuple(cast("Color", lower).triplet or ())))
    return found


async def drawn(box: Box, guides: tuple[float, ...] | None = None, size: tuple[int, int] = (80, 24)) -> list[Any]:
    app = Shown(box, guides)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        return [colours(app.picture.render_line(row)) for row in range(app.picture.size.height)]


async def test_the_box_fills_the_cells_two_pixels_each() -> None:
    rows = await drawn(Box(0, 0, 1_200, 1_600))
    assert (len(rows[0]), len(rows)) == (27, 18)
    assert rows[0][0] == (RED, RED)
    assert rows[0][26] == (GREEN, GREEN)
    assert rows[17][0] == (BLUE, BLUE)
    assert rows[17][26] == (GREY, GREY)
    assert rows[8][0] == (RED, RED)
    assert rows[9][0] == (BLUE, BLUE)


async def test_only_the_box_is_shown() -> None:
    rows = await drawn(Box(600, 800, 300, 400))
    assert {pixel for row in rows for cell in row for pixel in cell} == {GREY}


async def test_what_lies_around_the_frame_is_dimmed_and_nothing_is_made_up_beyond_the_picture() -> None:
    rows = await drawn(Box(0, 400, 600, 800), (0.1, 0.7))
    width, height = len(rows[0]), 2 * len(rows)
    assert (width, height) == (28, 36)
    yellow, line = (254, 255, 0), (255, 0, 255)  # the accent, as the theme gives it
    pixels = [[cell[part] for cell in row] for row in rows for part in (0, 1)]
    assert pixels[1][1:27] == pixels[34][1:27] == [yellow] * 26
    assert [row[1] for row in pixels[1:35]] == [row[26] for row in pixels[1:35]] == [yellow] * 34
    assert {row[0] for row in pixels} == {(16, 16, 16)}
    assert pixels[10][27] == (10, 90, 10)  # green, dimmed
    assert pixels[5][2] == line  # the hair, a tenth from above
    assert pixels[24][2] == line  # the chin
    assert pixels[2][14] == line  # down the middle
    assert pixels[3][3] == RED
    assert pixels[33][3] == BLUE


@pytest.mark.parametrize(("size", "cells"), [((120, 36), (46, 30)), ((200, 60), (49, 32)), ((60, 10), (10, 6))])
async def test_it_is_as_large_as_the_terminal_allows(size: tuple[int, int], cells: tuple[int, int]) -> None:
    rows = await drawn(Box(0, 0, 1_200, 1_600), (0.1, 0.7), size)
    assert (len(rows[0]), len(rows)) == cells


async def test_another_part_is_drawn_when_it_is_shown() -> None:
    app = Shown(Box(0, 0, 300, 400), None)
    async with app.run_test(size=(80, 24)) as pilot:
        assert colours(app.picture.render_line(0))[0] == (RED, RED)
        app.picture.show(quarters(), WHOLE, Box(600, 0, 300, 400))
        await pilot.pause()
        assert colours(app.picture.render_line(0))[0] == (GREEN, GREEN)


@pytest.mark.parametrize(
    ("system", "kind", "pixel"),
    [
        ("truecolor", ColorType.TRUECOLOR, (201, 1, 1)),
        ("256", ColorType.EIGHT_BIT, (202, 2, 2)),
        ("standard", ColorType.STANDARD, (203, 3, 3)),
    ],
)
async def test_a_terminal_of_few_colours_gets_the_nearest(system: Any, kind: ColorType, pixel: Any) -> None:
    # Each time another colour: a style keeps the codes that it was first written with.
    app = Shown(Box(0, 0, 1_200, 1_600), None, Raster(1, 1, bytes(pixel)))
    async with app.run_test(size=(80, 24)):
        strip = app.picture.render_line(0)
    out = io.StringIO()
    console = Console(file=out, color_system=system, force_terminal=True, width=80, legacy_windows=False)
    console.print(Segments(strip), end="")
    wanted = Color.from_rgb(*pixel).downgrade(COLOUR_SYSTEMS[system])
    assert wanted.type is kind
    assert out.getvalue().count("▀") == 27
    assert out.getvalue().startswith(f"\x1b[{';'.join(wanted.get_ansi_codes(foreground=True))};")
