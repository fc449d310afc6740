"""Connections and transactions: reads see one snapshot, writes take the lock at their beginning."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.orm import Session

_SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=30000",
)


class Database:
    """One database of a portal.

    Args:
        url: ``sqlite:///FILE`` or ``postgresql+psycopg://…`` (``postgresql://`` is understood as the same).
    """

    def __init__(self, url: str) -> None:
        self._engine = _sqlite(url) if url.startswith("sqlite") else _postgres(url)
        self._writer = self._engine.execution_options(begin="IMMEDIATE")
        self.committed = threading.Event()
        """Set after every committed write: there may be mail to deliver."""

    @property
    def engine(self) -> Engine:
        """The engine, for migrations."""
        return self._engine

    @contextmanager
    def read(self) -> Generator[Session]:
        """Open a transaction that changes nothing."""
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def write(self) -> Generator[Session]:
        """Open a transaction that commits at the end of the block and rolls back when the block raises."""
        with Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session
        self.committed.set()

    def close(self) -> None:
        """Give back every connection."""
        self._engine.dispose()


def _postgres(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    return create_engine(parsed, pool_pre_ping=True)


def _sqlite(url: str) -> Engine:
    # Python's own SQLite may be older than 3.51.3, where two connections on one WAL can lose a page; the one inside
    # sqlcipher3 (a dependency of the kiosk anyway) is not. Without a key it reads and writes plain SQLite files.
    import sqlcipher3.dbapi2 as sqlite

    engine = create_engine(url, module=sqlite)

    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not open transactions by itself
        for pragma in _SQLITE_PRAGMAS:
            connection.execute(pragma).close()

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('begin', 'DEFERRED')}")

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begin)
    return engine
