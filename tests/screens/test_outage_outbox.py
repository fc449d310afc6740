"""What waits: a person's own items in the list, one item's page, and the outbox of the station for staff."""

from __future__ import annotations

from collections.abc import Generator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from kiosk.app import KioskApp
from kiosk.offline_queue.keys import Owner
from kiosk.offline_queue.outbox_model import Claimed, Reason, State
from kiosk.screens.application_list import ApplicationListScreen
from kiosk.screens.base import Nav
from kiosk.screens.journeys.filing import applications
from kiosk.screens.journeys.outbox import outbox_rows, show_item, staff_outbox
from kiosk.screens.menu import MenuScreen
from kiosk.screens.message import MessageScreen, ProblemScreen
from kiosk.screens.outbox_item import OutboxItemScreen
from kiosk.screens.outbox_list import OutboxListScreen
from kiosk.screens.outbox_place import PlaceScreen
from kiosk.screens.slip import SlipScreen
from kiosk.screens.staff import StaffScreen
from kiosk.widgets.choices import ChoiceList
from tests.bad_input.person import lines, still_reads
from tests.support.cards import issue
from tests.support.outage import OutageStation
from tests.support.screens import until
from tests.support.staff import give_code, set_staff_code

NUMBER = "東オンＥＮ26000123"


@pytest.fixture
def station(tmp_path: Path) -> Generator[OutageStation]:
    made = OutageStation(tmp_path, issue())
    set_staff_code(made.services)
    yield made
    made.services.close()


@pytest.fixture
def owner(station: OutageStation) -> Owner:
    return station.owner()


def choices(app: KioskApp) -> list[str]:
    return [choice.id for choice in app.screen.query_one(ChoiceList).choices]


async def choose(pilot: Pilot[Any], choice_id: str) -> None:
    """Press the digit of a choice."""
    app = pilot.app
    assert isinstance(app, KioskApp)
    await pilot.press(str(choices(app).index(choice_id) + 1))


def claimed(station: OutageStation) -> Claimed:
    """Begin to send, as the sender does."""
    item = station.services.store.dispatch.claim("a sender")
    assert item is not None
    station.services.store.dispatch.begin(item)
    return item


def bring_to(station: OutageStation, owner: Owner, state: str) -> str:
    """Put an item in and bring it to a state; return its id."""
    store = station.services.store
    item_id = station.put_item(owner).id
    if state == State.CANCELLED:
        store.outbox.cancel(item_id)
    elif state != State.WAITING:
        item = claimed(station)
        later = station.services.clock() + timedelta(minutes=5)
        if state == State.ACCEPTED:
            store.dispatch.accepted(item_id, NUMBER)
        elif state == State.UNCERTAIN:
            store.dispatch.wait(item, Reason.UNREACHABLE, later, in_doubt=True)
        elif state in {State.NEEDS_USER, State.FAILED}:
            store.dispatch.refused(item, State(state), Reason.LATE)
    return item_id


OFFERED = {
    "waiting": ["send", "cancel", "slip", "again"],
    "sending": ["slip", "again"],
    "uncertain": ["send", "slip", "again"],
    "accepted": ["again"],
    "needs_user": ["new", "cancel", "again"],
    "failed": ["new", "cancel", "again"],
    "cancelled": ["again"],
}


@pytest.mark.parametrize("state", OFFERED)
async def test_every_state_has_its_words_and_its_next_step(station: OutageStation, owner: Owner, state: str) -> None:
    item_id = bring_to(station, owner, state)
    assert station.services.store.outbox.show(item_id).state == state
    app = station.app(lambda app: show_item(app, item_id))
    async with app.run_test(size=(80, 40)) as pilot:
        await until(pilot, OutboxItemScreen)
        assert choices(app) == OFFERED[state]
        await still_reads(pilot, f"outbox.lead.{state}")
        assert (NUMBER in "\n".join(lines(app))) == (state == "accepted")
        await pilot.press("escape")
        await app.finished()
    assert app.results == [False]


@pytest.mark.parametrize("state", OFFERED)
async def test_the_list_shows_every_state(station: OutageStation, owner: Owner, state: str) -> None:
    bring_to(station, owner, state)
    app = station.app(applications)
    async with app.run_test() as pilot:
        await until(pilot, ApplicationListScreen)
        row = app.screen.query_one(ChoiceList).choices[0]
        assert row.id.startswith("outbox:")
        assert app.t(f"queue.state.{state}") in row.hint
        await pilot.press("1")
        await until(pilot, OutboxItemScreen)


