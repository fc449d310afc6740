"""A PC/SC service for tests: uses the one that runs, or starts ``pcscd`` and ends it again."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Generator
from pathlib import Path

PCSCD = "/usr/sbin/pcscd"
SOCKET = Path("/run/pcscd/pcscd.comm")
VPCD_PORT = 35963
_SECONDS = 60.0


def running() -> bool:
    """Say whether a PC/SC service answers."""
    try:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.connect(str(SOCKET))
    except OSError:
        return False
    return True


def vpcd_listens() -> bool:
    """Say whether the virtual reader's driver waits for a card."""
    try:
        with socket.create_connection(("127.0.0.1", VPCD_PORT), timeout=1):
            return True
    except OSError:
        return False


class Pcscd:
    """One ``pcscd`` of our own."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and return when its virtual reader waits for a card."""
        self._process = subprocess.Popen(
            [PCSCD, "--foreground"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        wait_until(lambda: running() and vpcd_listens(), "pcscd to start")

    def stop(self) -> None:
        """End it and return when it is gone."""
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            process.wait(_SECONDS)
            wait_until(lambda: not running(), "pcscd to end")


@contextlib.contextmanager
def pcscd() -> Generator[Pcscd | None]:
    """Give a running service: None where somebody else's runs already, which is left alone."""
    if running():
        yield None
        return
    service = Pcscd()
    service.start()
    try:
        yield service
    finally:
        service.stop()


def wait_until(condition: Callable[[], bool], what: str, seconds: float = _SECONDS) -> None:
    """Ask ``condition`` again and again until it is true.

    Raises:
        AssertionError: not within ``seconds``.
    """
    pause = threading.Event()
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited in vain for {what}"
        pause.wait(0.02)
