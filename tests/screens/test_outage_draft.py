"""Kept as a draft in an outage: what is said of it, and the ways on from there."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.clock import japan_date
from kiosk.portal.watch import PortalState
from kiosk.screens.drafting import Drafting
from kiosk.screens.message import ProblemScreen
from kiosk.screens.moments import day_words, moment_words
from kiosk.screens.outage import OutageScreen
from kiosk.screens.outage_draft import DraftKeptScreen
from tests.bad_input.person import lines, still_reads
from tests.support.cards import issue
from tests.support.outage import OutageStation
from tests.support.screens import until


@pytest.fixture
def station(tmp_path: Path) -> Generator[OutageStation]:
    made = OutageStation(tmp_path, issue())
    yield made
    made.services.close()


async def test_it_is_said_what_is_saved_and_when_to_come_back_and_the_visit_ends(station: OutageStation) -> None:
    app = station.sending()
    async with app.run_test() as pilot:
        await until(pilot, OutageScreen)
        await pilot.press("2")
        await until(pilot, DraftKeptScreen)
        await still_reads(pilot, "outage.kept.lead", "outage.kept.not_filed", "end.card")
        assert app.portal_state is not None
        assert app.portal_state.until is not None
        assert moment_words(app.portal_state.until, app.t) in "\n".join(lines(app))
        await pilot.press("1")
        await app.finished()
    assert app.results == []  # the visit is over, whatever would have come next
    assert [item.id for item in station.services.store.outbox.drafts()] == [station.draft_id]
    assert station.services.store.outbox.list() == ()


async def test_going_on_leads_back_to_the_application(station: OutageStation) -> None:
    app = station.sending()
    async with app.run_test() as pilot:
        await until(pilot, OutageScreen)
        await pilot.press("2")
        await until(pilot, DraftKeptScreen)
        await pilot.press("escape")
        await until(pilot, OutageScreen)
        await pilot.press("2")
        await until(pilot, DraftKeptScreen)
        await pilot.press("2")
        await app.finished()
    assert app.results == [False]


async def test_when_to_come_back_follows_the_portal(station: OutageStation) -> None:
    app = station.sending()
    async with app.run_test() as pilot:
        await until(pilot, OutageScreen)
        await pilot.press("2")
        await until(pilot, DraftKeptScreen)
        app.portal_learned(PortalState("unreachable"))
        await still_reads(pilot, "outage.kept.return")
        app.portal_learned(PortalState("open"))
        await still_reads(pilot, "outage.kept.open")


async def test_nothing_is_called_saved_that_is_not(station: OutageStation, monkeypatch: pytest.MonkeyPatch) -> None:
    app = station.sending()
    async with app.run_test() as pilot:
        await until(pilot, OutageScreen)
        with monkeypatch.context() as patch:

            def full(_drafting: Drafting) -> bool:
                return False

            patch.setattr(Drafting, "flush", full)
            await pilot.press("2")
            await until(pilot, ProblemScreen)
            await pilot.press("2")
            await until(pilot, OutageScreen)
            await pilot.press("2")
            await until(pilot, ProblemScreen)
        await pilot.press("1")
        await until(pilot, DraftKeptScreen)


async def test_the_days_are_those_of_the_settings(station: OutageStation) -> None:
    settings = station.services.settings
    station.services.settings = replace(settings, store=replace(settings.store, drafts_idle_days=3))
    app = station.sending()
    async with app.run_test() as pilot:
        await until(pilot, OutageScreen)
        await pilot.press("2")
        await until(pilot, DraftKeptScreen)
        last = japan_date(station.services.clock() + timedelta(days=3))
        assert app.t("outage.kept.until", until=day_words(last, app.t)) in lines(app)
