"""What is sent: bound before the last look, made anew only when something changed, taken back where it was sent."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from textual.pilot import Pilot

from kiosk.attachments.binder import service
from kiosk.delivery import Parcel, save, upload_missing
from kiosk.screens.bound_files import BoundFilesScreen
from kiosk.screens.document_item import DocumentFileScreen, DocumentItemScreen
from kiosk.screens.documents import DocumentsScreen
from kiosk.screens.drafting import Drafting
from kiosk.screens.journeys.documents import documents
from kiosk.screens.journeys.send import content_of, parcel_file, send
from kiosk.screens.message import FileProblemScreen
from kiosk.screens.papers import Paper
from kiosk.screens.reception import ReceptionScreen
from kiosk.screens.send_review import SendReviewScreen
from tests.attachments import binder_papers, papers
from tests.support.journeys import Station, Town, ids, pick, shown
from tests.support.screens import ScreenApp, until

SHEETS, CATEGORY, TAX = "organisation_sheets", "category_proof", "tax_certificates"


@pytest.fixture
def older(town: Town, tmp_path: Path) -> Generator[Station]:
    """A station of the generation before."""
    station = Station(town, tmp_path / "older", system="ras")
    yield station
    station.close()


def sending(station: Station, draft_id: str) -> ScreenApp:
    return station.app(lambda app: send(app, station.drafting(draft_id)))


def keep(station: Station, draft_id: str, slot: str, name: str, content: bytes) -> None:
    station.services.store.attach(station.owner, draft_id, slot, name, "application/pdf", content)


def replace(station: Station, draft_id: str, slot: str, content: bytes) -> None:
    """Put ``content`` in the place of what the demo's draft has there."""
    store = station.services.store
    for file in store.load(station.owner, draft_id).attachments:
        if file.slot == slot:
            store.detach(station.owner, draft_id, file.id)
    keep(station, draft_id, slot, "category-proof.pdf", content)


def bound(station: Station, draft_id: str) -> dict[str, tuple[str, bytes]]:
    """Return the id and the content of what was bound, by name."""
    store = station.services.store
    return {
        file.name: (file.id, store.read_attachment(station.owner, draft_id, file.id))
        for file in store.load(station.owner, draft_id).attachments
        if file.slot == "bound"
    }


def bookmarks(content: bytes) -> list[str]:
    with pikepdf.open(io.BytesIO(content)) as pdf, pdf.open_outline() as outline:
        return [item.title for item in outline.root]


async def test_each_document_is_one_file_and_made_once(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    draft_id, before = station.drafted(), station.applications()
    keep(station, draft_id, SHEETS, "second.pdf", papers.written("the second sheet"))
    calls = list[object]()
    real = service.bind

    def counted(*args: Any, **options: Any) -> service.Bound:
        calls.append(args)
        return real(*args, **options)

    monkeypatch.setattr(service, "bind", counted)
    for _ in range(2):
        app = sending(station, draft_id)
        async with app.run_test(size=(120, 36)) as pilot:
            await until(pilot, SendReviewScreen)
            assert "category-proof.pdf" in shown(pilot)
            assert "1 page" in shown(pilot)
            await pilot.press("escape")
            await app.finished()
    assert len(calls) == 1
    made = bound(station, draft_id)
    assert len(made) == 2
    (joined,) = (content for name, (_id, content) in made.items() if name != "category-proof.pdf")
    with pikepdf.open(io.BytesIO(joined)) as pdf:
        assert len(pdf.pages) == 4
    keep(station, draft_id, SHEETS, "third.pdf", papers.written("the third sheet"))
    keep(station, draft_id, TAX, "tax.pdf", papers.written("an old certificate"))
    drafting = station.drafting(draft_id)
    (old,) = (file.id for file in drafting.attachments() if file.slot == TAX)
    drafting.keep_papers(drafting.papers.noted(old, Paper(issued="2019-01-31")))
    station.sign_in(station.services)  # the end of the visits before has signed the person out
    app = sending(station, draft_id)
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, SendReviewScreen)
        assert "payment certificates: out of date" in shown(pilot)
        assert {file_id for file_id, _ in bound(station, draft_id).values()}.isdisjoint(
            {file_id for file_id, _ in made.values()}
        )
        await pilot.press("f10")
        await until(pilot, ReceptionScreen)
    assert len(calls) == 2
    (filed,) = (key for key in station.applications() if key not in before)
    with station.other_session() as portal:
        held = portal.application(filed).application.attachments
    assert sorted(file.document for file in held) == ["", CATEGORY, SHEETS, TAX]


