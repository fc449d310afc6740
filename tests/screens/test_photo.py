"""From a chosen picture to the photo that is kept: looked at, cut, turned, asked about."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from textual import events
from textual.pilot import Pilot

from kiosk.attachments.checks import Attached
from kiosk.attachments.limits import load_limits
from kiosk.attachments.photo_crop import Box
from kiosk.attachments.photo_cut import CutPhoto
from kiosk.clock import japan_date
from kiosk.screens.documents import DocumentsScreen
from kiosk.screens.file_chooser import FileChooserScreen
from kiosk.screens.journeys.documents import documents
from kiosk.screens.journeys.photo import PhotoDesk
from kiosk.screens.message import MessageScreen, ProblemScreen
from kiosk.screens.photo_check import PhotoAgeScreen, PhotoCheckScreen
from kiosk.screens.photo_crop import ZOOM, PhotoCropScreen
from kiosk.screens.subject import subject_of
from kiosk.widgets.choices import ChoiceList
from tests.attachments import make, photos
from tests.support.journeys import Station, pick, shown
from tests.support.screens import NOON, ScreenApp, journey_app, until


def desk(folder: Path, content: bytes) -> ScreenApp:
    """Return the application at a photo that was just chosen; its result is the photo, or None for another."""
    path = make.saved(folder / "photo.jpg", content)
    subject, limits = subject_of("extension", "gijinkoku"), load_limits("rasens")
    return journey_app(lambda app: PhotoDesk(app, subject, limits, Attached(), japan_date(NOON)).ready(path), "en")


async def cropping(pilot: Pilot[Any]) -> PhotoCropScreen:
    """Ask for another cut, and return the screen on which one cuts."""
    await until(pilot, PhotoCheckScreen)
    await pick(pilot, "cut")
    await until(pilot, PhotoCropScreen)
    assert isinstance(pilot.app.screen, PhotoCropScreen)
    return pilot.app.screen


async def answered(pilot: Pilot[Any], age: str) -> None:
    """Use the photo, and say how old it is."""
    await until(pilot, PhotoCheckScreen)
    await pick(pilot, "use")
    await until(pilot, PhotoAgeScreen)
    await pick(pilot, age)


async def test_a_telephones_picture_is_turned_cut_and_kept(station: Station) -> None:
    # The telephone lay on its side: the person looks to the left.
    station.put("IMG_0001.HEIC", photos.heic(photos.portrait((600, 900)).rotate(90, expand=True)))
    draft_id = station.drafted(files=False)
    app = station.app(lambda app: documents(app, station.drafting(draft_id)))
    async with app.run_test() as pilot:
        await until(pilot, DocumentsScreen)
        await pick(pilot, "photo")
        await until(pilot, FileChooserScreen)
        rows = pilot.app.screen.query_one(ChoiceList)
        await pick(pilot, next(choice.id for choice in rows.choices if choice.label == "IMG_0001.HEIC"))
        await cropping(pilot)
        await pilot.press("r")
        assert "450 × 600 pixels" in shown(pilot)
        await pilot.press(*["minus"] * 8, *["up"] * 8)
        assert "600 × 800 pixels" in shown(pilot)
        await pilot.press("enter")
        await answered(pilot, "new")
        await until(pilot, DocumentsScreen)
    store = station.services.store
    (file,) = store.load(station.owner, draft_id).attachments
    picture = Image.open(io.BytesIO(store.read_attachment(station.owner, draft_id, file.id)))
    assert (file.slot, file.name, picture.format, picture.size) == ("photo", "IMG_0001.jpg", "JPEG", (600, 800))
    hair, skin, wall = (0x20, 0x18, 0x10), (0xE0, 0xB0, 0x90), (0xE8, 0xEE, 0xF4)
    for place, drawn in (((300, 150), hair), ((300, 400), skin), ((9, 9), wall)):
        found = picture.getpixel(place)
        assert isinstance(found, tuple)
        assert photos.near(found, drawn, 16), (place, found)


async def test_several_tries_and_the_way_back(tmp_path: Path) -> None:
    app = desk(tmp_path, photos.saved(photos.portrait((1_200, 900)), "PNG"))
    async with app.run_test() as pilot:
        cut = Box(0, 0, 0, 0)
        for presses in (5, 9):
            screen = await cropping(pilot)
            await pilot.press(*["plus"] * presses)
            before, cut = cut, screen.cut.box
            assert cut is not None
            await pilot.press("f10")
            await until(pilot, PhotoCheckScreen)
            assert cut != before
            assert f"{cut.width} × {cut.height} pixels" in shown(pilot)
        assert f"! Only {cut.width} × {cut.height} pixels" in shown(pilot)
        screen = await cropping(pilot)
        assert screen.cut.box == cut
        await pilot.press("r", "minus", "escape")
        await until(pilot, PhotoCheckScreen)
        assert f"{cut.width} × {cut.height} pixels" in shown(pilot)
        await pick(pilot, "another")
        await app.finished()
    assert app.results == [None]


async def test_everything_can_be_done_with_the_mouse(tmp_path: Path) -> None:
    app = desk(tmp_path, photos.jpeg(photos.portrait((1_200, 900))))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await cropping(pilot)
        seen: list[Box | None] = [screen.cut.box]
        for name in ("nearer", "left", "right", "up", "down", "farther", "turn", "afresh"):
            before = screen.cut
            await pilot.click(f"#{name}")
            await pilot.pause()
            assert screen.cut != before, name
            seen.append(screen.cut.box)
        assert (seen[3], seen[5], seen[8]) == (seen[1], seen[1], seen[0])
        await pilot.click("#take")
        await until(pilot, PhotoCheckScreen)


async def test_the_picture_can_be_dragged_and_the_wheel_brings_it_nearer(tmp_path: Path) -> None:
    app = desk(tmp_path, photos.jpeg(photos.portrait((1_200, 900))))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await cropping(pilot)
        picture = screen.query_one("#picture")
        for kind in (*[events.MouseScrollUp] * 6, events.MouseScrollDown):
            picture.post_message(kind(picture, 9, 9, 0, 0, 0, shift=False, meta=False, ctrl=False))
        await pilot.pause()
        before = screen.cut.box
        assert before is not None
        assert before.height == pytest.approx(900 / ZOOM**5, abs=12)
        await pilot.mouse_down(picture, offset=(10, 9))
        start = picture.region.offset
        for button, x, y in ((1, 7, 8), (1, 4, 7), (0, 9, 9), (1, 12, 9)):
            picture.post_message(
                events.MouseMove(
                    picture, x, y, 0, 0, button, shift=False, meta=False, ctrl=False,
                    screen_x=start.x + x, screen_y=start.y + y,
                )
            )  # fmt: skip
        await pilot.pause()
        after = screen.cut.box
        assert after is not None
        # Of 24 by 16 cells of the frame: the picture goes to the left and up, the box the other way.
        assert after.x - before.x == pytest.approx(before.width * 6 / 24, abs=2)
        assert after.y - before.y == pytest.approx(before.height * 2 / 16, abs=2)
        assert after.size == before.size


async def test_a_key_on_a_button_presses_the_button(tmp_path: Path) -> None:
    app = desk(tmp_path, photos.jpeg(photos.portrait((1_200, 900))))
    async with app.run_test() as pilot:
        screen = await cropping(pilot)
        screen.query_one("#nearer").focus()
        before = screen.cut
        await pilot.press("enter")
        await pilot.pause()
        assert pilot.app.screen is screen
        assert screen.cut != before
        nearer = screen.cut
        await pilot.press("down")
        assert screen.cut != nearer


async def test_a_photo_that_the_person_calls_old_is_not_taken(tmp_path: Path) -> None:
    app = desk(tmp_path, photos.jpeg(photos.portrait(), exif=make.exif(1, "2020:01:02 09:00:00")))
    async with app.run_test() as pilot:
        await until(pilot, PhotoCheckScreen)
        assert "! Taken on 2 January 2020, says the camera" in shown(pilot)
        await pick(pilot, "use")
        await until(pilot, PhotoAgeScreen)
        assert "24 May 2026" in shown(pilot)
        await pilot.press("escape")
        await answered(pilot, "old")
        await until(pilot, ProblemScreen)
        assert "A74" in shown(pilot)
        await pick(pilot, "back")
        await answered(pilot, "old")
        await until(pilot, ProblemScreen)
        await pick(pilot, "another_file")
        await app.finished()
    assert app.results == [None]


@pytest.mark.parametrize("answer", ["anyhow", "another"])
async def test_a_picture_used_before_is_warned_of(tmp_path: Path, answer: str) -> None:
    app = desk(tmp_path, photos.jpeg(photos.portrait()))
    async with app.run_test() as pilot:
        await answered(pilot, "used")
        await until(pilot, MessageScreen)
        assert "may be refused" in shown(pilot)
        await pick(pilot, answer)
        await app.finished()
    assert isinstance(app.results[0], CutPhoto) is (answer == "anyhow")


async def test_a_change_of_language_keeps_the_cut(tmp_path: Path) -> None:
    app = desk(tmp_path, photos.jpeg(photos.portrait((1_200, 900))))
    async with app.run_test() as pilot:
        screen = await cropping(pilot)
        await pilot.press("plus", "plus", "r", "left")
        before = screen.cut
        await pilot.press("f3")
        await pilot.pause()
        assert "わくの中が送られます。" in shown(pilot)
        assert screen.cut == before
        await pilot.press("right")
        assert screen.cut != before
