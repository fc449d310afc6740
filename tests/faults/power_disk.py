"""A disk whose power can fail: a file system in memory that remembers what was flushed, served over ``/dev/fuse``.

``python -m tests.faults.power_disk MOUNT`` (as root). Only ``fsync`` of a file makes its bytes durable and only
``fsync`` of a folder its names, as POSIX says and no more. At the operation asked for, the power fails: the process
that asked for it is killed, everything later fails, and what a disk could hold then is written into a folder: what
was flushed, with any part of what was written since (half of it by chance, in pieces of 512 bytes) and a beginning of
the changes of names.

Orders are JSON lines: ``{"cut_at": N, "seed": S}`` begins anew with an empty disk, ``{"image": FOLDER}`` writes the
disk as it is after the power cut (or as it is flushed now) and answers with the number of operations.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import random
import select
import signal
import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults import fuse_words as words

SECTOR = 512


@dataclass
class Node:
    """A file or a folder: as it is, and as it was flushed."""

    number: int
    mode: int
    content: bytearray = field(default_factory=bytearray)
    flushed: bytes = b""
    since: list[tuple[int, bytes]] = field(default_factory=list[tuple[int, bytes]])
    """Writes since the flush; a cut is a write of nothing with a negative place: -1 - size."""
    names: dict[str, Node] = field(default_factory=dict[str, "Node"])
    kept: dict[str, Node] = field(default_factory=dict[str, "Node"])
    renamed: list[tuple[str, Node | None]] = field(default_factory=list[tuple[str, "Node | None"]])

    @property
    def is_folder(self) -> bool:
        return stat.S_ISDIR(self.mode)

    def write(self, place: int, data: bytes) -> None:
        """Write, not durably."""
        if place > len(self.content):
            self.content.extend(bytes(place - len(self.content)))
        self.content[place : place + len(data)] = data
        self.since.append((place, data))

    def resize(self, size: int) -> None:
        """Cut or lengthen, not durably."""
        del self.content[size:]
        self.content.extend(bytes(size - len(self.content)))
        self.since.append((-1 - size, b""))

    def name(self, name: str, node: Node | None) -> None:
        """Give or take a name in this folder, not durably."""
        if node is None:
            self.names.pop(name, None)
        else:
            self.names[name] = node
        self.renamed.append((name, node))

    def flush(self) -> None:
        """Make this file's bytes, or this folder's names, durable."""
        self.flushed, self.since = bytes(self.content), []
        self.kept, self.renamed = dict(self.names), []

    def survived(self, chance: random.Random) -> bytes:
        """Return what a disk could hold of this file after a power cut."""
        found = Node(0, self.mode, bytearray(self.flushed))
        for place, data in self.since:
            if place < 0:
                if chance.random() < 0.5:
                    found.resize(-1 - place)
                continue
            for start in range(0, len(data), SECTOR):
                if chance.random() < 0.5:
                    found.write(place + start, data[start : start + SECTOR])
        return bytes(found.content)

    def names_survived(self, chance: random.Random) -> dict[str, Node]:
        """Return the names a disk could hold in this folder after a power cut."""
        found = dict(self.kept)
        for name, node in self.renamed[: chance.randint(0, len(self.renamed))]:
            if node is None:
                found.pop(name, None)
            else:
                found[name] = node
        return found


class Refused(Exception):
    """An error that the kernel is told."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__()


