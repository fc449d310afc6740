"""Runs the checker in a process of its own, which may hang, bloat or crash without the kiosk noticing more than an
error.

The content goes in by a pipe and a short answer comes back: one line of JSON, then a converted picture, if any. The
process gets no other file, an empty environment and, where the system has them, limits on time and memory.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from kiosk.attachments.errors import CheckGaveUp, CheckUnavailable

TIMEOUT_SECONDS = 20.0
"""By the clock on the wall, on every system. The processor time is limited to 5 s where that can be done."""

_MOST_ANSWER = 32_000_000
_PASSED_ON = ("SYSTEMROOT", "LD_LIBRARY_PATH", "TMPDIR", "TEMP", "TMP")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the checker found.

    Attributes:
        facts: names and plain values.
        content: a converted picture; empty if nothing was converted.
    """

    facts: dict[str, Any]
    content: bytes = field(repr=False)


def examine(task: str, content: bytes, options: dict[str, Any], timeout_seconds: float = TIMEOUT_SECONDS) -> Answer:
    """Have ``content`` looked at by ``kiosk.attachments.worker``.

    Args:
        task: ``document`` or ``photo``.
        content: the file's bytes.
        options: limits that the task needs, as JSON values.
        timeout_seconds: when to end the process.

    Raises:
        CheckGaveUp: it crashed, ran out of time or memory, or answered nonsense.
        CheckUnavailable: it can't be started.
    """
    try:
        process = _start(task, options)
    except OSError as error:
        raise CheckUnavailable() from error
    alarm = threading.Timer(timeout_seconds, process.kill)
    alarm.start()
    try:
        output = _exchange(process, content)
        status = process.wait()
    finally:
        alarm.cancel()
        process.kill()
        process.wait()
    if status != 0:
        raise CheckGaveUp()
    return _parsed(output)


def _start(task: str, options: dict[str, Any]) -> subprocess.Popen[bytes]:
    package_root = str(Path(__file__).resolve().parents[2])
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    environment |= {"PYTHONPATH": package_root, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "kiosk.attachments.worker", task, json.dumps(options)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _exchange(process: subprocess.Popen[bytes], content: bytes) -> bytes:
    assert process.stdin is not None
    assert process.stdout is not None
    # A thread of its own, because both pipes can be full at once.
    feeder = threading.Thread(target=_feed, args=(process.stdin, content), daemon=True)
    feeder.start()
    with process.stdout as stdout:
        output = stdout.read(_MOST_ANSWER + 1)
    if len(output) > _MOST_ANSWER:
        process.kill()
    feeder.join()
    return output


def _feed(pipe: IO[bytes], content: bytes) -> None:
    # The process may end before it has read everything; its answer tells.
    with suppress(OSError), pipe:
        pipe.write(content)


def _parsed(output: bytes) -> Answer:
    line, _, content = output.partition(b"\n")
    try:
        facts = json.loads(line)
    except ValueError as error:
        raise CheckGaveUp() from error
    if not isinstance(facts, dict):
        raise CheckGaveUp()
    return Answer({str(name): value for name, value in facts.items()}, content)
