"""The tables, and the steps that lead from one version to the next: forward only, each inside one transaction.

A new version adds a function to the end of a tuple; what is there is never changed. ``PRAGMA user_version`` counts
the steps done.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from kiosk.offline_queue import steps as stages
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


def _queue_2(tables: sqlite_utils.Database) -> None:
    # ``sequence`` counts what was ever put into this station's outbox and is never given twice.
    tables.execute(
        "CREATE TABLE outbox (sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,"
        " kind TEXT NOT NULL, state TEXT NOT NULL, lookup BLOB NOT NULL, draft TEXT NOT NULL DEFAULT '',"
        " created INTEGER NOT NULL, changed INTEGER NOT NULL, not_before INTEGER NOT NULL,"
        " not_after INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, failures INTEGER NOT NULL DEFAULT 0,"
        " reason TEXT NOT NULL DEFAULT '', number TEXT NOT NULL DEFAULT '', in_doubt INTEGER NOT NULL DEFAULT 0,"
        " stuck INTEGER NOT NULL DEFAULT 0, remnant INTEGER NOT NULL DEFAULT 0,"
        " lease_owner TEXT NOT NULL DEFAULT '', lease_boot TEXT NOT NULL DEFAULT '',"
        " lease_until INTEGER NOT NULL DEFAULT 0)"
    )
    still_open = "WHERE state IN ('waiting', 'sending', 'uncertain')"
    tables.execute(f"CREATE INDEX outbox_due ON outbox (not_before, sequence) {still_open}")
    tables.execute(f"CREATE INDEX outbox_order ON outbox (lookup, sequence) {still_open}")
    tables.execute("CREATE INDEX outbox_remnant ON outbox (sequence) WHERE remnant = 1")
    tables.execute("CREATE INDEX outbox_lookup ON outbox (lookup)")
    tables.table("outbox_body").create({"item": str, "body": bytes}, pk="item", not_null={"body"})
    tables.table("outbox_file").create(
        {"item": str, "position": int, "sha256": str, "size": int},
        pk=("item", "position"),
        not_null={"sha256", "size"},
    )
    tables.table("outbox_gate").create(
        {"one": int, "not_before": int, "streak": int, "reason": str},
        pk="one",
        not_null={"not_before", "streak", "reason"},
    )
    tables.table("notice").create({"at": int, "code": str, "count": int}, not_null={"at", "code", "count"})


def _queue_3(tables: sqlite_utils.Database) -> None:
    # Papers that follow later are kept until then, however long nobody opens them.
    tables.execute("ALTER TABLE draft ADD COLUMN kept_until INTEGER NOT NULL DEFAULT 0")


def _keys_1(tables: sqlite_utils.Database) -> None:
    tables.table("record_key").create(
        {"record": str, "mode": str, "wrapped": bytes, "created": int},
        pk="record",
        not_null={"mode", "wrapped", "created"},
    )


def _keys_2(tables: sqlite_utils.Database) -> None:
    # What was taken back stays taken back, also when a backup of the outbox from before is restored.
    tables.table("cancelled").create({"item": str, "at": int}, pk="item", not_null={"at"})


QUEUE: tuple[Step, ...] = (_queue_1, _queue_2, _queue_3)
"""Steps of ``queue.db``."""

KEYS: tuple[Step, ...] = (_keys_1, _keys_2)
"""Steps of ``keys.db``."""


def migrate(
    database: Database,
    steps: tuple[Step, ...],
    *,
    may_create: bool,
    keep_copy: Callable[[int], object] = lambda _version: None,
) -> None:
    """Bring ``database`` to the newest version.

    Args:
        database: the file.
        steps: all steps since the beginning, in order.
        may_create: an empty file is a first start; otherwise it is a loss.
        keep_copy: called before a file of an older version is changed, with that version.

    Raises:
        StoreTooNew: more steps were done than this program knows.
        StoreBroken: the file is empty and must not be.
    """
    with database.reading() as connection:
        done = _version(connection)
    if done == len(steps):
        return
    stages.at("migration.before")
    if 0 < done < len(steps):
        keep_copy(done)
        stages.at("migration.backed_up")
    with database.writing() as connection:
        done = _version(connection)  # again: another process may have been quicker
        if done > len(steps):
            raise StoreTooNew(version=done)
        if done == 0 and not may_create:
            raise StoreBroken(version=0)
        _run(connection, steps[done:])
        connection.execute(f"PRAGMA user_version={len(steps)}")
        stages.at("migration.before_commit")
    stages.at("migration.committed")


def _run(connection: Connection, steps: tuple[Step, ...]) -> None:
    # Imported here: 110 ms that only a first start or a new version needs.
    import sqlite_utils

    tables = sqlite_utils.Database(cast("Any", connection))
    for step in steps:
        step(tables)


def _version(connection: Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
