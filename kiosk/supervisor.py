"""``kiosk run``: a small process that gives every person a process of their own, and sees no personal data.

The next one is started ahead and waits at the gate with everything imported, so that the welcome is there at once. A
session that falls over is followed by a new one, slower each time; after several quick falls a page says so.
"""

from __future__ import annotations

import contextlib
import os
import queue
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection, Listener
from pathlib import Path
from typing import Any

import click

from kiosk import logs
from kiosk.i18n import translator
from kiosk.sending.keeper import SenderKeeper
from kiosk.session import ADDRESS, END, GO, KEY, LANGUAGE, READY, SETTINGS, keep_memory_private
from kiosk.settings import Settings, load_settings

QUICK_SECONDS = 10.0
"""A session that falls over within so many seconds counts as a quick fall."""

MOST_QUICK_FALLS = 5
"""After so many in a row the station says that it is out of order, and tries again once a minute."""

OUT_OF_ORDER_CODE = "K02"
OUT_OF_ORDER_SECONDS = 60.0
AHEAD_AFTER_SECONDS = 3.0
"""The next process begins when the present one has painted: two that import at once would both be slow."""

GRACE_SECONDS = 10.0
"""How long a session may take to save and to let go of the card when it is told to end."""

START_SECONDS = 60.0
CLEAR = "\x1b[0m\x1b[?25h\x1b[2J\x1b[3J\x1b[H"
"""Clears the screen and what can be scrolled back to."""

_POLL_SECONDS = 0.05


def pause_after(quick_falls: int) -> float:
    """Return how many seconds to wait before the next session after so many quick falls in a row."""
    if quick_falls == 0:
        return 0.0
    return OUT_OF_ORDER_SECONDS if quick_falls >= MOST_QUICK_FALLS else float(2 ** (quick_falls - 1))


def child_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a session: nothing in it may steer Textual."""
    return {name: value for name, value in environment.items() if not name.startswith("TEXTUAL_")}


class Session:
    """One session's process, waiting at a gate of its own until ``go``.

    Args:
        settings_file: the operator's settings, or None.
        language: of the welcome, or empty.
    """

    def __init__(self, settings_file: Path | None, language: str) -> None:
        key = secrets.token_bytes(32)
        self._listener = Listener(authkey=key)
        environment = child_environment(os.environ) | {
            ADDRESS: str(self._listener.address),
            KEY: key.hex(),
            SETTINGS: str(settings_file.resolve()) if settings_file is not None else "",
            LANGUAGE: language,
        }
        self._process = subprocess.Popen([sys.executable, "-m", "kiosk.session"], env=environment)
        self._came: queue.SimpleQueue[Connection[Any, Any]] = queue.SimpleQueue()
        self._gate: Connection[Any, Any] | None = None
        threading.Thread(target=self._open_gate, name="gate", daemon=True).start()

    def _open_gate(self) -> None:
        while True:
            try:
                self._came.put(self._listener.accept())
            except AuthenticationError:
                continue  # somebody else knocked
            except (EOFError, OSError):
                pass
            return

    def go(self) -> bool:
        """Let it begin; False where it fell over before it was ready."""
        limit = time.monotonic() + START_SECONDS
        while self._gate is None:
            if self.status() is not None or time.monotonic() > limit:
                return False
            with contextlib.suppress(queue.Empty):
                self._gate = self._came.get(timeout=_POLL_SECONDS)
        try:
            ready = self._gate.recv() == READY
            self._gate.send(GO)
        except (EOFError, OSError):
            return False
        return ready

    def status(self) -> int | None:
        """Return the exit status, None while it runs."""
        return self._process.poll()

    def end(self) -> None:
        """Tell it to end and wait until it has; one that does not is killed."""
        if self._gate is not None:
            with contextlib.suppress(OSError):
                self._gate.send(END)
        elif self.status() is None:
            self._process.terminate()
        try:
            self._process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._gate is not None:
            self._gate.close()
        self._listener.close()


class Supervisor:
    """Runs one session after another.

    Args:
        settings: the station's.
        settings_file: where they came from, passed on to the sessions.
        language: of the welcome, or empty.
        once: end after one visit.
    """

    def __init__(self, settings: Settings, settings_file: Path | None, language: str, *, once: bool) -> None:
        self._settings = settings
        self._settings_file = settings_file
        self._language = language
        self._once = once
        self._stop = threading.Event()

    def stop(self, *_: object) -> None:
        """End the present session and then this process. Also the handler of SIGTERM."""
        self._stop.set()

    def run(self) -> int:
        """Serve until told to stop, and return the exit status: 0, or 1 where the only session fell over."""
        falls = 0
        following: Session | None = None
        while True:
            began = time.monotonic()
            following, fell = self._serve(following or self._start())
            self._clear()
            if not (self._stop.is_set() or self._once):
                falls = falls + 1 if fell and time.monotonic() - began < QUICK_SECONDS else 0
                if fell:
                    logs.event("session.fell", count=falls)
                self._rest(falls)
            if self._stop.is_set() or self._once:
                if following is not None:
                    following.end()
                return int(fell and not self._stop.is_set())

    def _start(self) -> Session:
        return Session(self._settings_file, self._language)

    def _serve(self, current: Session) -> tuple[Session | None, bool]:
        """Run one session to its end; return the next one, waiting, and whether this one fell over."""
        following: Session | None = None
        if current.go():
            ahead = time.monotonic() + AHEAD_AFTER_SECONDS
            while current.status() is None and not self._stop.wait(_POLL_SECONDS):
                if following is None and not self._once and time.monotonic() > ahead:
                    following = self._start()
        current.end()
        return following, current.status() != 0

    def _rest(self, falls: int) -> None:
        if falls >= MOST_QUICK_FALLS:
            for language in self._settings.languages:
                print(translator(language)("supervisor.out_of_order", code=OUT_OF_ORDER_CODE), end="\n\n", flush=True)
        self._stop.wait(pause_after(falls))
        if falls >= MOST_QUICK_FALLS:
            self._clear()

    @staticmethod
    def _clear() -> None:
        if sys.stdout.isatty():
            sys.stdout.write(CLEAR)
            sys.stdout.flush()


@click.command()
@click.option("--settings", "settings_file", type=click.Path(path_type=Path), help="The station's own settings (TOML).")
@click.option("--once", is_flag=True, help="End after one visit.")
@click.pass_context
def run(ctx: click.Context, settings_file: Path | None, once: bool) -> None:
    """Open the kiosk of this station."""
    file = settings_file or getattr(ctx.obj, "settings_file", None)
    settings = load_settings(file)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.ClickException("kiosk run needs a terminal")
    keep_memory_private()
    logs.configure(settings, "supervisor")
    supervisor = Supervisor(settings, file, getattr(ctx.obj, "language", None) or "", once=once)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, supervisor.stop)
    with SenderKeeper(file):
        outcome = supervisor.run()
    ctx.exit(outcome)
