"""``kiosk staff-code``: asked twice on a terminal, one line of standard input, never an argument, never shown."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk import cli, logs
from kiosk.card import prompt
from kiosk.settings import load_settings
from kiosk.staff.access import CODE_FILE, StaffAccess
from kiosk.staff.errors import StaffCodeWrong
from kiosk.staff.record import Cost
from tests.support.staff import STAFF_CODE

Run = Callable[..., str]


class Given(io.TextIOWrapper):
    """Standard input that holds ``text``, and may look like a terminal."""

    def __init__(self, text: str, *, terminal: bool = False) -> None:
        super().__init__(io.BytesIO(text.encode()))
        self._terminal = terminal

    def isatty(self) -> bool:
        """Say what it looks like."""
        return self._terminal


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A station's store, named by the settings in the environment."""
    settings = tmp_path / "station.toml"
    log, store = (tmp_path / "kiosk.log").as_posix(), (tmp_path / "store").as_posix()
    settings.write_text(f'language = "en"\nlog_file = "{log}"\n[store]\nfolder = "{store}"\n', encoding="utf-8")
    monkeypatch.setenv("KIOSK_SETTINGS", str(settings))
    return tmp_path / "store"


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Carry out a command line and return what it said; its status is the first word."""
    assert not folder.exists()

    def carried_out(*words: str, given: str = "", typed: tuple[str, ...] = ()) -> str:
        answers = list(typed)

        def ask(_question: str) -> bytearray:
            return bytearray(answers.pop(0).encode())

        monkeypatch.setattr(prompt, "ask", ask)
        monkeypatch.setattr(sys, "stdin", Given(given, terminal=bool(typed)))
        with pytest.raises(SystemExit) as ended:
            cli.main(["staff-code", *words])
        assert not answers, "every answer was asked for"
        said = capsys.readouterr()
        assert STAFF_CODE not in said.out + said.err
        return f"{int(ended.value.code or 0)} {said.out}{said.err}"

    return carried_out


def is_code(folder: Path, code: str) -> bool:
    try:
        StaffAccess(folder, lambda: datetime.now(UTC)).check(bytearray(code.encode()))
    except StaffCodeWrong:
        return False
    return True


def test_a_code_from_standard_input_is_set_told_of_and_cleared(run: Run, folder: Path) -> None:
    assert run("status") == "0 No staff code is set.\n"
    assert run("set", given=f"{STAFF_CODE}\nanother line") == "0 The staff code is set.\n"
    assert run("status") == "0 A staff code is set.\n"
    assert is_code(folder, STAFF_CODE)
    assert json.loads((folder / CODE_FILE).read_bytes())["n"] == Cost().n
    assert run("clear") == "0 The staff code is erased.\n"
    assert run("clear") == "0 No staff code is set.\n"
    assert run("status", "--json") == '0 {"set": false, "wrong": 0, "wait_seconds": 0}\n'


def test_on_a_terminal_it_is_asked_twice(run: Run, folder: Path) -> None:
    said = run("set", typed=(STAFF_CODE, "MIHON2027"))
    assert said.startswith("1 K15 ")
    assert not (folder / CODE_FILE).exists()
    assert run("set", typed=(STAFF_CODE, STAFF_CODE)).startswith("0 ")
    assert is_code(folder, STAFF_CODE)


@pytest.mark.parametrize("given", ["", "\n", "12345\n", "1234567890123\n", "123 456\n"])
def test_what_can_be_no_code_is_refused_and_the_one_before_stays(run: Run, folder: Path, given: str) -> None:
    run("set", given=STAFF_CODE)
    assert run("set", given=given).startswith("1 K14 ")
    assert is_code(folder, STAFF_CODE)


def test_wrong_tries_and_the_wait_are_told_and_a_new_code_ends_them(run: Run, folder: Path) -> None:
    run("set", given=STAFF_CODE)
    for _ in range(5):
        assert not is_code(folder, "WRONG123")
    told = json.loads(run("status", "--json")[2:])
    assert (told["set"], told["wrong"]) == (True, 5)
    assert 0 < told["wait_seconds"] <= 60
    said = run("status")
    assert "5 wrong codes" in said
    assert "The next one can be typed in" in said
    run("set", given="ANOTHER1")
    assert is_code(folder, "ANOTHER1")


def test_a_damaged_file_is_said_plainly_and_can_be_replaced(run: Run, folder: Path) -> None:
    run("set", given=STAFF_CODE)
    (folder / CODE_FILE).write_bytes(b"\0\xff")
    said = run("status")
    assert said.startswith("1 K16 ")
    assert "kiosk staff-code set" in said
    assert run("set", given=STAFF_CODE).startswith("0 ")
    assert is_code(folder, STAFF_CODE)


def test_a_store_that_cannot_be_made_is_said_plainly(run: Run, folder: Path) -> None:
    folder.write_text("a file where the folder should be", encoding="utf-8")
    assert run("set", given=STAFF_CODE).startswith("1 S13 ")


def test_the_code_is_no_argument(run: Run) -> None:
    assert run("set", "ANOTHER1").startswith("2 ")


def test_nothing_of_it_is_logged(run: Run, folder: Path) -> None:
    logs.configure(load_settings(folder.parent / "station.toml"))
    run("set", given=STAFF_CODE)
    run("status")
    is_code(folder, "WRONG123")
    logged = (folder.parent / "kiosk.log").read_text(encoding="utf-8")
    assert STAFF_CODE not in logged
    assert "WRONG123" not in logged
