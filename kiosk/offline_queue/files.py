"""Photos and documents as encrypted files: AES-256-GCM in chunks of 64 KiB.

A file's key is its own, so the chunk number serves as nonce. The associated data holds the file's id, the chunk's
number and whether it is the last: chunks can't be swapped, dropped or cut off unseen.

Order: temporary file → fsync → rename → fsync of the folder → the row that names it. What has no row is an orphan.
"""

from __future__ import annotations

import hashlib
import logging
import os
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from kiosk.offline_queue.durable import sync_folder
from kiosk.offline_queue.errors import StoredFileBroken, from_os_error
from kiosk.offline_queue.records import NONCE_BYTES, TAG_BYTES

CHUNK_BYTES = 65_536
MAGIC = b"ZKF1"
STALE_SECONDS = 3_600.0
"""A temporary file older than this has no writer any more."""

_SUFFIX = ".sealed"
_OPEN = ".open"
_TEMPORARY = ".tmp"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Written:
    """A file that is on the disk but has no name yet.

    Attributes:
        temporary: where it lies.
        size: of the plain content, in bytes.
        sha256: of the plain content, in hex.
    """

    temporary: Path
    size: int
    sha256: str


class FileFolder:
    """The folder of encrypted files.

    Args:
        folder: made if it is missing.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise from_os_error(error) from error

    def write(self, file_id: str, key: bytes, source: BinaryIO) -> Written:
        """Encrypt ``source`` into a temporary file, durable when it returns.

        Raises:
            StoreError: disk full, read-only, failing. Nothing is left behind then.
        """
        temporary = self._folder / f"{file_id}.{uuid4().hex}{_TEMPORARY}"
        digest, size = hashlib.sha256(), 0
        try:
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(MAGIC)
                for plain, sealed in _sealed_chunks(file_id, key, source):
                    digest.update(plain)
                    size += len(plain)
                    file.write(sealed)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            self.discard(temporary)
            raise from_os_error(error) from error
        return Written(temporary, size, digest.hexdigest())

    def publish(self, written: Written, file_id: str) -> None:
        """Give the file its name, durably. Call inside the transaction that writes its row."""
        try:
            written.temporary.replace(self.path(file_id))
            sync_folder(self._folder)
        except OSError as error:
            raise from_os_error(error) from error

    def read(self, file_id: str, key: bytes) -> bytes:
        """Return the plain content of ``file_id``.

        Raises:
            StoredFileBroken: it is missing, or any byte of it was changed.
        """
        try:
            content = self.path(file_id).read_bytes()
        except FileNotFoundError as error:
            raise StoredFileBroken(file=file_id) from error
        except OSError as error:
            raise from_os_error(error) from error
        return _opened(file_id, key, content)

    @contextmanager
    def incoming(self) -> Generator[tuple[BinaryIO, Path], None, None]:
        """Give a temporary file to write bytes into that are sealed already; it is durable when the block ends.

        Raises:
            StoreError: disk full, read-only, failing. Nothing is left behind then, nor after any other exception.
        """
        temporary = self._folder / f"{uuid4().hex}{_TEMPORARY}"
        try:
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
            with os.fdopen(handle, "wb") as file:
                yield file, temporary
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            self.discard(temporary)
            raise from_os_error(error) from error
        except BaseException:
            self.discard(temporary)
            raise

    def take_in(self, temporary: Path, file_id: str) -> None:
        """Give a file of ``incoming`` its name. Call inside the transaction that writes its row; then ``sync``.

        Raises:
            StoredFileBroken: it is gone, and was not named before either.
        """
        try:
            temporary.replace(self.path(file_id))
        except FileNotFoundError as error:
            # A transaction that could not be committed has named it already.
            if not self.path(file_id).exists():
                raise StoredFileBroken(file=file_id) from error
        except OSError as error:
            raise from_os_error(error) from error

    def sync(self) -> None:
        """Make the names in the folder durable."""
        try:
            sync_folder(self._folder)
        except OSError as error:
            raise from_os_error(error) from error

    def remove(self, file_ids: list[str]) -> None:
        """Delete files; those that are gone already are fine, and one that can't be is an orphan for the next sweep."""
        for file_id in file_ids:
            self.discard(self.path(file_id))

    def discard(self, path: Path) -> None:
        """Delete one file of the folder if that is possible."""
        with suppress(OSError):
            path.unlink(missing_ok=True)

    def sweep(self, known: set[str], drafts: set[str]) -> None:
        """Delete files without a row, locks without a draft, and temporary files without a writer.

        Call inside a writing transaction.
        """
        for path in list(self._folder.iterdir()):
            if self._is_orphan(path, known, drafts):
                self.discard(path)
                _log.info("orphan file erased: %s", path.name)

    def _is_orphan(self, path: Path, known: set[str], drafts: set[str]) -> bool:
        if path.suffix == _SUFFIX:
            return path.name.removesuffix(_SUFFIX) not in known
        if path.suffix == _OPEN:
            return path.name.removesuffix(_OPEN) not in drafts
        if path.suffix != _TEMPORARY:
            return False
        with suppress(OSError):
            return time.time() - path.stat().st_mtime > STALE_SECONDS
        return False

    def lock_of(self, draft_id: str) -> Path:
        """Return the empty file that whoever has the draft open keeps locked."""
        return self._folder / f"{draft_id}{_OPEN}"

    def path(self, file_id: str) -> Path:
        """Return where the file of this id lies."""
        return self._folder / f"{file_id}{_SUFFIX}"


def _sealed_chunks(file_id: str, key: bytes, source: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    aead = AESGCM(key)
    number, plain = 0, _full_chunk(source)
    while True:
        following = _full_chunk(source)
        last = not following
        yield plain, aead.encrypt(_nonce(number), plain, _place(file_id, number, last=last))
        if last:
            return
        number, plain = number + 1, following


def _full_chunk(source: BinaryIO) -> bytes:
    chunk = bytearray()
    while len(chunk) < CHUNK_BYTES and (part := source.read(CHUNK_BYTES - len(chunk))):
        chunk += part
    return bytes(chunk)


def _opened(file_id: str, key: bytes, content: bytes) -> bytes:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    sealed, step = memoryview(content)[len(MAGIC) :], CHUNK_BYTES + TAG_BYTES
    if content[: len(MAGIC)] != MAGIC or not sealed:
        raise StoredFileBroken(file=file_id)
    aead, plain = AESGCM(key), bytearray()
    try:
        for number, start in enumerate(range(0, len(sealed), step)):
            last = start + step >= len(sealed)
            plain += aead.decrypt(_nonce(number), sealed[start : start + step], _place(file_id, number, last=last))
    except (InvalidTag, ValueError) as error:
        raise StoredFileBroken(file=file_id) from error
    return bytes(plain)


def _nonce(number: int) -> bytes:
    return number.to_bytes(NONCE_BYTES, "big")


def _place(file_id: str, number: int, *, last: bool) -> bytes:
    return f"{file_id}|{number}|{int(last)}".encode()
