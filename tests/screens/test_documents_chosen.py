"""Files for a document: several at once, what is noticed and what can be done, dates, order, and what goes wrong."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from textual.pilot import Pilot

from kiosk.attachments.errors import DocumentTypeWrong, FileGone, NotAFile, PdfPassword
from kiosk.offline_queue.errors import DiskFull
from kiosk.offline_queue.files import FileFolder
from kiosk.screens.document_item import DocumentFileScreen, DocumentItemScreen
from kiosk.screens.document_notices import NoticesScreen, OldPaperScreen, PaperDateScreen
from kiosk.screens.documents import DocumentsScreen
from kiosk.screens.drafting import Drafting
from kiosk.screens.file_chooser import FileChooserScreen
from kiosk.screens.files_taken import FilesTakenScreen
from kiosk.screens.journeys.documents import documents
from kiosk.screens.message import ProblemScreen
from kiosk.widgets.choices import ChoiceList
from tests.attachments import binder_papers, make, papers
from tests.support.journeys import Station, ids, pick, shown
from tests.support.screens import ScreenApp, seen, until

SHEETS, TAX = "organisation_sheets", "tax_certificates"


def bare(station: Station) -> tuple[ScreenApp, str]:
    draft_id = station.drafted(files=False)
    return station.app(lambda app: documents(app, station.drafting(draft_id))), draft_id


def kept(station: Station, draft_id: str, slot: str = SHEETS) -> list[str]:
    """Return the names of the files of a document in the person's order."""
    return [file.name for file in station.drafting(draft_id).attachments() if file.slot == slot]


async def open_item(pilot: Pilot[Any], key: str) -> None:
    await until(pilot, DocumentsScreen)
    await pick(pilot, key)


def row(pilot: Pilot[Any], name: str) -> str:
    return next(choice.id for choice in pilot.app.screen.query_one(ChoiceList).choices if choice.label.endswith(name))


async def take(pilot: Pilot[Any], name: str) -> None:
    await until(pilot, FileChooserScreen)
    await pick(pilot, row(pilot, name))


async def mark(pilot: Pilot[Any], name: str) -> None:
    rows = pilot.app.screen.query_one(ChoiceList)
    rows.highlighted = [choice.id for choice in rows.choices].index(row(pilot, name))
    await pilot.press("space")


def marks(pilot: Pilot[Any]) -> list[str]:
    """Return the files with their boxes."""
    rows = pilot.app.screen.query_one(ChoiceList)
    return [f"{choice.label} {choice.sign}" for choice in rows.choices if choice.sign]


def scan(text: str) -> bytes:
    return papers.written(text)


async def test_several_at_once_in_the_order_of_their_marks(station: Station) -> None:
    (station.stick / "folder").mkdir()
    for name in ("a.pdf", "b.pdf", "c.pdf"):
        station.put(name, scan(name))
    app, draft_id = bare(station)
    async with app.run_test() as pilot:
        await open_item(pilot, SHEETS)
        await until(pilot, FileChooserScreen)
        for name in ("c.pdf", "b.pdf", "a.pdf", "b.pdf", "folder"):
            await mark(pilot, name)
        assert marks(pilot) == ["a.pdf [2]", "b.pdf [ ]", "c.pdf [1]"]
        await pilot.press("f3")
        assert marks(pilot) == ["a.pdf [2]", "b.pdf [ ]", "c.pdf [1]"]
        await pick(pilot, row(pilot, "c.pdf"))
        await until(pilot, DocumentsScreen)
        assert kept(station, draft_id) == ["c.pdf", "a.pdf"]
        await open_item(pilot, SHEETS)
        await until(pilot, DocumentItemScreen)
        await pick(pilot, row(pilot, "a.pdf"))
        await until(pilot, DocumentFileScreen)
        assert "down" not in ids(pilot)
        await pick(pilot, "up")
        await until(pilot, DocumentItemScreen)
        assert kept(station, draft_id) == ["a.pdf", "c.pdf"]
        await pick(pilot, row(pilot, "a.pdf"))
        await until(pilot, DocumentFileScreen)
        await pick(pilot, "replace")
        await take(pilot, "b.pdf")
        await until(pilot, DocumentItemScreen)
        assert kept(station, draft_id) == ["b.pdf", "c.pdf"]


