"""One encrypted SQLite file. The only place that speaks to ``sqlcipher3``."""

from __future__ import annotations

import os
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol, cast

from kiosk.errors import StoreError
from kiosk.offline_queue.errors import (
    DiskFull,
    StoreBroken,
    StoreDiskFault,
    StoreEngineTooOld,
    StoreLocked,
    StoreReadOnly,
    StoreUnsafe,
    from_os_error,
)

OLDEST_ENGINE = (3, 51, 3)
"""SQLite 3.7.0 to 3.51.2 can lose committed pages when two connections share a WAL file (the WAL-reset bug)."""

BUSY_SECONDS = 5.0
CHECK_BELOW_BYTES = 50_000_000
"""A file smaller than this is checked page by page when a store is opened (well under 0.1 s on a normal kiosk)."""

_FULL_SYNCHRONOUS = 2
_BUSY, _READ_ONLY, _BROKEN, _FULL = (5, 6), (8,), (11, 26), (13,)
"""SQLite's primary result codes: BUSY and LOCKED; READONLY; CORRUPT and NOTADB; FULL."""


class Cursor(Protocol):
    """What a statement gives back."""

    def fetchone(self) -> Any:
        """Return the next row or None."""
        ...

    def fetchall(self) -> list[Any]:
        """Return the remaining rows."""
        ...

    @property
    def rowcount(self) -> int:
        """How many rows the statement changed."""
        ...


class Connection(Protocol):
    """The part of a DB-API connection that is used."""

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Cursor:
        """Run one statement."""
        ...

    def close(self) -> None:
        """Give the file back."""
        ...


