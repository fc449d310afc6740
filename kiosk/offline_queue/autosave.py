"""Saving behind a person's typing: ``put`` returns at once, a thread of its own writes.

What is put is kept in memory until it is durable, also while the disk is full: it is tried again until it succeeds.
"""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from kiosk.errors import StoreError
from kiosk.offline_queue.errors import DraftNeedsCard, DraftNotFound, DraftNotYours, StoreDiskFault
from kiosk.offline_queue.keys import Owner
from kiosk.offline_queue.records import to_bytes

RETRY_SECONDS = 2.0

_GONE = (DraftNotFound, DraftNotYours, DraftNeedsCard)
_log = logging.getLogger(__name__)


class Saver(Protocol):
    """The part of the store that is used."""

    def save_encoded(self, owner: Owner, draft_id: str, encoded: dict[str, bytes]) -> datetime:
        """Save answers durably."""
        ...


class Autosave:
    """Writes one person's answers in the background.

    Only the latest value of a field is written; fields are written in the order of their latest ``put``. The two
    functions are called from the writing thread: a screen passes on with ``call_from_thread`` or posts a message.

    Args:
        store: where to write.
        owner: whose drafts they are.
        on_saved: called with the moment (UTC) after each durable save.
        on_error: called once when saving begins to fail, and again only for another kind of error. After
            ``DraftNotFound``, ``DraftNotYours`` and ``DraftNeedsCard`` that draft's answers are dropped, since there
            is nothing to save them to; after any other error they are kept and tried again.
        retry_seconds: how long to wait after a failure.
    """

    def __init__(
        self,
        store: Saver,
        owner: Owner,
        on_saved: Callable[[datetime], None],
        on_error: Callable[[StoreError], None],
        retry_seconds: float = RETRY_SECONDS,
    ) -> None:
        self._store = store
        self._owner = owner
        self._on_saved = on_saved
        self._on_error = on_error
        self._retry_seconds = retry_seconds
        self._changed = threading.Condition()
        self._waiting: dict[tuple[str, str], bytes] = {}
        self._writing: dict[tuple[str, str], bytes] = {}
        self._failing: type[StoreError] | None = None
        self._hurry = False
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="autosave", daemon=True)
        self._thread.start()

    def put(self, draft_id: str, field: str, value: Any) -> None:
        """Take an answer for saving; never waits for the disk.

        Raises:
            AnswerUnstorable: the value is not JSON. Everything else goes to ``on_error``.
        """
        encoded = to_bytes(value)  # now, so that a list changed later does not change what is saved
        with self._changed:
            self._waiting.pop((draft_id, field), None)
            self._waiting[(draft_id, field)] = encoded
            self._changed.notify_all()

    @property
    def pending(self) -> int:
        """How many answers are not durable yet."""
        with self._changed:
            return len(self._waiting.keys() | self._writing.keys())

    def flush(self, timeout: float) -> bool:
        """Try at once and wait up to ``timeout`` seconds; return whether everything put so far is durable."""
        deadline = time.monotonic() + timeout
        with self._changed:
            self._hurry = True
            self._changed.notify_all()
            while self._waiting or self._writing:
                left = deadline - time.monotonic()
                if left <= 0 or not self._thread.is_alive():
                    return False
                self._changed.wait(left)
            return True

    def close(self, timeout: float) -> bool:
        """Flush, end the thread, and return whether everything is durable. Safe to call twice."""
        saved = self.flush(timeout)
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._thread.join(timeout)
        return saved

    def __repr__(self) -> str:
        return f"<Autosave pending={self.pending}>"

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._waiting and not self._stopping:
                    self._hurry = False
                    self._changed.wait()
                if self._stopping:
                    return
                draft_id = self._take()
            self._write(draft_id)

    def _take(self) -> str:
        """Move the waiting answers of the first draft to what is being written."""
        draft_id = next(iter(self._waiting))[0]
        self._writing = {key: value for key, value in self._waiting.items() if key[0] == draft_id}
        self._waiting = {key: value for key, value in self._waiting.items() if key[0] != draft_id}
        return draft_id

    def _write(self, draft_id: str) -> None:
        try:
            moment = self._store.save_encoded(
                self._owner, draft_id, {field: value for (_, field), value in self._writing.items()}
            )
        except StoreError as error:
            self._failed(error)
        except Exception as error:
            # A fault of the program must not end the thread: what was typed would silently stay unsaved. Its text
            # may quote an answer, so only its kind and place are logged.
            place = traceback.extract_tb(error.__traceback__)[-1]
            _log.error("autosave: unexpected %s in %s:%s", type(error).__name__, place.name, place.lineno)
            self._failed(StoreDiskFault(unexpected=1))
        else:
            self._succeeded(moment)

    def _succeeded(self, moment: datetime) -> None:
        with self._changed:
            self._writing = {}
            self._failing = None
            self._changed.notify_all()
        self._on_saved(moment)

    def _failed(self, error: StoreError) -> None:
        with self._changed:
            if not isinstance(error, _GONE):
                # What was put meanwhile is newer and comes later.
                newer = self._waiting
                kept = {key: value for key, value in self._writing.items() if key not in newer}
                self._waiting = {**kept, **newer}
            self._writing = {}
            news = self._failing is not type(error)
            self._failing = type(error)
            self._changed.notify_all()
        if news:
            _log.warning("autosave failed: %s", error)
            self._on_error(error)
        self._pause()

    def _pause(self) -> None:
        with self._changed:
            deadline = time.monotonic() + self._retry_seconds
            while not self._hurry and not self._stopping and (left := deadline - time.monotonic()) > 0:
                self._changed.wait(left)
            self._hurry = False
