"""The whole path once in a real terminal: card on a real reader service, portal over HTTP, mail over SMTP."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.cards import issue
from tests.support.modules import ROOT
from tests.support.pcscd import pcscd
from tests.support.terminal import Terminal
from tests.terminal.person import PAGES, Person
from tests.terminal.slot import card_on_reader
from tests.terminal.station import Station, make_station, write_settings

pytestmark = [pytest.mark.terminal, pytest.mark.timeout(400)]


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    made = make_station(tmp_path)
    with made.portal:
        yield made


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    with Terminal(tmp_path) as made:
        yield made


@pytest.mark.pcsc
def test_from_the_welcome_to_the_result(station: Station, terminal: Terminal) -> None:
    write_settings(station, reader=True)
    person = Person(terminal)
    with pcscd():
        terminal.run(station.command, ROOT)
        person.choose_english()
        person.begin_registration()
        terminal.wait("Put your My Number card on the reader")
        with card_on_reader(issue()):
            person.enter_contact()
            person.sign_registration()
            authentication_id = station.authentication_id()
            terminal.press("1")
            person.log_in(authentication_id)
            person.begin_extension()
            person.answer(PAGES)
            person.attach()
            number = person.send()
            station.portal.admin("examine", number)
            station.portal.admin("grant", number)
            terminal.press("1")
            terminal.wait("Where it stands", "Granted", number)
            person.leave()
    terminal.wait_for(lambda: terminal.status is not None, "the program to end")
    assert terminal.status == 0
    mails = [mail for mail in station.portal.mails() if number in mail["text"]]
    assert mails, "the reception number comes by mail too"


def test_a_killed_program_gives_the_draft_back_after_the_next_sign_in(station: Station, terminal: Terminal) -> None:
    write_settings(station, reader=False)
    person = Person(terminal)
    terminal.run(station.command, ROOT)
    person.choose_english()
    person.begin_registration()
    person.enter_contact()
    person.sign_registration()
    authentication_id = station.authentication_id()
    terminal.press("1")
    person.log_in(authentication_id)
    person.begin_extension()
    person.answer(PAGES[:1])
    person.reach("Where you live now")
    terminal.type("100-0099")
    terminal.wait("100-0099", "Saved")
    terminal.settled()
    os.killpg(terminal.pid, signal.SIGKILL)
    terminal.wait_for(lambda: terminal.dead, "the program to be gone")

    terminal.run_again(station.command, ROOT)
    person.choose_english()
    terminal.press("1")
    person.log_in(authentication_id)
    terminal.press("2")
    terminal.wait("My applications", "Search by number")
    terminal.press("1")
    person.reach("Where you live now")
    terminal.wait("1000099")  # as it is kept
