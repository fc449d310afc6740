"""Whatever the checking process does, the kiosk sees an error and goes on."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import Any

import pytest

from kiosk.attachments import sandbox
from kiosk.attachments.errors import CheckGaveUp, CheckUnavailable
from tests.attachments import make

OPTIONS: dict[str, Any] = {"max_pages": 10, "max_version": [1, 7]}


def _pretend(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    def start(*_: object) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    monkeypatch.setattr(sandbox, "_start", start)


@pytest.mark.parametrize(
    "program",
    [
        "import os; os.abort()",
        "raise SystemExit(3)",
        "print('rubbish')",
        "print('[1]')",
        "pass",
        "import sys; sys.stdin.close(); print('{')",
        "import os\nwhile True: os.write(1, bytes(1_000_000))",
    ],
)
def test_a_checker_that_fails_is_an_error(monkeypatch: pytest.MonkeyPatch, program: str):
    _pretend(monkeypatch, program)
    with pytest.raises(CheckGaveUp):
        sandbox.examine("document", bytes(3_000_000), OPTIONS)


def test_a_checker_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch):
    _pretend(monkeypatch, "import threading; threading.Event().wait()")
    with pytest.raises(CheckGaveUp):
        sandbox.examine("document", bytes(3_000_000), OPTIONS, timeout_seconds=0.3)
    assert not [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]


def test_a_checker_that_can_not_be_started_is_an_error(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    with pytest.raises(CheckUnavailable):
        sandbox.examine("document", b"x", OPTIONS)


def test_the_real_checker_answers():
    assert sandbox.examine("document", make.pdf(pages=2), OPTIONS).facts == {"pages": 2}


GREEDY = {
    "time": "import time\nwhile time.process_time() < 4: pass",
    "memory": "kept = bytearray(600_000_000)",
    "files": "import tempfile\nwith tempfile.TemporaryFile() as file: file.write(b'x')",
}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits; the clock ends the process there")
@pytest.mark.parametrize("what", GREEDY)
def test_time_memory_and_files_are_limited(monkeypatch: pytest.MonkeyPatch, what: str):
    answer = f"{GREEDY[what]}\nprint('{{}}')"
    _pretend(monkeypatch, answer)
    assert sandbox.examine("document", b"x", OPTIONS).facts == {}
    _pretend(monkeypatch, f"from kiosk.attachments import worker; worker.CPU_SECONDS = 1; worker._limit()\n{answer}")
    with pytest.raises(CheckGaveUp):
        sandbox.examine("document", b"x", OPTIONS)


def test_the_checker_gets_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch):
    seen: dict[str, Any] = {}
    monkeypatch.setenv("KAKUU_SECRET", "mihon")

    def popen(*_: object, **options: Any) -> None:
        seen.update(options["env"])
        raise OSError

    monkeypatch.setattr(subprocess, "Popen", popen)
    with pytest.raises(CheckUnavailable):
        sandbox.examine("document", b"x", OPTIONS)
    assert "KAKUU_SECRET" not in seen
    assert "PYTHONPATH" in seen
