"""Signing in with a virtual card: what is asked, what is said when the card or the portal refuses, what is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from kiosk.app import KioskApp, ReaderNews
from kiosk.card.monitor import CardPresent
from kiosk.card.profile import KeyUse
from kiosk.portal.errors import AccountLocked, LoginFailed, PortalUnreachable
from kiosk.screens.card_prompt import CardPromptScreen
from kiosk.screens.journeys.sign_in import sign_in
from kiosk.screens.log_in import LogInScreen
from kiosk.screens.message import MessageScreen, ProblemScreen
from kiosk.screens.password_reset import PasswordResetScreen
from kiosk.screens.secret_entry import SecretEntryScreen
from kiosk.widgets.text import Line
from tests.support import cards
from tests.support.screens import ScreenApp, journey_app, until
from tests.support.staff import give_code, set_staff_code
from tests.support.station import Station

PIN = cards.PIN.decode()
PASSWORD = "Kakuu-mihon-1"
AUTHENTICATION = KeyUse.AUTHENTICATION


@pytest.fixture
def station(tmp_path: Path) -> Station:
    return Station(tmp_path, cards.issue())


def signing_in(station: Station) -> ScreenApp:
    return journey_app(sign_in, "en", station.services)


def tries(station: Station) -> int:
    return station.stored().secrets[AUTHENTICATION].tries_left


def words(pilot: Pilot[Any], selector: str) -> str:
    return str(pilot.app.screen.query_one(selector, Line).render())


async def give_pin(pilot: Pilot[Any], pin: str = PIN) -> None:
    await until(pilot, SecretEntryScreen)
    await pilot.press(*pin, "enter")


async def give_entry(pilot: Pilot[Any], authentication_id: str = "XX1") -> None:
    await until(pilot, LogInScreen)
    if authentication_id:
        await pilot.press(*authentication_id, "enter")
    await pilot.press(*PASSWORD, "enter")


async def test_a_person_signs_in(station: Station) -> None:
    app = signing_in(station)
    async with app.run_test() as pilot:
        await give_pin(pilot)
        await give_entry(pilot)
        await app.finished()
        assert app.visit.owner is not None
        assert station.services.store.list(app.visit.owner) == ()
    assert app.results[0].signing
    assert app.visit.account is not None
    assert app.visit.owner is not None
    assert app.visit.owner.secret is not None, "self-service drafts open with the card alone"
    assert station.portal.log_ins == [("XX1", PASSWORD.encode())]
    assert tries(station) == 3


async def test_a_wrong_pin_says_how_many_tries_are_left(station: Station) -> None:
    app = signing_in(station)
    async with app.run_test() as pilot:
        await give_pin(pilot, "0000")
        await until(pilot, SecretEntryScreen)
        assert "not right" in words(pilot, "#error")
        assert "2 tries left" in words(pilot, "#tries")
        await pilot.press(*PIN, "enter", *PIN, "enter")
        await until(pilot, LogInScreen)
    assert tries(station) == 3


@pytest.mark.parametrize(("digit", "shown"), [("1", False), ("2", True)])
async def test_the_last_try_needs_staff(tmp_path: Path, digit: str, shown: bool) -> None:
    content = cards.issue()
    content.secrets[AUTHENTICATION].tries_left = 1
    station = Station(tmp_path, content)
    set_staff_code(station.services)
    app = signing_in(station)
    async with app.run_test() as pilot:
        await until(pilot, MessageScreen)
        assert "one try" in words(pilot, "#lead")
        await pilot.press(digit)
        if shown:
            await give_code(pilot)
            await until(pilot, SecretEntryScreen)
            await pilot.press(*PIN, "enter", *PIN, "enter")
            await until(pilot, LogInScreen)
        else:
            await app.finished()
            assert app.results == [None]
    assert tries(station) == (3 if shown else 1)


async def test_a_blocked_pin_is_never_asked_for(tmp_path: Path) -> None:
    content = cards.issue()
    content.secrets[AUTHENTICATION].tries_left = 0
    app = signing_in(Station(tmp_path, content))
    async with app.run_test() as pilot:
        await until(pilot, MessageScreen)
        assert "blocked" in words(pilot, "#lead")
        await pilot.press("1")
        await app.finished()
    assert app.results == [None]


async def test_a_refused_log_in_keeps_the_id_and_the_pin(station: Station) -> None:
    station.portal.refusals = [LoginFailed()]
    app = signing_in(station)
    async with app.run_test() as pilot:
        await give_pin(pilot)
        await give_entry(pilot)
        await until(pilot, LogInScreen)
        while not pilot.app.screen.query("#error") or "not right" not in words(pilot, "#error"):
            await until(pilot, LogInScreen)
        await give_entry(pilot, "")
        await app.finished()
    assert [entry[0] for entry in station.portal.log_ins] == ["XX1", "XX1"]
    assert app.visit.account is not None


async def test_a_locked_account_leads_back(station: Station) -> None:
    station.portal.refusals = [AccountLocked(minutes=15)]
    app = signing_in(station)
    async with app.run_test() as pilot:
        await give_pin(pilot)
        await give_entry(pilot)
        await until(pilot, ProblemScreen)
        assert "15" in " ".join(str(line.render()) for line in pilot.app.screen.query(Line))
        await pilot.press("1")
        await until(pilot, SecretEntryScreen)
    assert app.visit.account is None
    assert app.visit.owner is None


async def test_without_the_portal_the_drafts_open_alone(station: Station) -> None:
    station.portal.refusals = [PortalUnreachable()]
    app = signing_in(station)
    async with app.run_test() as pilot:
        await give_pin(pilot)
        await give_entry(pilot)
        await until(pilot, ProblemScreen)
        await pilot.press("1")
        await app.finished()
    assert app.results[0] is not None
    assert app.visit.owner is not None
    assert app.visit.account is None


async def test_after_an_outage_nothing_is_typed_again(station: Station) -> None:
    station.portal.refusals = [PortalUnreachable()]
    app = signing_in(station)
    async with app.run_test() as pilot:
        await give_pin(pilot)
        await give_entry(pilot)
        await until(pilot, ProblemScreen)
        await pilot.press("2")
        await app.finished()
    assert station.portal.log_ins == [("XX1", PASSWORD.encode())] * 2
    assert app.visit.account is not None


async def test_a_card_pulled_in_mid_step_costs_only_the_pin(station: Station) -> None:
    app = signing_in(station)

    def pull(header: bytes) -> None:
        if header[1] == 0x2A:  # the signature
            station.reader.on_command = None
            station.reader.remove()

    async with app.run_test() as pilot:
        await give_pin(pilot)
        await until(pilot, LogInScreen)
        station.reader.on_command = pull
        await give_entry(pilot)
        await until(pilot, CardPromptScreen)
        assert "back on the reader" in words(pilot, "#lead")
        station.reader.insert()
        app.post_message(ReaderNews(CardPresent(station.reader.name)))
        await give_pin(pilot)
        await app.finished()
    assert station.portal.log_ins == [("XX1", PASSWORD.encode())]
    assert app.visit.account is not None


async def test_a_card_that_never_comes_leads_back(station: Station) -> None:
    station.reader.remove()
    app = signing_in(station)
    async with app.run_test() as pilot:
        await until(pilot, CardPromptScreen)
        await pilot.press("escape")
        await app.finished()
    assert app.results == [None]


async def test_a_card_of_an_unknown_authority_signs_nobody_in(tmp_path: Path) -> None:
    station = Station(tmp_path, cards.issue())
    for anchor in (tmp_path / "trust").glob("*.pem"):
        anchor.unlink()
    app = signing_in(station)
    async with app.run_test() as pilot:
        await give_pin(pilot)
        await until(pilot, ProblemScreen)
        assert "C14" in " ".join(str(line.render()) for line in pilot.app.screen.query(Line))
    assert app.visit.owner is None


async def test_a_forgotten_password_is_mailed_for(station: Station) -> None:
    app = signing_in(station)
    async with app.run_test() as pilot:
        await give_pin(pilot)
        await until(pilot, LogInScreen)
        await pilot.click("#forgot_password")
        await until(pilot, PasswordResetScreen)
        await pilot.press(*"XX1", "enter", *"a@example.com", "enter")
        await until(pilot, MessageScreen)
        await pilot.press("enter")
        await until(pilot, LogInScreen)
        await pilot.click("#forgot_id")
        await until(pilot, MessageScreen)
        await pilot.press("1")
        await until(pilot, LogInScreen)
    assert station.portal.resets == [("XX1", "a@example.com")]
    assert app.visit.authentication_id == "XX1"


async def test_back_leads_through_the_pin_to_the_menu(station: Station) -> None:
    app = signing_in(station)
    async with app.run_test() as pilot:
        await give_pin(pilot)
        await until(pilot, LogInScreen)
        await pilot.press("escape")
        await until(pilot, SecretEntryScreen)
        await pilot.press("escape")
        await app.finished()
    assert app.results == [None]
    assert isinstance(app, KioskApp)
