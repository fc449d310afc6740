"""Run as a process by the crash tests: does one thing to an outbox and kills itself at a named step.

``python -m tests.offline_queue.outbox_child FOLDER STEP DEED``; an empty STEP lets it live.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from kiosk.offline_queue import steps
from kiosk.offline_queue.drafts import DraftStore
from kiosk.offline_queue.outbox_model import Reason
from tests.offline_queue.outbox_support import NUMBER, claimed, new_item, uuid
from tests.offline_queue.support import MIHON_KEY, MORNING, draft_id, open_store


def _put(store: DraftStore) -> None:
    owner = store.owner(MIHON_KEY)
    store.outbox.put(owner, new_item(store, 1, files=2), draft_id(1))


def _send(store: DraftStore) -> None:
    work = claimed(store)
    store.dispatch.begin(work)
    store.dispatch.accepted(work.id, NUMBER)


def _wait(store: DraftStore) -> None:
    work = claimed(store)
    store.dispatch.begin(work)
    store.dispatch.wait(work, Reason.BUSY, MORNING + timedelta(minutes=1), in_doubt=True)


DEEDS: dict[str, Callable[[DraftStore], object]] = {
    "put": _put,
    "send": _send,
    "wait": _wait,
    "cancel": lambda store: store.outbox.cancel(uuid(1)),
    "purge": lambda store: store.outbox.purge(),
    "back_up": lambda store: store.outbox.back_up(),
    "write_back": lambda store: store.outbox.write_back(),
    "open": lambda _store: None,
}


def _die_at(wanted: str) -> None:
    def at(step: str) -> None:
        if step == wanted:
            os.kill(os.getpid(), signal.SIGKILL)

    steps.at = at


if __name__ == "__main__":
    folder, step, deed = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    _die_at(step)
    with open_store(folder) as opened:
        DEEDS[deed](opened)
