"""A store that cannot be used as usual: open in another program, written by a newer one, on a read-only disk."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Generator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.app import KioskApp
from kiosk.offline_queue.database import Database
from kiosk.screens.drafting import Drafting
from kiosk.screens.journeys.answers import answers, resume
from kiosk.screens.journeys.sign_in import sign_in
from kiosk.screens.message import MessageScreen
from kiosk.screens.question_page import QuestionPage
from kiosk.screens.task_list import TaskListScreen
from kiosk.services import Services
from kiosk.widgets.fields import editor_id
from tests.bad_input.parts import Desk
from tests.bad_input.person import give_pin, reads
from tests.support.screens import until

Make = Callable[..., Desk]
OCCUPATION = "part1.occupation"


async def test_a_draft_that_is_open_in_another_program_is_not_opened_twice(member: Desk) -> None:
    drafts: list[str] = []

    async def first(app: KioskApp, drafting: Drafting) -> Any:
        drafts.append(drafting.draft_id)
        await answers(app, drafting)
        drafting.close()

    async def second(app: KioskApp) -> Any:
        drafting = await resume(app, drafts[0])
        return None if drafting is None else await answers(app, drafting)

    one = member.with_draft(first, member.station())
    async with one.run_test() as pilot:
        await until(pilot, TaskListScreen)
        two = member.signed_in(second, member.station())
        async with two.run_test() as other:
            await reads(other, "error.draft_open_elsewhere", "error.draft_open_elsewhere.next")
            await other.press("1")
            await until(other, MessageScreen)
            await pilot.press("escape")
            await one.finished()
            await other.press("1")
            await until(other, TaskListScreen)


async def test_a_store_of_a_newer_program_is_left_alone_and_said(make_desk: Make) -> None:
    desk = make_desk()
    with desk.station().store as store:
        database: Database = vars(store)["_queue"]
        with database.writing() as connection:
            connection.execute("PRAGMA user_version=99")
    before = (desk.folder / "store" / "queue.db").read_bytes()
    app = desk.app(sign_in)
    async with app.run_test() as pilot:
        await give_pin(pilot)
        await reads(pilot, "error.store_too_new", "error.store_too_new.next", version=99)
        await pilot.press("2")
        await app.finished()
    assert app.visit.owner is None
    assert (desk.folder / "store" / "queue.db").read_bytes() == before


class Disk:
    """A disk of its own that can be made read-only; for anybody but root the folder's rights do."""

    def __init__(self, place: Path) -> None:
        self.place = place
        place.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)]
        self._mounted = os.geteuid() == 0 and not subprocess.run(command, capture_output=True, check=False).returncode

    def read_only(self, closed: bool) -> bool:
        """Close or open it; False where this user can write all the same."""
        if self._mounted:
            subprocess.run(["mount", "-o", f"remount,{'ro' if closed else 'rw'}", str(self.place)], check=True)
            return True
        for path in (self.place, *self.place.rglob("*")):
            path.chmod((0o500 if closed else 0o700) if path.is_dir() else (0o400 if closed else 0o600))
        return not closed or not os.access(self.place, os.W_OK)

    def fill(self) -> bool:
        """Leave no room on it; False where it is no disk of its own."""
        if self._mounted:
            with (self.place / "filler").open("wb", buffering=0) as filler, suppress(OSError):
                while filler.write(bytes(4096)):
                    pass
        return self._mounted

    def empty(self) -> None:
        """Make room again."""
        (self.place / "filler").unlink()

    def close(self) -> None:
        """Take it away."""
        if self._mounted:
            subprocess.run(["umount", "-l", str(self.place)], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Generator[Disk]:
    made = Disk(tmp_path / "disk")
    yield made
    made.read_only(closed=False)
    made.close()


def on(disk: Disk, program: Services) -> Services:
    store = replace(program.settings.store, folder=str(disk.place / "store"))
    program.settings = replace(program.settings, store=store)
    return program


async def test_on_a_read_only_disk_nobody_is_told_that_answers_are_saved(member: Desk, disk: Disk) -> None:
    with on(disk, member.station()).store:
        pass
    if not disk.read_only(closed=True):
        return  # root in a place where nothing can be mounted
    app = member.app(sign_in, on(disk, member.station()))
    async with app.run_test() as pilot:
        await give_pin(pilot)
        await reads(pilot, "error.store_read_only", "error.store_read_only.next")
    assert app.visit.owner is None


async def test_a_disk_that_fills_up_in_mid_form_loses_nothing(member: Desk, disk: Disk) -> None:
    async def route(app: KioskApp, drafting: Drafting) -> Any:
        drafting.at("background")
        kept.append(drafting)
        return await answers(app, drafting)

    kept: list[Drafting] = []
    program = on(disk, member.station())
    app = member.with_draft(route, program)
    async with app.run_test() as pilot:
        await until(pilot, QuestionPage)
        if not disk.fill():
            return  # no disk of its own: nothing to fill
        app.screen.query_one(f"#{editor_id(OCCUPATION)}").focus()
        await pilot.press("end", "x", "y", "f6")
        await reads(pilot, "error.disk_full", "error.disk_full.next")
        disk.empty()
        await pilot.press("1")
        await app.finished()
        owner = app.visit.owner
        assert owner is not None
        assert str(program.store.load(owner, kept[0].draft_id).answers[OCCUPATION]).endswith("xy")