class Database:
    """An encrypted file that several threads and processes share.

    A connection is opened at first use and again after a fault of the disk: a handle whose fsync has failed is never
    trusted again.

    Args:
        path: the file.
        key: 32 bytes.
        may_create: make the file if it is missing; otherwise a missing file is a loss.
    """

    def __init__(self, path: Path, key: bytes, *, may_create: bool = False) -> None:
        self._path = path
        self._key = key
        self._may_create = may_create
        self._lock = threading.RLock()
        self._connection: Connection | None = None
        self._file: tuple[int, int] | None = None
        self._closed = False

    @contextmanager
    def writing(self) -> Generator[Connection, None, None]:
        """Give a connection inside ``BEGIN IMMEDIATE``; leaving it commits durably, an exception rolls back.

        Raises:
            StoreError: locked for too long, disk full, read-only, broken, failing.
        """
        with self._transaction("BEGIN IMMEDIATE") as connection:
            self._require_place()
            yield connection

    @contextmanager
    def reading(self) -> Generator[Connection, None, None]:
        """Give a connection that sees one moment of the file.

        Raises:
            StoreError: as for ``writing``.
        """
        with self._transaction("BEGIN") as connection:
            yield connection

    def forget_old_pages(self) -> None:
        """Write the log back into the file and cut it, so that erased pages are not left there.

        Another process that reads at this moment puts it off to the next time; that is no error.
        """
        with self._lock, self._faults():
            self._opened().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def write_back(self) -> None:
        """Write as much of the log back into the file as can be done without waiting for anybody."""
        with self._lock, self._faults():
            self._opened().execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def copy_to(self, target: Path) -> None:
        """Write a copy of the file's present moment, under the same key, into the new file ``target``.

        Whoever calls makes the copy durable and gives it its name.
        """
        with self._lock, self._faults():
            self._opened().execute("VACUUM INTO ?", (str(target),))

    def require_sound(self) -> None:
        """Read and authenticate every page, however large the file is.

        Raises:
            StoreBroken: a page is damaged.
        """
        with self._lock, self._faults():
            connection = self._opened()
            self._require_sound(connection)
            # It reads the file without its log: a page that a cut has torn there is whole in the log.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            if connection.execute("PRAGMA cipher_integrity_check").fetchall():
                raise StoreBroken(file=self._path.name)

    def check(self) -> None:
        """Look at the file before it is opened for writing, without changing anything.

        A log that is not of this file would otherwise be written into it as soon as a connection is closed. A file
        below ``CHECK_BELOW_BYTES`` is read and authenticated page by page.

        Raises:
            StoreBroken: it is missing, empty, not of this key, or damaged.
        """
        with self._lock, self._faults():
            self._prepare_file()
            connection = self._connected(f"{self._path.resolve().as_uri()}?mode=ro")
            try:
                connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
                if self._path.stat().st_size < CHECK_BELOW_BYTES:
                    self._require_sound(connection)
            finally:
                connection.close()

    def let_go(self) -> None:
        """Close the connection; the next use opens another one."""
        with self._lock:
            self._drop_connection()

    def close(self) -> None:
        """Give the file back for good; the last connection of all also empties the log."""
        with self._lock:
            self._closed = True
            self._drop_connection()

    def __repr__(self) -> str:
        return f"<Database {self._path.name}>"

    @contextmanager
    def _transaction(self, begin: str) -> Generator[Connection, None, None]:
        with self._lock, self._faults():
            connection = self._opened()
            connection.execute(begin)
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                with suppress(_database_error()):
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _faults(self) -> Generator[None, None, None]:
        try:
            yield
        except _database_error() as error:
            fault = self._translated(error)
            if not isinstance(fault, StoreLocked | DiskFull):
                self._drop_connection()
            raise fault from error

    def _drop_connection(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(_database_error()):
                connection.close()

    def _opened(self) -> Connection:
        if self._closed:
            raise RuntimeError("the store is closed")
        if self._connection is None:
            self._connection = self._connect()
        return self._connection

    def _connect(self) -> Connection:
        self._prepare_file()
        connection = self._connected(f"{self._path.resolve().as_uri()}?mode=rw")
        try:
            self._require_safe(connection)
        except BaseException:
            connection.close()
            raise
        self._file = _identity(self._path)
        return connection

    def _connected(self, address: str) -> Connection:
        connection = cast(
            "Connection",
            _engine().connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False),
        )
        # Before the key: with a wrong one SQLCipher would write its complaint across the screen.
        connection.execute("PRAGMA cipher_log_level=NONE").fetchall()
        # A raw key: deriving one from a passphrase would cost 170 ms and add nothing to 32 random bytes.
        connection.execute(f"PRAGMA key=\"x'{self._key.hex()}'\"").fetchall()
        connection.execute("PRAGMA mmap_size=0").fetchall()
        return connection

    def _prepare_file(self) -> None:
        flags = os.O_RDWR | (os.O_CREAT if self._may_create else 0)
        try:
            os.close(os.open(self._path, flags, 0o600))
            empty = self._path.stat().st_size == 0
        except FileNotFoundError as error:
            raise StoreBroken(file=self._path.name) from error
        except OSError as error:
            raise from_os_error(error) from error
        if empty and not self._may_create:
            raise StoreBroken(file=self._path.name)  # SQLite would take it for a new database

    def _require_place(self) -> None:
        """Refuse to write into a file that has been removed or replaced: nobody would find there what was saved."""
        if self._file != _identity(self._path):
            self._drop_connection()
            raise StoreBroken(file=self._path.name)

    def _require_safe(self, connection: Connection) -> None:
        for pragma in ("secure_delete=ON", "synchronous=FULL", "fullfsync=ON", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
        synchronous = connection.execute("PRAGMA synchronous").fetchone()[0]
        if mode != "wal" or synchronous != _FULL_SYNCHRONOUS:
            raise StoreUnsafe(mode=str(mode))

    def _require_sound(self, connection: Connection) -> None:
        found = connection.execute("PRAGMA quick_check(1)").fetchall()
        if [tuple(row) for row in found] != [("ok",)]:
            raise StoreBroken(file=self._path.name)

    def _translated(self, error: Exception) -> StoreError:
        code = int(getattr(error, "sqlite_errorcode", 0))
        primary = code & 0xFF
        if primary in _BUSY:
            return StoreLocked()
        if primary in _READ_ONLY:
            return StoreReadOnly()
        if primary in _BROKEN:
            return StoreBroken(file=self._path.name)
        return DiskFull() if primary in _FULL else StoreDiskFault(sqlite=code)


def _identity(path: Path) -> tuple[int, int] | None:
    """Return which file stands at ``path``; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _engine() -> Any:
    engine = _driver()
    if tuple(engine.sqlite_version_info) < OLDEST_ENGINE:
        raise StoreEngineTooOld(version=str(engine.sqlite_version))
    return engine


def _database_error() -> type[Exception]:
    return cast("type[Exception]", _driver().DatabaseError)


def _driver() -> Any:
    # Imported late: it is not needed before the first paint.
    from sqlcipher3 import dbapi2

    return cast("Any", dbapi2)
