"""The process that looks into a stranger's files: ``python -m kiosk.attachments.worker TASK``.

In: one line of JSON, ``{"options": {…}, "sizes": [n, …]}``, and so many blobs of so many bytes. Out: any number of
lines ``{"progress": [done, total]}``, one line ``{"facts": {…}, "sizes": [n, …]}``, and the blobs that were made.
"""

from __future__ import annotations

import codecs
import importlib
import json
import os
import sys
from typing import IO, Any

from kiosk.attachments.confinement import confine, leave_network
from kiosk.attachments.tasks import TASKS, Task, TaskFunction

_MODULES = ("gzip", "heapq", "lxml.etree", "PIL.ImageCms")
_CODECS = ("ascii", "cp1252", "euc_jis_2004", "latin_1", "shift_jis", "utf_16", "utf_16_be", "utf_16_le")
"""What the libraries of the tasks import only when a file needs it."""


def main() -> int:
    """Read the blobs from standard input, do the task and write the answer."""
    task = TASKS[sys.argv[1]]
    # Before the libraries, because one of them may start a thread, with which the network can't be left.
    offline = leave_network()
    output = _private_output()
    function = _loaded(task)
    if not offline:
        load_the_rest()  # nothing can be opened any more
    confine(task.cpu_seconds, task.memory_bytes, offline=offline, threads=task.threads)
    options, blobs = _received(sys.stdin.buffer)

    def progress(done: int, total: int) -> None:
        _write_line(output, {"progress": [done, total]})

    facts, made = function(blobs, options, progress)
    _write_line(output, {"facts": facts, "sizes": [len(blob) for blob in made]})
    for blob in made:
        output.write(blob)
    output.flush()
    return 0


def load_the_rest() -> None:
    """Import what is imported late otherwise."""
    for name in _MODULES:
        importlib.import_module(name)
    for name in _CODECS:
        codecs.lookup(name)


def _private_output() -> IO[bytes]:
    """Return standard output for this module alone: what a library prints goes where errors go."""
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return output


def _loaded(task: Task) -> TaskFunction:
    # Before the limits: a library that can't be loaded for want of memory or files would look like a bad file.
    module, _, name = task.function.partition(":")
    return getattr(importlib.import_module(module), name)


def _received(pipe: IO[bytes]) -> tuple[dict[str, Any], list[bytes]]:
    head = json.loads(pipe.readline())
    return head["options"], [pipe.read(size) for size in head["sizes"]]


def _write_line(output: IO[bytes], value: dict[str, Any]) -> None:
    output.write(json.dumps(value).encode() + b"\n")
    output.flush()


if __name__ == "__main__":
    sys.exit(main())
