"""Saving an answer durably, beside the bare disk."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figures import Figure, percentile
from kiosk.ids import uuid7
from kiosk.offline_queue.drafts import DraftStore
from kiosk.settings import StoreSettings

ROUNDS = 400
ANSWER = "架空見本" * 25
"""About 200 bytes when it is sealed, as an answer of a form."""

DISK_BYTES = 24 * 1024
"""A commit of a small record writes about six pages of 4 kB."""


def measure() -> Iterator[Figure]:
    """Yield the figures of the store, disk and store taking turns so that both see the same noise."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        store = DraftStore.open(Path(folder) / "store", StoreSettings(key_source="file"), lambda: datetime.now(UTC))
        owner = store.owner(os.urandom(294), os.urandom(256))
        draft = store.create(owner, {"procedure": "extension"}, {}, uuid7())
        disk: list[float] = []
        save: list[float] = []
        with (Path(folder) / "bare").open("wb", buffering=0) as file:
            for number in range(ROUNDS):
                disk.append(_timed(lambda: _bare(file.fileno())))
                save.append(_timed(lambda n=number: store.save_answer(owner, draft, f"part1.f{n % 40}", ANSWER)))
        store.close()
    yield Figure("store: autosave of one answer, p50", statistics.median(save), "ms", statistics.median(disk), "<= 2 x")
    yield Figure("store: autosave of one answer, p99", percentile(save, 99), "ms", percentile(disk, 99))


def _bare(handle: int) -> None:
    # Appended, as SQLite appends to its log: writing in place would spare the file system its note of the new length.
    os.write(handle, os.urandom(DISK_BYTES))
    os.fdatasync(handle)


def _timed(action: object) -> float:
    assert callable(action)
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1000
