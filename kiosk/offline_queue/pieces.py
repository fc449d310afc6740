"""The rows of ``queue.db``: drafts, their sealed pieces, the rows of their files. SQL stands here and nowhere else.

Every function works inside the caller's transaction.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from kiosk.offline_queue.database import Connection
from kiosk.offline_queue.errors import DraftExists, StoreBroken
from kiosk.offline_queue.model import StoredAttachment
from kiosk.offline_queue.records import RecordCipher, from_bytes, to_bytes

_ANSWER, _HEADER, _FILE = "answer", "header", "file"
_DRAFT_COLUMNS = "SELECT id, owner, created, updated, revision FROM draft"


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A row of ``draft``: times in milliseconds since 1970 UTC."""

    id: str
    owner: bytes
    created: int
    updated: int
    revision: int


def require_free(connection: Connection, draft_id: str) -> None:
    """Raise ``DraftExists`` if there is a draft with this id."""
    if draft_row(connection, draft_id) is not None:
        raise DraftExists(draft=draft_id)


def insert_draft(connection: Connection, draft_id: str, owner: bytes, moment: int) -> None:
    """Insert a draft of revision 1; raise ``DraftExists`` if another process was quicker."""
    require_free(connection, draft_id)
    sql = "INSERT INTO draft (id, owner, created, updated, revision) VALUES (?, ?, ?, ?, 1)"
    connection.execute(sql, (draft_id, owner, moment, moment))


def touch(connection: Connection, draft_id: str, owner: bytes, moment: int) -> int | None:
    """Count a draft's revision up and return it, or None if ``owner`` has no such draft."""
    row = connection.execute(
        "UPDATE draft SET revision = revision + 1, updated = ? WHERE id = ? AND owner = ? RETURNING revision",
        (moment, draft_id, owner),
    ).fetchone()
    return None if row is None else int(row[0])


def draft_row(connection: Connection, draft_id: str) -> DraftRow | None:
    """Return the row of one draft, or None."""
    row = connection.execute(f"{_DRAFT_COLUMNS} WHERE id = ?", (draft_id,)).fetchone()
    return None if row is None else DraftRow(*row)


def draft_rows(connection: Connection, owner: bytes) -> list[DraftRow]:
    """Return the rows of an owner's drafts, the latest first."""
    rows = connection.execute(f"{_DRAFT_COLUMNS} WHERE owner = ? ORDER BY updated DESC, id DESC", (owner,)).fetchall()
    return [DraftRow(*row) for row in rows]


def all_draft_rows(connection: Connection) -> list[DraftRow]:
    """Return the rows of all drafts in the order they were made."""
    return [DraftRow(*row) for row in connection.execute(f"{_DRAFT_COLUMNS} ORDER BY created, id").fetchall()]


def idle_drafts(connection: Connection, limit: int, now: int) -> list[str]:
    """Return the ids of drafts last saved before ``limit`` that need not be kept beyond ``now``."""
    sql = "SELECT id FROM draft WHERE updated < ? AND kept_until < ? ORDER BY id"
    rows = connection.execute(sql, (limit, now)).fetchall()
    return [str(row[0]) for row in rows]


def reduce(
    connection: Connection, cipher: RecordCipher, draft_id: str, moment: int, rest: tuple[bytes, frozenset[str], int]
) -> list[str]:
    """Leave of a draft nothing but a new header and some of its files, and return the ids of the others.

    Args:
        connection: in a writing transaction.
        cipher: of the draft.
        draft_id: the draft.
        moment: now.
        rest: the header encoded, the ids of the files that stay, until when it is kept at least.
    """
    encoded, kept, until = rest
    found = connection.execute("SELECT id FROM file WHERE draft = ?", (draft_id,)).fetchall()
    gone = [str(row[0]) for row in found if str(row[0]) not in kept]
    connection.execute("DELETE FROM piece WHERE draft = ?", (draft_id,))
    for file_id in gone:
        delete_file(connection, draft_id, file_id)
    row = connection.execute(
        "UPDATE draft SET revision = revision + 1, updated = ?, kept_until = ? WHERE id = ? RETURNING revision",
        (moment, until, draft_id),
    ).fetchone()
    put_header(connection, cipher, draft_id, int(row[0]), encoded)
    return gone


def all_drafts(connection: Connection) -> set[str]:
    """Return the ids of all drafts."""
    return {str(row[0]) for row in connection.execute("SELECT id FROM draft").fetchall()}


def all_files(connection: Connection) -> set[str]:
    """Return the ids of all files."""
    return {str(row[0]) for row in connection.execute("SELECT id FROM file").fetchall()}


