"""The switch of the demo's portal: open, closed for maintenance, or gone from the network.

Who tries the kiosk sits in a process that the demo only started, so the switch is a file: what is written there, the
demo makes so. The folder it lies in is only this user's.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from kiosk.demo.errors import DemoPartError

MAINTENANCE_MINUTES = 30
"""How long the portal then says that it is closed; it may be opened before."""

_POLL_SECONDS = 0.1
_AGAIN_SECONDS = 2.0
_DONE_SECONDS = 60.0


class PortalMode(StrEnum):
    """How the portal can be."""

    OPEN = "open"
    MAINTENANCE = "maintenance"
    """It runs, and says that it is closed, and until when."""
    GONE = "gone"
    """Nothing answers."""


def wish(file: Path, mode: PortalMode) -> None:
    """Write down how the portal is to be; the demo makes it so soon after.

    Raises:
        DemoPartError: it cannot be written: the demo has ended.
    """
    new = file.with_suffix(".new")
    try:
        new.write_text(mode, encoding="ascii")
        new.replace(file)
    except OSError as error:
        raise DemoPartError(part="switch") from error


def wished(file: Path) -> PortalMode:
    """Return how the portal is to be; open where nothing, or nothing sensible, is written."""
    try:
        return PortalMode(file.read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        return PortalMode.OPEN


class Switch:
    """Looks at the file and makes it so, in a thread of its own.

    Args:
        file: what is wished.
        make_so: brings the portal there; called in the thread. A ``DemoPartError`` of it is followed by another try.

    Attributes:
        mode: how the portal is now.
    """

    def __init__(self, file: Path, make_so: Callable[[PortalMode], object]) -> None:
        self.file = file
        self.mode = PortalMode.OPEN
        self._make_so = make_so
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="switch", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Stop looking; what is being done is finished first."""
        self._stop.set()
        self._thread.join()

    def turn(self, mode: PortalMode) -> None:
        """Wish it and wait until it is so.

        Raises:
            DemoPartError: it does not become so.
        """
        wish(self.file, mode)
        limit = time.monotonic() + _DONE_SECONDS
        while self.mode is not mode:
            if self._stop.wait(_POLL_SECONDS) or time.monotonic() > limit:
                raise DemoPartError(part="switch")

    def _run(self) -> None:
        pause = 0.0
        while not self._stop.wait(pause):
            pause = _POLL_SECONDS
            if (mode := wished(self.file)) is self.mode:
                continue
            try:
                self._make_so(mode)
                self.mode = mode
            except DemoPartError:
                pause = _AGAIN_SECONDS
