"""The staff code at the screens: what is shut without it, what it opens, for how long, and that nothing of it stays."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Generator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from kiosk import logs
from kiosk.app import KioskApp
from kiosk.card.profile import KeyUse
from kiosk.offline_queue.keys import Owner
from kiosk.screens.help import HelpScreen
from kiosk.screens.idle import IdleScreen
from kiosk.screens.journeys.outbox import outbox_rows, staff_outbox
from kiosk.screens.journeys.sign_in import sign_in
from kiosk.screens.menu import MenuScreen
from kiosk.screens.message import MessageScreen, ProblemScreen
from kiosk.screens.outbox_item import OutboxItemScreen
from kiosk.screens.outbox_list import OutboxListScreen
from kiosk.screens.secret_entry import SecretEntryScreen
from kiosk.screens.staff import StaffScreen
from kiosk.screens.staff_code import StaffCodeScreen
from kiosk.screens.vigil import Vigil
from kiosk.screens.work import WorkScreen
from kiosk.settings import SessionSettings
from kiosk.staff.access import CODE_FILE
from tests.bad_input.person import lines, still_reads
from tests.support import cards
from tests.support.outage import OutageStation
from tests.support.screens import ScreenApp, journey_app, seen, until
from tests.support.staff import STAFF_CODE, give_code, set_staff_code
from tests.support.station import Station

WRONG = "MIHON2027"


class Later:
    """A clock that is set by hand."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def station(tmp_path: Path) -> Generator[OutageStation]:
    made = OutageStation(tmp_path, cards.issue())
    made.services.clock = Later(made.services.clock())
    yield made
    made.services.close()


def menu(station: Station) -> ScreenApp:
    """Return the program where nobody has signed in."""
    return journey_app(lambda app: app.ask(MenuScreen()), "en", station.services)


async def ask_for_outbox(pilot: Pilot[Any]) -> None:
    await until(pilot, MenuScreen)
    await pilot.press("f8")
    await until(pilot, StaffScreen)
    await pilot.press("2")


# --- what is shut -----------------------------------------------------------------------------------------------------


async def test_without_a_code_the_outbox_does_not_open_and_it_is_said_who_sets_one(station: OutageStation) -> None:
    app = menu(station)
    async with app.run_test() as pilot:
        await ask_for_outbox(pilot)
        await until(pilot, ProblemScreen)
        await still_reads(pilot, "error.staff_code_unset", "error.staff_code_unset.next")
        await pilot.press("1")
        await until(pilot, MenuScreen)


async def test_a_damaged_file_opens_nothing(station: OutageStation) -> None:
    (station.services.data_dir / CODE_FILE).write_bytes(b"\0")
    app = menu(station)
    async with app.run_test() as pilot:
        await ask_for_outbox(pilot)
        await until(pilot, ProblemScreen)
        await still_reads(pilot, "error.staff_code_broken", "error.staff_code_broken.next")
        await pilot.press("1")
        await until(pilot, MenuScreen)


async def test_back_from_the_entry_leads_back_and_costs_nothing(station: OutageStation) -> None:
    set_staff_code(station.services)
    app = menu(station)
    async with app.run_test() as pilot:
        await ask_for_outbox(pilot)
        await until(pilot, StaffCodeScreen)
        await still_reads(pilot, "secret.staff.lead", "secret.purpose.outbox", "secret.staff.origin")
        await pilot.press("escape")
        await until(pilot, MenuScreen)
    assert station.services.staff_access.standing().wrong == 0


