"""A content-addressed store: temporary file in the same folder → write → fsync → rename → fsync of the folder."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

_GRACE_SECONDS = 3600


class BlobStore:
    """Files of a portal, below one folder: ``partial/<upload id>`` while they come, ``sha256/ab/<digest>`` after.

    Args:
        folder: made if it is not there.
    """

    def __init__(self, folder: Path) -> None:
        self._partial = folder / "partial"
        self._whole = folder / "sha256"
        for path in (self._partial, self._whole):
            path.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._busy: set[str] = set()
        self._lock = threading.Lock()

    def partial(self, upload_id: str) -> Path:
        """Return where the bytes of an upload are gathered."""
        return self._partial / upload_id

    def path(self, digest: str) -> Path:
        """Return where the file with this SHA-256 (hex) lies, or would lie."""
        return self._whole / digest[:2] / digest

    def new_partial(self, name: str) -> BinaryIO:
        """Open a partial file that is not there yet, to be written from its beginning."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        return os.fdopen(os.open(self.partial(name), flags, 0o600), "wb")

    def append(self, upload_id: str, offset: int, data: bytes) -> None:
        """Write ``data`` at ``offset`` of a partial file, without waiting for the disk."""
        descriptor = os.open(self.partial(upload_id), os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(descriptor, "r+b") as file:
            file.seek(offset)
            file.write(data)

    def settle(self, upload_id: str, length: int) -> None:
        """Make the first ``length`` bytes of a partial file durable and cut off the rest."""
        with self.partial(upload_id).open("ab") as file:
            file.truncate(length)
            os.fsync(file.fileno())

    def keep(self, upload_id: str, digest: str) -> None:
        """Move a settled partial file to its place. Doing it twice does no harm."""
        source, target = self.partial(upload_id), self.path(digest)
        target.parent.mkdir(exist_ok=True, mode=0o700)
        with self._lock:
            if source.exists():
                os.utime(source)
                source.replace(target)
        sync_folder(target.parent)
        sync_folder(target.parent.parent)

    def discard_partial(self, upload_id: str) -> None:
        """Remove what has come of an upload."""
        self.partial(upload_id).unlink(missing_ok=True)

    def discard(self, digest: str, named: Callable[[], bool]) -> None:
        """Remove the whole file with this SHA-256, unless ``named`` says that something still names it."""
        with self._lock:
            if not named():
                self.path(digest).unlink(missing_ok=True)

    def collect(self, uploads: set[str], digests: set[str]) -> None:
        """Remove every file that is neither one of ``uploads`` nor of ``digests``.

        Only files that have lain still for an hour: one that has just come may be about to be named.
        """
        newest = time.time() - _GRACE_SECONDS
        for folder, named in ((self._partial, uploads), (self._whole, digests)):
            for path in folder.rglob("*"):
                with self._lock:
                    if path.is_file() and path.name not in named and path.stat().st_mtime < newest:
                        path.unlink()

    @contextmanager
    def claimed(self, upload_id: str) -> Generator[bool]:
        """Give one writer at a time an upload; yields False to a second one."""
        with self._lock:
            mine = upload_id not in self._busy
            if mine:
                self._busy.add(upload_id)
        try:
            yield mine
        finally:
            if mine:
                with self._lock:
                    self._busy.discard(upload_id)


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable."""
    if os.name == "nt":  # Windows cannot open a folder; NTFS journals the rename itself
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
