"""Opening a store: one process at a time, everything checked before anything is read."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kiosk.clock import utc_now
from kiosk.errors import StoreError
from kiosk.offline_queue import outbox_rows, pieces, schema
from kiosk.offline_queue.backup import BACKUP_FOLDER, make_backup
from kiosk.offline_queue.database import Database
from kiosk.offline_queue.durable import InUse, make_folder, process_lock
from kiosk.offline_queue.errors import StoreBroken, from_os_error
from kiosk.offline_queue.files import FileFolder
from kiosk.offline_queue.key_places import IDENTITY_FILE, Identity, read_identity, station_key
from kiosk.offline_queue.keys import StationKey

QUEUE_FILE = "queue.db"
KEYS_FILE = "keys.db"
FILES_FOLDER = "files"
LOCK_FILE = "store.lock"
IN_USE_FILE = "store.in-use"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Parts:
    """An open store's parts."""

    queue: Database
    keys: Database
    files: FileFolder
    station_key: StationKey
    backups: Path
    in_use: InUse

    def close(self) -> None:
        """Give the files back and wipe the station key."""
        self.queue.close()
        self.keys.close()
        self.station_key.wipe()
        self.in_use.close()


def open_parts(folder: Path, key_source: str, backup_folder: str = "") -> Parts:
    """Open the store in ``folder``, made at the first start.

    Args:
        folder: the store's folder.
        key_source: where the station key lies.
        backup_folder: where copies of the database go; empty means beside it.

    Raises:
        StoreError: see ``DraftStore.open``.
    """
    try:
        make_folder(folder)
    except OSError as error:
        raise from_os_error(error) from error
    with process_lock(folder / LOCK_FILE):
        _refuse_orphaned_store(folder)
        key, identity = station_key(folder, key_source)
        backups = backup_place(folder, backup_folder)
        in_use = InUse(folder / IN_USE_FILE)
        try:
            return _open_with(folder, key, identity, backups, in_use)
        except BaseException:
            in_use.close()
            raise


def backup_place(folder: Path, backup_folder: str) -> Path:
    """Return where the backups of the store in ``folder`` lie."""
    return Path(backup_folder) if backup_folder else folder / BACKUP_FOLDER


def databases(folder: Path, key: StationKey, *, may_create: bool = False) -> tuple[Database, Database]:
    """Return ``queue.db`` and ``keys.db`` of a store, not opened yet."""
    return (
        queue_database(folder / QUEUE_FILE, key, may_create=may_create),
        Database(folder / KEYS_FILE, key.derive("zairyu/store/keys-database/v1"), may_create=may_create),
    )


def queue_database(path: Path, key: StationKey, *, may_create: bool = False) -> Database:
    """Return the database of drafts and outbox at ``path``: the store's own, or a copy of it."""
    return Database(path, key.derive("zairyu/store/database/v1"), may_create=may_create)


def _refuse_orphaned_store(folder: Path) -> None:
    """A database without ``store.json`` has lost it: a new key would shut it for ever."""
    if read_identity(folder) is None and ((folder / QUEUE_FILE).exists() or (folder / KEYS_FILE).exists()):
        raise StoreBroken(file=IDENTITY_FILE)


def _open_with(folder: Path, key: StationKey, identity: Identity, backups: Path, in_use: InUse) -> Parts:
    first = not identity.ready
    if first:
        # A first start that was cut short left files under a key that is no longer known, with nothing in them.
        for name in (QUEUE_FILE, KEYS_FILE):
            _remove_database(folder / name)
    queue, keys = databases(folder, key, may_create=first)
    try:
        _prepare(queue, schema.QUEUE, first=first, keep_copy=lambda _: make_backup(queue, backups, utc_now()))
        _prepare(keys, schema.KEYS, first=first)
        files = FileFolder(folder / FILES_FOLDER)
        with queue.writing() as connection:
            known = pieces.all_files(connection) | outbox_rows.all_files(connection)
            files.sweep(known, pieces.all_drafts(connection))
        if first:
            Identity(identity.store, identity.place, identity.check, ready=True).save(folder)
    except StoreError as error:
        _log.error("store does not open: %s", error)
        queue.close()
        keys.close()
        key.wipe()
        raise
    return Parts(queue, keys, files, key, backups, in_use)


def _prepare(
    database: Database,
    steps: tuple[schema.Step, ...],
    *,
    first: bool,
    keep_copy: Callable[[int], object] = lambda _version: None,
) -> None:
    if not first:
        database.check()
    schema.migrate(database, steps, may_create=first, keep_copy=keep_copy)


def _remove_database(path: Path) -> None:
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)
