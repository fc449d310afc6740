"""What the sender does from time to time beside sending."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from kiosk import logs
from kiosk.errors import PortalError, StoreError
from kiosk.offline_queue.backup import delete_old_backups, is_due
from kiosk.offline_queue.drafts import DraftStore
from kiosk.offline_queue.errors import StoreBroken
from kiosk.portal.deferred import DeferredClient
from kiosk.portal.errors import NotSealable
from kiosk.sending.sealing_keys import SealingKeyFile
from kiosk.services import Services

KEYS_MINUTES = 60
AGAIN_MINUTES = 5
"""When something that could not be done is tried again."""
PURGE_HOURS = 24


class Housekeeping:
    """What is done from time to time beside sending: erasing, backups, the portal's sealing keys.

    Args:
        services: the station's adapters.
        store: the open store.
        client: the portal.
    """

    def __init__(self, services: Services, store: DraftStore, client: DeferredClient) -> None:
        self._services = services
        self._settings = services.settings
        self._store = store
        self._client = client
        self._keys = SealingKeyFile(services.data_dir, self._settings.portal.sealing_pin, services.clock)
        # By the clock that nobody can set: a jump must not put off what is due, nor do it again and again.
        self._purge_at = self._keys_at = self._backup_at = time.monotonic()

    def keep(self) -> None:
        """Do what is due.

        What cannot be done (a disk for backups that is full or gone) is logged and tried again later: it must not keep
        anything from being sent.

        Raises:
            StoreBroken: the store itself is damaged.
        """
        now, again = time.monotonic(), AGAIN_MINUTES * 60.0
        if now >= self._purge_at:
            purged = _tried("queue.not_purged", self._purge)
            self._purge_at = now + (timedelta(hours=PURGE_HOURS).total_seconds() if purged else again)
        if now >= self._backup_at:
            backed_up = _tried("queue.not_backed_up", self._back_up)
            self._backup_at = now + (min(60.0, self._settings.queue.backup_minutes * 60) if backed_up else again)
        if now >= self._keys_at:
            learned = _tried("queue.no_sealing_keys", self._learn_keys)
            self._keys_at = now + (KEYS_MINUTES * 60.0 if learned else again)

    def _purge(self) -> None:
        self._store.purge_idle(self._settings.store.drafts_idle_days)
        self._store.outbox.purge()

    def _back_up(self) -> None:
        folder, queue, now = self._store.backup_folder, self._settings.queue, self._services.clock()
        if is_due(folder, now, queue.backup_minutes):
            self._store.outbox.back_up()
            logs.event("queue.backed_up", count=delete_old_backups(folder, now, queue.backup_hours))

    def _learn_keys(self) -> None:
        with suppress(NotSealable):  # nothing is to be sealed at this station
            self._keys.learn(self._client)


def _tried(event: str, duty: Callable[[], None]) -> bool:
    """Do ``duty`` and say whether it could be done; ``event`` is logged where it could not."""
    try:
        duty()
    except StoreBroken:
        raise
    except (StoreError, PortalError) as error:
        logs.event(event, error=error.code)
        return False
    return True
