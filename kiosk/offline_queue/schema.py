"""The tables, and the steps that lead from one version to the next: forward only, each inside one transaction.

A new version adds a function to the end of a tuple; what is there is never changed. ``PRAGMA user_version`` counts
the steps done.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from kiosk.offline_queue.database import Connection, Database
from kiosk.offline_queue.errors import StoreBroken, StoreTooNew

if TYPE_CHECKING:
    import sqlite_utils

Step = Callable[["sqlite_utils.Database"], None]


def _queue_1(tables: sqlite_utils.Database) -> None:
    # Times are milliseconds since 1970 UTC. The bodies lie in a table of their own, so that lists never touch them.
    tables.table("draft").create(
        {"id": str, "owner": bytes, "created": int, "updated": int, "revision": int},
        pk="id",
        not_null={"owner", "created", "updated", "revision"},
    )
    tables.table("draft").create_index(["owner"])
    tables.table("piece").create(
        {"draft": str, "kind": str, "slot": bytes, "revision": int, "sealed": bytes},
        pk=("draft", "kind", "slot"),
        not_null={"revision", "sealed"},
    )
    tables.table("file").create(
        {"id": str, "draft": str, "revision": int, "sealed": bytes},
        pk="id",
        not_null={"draft", "revision", "sealed"},
    )
    tables.table("file").create_index(["draft"])


def _keys_1(tables: sqlite_utils.Database) -> None:
    tables.table("record_key").create(
        {"record": str, "mode": str, "wrapped": bytes, "created": int},
        pk="record",
        not_null={"mode", "wrapped", "created"},
    )


QUEUE: tuple[Step, ...] = (_queue_1,)
"""Steps of ``queue.db``."""

KEYS: tuple[Step, ...] = (_keys_1,)
"""Steps of ``keys.db``."""


def migrate(database: Database, steps: tuple[Step, ...], *, may_create: bool) -> None:
    """Bring ``database`` to the newest version.

    Args:
        database: the file.
        steps: all steps since the beginning, in order.
        may_create: an empty file is a first start; otherwise it is a loss.

    Raises:
        StoreTooNew: more steps were done than this program knows.
        StoreBroken: the file is empty and must not be.
    """
    with database.reading() as connection:
        done = _version(connection)
    if done == len(steps):
        return
    with database.writing() as connection:
        done = _version(connection)  # again: another process may have been quicker
        if done > len(steps):
            raise StoreTooNew(version=done)
        if done == 0 and not may_create:
            raise StoreBroken(version=0)
        _run(connection, steps[done:])
        connection.execute(f"PRAGMA user_version={len(steps)}")


def _run(connection: Connection, steps: tuple[Step, ...]) -> None:
    # Imported here: 110 ms that only a first start or a new version needs.
    import sqlite_utils

    tables = sqlite_utils.Database(cast("Any", connection))
    for step in steps:
        step(tables)


def _version(connection: Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
