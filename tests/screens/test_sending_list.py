"""The list: drafts of this kiosk and applications of the portal together, the search, and what a cut has left."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest

from kiosk.app import KioskApp
from kiosk.delivery import Parcel, deliver, save
from kiosk.portal.client import PortalClient
from kiosk.screens.application_list import ApplicationListScreen, ListRow
from kiosk.screens.application_status import ApplicationStatusScreen
from kiosk.screens.journeys.filing import applications
from kiosk.screens.journeys.send import content_of, parcel_file
from kiosk.screens.message import ProblemScreen
from kiosk.screens.procedure_choice import ProcedureScreen
from kiosk.screens.question_page import QuestionPage
from kiosk.screens.subject import subject_of
from kiosk.screens.task_list import TaskListScreen
from tests.support.journeys import Station, ids, pick, shown
from tests.support.screens import NOON, ScreenApp, screen_app, until

SUBJECT = subject_of("extension", "gijinkoku")


def listing(station: Station, *, offline: bool = False) -> ScreenApp:
    return station.app(applications, offline=offline)


def rows(count: int) -> tuple[ListRow, ...]:
    return tuple(ListRow(f"portal:{n}", SUBJECT, "examining", NOON, f"東オンＥＮ26{n:06}") for n in range(count))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("000042", ["portal:42"]),
        ("００００４２", ["portal:42"]),
        ("東オンen26 42", ["portal:42"]),
        ("extension 000007", ["portal:7"]),
        ("更新　000007", ["portal:7"]),
        ("２０２６－１１－２４ 59", ["portal:59"]),
        ("nothing like that", []),
        ("[red]", []),
    ],
)
async def test_search(typed: str, found: list[str]) -> None:
    app = screen_app(ApplicationListScreen(rows(60)), "en")
    async with app.run_test() as pilot:
        assert len(ids(pilot)) == 61
        app.screen.query_one("#search").focus()
        app.screen.query_one("#search").value = typed  # pyright: ignore[reportAttributeAccessIssue] - an Input
        await pilot.pause()
        await pilot.pause()
        assert ids(pilot) == [*found, "new"]
        await pilot.press("f3")
        await pilot.pause()
        assert ids(pilot) == [*found, "new"]
        await pilot.press("enter", "1")
        await app.finished()
    assert app.results == [found[0] if found else "new"]


async def test_drafts_and_applications_stand_in_one_list(station: Station) -> None:
    receipt, draft_id = station.filed(), station.drafted()
    app = listing(station)
    async with app.run_test() as pilot:
        await until(pilot, ApplicationListScreen)
        assert {f"draft:{draft_id}", f"portal:{receipt.application_id}", "new"} <= set(ids(pilot))
        assert not app.screen.query("#notice")
        await pick(pilot, f"portal:{receipt.application_id}")
        await until(pilot, ApplicationStatusScreen)
        assert receipt.reception_number in shown(pilot)
        await pilot.press("escape")
        await until(pilot, ApplicationListScreen)
        await pick(pilot, "new")
        await until(pilot, ProcedureScreen)
        await pilot.press("escape")
        await until(pilot, ApplicationListScreen)
        await pilot.press("escape")
        await app.finished()


async def test_a_draft_opens_at_the_page_where_it_was_left(station: Station) -> None:
    draft_id = station.drafted()
    drafting = station.drafting(draft_id)
    page = drafting.pages()[2]
    drafting.at(page.id)
    app = listing(station)
    async with app.run_test() as pilot:
        await until(pilot, ApplicationListScreen)
        await pick(pilot, f"draft:{draft_id}")
        await until(pilot, QuestionPage)
        assert app.t.pick(page.title) in shown(pilot)
        await pilot.press("escape")
        await until(pilot, TaskListScreen)
        await pilot.press("escape")
        await until(pilot, ApplicationListScreen)


async def test_a_draft_that_is_at_the_portal_too_is_shown_once(station: Station) -> None:
    drafting = station.drafting(station.drafted())
    draft = drafting.snapshot()
    parcel = Parcel(draft.draft_id, draft.submission_id, content_of(drafting), ())
    held = save(station.services.portal, parcel, drafting.at_portal)
    app = listing(station)
    async with app.run_test() as pilot:
        await until(pilot, ApplicationListScreen)
        assert f"draft:{draft.draft_id}" in ids(pilot)
        assert f"portal:{held.application.application_id}" not in ids(pilot)


async def test_a_draft_that_was_filed_just_before_a_cut_is_erased(station: Station) -> None:
    draft_id = station.drafted()
    drafting = station.drafting(draft_id)
    files = drafting.attachments()
    draft = drafting.snapshot(files)
    app = listing(station)
    outgoing = tuple(parcel_file(app, draft_id, file) for file in files)
    parcel = Parcel(draft.draft_id, draft.submission_id, content_of(drafting), outgoing)
    receipt = deliver(station.services.portal, parcel, lambda _reached: None, drafting.at_portal)
    async with app.run_test() as pilot:
        await until(pilot, ApplicationListScreen)
        assert f"draft:{draft_id}" not in ids(pilot)
        assert f"portal:{receipt.application_id}" in ids(pilot)
        assert draft_id not in station.drafts()


async def test_a_draft_that_was_filed_elsewhere_stays_beside_it(station: Station) -> None:
    receipt, draft_id = station.filed(), station.drafted()
    drafting = station.drafting(draft_id)
    drafting.at_portal(receipt.application_id, '"1"')
    app = listing(station)
    async with app.run_test() as pilot:
        await until(pilot, ApplicationListScreen)
        assert {f"draft:{draft_id}", f"portal:{receipt.application_id}"} <= set(ids(pilot))


class Away(httpx.BaseTransport):
    """Reaches nobody."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("架空")


