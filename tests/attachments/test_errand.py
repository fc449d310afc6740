"""Who waits for the worker is told how far it is, and can stop it."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from kiosk.attachments import sandbox
from kiosk.attachments.errand import Errand
from kiosk.attachments.errors import CheckStopped

HANGS = "import time; print('{\"progress\": [3, 7]}', flush=True); time.sleep(600)"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """Let every task be a program that says how far it is and then hangs; collects the processes."""
    made: list[subprocess.Popen[bytes]] = []

    def start(_task: str) -> subprocess.Popen[bytes]:
        program = [sys.executable, "-c", HANGS]
        made.append(subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL))
        return made[-1]

    monkeypatch.setattr(sandbox, "_start", start)
    return made


def test_a_task_that_hangs_is_ended_by_who_waits(started: list[subprocess.Popen[bytes]]) -> None:
    heard = list[tuple[int, int]]()
    reached = threading.Event()

    def told(done: int, total: int) -> None:
        heard.append((done, total))
        reached.set()

    errand = Errand(told)

    def stop() -> None:
        reached.wait(30)
        errand.stop()

    person = threading.Thread(target=stop)
    person.start()
    with errand, pytest.raises(CheckStopped):
        sandbox.examine("document", b"x", {})
    person.join()
    assert heard == [(3, 7)]
    assert started[0].poll() is not None


def test_after_a_stop_nothing_is_started(started: list[subprocess.Popen[bytes]]) -> None:
    errand = Errand()
    errand.stop()
    with errand, pytest.raises(CheckStopped):
        sandbox.examine("document", b"x", {})
    assert started == []


def test_a_stop_ends_only_its_own_errand(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = 'import sys; sys.stdin.read(); print(\'{"facts": {"a": 1}, "sizes": []}\')'

    def start(_task: str) -> subprocess.Popen[bytes]:
        program = [sys.executable, "-c", answer]
        return subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    monkeypatch.setattr(sandbox, "_start", start)
    with Errand() as other:
        pass
    other.stop()
    assert sandbox.examine("document", b"x", {}).facts == {"a": 1}
