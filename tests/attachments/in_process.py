"""The worker's tasks in this process: for tests of what a task finds, where the process is not the point."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from kiosk.attachments.limits import load_limits
from kiosk.attachments.sandbox import Answer
from kiosk.attachments.tasks import TASKS, Progress

OPTIONS: dict[str, Any] = {"max_pages": 2_000, "max_version": [1, 7], **asdict(load_limits("rasens").scan)}
"""What ``document`` needs."""


def run(
    task: str,
    blobs: bytes | Sequence[bytes],
    options: dict[str, Any],
    timeout_seconds: float | None = None,
    progress: Progress | None = None,
) -> Answer:
    """Do what ``sandbox.examine`` does, here."""
    del timeout_seconds
    module, _, name = TASKS[task].function.partition(":")
    whole = [blobs] if isinstance(blobs, bytes) else list(blobs)
    facts, made = getattr(importlib.import_module(module), name)(whole, options, progress or silent)
    return Answer(facts, tuple(made))


def silent(_done: int, _total: int) -> None:
    """Take the news of a task and say nothing."""
