"""Opening a store: one process at a time, everything checked before anything is read."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from kiosk.errors import StoreError
from kiosk.offline_queue import pieces, schema
from kiosk.offline_queue.database import Database
from kiosk.offline_queue.durable import process_lock
from kiosk.offline_queue.errors import StoreBroken, from_os_error
from kiosk.offline_queue.files import FileFolder
from kiosk.offline_queue.key_places import IDENTITY_FILE, Identity, read_identity, station_key
from kiosk.offline_queue.keys import StationKey

QUEUE_FILE = "queue.db"
KEYS_FILE = "keys.db"
FILES_FOLDER = "files"
LOCK_FILE = "store.lock"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Parts:
    """An open store's parts."""

    queue: Database
    keys: Database
    files: FileFolder
    station_key: StationKey


def open_parts(folder: Path, key_source: str) -> Parts:
    """Open the store in ``folder``, made at the first start.

    Raises:
        StoreError: see ``DraftStore.open``.
    """
    try:
        folder.mkdir(parents=True, mode=0o700, exist_ok=True)
    except OSError as error:
        raise from_os_error(error) from error
    with process_lock(folder / LOCK_FILE):
        _refuse_orphaned_store(folder)
        key, identity = station_key(folder, key_source)
        return _open_with(folder, key, identity)


def _refuse_orphaned_store(folder: Path) -> None:
    """A database without ``store.json`` has lost it: a new key would shut it for ever."""
    if read_identity(folder) is None and ((folder / QUEUE_FILE).exists() or (folder / KEYS_FILE).exists()):
        raise StoreBroken(file=IDENTITY_FILE)


def _open_with(folder: Path, key: StationKey, identity: Identity) -> Parts:
    first = not identity.ready
    if first:
        # A first start that was cut short left files under a key that is no longer known, with nothing in them.
        for name in (QUEUE_FILE, KEYS_FILE):
            _remove_database(folder / name)
    queue = Database(folder / QUEUE_FILE, key.derive("zairyu/store/database/v1"), may_create=first)
    keys = Database(folder / KEYS_FILE, key.derive("zairyu/store/keys-database/v1"), may_create=first)
    try:
        _prepare(queue, schema.QUEUE, first=first)
        _prepare(keys, schema.KEYS, first=first)
        files = FileFolder(folder / FILES_FOLDER)
        with queue.writing() as connection:
            files.sweep(pieces.all_files(connection))
        if first:
            Identity(identity.store, identity.place, identity.check, ready=True).save(folder)
    except StoreError as error:
        _log.error("store does not open: %s", error)
        queue.close()
        keys.close()
        key.wipe()
        raise
    return Parts(queue, keys, files, key)


def _prepare(database: Database, steps: tuple[schema.Step, ...], *, first: bool) -> None:
    if not first:
        database.check()
    schema.migrate(database, steps, may_create=first)


def _remove_database(path: Path) -> None:
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)
