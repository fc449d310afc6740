"""Work in the worker that somebody waits for: they are told how far it is, and can stop it.

errand = Errand(told)
with errand:                      # in the thread that waits for the worker
    check_document(path, limits)  # raises CheckStopped once ``errand.stop()`` was called, from any thread
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from types import TracebackType
from typing import Protocol, Self

from kiosk.attachments.errors import CheckStopped


class Killable(Protocol):
    """A process, as far as this needs it."""

    def kill(self) -> None:
        """End it at once."""
        ...


def _tell_nobody(_done: int, _total: int) -> None: ...


class Errand:
    """Everything the worker does inside its ``with`` block, in this thread.

    Args:
        told: called with ``(done, total)`` in that thread; ``total`` is 0 where it is not known.
    """

    def __init__(self, told: Callable[[int, int], None] = _tell_nobody) -> None:
        self.told = told
        self._lock = threading.Lock()
        self._process: Killable | None = None
        self._stopped = False
        self._token: Token[Errand | None] | None = None

    def __enter__(self) -> Self:
        self._token = _present.set(self)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._token is not None:
            _present.reset(self._token)

    def stop(self) -> None:
        """End the process that is at work, and let none start any more."""
        with self._lock:
            self._stopped = True
            if self._process is not None:
                self._process.kill()

    def require_wanted(self) -> None:
        """Raise ``CheckStopped`` once it was stopped."""
        if self._stopped:
            raise CheckStopped()

    @contextmanager
    def holding(self, process: Killable) -> Generator[None]:
        """Let ``stop`` reach ``process``; what fails in the block after that is ``CheckStopped``."""
        with self._lock:
            self._process = process
            if self._stopped:
                process.kill()
        try:
            yield
        finally:
            with self._lock:
                self._process = None
            self.require_wanted()


_present: ContextVar[Errand | None] = ContextVar("errand", default=None)


def present() -> Errand:
    """Return the errand of this thread; one that nobody waits for, where there is none."""
    return _present.get() or Errand()
