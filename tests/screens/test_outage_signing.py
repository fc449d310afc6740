"""Signing in an outage: what is sealed, what goes wrong, that nothing is lost by it, and the slip on a stick."""

from __future__ import annotations

import base64
import errno
import json
import os
from collections.abc import Generator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.app import ReaderNews
from kiosk.card.monitor import CardPresent
from kiosk.forms.model import PersonFacts
from kiosk.offline_queue.keys import Owner
from kiosk.offline_queue.outbox_model import ItemSummary, NewItem
from kiosk.offline_queue.remains import Rest
from kiosk.screens.card_prompt import CardPromptScreen
from kiosk.screens.message import MessageScreen, ProblemScreen
from kiosk.screens.outage import OutageScreen
from kiosk.screens.outbox_place import PlaceScreen
from kiosk.screens.secret_entry import SecretEntryScreen
from kiosk.screens.sign_review import SignReviewScreen
from kiosk.screens.sign_review_id import AccountIdScreen
from kiosk.screens.slip import SlipScreen
from tests.bad_input.parts import SIGNING
from tests.bad_input.person import give_pin, lines, still_reads
from tests.support.cards import authority, holder, issue
from tests.support.outage import ACCOUNT_ID, OutageStation
from tests.support.outage_steps import done, to_password
from tests.support.screens import until
from tests.support.staff import give_code, set_staff_code

SIGN_COMMANDS = {"VERIFY": 0x20, "READ": 0xB0, "SIGN": 0x2A}


@pytest.fixture
def station(tmp_path: Path) -> Generator[OutageStation]:
    made = OutageStation(tmp_path, issue())
    yield made
    made.services.close()


# --- signing ----------------------------------------------------------------------------------------------------------


