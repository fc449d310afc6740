"""Registering with a virtual card, and the way from the welcome to the end of a visit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from kiosk.card.profile import KeyUse
from kiosk.portal.errors import PortalUnreachable, TermsChanged
from kiosk.screens.account import AccountScreen
from kiosk.screens.base import KioskScreen
from kiosk.screens.end import EndScreen
from kiosk.screens.help import HelpScreen
from kiosk.screens.home import HomeScreen
from kiosk.screens.journeys.registration import register
from kiosk.screens.journeys.start import visit
from kiosk.screens.log_in import LogInScreen
from kiosk.screens.mail_sent import MailSentScreen
from kiosk.screens.menu import MenuScreen
from kiosk.screens.message import MessageScreen, ProblemScreen
from kiosk.screens.preparation import PreparationScreen
from kiosk.screens.registration_check import RegistrationCheckScreen
from kiosk.screens.registration_details import RegistrationDetailsScreen
from kiosk.screens.registration_person import RegistrationPersonScreen
from kiosk.screens.secret_entry import SecretEntryScreen
from kiosk.screens.terms import TermsScreen
from kiosk.screens.user_kinds import UserKindsScreen
from kiosk.screens.welcome import WelcomeScreen
from kiosk.widgets.fields import editor_id
from kiosk.widgets.text import Line
from tests.support import cards
from tests.support.entry import TERMS_VERSION
from tests.support.screens import ScreenApp, journey_app, until
from tests.support.station import Station

PIN, PASSWORD = cards.PIN.decode(), cards.PASSWORD.decode()
TYPED = {"residence_card_number": "XX00000000XX", "phone": "03-1234-5678", "email": "kakuu@example.com",
         "email_again": "kakuu@example.com"}  # fmt: skip


@pytest.fixture
def station(tmp_path: Path) -> Station:
    return Station(tmp_path, cards.issue())


def registering(station: Station) -> ScreenApp:
    return journey_app(register, "en", station.services)


async def at(pilot: Pilot[Any], screen: type[KioskScreen[Any]], *keys: str) -> None:
    """Wait for a screen and press keys on it."""
    await until(pilot, screen)
    await pilot.press(*keys)


async def fill(pilot: Pilot[Any]) -> None:
    """Type the details and go on."""
    await until(pilot, RegistrationDetailsScreen)
    screen = pilot.app.screen
    screen.query_one(f"#{editor_id('registration.nationality')}").focus()
    await pilot.press(*"viet", "enter")
    await until(pilot, RegistrationDetailsScreen)
    for name, text in TYPED.items():
        screen.query_one(f"#{editor_id(f'registration.{name}')}").focus()
        await pilot.press(*text)
    await pilot.press("f10")


async def come_to_the_secrets(pilot: Pilot[Any]) -> None:
    """From the kinds of user to the first secret."""
    await at(pilot, UserKindsScreen, "1")
    await fill(pilot)
    await at(pilot, TermsScreen, "f10")
    await at(pilot, RegistrationCheckScreen, "f10")
    await until(pilot, SecretEntryScreen)


async def give_secrets(pilot: Pilot[Any], pin: str = PIN, password: str = PASSWORD) -> None:
    """Type both secrets."""
    await at(pilot, SecretEntryScreen, *pin, "enter")
    while getattr(pilot.app.screen, "use", "") != "signing":
        await until(pilot, SecretEntryScreen)
    await pilot.press(*password, "enter")


def said(pilot: Pilot[Any]) -> str:
    """Return everything the present screen says."""
    return "\n".join(str(line.render()) for line in pilot.app.screen.query(Line))


async def test_a_person_registers(station: Station) -> None:
    app = registering(station)
    async with app.run_test() as pilot:
        await come_to_the_secrets(pilot)
        await give_secrets(pilot)
        await until(pilot, RegistrationPersonScreen)
        assert cards.holder().name in said(pilot)
        assert station.portal.sent == 0, "nothing is sent before the person has seen what the card says"
        await pilot.press("f10")
        await at(pilot, MailSentScreen, "1")
        await app.finished()
    assert app.results == ["card"]
    (form,) = station.portal.registered
    assert (form.nationality, form.phone, form.residence_card_number) == ("283", "0312345678", "XX00000000XX")
    assert (form.email, form.terms_version, form.language) == ("kakuu@example.com", TERMS_VERSION, "en")
    assert {secret.tries_left for secret in station.stored().secrets.values()} == {3, 5}


async def test_a_wrong_signing_password_asks_for_that_one_alone(station: Station) -> None:
    app = registering(station)
    async with app.run_test() as pilot:
        await come_to_the_secrets(pilot)
        await give_secrets(pilot, password="FALSCH99")
        await until(pilot, SecretEntryScreen)
        while "4 tries left" not in said(pilot):
            await until(pilot, SecretEntryScreen)
        assert "signing password is not right" in said(pilot)
        await pilot.press(*PASSWORD, "enter")
        await until(pilot, RegistrationPersonScreen)


async def test_a_childs_card_is_told_why(tmp_path: Path) -> None:
    station = Station(tmp_path, cards.issue(who=cards.holder(signing_certificate=False)))
    app = registering(station)
    async with app.run_test() as pilot:
        await at(pilot, UserKindsScreen, "1")
        await until(pilot, MessageScreen)
        assert "no signing certificate" in said(pilot)
        await pilot.press("1")
        await until(pilot, UserKindsScreen)


async def test_a_blocked_signing_password_is_told_before_anything_is_typed(tmp_path: Path) -> None:
    content = cards.issue()
    content.secrets[KeyUse.SIGNING].tries_left = 0
    app = registering(Station(tmp_path, content))
    async with app.run_test() as pilot:
        await at(pilot, UserKindsScreen, "1")
        await until(pilot, MessageScreen)
        assert "blocked" in said(pilot)
        assert "convenience store" in said(pilot)


async def test_back_keeps_what_was_typed(station: Station) -> None:
    app = registering(station)
    async with app.run_test() as pilot:
        await at(pilot, UserKindsScreen, "1")
        await fill(pilot)
        await at(pilot, TermsScreen, "escape")
        await at(pilot, RegistrationDetailsScreen, "escape")
        await at(pilot, UserKindsScreen, "1")
        await at(pilot, RegistrationDetailsScreen, "f10")
        await at(pilot, TermsScreen, "f10")
        await until(pilot, RegistrationCheckScreen)
        assert "XX00000000XX" in said(pilot)
        await pilot.press("tab", "enter")
        await at(pilot, RegistrationDetailsScreen, "escape")
        await at(pilot, UserKindsScreen, "escape")
        await app.finished()
    assert app.results == [""]


async def test_the_prevailing_terms_can_be_read(station: Station) -> None:
    app = registering(station)
    async with app.run_test() as pilot:
        await at(pilot, UserKindsScreen, "1")
        await fill(pilot)
        await at(pilot, TermsScreen, "tab", "enter")
        await until(pilot, TermsScreen)
        while pilot.app.screen.query("#japanese"):
            await until(pilot, TermsScreen)
        assert "prevails" not in said(pilot)


async def test_without_the_portal_there_are_no_terms(station: Station) -> None:
    station.portal.refusals = [PortalUnreachable()]
    app = registering(station)
    async with app.run_test() as pilot:
        await at(pilot, UserKindsScreen, "1")
        await fill(pilot)
        await at(pilot, ProblemScreen, "1")
        await until(pilot, TermsScreen)


async def test_other_terms_are_read_again(station: Station) -> None:
    app = registering(station)
    async with app.run_test() as pilot:
        await come_to_the_secrets(pilot)
        await give_secrets(pilot)
        await until(pilot, RegistrationPersonScreen)
        station.portal.refusals = [TermsChanged()]
        await pilot.press("f10")
        await at(pilot, ProblemScreen, "1")
        await until(pilot, TermsScreen)
    assert station.portal.sent == 0


async def test_a_lost_answer_is_asked_for_without_the_card(station: Station) -> None:
    app = registering(station)
    async with app.run_test() as pilot:
        await come_to_the_secrets(pilot)
        await give_secrets(pilot)
        await until(pilot, RegistrationPersonScreen)
        station.portal.refusals = [PortalUnreachable()]
        await pilot.press("f10")
        station.reader.remove()
        await at(pilot, ProblemScreen, "1")
        await at(pilot, MailSentScreen, "2")
        await app.finished()
    assert app.results == [""]
    assert (len(station.portal.registered), station.portal.sent) == (1, 1)


async def test_a_visit_from_the_welcome_to_the_end(station: Station) -> None:
    app = journey_app(visit, "ja", station.services)
    async with app.run_test() as pilot:
        await at(pilot, WelcomeScreen, "2")
        await at(pilot, MenuScreen, "4")
        await at(pilot, HelpScreen, "escape")
        await at(pilot, MenuScreen, "3")
        await until(pilot, PreparationScreen)
        assert "My Number card can be read" in said(pilot)
        await pilot.press("1")
        await at(pilot, PreparationScreen, "f10")
        await at(pilot, MenuScreen, "escape")
        await at(pilot, WelcomeScreen, "2")
        await at(pilot, MenuScreen, "1")
        await at(pilot, SecretEntryScreen, *PIN, "enter")
        await at(pilot, LogInScreen, *"XX1", "enter", *"Kakuu-mihon-1", "enter")
        await at(pilot, HomeScreen, "3")
        await at(pilot, AccountScreen, "1")
        await at(pilot, HomeScreen, "4")
        await at(pilot, EndScreen, "2")
        await at(pilot, HomeScreen, "4")
        await at(pilot, EndScreen, "1")
        await app.finished()
    assert station.portal.logged_out
