"""Where a person's files are looked for. Only regular files and folders are shown; no link is ever followed."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from kiosk.attachments.errors import FileEmpty, FileGone, FileUnreadable, FolderUnreadable, NotAFile
from kiosk.attachments.names import shown_name
from kiosk.settings import AttachmentSettings

Kind = Literal["folder", "pdf", "image", "other"]

MAX_ENTRIES = 10_000

_KINDS: dict[str, Kind] = {
    ".pdf": "pdf", ".jpg": "image", ".jpeg": "image", ".png": "image",
    ".heic": "image", ".heif": "image", ".tif": "image", ".tiff": "image",
}  # fmt: skip
_MOUNT_PARENTS = (Path("/media"), Path("/run/media"), Path("/mnt"))
_REPARSE_POINT, _HIDDEN, _SYSTEM = 0x400, 0x2, 0x4
_REMOVABLE = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list.

    Attributes:
        path: to be given back for opening or checking.
        shown: the name, escaped for the screen.
        kind: guessed by the ending, for the list alone; the check looks at the content.
        size: bytes; 0 for a folder.
        modified: UTC; None for a root.
    """

    path: Path
    shown: str
    kind: Kind
    size: int = 0
    modified: datetime | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """What a folder holds.

    Attributes:
        entries: folders first, then files, by name.
        complete: False if the folder has more than ``MAX_ENTRIES`` entries and the rest is not here.
    """

    entries: tuple[Entry, ...]
    complete: bool


def roots(settings: AttachmentSettings) -> tuple[Entry, ...]:
    """Return where choosing starts: the configured folders (else the home folder), then removable drives."""
    chosen = [Path(folder) for folder in settings.folders] or [Path.home()]
    found: list[Path] = []
    for path in (*chosen, *_removable_drives()):
        if path not in found and path.is_dir():
            found.append(path)
    return tuple(Entry(path, shown_name(path.name or str(path)), "folder") for path in found)


def parent(folder: Path, starts: tuple[Entry, ...]) -> Path | None:
    """Return the folder above, or None where that would lead out of ``starts``."""
    above = folder.parent
    inside = any(above == start.path or start.path in above.parents for start in starts)
    return above if inside and above != folder else None


def listing(folder: Path) -> Listing:
    """Return what a person may choose from in ``folder``; hidden things, links and devices are left out.

    Raises:
        FileGone: the folder is not there any more.
        FolderUnreadable: it can't be listed.
    """
    found: list[Entry] = []
    complete = True
    try:
        with os.scandir(folder) as scan:
            for item in scan:
                if len(found) == MAX_ENTRIES:
                    complete = False
                    break
                entry = _entry(item)
                if entry is not None:
                    found.append(entry)
    except FileNotFoundError as error:
        raise FileGone() from error
    except OSError as error:
        raise FolderUnreadable() from error
    found.sort(key=lambda entry: (entry.kind != "folder", entry.shown.casefold(), entry.shown))
    return Listing(tuple(found), complete)


def state_of(folder: Path) -> int | None:
    """Return a number that is another one when ``folder`` holds something else; None where it can't be listed.

    It leaves nothing behind: lists of thousands of files, made every second, would keep the memory's housekeeping busy.
    """
    state, count = 0, 0
    try:
        with os.scandir(folder) as scan:
            for count, item in enumerate(scan, 1):  # noqa: B007
                status = item.stat(follow_symlinks=False)
                state ^= hash((item.name, status.st_mode, status.st_size, status.st_mtime_ns))
    except OSError:
        return None
    return hash((state, count))


def read_once(path: Path, most: int) -> bytes:
    """Return the file's bytes, at most ``most`` + 1 of them, so that the caller sees when there are more.

    Raises:
        FileGone: it is not there any more.
        NotAFile: a link, a device, a pipe, a folder.
        FileEmpty: it has 0 bytes.
        FileUnreadable: it can't be read.
    """
    # Without O_NONBLOCK opening a pipe would wait for ever.
    flags = os.O_RDONLY
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "O_CLOEXEC"):
        flags |= getattr(os, name, 0)
    try:
        if path.is_symlink():
            raise NotAFile()
        with os.fdopen(os.open(path, flags), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise NotAFile()
            content = file.read(most + 1)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise FileGone() from error
    except IsADirectoryError as error:
        raise NotAFile() from error
    except (OSError, ValueError) as error:
        raise FileUnreadable() from error
    if not content:
        raise FileEmpty()
    return content


def _entry(item: os.DirEntry[str]) -> Entry | None:
    try:
        status = item.stat(follow_symlinks=False)
    except OSError:
        return None  # gone since the folder was read
    attributes = getattr(status, "st_file_attributes", 0)
    if item.name.startswith(".") or attributes & (_REPARSE_POINT | _HIDDEN | _SYSTEM):
        return None
    path, shown = Path(item.path), shown_name(item.name)
    modified = _modified(status.st_mtime)
    if stat.S_ISDIR(status.st_mode):
        return Entry(path, shown, "folder", 0, modified)
    if stat.S_ISREG(status.st_mode):
        return Entry(path, shown, _KINDS.get(path.suffix.lower(), "other"), status.st_size, modified)
    return None


def _modified(seconds: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None  # a stick can carry any date


if sys.platform == "win32":
    import ctypes

    def _removable_drives() -> Iterator[Path]:
        present = ctypes.windll.kernel32.GetLogicalDrives()
        for number in range(26):
            drive = f"{chr(ord('A') + number)}:\\"
            if present >> number & 1 and ctypes.windll.kernel32.GetDriveTypeW(drive) == _REMOVABLE:
                yield Path(drive)
else:

    def _removable_drives() -> Iterator[Path]:
        for above in _MOUNT_PARENTS:
            for path in _folders(above):
                if path.is_mount():
                    yield path
                else:
                    yield from (inner for inner in _folders(path) if inner.is_mount())

    def _folders(folder: Path) -> list[Path]:
        try:
            return sorted(path for path in folder.iterdir() if path.is_dir() and not path.is_symlink())
        except OSError:
            return []
