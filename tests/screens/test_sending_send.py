"""The last look and the filing: what is missing, what is cut, what was changed elsewhere, and the reception number."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from textual.pilot import Pilot

from kiosk.app import PortalChanged
from kiosk.errors import StoreError
from kiosk.portal import contract as c
from kiosk.portal.watch import PortalState, PortalWatch
from kiosk.screens.application_status import ApplicationStatusScreen
from kiosk.screens.journeys.send import send
from kiosk.screens.log_in import LogInScreen
from kiosk.screens.message import MessageScreen, ProblemScreen
from kiosk.screens.outage import OutageScreen
from kiosk.screens.reception import ReceptionScreen
from kiosk.screens.secret_entry import SecretEntryScreen
from kiosk.screens.send_review import SendReviewScreen
from kiosk.widgets.bars import ActionButton
from tests.portal.cutting import cut_way
from tests.support.journeys import Station, pick, shown
from tests.support.screens import ScreenApp, until

REASON = "part1.reason_for_extension"
STAY_ENDS = "part1.current_period_expiration_date"


def sending(station: Station, draft_id: str, language: str = "en", *, offline: bool = False) -> ScreenApp:
    return station.app(lambda app: send(app, station.drafting(draft_id)), language, offline=offline)


def filed(station: Station, before: dict[str, c.ApplicationSummary]) -> list[str]:
    """Return the reception numbers of what has come since; drafts have an empty one."""
    return [item.reception_number for key, item in station.applications().items() if key not in before]


@pytest.mark.parametrize(
    ("answers", "files", "said"),
    [
        ({}, False, ["Some documents"]),
        ({REASON: ""}, True, ["Some questions"]),
        ({"receipt.card_receiving_method": ""}, True, ["How you get"]),
        ({REASON: "", "receipt.card_receiving_method": ""}, False, ["Some documents", "Some questions", "How you get"]),
    ],
    ids=["documents", "answers", "receipt", "everything"],
)
async def test_what_is_missing_is_said(station: Station, answers: dict[str, Any], files: bool, said: list[str]) -> None:
    app = sending(station, station.drafted(files=files, **answers))
    async with app.run_test() as pilot:
        await until(pilot, MessageScreen)
        for words in ("Some documents", "Some questions", "How you get"):
            assert (words in shown(pilot)) is (words in said)
        await pilot.press("1")
        await app.finished()
    assert app.results == [False]


async def test_what_the_rules_refuse_is_not_sent(station: Station) -> None:
    before = station.applications()
    over: dict[str, Any] = {STAY_ENDS: "2020-01-31"}
    app = sending(station, station.drafted(**over))
    async with app.run_test() as pilot:
        await until(pilot, MessageScreen)
        assert "You cannot file this online." in shown(pilot)
        assert "The period of stay has ended." in shown(pilot)
        await pilot.press("1")
        await app.finished()
    assert app.results == [False]
    assert not filed(station, before)


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_it_is_filed_and_the_draft_is_gone(station: Station, language: str) -> None:
    before, draft_id = station.applications(), station.drafted()
    app = sending(station, draft_id, language)
    async with app.run_test() as pilot:
        await until(pilot, SendReviewScreen)
        for words in ("photo.jpg", "organisation-sheet.pdf", "10,000", "65,000"):
            assert words in shown(pilot)
        await pilot.press("f3")
        assert "photo.jpg" in shown(pilot)
        await pilot.press("f3", "f10")
        await until(pilot, ReceptionScreen)
        number = str(pilot.app.screen.query_one("#number").render())
        assert filed(station, before) == [number]
        assert draft_id not in station.drafts()
        await pick(pilot, "status")
        await until(pilot, ApplicationStatusScreen)
        assert number in shown(pilot)
        await pilot.press("escape")
        await app.finished()
    assert app.results == [True]
    assert station.town.process.wait_for_mail(lambda mail: number in mail["text"])


async def test_stop_and_back_file_nothing(station: Station) -> None:
    before, draft_id = station.applications(), station.drafted()
    for key in ("escape", "stop"):
        app = sending(station, draft_id)
        async with app.run_test(size=(120, 36)) as pilot:
            await until(pilot, SendReviewScreen)
            if key == "stop":
                await pilot.click("#stop")
            else:
                await pilot.press(key)
            await app.finished()
        assert app.results == [False]
    assert filed(station, before) == []
    assert draft_id in station.drafts()


async def test_maintenance_begins_and_ends_while_it_is_open(station: Station) -> None:
    app = sending(station, station.drafted())
    async with app.run_test(size=(80, 36)) as pilot:
        await until(pilot, SendReviewScreen)

        def changed(state: PortalState) -> None:
            app.post_message(PortalChanged(state))

        watch = PortalWatch(lambda: station.town.services(station.stick.parent / "watch").portal, 0.05, changed)
        watch.start()
        try:
            await banner(pilot, "open")
            station.town.process.admin("maintenance", "now")
            await banner(pilot, "maintenance")
            assert not pilot.app.screen.query("#send")
            assert pilot.app.screen.query_one("#away", ActionButton).focusable
            assert "It cannot be filed now" in shown(pilot)
        finally:
            station.town.process.admin("maintenance", "off")
        await banner(pilot, "open")
        watch.stop(30)
        assert not pilot.app.screen.query("#closed")
        await pilot.press("f10")
        await until(pilot, ReceptionScreen)


async def banner(pilot: Pilot[Any], kind: str) -> None:
    """Wait until the portal's state is ``kind`` on the banner and the screen was drawn for it."""
    for _ in range(3_000):
        await pilot.pause(0.01)
        closed = bool(pilot.app.screen.query("#closed"))
        lines = pilot.app.screen.query("#portal")  # none while the screen is drawn anew
        if lines and lines.first().has_class(f"-{kind}") and closed is (kind != "open"):
            return
    raise AssertionError(f"the banner does not say {kind}")


