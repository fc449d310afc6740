"""The picture of the file under the highlight: on a wide screen, of the file where it rests, and never waited for."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from textual.pilot import Pilot

from kiosk.attachments.errand import present
from kiosk.attachments.errors import CheckGaveUp
from kiosk.attachments.photo_crop import Raster
from kiosk.screens import file_preview
from kiosk.screens.file_chooser import FileChooserScreen, Marks
from kiosk.screens.file_preview import FilePreview, Peek
from kiosk.widgets.half_blocks import HalfBlocks
from tests.screens.test_file_chooser import ITEM, SEVERAL, SUBJECT
from tests.support.screens import ScreenApp, screen_app, seen

PAGE = Raster(3, 4, bytes(range(36)))


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_preview, "REST_SECONDS", 0.01)


def chooser(peek: Peek, here: str = "a") -> ScreenApp:
    return screen_app(FileChooserScreen(SUBJECT, ITEM, SEVERAL, several=True, marks=Marks(here=here), peek=peek), "en")


def visible(pilot: Pilot[Any]) -> bool:
    return pilot.app.screen.query_one(HalfBlocks).visible


async def test_the_file_where_the_highlight_rests_is_drawn() -> None:
    asked: list[str] = []

    def peek(file_id: str) -> Raster:
        asked.append(file_id)
        if file_id == "b":
            raise CheckGaveUp()
        return PAGE

    app = chooser(peek)
    async with app.run_test(size=(120, 36)) as pilot:
        await seen(pilot, lambda: visible(pilot))
        await pilot.press("down")
        await seen(pilot, lambda: asked == ["a", "b"])
        assert not visible(pilot)
        await pilot.press("down")
        await seen(pilot, lambda: visible(pilot))
        await pilot.press("f3")
        await seen(pilot, lambda: visible(pilot))
        await pilot.press("home")
        await seen(pilot, lambda: not visible(pilot))
    assert asked == ["a", "b", "c", "c"]


async def test_what_is_passed_by_is_stopped_and_never_shown() -> None:
    begun, released = threading.Event(), threading.Event()
    stopped: list[str] = []

    def peek(file_id: str) -> Raster:
        begun.set()
        if file_id == "a":
            released.wait()
            stopped.append(file_id)
            present().require_wanted()
        return PAGE

    app = chooser(peek)
    async with app.run_test(size=(120, 36)) as pilot:
        await seen(pilot, begun.is_set)
        await pilot.press("down")
        assert not visible(pilot)
        released.set()
        await seen(pilot, lambda: visible(pilot))
        assert stopped == ["a"]
        assert pilot.app.screen.query_one(FilePreview).looked_at == "b"


async def test_on_a_narrow_screen_nothing_is_drawn() -> None:
    asked: list[str] = []

    def peek(file_id: str) -> Raster:
        asked.append(file_id)
        return PAGE

    app = chooser(peek)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "up")
        assert not pilot.app.screen.query_one(FilePreview).display
        await pilot.resize_terminal(120, 36)
        await seen(pilot, lambda: visible(pilot))
    assert set(asked) == {"a"}
