"""Run as a process by the crash tests: saves answers without end and says each one that is durable.

``python -m tests.offline_queue.crash_child FOLDER MODE START``: mode ``autosave`` writes one growing set of fields
through ``Autosave``; ``direct`` attaches files and saves answers without a thread between.
"""

from __future__ import annotations

import itertools
import sys
import threading
from datetime import datetime
from pathlib import Path

from kiosk.offline_queue.autosave import Autosave
from kiosk.offline_queue.drafts import DraftStore
from kiosk.offline_queue.keys import Owner
from tests.offline_queue.support import MIHON_KEY, MIHON_SIGNATURE, draft_id, open_store


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _direct(store: DraftStore, owner: Owner, start: int) -> None:
    for number in itertools.count(start):
        store.save_answer(owner, draft_id(1), f"f{number}", number)
        _say(f"{number}")
        if number % 5 == 0:
            kept = store.attach(owner, draft_id(1), "d", f"{number}", "application/pdf", b"%d" % number * 30_000)
            _say(f"file {kept.id} {number}")


def _autosave(store: DraftStore, owner: Owner, start: int) -> None:
    durable = threading.Semaphore(0)

    def saved(_: datetime) -> None:
        durable.release()

    autosave = Autosave(store, owner, saved, lambda error: _say(f"error {error}"))
    for number in itertools.count(start):
        autosave.put(draft_id(1), f"f{number}", number)
        durable.acquire()
        _say(f"{number}")


if __name__ == "__main__":
    opened = open_store(Path(sys.argv[1]))
    work = {"autosave": _autosave, "direct": _direct}[sys.argv[2]]
    _say("ready")
    work(opened, opened.owner(MIHON_KEY, MIHON_SIGNATURE), int(sys.argv[3]))
