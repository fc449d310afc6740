"""The picture in the best way the terminal has: what is drawn where, and when it must be half blocks after all."""

from __future__ import annotations

from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region

from kiosk.attachments.photo_crop import Box, Raster, Size
from kiosk.widgets.half_blocks import HalfBlocks
from kiosk.widgets.preview import Preview
from kiosk.widgets.terminal_pictures import Ability

SIXEL, KITTY = Ability("sixel", (10, 20)), Ability("kitty", (10, 20))
BLOCK, HOLDER = "▀", "\U0010eeee"


class Shown(App[None]):
    """Shows one picture, at a terminal that has told what it can."""

    def __init__(self, **options: Any) -> None:
        super().__init__()
        self.picture = Preview(Raster(3, 4, bytes(36)), Size(300, 400), Box(0, 0, 300, 400), "auto", **options)

    def compose(self) -> ComposeResult:
        yield self.picture


def drawn(picture: HalfBlocks, crop: Region | None = None) -> str:
    lines = picture.render_lines(crop or Region(0, 0, *picture.size))
    return "\n".join(line.text for line in lines)


async def test_without_an_answer_it_is_half_blocks() -> None:
    app = Shown()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert set(drawn(app.picture)) == {BLOCK, "\n"}


@pytest.mark.parametrize(("ability", "sign"), [(SIXEL, "\x1bP"), (KITTY, HOLDER)])
async def test_only_a_picture_that_is_seen_whole_is_real_pixels(ability: Ability, sign: str) -> None:
    app = Shown(guides=(0.1, 0.7))
    async with app.run_test(size=(80, 24)) as pilot:
        app.picture.post_message(Preview.Told(ability))
        await pilot.pause()
        assert sign in drawn(app.picture)
        assert BLOCK not in drawn(app.picture)
        # Part of it is scrolled away.
        assert BLOCK in drawn(app.picture, Region(0, 2, app.picture.size.width, 5))
        # It reaches the last row, where a terminal would scroll.
        await pilot.resize_terminal(80, 6)
        await pilot.pause()
        assert sign not in drawn(app.picture)


async def test_another_part_is_another_picture() -> None:
    app = Shown()
    async with app.run_test(size=(80, 24)) as pilot:
        app.picture.post_message(Preview.Told(SIXEL))
        await pilot.pause()
        before = drawn(app.picture)
        assert drawn(app.picture) == before
        app.picture.show(Raster(1, 1, b"\xff\0\0"), Size(3, 4), Box(0, 0, 3, 4))
        await pilot.pause()
        assert drawn(app.picture) != before
