"""A real portal in a process of its own, with a real mailbox beside it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from click.testing import CliRunner

from tests.support.portal_children import Child

_SECONDS = 60.0
_GROUPS = ("maintenance", "sealing-key")
_LINK = re.compile(r"https?://\S+/link/\S+")

FORKS = hasattr(os, "fork")

Running = Child | subprocess.Popen[str]


@dataclass
class PortalProcess:
    """``reference_portal serve`` and ``mailbox``, each a process; use as a context manager.

    Args:
        folder: where database and files go.
        trust: folder of CA certificates and revocation lists.
        options: further options of ``serve``.
        database: URL; a SQLite file in ``folder`` unless given.
        quiet: drop what it logs.
        alone: start it as an administrator does, by a Python of its own, and not from what is imported already.
    """

    folder: Path
    trust: Path
    options: tuple[str, ...] = ()
    database: str = ""
    origin: str = ""
    mailbox: str = ""
    smtp_port: int = 0
    sealing_pin: str = ""
    quiet: bool = False
    alone: bool = not hasattr(os, "fork")
    _processes: list[Running] = field(default_factory=list[Running])

    def __enter__(self) -> PortalProcess:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.database = self.database or f"sqlite:///{self.folder / 'portal.sqlite'}"
        box = self._start("mailbox", "--smtp-port", "0", "--http-port", "0")
        self.mailbox, self.smtp_port = str(box["http"]), int(box["smtp"])
        self.start_portal()
        return self

    def __exit__(self, *_error: object) -> None:
        for process in reversed(self._processes):
            _stop(process)
        self._processes.clear()

    def start_portal(self, port: int = 0) -> None:
        """Start the portal; ``port`` lets a second start take the place of the first."""
        told = self._start(
            "serve",
            *("--database", self.database, "--port", str(port), "--trust", str(self.trust)),
            *(
                "--attachments",
                str(self.folder / "attachments"),
                "--keys",
                str(self.folder / "keys"),
                "--smtp",
                f"127.0.0.1:{self.smtp_port}",
            ),
            *("--fast-hash", *self.options),
        )
        self.origin, self.sealing_pin = str(told["origin"]), str(told["sealing_pin"])

    def kill_portal(self) -> None:
        """End the portal as a loss of power would: at once, with nothing put away."""
        process = self._processes.pop()
        process.kill()
        process.wait(_SECONDS)

    def stop_portal(self) -> int:
        """Stop the portal, leave the mailbox, and return the exit code."""
        return _stop(self._processes.pop())

    def admin(self, *words: str) -> str:
        """Do something at the office (``grant NUMBER``) and return what it printed; a failure is an AssertionError.

        It is the office's command, carried out in this process: a new one would import all of the portal each time.
        """
        from reference_portal.commands.cli import main

        head, rest = (words[:2], words[2:]) if words[0] in _GROUPS else (words[:1], words[1:])
        place = ("--keys", str(self.folder / "keys")) if words[0] == "sealing-key" else ("--database", self.database)
        # On a thread of its own: a test's event loop may be running on this one.
        with ThreadPoolExecutor(1) as office:
            done = office.submit(CliRunner().invoke, main, [*head, *place, *rest]).result(_SECONDS)
        assert done.exit_code == 0, done.output or done.exception
        return done.output

    def mails(self) -> list[dict[str, str]]:
        """Return every mail that has come, oldest first."""
        answer = httpx.get(f"{self.mailbox}/messages", timeout=_SECONDS)
        mails: list[dict[str, str]] = answer.raise_for_status().json()
        return mails

    def wait_for_mail(self, matches: Callable[[dict[str, str]], bool], count: int = 1) -> dict[str, str]:
        """Return the ``count``-th mail that ``matches``, once it has come."""
        end = time.monotonic() + _SECONDS
        while time.monotonic() < end:
            found = [mail for mail in self.mails() if matches(mail)]
            if len(found) >= count:
                return found[count - 1]
            time.sleep(0.05)
        raise AssertionError("the mail has not come")

    def _start(self, *words: str) -> dict[str, Any]:
        process, line = self._started_alone(words) if self.alone or not FORKS else _started(words, quiet=self.quiet)
        assert line, f"{words[0]} did not start"
        self._processes.append(process)
        told: dict[str, Any] = json.loads(line)
        return told

    def _started_alone(self, words: tuple[str, ...]) -> tuple[Running, str]:
        command = [sys.executable, "-m", "reference_portal", *words]
        log = subprocess.DEVNULL if self.quiet else None
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        assert process.stdout is not None
        with process.stdout as told:
            return process, told.readline()


def _started(words: tuple[str, ...], *, quiet: bool) -> tuple[Running, str]:
    child = Child(words, quiet=quiet)
    return child, child.told


def _stop(process: Running) -> int:
    """End a process by SIGTERM and return its exit code."""
    process.terminate()
    return process.wait(_SECONDS)


def link_in(mail: dict[str, str]) -> str:
    """Return the address of the page that a mail leads to."""
    found = _LINK.search(mail["text"])
    assert found is not None
    return found[0]