async def test_five_wrong_codes_lead_to_a_wait_that_is_told(station: OutageStation) -> None:
    set_staff_code(station.services)
    app = menu(station)
    async with app.run_test() as pilot:
        await ask_for_outbox(pilot)
        await give_code(pilot, "1234")
        await still_reads(pilot, "secret.staff.form")
        for left in (4, 3, 2, 1):
            await give_code(pilot, WRONG)
            await seen(pilot, lambda left=left: app.t.plural("staff_code.tries", left) in "\n".join(lines(app)))
            await still_reads(pilot, "secret.staff.wrong")
        await give_code(pilot, WRONG)
        await until(pilot, ProblemScreen)
        assert "1 min 0 s" in "\n".join(lines(app))
        station.services.clock.now += timedelta(seconds=20)  # type: ignore[attr-defined]  # the clock of this test
        await pilot.press("1")
        await seen(pilot, lambda: "0 min 40 s" in "\n".join(lines(app)))
        station.services.clock.now += timedelta(seconds=40)  # type: ignore[attr-defined]  # the clock of this test
        await pilot.press("1")
        await give_code(pilot)
        await until(pilot, OutboxListScreen)


@pytest.mark.parametrize(("code", "given"), [(False, False), (True, False), (True, True)])
async def test_the_last_try_of_a_card_is_given_by_the_code_alone(tmp_path: Path, *, code: bool, given: bool) -> None:
    content = cards.issue()
    content.secrets[KeyUse.AUTHENTICATION].tries_left = 1
    station = Station(tmp_path, content)
    if code:
        set_staff_code(station.services)
    app = journey_app(sign_in, "en", station.services)
    async with app.run_test() as pilot:
        await until(pilot, MessageScreen)
        await still_reads(pilot, "secret.last", "secret.last.staff")
        await pilot.press("2")
        if not code:
            await until(pilot, ProblemScreen)
            await still_reads(pilot, "error.staff_code_unset.next")
            await pilot.press("1")
        elif not given:
            await until(pilot, StaffCodeScreen)
            await still_reads(pilot, "secret.purpose.last_try")
            await pilot.press("escape")
        else:
            await give_code(pilot)
            await seen(pilot, lambda: type(app.screen) is SecretEntryScreen)
            return
        await app.finished()
    assert app.results == [None]
    assert station.stored().secrets[KeyUse.AUTHENTICATION].tries_left == 1


# --- what it opens, and for how long ----------------------------------------------------------------------------------


async def test_who_left_the_outbox_is_asked_again(station: OutageStation) -> None:
    set_staff_code(station.services)
    app = menu(station)
    async with app.run_test() as pilot:
        for _ in range(2):
            await ask_for_outbox(pilot)
            await give_code(pilot)
            await until(pilot, OutboxListScreen)
            await pilot.press("escape")
            await until(pilot, MenuScreen)


async def test_f8_in_the_outbox_leads_back_into_it_and_not_into_a_second_one(station: OutageStation) -> None:
    set_staff_code(station.services)
    app = menu(station)
    async with app.run_test() as pilot:
        await ask_for_outbox(pilot)
        await give_code(pilot)
        await until(pilot, OutboxListScreen)
        await pilot.press("f8")
        await until(pilot, StaffScreen)
        await pilot.press("2")
        await until(pilot, OutboxListScreen)
        await pilot.press("escape")
        await until(pilot, MenuScreen)


def idle_for(app: KioskApp, seconds: float) -> Vigil:
    """Return the watch of a program in which nobody has touched anything for so long."""
    vigil = Vigil(app)
    setattr(vigil, "_last_input", time.monotonic() - seconds)  # noqa: B010 - nobody waits for minutes here
    return vigil


async def look(vigil: Vigil) -> None:
    await getattr(vigil, "_look_at_the_clock")()  # noqa: B009 - what its timer calls


async def test_the_idle_watch_shuts_the_outbox_wherever_staff_are_in_it(station: OutageStation) -> None:
    set_staff_code(station.services)
    station.put_item(Owner(b"somebody", None))
    limits = SessionSettings()
    app = menu(station)
    async with app.run_test() as pilot:
        await ask_for_outbox(pilot)
        await give_code(pilot)
        await until(pilot, OutboxListScreen)
        await pilot.press("1")
        await until(pilot, OutboxItemScreen)
        await pilot.press("f1")
        await until(pilot, HelpScreen)
        await look(idle_for(app, limits.idle_warning_seconds + 1))
        await until(pilot, IdleScreen)
        await pilot.press("1")
        await until(pilot, MenuScreen)
        await ask_for_outbox(pilot)
        await until(pilot, StaffCodeScreen)


