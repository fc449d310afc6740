"""Invented people, ids and moments for the tests of the store."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from kiosk.offline_queue.drafts import DraftStore
from kiosk.settings import StoreSettings

WAIT_SECONDS = 60.0
SETTINGS = StoreSettings(key_source="file")
MORNING = datetime(2026, 11, 22, 5, 2, tzinfo=UTC)
MIHON_KEY = b"KAKUU MIHON public key"
TANIN_KEY = b"KAKUU TANIN public key"
MIHON_SIGNATURE = b"\x17" * 256
HEADER = {"procedure": "extension", "step": 3}
ANSWERS = {"name": "架空見本", "rows": [{"a": "１"}], "note": ""}


class SettableClock:
    """A clock that stands until it is set."""

    def __init__(self, moment: datetime = MORNING) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **time: float) -> None:
        """Let time pass."""
        self.moment += timedelta(**time)


def draft_id(number: int) -> str:
    """Return the ``number``-th invented UUIDv7."""
    return str(UUID(int=0x0190_0000_0000_7000_8000_0000_0000_0000 + number))


def open_store(folder: Path, clock: SettableClock | None = None) -> DraftStore:
    """Open the store in ``folder`` with a key file."""
    return DraftStore.open(folder, SETTINGS, clock or SettableClock())


def all_bytes(folder: Path) -> bytes:
    """Return every byte of every file below ``folder``, and the files' names."""
    return b"\n".join(path.name.encode() + path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def wait_until(true: Callable[[], bool]) -> None:
    """Wait until something is true; where it does not become so, the test has failed."""
    limit = time.monotonic() + WAIT_SECONDS
    while not true():
        assert time.monotonic() < limit, "it has not come"
        time.sleep(0.05)
