"""Orders portals from their mother (``portal_mother``), which is started for the first one and ends with the run."""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from functools import cache
from typing import Any

from tests.support.modules import ROOT


class Child:
    """A portal's process, or a mailbox's, used like ``subprocess.Popen``.

    Attributes:
        pid: of the process.
        told: the line it said when it listened; empty where it ended before.
    """

    def __init__(self, words: Sequence[str], *, quiet: bool) -> None:
        answer = _mother().ask({"start": list(words), "quiet": quiet})
        self.pid: int = answer["pid"]
        self.told: str = answer["told"]
        self._code: int | None = None

    def kill(self) -> None:
        """End it at once."""
        self._signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self._signal(signal.SIGTERM)

    def _signal(self, number: signal.Signals) -> None:
        if self._code is None:  # until then the mother keeps the number from being another's
            os.kill(self.pid, number)

    def wait(self, seconds: float) -> int:
        """Return its exit code once it has ended.

        Raises:
            subprocess.TimeoutExpired: it has not.
        """
        if self._code is None:
            self._code = _mother().ask({"wait": self.pid, "seconds": seconds})["code"]
        if self._code is None:
            raise subprocess.TimeoutExpired(["reference_portal"], seconds)
        return self._code


class _Mother:
    def __init__(self) -> None:
        pipe = subprocess.PIPE
        command = [sys.executable, "-m", "tests.support.portal_mother"]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True)
        self._one_at_a_time = threading.Lock()

    def ask(self, order: dict[str, Any]) -> dict[str, Any]:
        with self._one_at_a_time:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        assert line, "the portals' mother has ended"
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()


@cache
def _mother() -> _Mother:
    made = _Mother()
    atexit.register(made.close)
    return made
