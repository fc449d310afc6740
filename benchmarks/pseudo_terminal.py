"""A program in a pseudo-terminal, and how long it takes to draw."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from types import MappingProxyType

ROWS, COLUMNS = 24, 80
QUIET_SECONDS = 0.05
"""So long nothing must be drawn until a program counts as quiet."""

_SYNC_END = b"\x1b[?2026l"
"""A frame is over: Textual draws each in one piece where the terminal says that it can."""

_ANSWERS = {b"\x1b[?2026$p": b"\x1b[?2026;2$y", b"\x1b[?2048$p": b"\x1b[?2048;0$y"}
"""What a terminal answers to: can you draw in one piece (yes), do you tell your size by yourself (no)?"""


class Program:
    """A running program with a terminal of its own.

    Args:
        command: the program.
        environment: its whole environment.
        answers: what the terminal says to which question, beside what every terminal here says.
        size: rows and columns.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: dict[str, str],
        answers: Mapping[bytes, bytes] = MappingProxyType({}),
        size: tuple[int, int] = (ROWS, COLUMNS),
    ) -> None:
        self._main, side = pty.openpty()
        self._answers = {**_ANSWERS, **answers}
        fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            command, stdin=side, stdout=side, stderr=side, env=environment, start_new_session=True, close_fds=True
        )
        os.close(side)

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    def read(self, seconds: float) -> bytes:
        """Return what is drawn next, or nothing where nothing comes within ``seconds``."""
        ready, _, _ = select.select([self._main], [], [], seconds)
        if not ready:
            return b""
        with contextlib.suppress(OSError):
            drawn = os.read(self._main, 1 << 16)
            for question, answer in self._answers.items():
                if question in drawn:
                    os.write(self._main, answer)
            return drawn
        return b""

    def until(self, words: bytes, seconds: float = 30.0) -> float:
        """Read until ``words`` and the end of their frame have come; return the moment.

        Raises:
            RuntimeError: they did not come.
        """
        limit = time.perf_counter() + seconds
        seen = b""
        while time.perf_counter() < limit:
            seen += self.read(0.05)
            if words in seen and _SYNC_END in seen[seen.index(words) :]:
                return time.perf_counter()
        raise RuntimeError(f"{words!r} was not drawn: {seen[-400:]!r}")

    def quiet(self) -> None:
        """Read until nothing more is drawn."""
        while self.read(QUIET_SECONDS):
            pass

    def press(self, letter: bytes) -> float:
        """Type a letter and return how many seconds it took until the frame that shows it was there."""
        while self.read(0):
            pass  # a blink of the cursor, from before
        start = time.perf_counter()
        os.write(self._main, letter)
        seen = b""
        while letter not in seen or _SYNC_END not in seen[seen.index(letter) :]:
            drawn = self.read(5.0)
            if not drawn:
                raise RuntimeError(f"{letter!r} drew nothing")
            seen += drawn
        return time.perf_counter() - start

    def type(self, keys: bytes) -> None:
        """Press keys without measuring."""
        os.write(self._main, keys)

    def memory(self) -> float:
        """Return the resident set in MiB."""
        with open(f"/proc/{self.pid}/status", encoding="ascii") as file:  # noqa: PTH123 - read at once
            kib = next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))
        return kib / 1024

    def end(self) -> None:
        """End it."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        os.close(self._main)