async def test_maintenance_that_is_met_only_when_sending(station: Station) -> None:
    draft_id = station.drafted()
    station.town.process.admin("maintenance", "now")
    app = sending(station, draft_id)
    try:
        async with app.run_test() as pilot:
            await until(pilot, SendReviewScreen)
            await pilot.press("f10")
            await until(pilot, OutageScreen)
            assert "P11" in shown(pilot)
            station.town.process.admin("maintenance", "off")
            await pick(pilot, "again")
            await until(pilot, SendReviewScreen)
            await pilot.press("f10")
            await until(pilot, ReceptionScreen)
    finally:
        station.town.process.admin("maintenance", "off")


async def test_the_portal_goes_away_in_mid_upload(station: Station) -> None:
    before, draft_id = station.applications(), station.drafted()
    upward: list[int] = []
    with cut_way(station.town.port, upward, []) as way:
        station.through(way)
        app = sending(station, draft_id)
        async with app.run_test() as pilot:
            await until(pilot, SendReviewScreen)
            upward += [20_000] + [0] * 30
            way.reconnect()
            await pilot.press("f10")
            await until(pilot, OutageScreen)
            assert "P01" in shown(pilot)
            assert draft_id in station.drafts()
            upward.clear()
            way.reconnect()
            await pick(pilot, "again")
            await until(pilot, SendReviewScreen)
            await pilot.press("f10")
            await until(pilot, ReceptionScreen)
            number = str(pilot.app.screen.query_one("#number").render())
    assert filed(station, before) == [number]


async def sign_in_by_hand(pilot: Pilot[Any], station: Station) -> None:
    from kiosk.demo.inside import PASSWORD

    await until(pilot, SecretEntryScreen)
    await pilot.press(*"1234", "enter")
    await until(pilot, LogInScreen)
    await pilot.press(*station.town.authentication_id, "enter")
    await pilot.press(*PASSWORD, "enter")


@pytest.mark.parametrize("offline", [False, True], ids=["ended", "never begun"])
async def test_a_session_that_has_ended(station: Station, offline: bool) -> None:
    draft_id = station.drafted()
    station.services.portal.log_out()
    app = sending(station, draft_id, offline=offline)
    async with app.run_test() as pilot:
        await until(pilot, SendReviewScreen)
        await pilot.press("f10")
        await until(pilot, ProblemScreen)
        assert "P21" in shown(pilot)
        await pick(pilot, "sign_in")
        await sign_in_by_hand(pilot, station)
        await until(pilot, ReceptionScreen)
    assert draft_id not in station.drafts()


