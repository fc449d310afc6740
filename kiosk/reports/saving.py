"""Writing a paper to the person's stick or folder: whole, or not at all, and never anywhere else."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from kiosk.reports.errors import PlaceClosed, PlaceFull, PlaceGone

_FULL = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)})
_GONE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.EIO, errno.ENODEV, errno.ENXIO})
_MOST_NAMES = 100


def save(folder: Path, name: str, content: bytes) -> Path:
    """Write ``content`` into a new file of ``folder`` and return where; durable when it returns.

    A file that is there already is left alone: the new one gets a number. What could not be written wholly is removed.

    Args:
        folder: where to.
        name: the file's name with its ending.
        content: the bytes.

    Raises:
        PlaceFull, PlaceGone, PlaceClosed: see ``errors``.
    """
    for path in _names(folder, name):
        try:
            _write(path, content)
        except FileExistsError:
            continue
        except OSError as error:
            raise said(error) from error
        return path
    raise PlaceClosed


def _names(folder: Path, name: str) -> Iterator[Path]:
    whole = Path(name)
    yield folder / name
    for number in range(2, _MOST_NAMES):
        yield folder / f"{whole.stem}-{number}{whole.suffix}"


def _write(path: Path, content: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    for name in ("O_NOFOLLOW", "O_BINARY", "O_CLOEXEC"):
        flags |= getattr(os, name, 0)
    handle = os.open(path, flags, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        raise


def said(error: OSError) -> PlaceFull | PlaceGone | PlaceClosed:
    """Return what a person is told where the system could not write."""
    if error.errno in _FULL:
        return PlaceFull()
    return PlaceGone() if error.errno in _GONE else PlaceClosed()
