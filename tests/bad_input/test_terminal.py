"""The program in a terminal that is too small, changes its size all the time, has no colours, or goes away."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pexpect
import pytest

from kiosk.screens.journeys.sign_in import sign_in
from tests.bad_input.parts import PASSWORD, PIN, Desk
from tests.secrets.processes import family
from tests.support.pcscd import wait_until

SECONDS = 60
POSTAL_CODE = "part1.postal_code"
F12 = "\x1b[24~"


def settings_file(desk: Desk, folder: Path) -> Path:
    card = {
        "source": "virtual",
        "virtual_card": str(desk.folder / "card.json"),
        "trust_anchors": str(desk.portal.trust),
    }
    store = {"folder": str(desk.folder / "store"), "key_source": "file"}
    text = 'language = "en"\n'
    for name, row in {"portal": {"origin": desk.portal.origin}, "card": card, "store": store}.items():
        text += f"[{name}]\n" + "".join(f'{key} = "{value}"\n' for key, value in row.items())
    file = folder / "kiosk.toml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.fixture
def start(tmp_path: Path) -> Generator[Callable[..., Any]]:
    """Start the program of a station in a terminal of so many rows and columns, without colours."""
    children: list[Any] = []

    def begin(desk: Desk, rows: int, columns: int) -> Any:
        environment = {**os.environ, "TERM": "xterm", "NO_COLOR": "1", "LC_ALL": "C.UTF-8"}
        command = ["-m", "kiosk", "run", "--once", "--settings", str(settings_file(desk, tmp_path))]
        size = (rows, columns)
        child = pexpect.spawn(
            sys.executable, command, dimensions=size, env=environment, encoding="utf-8", timeout=SECONDS
        )
        children.append(child)
        return child

    yield begin
    for child in children:
        child.close(force=True)


def test_small_and_without_colours_it_is_usable_and_a_burst_of_sizes_does_not_hurt(
    member: Desk, start: Callable[..., Any]
) -> None:
    program = start(member, 10, 40)
    program.expect("English")
    chance = random.Random(1)
    for _ in range(100):
        program.setwinsize(chance.randint(1, 60), chance.randint(1, 200))
    program.setwinsize(24, 80)
    program.send("2")
    program.expect("Sign in")
    program.send(F12)
    program.expect("End")
    assert program.isalive()


def stored(desk: Desk) -> tuple[str, str]:
    """Return the id of the only draft and what it holds of one question."""
    program = desk.station()
    desk.sign_in(app := desk.app(sign_in, program))
    owner = app.visit.owner
    assert owner is not None
    (draft,) = program.store.list(owner)
    return draft.id, str(program.store.load(owner, draft.id).answers[POSTAL_CODE])


def test_a_closed_terminal_keeps_the_draft(make_desk: Callable[..., Desk], start: Callable[..., Any]) -> None:
    desk = make_desk().register()
    at_desk = desk.station()
    desk.sign_in(app := desk.app(sign_in, at_desk))
    draft_id = desk.whole_draft(app, **{POSTAL_CODE: ""})
    owner = app.visit.owner
    assert owner is not None
    header = at_desk.store.load(owner, draft_id).header
    at_desk.store.save_header(owner, draft_id, {**header, "page": "home"})
    at_desk.close()
    program = start(desk, 24, 80)
    for words, keys in (
        ("English", "2"),
        ("Sign in and file", "1"),
        ("PIN", PIN + "\r"),
        ("Authentication ID", desk.authentication_id),
        (desk.authentication_id[-2:], "\r"),
        ("", PASSWORD),
        ("●", "\r"),
        ("KAKUU", "2"),
        ("Draft", "1"),
        ("Postal code", "1000013"),
        ("Saved", ""),
    ):
        program.expect(words)
        program.send(keys)
    processes = [Path(f"/proc/{pid}") for pid in family(program.pid)]
    # Hangs up, as a terminal window does that is closed. pexpect's own close gives the program 0.3 s to end.
    program.ptyproc.fileobj.close()
    wait_until(lambda: not program.isalive(), "the program to end", SECONDS)
    wait_until(lambda: not any(process.exists() for process in processes), "the person's process to end", SECONDS)
    assert stored(desk) == (draft_id, "1000013")
