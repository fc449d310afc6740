"""Copies of ``queue.db`` under the same key. ``keys.db`` is never among them: an erased key must not come back."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from kiosk.offline_queue import steps as stages
from kiosk.offline_queue.database import Database
from kiosk.offline_queue.durable import make_folder, process_lock, sync_folder
from kiosk.offline_queue.errors import from_os_error

BACKUP_FOLDER = "backups"

_LOCK = "backup.lock"
_FORM = "queue-%Y%m%dT%H%M%S%fZ.db"
_NAME = re.compile(r"queue-\d{8}T\d{12}Z\.db")
_TEMPORARY = re.compile(r"[0-9a-f]{32}\.tmp(-journal|-wal|-shm)?")


def make_backup(queue: Database, folder: Path, now: datetime) -> Path:
    """Copy the database into ``folder`` and return the copy, which is durable and whole.

    Raises:
        StoreLocked: another process is at a backup for very long.
        StoreError: disk full, read-only, failing. Nothing half is left under a backup's name.
    """
    temporary = folder / f"{uuid4().hex}.tmp"
    target = folder / now.astimezone(UTC).strftime(_FORM)
    stages.at("backup.before")
    try:
        make_folder(folder)
        with process_lock(folder / _LOCK):
            _clear_temporary(folder)
            queue.copy_to(temporary)
            stages.at("backup.copied")
            _make_durable(temporary)
            temporary.replace(target)
            sync_folder(folder)
    except OSError as error:
        raise from_os_error(error) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    _forget_the_future(folder, now)
    stages.at("backup.named")
    return target


def backups(folder: Path) -> list[Path]:
    """Return the backups in ``folder``, the newest first.

    Raises:
        StoreError: the folder cannot be read.
    """
    try:
        found = list(folder.iterdir())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise from_os_error(error) from error
    return sorted((path for path in found if _moment(path.name) is not None), reverse=True)


def taken(backup: Path) -> datetime:
    """Return when a backup was taken, UTC."""
    return datetime.strptime(backup.name, _FORM).replace(tzinfo=UTC)


def _moment(name: str) -> datetime | None:
    """Return the moment that a backup's name tells; None for every other name, also one of no day of any calendar."""
    try:
        return taken(Path(name)) if _NAME.fullmatch(name) else None
    except ValueError:
        return None


def delete_old_backups(folder: Path, now: datetime, hours: float) -> int:
    """Delete backups older than ``hours`` and return how many were deleted."""
    old = [path for path in backups(folder) if taken(path) < now - timedelta(hours=hours)]
    for path in old:
        with suppress(OSError):
            path.unlink()
    return len(old)


def is_due(folder: Path, now: datetime, minutes: float) -> bool:
    """Say whether the newest backup is older than ``minutes``, or of a moment that is still to come."""
    found = backups(folder)
    return not found or not now - timedelta(minutes=minutes) < taken(found[0]) <= now


def _forget_the_future(folder: Path, now: datetime) -> None:
    """Delete backups of moments still to come: the clock was set back, and their names would call them the newest."""
    for path in backups(folder):
        if taken(path) > now:
            with suppress(OSError):
                path.unlink()


def _make_durable(path: Path) -> None:
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _clear_temporary(folder: Path) -> None:
    """Delete what a backup that was cut short has left; only one is made at a time."""
    for path in folder.iterdir():
        if _TEMPORARY.fullmatch(path.name):  # the folder may hold what is not ours
            with suppress(OSError):
                path.unlink()
