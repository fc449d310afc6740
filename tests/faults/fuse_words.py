"""The words of the kernel's FUSE protocol (linux/fuse.h, 7.31) that ``power_disk`` speaks, all little-endian."""

from __future__ import annotations

import struct
from dataclasses import dataclass

LOOKUP, FORGET, GETATTR, SETATTR, MKNOD, MKDIR, UNLINK, RMDIR, RENAME = 1, 2, 3, 4, 8, 9, 10, 11, 12
OPEN, READ, WRITE, STATFS, RELEASE, FSYNC, FLUSH, INIT = 14, 15, 16, 17, 18, 20, 25, 26
OPENDIR, READDIR, RELEASEDIR, FSYNCDIR, CREATE, INTERRUPT, BATCH_FORGET, RENAME2 = 27, 28, 29, 30, 35, 36, 42, 45

SILENT = (FORGET, INTERRUPT, BATCH_FORGET)
"""No answer."""

EMPTY = (RELEASE, FLUSH, RELEASEDIR)
"""An answer without a body."""

CHANGES = (MKNOD, MKDIR, UNLINK, RMDIR, RENAME, RENAME2, WRITE, FSYNC, FSYNCDIR, CREATE)
"""What changes the disk or what is durable of it; SETATTR too where it sets the size."""

MAX_WRITE = 131_072
LONGEST = MAX_WRITE + 65_536
WRITE_HEAD = 40

OPENED = struct.pack("<QII", 1, 0, 0)
SPACE = struct.pack("<5Q10I", 1 << 20, 1 << 20, 1 << 20, 1 << 20, 1 << 20, 4096, 255, 4096, *([0] * 7))

_HEAD = struct.Struct("<IIQQIIII")
_SIZE, _MODE = 8, 1


@dataclass(frozen=True)
class Request:
    """One request of the kernel."""

    code: int
    unique: int
    node: int
    process: int
    body: bytes

    @classmethod
    def read(cls, raw: bytes) -> Request:
        """Read a request."""
        _, code, unique, node, _, _, process, _ = _HEAD.unpack_from(raw)
        return cls(code, unique, node, process, raw[_HEAD.size :])

    def names(self, skip: int = 0) -> list[str]:
        """Return the names behind the first ``skip`` bytes."""
        return [name.decode() for name in self.body[skip:].split(b"\0")[:-1]]


@dataclass(frozen=True)
class SetAttributes:
    """What SETATTR asks for; None is left as it is."""

    size: int | None
    mode: int | None

    @classmethod
    def read(cls, body: bytes) -> SetAttributes:
        """Read the request's body."""
        valid, size, mode = *struct.unpack_from("<I", body), *struct.unpack_from("<Q", body, 16), 0
        (mode,) = struct.unpack_from("<I", body, 68)
        return cls(size if valid & _SIZE else None, mode if valid & _MODE else None)


def reply(request: Request, error: int, body: bytes) -> bytes:
    """Return an answer; ``error`` is an errno or 0."""
    return struct.pack("<IiQ", 16 + len(body), -error, request.unique) + body


def initialised(body: bytes) -> bytes:
    """Return the answer to INIT: version 7.31, nothing cached but pages, writes at once."""
    _, _, readahead, _ = struct.unpack_from("<4I", body)
    return struct.pack("<4I2H2I2H8I", 7, 31, readahead, 0, 16, 12, MAX_WRITE, 1, 0, 0, *([0] * 8))


def attributes(number: int, size: int, mode: int) -> bytes:
    """Return a node's attributes; everything belongs to root."""
    return struct.pack("<6Q10I", number, size, -(-size // 512), 0, 0, 0, 0, 0, 0, mode, 1, 0, 0, 0, 4096, 0)


def attributes_out(packed: bytes) -> bytes:
    """Return the answer that carries attributes, never to be kept."""
    return struct.pack("<QII", 0, 0, 0) + packed


def entry(number: int, packed: bytes) -> bytes:
    """Return the answer that carries a name's node, never to be kept."""
    return struct.pack("<4Q2I", number, 0, 0, 0, 0, 0) + packed


def two(body: bytes) -> tuple[int, int]:
    """Return the first two numbers of four bytes."""
    first, second = struct.unpack_from("<II", body)
    return first, second


def span(body: bytes) -> tuple[int, int]:
    """Return place and size of a read, a write or a listing."""
    _, place, size = struct.unpack_from("<QQI", body)
    return place, size


def written(size: int) -> bytes:
    """Return the answer to WRITE."""
    return struct.pack("<II", size, 0)


def renamed(request: Request) -> tuple[int, int]:
    """Return the target folder of a renaming and where the names begin."""
    (folder,) = struct.unpack_from("<Q", request.body)
    return folder, 16 if request.code == RENAME2 else 8


def listing(entries: list[tuple[int, str, bool]], start: int, room: int) -> bytes:
    """Return as many entries from number ``start`` on as fit into ``room`` bytes."""
    out = b""
    for place, (number, name, folder) in enumerate(entries[start:], start + 1):
        raw = name.encode()
        packed = struct.pack("<QQII", number, place, len(raw), 4 if folder else 8) + raw
        packed += bytes(-len(packed) % 8)
        if len(out) + len(packed) > room:
            break
        out += packed
    return out
