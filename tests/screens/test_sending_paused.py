"""The network is cut while files are sent: it is said at once, goes on by itself where it was, and may be left."""

from __future__ import annotations

import threading
from collections.abc import Generator
from typing import Any

import pytest
from textual.pilot import Pilot

from kiosk.screens.journeys.send import send
from kiosk.screens.outage import OutageScreen
from kiosk.screens.reception import ReceptionScreen
from kiosk.screens.send_review import SendReviewScreen
from kiosk.screens.work import Done, Step, WorkScreen
from tests.portal.cutting import CutWay, cut_way
from tests.support.journeys import Station, shown
from tests.support.screens import screen_app, seen, until


class Gate:
    """Holds every wait of the client until it is opened; how often it was passed."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.passed = 0

    def __call__(self, _seconds: float) -> None:
        self.open.wait(30)
        self.passed += 1


@pytest.fixture
def cut(station: Station) -> Generator[tuple[list[int], CutWay, Gate]]:
    """A way that breaks after as many bytes as the list says, and the gate of the waits."""
    upward: list[int] = []
    gate = Gate()
    with cut_way(station.town.port, upward, []) as way:
        station.through(way, gate)
        yield upward, way, gate
        gate.open.set()


async def paused(pilot: Pilot[Any], upward: list[int], way: CutWay) -> str:
    """Begin to send until it says that it is paused; return what is on the screen then."""
    await until(pilot, SendReviewScreen)
    upward += [20_000] + [0] * 30
    way.reconnect()
    await pilot.press("f10")
    await seen(pilot, lambda: "Paused" in shown(pilot))
    return shown(pilot)


async def test_it_is_said_at_once_and_goes_on_by_itself(station: Station, cut: tuple[list[int], CutWay, Gate]) -> None:
    upward, way, gate = cut
    before = station.applications()
    app = station.app(lambda app: send(app, station.drafting(station.drafted())))
    async with app.run_test() as pilot:
        said = await paused(pilot, upward, way)
        assert gate.passed == 0  # before the first repetition
        assert "Next try in 1 s" in said
        assert "by itself" in said
        assert "press Esc" in said
        upward.clear()
        way.reconnect()
        gate.open.set()
        await until(pilot, ReceptionScreen)
    (filed,) = (item for key, item in station.applications().items() if key not in before)
    with station.other_session() as portal:
        held = portal.application(filed.application_id).application
    assert len({item.sha256 for item in held.attachments}) == len(held.attachments) == 3


async def test_it_may_be_left_and_nothing_is_filed(station: Station, cut: tuple[list[int], CutWay, Gate]) -> None:
    upward, way, gate = cut
    draft_id = station.drafted()
    before = station.applications()
    app = station.app(lambda app: send(app, station.drafting(draft_id)))
    async with app.run_test() as pilot:
        await paused(pilot, upward, way)
        await pilot.press("escape")
        assert "being stopped" in shown(pilot)
        gate.open.set()
        await until(pilot, OutageScreen)
        assert draft_id in station.drafts()
    assert not [item for key, item in station.applications().items() if key not in before and item.reception_number]


async def test_silence_is_said_while_an_answer_is_awaited() -> None:
    answered = threading.Event()

    def job(report: Any) -> bool:
        report(Step("send.step.uploading", 0.5, (("name", "a.pdf"), ("sent", "1 MB"), ("whole", "2 MB")),
                    silent="send.step.silent"))  # fmt: skip
        return answered.wait(30)

    app = screen_app(WorkScreen("send.title", job), "en")
    async with app.run_test() as pilot:
        await seen(pilot, lambda: "1 MB of 2 MB" in shown(pilot))
        screen: Any = pilot.app.screen
        screen._heard -= 7
        await seen(pilot, lambda: "has not answered for" in shown(pilot))
        answered.set()
        await app.finished()
    assert app.results == [Done(True)]
