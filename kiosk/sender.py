"""The sender: a process of its own beside the sessions, which delivers what waits in the outbox and keeps house.

``python -m kiosk.sender [--settings FILE] [--while-fed]``; started and watched by the supervisor. It ends on SIGTERM,
and with ``--while-fed`` also when its standard input ends, that is with its supervisor, on every system. It logs codes
and ids alone.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path

import click

from kiosk import logs
from kiosk.clock import Clock, utc_now
from kiosk.errors import KioskError, StoreError
from kiosk.ids import uuid7
from kiosk.offline_queue.drafts import DraftStore
from kiosk.offline_queue.durable import process_lock
from kiosk.offline_queue.errors import StoreBroken, StoreLocked
from kiosk.offline_queue.recovery import recover
from kiosk.portal.deferred import DeferredClient
from kiosk.sending import backoff
from kiosk.sending.forwarder import Forwarder, Stopping
from kiosk.sending.housekeeping import Housekeeping
from kiosk.services import Services
from kiosk.session import keep_memory_private
from kiosk.settings import load_settings

LOCK_FILE = "sender.lock"
"""Held by the one sender of a store."""

_STANDARD_INPUT = 0

LOOK_SECONDS = 1.0
"""How often an idle sender looks for something to do. Looking reads one index and writes nothing."""


class Sender:
    """One sender's life.

    Args:
        services: the station's adapters, opened and closed by this object alone.
        stop: set when the process is to end.
        chance: for the waits.
    """

    def __init__(self, services: Services, stop: threading.Event, chance: random.Random | None = None) -> None:
        self._services = services
        self._settings = services.settings
        self._clock: Clock = services.clock
        self._stop = stop
        self._chance = chance or random.SystemRandom()
        self._failures = 0

    def run(self) -> None:
        """Wait until no other sender is alive, then work until told to stop."""
        while not self._stop.is_set():
            with suppress(StoreLocked), process_lock(self._services.data_dir / LOCK_FILE, LOOK_SECONDS):
                self._work()

    def run_once(self) -> int:
        """Send what is due, as far as the portal lets it, and return how many items were tried.

        Raises:
            StoreLocked: another sender is alive, which will do it.
        """
        with process_lock(self._services.data_dir / LOCK_FILE, 0.0), self._client() as client:
            self._services.store.dispatch.break_leases()
            forwarder = self._forwarder(self._services.store, client)
            tried = 0
            while not self._stop.is_set() and forwarder.forward():
                tried += 1
            return tried

    def _work(self) -> None:
        """Work with the store until it fails or the end comes; then close it, for a handle that failed is not used."""
        while not self._stop.is_set():
            try:
                self._serve(self._services.store)
            except StoreBroken as error:
                self._mend(error)
            except StoreError as error:
                self._rest(error)
            finally:
                self._services.close()

    def _serve(self, store: DraftStore) -> None:
        with self._client() as client:
            # Nobody else is a sender while the lock is held, so what is claimed was claimed by one that died.
            store.dispatch.break_leases()
            house = Housekeeping(self._services, store, client)
            forwarder = self._forwarder(store, client)
            worked = False
            while not self._stop.is_set():
                house.keep()
                with suppress(Stopping):
                    if forwarder.forward():
                        self._failures, worked = 0, True
                        continue
                if worked:
                    store.outbox.write_back()
                    worked = False
                self._stop.wait(LOOK_SECONDS)

    def _client(self) -> DeferredClient:
        return DeferredClient(self._settings.portal, pause=self._pause)

    def _forwarder(self, store: DraftStore, client: DeferredClient) -> Forwarder:
        services = self._services
        return Forwarder(store.dispatch, client, services.device_id, self._clock, uuid7(), self._chance)

    def _pause(self, seconds: float) -> None:
        if self._stop.wait(seconds):
            raise Stopping

    def _mend(self, error: StoreBroken) -> None:
        logs.event("queue.broken", error=error.code)
        store, queue = self._settings.store, self._settings.queue
        self._services.close()
        try:
            code = recover(self._services.data_dir, store.key_source, queue.backup_folder, self._clock)
        except StoreError as another:
            self._rest(another)
            return
        if not code:
            # Sound when looked at: what failed lies in a page that the check does not reach, or in a file.
            self._rest(error)
            return
        logs.event("queue.recovered", error=code)

    def _rest(self, error: StoreError) -> None:
        self._failures += 1
        logs.event("queue.store_failed", error=error.code, attempt=self._failures)
        self._services.close()
        self._stop.wait(max(LOOK_SECONDS, backoff.full_jitter(self._failures, self._chance).total_seconds()))


@click.command()
@click.option("--settings", "settings_file", type=click.Path(path_type=Path), help="The station's own settings (TOML).")
@click.option("--while-fed", is_flag=True, help="End when standard input ends.")
def main(settings_file: Path | None, while_fed: bool) -> None:
    """Deliver what waits in the outbox until told to stop."""
    keep_memory_private()
    stop = threading.Event()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda _number, _frame: stop.set())
    if while_fed:
        threading.Thread(target=_wait_for_end, args=(stop,), name="supervisor", daemon=True).start()
    settings = load_settings(settings_file)
    with suppress(OSError):  # a log that cannot be opened keeps nothing from being sent
        logs.configure(settings, "sender")
    services = Services(settings, utc_now)
    try:
        Sender(services, stop).run()
    finally:
        services.close()


def _wait_for_end(stop: threading.Event) -> None:
    # Not ``sys.stdin``: its lock, held by this thread, would bring the interpreter down at its end.
    with suppress(OSError):
        while os.read(_STANDARD_INPUT, 1):
            pass
    stop.set()


if __name__ == "__main__":
    try:
        main.main(standalone_mode=False)
    except KioskError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