@pytest.mark.parametrize("offline", [True, False], ids=["not signed in", "cut"])
async def test_while_the_portal_is_away_drafts_are_there(station: Station, offline: bool) -> None:
    draft_id = station.drafted()
    if not offline:
        settings = station.services.settings
        station.services.portal.close()
        station.services.__dict__["portal"] = PortalClient(settings.portal, station.services.device_id, Away())
    app = listing(station, offline=offline)
    async with app.run_test() as pilot:
        await until(pilot, ApplicationListScreen)
        assert ids(pilot) == [f"draft:{draft_id}", "new"]
        assert "The portal cannot be reached now." in shown(pilot)


async def test_a_draft_that_needs_the_card_says_so(station: Station) -> None:
    draft_id = station.drafted()
    app = listing(station, offline=True)
    station.services.store.close()
    station.services.__dict__.pop("_store")
    app.visit.owner = replace(station.owner, secret=None)
    async with app.run_test() as pilot:
        await until(pilot, ApplicationListScreen)
        assert "Draft that opens only with your card" in shown(pilot)
        assert "Extension" not in shown(pilot)
        await pick(pilot, f"draft:{draft_id}")
        await until(pilot, ProblemScreen)
        await pick(pilot, "back")
        await until(pilot, ApplicationListScreen)


async def test_a_session_that_has_ended_is_said_and_the_list_comes_all_the_same(station: Station) -> None:
    draft_id = station.drafted()
    station.services.portal.log_out()
    app = listing(station)
    async with app.run_test() as pilot:
        await until(pilot, ProblemScreen)
        assert "P21" in shown(pilot)
        await pick(pilot, "back")
        await until(pilot, ApplicationListScreen)
        assert f"draft:{draft_id}" in ids(pilot)


async def test_the_whole_list_in_japanese(station: Station) -> None:
    station.drafted()
    app = listing(station)

    async def speak(there: KioskApp) -> None:
        await there.speak("ja")

    async with app.run_test() as pilot:
        await until(pilot, ApplicationListScreen)
        await speak(app)
        await pilot.pause()
        assert "在留期間の更新" in shown(pilot)
        assert "Extension" not in shown(pilot)