async def test_the_generation_before_gets_one_document_that_covers_all(older: Station) -> None:
    draft_id = older.drafted()
    app = sending(older, draft_id)
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, SendReviewScreen)
        assert "添付資料.pdf" in shown(pilot)
        ((_id, content),) = bound(older, draft_id).values()
    assert bookmarks(content)[0] == "添付資料 目次"
    assert len(bookmarks(content)) == 3
    drafting = older.drafting(draft_id)
    assert [paper["document"] for paper in drafting.papers.bound["papers"]] == ["all_documents"]


async def test_what_was_changed_is_shown_and_can_be_seen_again(station: Station) -> None:
    draft_id = station.drafted()
    keep(station, draft_id, CATEGORY, "form.pdf", binder_papers.form_pdf(drawn=True))
    app = sending(station, draft_id)
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, BoundFilesScreen)
        assert "form.pdf: Form fields became plain text." in shown(pilot)
        assert ids(pilot) == ["continue"]
        await pilot.press("f10")
        await until(pilot, SendReviewScreen)
        await pilot.click("#files")
        await until(pilot, BoundFilesScreen)
        await pilot.press("escape")
        await until(pilot, SendReviewScreen)
        await pilot.press("escape")
        await app.finished()
    assert app.results == [False]


async def test_what_cannot_be_bound_is_named(station: Station) -> None:
    draft_id = station.drafted()
    keep(station, draft_id, CATEGORY, "hidden.pdf", binder_papers.form_pdf(drawn=False))
    app = sending(station, draft_id)
    async with app.run_test() as pilot:
        await until(pilot, FileProblemScreen)
        assert "hidden.pdf" in shown(pilot)
        await pick(pilot, "back")
        await app.finished()
    assert app.results == [False]
    assert not bound(station, draft_id)


def sent_already(station: Station, drafting: Drafting) -> str:
    """Bring the draft and its files to the portal as a cut delivery would, and return its id there."""
    app = station.app(lambda _app: documents(_app, drafting))
    files = tuple(parcel_file(app, drafting.draft_id, file) for file in drafting.attachments())
    draft = drafting.snapshot()
    parcel = Parcel(draft.draft_id, draft.submission_id, content_of(drafting), files)
    application = save(station.services.portal, parcel, drafting.at_portal).application
    upload_missing(station.services.portal, application, files, lambda _reached: None)
    return application.application_id


async def test_what_is_taken_away_is_deleted_at_the_portal(station: Station) -> None:
    draft_id = station.drafted()
    # Of this test alone: bytes that another application at the same portal holds too would stay there.
    only_here = papers.written(f"category proof of {draft_id}")
    replace(station, draft_id, CATEGORY, only_here)
    drafting = station.drafting(draft_id)
    application_id = sent_already(station, drafting)
    digest = hashlib.sha256(only_here).hexdigest()
    assert list(station.town.process.folder.rglob(digest))
    app = station.app(lambda app: documents(app, drafting))
    async with app.run_test() as pilot:
        await until(pilot, DocumentsScreen)
        await open_and_remove(pilot, CATEGORY)
        held = station.services.portal.application(application_id).application.attachments
        assert sorted(file.document for file in held) == ["", SHEETS]
        await open_and_remove(pilot, "photo")
        held = station.services.portal.application(application_id).application.attachments
        assert sorted(file.document for file in held) == [SHEETS]
    assert not list(station.town.process.folder.rglob(digest))


async def open_and_remove(pilot: Pilot[Any], key: str) -> None:
    await pick(pilot, key)
    await until(pilot, DocumentItemScreen)
    await pick(pilot, ids(pilot)[1])
    await until(pilot, DocumentFileScreen)
    await pick(pilot, "remove")
    await until(pilot, DocumentsScreen)
