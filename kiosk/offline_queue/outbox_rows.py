"""The rows of the outbox. SQL stands here and nowhere else; every function works inside the caller's transaction.

Times are milliseconds since 1970 UTC, except the end of a lease, which is one of ``boot.Tick``.
"""

# ruff: noqa: S608 -- statements are put together of words of this file; values always travel as parameters

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from kiosk.offline_queue.boot import Tick
from kiosk.offline_queue.database import Connection
from kiosk.offline_queue.outbox_model import Claimed, Gate, ItemFile, NewItem, Notice, State

LEASE_MS = 120_000
"""How long a sender that does not say anything keeps an item."""

FARTHEST_MS = 8 * 3_600_000
"""No wait is longer (six hours, a fifth more, ten minutes): what lies further ahead was set before the clock jumped."""

_OPEN = "('waiting', 'sending', 'uncertain')"
_COLUMNS = (
    "sequence, id, kind, state, draft, created, changed, not_before, not_after, attempts, failures, reason, number,"
    " in_doubt, lease_owner"
)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of ``outbox`` without the applicant's lookup."""

    sequence: int
    id: str
    kind: str
    state: str
    draft: str
    created: int
    changed: int
    not_before: int
    not_after: int
    attempts: int
    failures: int
    reason: str
    number: str
    in_doubt: int
    lease_owner: str


def moment(milliseconds: int) -> datetime:
    """Return the moment in UTC."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def milliseconds(at: datetime) -> int:
    """Return a moment as it is stored."""
    return int(at.timestamp() * 1000)


# --- reading ----------------------------------------------------------------------------------------------------------


def find(connection: Connection, item_id: str) -> Row | None:
    """Return one row, or None."""
    row = connection.execute(f"SELECT {_COLUMNS} FROM outbox WHERE id = ?", (item_id,)).fetchone()
    return None if row is None else Row(*row)


def rows(connection: Connection, lookup: bytes | None, after: int, limit: int) -> list[Row]:
    """Return rows in the order they came, beginning behind sequence ``after``; all applicants' where there is none."""
    of_whom, values = ("", ()) if lookup is None else ("AND lookup = ?", (lookup,))
    sql = f"SELECT {_COLUMNS} FROM outbox WHERE sequence > ? {of_whom} ORDER BY sequence LIMIT ?"
    return [Row(*row) for row in connection.execute(sql, (after, *values, limit)).fetchall()]


def open_rows(connection: Connection) -> list[Row]:
    """Return the rows that the sender still has to do with."""
    sql = f"SELECT {_COLUMNS} FROM outbox WHERE state IN {_OPEN} ORDER BY sequence"
    return [Row(*row) for row in connection.execute(sql).fetchall()]


def body(connection: Connection, item_id: str) -> bytes | None:
    """Return the sealed envelope, or None where it is erased."""
    row = connection.execute("SELECT body FROM outbox_body WHERE item = ?", (item_id,)).fetchone()
    return None if row is None else bytes(row[0])


def files(connection: Connection, item_id: str) -> tuple[ItemFile, ...]:
    """Return an item's encrypted files in the envelope's order."""
    sql = "SELECT sha256, size FROM outbox_file WHERE item = ? ORDER BY position"
    return tuple(ItemFile(str(row[0]), int(row[1])) for row in connection.execute(sql, (item_id,)).fetchall())


def all_files(connection: Connection) -> set[str]:
    """Return the names of all encrypted files."""
    return {str(row[0]) for row in connection.execute("SELECT sha256 FROM outbox_file").fetchall()}


def gate(connection: Connection) -> Gate:
    """Return whether anything is sent at all."""
    row = connection.execute("SELECT not_before, streak, reason FROM outbox_gate WHERE one = 1").fetchone()
    return Gate() if row is None else Gate(moment(int(row[0])), int(row[1]), str(row[2]))


def is_shut(connection: Connection, now: int) -> bool:
    """Say whether the gate is shut; a moment too far ahead was set before the clock jumped."""
    until = gate(connection).not_before
    return until is not None and now < milliseconds(until) <= now + FARTHEST_MS


def is_due(connection: Connection, now: int) -> bool:
    """Say whether any open item is due, whoever has it."""
    sql = f"SELECT 1 FROM outbox WHERE state IN {_OPEN} AND (not_before <= ? OR not_before > ?) LIMIT 1"
    return connection.execute(sql, (now, now + FARTHEST_MS)).fetchone() is not None


def remnants(connection: Connection) -> list[Row]:
    """Return the rows of which something is still to be erased elsewhere."""
    sql = f"SELECT {_COLUMNS} FROM outbox WHERE remnant = 1 ORDER BY sequence"
    return [Row(*row) for row in connection.execute(sql).fetchall()]


