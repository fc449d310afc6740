"""What happens between the last look and the reception number: nothing is lost, nothing is filed twice or changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kiosk.app import KioskApp
from kiosk.clock import JAPAN
from kiosk.ids import uuid7
from kiosk.portal.errors import PortalMaintenanceUntil
from kiosk.screens.drafting import Drafting
from kiosk.screens.journeys.answers import answers
from kiosk.screens.journeys.send import content_of, send
from kiosk.screens.journeys.sign_in import sign_in
from kiosk.screens.message import MessageScreen
from kiosk.screens.outage import OutageScreen
from kiosk.screens.question_page import QuestionPage
from kiosk.screens.reception import ReceptionScreen
from kiosk.screens.send_review import SendReviewScreen
from kiosk.screens.task_list import TaskListScreen
from kiosk.widgets.fields import editor_id
from tests.bad_input.hostile_way import Body, HostileWay
from tests.bad_input.parts import Desk
from tests.bad_input.person import lines, reads, still_reads
from tests.support.portal import PortalProcess
from tests.support.screens import until

Make = Callable[..., Desk]
OCCUPATION = "part1.occupation"


def stored(desk: Desk, app: KioskApp) -> dict[str, Any]:
    """Return the answers of the only draft, read by another program."""
    owner = app.visit.owner
    assert owner is not None
    store = desk.station().store
    (draft,) = store.list(owner)
    return store.load(owner, draft.id).answers


async def filed(pilot: Any) -> str:
    await until(pilot, ReceptionScreen)
    screen = pilot.app.screen
    assert isinstance(screen, ReceptionScreen)
    return screen.number


def all_at_portal(desk: Desk) -> list[str]:
    """Return the states of every application of the person."""
    program = desk.station()
    desk.sign_in(desk.app(sign_in, program))
    return [item.state.value for item in program.portal.all_applications()]


async def test_maintenance_in_mid_form_costs_no_answer(make_desk: Make, portal: PortalProcess) -> None:
    desk = make_desk().register()

    async def route(app: KioskApp, drafting: Drafting) -> None:
        await answers(app, drafting)
        await send(app, drafting)

    app = desk.with_draft(route)
    async with app.run_test() as pilot:
        await until(pilot, TaskListScreen)
        await pilot.press("2")
        await until(pilot, QuestionPage)
        portal.admin("maintenance", "now")
        try:
            with pytest.raises(PortalMaintenanceUntil) as told:
                app.services.portal.account()
            until_ = told.value.until
            assert until_ is not None
            box = app.screen.query_one(f"#{editor_id(OCCUPATION)}")
            box.focus()
            await pilot.press("end", "x", "f6")
            await until(pilot, SendReviewScreen)
            await pilot.press("f10")
            await until(pilot, OutageScreen)
            assert until_.astimezone(JAPAN).strftime("%H:%M") in "\n".join(lines(app))
            await still_reads(pilot, "outage.saved", "outage.counter")
            assert str(stored(desk, app)[OCCUPATION]).endswith("x")
        finally:
            portal.admin("maintenance", "off")
        # This station pins no sealing key, so there are two things to do: keep the draft, or try again.
        await pilot.press("2")
        await until(pilot, SendReviewScreen)
        await pilot.press("f10")
        assert await filed(pilot)


async def test_from_a_foreign_network_nothing_is_taken_and_nothing_is_lost(
    make_desk: Make, portal: PortalProcess
) -> None:
    desk = make_desk().register()
    app = desk.with_draft(send)
    async with app.run_test() as pilot:
        await until(pilot, SendReviewScreen)
        try:
            portal.admin("networks", "--add", "192.0.2.0/24", "--remove", "127.0.0.0/8", "--remove", "::1/128")
            await pilot.press("f10")
            await reads(pilot, "error.portal_region", "error.portal_region.next")
            assert stored(desk, app)
        finally:
            portal.admin("networks", "--add", "127.0.0.0/8", "--add", "::1/128", "--remove", "192.0.2.0/24")
        await pilot.press("1")
        assert await filed(pilot)


@pytest.mark.parametrize(("choice", "counts"), [("1", "here"), ("2", "there")])
async def test_a_draft_changed_elsewhere_asks_whose_version_counts(choice: str, counts: str, make_desk: Make) -> None:
    desk = make_desk().register()

    async def route(app: KioskApp, drafting: Drafting) -> bool:
        drafting.put(OCCUPATION, "here")
        mine = app.services.portal.create_application(content_of(drafting), uuid7()).application.application_id
        held = app.services.portal.application(mine)
        drafting.at_portal(mine, held.etag)
        drafting.put(OCCUPATION, "here")
        theirs = content_of(drafting).model_copy(
            update={"answers": {**content_of(drafting).answers, OCCUPATION: "there"}}
        )
        app.services.portal.save_application(mine, theirs, held.etag)
        return await send(app, drafting)

    app = desk.with_draft(route)
    async with app.run_test() as pilot:
        await until(pilot, SendReviewScreen)
        await pilot.press("f10")
        await reads(pilot, "conflict.title", "conflict.lead", "conflict.next")
        assert stored(desk, app)[OCCUPATION] == "here"
        await pilot.press(choice)
        if counts == "there":
            await until(pilot, SendReviewScreen)
            assert stored(desk, app)[OCCUPATION] == "there"
            await pilot.press("f10")
        assert await filed(pilot)
        desk.sign_in(app)
        (found,) = app.services.portal.all_applications()
        held = app.services.portal.application(found.application_id)
        assert held.application.content.answers[OCCUPATION] == counts


async def test_pressed_twice_it_is_filed_once(make_desk: Make) -> None:
    desk = make_desk().register()
    app = desk.with_draft(send)
    async with app.run_test() as pilot:
        await until(pilot, SendReviewScreen)
        await pilot.press("f10", "f10", "enter", "f10")
        assert await filed(pilot)
    assert all_at_portal(desk) == ["submitted"]


# --- changed on the way -----------------------------------------------------------------------------------------------


def other_digest(body: Body) -> Body:
    return {**body, "content_sha256": "0" * 64}


def other_file(body: Body) -> Body:
    first, *rest = body["attachments"]
    return {**body, "attachments": [{**first, "sha256": "0" * 64}, *rest]}


def other_answer(body: Body) -> Body:
    return {**body, "answers": {**body["answers"], OCCUPATION: "somebody else's"}}


WAYS: dict[str, Callable[[], HostileWay]] = {
    "digest of the content": lambda: HostileWay("/submission", other_digest),
    "digest of a file": lambda: HostileWay("/submission", other_file),
    "an answer on its way": lambda: HostileWay("", other_answer, "PUT"),
}


@pytest.mark.parametrize("name", WAYS)
async def test_what_was_not_checked_here_is_not_filed(name: str, make_desk: Make) -> None:
    way = WAYS[name]()
    way.awake = False
    desk = make_desk(transport=way).register()
    app = desk.with_draft(send)
    async with app.run_test() as pilot:
        await until(pilot, SendReviewScreen)
        way.awake = True
        await pilot.press("f10")
        await until(pilot, MessageScreen)
        assert way.seen, "nothing was changed on the way"
        await reads(pilot, "error.digest_mismatch", "error.digest_mismatch.next")
        assert stored(desk, app)
        way.awake = False
        await pilot.press("1")
        assert await filed(pilot)
