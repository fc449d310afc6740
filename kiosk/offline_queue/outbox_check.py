"""Reading the whole outbox through: database, bodies, encrypted files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from kiosk.errors import StoreError
from kiosk.offline_queue import outbox_rows
from kiosk.offline_queue.errors import StoreBroken, StoredFileBroken
from kiosk.offline_queue.opening import Parts
from kiosk.offline_queue.outbox_model import Finding, ItemFile, State

_READ = 1 << 20


def findings(parts: Parts) -> tuple[Finding, ...]:
    """Return what is wrong; empty where all is well."""
    try:
        for database in (parts.queue, parts.keys):
            database.require_sound()
    except StoreError as error:
        return (Finding(error.code, ""),)
    return tuple(_of_items(parts))


def _of_items(parts: Parts) -> Iterator[Finding]:
    with parts.queue.reading() as connection:
        rows = outbox_rows.rows(connection, None, 0, 1 << 62)
    for row in rows:
        if row.state in (State.ACCEPTED, State.CANCELLED):
            continue
        with parts.queue.reading() as connection:
            body, files = outbox_rows.body(connection, row.id), outbox_rows.files(connection, row.id)
        if body is None:
            yield Finding(StoreBroken.code, row.id)
        if not all(is_whole(parts.files.path(file.sha256), file) for file in files):
            yield Finding(StoredFileBroken.code, row.id)


def is_whole(path: Path, file: ItemFile) -> bool:
    """Say whether the encrypted file at ``path`` is the one that was taken in."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as content:
            while part := content.read(_READ):
                digest.update(part)
            return content.tell() == file.size and digest.hexdigest() == file.sha256
    except OSError:
        return False
