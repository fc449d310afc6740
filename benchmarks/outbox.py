"""Saving answers while the sender, a process of its own, sends signed applications from the same store."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager

from benchmarks.figures import Figure, percentile
from benchmarks.sizes import Sizes
from benchmarks.station import Station, station
from benchmarks.store import ANSWER, DISK_BYTES, BareFile, timed
from kiosk.ids import uuid7

PAUSE_SECONDS = 0.01
"""Between two answers: far quicker than a person types, and it leaves the disk to the sender as a person would."""

LOOK_EVERY = 10
"""After so many answers it is asked whether the sender is still at work."""

_SECONDS = 120.0

Times = tuple[list[float], list[float]]
"""Milliseconds of each save, and of each bare write that took turns with it."""


def measure(sizes: Sizes) -> Iterator[Figure]:
    """Yield autosave alone and beside the sender. The sender runs on until the last answer is saved, or all is sent."""
    with station() as here:
        ids = here.put(sizes.items)
        alone = _saves(here, sizes.saves, lambda: True)
        with _sender(here):
            _wait_for(here, ids[0])
            both = _saves(here, sizes.saves, lambda: here.store.outbox.show(ids[-1]).open)
        sent = sum(not here.store.outbox.show(item).open for item in ids)
    target = f"{len(both[0])} saves, {sent} sent meanwhile"
    yield Figure("outbox: autosave, p50, alone", _middle(alone[0]), "ms", _middle(alone[1]), "beside the bare disk")
    yield Figure("outbox: autosave, p99, alone", percentile(alone[0], 99), "ms", percentile(alone[1], 99))
    yield Figure("outbox: autosave, p50, while sending", _middle(both[0]), "ms", _middle(both[1]), target)
    yield Figure("outbox: autosave, p99, while sending", percentile(both[0], 99), "ms", percentile(both[1], 99))
    yield Figure("outbox: autosave, p50, sending beside alone", _middle(both[0]), "ms", _middle(alone[0]), "<= 2 x")
    yield Figure("outbox: autosave, p99, sending beside alone", percentile(both[0], 99), "ms", percentile(alone[0], 99))


def _saves(here: Station, number: int, busy: Callable[[], bool]) -> Times:
    """Save up to ``number`` answers while ``busy``."""
    owner = here.store.owner(os.urandom(294), os.urandom(256))
    draft = here.store.create(owner, {"procedure": "extension"}, {}, uuid7())
    save: list[float] = []
    disk: list[float] = []
    with closing(BareFile(here.settings_file.with_name("bare"), DISK_BYTES)) as bare:
        for count in range(number):
            if count % LOOK_EVERY == 0 and count and not busy():
                break
            disk.append(timed(bare.append))
            save.append(timed(lambda n=count: here.store.save_answer(owner, draft, f"part1.f{n % 40}", ANSWER)))
            time.sleep(PAUSE_SECONDS)
    return save, disk


@contextmanager
def _sender(here: Station) -> Generator[None]:
    command = [sys.executable, "-m", "kiosk.sender", "--while-fed", "--settings", str(here.settings_file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        try:
            yield
        finally:
            assert process.stdin is not None
            process.stdin.close()


def _wait_for(here: Station, item_id: str) -> None:
    """Wait until the sender is at work."""
    limit = time.monotonic() + _SECONDS
    while not here.store.outbox.show(item_id).attempts:
        if time.monotonic() > limit:
            raise RuntimeError("the sender does not send")
        time.sleep(PAUSE_SECONDS)


def _middle(values: list[float]) -> float:
    return statistics.median(values)
