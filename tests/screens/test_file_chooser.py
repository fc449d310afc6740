"""Choosing files with the mouse alone and with the keyboard alone: marks, folders, very many files, hostile names."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.geometry import Offset
from textual.pilot import Pilot

from kiosk.attachments import sources
from kiosk.attachments.errors import FolderUnreadable
from kiosk.screens.documents import DocumentItem, DocumentsScreen
from kiosk.screens.file_chooser import SHOWN, FileChooserScreen, Marks, Picked, Place, Seen
from kiosk.screens.file_rows import FileRows
from kiosk.screens.journeys.file_places import Places
from kiosk.screens.journeys.places import choose_file
from kiosk.screens.message import ProblemScreen
from kiosk.screens.outbox_place import PlaceScreen
from kiosk.screens.subject import subject_of
from kiosk.services import Services
from kiosk.settings import AttachmentSettings
from kiosk.widgets.bars import ActionButton
from kiosk.widgets.choices import ChoiceList
from tests.support.journeys import pick, shown
from tests.support.mouse import Hand
from tests.support.screens import NOON, ScreenApp, journey_app, screen_app, seen, settings_for_tests, until

SUBJECT = subject_of("extension", "gijinkoku")
ITEM = DocumentItem("tax", {"ja": "見本の書類", "en": "Sample paper"}, {}, required=True, months=3, original=True)
WHEN = datetime(2026, 11, 20, 3, 15, tzinfo=UTC)
FOLDER = Place("f", "folder", is_folder=True)
FILES = tuple(Place(name, f"{name}.pdf", is_folder=False, size=8_088, modified=WHEN) for name in "abc")
SEVERAL = Seen("USB (E:)", (FOLDER, *FILES))


def chooser(several: bool = True, there: Seen = SEVERAL, marks: Marks | None = None) -> ScreenApp:
    return screen_app(FileChooserScreen(SUBJECT, ITEM, there, several=several, marks=marks), "en")


def signs(pilot: Pilot[Any]) -> list[str]:
    """Return the boxes of the files as they are drawn."""
    rows = pilot.app.screen.query_one(FileRows)
    drawn = [str(rows.get_option_at_index(number).prompt) for number in range(len(rows.choices))]
    return [text[text.index("[") : text.index("]") + 1] for text in drawn if "[" in text]


def take(pilot: Pilot[Any]) -> ActionButton:
    return pilot.app.screen.query_one("#take", ActionButton)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_tap_marks_and_the_button_takes(size: tuple[int, int]) -> None:
    app = chooser()
    async with app.run_test(size=size) as pilot:
        hand = Hand(pilot)
        assert take(pilot).disabled
        for name in "cab":
            await hand.choose(name)
        assert signs(pilot) == ["[2]", "[3]", "[1]"]
        await hand.choose("a")
        assert signs(pilot) == ["[ ]", "[2]", "[1]"]
        assert take(pilot).label == "Take the 2 marked files  F10"
        await hand.press(take(pilot))
        await app.finished()
    assert app.results == [Picked("take", ("c", "b"))]


@pytest.mark.parametrize("before", [(), ("b",), ("a", "b")])
async def test_a_double_tap_takes_it_with_the_marked_ones(before: tuple[str, ...]) -> None:
    app = chooser(marks=Marks(list(before)))
    async with app.run_test(size=(80, 24)) as pilot:
        rows = pilot.app.screen.query_one(FileRows)
        spot = Offset(10, rows.region.y + 1)  # the folder has one row, then "a" has two
        await pilot.click(offset=spot, times=2)
        await app.finished()
    assert app.results == [Picked("take", tuple(dict.fromkeys((*before, "a"))))]


async def test_a_tap_takes_at_once_where_one_is_wanted_and_opens_a_folder() -> None:
    for several, row, picked in (
        (False, "b", Picked("take", ("b",))),
        (True, "f", Picked("open", ("f",))),
        (True, "again", Picked("again")),
    ):
        app = chooser(several)
        async with app.run_test(size=(80, 24)) as pilot:
            assert bool(signs(pilot)) == several
            await Hand(pilot).choose(row)
            await app.finished()
        assert app.results == [picked]


async def test_the_keyboard_marks_with_space_or_a_digit_and_takes_with_enter() -> None:
    app = chooser()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f10", "space")  # nothing is marked yet, and a folder can't be
        assert signs(pilot) == ["[ ]"] * 3
        await pilot.press("down", "space", "4", "2")
        assert signs(pilot) == ["[ ]", "[ ]", "[1]"]
        await pilot.press("down", "enter")
        await app.finished()
    assert app.results == [Picked("take", ("c", "b"))]


async def test_what_is_asked_of_the_paper_is_seen_where_it_is_chosen() -> None:
    app = chooser()
    async with app.run_test(size=(80, 24)) as pilot:
        assert "Issued in the last 3 months. Scan the original, not a copy." in shown(pilot)


def rows_in_sight(pilot: Pilot[Any]) -> set[int]:
    """Return which rows of the list are seen, from 0."""
    screen = pilot.app.screen
    body = screen.query_one("#body").region
    found = (screen.get_style_at(body.x + 4, y).meta.get("option") for y in range(body.y, body.bottom))
    return {number for number in found if number is not None}


@pytest.mark.parametrize("own_scroll", [True, False])
async def test_the_highlight_is_always_in_sight(own_scroll: bool) -> None:
    if own_scroll:
        items = tuple(replace(ITEM, key=str(number)) for number in range(20))
        screen = DocumentsScreen(SUBJECT, items, None)
    else:
        found = tuple(replace(FILES[0], place_id=str(number)) for number in range(40))
        screen = PlaceScreen("outbox.import.title", "outbox.import.which", "USB (E:)", found, save_here=False)
    app = screen_app(screen, "en")
    async with app.run_test(size=(80, 24)) as pilot:
        rows = pilot.app.screen.query_one(ChoiceList)
        for key in ("end", "up", "up", "home", "pagedown", "pagedown", "down", "pageup", "end", "home"):
            await pilot.press(key)
            # The page is moved with the next drawing.
            await seen(pilot, lambda: rows.highlighted in rows_in_sight(pilot))


async def test_of_very_many_files_each_can_be_reached() -> None:
    many = tuple(replace(FILES[0], place_id=str(n), name=f"{n}.pdf") for n in range(2 * SHOWN + 1))
    app = chooser(there=Seen("USB (E:)", many, newest_first=True))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("1")
        for first in (SHOWN, 2 * SHOWN):
            await pick(pilot, "after")
            await seen(pilot, lambda first=first: f"{first}.pdf" in shown(pilot))
        assert "1 of them is not in this list" in shown(pilot)
        assert pilot.app.screen.query_one(FileRows).here == str(2 * SHOWN)
        await pilot.press("space")
        await pick(pilot, "before")
        await seen(pilot, lambda: f"{SHOWN}.pdf" in shown(pilot))
        await pilot.press("f10")
        await app.finished()
    assert app.results == [Picked("take", ("0", str(2 * SHOWN)))]


# --- from folder to folder --------------------------------------------------------------------------------------------


def places(folder: Path, *, several: bool = True) -> ScreenApp:
    """Return the application leading through ``folder``, as often as files are chosen."""

    async def route(app: Any) -> list[tuple[Path, ...]]:
        desk, taken = Places(app, SUBJECT), list[tuple[Path, ...]]()
        while paths := await desk.choose(ITEM, several=several):
            taken.append(paths)
        return taken

    settings = settings_for_tests(attachments=AttachmentSettings(folders=(str(folder),)))
    return journey_app(route, "en", Services(settings, lambda: NOON))


async def test_marks_and_place_outlive_folders_and_going_back(tmp_path: Path) -> None:
    for name in ("a.pdf", "one/b.pdf", "two/c.pdf"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    app = places(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, FileChooserScreen)
        for folder, name in (("two", "c.pdf"), ("one", "b.pdf")):
            await pick(pilot, str(tmp_path / folder))
            await seen(pilot, lambda name=name: name in shown(pilot))
            await pilot.press("space", "escape")
            await seen(pilot, lambda: "a.pdf" in shown(pilot))
            assert pilot.app.screen.query_one(FileRows).here == str(tmp_path / folder)
        assert "2 of them are not in this list" in shown(pilot)
        (tmp_path / "one" / "b.pdf").unlink()
        await pick(pilot, str(tmp_path / "one"))
        await seen(pilot, lambda: "There is no file here." in shown(pilot))
        assert take(pilot).label == "Take the marked file  F10"
        await pilot.press("escape")
        await seen(pilot, lambda: "a.pdf" in shown(pilot))
        await pick(pilot, str(tmp_path / "a.pdf"))
        await seen(pilot, lambda: "F10" not in str(take(pilot).label))
        assert pilot.app.screen.query_one(FileRows).here == str(tmp_path / "a.pdf")
        await pilot.press("escape")
        await app.finished()
    assert app.results == [[(tmp_path / "two" / "c.pdf", tmp_path / "a.pdf")]]


async def test_a_folder_that_can_not_be_listed_leads_back_to_the_one_above(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a" / "closed").mkdir(parents=True)
    real = sources.listing

    def listing(folder: Path) -> sources.Listing:
        if folder.name == "closed":
            raise FolderUnreadable()
        return real(folder)

    monkeypatch.setattr(sources, "listing", listing)
    app = places(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, FileChooserScreen)
        await pick(pilot, str(tmp_path / "a"))
        await seen(pilot, lambda: "closed" in shown(pilot))
        await pick(pilot, str(tmp_path / "a" / "closed"))
        await until(pilot, ProblemScreen)
        assert FolderUnreadable.code in shown(pilot)
        await pick(pilot, "again")
        await until(pilot, FileChooserScreen)
        assert pilot.app.screen.query_one(FileRows).here == str(tmp_path / "a" / "closed")


async def test_where_one_file_is_taken_in_the_newest_of_very_many_are_shown(tmp_path: Path) -> None:
    for number in range(SHOWN + 2):
        path = tmp_path / f"{number}.kiosk"
        path.write_bytes(b"x")
        os.utime(path, (number, number))
    settings = settings_for_tests(attachments=AttachmentSettings(folders=(str(tmp_path),)))
    route = partial(choose_file, title_key="outbox.import.title", lead_key="outbox.import.which")
    app = journey_app(route, "en", Services(settings, lambda: NOON))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, PlaceScreen)
        await pilot.press("1")
        await seen(pilot, lambda: "There are more files here" in shown(pilot))
        assert len(pilot.app.screen.query_one(ChoiceList).choices) == SHOWN + 1
        await pilot.press("1")
        await app.finished()
    assert app.results == [tmp_path / f"{SHOWN + 1}.kiosk"]


NASTY = (
    "a\nb.pdf",
    "a\x1b[31mb.pdf",
    "a\u202efdp.exe",
    "x" * 200 + ".pdf",
    "架空見本 課税.pdf",
    "😀.pdf",
    "[bold].pdf",
)


async def test_no_name_reaches_the_terminal_as_a_command(tmp_path: Path) -> None:
    for name in (*(name.encode() for name in NASTY), b"\xff\xfe.pdf"):
        (tmp_path / os.fsdecode(name)).write_bytes(b"x")
    app = places(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, FileChooserScreen)
        labels = [choice.label for choice in pilot.app.screen.query_one(FileRows).choices]
        for _ in labels:
            await pilot.press("space", "down")
        assert len(signs(pilot)) == len(NASTY) + 1
        assert "[ ]" not in signs(pilot)
        words = "\n".join(labels)
        assert not set(words) & {"\x1b", "\u202e", "\x07"}
        for part in (
            "a\\x0ab.pdf",
            "a\\x1b[31mb.pdf",
            "a\\u202efdp.exe",
            "\\xff\\xfe.pdf",
            "[bold].pdf",
            "x…x",
            "課税",
        ):
            assert part in words
        await pilot.press("f10")
        await until(pilot, FileChooserScreen)
        await pilot.press("escape")
        await app.finished()
    assert len(app.results[0][0]) == len(NASTY) + 1
