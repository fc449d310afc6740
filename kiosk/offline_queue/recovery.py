"""A damaged store: what is there is set aside and never deleted, the newest good backup takes its place.

Whoever has the store open keeps this from happening; it is the sender that does it, which starts before everybody.
Everything that was on its way is then in doubt, so the portal is asked about it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from kiosk.clock import Clock
from kiosk.offline_queue import outbox_rows, pieces, schema
from kiosk.offline_queue import steps as stages
from kiosk.offline_queue.backup import backups
from kiosk.offline_queue.database import Database
from kiosk.offline_queue.durable import InUse, process_lock, sync_folder
from kiosk.offline_queue.errors import BEGUN_ANEW, RESTORED, StoreBroken, StoreDiskFault, from_os_error
from kiosk.offline_queue.key_places import station_key
from kiosk.offline_queue.keys import StationKey
from kiosk.offline_queue.opening import (
    FILES_FOLDER,
    IN_USE_FILE,
    KEYS_FILE,
    LOCK_FILE,
    QUEUE_FILE,
    backup_place,
    databases,
    queue_database,
)
from kiosk.offline_queue.outbox_model import Reason
from kiosk.offline_queue.vault import KeyVault

_NEW = ".new"
_FORM = "broken-%Y%m%dT%H%M%S%fZ"


def recover(folder: Path, key_source: str, backup_folder: str, clock: Clock) -> str:
    """Put a store that is ``StoreBroken`` into order and return the code of the notice that staff find in it.

    Args:
        folder: the store's folder.
        key_source: where the station key lies.
        backup_folder: where its backups lie; empty means beside it.
        clock: the present moment.

    Returns:
        ``RESTORED`` or ``BEGUN_ANEW``; empty where nothing was damaged.

    Raises:
        StoreLocked: somebody has it open.
        StoreError: it cannot be put into order either.
    """
    with process_lock(folder / LOCK_FILE):
        alone = InUse(folder / IN_USE_FILE, alone=True)
        try:
            key, identity = station_key(folder, key_source)
            if not identity.ready:
                raise StoreBroken(file=KEYS_FILE)
            return _Recovery(folder, key, backup_place(folder, backup_folder), clock()).run()
        except OSError as error:
            raise from_os_error(error) from error
        finally:
            alone.close()


class _Recovery:
    def __init__(self, folder: Path, key: StationKey, backup_folder: Path, now: datetime) -> None:
        self._folder = folder
        self._key = key
        self._backups = backup_folder
        self._now = outbox_rows.milliseconds(now)
        self._aside = folder / now.strftime(_FORM)

    def run(self) -> str:
        """Replace what is broken."""
        stages.at("recover.before")
        queue, keys = databases(self._folder, self._key)
        queue_broken, keys_broken = _is_broken(queue), _is_broken(keys)
        code = ""
        if keys_broken:
            self._set_aside(KEYS_FILE)
            self._new_keys()
            code = BEGUN_ANEW
        if queue_broken:
            self._set_aside(QUEUE_FILE)
            stages.at("recover.set_aside")
            code = self._new_queue()
        elif keys_broken:
            self._note(queue, BEGUN_ANEW, 0)
        return code

    def _set_aside(self, name: str) -> None:
        self._aside.mkdir(mode=0o700, exist_ok=True)
        for part in (name, f"{name}-wal", f"{name}-shm"):
            with suppress(FileNotFoundError):
                (self._folder / part).rename(self._aside / part)
        sync_folder(self._aside)
        sync_folder(self._folder)

    def _new_keys(self) -> None:
        _, keys = databases(self._folder, self._key, may_create=True)
        schema.migrate(keys, schema.KEYS, may_create=True)
        keys.close()

    def _new_queue(self) -> str:
        """Prepare the new database under another name, all its items in doubt, and let it appear at one stroke."""
        place = self._folder / f"{QUEUE_FILE}{_NEW}"
        restored = any(self._prepared(source, place) for source in backups(self._backups))
        if not restored:
            _remove(place)
            fresh = queue_database(place, self._key, may_create=True)
            schema.migrate(fresh, schema.QUEUE, may_create=True)
            self._note(fresh, BEGUN_ANEW, 0)
        stages.at("recover.restored")
        self._keep_strange_files(place)
        place.rename(self._folder / QUEUE_FILE)
        sync_folder(self._folder)
        stages.at("recover.noted")
        return RESTORED if restored else BEGUN_ANEW

    def _prepared(self, source: Path, place: Path) -> bool:
        """Copy a backup to ``place`` and make it ready; False where it is damaged too."""
        _remove(place)
        try:
            shutil.copyfile(source, place)
            database = queue_database(place, self._key)
            database.require_sound()
            schema.migrate(database, schema.QUEUE, may_create=False)
            self._doubt(database)
        except StoreBroken:
            return False
        except OSError as error:
            fault = from_os_error(error)
            if isinstance(fault, StoreDiskFault):  # this one cannot be read; perhaps an older one can
                return False
            raise fault from error
        return True

    def _doubt(self, database: Database) -> None:
        with database.writing() as connection:
            for item in self._buried():
                outbox_rows.take_back(connection, item, self._now)
            count = outbox_rows.doubt_all(connection, Reason.RESTORED.value)
            outbox_rows.set_gate(connection, None)
            outbox_rows.note(connection, RESTORED, count, self._now)
        _finish(database, self._folder / f"{QUEUE_FILE}{_NEW}")

    def _buried(self) -> list[str]:
        _, keys = databases(self._folder, self._key)
        try:
            return KeyVault(keys, self._key).buried()
        finally:
            keys.close()

    def _note(self, database: Database, code: str, count: int) -> None:
        with database.writing() as connection:
            outbox_rows.note(connection, code, count, self._now)
        database.forget_old_pages()
        database.close()

    def _keep_strange_files(self, place: Path) -> None:
        """Move files that only the damaged database knew beside it, where no sweep finds them."""
        database = queue_database(place, self._key)
        with database.reading() as connection:
            known = pieces.all_files(connection) | outbox_rows.all_files(connection)
        _finish(database, place)
        for path in list(_sealed_files(self._folder / FILES_FOLDER)):
            if path.stem not in known:
                (self._aside / FILES_FOLDER).mkdir(mode=0o700, parents=True, exist_ok=True)
                path.rename(self._aside / FILES_FOLDER / path.name)


def _is_broken(database: Database) -> bool:
    """Say whether a database is missing or damaged; every other error is not ours to mend.

    Every page is read, however large the file is: somebody has just met one that is damaged.
    """
    try:
        database.check()
        database.require_sound()
        with database.reading() as connection:
            return int(connection.execute("PRAGMA user_version").fetchone()[0]) == 0
    except StoreBroken:
        return True
    finally:
        database.let_go()


def _finish(database: Database, place: Path) -> None:
    """Bring everything into the one file, durably, so that it can be given another name."""
    database.forget_old_pages()
    database.close()
    handle = os.open(place, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(place: Path) -> None:
    for name in (place.name, f"{place.name}-wal", f"{place.name}-shm"):
        place.with_name(name).unlink(missing_ok=True)


def _sealed_files(folder: Path) -> Iterator[Path]:
    return folder.glob("*.sealed") if folder.is_dir() else iter(())