async def test_sticks_and_files_are_noticed_and_the_place_stays(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.screens.file_chooser.LOOK_SECONDS", 0.05)
    for number in range(3):
        station.put(f"{number}.pdf", scan("x"))
    app, _draft = bare(station)
    async with app.run_test() as pilot:
        await open_item(pilot, SHEETS)
        await until(pilot, FileChooserScreen)
        await mark(pilot, "2.pdf")
        station.put("0 new.pdf", scan("y"))
        await seen(pilot, lambda: "0 new.pdf" in shown(pilot))
        rows = pilot.app.screen.query_one(ChoiceList)
        assert rows.highlighted == 3
        assert "2.pdf [1]" in marks(pilot)
        (station.stick / "2.pdf").unlink()
        await seen(pilot, lambda: "2.pdf" not in shown(pilot))
        assert not any("1]" in mark for mark in marks(pilot))
        for path in station.stick.iterdir():
            path.unlink()
        station.stick.rmdir()  # the stick is pulled
        await until(pilot, ProblemScreen)
        await pick(pilot, "back")
        await until(pilot, DocumentsScreen)


async def test_an_individual_number_is_told_and_blacked_out(station: Station) -> None:
    station.put("numbered.pdf", papers.written(f"My Number {papers.GROUPED}", "Kakuu Mihon"))
    app, draft_id = bare(station)
    async with app.run_test() as pilot:
        await open_item(pilot, SHEETS)
        await take(pilot, "numbered.pdf")
        await until(pilot, NoticesScreen)
        assert "stands on page 1" in shown(pilot)
        assert ids(pilot)[0] == "black_out"
        await pick(pilot, "keep")
        await until(pilot, DocumentsScreen)
        await open_item(pilot, SHEETS)
        await until(pilot, DocumentItemScreen)
        await pick(pilot, row(pilot, "numbered.pdf"))
        await until(pilot, DocumentFileScreen)
        assert "stands on page 1" in shown(pilot)
        await pick(pilot, "black_out")
        await until(pilot, DocumentItemScreen)
        await pick(pilot, row(pilot, "numbered.pdf"))
        await until(pilot, DocumentFileScreen)
        assert "black_out" not in ids(pilot)
        assert "was blacked out for good" in shown(pilot)
    (file,) = station.drafting(draft_id).attachments()
    content = station.services.store.read_attachment(station.owner, draft_id, file.id)
    assert papers.NUMBER not in "".join(filter(str.isdigit, binder_papers.reading(content, 0)))


async def test_the_date_of_a_paper_is_asked_and_kept(station: Station) -> None:
    from kiosk.clock import japan_date

    station.put("tax.pdf", scan("tax"))
    app, draft_id = bare(station)
    today = japan_date(station.services.clock())
    async with app.run_test() as pilot:
        await open_item(pilot, TAX)
        await take(pilot, "tax.pdf")
        await until(pilot, PaperDateScreen)
        await pilot.press(*"soon", "enter")
        await seen(pilot, lambda: "This cannot be read as a date." in shown(pilot))
        await pilot.press(*["backspace"] * 4, *"2019-01-31", "f10")
        await until(pilot, OldPaperScreen)
        assert "This paper is out of date." in shown(pilot)
        await pick(pilot, "another")
        await until(pilot, PaperDateScreen)
        await pilot.press(*["backspace"] * 10, *today.isoformat(), "f10")
        await until(pilot, DocumentsScreen)
    drafting = station.drafting(draft_id)
    (file,) = drafting.attachments()
    assert drafting.papers.of(file.id).day == today
    content = station.services.store.read_attachment(station.owner, draft_id, file.id)
    assert today.isoformat().encode() not in content


async def test_pictures_of_a_paper_become_pages(station: Station) -> None:
    for name, kind in (("1.jpg", "JPEG"), ("2.png", "PNG"), ("3.tiff", "TIFF")):
        station.put(name, binder_papers.encoded(binder_papers.paper((1_700, 2_200)), kind))
    app, draft_id = bare(station)
    async with app.run_test() as pilot:
        await open_item(pilot, SHEETS)
        await until(pilot, FileChooserScreen)
        for name in ("1.jpg", "2.png", "3.tiff"):
            await mark(pilot, name)
        await pilot.press("enter")
        for _ in range(20):
            await seen(pilot, lambda: isinstance(pilot.app.screen, NoticesScreen | DocumentsScreen))
            if isinstance(pilot.app.screen, DocumentsScreen):
                break
            await pick(pilot, "keep")
            await pilot.pause()
    assert kept(station, draft_id) == ["1.pdf", "2.pdf", "3.pdf"]
    for file in station.drafting(draft_id).attachments():
        content = station.services.store.read_attachment(station.owner, draft_id, file.id)
        with pikepdf.open(io.BytesIO(content)) as made:
            assert len(made.pages) == 1


async def test_what_changes_on_the_stick_afterwards_changes_nothing(station: Station) -> None:
    path = station.put("sheet.pdf", scan("as it was chosen"))
    chosen = path.read_bytes()
    app, draft_id = bare(station)
    async with app.run_test() as pilot:
        await open_item(pilot, SHEETS)
        await take(pilot, "sheet.pdf")
        await until(pilot, DocumentsScreen)
        path.write_bytes(make.with_root("/OpenAction", pikepdf.Dictionary(S=pikepdf.Name.JavaScript)))
    (file,) = station.drafting(draft_id).attachments()
    assert station.services.store.read_attachment(station.owner, draft_id, file.id) == chosen
    path.unlink()
    assert kept(station, draft_id) == ["sheet.pdf"]


async def test_a_full_disk_and_a_stick_pulled_while_it_is_read(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    station.put("sheet.pdf", scan("x"))
    app, draft_id = bare(station)

    def pulled(path: Path, _most: int) -> bytes:
        from kiosk.attachments.errors import FileUnreadable

        raise FileUnreadable()

    async with app.run_test() as pilot:
        await open_item(pilot, SHEETS)
        with monkeypatch.context() as now:
            now.setattr(FileFolder, "write", _full)
            await take(pilot, "sheet.pdf")
            await until(pilot, ProblemScreen)
        assert DiskFull.code in shown(pilot)
        await pick(pilot, "another_file")
        with monkeypatch.context() as now:
            now.setattr(Drafting, "keep_papers", _full)
            await take(pilot, "sheet.pdf")
            await until(pilot, ProblemScreen)
        assert kept(station, draft_id) == []
        await pick(pilot, "another_file")
        with monkeypatch.context() as now:
            now.setattr("kiosk.attachments.choosing.read_once", pulled)
            await take(pilot, "sheet.pdf")
            await until(pilot, ProblemScreen)
        assert kept(station, draft_id) == []
        await pick(pilot, "another_file")
        await take(pilot, "sheet.pdf")
        await until(pilot, DocumentsScreen)
    assert kept(station, draft_id) == ["sheet.pdf"]


async def test_one_bad_file_does_not_stop_the_others(station: Station) -> None:
    station.put("1.pdf", scan("1"))
    station.put("2.pdf", make.locked())
    station.put("3.pdf", papers.written(f"My Number {papers.GROUPED}"))
    station.put("4.pdf", scan("4"))
    app, draft_id = bare(station)
    async with app.run_test() as pilot:
        await open_item(pilot, TAX)
        await until(pilot, FileChooserScreen)
        for name in ("1.pdf", "2.pdf", "3.pdf", "4.pdf"):
            await mark(pilot, name)
        await pilot.press("f10")
        await until(pilot, NoticesScreen)
        assert "Leave this file out" in shown(pilot)
        await pick(pilot, "another")
        await until(pilot, PaperDateScreen)
        assert "This is for 2 files." in shown(pilot)
        await pilot.press(*"R8.10.1", "enter")
        await until(pilot, FilesTakenScreen)
        words = shown(pilot)
        for part in (
            "2 of 4 files were taken.",
            "✗ 2.pdf",
            PdfPassword.code,
            "○ 3.pdf\nYou left it out.",
            "✓ 1.pdf\n✓ 4.pdf",
        ):
            assert part in words
        assert ids(pilot) == ["another_file", "continue"]
        await pick(pilot, "continue")
        await until(pilot, DocumentsScreen)
    assert kept(station, draft_id, TAX) == ["1.pdf", "4.pdf"]
    drafting = station.drafting(draft_id)
    assert {drafting.papers.of(file.id).issued for file in drafting.attachments()} == {"2026-10-01"}


async def test_going_back_midway_loses_nothing_and_the_rest_can_follow(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    station.put("1.pdf", scan("1"))
    station.put("2.pdf", papers.written(f"My Number {papers.GROUPED}"))
    station.put("3.pdf", scan("3"))
    app, draft_id = bare(station)
    async with app.run_test() as pilot:
        await open_item(pilot, SHEETS)
        await until(pilot, FileChooserScreen)
        for name in ("1.pdf", "2.pdf", "3.pdf"):
            await mark(pilot, name)
        await pilot.press("f10")
        await until(pilot, NoticesScreen)
        await pilot.press("escape")
        await until(pilot, FilesTakenScreen)
        assert "1 of 3 files were taken." in shown(pilot)
        assert "○ 3.pdf\nNot looked at yet." in shown(pilot)
        assert kept(station, draft_id) == ["1.pdf"]
        (station.stick / "3.pdf").unlink()  # before it is read
        await pick(pilot, "rest")
        await until(pilot, NoticesScreen)
        with monkeypatch.context() as now:
            now.setattr(FileFolder, "write", _full)
            await pick(pilot, "keep")
            await until(pilot, FilesTakenScreen)
        assert DiskFull.code in shown(pilot)
        await pick(pilot, "rest")
        await until(pilot, NoticesScreen)
        await pick(pilot, "keep")
        await until(pilot, FilesTakenScreen)
        assert FileGone.code in shown(pilot)
        await pick(pilot, "another_file")
        await until(pilot, FileChooserScreen)
    assert kept(station, draft_id) == ["1.pdf", "2.pdf"]


def _full(*_: object) -> None:
    raise DiskFull()


async def test_files_that_became_something_else_before_they_are_read(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.screens.file_chooser.LOOK_SECONDS", 3_600)
    names = ("folder.pdf", "gone.pdf", "grown.pdf", "link.pdf", "loop.pdf", "pipe.pdf", "sheet.pdf")
    there = {name: station.put(name, scan(name)) for name in names}
    app, draft_id = bare(station)
    async with app.run_test(size=(80, 36)) as pilot:
        await open_item(pilot, SHEETS)
        await until(pilot, FileChooserScreen)
        for name in names:
            await mark(pilot, name)
        there["grown.pdf"].write_bytes(b"GIF89a" + bytes(10_000))
        for name in ("folder.pdf", "gone.pdf", "link.pdf", "loop.pdf", "pipe.pdf"):
            there[name].unlink()
        there["folder.pdf"].mkdir()
        there["link.pdf"].symlink_to(there["sheet.pdf"])
        there["loop.pdf"].symlink_to(there["loop.pdf"])
        os.mkfifo(there["pipe.pdf"])
        await pilot.press("f10")
        await until(pilot, FilesTakenScreen)
        words = shown(pilot)
        assert "1 of 7 files were taken." in words
        assert words.count(NotAFile.code) == 4
        assert words.count(FileGone.code) == words.count(DocumentTypeWrong.code) == 1
    assert kept(station, draft_id) == ["sheet.pdf"]


async def test_a_file_that_proves_something_else_already_is_named_with_it(station: Station) -> None:
    station.put("contract.pdf", scan("contract"))
    app, draft_id = bare(station)
    async with app.run_test() as pilot:
        await open_item(pilot, SHEETS)
        await take(pilot, "contract.pdf")
        await open_item(pilot, "category_proof")
        await take(pilot, "contract.pdf")
        await until(pilot, NoticesScreen)
        assert "contract.pdf (Sheets" in shown(pilot)
        await pick(pilot, "keep")
        await until(pilot, DocumentsScreen)
    assert [file.slot for file in station.drafting(draft_id).attachments()] == [SHEETS, "category_proof"]
