"""The parts a screen needs, wired once. Each is made at its first use, so that nothing heavy loads before the
first paint.
"""

from __future__ import annotations

import threading
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.clock import Clock, utc_now
from kiosk.settings import Settings

if TYPE_CHECKING:
    from kiosk.card.service import CardService
    from kiosk.card.trust import TrustStore
    from kiosk.offline_queue.drafts import DraftStore
    from kiosk.portal.client import PortalClient
    from kiosk.staff.access import StaffAccess


_DEVICE_FILE = "device-id"


class Services:
    """The adapters of one station.

    Args:
        settings: the station's settings.
        clock: where the time comes from; tests give a fixed one.
    """

    def __init__(self, settings: Settings, clock: Clock = utc_now) -> None:
        self.settings = settings
        self.clock = clock
        self._lock = threading.RLock()

    @cached_property
    def data_dir(self) -> Path:
        """The folder of this station's own data, made if it is missing.

        Raises:
            StoreError: it cannot be made.
        """
        if self.settings.store.folder:
            folder = Path(self.settings.store.folder)
        else:
            from platformdirs import user_data_path

            folder = user_data_path("residence-filing-kiosk", appauthor=False, roaming=False)
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            from kiosk.offline_queue.errors import from_os_error

            raise from_os_error(error) from error
        return folder

    @cached_property
    def device_id(self) -> str:
        """The station's id: from the settings, or made once and kept beside the store.

        Session and sender have the same, also at a first start; one that a loss of power has spoilt is made anew.

        Raises:
            StoreError: it cannot be read or kept.
        """
        if self.settings.device_id:
            return self.settings.device_id
        from kiosk.offline_queue.durable import process_lock

        with process_lock(self.data_dir / f"{_DEVICE_FILE}.lock"):
            return _kept_device_id(self.data_dir / _DEVICE_FILE)

    @cached_property
    def cards(self) -> CardService:
        """Readers and cards."""
        from kiosk.card.service import CardService

        return CardService(self.settings.card)

    @cached_property
    def trust(self) -> TrustStore:
        """The CA certificates this station trusts."""
        from kiosk.card.trust import TrustStore

        return TrustStore.load(self.settings.trust_anchor_dir())

    @cached_property
    def staff_access(self) -> StaffAccess:
        """The staff code of this station."""
        from kiosk.staff.access import StaffAccess

        return StaffAccess(self.data_dir, self.clock)

    @cached_property
    def portal(self) -> PortalClient:
        """The portal, with this visit's log-in inside it."""
        from kiosk.portal.client import PortalClient

        return PortalClient(self.settings.portal, self.device_id)

    @property
    def store(self) -> DraftStore:
        """The encrypted store of drafts."""
        # Two threads may ask at once (autosave, a job), and two open connections would be one too many.
        with self._lock:
            return self._store

    @cached_property
    def _store(self) -> DraftStore:
        from kiosk.offline_queue.drafts import DraftStore

        return DraftStore.open(self.data_dir, self.settings.store, self.clock, self.settings.queue)

    def close(self) -> None:
        """Give everything back that was opened; each can be opened again."""
        opened = self.__dict__
        if "portal" in opened:
            self.portal.close()
        if "_store" in opened:
            self._store.close()
        if "cards" in opened:
            self.cards.stop()
        for name in ("portal", "_store", "cards"):
            opened.pop(name, None)


def _kept_device_id(file: Path) -> str:
    from kiosk.ids import uuid7
    from kiosk.offline_queue.durable import write_private
    from kiosk.offline_queue.errors import from_os_error

    try:
        kept = file.read_bytes().strip()
    except FileNotFoundError:
        kept = b""
    except OSError as error:
        raise from_os_error(error) from error
    if kept.isascii() and kept.decode("ascii").isprintable() and kept:
        return kept.decode("ascii")
    made = uuid7()
    write_private(file, made.encode("ascii"))
    return made
