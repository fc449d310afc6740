"""Writing files so that they are whole after a power cut, and a lock between processes."""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from kiosk.offline_queue.errors import KeyFileExposed, StoreLocked, from_os_error

_POLL_SECONDS = 0.02


def sync_folder(folder: Path) -> None:
    """Make names in ``folder`` durable. Windows has no such call; NTFS journals its names."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(folder: Path) -> None:
    """Make ``folder`` and what is missing above it, for this user alone; their names are durable.

    Raises:
        OSError: it cannot be made.
    """
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, mode=0o700, exist_ok=True)
    for path in missing:
        sync_folder(path.parent)


def write_private(path: Path, data: bytes) -> None:
    """Replace ``path`` by ``data`` at one stroke, readable for this user alone.

    Raises:
        StoreError: disk full, read-only or failing.
    """
    temporary = path.with_name(f"{path.name}.{uuid4().hex}.tmp")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise from_os_error(error) from error


def read_private(path: Path, most: int) -> bytes:
    """Return what is in a file that only this user can read or write, at most so many bytes of it.

    Raises:
        FileNotFoundError: there is none.
        KeyFileExposed: others can read it, it is a link, no plain file, or belongs to someone else.
        StoreError: the disk fails.
    """
    try:
        # Without O_NONBLOCK a pipe of that name would hold up whoever opens it.
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        handle = os.open(path, flags)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise KeyFileExposed() if path.is_symlink() else from_os_error(error) from error
    try:
        _check_private(os.fstat(handle))
        return os.read(handle, most)
    except OSError as error:
        raise from_os_error(error) from error
    finally:
        os.close(handle)


def _check_private(status: os.stat_result) -> None:
    if sys.platform == "win32":
        return  # the folder's access list rules there, not the mode
    if not stat.S_ISREG(status.st_mode) or stat.S_IMODE(status.st_mode) & 0o077 or status.st_uid != os.geteuid():
        raise KeyFileExposed()


@contextmanager
def process_lock(path: Path, timeout_seconds: float = 20.0) -> Generator[None, None, None]:
    """Hold the lock file ``path``: one process at a time, given back by the system when a process dies.

    Raises:
        StoreLocked: another process holds it for longer than ``timeout_seconds``.
        StoreError: the file can't be made.
    """
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise from_os_error(error) from error
    try:
        deadline = time.monotonic() + timeout_seconds
        while not _try_lock(handle):
            if time.monotonic() > deadline:
                raise StoreLocked()
            time.sleep(_POLL_SECONDS)
        yield
    finally:
        # Closing gives the lock back on both systems.
        os.close(handle)


class InUse:
    """Says that this process has the files of a folder open, so that nobody sets them aside meanwhile.

    On Windows it does nothing: there a file that is open cannot be renamed.

    Args:
        path: the lock file.
        alone: ask for the folder for oneself.

    Raises:
        StoreLocked: somebody else is there (``alone``), or has asked for the folder.
        StoreError: the file can't be made.
    """

    def __init__(self, path: Path, *, alone: bool = False) -> None:
        try:
            self._handle: int | None = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise from_os_error(error) from error
        if not _try_share(self._handle, alone=alone):
            self.close()
            raise StoreLocked()

    def close(self) -> None:
        """Give the folder back; safe to call twice."""
        handle, self._handle = self._handle, None
        if handle is not None:
            os.close(handle)


if sys.platform == "win32":
    import msvcrt

    def _try_share(handle: int, *, alone: bool) -> bool:
        return handle >= 0 or alone

    def _try_lock(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _try_share(handle: int, *, alone: bool) -> bool:
        try:
            fcntl.flock(handle, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _try_lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
