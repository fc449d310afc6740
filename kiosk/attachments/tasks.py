"""What the worker can be asked for, and how much of the machine each task may take.

A task is a function ``f(blobs, options, progress) -> (facts, blobs)``:

    blobs      the bytes that came in, one for each file
    options    JSON values that the task needs
    progress   to be called as ``progress(done, total)`` now and then
    facts      JSON values; ``{"problem": key}`` names what is wrong by the ``key`` of an error of this room
    blobs      the bytes that were made, if any

It runs where no file can be written and perhaps none opened, so its module imports at its top whatever it needs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

Progress = Callable[[int, int], None]
"""Told how much is done, and of how much."""

TaskFunction = Callable[[Sequence[bytes], dict[str, Any], Progress], tuple[dict[str, Any], Sequence[bytes]]]

_MEGABYTE = 1024 * 1024
_HEIC = 8
"""Threads that the decoder of HEIC wants; it does not work without any."""


@dataclass(frozen=True, slots=True)
class Task:
    """One thing the worker does.

    Attributes:
        function: ``module:name``.
        cpu_seconds: of processor time.
        memory_bytes: of address space, libraries included.
        timeout_seconds: by the clock on the wall, waiting for the processor included.
        answer_bytes: of all that it makes.
        threads: how many further threads its libraries need.
    """

    function: str
    cpu_seconds: int
    memory_bytes: int
    timeout_seconds: float
    answer_bytes: int
    threads: int = 0


TASKS: dict[str, Task] = {
    "document": Task("kiosk.attachments.pdf:examine_pdf", 60, 1024 * _MEGABYTE, 120.0, 64 * _MEGABYTE),
    "redact": Task("kiosk.attachments.redaction:redact", 120, 1024 * _MEGABYTE, 240.0, 128 * _MEGABYTE),
    "photo": Task("kiosk.attachments.photo:examine_photo", 15, 768 * _MEGABYTE, 45.0, 32 * _MEGABYTE, threads=_HEIC),
    "picture": Task(
        "kiosk.attachments.binder.pictures:picture_pdf", 120, 1280 * _MEGABYTE, 240.0, 256 * _MEGABYTE, threads=_HEIC
    ),
    "paper": Task("kiosk.reports.paper_task:write_paper", 30, 768 * _MEGABYTE, 90.0, 16 * _MEGABYTE),
    "preview": Task(
        "kiosk.attachments.preview_task:small_picture", 10, 768 * _MEGABYTE, 20.0, _MEGABYTE, threads=_HEIC
    ),
    "declare": Task("kiosk.attachments.binder.declaring:declare", 60, 1024 * _MEGABYTE, 120.0, 128 * _MEGABYTE),
    "bind": Task("kiosk.attachments.binder.bind:bind_documents", 600, 2048 * _MEGABYTE, 1200.0, 512 * _MEGABYTE),
    "bind_front": Task(
        "kiosk.attachments.binder.fronted:bind_documents", 600, 2048 * _MEGABYTE, 1200.0, 512 * _MEGABYTE
    ),
}
"""By name. Processor time and memory are several times what the largest honest file needs."""