class PowerDisk:
    """The file system. ``answer`` takes one request of the kernel and gives the answer's body, or None for none."""

    def __init__(self) -> None:
        self._next = 1
        self.begin(0, 0)

    def begin(self, cut_at: int, seed: int) -> None:
        """Begin with an empty disk; the power fails at change number ``cut_at`` (0: never)."""
        self._cut_at, self.changes, self._chance = cut_at, 0, random.Random(seed)
        self._image: dict[str, bytes | None] | None = None
        root = Node(1, stat.S_IFDIR | 0o700)
        self._nodes = {1: root}

    def image(self, folder: Path) -> None:
        """Write what is left after the power cut, or what is flushed now, into ``folder``."""
        for name, content in (self._image or self._survived()).items():
            target = folder / name
            if content is None:
                target.mkdir(mode=0o700, exist_ok=True)
            else:
                target.write_bytes(content)
                target.chmod(0o600)

    def _survived(self) -> dict[str, bytes | None]:
        found: dict[str, bytes | None] = {}

        def walk(node: Node, path: str) -> None:
            for name, below in node.names_survived(self._chance).items():
                found[f"{path}{name}"] = None if below.is_folder else below.survived(self._chance)
                walk(below, f"{path}{name}/")

        walk(self._nodes[1], "")
        return found

    def answer(self, request: words.Request) -> bytes | None:
        """Do what is asked.

        Raises:
            Refused: with the error that the kernel is to be told.
        """
        if request.code in words.SILENT:
            return None
        if request.code == words.INIT:
            return words.initialised(request.body)
        if request.code in words.EMPTY:
            return b""
        does = _DOERS.get(request.code)
        if does is None:
            raise Refused(errno.ENOSYS)
        if request.code in words.CHANGES:
            self._count(request.process)
        return does(self, request)

    def _count(self, process: int) -> None:
        if self._image is not None:
            raise Refused(errno.EIO)
        if process == 0:
            return  # the kernel itself writes pages of a shared memory back, which no power cut has to keep
        self.changes += 1
        if self.changes == self._cut_at:
            self._image = self._survived()
            os.kill(process, signal.SIGKILL)
            raise Refused(errno.EIO)

    def _node(self, number: int) -> Node:
        if number not in self._nodes:
            raise Refused(errno.ESTALE)
        return self._nodes[number]

    def _child(self, request: words.Request, name: str) -> Node:
        found = self._node(request.node).names.get(name)
        if found is None:
            raise Refused(errno.ENOENT)
        return found

    def _make(self, parent: Node, name: str, mode: int) -> Node:
        if name in parent.names:
            raise Refused(errno.EEXIST)
        self._next += 1  # never used twice, so that the kernel's pages of an earlier disk are nobody's
        made = Node(self._next + 1, mode)
        self._nodes[made.number] = made
        parent.name(name, made)
        return made

    # --- one method for each request ----------------------------------------------------------------------------------

    def lookup(self, request: words.Request) -> bytes:
        return _entry(self._child(request, request.names()[0]))

    def attributes(self, request: words.Request) -> bytes:
        return words.attributes_out(_attributes(self._node(request.node)))

    def set_attributes(self, request: words.Request) -> bytes:
        node, change = self._node(request.node), words.SetAttributes.read(request.body)
        if change.size is not None:
            self._count(request.process)
            node.resize(change.size)
        if change.mode is not None:
            node.mode = stat.S_IFMT(node.mode) | stat.S_IMODE(change.mode)
        return words.attributes_out(_attributes(node))

    def make_folder(self, request: words.Request) -> bytes:
        mode, _ = words.two(request.body)
        return _entry(self._make(self._node(request.node), request.names(8)[0], stat.S_IFDIR | stat.S_IMODE(mode)))

    def make_node(self, request: words.Request) -> bytes:
        mode, _ = words.two(request.body)
        return _entry(self._make(self._node(request.node), request.names(16)[0], mode))

    def create(self, request: words.Request) -> bytes:
        _, mode = words.two(request.body)
        made = self._make(self._node(request.node), request.names(16)[0], stat.S_IFREG | stat.S_IMODE(mode))
        return _entry(made) + words.OPENED

    def unlink(self, request: words.Request) -> bytes:
        name = request.names()[0]
        self._child(request, name)
        self._node(request.node).name(name, None)
        return b""

    def remove_folder(self, request: words.Request) -> bytes:
        if self._child(request, request.names()[0]).names:
            raise Refused(errno.ENOTEMPTY)
        return self.unlink(request)

    def rename(self, request: words.Request) -> bytes:
        target, skip = words.renamed(request)
        old, new = request.names(skip)
        node = self._child(request, old)
        self._node(target).name(new, node)
        self._node(request.node).name(old, None)
        return b""

    def open(self, request: words.Request) -> bytes:
        self._node(request.node)
        return words.OPENED

    def read(self, request: words.Request) -> bytes:
        place, size = words.span(request.body)
        return bytes(self._node(request.node).content[place : place + size])

    def write(self, request: words.Request) -> bytes:
        place, size = words.span(request.body)
        self._node(request.node).write(place, request.body[words.WRITE_HEAD : words.WRITE_HEAD + size])
        return words.written(size)

    def list(self, request: words.Request) -> bytes:
        place, size = words.span(request.body)
        entries = [(node.number, name, node.is_folder) for name, node in self._node(request.node).names.items()]
        return words.listing(entries, place, size)

    def flush(self, request: words.Request) -> bytes:
        self._node(request.node).flush()
        return b""

    def space(self, _request: words.Request) -> bytes:
        return words.SPACE


