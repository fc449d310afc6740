"""Ending on a signal: at once where nothing is at stake, afterwards where something would be left behind."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Self

SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
"""Ctrl+C, the polite end, the closed terminal."""


class Ending:
    """While it is entered, the first signal ends the program with 128 + its number; further ones are not heard.

    Attributes:
        number: the signal that came, 0 while none did.
    """

    def __init__(self) -> None:
        self.number = 0
        self._instead: Callable[[], object] | None = None
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._come) for number in SIGNALS}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @property
    def status(self) -> int:
        """The exit status that says which signal ended the program."""
        return 128 + self.number

    @contextmanager
    def instead(self, action: Callable[[], object]) -> Generator[None]:
        """Call ``action`` when a signal comes, rather than leaving from wherever the program is."""
        self._instead = action
        try:
            yield
        finally:
            self._instead = None

    def _come(self, number: int, _frame: FrameType | None) -> None:
        for other in SIGNALS:
            signal.signal(other, signal.SIG_IGN)
        self.number = number
        if self._instead is None:
            raise SystemExit(self.status)
        self._instead()


@contextmanager
def held() -> Generator[None]:
    """Let a signal that comes meanwhile take effect afterwards, so that what is begun or cleared away is finished."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals are never handled here
        return
    came: list[int] = []

    def remember(number: int, _frame: FrameType | None) -> None:
        came.append(number)

    before = {number: signal.signal(number, remember) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if came:
            signal.raise_signal(came[0])
