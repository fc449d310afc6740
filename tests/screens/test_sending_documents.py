"""Photo and documents: what is chosen, what is refused and why, and the ways back."""

from __future__ import annotations

import io
import os
import shutil
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from textual.pilot import Pilot

from kiosk.screens.base import Nav
from kiosk.screens.document_item import DocumentFileScreen, DocumentItemScreen
from kiosk.screens.document_notices import NoticesScreen
from kiosk.screens.documents import DocumentsScreen
from kiosk.screens.file_chooser import FileChooserScreen
from kiosk.screens.journeys.documents import documents
from kiosk.screens.letter import LetterScreen
from kiosk.screens.message import ProblemScreen
from kiosk.screens.photo_check import PhotoAgeScreen, PhotoCheckScreen
from kiosk.settings import AttachmentSettings
from kiosk.widgets.choices import ChoiceList
from tests.support.journeys import FILES, Station, Town, ids, pick, shown
from tests.support.screens import ScreenApp, until

SHEETS = "organisation_sheets"


def bare(station: Station) -> tuple[ScreenApp, str]:
    """Return the checklist of a draft without files."""
    draft_id = station.drafted(files=False)
    return station.app(lambda app: documents(app, station.drafting(draft_id))), draft_id


def held(station: Station, draft_id: str) -> list[tuple[str, str]]:
    stored = station.services.store.load(station.owner, draft_id)
    return [(file.slot, file.name) for file in stored.attachments]


async def open_item(pilot: Pilot[Any], key: str) -> None:
    await until(pilot, DocumentsScreen)
    await pick(pilot, key)
    await until(pilot, FileChooserScreen)


async def take(pilot: Pilot[Any], name: str) -> None:
    rows = pilot.app.screen.query_one(ChoiceList)
    await pick(pilot, next(choice.id for choice in rows.choices if choice.label == name))


async def accept(pilot: Pilot[Any]) -> None:
    """Take the photo as it is, and say that it is new."""
    await until(pilot, PhotoCheckScreen)
    await pick(pilot, "use")
    await until(pilot, PhotoAgeScreen)
    await pick(pilot, "new")
    await until(pilot, DocumentsScreen)


async def test_photo_and_documents_are_chosen(station: Station) -> None:
    for name in FILES.values():
        station.put(name)
    app, draft_id = bare(station)
    async with app.run_test() as pilot:
        for slot, name in FILES.items():
            await open_item(pilot, slot)
            await take(pilot, name)
            if slot == "photo":
                await accept(pilot)
        await until(pilot, DocumentsScreen)
        assert shown(pilot).startswith("在留期間の更新  Extension")
        assert "✓ Everything that is needed is here." in shown(pilot)
        await pilot.press("f10")
        await app.finished()
    assert app.results == [True]
    assert held(station, draft_id) == list(FILES.items())


def encrypted() -> bytes:
    document = pikepdf.new()
    document.add_blank_page()
    out = io.BytesIO()
    document.save(out, encryption=pikepdf.Encryption(user="mihon", owner="mihon"))
    return out.getvalue()


JPEG = (Path(__file__).parents[2] / "config" / "demo" / "files" / "photo.jpg").read_bytes()


@pytest.mark.parametrize(
    ("slot", "content", "code"),
    [
        (SHEETS, b"", "A05"),
        (SHEETS, None, "A06"),
        (SHEETS, encrypted(), "A11"),
        (SHEETS, b"GIF89a" + bytes(2_000), "A10"),
        ("photo", b"%PDF-1.7\n", "A30"),
    ],
    ids=["0 bytes", "too big", "locked", "a GIF named .pdf", "a PDF as photo"],
)
async def test_a_wrong_file_is_said_and_another_can_be_chosen(
    station: Station, slot: str, content: bytes | None, code: str
) -> None:
    wrong = station.put("wrong.pdf", content or b"")
    if content is None:
        os.truncate(wrong, 83_886_081)
    station.put(FILES[slot])
    app, draft_id = bare(station)
    async with app.run_test() as pilot:
        await open_item(pilot, slot)
        await take(pilot, "wrong.pdf")
        await until(pilot, ProblemScreen)
        assert code in shown(pilot)
        assert held(station, draft_id) == []
        await pick(pilot, "another_file")
        await until(pilot, FileChooserScreen)
        await take(pilot, FILES[slot])
        if slot == "photo":
            await accept(pilot)
        await until(pilot, DocumentsScreen)
    assert held(station, draft_id) == [(slot, FILES[slot])]


