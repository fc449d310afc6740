"""What the sender does from time to time beside sending."""

from __future__ import annotations

import time
from datetime import timedelta

from kiosk import logs
from kiosk.errors import PortalError
from kiosk.offline_queue.backup import delete_old_backups, is_due
from kiosk.offline_queue.drafts import DraftStore
from kiosk.portal.deferred import DeferredClient
from kiosk.portal.errors import NotSealable
from kiosk.sending.sealing_keys import SealingKeyFile
from kiosk.services import Services

KEYS_MINUTES = 60
KEYS_AGAIN_MINUTES = 5
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
        """Do what is due."""
        now = time.monotonic()
        if now >= self._purge_at:
            self._purge_at = now + timedelta(hours=PURGE_HOURS).total_seconds()
            self._purge()
        if now >= self._backup_at:
            self._backup_at = now + min(60.0, self._settings.queue.backup_minutes * 60)
            self._back_up()
        if now >= self._keys_at:
            learned = self._learn_keys()
            self._keys_at = now + (KEYS_MINUTES if learned else KEYS_AGAIN_MINUTES) * 60.0

    def _purge(self) -> None:
        for draft in self._store.purge_idle(self._settings.store.drafts_idle_days):
            logs.event("draft.erased", submission=draft)
        for item in self._store.outbox.purge():
            logs.event("queue.erased", submission=item)

    def _back_up(self) -> None:
        folder, queue, now = self._store.backup_folder, self._settings.queue, self._services.clock()
        if is_due(folder, now, queue.backup_minutes):
            self._store.outbox.back_up()
            logs.event("queue.backed_up", count=delete_old_backups(folder, now, queue.backup_hours))

    def _learn_keys(self) -> bool:
        try:
            self._keys.learn(self._client)
        except NotSealable:
            return True  # nothing is to be sealed at this station
        except PortalError as error:
            logs.event("queue.no_sealing_keys", error=error.code)
            return False
        return True