async def test_somebody_elses_items_are_not_listed(station: OutageStation, owner: Owner) -> None:
    station.put_item(Owner(b"somebody else", None))
    mine = station.put_item(owner)
    app = station.app(lambda app: outbox_rows(app, frozenset()))
    async with app.run_test():
        await app.finished()
    assert [row.row_id for row in app.results[0]] == [f"outbox:{mine.id}"]


async def test_what_the_portal_lists_is_listed_once(station: OutageStation, owner: Owner) -> None:
    bring_to(station, owner, "accepted")
    app = station.app(lambda app: outbox_rows(app, frozenset({NUMBER})))
    async with app.run_test():
        await app.finished()
    assert app.results == [[]]


# --- sending and taking back ------------------------------------------------------------------------------------------


async def test_taking_back_asks_first_and_then_erases(station: OutageStation, owner: Owner) -> None:
    item_id = station.put_item(owner).id
    app = station.app(lambda app: show_item(app, item_id))
    async with app.run_test() as pilot:
        await until(pilot, OutboxItemScreen)
        await choose(pilot, "cancel")
        await until(pilot, MessageScreen)
        await still_reads(pilot, "outbox.cancel.lead", "outbox.cancel.next")
        await pilot.press("1")
        await until(pilot, OutboxItemScreen)
        assert station.services.store.outbox.show(item_id).state == "waiting"
        await choose(pilot, "cancel")
        await until(pilot, MessageScreen)
        await pilot.press("2")
        await until(pilot, MessageScreen)
        await still_reads(pilot, "outbox.cancelled", "outbox.cancelled.next")
        await pilot.press("1")
        await until(pilot, OutboxItemScreen)
        assert choices(app) == ["again"]
    assert station.services.store.outbox.show(item_id).state == "cancelled"


@pytest.mark.parametrize(("state", "said"), [("sending", "item_has_left"), ("accepted", "item_over")])
async def test_the_sender_is_faster_than_the_person(
    station: OutageStation, owner: Owner, state: str, said: str
) -> None:
    item_id = station.put_item(owner).id
    app = station.app(lambda app: show_item(app, item_id))
    async with app.run_test() as pilot:
        await until(pilot, OutboxItemScreen)
        await choose(pilot, "cancel")
        await until(pilot, MessageScreen)
        claimed(station)
        if state == "accepted":
            station.services.store.dispatch.accepted(item_id, NUMBER)
        await pilot.press("2")
        await until(pilot, ProblemScreen)
        await still_reads(pilot, f"error.{said}")
        await pilot.press("1")
        await until(pilot, OutboxItemScreen)
        await still_reads(pilot, f"outbox.lead.{state}")
    assert station.services.store.outbox.show(item_id).state == state


async def test_sending_now_makes_a_refused_one_due(station: OutageStation, owner: Owner) -> None:
    item_id = bring_to(station, owner, "needs_user")
    app = station.app(lambda app: show_item(app, item_id, staff=True))
    async with app.run_test() as pilot:
        await until(pilot, OutboxItemScreen)
        await still_reads(pilot, "queue.reason.late", "queue.reason.late.next")
        await choose(pilot, "send")
        await until(pilot, OutboxItemScreen)
        assert "cancel" in choices(app)
    assert station.services.store.dispatch.claim("a sender") is not None


async def test_beginning_anew_ends_with_that_wish(station: OutageStation, owner: Owner) -> None:
    item_id = bring_to(station, owner, "failed")
    app = station.app(lambda app: show_item(app, item_id))
    async with app.run_test() as pilot:
        await until(pilot, OutboxItemScreen)
        await choose(pilot, "new")
        await app.finished()
    assert app.results == [True]


async def test_the_slip_can_be_seen_again(station: OutageStation, owner: Owner) -> None:
    item_id = station.put_item(owner).id
    app = station.app(lambda app: show_item(app, item_id))
    async with app.run_test() as pilot:
        await until(pilot, OutboxItemScreen)
        await choose(pilot, "slip")
        await until(pilot, SlipScreen)
        assert item_id in "\n".join(lines(app))
        await pilot.press("2")
        await until(pilot, OutboxItemScreen)