async def test_the_idle_watch_leaves_a_persons_own_screens_alone(station: OutageStation) -> None:
    app = menu(station)
    async with app.run_test() as pilot:
        await until(pilot, MenuScreen)
        await look(idle_for(app, SessionSettings().idle_warning_seconds + 1))
        await until(pilot, IdleScreen)
        await pilot.press("1")
        await until(pilot, MenuScreen)


async def test_work_that_ends_below_the_outbox_leaves_it_open_and_goes_on_afterwards(station: OutageStation) -> None:
    set_staff_code(station.services)
    going_on = threading.Event()

    async def person(app: KioskApp) -> object:
        assert await app.do("send.title", lambda _report: going_on.wait(30))
        return await app.ask(MenuScreen())

    app = journey_app(person, "en", station.services)
    async with app.run_test() as pilot:
        await seen(pilot, lambda: isinstance(app.screen, WorkScreen) and bool(app.screen.query("#keys")))
        work = app.screen
        await pilot.press("f8")
        await seen(pilot, lambda: isinstance(app.screen, StaffScreen) and bool(app.screen.query("#keys")))
        await pilot.press("2")
        await give_code(pilot)
        await until(pilot, OutboxListScreen)
        going_on.set()
        (job,) = (worker for worker in app.workers if worker.node is work)
        await app.workers.wait_for_complete([job])
        await pilot.pause()
        assert isinstance(app.screen, OutboxListScreen)
        await pilot.press("escape")
        await until(pilot, MenuScreen)
        assert work not in app.screen_stack


# --- nobody else's ----------------------------------------------------------------------------------------------------


async def test_who_has_not_signed_in_has_no_items(station: OutageStation) -> None:
    station.put_item(Owner(b"somebody", None))
    app = journey_app(lambda app: outbox_rows(app, frozenset()), "en", station.services)
    async with app.run_test():
        await app.finished()
    assert app.results == [[]]


async def test_staff_see_no_reception_number_and_nothing_of_the_person(station: OutageStation) -> None:
    set_staff_code(station.services)
    store, owner = station.services.store, await asyncio.to_thread(station.owner)
    item = station.put_item(owner)
    claimed = store.dispatch.claim("a sender")
    assert claimed is not None
    store.dispatch.begin(claimed)
    store.dispatch.accepted(item.id, "東オンＥＮ26000123")
    app = journey_app(staff_outbox, "en", station.services)
    async with app.run_test(size=(80, 40)) as pilot:
        await give_code(pilot)
        await until(pilot, OutboxListScreen)
        shown = lines(app)
        await pilot.press("1")
        await until(pilot, OutboxItemScreen)
        shown += lines(app)
    assert item.id in "\n".join(shown)
    holder = cards.holder()
    for personal in ("26000123", holder.name, holder.address, holder.birth_date):
        assert personal not in "\n".join(shown)


# --- nothing of it stays ----------------------------------------------------------------------------------------------


async def test_no_code_is_logged_or_stays_on_a_screen(station: OutageStation, tmp_path: Path) -> None:
    log = tmp_path / "kiosk.log"
    logs.configure(replace(station.services.settings, log_file=str(log)))
    try:
        set_staff_code(station.services)
        app = menu(station)
        async with app.run_test() as pilot:
            await ask_for_outbox(pilot)
            await give_code(pilot, WRONG)
            await seen(pilot, lambda: app.t("secret.staff.wrong") in "\n".join(lines(app)))
            await pilot.press(*STAFF_CODE)
            picture = app.export_screenshot()
            await pilot.press("f3", "enter")
            await until(pilot, OutboxListScreen)
            picture += app.export_screenshot()
    finally:
        logs.configure(station.services.settings)
    logged = log.read_text(encoding="utf-8")
    assert '"event":"problem","error":"K12"' in logged
    assert '"event":"staff.let_in"' in logged
    for code in (STAFF_CODE, WRONG):
        assert code not in logged
        assert code not in picture
