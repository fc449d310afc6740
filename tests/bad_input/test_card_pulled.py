"""The card is taken away while it is asked for something: it is wanted back, and only the secrets are typed again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kiosk.app import KioskApp, ReaderNews
from kiosk.card.monitor import CardPresent
from kiosk.screens.card_prompt import CardPromptScreen
from kiosk.screens.journeys.registration import register
from kiosk.screens.journeys.sign_in import sign_in
from kiosk.screens.log_in import LogInScreen
from kiosk.screens.registration_person import RegistrationPersonScreen
from kiosk.screens.secret_entry import SecretEntryScreen
from tests.bad_input.parts import SIGNING, Desk
from tests.bad_input.person import give_details, give_pin, lines, still_reads
from tests.support.screens import until

Make = Callable[..., Desk]
COMMANDS = {"VERIFY": 0x20, "READ": 0xB0, "SIGN": 0x2A}


def pull_at(desk: Desk, instruction: int, count: int = 1) -> None:
    """Pull the card at the ``count``-th command of this instruction."""
    left = [count]

    def on_command(header: bytes) -> None:
        left[0] -= header[1] == instruction
        if not left[0]:
            desk.reader.on_command = None
            desk.reader.remove()

    desk.reader.on_command = on_command


def lay_back(desk: Desk, app: KioskApp) -> None:
    desk.reader.insert()
    app.post_message(ReaderNews(CardPresent(desk.reader.name)))


@pytest.mark.parametrize("command", COMMANDS)
async def test_at_log_in(command: str, make_desk: Make) -> None:
    desk = make_desk()
    app = desk.app(sign_in)
    async with app.run_test() as pilot:
        await until(pilot, SecretEntryScreen)
        pull_at(desk, COMMANDS[command])
        await give_pin(pilot)
        await until(pilot, CardPromptScreen)
        await still_reads(pilot, "card_prompt.again")
        lay_back(desk, app)
        await give_pin(pilot)
        await until(pilot, LogInScreen)
    assert desk.tries() == 3


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("count", [1, 2], ids=["authentication", "signing"])
async def test_at_registration(command: str, count: int, make_desk: Make) -> None:
    desk = make_desk()
    app = desk.app(register)
    async with app.run_test() as pilot:
        await give_details(pilot, desk.email)
        pull_at(desk, COMMANDS[command], count)
        await give_pin(pilot)
        await give_pin(pilot, SIGNING)
        await until(pilot, CardPromptScreen)
        await still_reads(pilot, "card_prompt.again")
        lay_back(desk, app)
        await give_pin(pilot)
        await give_pin(pilot, SIGNING)
        await until(pilot, RegistrationPersonScreen)
        assert any("KAKUU MIHON" in line for line in lines(app))
    assert (desk.tries(), desk.tries("signing")) == (3, 5)
