"""Starts the sender's process and starts it again, slower each time, whenever it falls over."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Self

from kiosk import logs

GRACE_SECONDS = 10.0
"""How long the sender may take to end. Whatever it is doing can be cut at any moment without loss."""

LONGEST_PAUSE = 60.0
STEADY_SECONDS = 60.0
"""A sender that lived so long did not fall over at its start."""

_POLL_SECONDS = 0.2


class SenderKeeper:
    """The sender beside the sessions; a context manager.

    Args:
        settings_file: the operator's settings, or None.
    """

    def __init__(self, settings_file: Path | None) -> None:
        given = ["--settings", str(settings_file.resolve())] if settings_file is not None else []
        self._command = [sys.executable, "-m", "kiosk.sender", "--while-fed", *given]
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sender", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(2 * GRACE_SECONDS)

    def _run(self) -> None:
        falls = 0
        while not self._stop.is_set():
            began = time.monotonic()
            # Its words would go across the screen of the session.
            with subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            ) as process:
                while process.poll() is None and not self._stop.wait(_POLL_SECONDS):
                    pass
                _end(process)
            if not self._stop.is_set():
                falls = 1 if time.monotonic() - began > STEADY_SECONDS else falls + 1
                logs.event("sender.fell", count=falls)
                self._stop.wait(pause_after(falls))


def pause_after(falls: int) -> float:
    """Return how many seconds to wait after so many falls in a row."""
    return min(LONGEST_PAUSE, float(2 ** min(falls - 1, 10)))


def _end(process: subprocess.Popen[bytes]) -> None:
    """Let the sender end by itself, or end it."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