async def test_what_is_signed_is_sealed_with_the_person_from_the_card(
    station: OutageStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies: list[bytes] = []
    put = station.services.store.outbox.put

    def looked_at(owner: Owner, item: NewItem, draft_id: str = "", rest: Rest | None = None) -> ItemSummary:
        bodies.append(item.body)
        return put(owner, item, draft_id, rest)

    monkeypatch.setattr(station.services.store.outbox, "put", looked_at)
    app = station.sending()
    async with app.run_test() as pilot:
        await to_password(pilot)
        await give_pin(pilot, SIGNING)
        await until(pilot, SlipScreen)
        assert station.submission_id in "\n".join(lines(app))
        await still_reads(pilot, "slip.lead", "slip.next", "slip.late", "slip.cancel", "slip.no_reception")
        await done(pilot, app)
    assert app.results == [True]
    (item,) = station.services.store.outbox.list()
    assert (item.id, item.state) == (station.submission_id, "waiting")
    statement = json.loads(base64.b64decode(station.opened(bodies[0]).statement))
    assert statement["authentication_id"] == ACCOUNT_ID
    assert statement["content"]["answers"]["part1.name"] == "KAKUU MIHON"
    assert [file["document"] for file in statement["attachments"]] == ["", "organisation_sheets", "category_proof"]
    signed_at, not_after = (datetime.fromisoformat(statement[name]) for name in ("signed_at", "not_after"))
    assert timedelta(hours=71) < not_after - signed_at <= timedelta(hours=72)
    assert station.services.store.outbox.drafts() == ()


async def test_a_wrong_password_costs_a_try_and_nothing_else(station: OutageStation) -> None:
    app = station.sending()
    async with app.run_test() as pilot:
        await to_password(pilot)
        await give_pin(pilot, "WRONG123")
        await until(pilot, SecretEntryScreen)
        await still_reads(pilot, "secret.signing.wrong")
        await give_pin(pilot, SIGNING)
        await done(pilot, app)
    assert app.results == [True]


async def test_a_password_that_becomes_blocked_leaves_the_draft(station: OutageStation) -> None:
    set_staff_code(station.services)
    app = station.sending()
    async with app.run_test() as pilot:
        await to_password(pilot)
        for _ in range(4):
            await give_pin(pilot, "WRONG123")
        await until(pilot, MessageScreen)
        await pilot.press("2")
        await give_code(pilot)
        await give_pin(pilot, "WRONG123")
        await until(pilot, MessageScreen)
        await still_reads(pilot, "error.secret_blocked_signing")
        await pilot.press("1")
        await until(pilot, SignReviewScreen)
        await pilot.press("escape")
        await until(pilot, AccountIdScreen)
        await pilot.press("escape")
        await until(pilot, OutageScreen)
        await pilot.press("escape")
        await app.finished()
    assert app.results == [False]
    assert station.services.store.outbox.list() == ()
    assert [item.id for item in station.services.store.outbox.drafts()] == [station.draft_id]


@pytest.mark.parametrize("command", SIGN_COMMANDS)
async def test_the_card_is_pulled_and_laid_back(command: str, station: OutageStation) -> None:
    app = station.sending()
    async with app.run_test() as pilot:
        await to_password(pilot)
        _pull_at(station, SIGN_COMMANDS[command])
        await give_pin(pilot, SIGNING)
        await until(pilot, CardPromptScreen)
        assert station.services.store.outbox.list() == ()
        station.reader.insert()
        app.post_message(ReaderNews(CardPresent(station.reader.name)))
        await give_pin(pilot, SIGNING)
        await done(pilot, app)
    assert app.results == [True]
    assert not list((Path(station.services.settings.store.folder) / "files").glob("*.tmp"))


def _pull_at(station: OutageStation, instruction: int) -> None:
    def on_command(header: bytes) -> None:
        if header[1] == instruction:
            station.reader.on_command = None
            station.reader.remove()

    station.reader.on_command = on_command


async def test_another_persons_card_is_refused_before_its_password_counts(station: OutageStation) -> None:
    from kiosk.card.virtual.store import save_card

    app = station.sending()
    async with app.run_test() as pilot:
        await to_password(pilot)
        other = authority().issue(holder(name="KAKUU OTHER"), datetime.now(UTC))
        save_card(other, station.card_file)
        station.reader.remove()
        station.reader.insert()
        await give_pin(pilot, SIGNING)
        await until(pilot, ProblemScreen)
        await still_reads(pilot, "error.draft_not_yours")
        await pilot.press("2")
        await until(pilot, SignReviewScreen)
    assert station.stored().secrets["signing"].tries_left == 5
    assert station.services.store.outbox.list() == ()


async def test_a_draft_about_somebody_else_is_not_signed(station: OutageStation) -> None:
    facts = PersonFacts(name="KAKUU OTHER", birth_date="1990-01-02", sex="2", address="東京都千代田区霞が関１丁目")
    app = station.sending(facts=facts)
    async with app.run_test() as pilot:
        await to_password(pilot)
        await give_pin(pilot, SIGNING)
        await until(pilot, ProblemScreen)
        await still_reads(pilot, "error.signer_differs")
    assert station.services.store.outbox.list() == ()


async def test_what_the_card_says_may_call_for_more_answers(tmp_path: Path) -> None:
    content = authority().issue(holder(name_substituted="0001"), datetime.now(UTC))
    station = OutageStation(tmp_path, content)
    app = station.sending()
    async with app.run_test() as pilot:
        await to_password(pilot)
        await give_pin(pilot, SIGNING)
        await until(pilot, ProblemScreen)
        await still_reads(pilot, "error.more_asked")
        await pilot.press("1")
        await app.finished()
    assert app.results == [False]
    assert station.services.store.outbox.list() == ()
    station.services.close()


async def test_a_child_that_only_the_card_shows_to_be_one_does_not_sign(tmp_path: Path) -> None:
    born = date.today().replace(day=1) - timedelta(days=14 * 365)
    station = OutageStation(tmp_path, authority().issue(holder(birth_date=born.isoformat()), datetime.now(UTC)))
    app = station.sending()
    async with app.run_test() as pilot:
        await to_password(pilot)
        await give_pin(pilot, SIGNING)
        await until(pilot, ProblemScreen)
        await still_reads(pilot, "error.ruled_out")
        await pilot.press("1")
        await app.finished()
    assert app.results == [False]
    assert station.services.store.outbox.list() == ()
    station.services.close()


async def test_a_full_disk_leaves_the_draft(station: OutageStation, monkeypatch: pytest.MonkeyPatch) -> None:
    app = station.sending()
    async with app.run_test() as pilot:
        await to_password(pilot)
        with monkeypatch.context() as patch:

            def refuse(_handle: int) -> None:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

            patch.setattr("kiosk.offline_queue.files.os.fsync", refuse)
            await give_pin(pilot, SIGNING)
            await until(pilot, ProblemScreen)
        await still_reads(pilot, "error.disk_full")
        await pilot.press("1")
        await done(pilot, app)
    assert app.results == [True]


# --- the slip on a stick ----------------------------------------------------------------------------------------------


async def test_the_slip_is_saved_where_the_person_says(station: OutageStation) -> None:
    (station.sticks / "usb").mkdir()
    app = station.sending()
    async with app.run_test() as pilot:
        await to_password(pilot)
        await give_pin(pilot, SIGNING)
        await until(pilot, SlipScreen)
        await pilot.press("1")
        await until(pilot, PlaceScreen)
        await pilot.press("1")
        await until(pilot, PlaceScreen)
        await pilot.press("2")
        await until(pilot, PlaceScreen)
        await pilot.press("1")
        await until(pilot, SlipScreen)
        (paper,) = (station.sticks / "usb").iterdir()
        assert paper.name in "\n".join(lines(app))
        await pilot.press("2")
        await app.finished()
    assert paper.read_bytes().startswith(b"%PDF")


async def test_a_stick_that_is_full_or_gone(station: OutageStation, monkeypatch: pytest.MonkeyPatch) -> None:
    usb = station.sticks / "usb"
    usb.mkdir()
    app = station.sending()
    async with app.run_test() as pilot:
        await to_password(pilot)
        await give_pin(pilot, SIGNING)
        await until(pilot, SlipScreen)
        await pilot.press("1")
        await until(pilot, PlaceScreen)
        await pilot.press("1")
        await until(pilot, PlaceScreen)
        with monkeypatch.context() as patch:

            def refuse(_handle: int) -> None:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

            patch.setattr("kiosk.reports.saving.os.fsync", refuse)
            await pilot.press("1")
            await until(pilot, ProblemScreen)
        await still_reads(pilot, "error.place_full")
        assert [entry.name for entry in station.sticks.iterdir()] == ["usb"]
        await pilot.press("1")
        await until(pilot, PlaceScreen)
        await pilot.press("1")
        await until(pilot, PlaceScreen)
        await pilot.press("2")
        await until(pilot, PlaceScreen)
        usb.rmdir()
        await pilot.press("1")
        await until(pilot, ProblemScreen)
        await still_reads(pilot, "error.place_gone")
        await pilot.press("2")
        await done(pilot, app)
    assert app.results == [True]
