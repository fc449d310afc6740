"""``kiosk run`` in a real pseudo-terminal: one process a person, the next one ahead, signals, falls."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from kiosk.supervisor import MOST_QUICK_FALLS, OUT_OF_ORDER_SECONDS, child_environment, pause_after

pexpect: Any = pytest.importorskip("pexpect") if sys.platform == "win32" else __import__("pexpect")

END = "\x1b[24~"
"""F12."""
SECONDS = 60


def kiosk(tmp_path: Path, *options: str, **environment: str) -> Any:
    settings = tmp_path / "station.toml"
    settings.write_text(f'[store]\nfolder = "{tmp_path}/store"\nkey_source = "file"\n', encoding="utf-8")
    return pexpect.spawn(
        sys.executable,
        ["-m", "kiosk", "run", "--settings", str(settings), *options],
        env=os.environ | environment,
        dimensions=(24, 80),
        encoding="utf-8",
        timeout=SECONDS,
    )


def end_visit(program: Any) -> None:
    program.expect("F12")
    program.send(END)
    program.expect("終了しますか")
    program.send("1")


def test_pauses_grow_and_then_stay() -> None:
    assert [pause_after(falls) for falls in range(5)] == [0.0, 1.0, 2.0, 4.0, 8.0]
    assert pause_after(MOST_QUICK_FALLS) == pause_after(MOST_QUICK_FALLS + 9) == OUT_OF_ORDER_SECONDS


def test_nothing_steers_textual() -> None:
    assert child_environment({"PATH": "/bin", "TEXTUAL_DEBUG": "1", "TEXTUAL": "x"}) == {"PATH": "/bin", "TEXTUAL": "x"}


def test_one_visit_and_the_end(tmp_path: Path) -> None:
    program = kiosk(tmp_path, "--once", TEXTUAL_PRESS="f12", KIOSK_DEBUG="0")
    program.expect("Choose your language")
    end_visit(program)
    program.expect(pexpect.EOF)
    program.close()
    assert (program.exitstatus, program.signalstatus) == (0, None)


def test_one_person_after_another_until_told_to_stop(tmp_path: Path) -> None:
    program = kiosk(tmp_path)
    for _ in range(2):
        program.expect("Choose your language")
        end_visit(program)
    program.expect("Choose your language")
    program.send("\x03")
    program.kill(signal.SIGINT)
    assert program.isalive()
    program.kill(signal.SIGTERM)
    program.expect(pexpect.EOF)
    program.close()
    assert (program.exitstatus, program.signalstatus) == (0, None)


def test_a_session_that_falls_over_is_followed_by_another(tmp_path: Path) -> None:
    program = kiosk(tmp_path)
    program.expect("Choose your language")
    # The supervisor has one child at this point: the session that paints.
    (child,) = Path(f"/proc/{program.pid}/task/{program.pid}/children").read_text(encoding="ascii").split()
    os.kill(int(child), signal.SIGKILL)
    program.expect("Choose your language")
    program.kill(signal.SIGTERM)
    program.expect(pexpect.EOF)
    program.close()
    assert program.exitstatus == 0


def test_without_a_terminal_it_says_so(tmp_path: Path) -> None:
    import subprocess

    answer = subprocess.run(
        [sys.executable, "-m", "kiosk", "run"], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    assert answer.returncode == 1
    assert "terminal" in answer.stderr
    assert not list(tmp_path.iterdir())
