"""What does not fit into the one file of the generation before: filed in part, kept, asked for, sent part by part."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from textual.pilot import Pilot

from kiosk.attachments import limits as limits_module
from kiosk.attachments.binder import service
from kiosk.errors import StoreError
from kiosk.portal import contract as c
from kiosk.screens.application_status import ApplicationStatusScreen
from kiosk.screens.bound_files import BoundFilesScreen
from kiosk.screens.journeys.filing import applications
from kiosk.screens.journeys.send import send
from kiosk.screens.journeys.status import show_application
from kiosk.screens.message import MessageScreen, ProblemScreen
from kiosk.screens.outbox_place import PlaceScreen
from kiosk.screens.reception import ReceptionScreen
from kiosk.screens.rest_files import RestScreen
from kiosk.screens.send_review import SendReviewScreen
from kiosk.screens.shelves import is_rest
from tests.attachments.binder_papers import noisy, picture_pdf, reading
from tests.support.cards import authority, issue
from tests.support.journeys import Station, Town, ids, pick, shown
from tests.support.portal import PortalProcess
from tests.support.screens import seen, until

SHEETS, CATEGORY = "organisation_sheets", "category_proof"
LIMIT = 210_000
"""Bytes of one file for this kiosk; the portal has its own limit, which is tried with large files elsewhere."""


@pytest.fixture(scope="module")
def old_town(tmp_path_factory: pytest.TempPathFactory) -> Generator[Town]:
    """A portal of the generation before, which takes one document at a time."""
    from datetime import UTC, datetime

    folder = tmp_path_factory.mktemp("old")
    card = issue()
    authority().write_trust(folder / "trust", datetime.now(UTC))
    with PortalProcess(folder / "portal", folder / "trust", options=("--system", "ras")) as process:
        town = Town(process, card, folder / "trust")
        town.register(folder / "first")
        yield town


@pytest.fixture
def older(old_town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Station]:
    """A station whose files may have only few bytes."""
    real = limits_module.load_limits

    def small(system: str) -> limits_module.Limits:
        return dataclasses.replace(real(system), max_document_bytes=LIMIT)

    monkeypatch.setattr(service, "load_limits", small)
    station = Station(old_town, tmp_path, system="ras")
    yield station
    station.close()


def split_draft(station: Station) -> str:
    """Put a draft into the store whose documents need three parts."""
    draft_id = station.drafted()
    for number in range(8):
        heavy = picture_pdf(noisy((280, 280), seed=number), (100, 100))
        slot = SHEETS if number < 4 else CATEGORY
        station.services.store.attach(station.owner, draft_id, slot, f"{number}.pdf", "application/pdf", heavy)
    return draft_id


def rests(station: Station) -> list[str]:
    return [draft.id for draft in station.services.store.list(station.owner) if is_rest(draft.header)]


async def file_it(station: Station, draft_id: str) -> str:
    """File from the screens; return the reception number."""
    app = station.app(lambda app: send(app, station.drafting(draft_id)))
    async with app.run_test(size=(80, 40)) as pilot:
        await until(pilot, BoundFilesScreen)
        assert "Not sent now" in shown(pilot)
        await pilot.press("f10")
        await until(pilot, SendReviewScreen)
        await pilot.press("f10")
        await until(pilot, ReceptionScreen)
        number = str(pilot.app.screen.query_one("#number").render())
        assert pilot.app.screen.query("#follows")
    station.sign_in(station.services)
    return number


def held(station: Station, number: str) -> c.Application:
    with station.other_session() as portal:
        found = next(item for item in portal.all_applications() if item.reception_number == number)
        return portal.application(found.application_id).application


def documents_of(application: c.Application) -> list[c.Attachment]:
    return [item for item in application.attachments if item.kind == c.AttachmentKind.DOCUMENT]


def stored_at_portal(station: Station, sha256: str) -> bytes:
    (path,) = station.town.process.folder.rglob(sha256)
    return path.read_bytes()


def front_of(content: bytes) -> str:
    return reading(content, 0)


async def send_part(pilot: Pilot[Any], part: int) -> None:
    await until(pilot, ApplicationStatusScreen)
    assert ids(pilot)[0].startswith("rest:")
    assert f"part {part} of 3" in shown(pilot)
    await pick(pilot, ids(pilot)[0])
    await until(pilot, RestScreen)
    assert f"This is part {part} of 3." in shown(pilot)
    await pilot.press("1")
    await until(pilot, MessageScreen)
    assert f"Part {part} of 3 was sent." in shown(pilot)
    await pilot.press("1")
    await until(pilot, ApplicationStatusScreen)


async def test_it_is_filed_in_part_and_the_rest_follows_round_by_round(older: Station) -> None:
    draft_id = split_draft(older)
    number = await file_it(older, draft_id)
    first = held(older, number)
    assert len(documents_of(first)) == 1
    assert rests(older) == [draft_id]
    stored = older.services.store.load(older.owner, draft_id)
    assert stored.answers == {}
    assert {file.slot for file in stored.attachments} == {"bound"}
    # As it is where it was signed while the portal was away: the portal's id is not known yet.
    older.services.store.save_header(older.owner, draft_id, {**stored.header, "portal_id": ""})
    office = older.town.process
    office.admin("examine", number)
    app = older.app(lambda app: show_application(app, first.application_id))
    async with app.run_test(size=(80, 40)) as pilot:
        await until(pilot, ApplicationStatusScreen)
        assert "Part 2 of 3 of your documents" in shown(pilot)
        assert not [choice for choice in ids(pilot) if choice.startswith("rest:")]
        await pick(pilot, f"save_rest:{draft_id}")
        await until(pilot, PlaceScreen)
        await pilot.press("1")
        await seen(pilot, lambda: "Save it here" in shown(pilot))
        await pilot.press("1")
        await until(pilot, MessageScreen)
        assert "Saved as " in shown(pilot)
        await pilot.press("1")
        await until(pilot, ApplicationStatusScreen)
        for part in (2, 3):
            office.admin("request-documents", number, "all_documents", "--note", "残りの資料")
            await pick(pilot, "again")
            await seen(pilot, lambda: "The remaining documents" in shown(pilot))
            await send_part(pilot, part)
        assert "of 3" not in shown(pilot)
    last = held(older, number)
    sent = documents_of(last)
    assert [item.document for item in sent] == ["all_documents"] * 3
    assert len({item.sha256 for item in sent}) == 3
    assert rests(older) == []
    begun = front_of(stored_at_portal(older, sent[0].sha256))
    assert "■ 添付資料が" in begun
    assert "KAKUU MIHON" in begun  # as on paper: the form has a comma in it
    for item in sent[1:]:
        content = stored_at_portal(older, item.sha256)
        assert "■ 出入国在留管理局から依頼" in front_of(content)
        assert number[-8:] in front_of(content)
        assert len(content) <= LIMIT
        with pikepdf.open(io.BytesIO(content)) as pdf:
            assert not pdf.check_pdf_syntax()


async def test_what_arrived_before_a_cut_is_not_sent_again(older: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    number = await file_it(older, split_draft(older))
    application_id = held(older, number).application_id
    office = older.town.process
    office.admin("examine", number)
    office.admin("request-documents", number, "残りの資料")
    app = older.app(lambda app: show_application(app, application_id))
    async with app.run_test(size=(80, 40)) as pilot:
        await until(pilot, ApplicationStatusScreen)
        await pick(pilot, ids(pilot)[0])
        await until(pilot, RestScreen)
        with monkeypatch.context() as patch:  # all is sent, and the power goes before it can be noted
            patch.setattr("kiosk.remainder.take_off", _full)
            await pilot.press("1")
            await until(pilot, ProblemScreen)
        await pick(pilot, "back")
        await until(pilot, RestScreen)
        await pilot.press("escape")
        await until(pilot, ApplicationStatusScreen)
        assert "It is being examined." in shown(pilot)
        assert "Part 3 of 3" in shown(pilot)
        office.admin("request-documents", number, "残りの資料")
        await pick(pilot, "again")
        await seen(pilot, lambda: "Send the rest now: part 3 of 3" in shown(pilot))
        await send_part(pilot, 3)
    assert len(documents_of(held(older, number))) == 3


async def test_a_cut_after_the_filing_keeps_the_rest(older: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    draft_id = split_draft(older)
    with monkeypatch.context() as patch:
        patch.setattr("kiosk.remainder.settle", _full)
        number = await file_it(older, draft_id)
    app = older.app(applications)
    async with app.run_test(size=(80, 40)) as pilot:
        await seen(pilot, lambda: number in shown(pilot))
        assert rests(older) == [draft_id]
        assert f"draft:{draft_id}" not in ids(pilot)
    older.sign_in(older.services)
    office = older.town.process
    office.admin("examine", number)
    office.admin("refuse", number, "--reason", "架空の理由")
    app = older.app(applications)
    async with app.run_test(size=(80, 40)) as pilot:
        await seen(pilot, lambda: number in shown(pilot))
    assert rests(older) == []  # nobody will ask for it any more


def _full(*_args: object, **_named: object) -> None:
    raise StoreError


async def test_of_several_files_too_what_does_not_fit_follows(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = limits_module.load_limits

    def small(system: str) -> limits_module.Limits:
        return dataclasses.replace(real(system), max_document_bytes=LIMIT, max_total_bytes=LIMIT + 60_000)

    monkeypatch.setattr(service, "load_limits", small)
    draft_id = split_draft(station)
    number = await file_it(station, draft_id)
    first = held(station, number)
    assert first.attachments[1].document == "declaration"
    office = station.town.process
    office.admin("examine", number)
    parts = 1
    app = station.app(lambda app: show_application(app, first.application_id))
    async with app.run_test(size=(80, 40)) as pilot:
        await until(pilot, ApplicationStatusScreen)
        while rests(station):
            parts += 1
            office.admin("request-documents", number, "残りの資料")
            await pick(pilot, "again")
            await seen(pilot, lambda: any(choice.startswith("rest:") for choice in ids(pilot)))
            await pick(pilot, ids(pilot)[0])
            await until(pilot, RestScreen)
            await pilot.press("1")
            await until(pilot, MessageScreen)
            await pilot.press("1")
            await until(pilot, ApplicationStatusScreen)
    last = documents_of(held(station, number))
    declarations = [item for item in last if item.document == "declaration"]
    assert len(declarations) == parts > 1
    for item in declarations[1:]:
        said = front_of(stored_at_portal(station, item.sha256))
        assert "■ 出入国在留管理局から依頼" in said
        assert number[-8:] in said
    assert {item.document for item in last} == {"declaration", SHEETS, CATEGORY}
    assert len({(item.document, item.sha256) for item in last}) == len(last)