async def test_an_item_that_retention_has_erased_is_said(station: OutageStation) -> None:
    app = station.app(lambda app: show_item(app, "019a9b1c-0000-7000-8000-00000000dead"))
    async with app.run_test() as pilot:
        await until(pilot, ProblemScreen)
        await still_reads(pilot, "error.item_not_found")
        await pilot.press("2")
        await app.finished()
    assert app.results == [False]


# --- staff ------------------------------------------------------------------------------------------------------------


async def test_staff_come_to_the_outbox_from_any_screen(station: OutageStation, owner: Owner) -> None:
    item_id = station.put_item(owner).id
    app = station.app(lambda app: app.ask(MenuScreen()))
    async with app.run_test() as pilot:
        await until(pilot, MenuScreen)
        await pilot.press("f8")
        await until(pilot, StaffScreen)
        await pilot.press("2")
        await give_code(pilot)
        await until(pilot, OutboxListScreen)
        row = app.screen.query_one(ChoiceList).choices[0]
        assert (row.id, item_id in row.label) == (item_id, True)
        await pilot.press("f5")
        await until(pilot, OutboxListScreen)
        await pilot.press("1")
        await until(pilot, OutboxItemScreen)
        assert choices(app) == ["send", "cancel", "export", "again"]
        await pilot.press("escape")
        await until(pilot, OutboxListScreen)
        await pilot.press("escape")
        await until(pilot, MenuScreen)
        await pilot.press("escape")
        await app.finished()
    assert app.results == [Nav.BACK]


async def test_staff_carry_an_item_to_another_kiosk(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "other").mkdir()
    station, other = OutageStation(tmp_path / "one", issue()), OutageStation(tmp_path / "other", issue())
    for one in (station, other):
        set_staff_code(one.services)
    item_id = station.put_item(station.owner()).id
    app = station.app(staff_outbox)
    async with app.run_test() as pilot:
        await give_code(pilot)
        await until(pilot, OutboxListScreen)
        await pilot.press("1")
        await until(pilot, OutboxItemScreen)
        await choose(pilot, "export")
        for _ in range(2):
            await until(pilot, PlaceScreen)
            await pilot.press("1")
        await until(pilot, MessageScreen)
        await still_reads(pilot, "outbox.exported.next")
        await pilot.press("1")
        await until(pilot, OutboxItemScreen)
    (file,) = station.sticks.iterdir()
    (other.sticks / file.name).write_bytes(file.read_bytes())
    app = other.app(staff_outbox)
    async with app.run_test() as pilot:
        await give_code(pilot)
        await until(pilot, OutboxListScreen)
        await choose(pilot, "import")
        for _ in range(2):
            await until(pilot, PlaceScreen)
            await pilot.press("1")
        await until(pilot, MessageScreen)
        await still_reads(pilot, "outbox.import.lead", "outbox.import.next")
        assert other.services.store.outbox.list() == ()
        await pilot.press("1")
        await until(pilot, OutboxItemScreen)
        await still_reads(pilot, "queue.reason.imported")
    (taken,) = other.services.store.outbox.list()
    assert (taken.id, taken.state) == (item_id, "uncertain")
    for one in (station, other):
        one.services.close()


async def test_a_file_that_is_no_item_is_refused(station: OutageStation) -> None:
    (station.sticks / "holiday.jpg").write_bytes(b"\xff\xd8 no item")
    app = station.app(staff_outbox)
    async with app.run_test() as pilot:
        await give_code(pilot)
        await until(pilot, OutboxListScreen)
        await choose(pilot, "import")
        for _ in range(2):
            await until(pilot, PlaceScreen)
            await pilot.press("1")
        await until(pilot, MessageScreen)
        await pilot.press("1")
        await until(pilot, ProblemScreen)
        await still_reads(pilot, "error.item_file_unreadable")
        await pilot.press("1")
        await until(pilot, OutboxListScreen)
    assert station.services.store.outbox.list() == ()


async def test_back_out_of_the_places_changes_nothing(station: OutageStation) -> None:
    app = station.app(staff_outbox)
    async with app.run_test() as pilot:
        await give_code(pilot)
        await until(pilot, OutboxListScreen)
        await choose(pilot, "import")
        await until(pilot, PlaceScreen)
        await pilot.press("1")
        await until(pilot, PlaceScreen)
        await still_reads(pilot, "files.none")
        await pilot.press("escape")
        await until(pilot, PlaceScreen)
        await pilot.press("escape")
        await until(pilot, OutboxListScreen)
        await pilot.press("escape")
        await app.finished()