def notices(connection: Connection) -> list[Notice]:
    """Return what staff are to know, the latest first."""
    found = connection.execute("SELECT code, at, count FROM notice ORDER BY at DESC").fetchall()
    return [Notice(str(row[0]), moment(int(row[1])), int(row[2])) for row in found]


# --- writing ----------------------------------------------------------------------------------------------------------


def insert(
    connection: Connection, item: NewItem, lookup: bytes, now: int, *, draft: str = "", in_doubt: bool, reason: str
) -> None:
    """Insert an item with its body and the rows of its files."""
    state = State.UNCERTAIN if in_doubt else State.WAITING
    connection.execute(
        "INSERT INTO outbox (id, kind, state, lookup, draft, created, changed, not_before, not_after, reason, in_doubt,"
        " remnant) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (item.id, item.kind, state.value, lookup, draft, now, now, now, milliseconds(item.not_after), reason,
         int(in_doubt), int(bool(draft))),
    )  # fmt: skip
    connection.execute("INSERT INTO outbox_body VALUES (?, ?)", (item.id, item.body))
    for position, file in enumerate(item.files):
        connection.execute("INSERT INTO outbox_file VALUES (?, ?, ?, ?)", (item.id, position, file.sha256, file.size))


def claim(connection: Connection, owner: str, now: int, tick: Tick) -> Claimed | None:
    """Give the next item that is due to ``owner``, or None.

    The oldest first; an applicant's items one after the other, unless an earlier one is stuck. A lease counts only in
    the run of the machine in which it was given. An item whose sender died while sending is in doubt.
    """
    row = connection.execute(
        "UPDATE outbox SET lease_owner = ?, lease_boot = ?, lease_until = ?,"
        " state = CASE state WHEN 'sending' THEN 'uncertain' ELSE state END"
        " WHERE sequence = (SELECT o.sequence FROM outbox o"
        f" WHERE o.state IN {_OPEN} AND (o.not_before <= ? OR o.not_before > ?)"
        " AND (o.lease_owner IN ('', ?) OR o.lease_boot <> ? OR o.lease_until <= ? OR o.lease_until > ?)"
        " AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.lookup = o.lookup AND e.sequence < o.sequence"
        f" AND e.stuck = 0 AND e.state IN {_OPEN})"
        f" ORDER BY o.not_before, o.sequence LIMIT 1) RETURNING {_COLUMNS}",
        (owner, tick.boot, tick.milliseconds + LEASE_MS, now, now + FARTHEST_MS, owner, tick.boot, tick.milliseconds,
         tick.milliseconds + LEASE_MS),
    ).fetchone()  # fmt: skip
    return None if row is None else _claimed(connection, Row(*row), owner)


def _claimed(connection: Connection, row: Row, owner: str) -> Claimed:
    return Claimed(
        id=row.id,
        kind=row.kind,
        not_after=moment(row.not_after),
        created=moment(row.created),
        attempts=row.attempts,
        failures=row.failures,
        in_doubt=bool(row.in_doubt),
        body=body(connection, row.id) or b"",
        files=files(connection, row.id),
        owner=owner,
    )


def begin(connection: Connection, item: Claimed, now: int, tick: Tick) -> bool:
    """Mark an item as being sent; False where the lease is lost or the item was taken back."""
    changed = connection.execute(
        "UPDATE outbox SET state = 'sending', attempts = attempts + 1, in_doubt = 1, changed = ?, lease_until = ?"
        " WHERE id = ? AND lease_owner = ? AND state IN ('waiting', 'uncertain')",
        (now, tick.milliseconds + LEASE_MS, item.id, item.owner),
    )
    return changed.rowcount == 1


def renew(connection: Connection, item: Claimed, tick: Tick) -> bool:
    """Lengthen a lease; False where it is lost."""
    changed = connection.execute(
        f"UPDATE outbox SET lease_until = ? WHERE id = ? AND lease_owner = ? AND state IN {_OPEN}",
        (tick.milliseconds + LEASE_MS, item.id, item.owner),
    )
    return changed.rowcount == 1


def accept(connection: Connection, item_id: str, number: str, now: int) -> bool:
    """Note that the portal has it, and erase its body; False where it was noted before."""
    changed = connection.execute(
        "UPDATE outbox SET state = 'accepted', number = ?, changed = ?, reason = '', in_doubt = 0, lease_owner = ''"
        " WHERE id = ? AND state NOT IN ('accepted', 'cancelled')",
        (number, now, item_id),
    )
    if changed.rowcount == 1:
        delete_body(connection, item_id)
    return changed.rowcount == 1


