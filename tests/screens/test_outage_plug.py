"""The plug is pulled between two screens of an outage: what was said to be saved is, and nothing is signed twice."""

from __future__ import annotations

import base64
import json
from collections.abc import Generator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input

from kiosk.clock import utc_now
from kiosk.offline_queue.drafts import DraftStore
from kiosk.offline_queue.keys import Owner
from kiosk.offline_queue.outbox_model import ItemSummary, NewItem
from kiosk.portal.watch import PortalState
from kiosk.screens.base import KioskScreen
from kiosk.screens.message import ProblemScreen
from kiosk.screens.moments import moment_words
from kiosk.screens.outage import OutageScreen
from kiosk.screens.secret_entry import SecretEntryScreen
from kiosk.screens.sign_review import SignReviewScreen
from kiosk.screens.sign_review_id import AccountIdScreen
from kiosk.screens.slip import SlipScreen
from kiosk.widgets.fields import editor_id
from kiosk.widgets.secret import SecretField
from tests.bad_input.parts import SIGNING
from tests.bad_input.person import give_pin, lines, still_reads
from tests.support.cards import authority, holder, issue
from tests.support.outage import ACCOUNT_ID, OutageStation
from tests.support.outage_steps import done, to_password, to_review
from tests.support.screens import until


@pytest.fixture
def station(tmp_path: Path) -> Generator[OutageStation]:
    made = OutageStation(tmp_path, issue())
    yield made
    made.services.close()


@pytest.mark.parametrize("kind", ["open", "unreachable", "region"])
async def test_the_portal_changes_between_review_and_signature(station: OutageStation, kind: str) -> None:
    app = station.sending()
    async with app.run_test() as pilot:
        await to_review(pilot)
        app.portal_learned(PortalState(kind))  # type: ignore[arg-type] - one of its states
        await pilot.press("f10")
        await give_pin(pilot, SIGNING)
        await until(pilot, SlipScreen)
        await still_reads(pilot, "slip.lead")  # never "received", whatever the portal is now
        await done(pilot, app)
    (item,) = station.services.store.outbox.list()
    assert (item.id, item.state) == (station.submission_id, "waiting")


async def test_the_terminal_is_closed_right_after_signing(station: OutageStation) -> None:
    app = station.sending()
    async with app.run_test() as pilot:
        await to_password(pilot)
        await give_pin(pilot, SIGNING)
        await until(pilot, SlipScreen)
        app.end_visit()
    settings = station.services.settings
    with DraftStore.open(Path(settings.store.folder), settings.store, utc_now) as again:
        (item,) = again.outbox.list()
        assert (item.id, item.state) == (station.submission_id, "waiting")
        assert again.outbox.drafts() == ()
        assert not list((Path(settings.store.folder) / "files").glob("*.open"))


async def test_a_certificate_that_runs_out_before_it_is_used_signs_nothing(tmp_path: Path) -> None:
    card = authority().issue(holder(), utc_now(), not_after=utc_now() + timedelta(hours=10))
    station = OutageStation(tmp_path, card)
    app = station.sending()
    async with app.run_test() as pilot:
        await to_password(pilot)
        station.services.clock = lambda: utc_now() + timedelta(hours=11)
        await give_pin(pilot, SIGNING)
        await until(pilot, ProblemScreen)
        assert "Code for staff: C09" in lines(app)
        assert station.services.store.outbox.list() == ()
        assert [item.id for item in station.services.store.outbox.drafts()] == [station.draft_id]
    assert station.stored().secrets["signing"].tries_left == 5
    station.services.close()


async def test_a_certificate_that_runs_out_soon_shortens_the_time(tmp_path: Path) -> None:
    ends = (utc_now() + timedelta(hours=10)).replace(second=0, microsecond=0)
    station = OutageStation(tmp_path, authority().issue(holder(), utc_now(), not_after=ends))
    app = station.sending()
    async with app.run_test() as pilot:
        await to_password(pilot)
        await give_pin(pilot, SIGNING)
        await until(pilot, SlipScreen)
        assert moment_words(ends, app.t) in "\n".join(lines(app))
        (item,) = station.services.store.outbox.list()
        assert item.not_after == ends
    station.services.close()


async def test_what_was_begun_at_the_portal_is_named_in_what_is_signed(
    station: OutageStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox, bodies = station.services.store.outbox, list[bytes]()
    put = outbox.put

    def looked_at(owner: Owner, item: NewItem, *others: Any, **more: Any) -> ItemSummary:
        bodies.append(item.body)
        return put(owner, item, *others, **more)

    monkeypatch.setattr(outbox, "put", looked_at)
    etag = f'"{station.services.device_id}.3"'
    app = station.sending(etag=etag)
    async with app.run_test() as pilot:
        await to_password(pilot)
        await give_pin(pilot, SIGNING)
        await done(pilot, app)
    statement = json.loads(base64.b64decode(station.opened(bodies[0]).statement))
    assert statement["replaces"] == etag


async def test_the_language_changes_at_every_screen_and_nothing_is_lost(station: OutageStation) -> None:
    app = station.sending()
    async with app.run_test() as pilot:
        way: tuple[tuple[type[KioskScreen[Any]], str], ...] = (
            (OutageScreen, "1"),
            (AccountIdScreen, "f10"),
            (SignReviewScreen, "f10"),
            (SecretEntryScreen, "f10"),
            (SlipScreen, "2"),
        )
        for screen, key in way:
            await until(pilot, screen)
            if screen is AccountIdScreen:
                app.screen.query_one(f"#{editor_id('id')}", Input).value = ACCOUNT_ID
            if screen is SecretEntryScreen:
                app.screen.query_one(SecretField).put(bytearray(SIGNING.encode()))
            await pilot.pause()
            await pilot.press("f3")
            await until(pilot, screen)
            assert app.t.language == "ja"
            assert not [line for line in lines(app) if "Portal" in line or "portal" in line]
            await pilot.press("f3")
            await until(pilot, screen)
            await pilot.press(key)
        await app.finished()
    assert app.results == [True]