async def test_a_file_and_a_folder_that_vanish(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.screens.file_chooser.LOOK_SECONDS", 3_600)
    gone = station.put("inner/photo.jpg")
    app, _draft = bare(station)
    async with app.run_test() as pilot:
        await open_item(pilot, "photo")
        await take(pilot, "▸ inner")
        await until(pilot, FileChooserScreen)
        gone.unlink()
        await take(pilot, "photo.jpg")
        await until(pilot, ProblemScreen)
        assert "A01" in shown(pilot)
        shutil.rmtree(gone.parent)
        await pick(pilot, "another_file")
        await until(pilot, ProblemScreen)
        await pick(pilot, "again")
        await until(pilot, FileChooserScreen)
        assert ids(pilot) == ["again"]
        shutil.rmtree(station.stick)
        await pilot.press("f5")
        await until(pilot, ProblemScreen)
        await pick(pilot, "back")
        await until(pilot, DocumentsScreen)


async def test_a_stick_that_comes_later_is_found_with_f5(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.screens.file_chooser.LOOK_SECONDS", 3_600)
    app, _draft = bare(station)
    async with app.run_test() as pilot:
        await open_item(pilot, "photo")
        assert "There is no file here." in shown(pilot)
        station.put("photo.jpg")
        await pilot.press("f5")
        await until(pilot, FileChooserScreen)
        assert "photo.jpg" in shown(pilot)


async def test_back_leads_out_folder_by_folder(station: Station) -> None:
    station.put("a/b/photo.jpg")
    app, _draft = bare(station)
    async with app.run_test() as pilot:
        await open_item(pilot, "photo")
        for folder in ("▸ a", "▸ b"):
            await take(pilot, folder)
            await until(pilot, FileChooserScreen)
        assert "photo.jpg" in shown(pilot)
        for there in ("▸ b", "▸ a"):
            await pilot.press("escape")
            await until(pilot, FileChooserScreen)
            assert there in shown(pilot)
        await pilot.press("escape")
        await until(pilot, DocumentsScreen)
        await pilot.press("escape")
        await app.finished()
    assert app.results == [False]


async def test_two_places_and_back_to_them(town: Town, tmp_path: Path) -> None:
    station = Station(town, tmp_path)
    (tmp_path / "second").mkdir()
    places = AttachmentSettings(folders=(str(station.stick), str(tmp_path / "second")))
    object.__setattr__(station.services.settings, "attachments", places)
    app, _draft = bare(station)
    async with app.run_test() as pilot:
        await open_item(pilot, "photo")
        assert ids(pilot) == [str(station.stick), str(tmp_path / "second"), "again"]
        await take(pilot, "▸ second")
        await until(pilot, FileChooserScreen)
        await pilot.press("escape")
        await until(pilot, FileChooserScreen)
        assert ids(pilot) == [str(station.stick), str(tmp_path / "second"), "again"]
        await pilot.press("escape")
        await until(pilot, DocumentsScreen)
    station.close()


async def test_a_photo_takes_the_place_of_the_one_before(station: Station) -> None:
    station.put("photo.jpg")
    shutil.copy(station.stick / "photo.jpg", station.stick / "second.jpg")
    app, draft_id = bare(station)
    async with app.run_test() as pilot:
        await open_item(pilot, "photo")
        await take(pilot, "photo.jpg")
        await accept(pilot)
        await pick(pilot, "photo")
        await until(pilot, DocumentItemScreen)
        await pick(pilot, "add")
        await until(pilot, FileChooserScreen)
        await take(pilot, "second.jpg")
        await accept(pilot)
        assert held(station, draft_id) == [("photo", "second.jpg")]
        await pick(pilot, "photo")
        await until(pilot, DocumentItemScreen)
        await pick(pilot, next(item for item in ids(pilot) if item != "add"))
        await until(pilot, DocumentFileScreen)
        await pick(pilot, "remove")
        await until(pilot, DocumentsScreen)
    assert held(station, draft_id) == []


async def test_more_than_the_system_takes_is_kept_and_said(station: Station) -> None:
    document = pikepdf.new()
    page = document.add_blank_page()
    page.contents_add(b"100 400 m 500 400 l S")  # a blank page would be refused
    document.Root.Filler = pikepdf.Stream(document, bytes(14_000_000))
    out = io.BytesIO()
    document.save(out, compress_streams=False)
    station.put("large.pdf", out.getvalue())
    app, draft_id = bare(station)
    async with app.run_test() as pilot:
        await open_item(pilot, SHEETS)
        await take(pilot, "large.pdf")
        await open_item(pilot, "category_proof")
        await take(pilot, "large.pdf")
        await until(pilot, NoticesScreen)
        assert "It looks the same as large.pdf" in shown(pilot)
        await pick(pilot, "keep")
        await until(pilot, DocumentsScreen)
        assert "26.7 MB in all; made smaller to 25.0 MB, or sent in parts" in shown(pilot)
    assert len(held(station, draft_id)) == 2


async def test_hostile_names_are_only_words(station: Station) -> None:
    name = "\x1b]0;evil\x07[red]x[b]\u202egpj.pdf"
    station.put(name, (station.put("organisation-sheet.pdf")).read_bytes())
    app, draft_id = bare(station)
    async with app.run_test(size=(120, 36)) as pilot:
        await open_item(pilot, SHEETS)
        rows = pilot.app.screen.query_one(ChoiceList)
        assert "[red]x[b]" in shown(pilot)
        assert not {"\x1b", "\x07", "\u202e"} & set(shown(pilot) + pilot.app.export_screenshot())
        await pick(pilot, next(choice.id for choice in rows.choices if "evil" in choice.label))
        await until(pilot, DocumentsScreen)
        assert not {"\x1b", "\x07", "\u202e"} & set(shown(pilot) + pilot.app.export_screenshot())
        await pilot.press("escape")
        await app.finished()
    assert app.results in ([False], [Nav.BACK])
    assert [slot for slot, _name in held(station, draft_id)] == [SHEETS]


async def test_the_letter_to_the_employer_is_at_hand_where_its_papers_are_missing(station: Station) -> None:
    app, draft_id = bare(station)
    async with app.run_test() as pilot:
        await until(pilot, DocumentsScreen)
        assert ids(pilot)[-2:] == ["letter:organisation", ""]
        await pick(pilot, "letter:organisation")
        await until(pilot, LetterScreen)
        assert "Request for papers" in shown(pilot)
        await pick(pilot, "back")
        await until(pilot, DocumentsScreen)
    assert held(station, draft_id) == []