def put_back(connection: Connection, item: Claimed, change: dict[str, Any]) -> bool:
    """Give an item back with the columns of ``change``; False where the lease is lost."""
    words = ", ".join(f"{name} = ?" for name in change)
    changed = connection.execute(
        f"UPDATE outbox SET {words}, lease_owner = '' WHERE id = ? AND lease_owner = ? AND state IN {_OPEN}",
        (*change.values(), item.id, item.owner),
    )
    return changed.rowcount == 1


def cancel(connection: Connection, item_id: str, now: int) -> bool:
    """Take an item back and erase its body; False where the portal may have it or it is over."""
    changed = connection.execute(
        "UPDATE outbox SET state = 'cancelled', changed = ?, remnant = 1, reason = '', lease_owner = ''"
        " WHERE id = ? AND in_doubt = 0 AND state IN ('waiting', 'needs_user', 'failed')",
        (now, item_id),
    )
    if changed.rowcount == 1:
        delete_body(connection, item_id)
    return changed.rowcount == 1


def take_back(connection: Connection, item_id: str, now: int) -> None:
    """Take back what was taken back before, in a copy of the outbox that does not know it yet."""
    sql = "UPDATE outbox SET state = 'cancelled', changed = ?, in_doubt = 0, lease_owner = '' WHERE id = ?"
    if connection.execute(f"{sql} AND state <> 'accepted'", (now, item_id)).rowcount == 1:
        delete_body(connection, item_id)


def due_now(connection: Connection, item_id: str, now: int) -> bool:
    """Let an item be tried at once, also after a refusal; False where there is nothing to send."""
    state = "CASE state WHEN 'needs_user' THEN 'waiting' WHEN 'failed' THEN 'waiting' ELSE state END"
    changed = connection.execute(
        f"UPDATE outbox SET not_before = ?, failures = 0, changed = ?, state = {state}"
        " WHERE id = ? AND state NOT IN ('accepted', 'cancelled')",
        (now, now, item_id),
    )
    return changed.rowcount == 1


def set_gate(connection: Connection, closed: Gate | None) -> None:
    """Close the gate, or open it."""
    connection.execute("DELETE FROM outbox_gate")
    if closed is not None and closed.not_before is not None:
        values = (milliseconds(closed.not_before), closed.streak, closed.reason)
        connection.execute("INSERT INTO outbox_gate VALUES (1, ?, ?, ?)", values)


def doubt(connection: Connection, item_id: str) -> bool:
    """Note that the portal may get an item from elsewhere; False where it is over."""
    sql = "UPDATE outbox SET in_doubt = 1 WHERE id = ? AND state NOT IN ('accepted', 'cancelled')"
    return connection.execute(sql, (item_id,)).rowcount == 1


def doubt_all(connection: Connection, reason: str) -> int:
    """Make every open item uncertain and free, and return how many there are."""
    return connection.execute(
        "UPDATE outbox SET state = 'uncertain', in_doubt = 1, not_before = 0, lease_owner = '', reason = ?"
        f" WHERE state IN {_OPEN}",
        (reason,),
    ).rowcount


def break_leases(connection: Connection) -> None:
    """Free every item; only for a sender that knows it is alone."""
    connection.execute("UPDATE outbox SET lease_owner = '' WHERE lease_owner <> ''")


def whole(connection: Connection, item_id: str) -> None:
    """Note that everything that belonged to an item has been erased elsewhere too."""
    connection.execute("UPDATE outbox SET remnant = 0, draft = '' WHERE id = ?", (item_id,))


def delete_body(connection: Connection, item_id: str) -> None:
    """Erase an item's envelope and the rows of its files."""
    connection.execute("DELETE FROM outbox_body WHERE item = ?", (item_id,))
    connection.execute("DELETE FROM outbox_file WHERE item = ?", (item_id,))


def delete_old(connection: Connection, states: tuple[State, ...], limit: int) -> list[str]:
    """Delete rows of ``states`` that have not changed since ``limit``, with all they have, and return their ids."""
    marks = ", ".join("?" * len(states))
    found = connection.execute(
        f"DELETE FROM outbox WHERE state IN ({marks}) AND changed < ? AND remnant = 0 RETURNING id",
        (*(state.value for state in states), limit),
    ).fetchall()
    ids = [str(row[0]) for row in found]
    for item_id in ids:
        delete_body(connection, item_id)
    return ids


def note(connection: Connection, code: str, count: int, now: int) -> None:
    """Write down something that staff are to know."""
    connection.execute("INSERT INTO notice VALUES (?, ?, ?)", (now, code, count))


def delete_notices(connection: Connection, limit: int) -> None:
    """Delete notices from before ``limit``."""
    connection.execute("DELETE FROM notice WHERE at < ?", (limit,))