async def test_another_persons_card_does_not_file_this_draft(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    from kiosk.screens.journeys import sign_in as module

    async def somebody_else(app: Any) -> Any:
        app.visit.owner = app.services.store.owner(b"\x30" * 91)
        app.visit.account = station.account
        return object()

    monkeypatch.setattr(module, "sign_in", somebody_else)
    before, draft_id = station.applications(), station.drafted()
    station.services.portal.log_out()
    app = sending(station, draft_id)
    async with app.run_test() as pilot:
        await until(pilot, SendReviewScreen)
        await pilot.press("f10")
        await until(pilot, ProblemScreen)
        await pick(pilot, "sign_in")
        await until(pilot, ProblemScreen)
        assert "This draft belongs to another card." in shown(pilot)
        await pick(pilot, "back")
        await until(pilot, SendReviewScreen)
    assert (app.visit.owner, app.visit.account) == (station.owner, None)
    assert filed(station, before) == []


async def conflict(station: Station) -> tuple[str, str]:
    """Return a draft that was changed elsewhere since, and its id at the portal."""
    from kiosk.delivery import save
    from kiosk.screens.journeys.send import _parcel  # pyright: ignore[reportPrivateUsage] - what a first try sends

    draft_id = station.drafted()
    drafting = station.drafting(draft_id)
    app: Any = station.app(lambda _app: send(_app, drafting))
    held = save(station.services.portal, _parcel(app, drafting, ()), drafting.at_portal)
    theirs = {**held.application.content.answers, REASON: "よそで書いた架空の理由"}
    content = held.application.content.model_copy(update={"answers": theirs})
    with station.other_session() as other:
        other.save_application(held.application.application_id, content, held.etag)
    station.services.store.save_answer(station.owner, draft_id, REASON, "ここで書いた架空の理由")
    return draft_id, held.application.application_id


@pytest.mark.parametrize(
    ("choice", "reason"), [("mine", "ここで書いた架空の理由"), ("theirs", "よそで書いた架空の理由")]
)
async def test_changed_elsewhere(station: Station, choice: str, reason: str) -> None:
    draft_id, portal_id = await conflict(station)
    app = sending(station, draft_id)
    async with app.run_test() as pilot:
        await until(pilot, SendReviewScreen)
        await pilot.press("f10")
        await until(pilot, MessageScreen)
        assert "changed somewhere else" in shown(pilot)
        await pick(pilot, choice)
        if choice == "theirs":
            await until(pilot, SendReviewScreen)
            await pilot.press("f10")
        await until(pilot, ReceptionScreen)
        held = station.services.portal.application(portal_id).application
        assert held.content.answers[REASON] == reason
        assert held.reception_number in shown(pilot)


async def test_changed_elsewhere_and_back(station: Station) -> None:
    draft_id, portal_id = await conflict(station)
    app = sending(station, draft_id)
    async with app.run_test() as pilot:
        await until(pilot, SendReviewScreen)
        await pilot.press("f10")
        await until(pilot, MessageScreen)
        await pilot.press("escape")
        await until(pilot, SendReviewScreen)
        await pilot.press("escape")
        await app.finished()
    stored = station.services.store.load(station.owner, draft_id)
    assert stored.answers[REASON] == "ここで書いた架空の理由"
    assert station.applications()[portal_id].reception_number == ""


async def test_a_draft_deleted_elsewhere_is_filed_all_the_same(station: Station) -> None:
    draft_id, portal_id = await conflict(station)
    with station.other_session() as other:
        other.delete_application(portal_id, other.application(portal_id).etag)
    app = sending(station, draft_id)
    async with app.run_test() as pilot:
        await until(pilot, SendReviewScreen)
        await pilot.press("f10")
        await until(pilot, ReceptionScreen)


async def test_killed_between_filing_and_erasing(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    before, draft_id = station.applications(), station.drafted()
    store = type(station.services.store)

    def full(*_args: object) -> None:
        raise StoreError

    with monkeypatch.context() as patch:
        patch.setattr(store, "erase", full)
        first = await _number(station, draft_id)
        assert draft_id in station.drafts()
    station.sign_in(station.services)  # the program was started anew
    assert await _number(station, draft_id) == first
    assert filed(station, before) == [first]
    assert draft_id not in station.drafts()


async def _number(station: Station, draft_id: str) -> str:
    app = sending(station, draft_id)
    async with app.run_test() as pilot:
        await until(pilot, SendReviewScreen)
        await pilot.press("f10")
        await until(pilot, ReceptionScreen)
        return str(pilot.app.screen.query_one("#number").render())


async def test_an_answer_that_was_lost_is_one_application(station: Station) -> None:
    """Filed, and the line goes dead before the receipt comes: the same number comes with the next try."""
    before, draft_id = station.applications(), station.drafted()
    hearing: list[bool] = []

    class Deaf(httpx.HTTPTransport):
        deaf = False

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            response = super().handle_request(request)
            self.deaf = self.deaf or request.url.path.endswith("/submission")
            if self.deaf and not hearing:
                response.read()
                raise httpx.ReadError("架空")
            return response

    station.through(Deaf())
    app = sending(station, draft_id)
    async with app.run_test() as pilot:
        await until(pilot, SendReviewScreen)
        await pilot.press("f10")
        await until(pilot, ProblemScreen)
        assert "P62" in shown(pilot)
        hearing.append(True)
        await pick(pilot, "again")
        await until(pilot, ReceptionScreen)
        number = str(pilot.app.screen.query_one("#number").render())
    assert filed(station, before) == [number]