def delete_draft(connection: Connection, draft_id: str) -> list[str]:
    """Delete a draft with all it has and return the ids of its files."""
    found = connection.execute("SELECT id FROM file WHERE draft = ?", (draft_id,)).fetchall()
    connection.execute("DELETE FROM file WHERE draft = ?", (draft_id,))
    connection.execute("DELETE FROM piece WHERE draft = ?", (draft_id,))
    connection.execute("DELETE FROM draft WHERE id = ?", (draft_id,))
    return [str(row[0]) for row in found]


def put_header(connection: Connection, cipher: RecordCipher, draft_id: str, revision: int, encoded: bytes) -> None:
    """Write the draft's header."""
    _put(connection, cipher, draft_id, (_HEADER, ""), revision, encoded)


def put_answers(
    connection: Connection, cipher: RecordCipher, draft_id: str, revision: int, encoded: dict[str, bytes]
) -> None:
    """Write answers; each keeps its field's id inside the seal."""
    for field_id, value in encoded.items():
        _put(connection, cipher, draft_id, (_ANSWER, field_id), revision, to_bytes(field_id) + b"\n" + value)


def header(connection: Connection, cipher: RecordCipher, draft_id: str) -> dict[str, Any]:
    """Return the draft's header.

    Raises:
        StoreBroken: it is missing or does not open.
    """
    found = _opened(connection, cipher, draft_id, _HEADER)
    if len(found) != 1:
        raise StoreBroken(record=draft_id)
    return from_bytes(found[0])


def answers(connection: Connection, cipher: RecordCipher, draft_id: str) -> dict[str, Any]:
    """Return the draft's answers by field id, the oldest save first.

    Raises:
        StoreBroken: one does not open.
    """
    # JSON has no raw line feed inside, so the first one ends the field's id.
    parts = (plain.split(b"\n", 1) for plain in _opened(connection, cipher, draft_id, _ANSWER))
    return {from_bytes(name): from_bytes(value) for name, value in parts}


def put_file(
    connection: Connection, cipher: RecordCipher, draft_id: str, revision: int, stored: StoredAttachment
) -> None:
    """Write the row of a file."""
    described = {item.name: getattr(stored, item.name) for item in fields(stored)}
    sealed = cipher.seal(_FILE, stored.id.encode(), revision, to_bytes(described))
    connection.execute("INSERT INTO file VALUES (?, ?, ?, ?)", (stored.id, draft_id, revision, sealed))


def files(connection: Connection, cipher: RecordCipher, draft_id: str) -> list[StoredAttachment]:
    """Return what is known of the draft's files, in the order they came.

    Raises:
        StoreBroken: a row does not open.
    """
    rows = connection.execute(
        "SELECT id, revision, sealed FROM file WHERE draft = ? ORDER BY revision", (draft_id,)
    ).fetchall()
    plain = (cipher.open(_FILE, str(row[0]).encode(), int(row[1]), bytes(row[2])) for row in rows)
    return [StoredAttachment(**from_bytes(item)) for item in plain]


def has_file(connection: Connection, draft_id: str, file_id: str) -> bool:
    """Say whether the draft has this file."""
    sql = "SELECT 1 FROM file WHERE id = ? AND draft = ?"
    return connection.execute(sql, (file_id, draft_id)).fetchone() is not None


def delete_file(connection: Connection, draft_id: str, file_id: str) -> bool:
    """Delete the row of a file and say whether there was one."""
    return connection.execute("DELETE FROM file WHERE id = ? AND draft = ?", (file_id, draft_id)).rowcount == 1


def _put(
    connection: Connection, cipher: RecordCipher, draft_id: str, name: tuple[str, str], revision: int, plain: bytes
) -> None:
    kind, slot = name[0], cipher.slot(*name)
    connection.execute(
        "INSERT INTO piece (draft, kind, slot, revision, sealed) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (draft, kind, slot) DO UPDATE SET revision = excluded.revision, sealed = excluded.sealed",
        (draft_id, kind, slot, revision, cipher.seal(kind, slot, revision, plain)),
    )


def _opened(connection: Connection, cipher: RecordCipher, draft_id: str, kind: str) -> list[bytes]:
    rows = connection.execute(
        "SELECT slot, revision, sealed FROM piece WHERE draft = ? AND kind = ? ORDER BY revision, rowid",
        (draft_id, kind),
    ).fetchall()
    return [cipher.open(kind, bytes(row[0]), int(row[1]), bytes(row[2])) for row in rows]
