"""The program in a terminal that is too small, changes its size all the time, has no colours, or goes away."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pexpect
import pytest

from tests.bad_input.parts import Desk

SECONDS = 30


def settings_file(desk: Desk, folder: Path) -> Path:
    rows = {
        "portal": {"origin": desk.portal.origin},
        "card": {
            "source": "virtual",
            "virtual_card": str(desk.folder / "card.json"),
            "trust_anchors": str(desk.portal.trust),
        },
        "store": {"folder": str(desk.folder / "store"), "key_source": "file"},
    }
    file = folder / "kiosk.toml"
    tables = (f"[{name}]\n" + "".join(f'{key} = "{text}"\n' for key, text in row.items()) for name, row in rows.items())
    file.write_text('language = "en"\n' + "".join(tables), encoding="utf-8")
    return file


@pytest.fixture
def program(member: Desk, tmp_path: Path) -> Generator[Any]:
    """Start the program in a terminal of 40 columns and 10 rows without colours."""
    environment = {**os.environ, "TERM": "xterm", "NO_COLOR": "1", "LC_ALL": "C.UTF-8"}
    command = ["-m", "kiosk", "run", "--once", "--settings", str(settings_file(member, tmp_path))]
    child = pexpect.spawn(
        sys.executable, command, dimensions=(10, 40), env=environment, encoding="utf-8", timeout=SECONDS
    )
    yield child
    child.close(force=True)


def test_small_and_without_colours_it_is_usable_and_a_burst_of_sizes_does_not_hurt(program: Any) -> None:
    program.expect("English")
    chance = random.Random(1)
    for _ in range(100):
        program.setwinsize(chance.randint(1, 60), chance.randint(1, 200))
    program.setwinsize(24, 80)
    program.send("2")
    program.expect("Sign in")
    program.send("\x1b[24~")  # F12
    program.expect("End")
    assert program.isalive()
