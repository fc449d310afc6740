"""Staff of organisations at the kiosk: the way in without a card, their own drafts, and what they cannot do."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from kiosk.app import KioskApp
from kiosk.demo.inside import PASSWORD
from kiosk.offline_queue.errors import DraftNotYours
from kiosk.portal import contract as c
from kiosk.portal.errors import SessionEnded
from kiosk.screens.account import AccountScreen
from kiosk.screens.application_list import ApplicationListScreen
from kiosk.screens.bound_files import BoundShown
from kiosk.screens.home import HomeScreen
from kiosk.screens.journeys.binding import Ready
from kiosk.screens.journeys.filing import applications, merged
from kiosk.screens.journeys.outage import outage
from kiosk.screens.journeys.portal_steps import signed_in_again
from kiosk.screens.journeys.start import visit
from kiosk.screens.log_in import LogInScreen
from kiosk.screens.menu import MenuScreen
from kiosk.screens.message import MessageScreen, ProblemScreen
from kiosk.screens.outage import OutageScreen
from kiosk.screens.user_kinds import UserKindsScreen
from kiosk.screens.welcome import WelcomeScreen
from tests.support.journeys import StaffStation, Station, Town, ids, pick, shown
from tests.support.screens import NOON, journey_app, until

SUMMARY = c.ApplicationSummary(
    application_id="01a206f4-1283-7883-8413-5073f0594188",
    state=c.ApplicationState.SUBMITTED,
    procedure="extension",
    status_of_residence="gijinkoku",
    created_at=NOON,
    updated_at=NOON,
    applicant="KAKUU BETSU",
)


@pytest.fixture(scope="module")
def authentication_id(town: Town) -> str:
    return town.approve_staff("SHOKUIN MIHON")


@pytest.fixture
def staff(town: Town, tmp_path: Path, authentication_id: str) -> Generator[StaffStation]:
    station = StaffStation(town, tmp_path, authentication_id)
    yield station
    station.close()


async def _type(pilot: Pilot[Any], authentication_id: str, password: str = PASSWORD) -> None:
    await until(pilot, LogInScreen)
    if authentication_id:
        await pilot.press(*authentication_id, "enter")
    await pilot.press(*password, "enter")


async def test_they_come_in_by_the_menu_and_see_their_account(staff: StaffStation, authentication_id: str) -> None:
    app = journey_app(visit, "en", staff.services)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, WelcomeScreen)
        await pick(pilot, "en")
        await until(pilot, MenuScreen)
        await pick(pilot, "staff")
        await _type(pilot, authentication_id, "Wrong-12345")
        await until(pilot, LogInScreen)
        assert "ID or password is not right" in shown(pilot)
        await _type(pilot, "")
        await until(pilot, HomeScreen)
        assert "SHOKUIN MIHON" in shown(pilot)
        await pick(pilot, "account")
        await until(pilot, AccountScreen)
        assert "架空見本株式会社" in str([fact.render() for fact in pilot.app.screen.query("Fact")]) + shown(pilot)
        assert not pilot.app.screen.query("#person-birth_date")
    assert app.visit.owner == staff.owner
    assert app.visit.account is not None
    assert app.visit.account.user_kind.value == "organisation"


async def test_who_wants_to_register_as_staff_is_told_how_and_led_to_the_way_in(staff: StaffStation) -> None:
    app = journey_app(visit, "en", staff.services)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, WelcomeScreen)
        await pick(pilot, "en")
        await until(pilot, MenuScreen)
        await pick(pilot, "register")
        await until(pilot, UserKindsScreen)
        await pick(pilot, "support_organisation")
        await until(pilot, MessageScreen)
        assert "利用申出" in shown(pilot)
        await pick(pilot, "back")
        await until(pilot, UserKindsScreen)
        await pick(pilot, "organisation")
        await until(pilot, MessageScreen)
        await pick(pilot, "sign_in")
        await until(pilot, LogInScreen)
        assert "No card is needed" in shown(pilot)
        await pilot.press("escape")
        await until(pilot, MenuScreen)


def test_their_drafts_are_their_own(town: Town, staff: StaffStation, station: Station, tmp_path: Path) -> None:
    draft_id = staff.drafted(files=False)
    assert staff.drafts() == {draft_id}
    store = staff.services.store
    for other in (station.owner, store.account_owner("ZZZZZZZZZZ")):
        assert store.list(other) == ()
        with pytest.raises(DraftNotYours):
            store.load(other, draft_id)


async def test_the_list_tells_clients_apart(staff: StaffStation) -> None:
    own = staff.drafting(staff.drafted(files=False, **{"part1.name": "KAKUU SHINSEI"}))
    own.at(own.form.sheets[0].pages[0].id)
    app = staff.app(applications)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, ApplicationListScreen)
        assert "KAKUU SHINSEI  Extension" in shown(pilot)
        await pilot.press("escape")
        await app.finished()
    merged_rows = merged((), (SUMMARY,), others=True)
    assert [row.applicant for row in merged_rows] == ["KAKUU BETSU"]
    assert [row.applicant for row in merged((), (SUMMARY,))] == [""]


async def test_a_session_that_ended_is_taken_up_without_a_card(staff: StaffStation) -> None:
    app = staff.app(lambda app: signed_in_again(app, SessionEnded()))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, ProblemScreen)
        await pick(pilot, "sign_in")
        await _type(pilot, staff.account.authentication_id)
        await app.finished()
    assert app.results == [True]


async def test_another_persons_id_does_not_take_the_session_up(town: Town, staff: StaffStation) -> None:
    other = town.approve_staff("BETSU MIHON")
    app = staff.app(lambda app: signed_in_again(app, SessionEnded()))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, ProblemScreen)
        await pick(pilot, "sign_in")
        await _type(pilot, other)
        await until(pilot, ProblemScreen)
        await pick(pilot, "back")
        await app.finished()
    assert app.results == [False]
    assert app.visit.owner == staff.owner


NOTHING = Ready((), BoundShown((), (), (), 0, 0))


async def test_without_a_card_nothing_is_signed_for_later(staff: StaffStation) -> None:
    async def journey(app: KioskApp) -> str:
        return await outage(app, staff.drafting(staff.drafted()), NOTHING)

    app = staff.app(journey)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, OutageScreen)
        assert "sign" not in ids(pilot)
        assert "Only who has a card can sign now" in shown(pilot)
        await pilot.press("escape")
        await app.finished()
    assert len(staff.drafts()) == 1
