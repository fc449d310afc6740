"""The staff code in its file: every wrong try is counted whatever happens, and nobody is let in by a fault."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest

from kiosk.errors import KioskError
from kiosk.offline_queue import durable
from kiosk.offline_queue.errors import DiskFull, StoreReadOnly
from kiosk.staff.access import CODE_FILE, StaffAccess, Standing
from kiosk.staff.errors import StaffCodeBroken, StaffCodeForm, StaffCodeUnset, StaffCodeWait, StaffCodeWrong
from kiosk.staff.record import Record
from tests.support.modules import ROOT
from tests.support.staff import CHEAP, STAFF_CODE

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
WRONG = "MIHON2027"


class Desk:
    """A staff code and a clock that is set by hand."""

    def __init__(self, folder: Path) -> None:
        self.now = NOON
        self.file = folder / CODE_FILE
        self.access = StaffAccess(folder, lambda: self.now, CHEAP)

    def type(self, code: str = STAFF_CODE) -> None:
        """Type a code; it is wiped whatever comes of it."""
        typed = bytearray(code.encode())
        try:
            self.access.check(typed)
        finally:
            assert typed == b""

    def type_wrong(self, times: int) -> None:
        """Type so many wrong codes, each as soon as that is allowed."""
        for _ in range(times):
            self.now += self.access.standing().wait
            with pytest.raises(StaffCodeWrong):
                self.type(WRONG)

    def told(self) -> tuple[str | int, str | int]:
        """Return the wait that whoever tries now is told, in minutes and seconds."""
        with pytest.raises(StaffCodeWait) as caught:
            self.type()
        return caught.value.params["minutes"], caught.value.params["seconds"]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path / "store")
    code = bytearray(STAFF_CODE.encode())
    made.access.set(code)
    assert code == b"", "what was given is wiped"
    return made


def test_the_code_lets_in_in_capital_and_small_letters_alike(desk: Desk) -> None:
    desk.type()
    desk.type(STAFF_CODE.lower())
    assert desk.access.ready() == 5


def test_the_file_is_this_users_alone(desk: Desk) -> None:
    assert stat.S_IMODE(desk.file.stat().st_mode) == 0o600
    assert STAFF_CODE.encode() not in desk.file.read_bytes()


def test_without_a_code_nobody_is_let_in(tmp_path: Path) -> None:
    access = StaffAccess(tmp_path, lambda: NOON)
    assert access.standing() == Standing(is_set=False)
    for act in (access.ready, lambda: access.check(bytearray(b"000000"))):
        with pytest.raises(StaffCodeUnset):
            act()
    assert not access.clear()


def test_a_cleared_code_lets_nobody_in(desk: Desk) -> None:
    assert desk.access.clear()
    with pytest.raises(StaffCodeUnset):
        desk.type()


@pytest.mark.parametrize("code", ["", "12345", "MIHON 2026", "A" * 64])
def test_what_can_be_no_code_costs_no_try_and_does_not_replace_one(desk: Desk, code: str) -> None:
    before = desk.file.read_bytes()
    with pytest.raises(StaffCodeForm):
        desk.type(code)
    with pytest.raises(StaffCodeForm):
        desk.access.set(bytearray(code.encode()))
    assert desk.file.read_bytes() == before


def test_five_wrong_ones_cost_a_minute_and_each_further_one_twice_the_last(desk: Desk) -> None:
    for left in (5, 4, 3, 2, 1):
        assert desk.access.ready() == left
        desk.type_wrong(1)
    for minutes in (1, 2, 4, 8, 16, 32, 60, 60):
        assert desk.told() == (minutes, 0)
        desk.now += timedelta(minutes=minutes, seconds=-1)
        assert desk.told() == (0, 1)
        desk.now += timedelta(seconds=1)
        assert desk.access.ready() == 1
        desk.type_wrong(1)


def test_the_right_code_waits_too_and_then_sets_the_count_back(desk: Desk) -> None:
    desk.type_wrong(6)
    assert desk.told() == (2, 0)
    desk.now += timedelta(minutes=2)
    desk.type()
    assert desk.access.standing() == Standing(is_set=True)
    desk.type_wrong(4)
    desk.type()


def test_trying_during_a_wait_does_not_prolong_it(desk: Desk) -> None:
    desk.type_wrong(5)
    for second in range(0, 60, 20):
        assert desk.told() == ((1, 0) if not second else (0, 60 - second))
        desk.now += timedelta(seconds=20)
    desk.type()


def test_another_process_knows_of_the_wait(desk: Desk) -> None:
    desk.type_wrong(5)
    again = Desk(desk.file.parent)
    assert again.told() == (1, 0)


@pytest.mark.parametrize("back", [timedelta(seconds=30), timedelta(days=4000)])
def test_a_clock_that_is_set_back_begins_the_wait_anew_and_no_longer(desk: Desk, back: timedelta) -> None:
    desk.type_wrong(6)
    desk.now -= back
    assert desk.told() == (2, 0)
    desk.now += timedelta(minutes=1, seconds=59)
    assert desk.told() == (0, 1)
    desk.now += timedelta(seconds=1)
    desk.type()


def test_a_clock_that_is_set_back_gives_no_free_tries(desk: Desk) -> None:
    desk.type_wrong(4)
    desk.now -= timedelta(days=1)
    assert desk.access.ready() == 1
    desk.type_wrong(1)
    assert desk.told() == (1, 0)


def _empty(file: Path) -> None:
    file.write_bytes(b"")


def _readable(file: Path) -> None:
    file.chmod(0o640)


def _link(file: Path) -> None:
    file.rename(file.with_name("elsewhere"))
    file.symlink_to(file.with_name("elsewhere"))


def _folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def _pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file, 0o600)


def _long(file: Path) -> None:
    file.write_bytes(file.read_bytes() * 100)


@pytest.mark.parametrize("damage", [_empty, _readable, _link, _folder, _pipe, _long])
def test_a_file_that_cannot_be_believed_lets_nobody_in(desk: Desk, damage: Callable[[Path], None]) -> None:
    damage(desk.file)
    for act in (desk.access.ready, desk.access.standing, desk.type):
        with pytest.raises(StaffCodeBroken):
            act()


@pytest.mark.parametrize("damage", [_empty, _readable, _link, _pipe])
def test_setting_a_code_anew_puts_it_in_order(desk: Desk, damage: Callable[[Path], None]) -> None:
    damage(desk.file)
    desk.access.set(bytearray(b"ANOTHER1"))
    desk.type("ANOTHER1")
    with pytest.raises(StaffCodeWrong):
        desk.type()
    damage(desk.file)
    assert desk.access.clear()


@pytest.mark.parametrize(("number", "expected"), [(errno.ENOSPC, DiskFull), (errno.EROFS, StoreReadOnly)])
def test_where_a_try_cannot_be_counted_not_even_the_right_code_lets_in(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, number: int, expected: type[KioskError]
) -> None:
    def full(_handle: int) -> None:
        raise OSError(number, "no room")

    before = desk.file.read_bytes()
    with monkeypatch.context() as patched:
        patched.setattr(durable.os, "fsync", full)
        for code in (STAFF_CODE, WRONG):
            with pytest.raises(expected):
                desk.type(code)
        with pytest.raises(expected):
            desk.access.set(bytearray(b"ANOTHER1"))
    assert desk.file.read_bytes() == before
    assert sorted(path.name for path in desk.file.parent.iterdir()) == ["staff-code.json", "staff-code.lock"]
    desk.type()


def test_a_try_counts_also_where_the_process_dies_while_it_is_looked_at(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(_record: Record, _code: bytearray) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Record, "fits", dies)
        for _ in range(5):
            with pytest.raises(KeyboardInterrupt):
                desk.type()
    assert desk.told() == (1, 0)


def test_threads_that_try_at_once_are_each_counted(desk: Desk) -> None:
    said: list[type[KioskError]] = []

    def try_it() -> None:
        try:
            desk.type(WRONG)
        except KioskError as error:
            said.append(type(error))

    threads = [Thread(target=try_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(error.code for error in said) == ["K12"] * 5 + ["K13"] * 3
    assert desk.access.standing().wrong == 5


PROGRAM = """
import sys
from pathlib import Path
from datetime import datetime, UTC
from kiosk.errors import KioskError
from kiosk.staff.access import StaffAccess
access = StaffAccess(Path(sys.argv[1]), lambda: datetime(2026, 11, 24, 3, 0, tzinfo=UTC))
print("ready", flush=True)
sys.stdin.readline()
for _ in range(4):
    try:
        access.check(bytearray(b"WRONG123"))
    except KioskError as error:
        print(error.code)
"""


def test_two_processes_at_once_have_five_tries_between_them(desk: Desk) -> None:
    command = [sys.executable, "-c", PROGRAM, str(desk.file.parent)]
    pipe = subprocess.PIPE
    programs = [subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) for _ in range(2)]
    for program in programs:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
    for program in programs:
        assert program.stdin is not None
        program.stdin.write("\n")
        program.stdin.flush()
    said = [code for program in programs for code in program.communicate(timeout=60)[0].split()]
    assert sorted(said) == ["K12"] * 5 + ["K13"] * 3
    assert desk.access.standing().wrong == 5
