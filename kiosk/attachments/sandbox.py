"""Runs a task on a stranger's bytes in a process of its own, which may hang, bloat or crash without the kiosk noticing
more than an error.

The bytes go in by a pipe and the answer comes back by another (``worker`` says how). The process gets no other file
and an empty environment, and gives up what ``confinement`` says; here the clock on the wall ends it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from kiosk.attachments.errand import present
from kiosk.attachments.errors import CheckGaveUp, CheckUnavailable
from kiosk.attachments.tasks import TASKS, Progress

_LONGEST_LINE = 4_000_000
_PASSED_ON = ("SYSTEMROOT", "LD_LIBRARY_PATH", "TMPDIR", "TEMP", "TMP")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the task gave.

    Attributes:
        facts: names and JSON values; they may tell of the person, as all that was read in a file.
        blobs: what was made, in the task's order.
    """

    facts: dict[str, Any] = field(repr=False)
    blobs: tuple[bytes, ...] = field(repr=False)


def examine(
    task: str,
    blobs: bytes | Sequence[bytes],
    options: dict[str, Any],
    timeout_seconds: float | None = None,
    progress: Progress | None = None,
) -> Answer:
    """Have ``blobs`` worked on by ``kiosk.attachments.worker``. Waits; on a screen, call it in a thread.

    Args:
        task: a name in ``tasks.TASKS``.
        blobs: the bytes of one file, or of several.
        options: what the task needs, as JSON values.
        timeout_seconds: when to end the process; the task's own time if None.
        progress: told ``(done, total)`` in this thread; what it raises ends the process and comes out here. Without
            one the present errand is told.

    Raises:
        CheckStopped: the errand was stopped.
        CheckGaveUp: it crashed, ran out of time or memory, or answered nonsense.
        CheckUnavailable: it can't be started.
    """
    errand = present()
    errand.require_wanted()
    try:
        process = _start(task)
    except OSError as error:
        raise CheckUnavailable() from error
    with errand.holding(process):
        return _answer(process, task, blobs, options, timeout_seconds, progress or errand.told)


def _answer(
    process: subprocess.Popen[bytes],
    task: str,
    blobs: bytes | Sequence[bytes],
    options: dict[str, Any],
    timeout_seconds: float | None,
    progress: Progress,
) -> Answer:
    alarm = threading.Timer(timeout_seconds or TASKS[task].timeout_seconds, process.kill)
    alarm.start()
    try:
        whole = [blobs] if isinstance(blobs, bytes) else list(blobs)
        answer = _exchange(process, whole, options, _Reader(TASKS[task].answer_bytes, progress))
        status = process.wait()
    finally:
        alarm.cancel()
        process.kill()
        process.wait()
    if status != 0 or answer is None:
        raise CheckGaveUp()
    return answer


def _start(task: str) -> subprocess.Popen[bytes]:
    package_root = str(Path(__file__).resolve().parents[2])
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    environment |= {"PYTHONPATH": package_root, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "kiosk.attachments.worker", task],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _exchange(
    process: subprocess.Popen[bytes], blobs: list[bytes], options: dict[str, Any], reader: _Reader
) -> Answer | None:
    assert process.stdin is not None
    assert process.stdout is not None
    # A thread of its own, because both pipes can be full at once.
    feeder = threading.Thread(target=_feed, args=(process.stdin, blobs, options), daemon=True)
    feeder.start()
    try:
        with process.stdout as stdout:
            answer = reader.read(stdout)
        if answer is None:
            process.kill()
        return answer
    except BaseException:
        process.kill()
        raise
    finally:
        feeder.join()


def _feed(pipe: IO[bytes], blobs: list[bytes], options: dict[str, Any]) -> None:
    # The process may end before it has read everything; its answer tells.
    with suppress(OSError), pipe:
        pipe.write(json.dumps({"options": options, "sizes": [len(blob) for blob in blobs]}).encode() + b"\n")
        for blob in blobs:
            pipe.write(blob)


class _Reader:
    """Reads what the process writes and trusts none of it."""

    def __init__(self, most: int, progress: Progress | None) -> None:
        self._most = most
        self._progress = progress

    def read(self, pipe: IO[bytes]) -> Answer | None:
        """Return the answer, or None if it is not one."""
        while True:
            try:
                line = json.loads(pipe.readline(_LONGEST_LINE))
            except (ValueError, RecursionError):
                return None
            match line:
                case {"progress": [int(done), int(total)]}:
                    if self._progress is not None:
                        self._progress(done, total)
                case {"facts": dict(facts), "sizes": list(sizes)}:
                    return self._rest(pipe, facts, sizes)
                case _:
                    return None

    def _rest(self, pipe: IO[bytes], facts: dict[str, Any], sizes: list[Any]) -> Answer | None:
        if not all(type(size) is int and size >= 0 for size in sizes) or sum(sizes) > self._most:
            return None
        blobs = tuple(pipe.read(size) for size in sizes)
        if [len(blob) for blob in blobs] != sizes or pipe.read(1):
            return None
        return Answer(facts, blobs)
