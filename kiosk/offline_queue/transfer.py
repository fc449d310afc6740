"""One sealed item as one file, to be carried to another kiosk. It is as unreadable there as it was here.

line 1     JSON: format, id, kind, not_after, size and SHA-256 of the body, the same of each file
then       the body, then the files, one behind the other; nothing after them
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4

from kiosk.offline_queue.durable import sync_folder
from kiosk.offline_queue.errors import ItemFileTooNew, ItemFileUnreadable, StoredFileBroken, TargetExists, from_os_error
from kiosk.offline_queue.files import FileFolder
from kiosk.offline_queue.outbox_check import is_whole
from kiosk.offline_queue.outbox_model import KINDS, ItemFile, NewItem, SealedFile

FORMAT = "zairyu-queue-item:1"
MOST_FILES = 200
MOST_BYTES = 64_000_000
"""Of one file; the contract allows a sixth of it."""

_MOST_HEADER = 200_000
_MOST_BODY = 4_000_000
_PART = 1 << 20
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_LATER = re.compile(r"zairyu-queue-item:[1-9][0-9]{0,5}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class _Header:
    id: str
    kind: str
    not_after: datetime
    body: ItemFile
    files: tuple[ItemFile, ...] = field(default=())


def write_item(target: Path, item: NewItem, folder: FileFolder, before_named: Callable[[], None]) -> None:
    """Write an item into the new file ``target``; durable when it returns, and whole or not there at all.

    Args:
        target: must not exist.
        item: its files lie in ``folder`` under their digests.
        folder: the store's files.
        before_named: called when everything is written and only the name is missing.

    Raises:
        StoredFileBroken: one of the files is gone or damaged.
        TargetExists: something has this name already.
        StoreError: the target can't be written, or of ``before_named``.
    """
    files = [ItemFile(file.sha256, file.size) for file in item.files]
    for file in files:
        if not is_whole(folder.path(file.sha256), file):
            raise StoredFileBroken(file=file.sha256)
    if target.exists() or target.is_symlink():
        raise TargetExists
    temporary = target.with_name(f"{uuid4().hex}.tmp")
    try:
        with temporary.open("xb") as out:
            out.write(_header_bytes(item, files))
            out.write(item.body)
            for file in files:
                _copy(folder.path(file.sha256), out)
            out.flush()
            os.fsync(out.fileno())
        before_named()
        temporary.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        raise from_os_error(error) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


@contextmanager
def read_item(source: Path, folder: FileFolder) -> Generator[NewItem, None, None]:
    """Give the item that ``source`` holds, its files in temporary files of ``folder``; those not taken in are deleted.

    Raises:
        ItemFileUnreadable: not an exported item, or changed, or longer than it says; ``ItemFileTooNew`` of a newer
            program.
        StoreError: of the disk.
    """
    taken: list[SealedFile] = []
    try:
        with source.open("rb") as content:
            header = _header(content.readline(_MOST_HEADER))
            body = b"".join(_exactly(content, header.body))
            for file in header.files:
                taken.append(_take(content, file, folder))
            if content.read(1):
                raise ItemFileUnreadable(file=source.suffix)
        yield NewItem(header.id, header.kind, header.not_after, body, tuple(taken))
    except OSError as error:
        raise from_os_error(error) from error
    finally:
        for file in taken:
            folder.discard(file.temporary)


def _header_bytes(item: NewItem, files: list[ItemFile]) -> bytes:
    body = {"sha256": hashlib.sha256(item.body).hexdigest(), "size": len(item.body)}
    said: dict[str, Any] = {
        "format": FORMAT,
        "id": item.id,
        "kind": item.kind,
        "not_after": item.not_after.astimezone(UTC).isoformat(),
        "body": body,
        "files": [{"sha256": file.sha256, "size": file.size} for file in files],
    }
    return json.dumps(said, separators=(",", ":")).encode() + b"\n"


def _header(line: bytes) -> _Header:
    try:
        said = json.loads(line)
        _require_known_format(said["format"])
        if len(said["files"]) > MOST_FILES:
            raise ItemFileUnreadable()
        return _Header(
            id=_matching(_ID, said["id"]),
            kind=_kind(said["kind"]),
            not_after=datetime.fromisoformat(said["not_after"]).astimezone(UTC),
            body=_file(said["body"], _MOST_BODY),
            files=tuple(_file(file, MOST_BYTES) for file in said["files"]),
        )
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise ItemFileUnreadable() from error


def _require_known_format(said: Any) -> None:
    if said == FORMAT:
        return
    later = isinstance(said, str) and _LATER.fullmatch(said)
    raise ItemFileTooNew() if later else ItemFileUnreadable()


def _file(said: Any, most: int) -> ItemFile:
    size = said["size"]
    if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size <= most:
        raise ItemFileUnreadable()
    return ItemFile(_matching(_DIGEST, said["sha256"]), size)


def _kind(said: Any) -> str:
    if said not in KINDS:
        raise ItemFileUnreadable()
    return str(said)


def _matching(pattern: re.Pattern[str], text: Any) -> str:
    if not isinstance(text, str) or not pattern.fullmatch(text):
        raise ItemFileUnreadable()
    return text


def _take(content: BinaryIO, file: ItemFile, folder: FileFolder) -> SealedFile:
    with folder.incoming() as (out, temporary):
        for part in _exactly(content, file):
            out.write(part)
    return SealedFile(file.sha256, file.size, temporary)


def _exactly(content: BinaryIO, file: ItemFile) -> Iterator[bytes]:
    """Give the next ``file.size`` bytes; raise at their end where they are not those of the digest."""
    digest, left = hashlib.sha256(), file.size
    while left and (part := content.read(min(_PART, left))):
        digest.update(part)
        left -= len(part)
        yield part
    if left or digest.hexdigest() != file.sha256:
        raise ItemFileUnreadable()


def _copy(source: Path, out: BinaryIO) -> None:
    with source.open("rb") as content:
        while part := content.read(_PART):
            out.write(part)
