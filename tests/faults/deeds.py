"""What children do in the fault cases."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx

from kiosk.offline_queue.database import Connection, Database
from kiosk.offline_queue.recovery import recover
from kiosk.portal import deferred
from tests.crash import sending, works
from tests.offline_queue.outbox_support import put
from tests.offline_queue.support import MIHON_KEY, SettableClock, open_store

Say = Callable[[Any], None]


class DyingTransport(httpx.BaseTransport):
    """Carries the envelope to the portal and dies before its answer is seen."""

    def __init__(self) -> None:
        self._inner = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._inner.handle_request(request)
        if request.method == "POST" and request.url.path.endswith("/deferred"):
            answer.read()
            os.kill(os.getpid(), signal.SIGKILL)
        return answer


def die_before_the_answer(say: Say, folder: str, origin: str) -> None:
    """Deliver; the process is killed when the portal has the envelope and has answered, unseen."""

    def made(settings: Any, pause: Any) -> deferred.DeferredClient:
        return deferred.DeferredClient(settings, DyingTransport(), pause=pause)

    with patch.object(sending, "DeferredClient", made):
        sending.deliver(say, folder, origin)


def unflushed_life(say: Say, folder: str, portal_file: str) -> None:
    """A station's life on a program that does not flush: what a power cut has to show."""

    def careless(_: Database, connection: Connection) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=OFF"):
            connection.execute(f"PRAGMA {pragma}").fetchall()

    with patch.object(Database, "_require_safe", careless), patch("os.fsync", return_value=None):
        works.life(say, folder, 0, True, portal_file)


def recovery(say: Say, folder: str) -> None:
    """Put a broken store into order."""
    say(recover(Path(folder), "file", "", SettableClock()))


def hold_the_lock(say: Say, folder: str) -> None:
    """Stop (SIGSTOP) in the middle of a write, with the database locked; go on when somebody says so."""
    with open_store(Path(folder)) as store:
        owner = store.owner(MIHON_KEY)
        with works.open_queue(store).writing():
            say(["stopped", os.getpid()])
            os.kill(os.getpid(), signal.SIGSTOP)
        put(store, owner, 500)
        say(["put", 500])
