"""In an outage: what is offered, what is asked, and what a person reads before signing."""

from __future__ import annotations

import base64
from collections.abc import Generator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from textual.widgets import Input

from kiosk.app import KioskApp, PortalChanged
from kiosk.portal.errors import PortalTimeout
from kiosk.portal.watch import PortalState
from kiosk.screens.outage import OutageScreen
from kiosk.screens.outage_draft import DraftKeptScreen
from kiosk.screens.send_review import SendReviewScreen
from kiosk.screens.sign_review import SignReviewScreen
from kiosk.screens.sign_review_id import AccountIdScreen
from kiosk.screens.slip import SlipScreen
from kiosk.widgets.fields import editor_id
from tests.bad_input.parts import SIGNING
from tests.bad_input.person import give_pin, lines, still_reads
from tests.support.cards import issue
from tests.support.outage import ACCOUNT_ID, OutageStation
from tests.support.outage_steps import choices, to_review
from tests.support.screens import until


@pytest.fixture
def station(tmp_path: Path) -> Generator[OutageStation]:
    made = OutageStation(tmp_path, issue())
    yield made
    made.services.close()


def opens(app: KioskApp) -> None:
    app.on_portal_changed(PortalChanged(PortalState("open")))


# --- what is offered --------------------------------------------------------------------------------------------------


async def test_three_things_are_offered_in_both_languages(station: OutageStation) -> None:
    app = station.sending()
    async with app.run_test() as pilot:
        await until(pilot, OutageScreen)
        assert choices(app) == ["sign", "draft", "again"]
        await still_reads(pilot, "outage.saved", "outage.counter")
        await pilot.press("2")
        await until(pilot, DraftKeptScreen)
        await pilot.press("2")
        await app.finished()
    assert app.results == [False]
    assert station.services.store.outbox.list() == ()
    assert [item.id for item in station.services.store.outbox.drafts()] == [station.draft_id]


@pytest.mark.parametrize("broken", ["missing", "run out", "foreign"])
async def test_without_a_key_in_force_only_a_draft_is_offered_and_why(station: OutageStation, broken: str) -> None:
    if broken == "missing":
        station.forget_key()
    elif broken == "run out":
        station.know_key(days=-1)
    else:
        settings = station.services.settings
        pin = base64.b64encode(bytes(32)).decode()
        station.services.settings = replace(settings, portal=replace(settings.portal, sealing_pin=pin))
    app = station.sending()
    async with app.run_test() as pilot:
        await until(pilot, OutageScreen)
        assert choices(app) == ["draft", "again"]
        await still_reads(pilot, "outage.obstacle.no_key", "outage.only_draft")
        await pilot.press("1")
        await until(pilot, DraftKeptScreen)
        await pilot.press("2")
        await app.finished()
    assert app.results == [False]


async def test_nothing_is_signed_that_would_run_out_before_the_portal_opens(station: OutageStation) -> None:
    station.hours = 80
    app = station.sending()
    async with app.run_test() as pilot:
        await until(pilot, OutageScreen)
        assert choices(app) == ["draft", "again"]
        await still_reads(pilot, "outage.obstacle.too_long")


async def test_what_has_changed_while_the_offer_stood_counts(station: OutageStation) -> None:
    app = station.sending()
    async with app.run_test() as pilot:
        await until(pilot, OutageScreen)
        station.forget_key()
        await pilot.press("1")
        await until(pilot, OutageScreen)
        await still_reads(pilot, "outage.obstacle.no_key")


async def test_trying_again_finds_the_portal_open(station: OutageStation) -> None:
    app = station.sending()
    async with app.run_test() as pilot:
        await until(pilot, OutageScreen)
        await pilot.press("3")
        await until(pilot, SendReviewScreen)
        assert app.portal_words()[1] == "open"
        await pilot.press("escape")
        await app.finished()
    assert app.results == [False]


async def test_trying_again_finds_it_still_away(station: OutageStation) -> None:
    station.portal.refusals.append(PortalTimeout(sent=False))
    app = station.sending()
    async with app.run_test() as pilot:
        await until(pilot, OutageScreen)
        await pilot.press("3")
        await until(pilot, OutageScreen)
        assert app.portal_words()[1] == "unreachable"
        await still_reads(pilot, "outage.unreachable")
        assert "P02" in "\n".join(lines(app))


