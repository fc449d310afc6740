"""The encrypted store beside the bare disk, and a large store beside an empty one."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.figures import Figure, percentile
from benchmarks.sizes import Sizes
from kiosk.ids import uuid7
from kiosk.offline_queue import outbox_rows
from kiosk.offline_queue.drafts import DraftStore
from kiosk.offline_queue.opening import open_parts
from kiosk.offline_queue.outbox_model import NewItem
from kiosk.settings import StoreSettings

SETTINGS = StoreSettings(key_source="file")
ANSWER = "架空見本" * 25
"""About 200 bytes when it is sealed, as an answer of a form."""

DISK_BYTES = 24 * 1024
"""A commit of a small record writes about six pages of 4 kB."""

ANSWER_BYTES = 200
"""A draft's bytes are answers of this length."""

BODY_BYTES = 4_000
"""A sealed envelope without its files."""

PAGE = 50
"""Lines of the first page."""


def measure(sizes: Sizes) -> Iterator[Figure]:
    """Yield the figures of the store, the two sides taking turns so that both see the same noise."""
    with tempfile.TemporaryDirectory(prefix=".benchmark-", dir=Path.cwd()) as folder:
        yield from _saving(Path(folder), sizes)
        yield from _large(Path(folder), sizes)


# --- beside the disk --------------------------------------------------------------------------------------------------


class BareFile:
    """A file that is appended to: SQLite appends to its log, and writing in place would spare the file system its
    note of the new length.

    Args:
        path: the file.
        size: bytes of each piece.
    """

    def __init__(self, path: Path, size: int) -> None:
        self._file = path.open("wb", buffering=0)
        self._size = size

    def append(self) -> None:
        """Write one piece and wait for the disk."""
        os.write(self._file.fileno(), os.urandom(self._size))
        os.fdatasync(self._file.fileno())

    def close(self) -> None:
        """Close it."""
        self._file.close()


def timed(action: Callable[[], object]) -> float:
    """Return how many milliseconds ``action`` takes."""
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1000


def _saving(folder: Path, sizes: Sizes) -> Iterator[Figure]:
    store = DraftStore.open(folder / "store", SETTINGS, _now)
    owner = store.owner(os.urandom(294), os.urandom(256))
    draft = store.create(owner, {"procedure": "extension"}, {}, uuid7())
    save: list[float] = []
    disk: list[float] = []
    with closing(store), closing(BareFile(folder / "bare", DISK_BYTES)) as bare:
        for number in range(sizes.saves):
            disk.append(timed(bare.append))
            save.append(timed(lambda n=number: store.save_answer(owner, draft, f"part1.f{n % 40}", ANSWER)))
        yield Figure("store: autosave of one answer, p50", _middle(save), "ms", _middle(disk), "<= 2 x")
        yield Figure("store: autosave of one answer, p99", percentile(save, 99), "ms", percentile(disk, 99))
        yield from _inserting(folder, store, sizes)


def _inserting(folder: Path, store: DraftStore, sizes: Sizes) -> Iterator[Figure]:
    """A whole draft: two commits, its key's and its own, beside one of the same bytes."""
    answers = {f"part1.f{number}": "M" * ANSWER_BYTES for number in range(sizes.draft_bytes // ANSWER_BYTES)}
    owner = store.owner(os.urandom(294), os.urandom(256))
    insert: list[float] = []
    disk: list[float] = []
    with closing(BareFile(folder / "bare", sizes.draft_bytes)) as bare:
        for _ in range(sizes.drafts):
            disk.append(timed(bare.append))
            insert.append(timed(lambda: store.create(owner, {"procedure": "extension"}, answers, uuid7())))
    words = f"store: insert of a draft of {sizes.draft_bytes // 1000} kB"
    yield Figure(f"{words}, p50", _middle(insert), "ms", _middle(disk))
    yield Figure(f"{words}, p99", percentile(insert, 99), "ms", percentile(disk, 99))


# --- beside an empty store --------------------------------------------------------------------------------------------


def _large(folder: Path, sizes: Sizes) -> Iterator[Figure]:
    """Opening a store with so many items and reading the first page of its outbox, beside a store with none."""
    waiting, received, empty = folder / "waiting", folder / "received", folder / "empty"
    fill(waiting, sizes.stored)
    fill(received, sizes.stored, received=True)
    fill(empty, 0)
    times: dict[Path, list[tuple[float, float]]] = {waiting: [], received: [], empty: []}
    for _ in range(sizes.opens):
        for place, found in times.items():
            found.append(_opened(place))
    for place in (waiting, received):
        for number, words in enumerate(("open", "first page")):
            ours, theirs = (_middle([pair[number] for pair in times[one]]) for one in (place, empty))
            yield Figure(f"store: {words}, {sizes.stored:,} {place.name}", ours, "ms", theirs, "<= 200 ms")


def _opened(folder: Path) -> tuple[float, float]:
    start = time.perf_counter()
    with DraftStore.open(folder, SETTINGS, _now) as store:
        opened = time.perf_counter()
        store.outbox.list(limit=PAGE)
        end = time.perf_counter()
    return (opened - start) * 1000, (end - opened) * 1000


def fill(folder: Path, number: int, *, received: bool = False) -> None:
    """Make a store with ``number`` items in one transaction: they wait, or they are received and their bodies gone."""
    parts = open_parts(folder, SETTINGS.key_source)
    now = _now()
    with closing(parts), parts.queue.writing() as connection:
        for count in range(number):
            body = b"" if received else os.urandom(BODY_BYTES)
            item = NewItem(uuid7(), "application", now + timedelta(hours=72), body)
            lookup = count.to_bytes(32, "big")
            at = outbox_rows.milliseconds(now)
            outbox_rows.insert(connection, item, lookup, at, in_doubt=False, reason="")
            if received:
                outbox_rows.accept(connection, item.id, "東オンＥＮ26000001", at)


def _now() -> datetime:
    return datetime.now(UTC)


def _middle(values: list[float]) -> float:
    return statistics.median(values)
