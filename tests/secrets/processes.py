"""What can be seen of a running process from outside: its family, its environment, its memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

_RANGE = re.compile(r"^([0-9a-f]+)-([0-9a-f]+) (r\S+)", re.MULTILINE)


def family(pid: int) -> list[int]:
    """Return ``pid`` and all that descend from it."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue  # it has ended since
    found = [pid]
    for one in found:
        found.extend(child for child, parent in parents.items() if parent == one)
    return found


def surroundings(pid: int) -> bytes:
    """Return the command line and the environment of a process."""
    folder = Path("/proc") / str(pid)
    return b"\n".join((folder / name).read_bytes() for name in ("cmdline", "environ"))


def count_in_memory(pid: int, words: Iterable[bytes]) -> dict[bytes, int]:
    """Return how often each of ``words`` stands in the memory of a process. The super-user alone may look.

    Raises:
        PermissionError: this user may not.
    """
    counts = dict.fromkeys(words, 0)
    for part in _memory(pid):
        for word in counts:
            counts[word] += part.count(word)
    return counts


def _memory(pid: int) -> Iterator[bytes]:
    folder = Path("/proc") / str(pid)
    with (folder / "mem").open("rb", buffering=0) as memory:
        for start, end, _ in _RANGE.findall((folder / "maps").read_text()):
            try:
                memory.seek(int(start, 16))
                yield memory.read(int(end, 16) - int(start, 16))
            except (OSError, ValueError, OverflowError):
                continue  # pages of the kernel