_Doer = Callable[[PowerDisk, words.Request], bytes]
_DOERS: dict[int, _Doer] = {
    words.LOOKUP: PowerDisk.lookup,
    words.GETATTR: PowerDisk.attributes,
    words.SETATTR: PowerDisk.set_attributes,
    words.MKNOD: PowerDisk.make_node,
    words.MKDIR: PowerDisk.make_folder,
    words.UNLINK: PowerDisk.unlink,
    words.RMDIR: PowerDisk.remove_folder,
    words.RENAME: PowerDisk.rename,
    words.RENAME2: PowerDisk.rename,
    words.OPEN: PowerDisk.open,
    words.READ: PowerDisk.read,
    words.WRITE: PowerDisk.write,
    words.STATFS: PowerDisk.space,
    words.FSYNC: PowerDisk.flush,
    words.OPENDIR: PowerDisk.open,
    words.READDIR: PowerDisk.list,
    words.FSYNCDIR: PowerDisk.flush,
    words.CREATE: PowerDisk.create,
}


def _attributes(node: Node) -> bytes:
    return words.attributes(node.number, len(node.content), node.mode)


def _entry(node: Node) -> bytes:
    return words.entry(node.number, _attributes(node))


def _mount(place: str) -> int:
    handle = os.open("/dev/fuse", os.O_RDWR)
    library = ctypes.CDLL(None, use_errno=True)
    options = f"fd={handle},rootmode=40000,user_id={os.getuid()},group_id={os.getgid()}"
    if library.mount(b"powerdisk", place.encode(), b"fuse", 2 | 4, options.encode()):  # MS_NOSUID, MS_NODEV
        raise OSError(ctypes.get_errno(), "mount")
    return handle


def _serve_one(disk: PowerDisk, handle: int) -> bool:
    """Answer one request; False once the disk is unmounted."""
    try:
        request = words.Request.read(os.read(handle, words.LONGEST))
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.EINTR, errno.EAGAIN):
            return True  # taken back meanwhile
        if error.errno == errno.ENODEV:
            return False
        raise
    try:
        body = disk.answer(request)
        reply = None if body is None else words.reply(request, 0, body)
    except Refused as refusal:
        reply = words.reply(request, refusal.number, b"")
    if reply is not None:
        try:
            os.write(handle, reply)
        except FileNotFoundError:
            return True  # whoever asked is dead
    return True


def _obey(disk: PowerDisk, order: dict[str, Any]) -> dict[str, Any]:
    if "image" in order:
        disk.image(Path(order["image"]))
    else:
        disk.begin(order["cut_at"], order["seed"])
    return {"changes": disk.changes}


def main() -> None:
    """Mount, say so, and serve until standard input ends."""
    handle, disk = _mount(sys.argv[1]), PowerDisk()
    print("{}", flush=True)
    while True:
        ready, _, _ = select.select([handle, sys.stdin], [], [])
        if handle in ready:
            if not _serve_one(disk, handle):
                return
        elif not (line := os.read(0, 65_536)):
            return
        else:
            print(json.dumps(_obey(disk, json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