async def test_the_portal_comes_back_while_the_offer_stands(station: OutageStation) -> None:
    app = station.sending()
    async with app.run_test() as pilot:
        await until(pilot, OutageScreen)
        opens(app)
        await until(pilot, OutageScreen)
        assert choices(app) == ["again", "draft"]
        await still_reads(pilot, "outage.open_again")
        await pilot.press("1")
        await until(pilot, SendReviewScreen)


async def test_the_portal_goes_away_at_the_last_look(station: OutageStation) -> None:
    app = station.sending()
    async with app.run_test() as pilot:
        await until(pilot, OutageScreen)
        await pilot.press("3")
        await until(pilot, SendReviewScreen)
        app.on_portal_changed(PortalChanged(PortalState("unreachable")))
        await until(pilot, SendReviewScreen)
        await pilot.press("f10")
        await until(pilot, OutageScreen)


async def test_from_a_foreign_network_nothing_is_signed_for_later(station: OutageStation) -> None:
    app = station.sending()
    async with app.run_test() as pilot:
        await until(pilot, OutageScreen)
        await pilot.press("3")
        await until(pilot, SendReviewScreen)
        app.on_portal_changed(PortalChanged(PortalState("region")))
        await until(pilot, SendReviewScreen)
        await pilot.press("f10")
        await until(pilot, OutageScreen)
        assert choices(app) == ["draft", "again"]
        await still_reads(pilot, "outage.region", "outage.obstacle.region")
        await pilot.press("1")
        await until(pilot, DraftKeptScreen)
        await pilot.press("2")
        await app.finished()
    assert app.results == [False]


async def test_the_mouse_is_enough(station: OutageStation) -> None:
    app = station.sending()
    async with app.run_test(size=(120, 60)) as pilot:
        await until(pilot, OutageScreen)
        await pilot.click("ChoiceList", offset=(4, 0))
        await until(pilot, AccountIdScreen)
        app.screen.query_one(f"#{editor_id('id')}", Input).value = ACCOUNT_ID
        await pilot.pause()
        await pilot.click("#continue")
        await until(pilot, SignReviewScreen)
        await pilot.click("#sign")
        await give_pin(pilot, SIGNING)
        await until(pilot, SlipScreen)
        await pilot.click("ChoiceList", offset=(4, 1))
        await app.finished()
    assert app.results == [True]


# --- account and review -----------------------------------------------------------------------------------------------


async def test_an_empty_id_is_not_taken_and_a_change_of_language_keeps_it(station: OutageStation) -> None:
    app = station.sending()
    async with app.run_test() as pilot:
        await until(pilot, OutageScreen)
        await pilot.press("1")
        await until(pilot, AccountIdScreen)
        await pilot.press("f10")
        await still_reads(pilot, "log_in.no_id", "account_id.why")
        screen = app.screen
        screen.query_one(f"#{editor_id('id')}", Input).value = "ｘｘ ００"
        await pilot.pause()
        await pilot.press("f3")
        await pilot.pause()
        assert screen.query_one(f"#{editor_id('id')}", Input).value == "ｘｘ ００"
        await pilot.press("f10")
        await until(pilot, SignReviewScreen)
        assert "xx00" in "\n".join(lines(app))


async def test_back_from_the_review_leads_to_the_id_and_then_to_the_offer(station: OutageStation) -> None:
    app = station.sending()
    async with app.run_test() as pilot:
        await to_review(pilot)
        await pilot.press("escape")
        await until(pilot, AccountIdScreen)
        assert app.screen.query_one(f"#{editor_id('id')}", Input).value == ACCOUNT_ID
        await pilot.press("escape")
        await until(pilot, OutageScreen)


async def test_the_review_shows_everything_with_the_japanese_beside_it(station: OutageStation) -> None:
    app = station.sending()
    async with app.run_test() as pilot:
        await to_review(pilot)
        shown = "\n".join(str(widget.render()) for widget in app.screen.query("#body Static"))
        for words in (
            "Extension of stay",
            "在留期間の更新",
            "photo.jpg",
            ACCOUNT_ID,
            "出入国在留管理庁",
            "Nationality",
        ):
            assert words in shown
        await still_reads(pilot, "sign.lead", "sign.sealed", "sign.cancel", "answers.from_card_later")


async def test_a_stay_that_ends_before_the_signature_does_is_said(station: OutageStation) -> None:
    soon = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
    app = station.sending(answers={"part1.current_period_expiration_date": soon})
    async with app.run_test() as pilot:
        await to_review(pilot)
        assert app.screen.query("#stay")
