"""Processes of the demo: each says when it is ready, is named when it is not, and ends with the demo."""

from __future__ import annotations

import json
import queue
import secrets
import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from kiosk.demo.ending import held
from kiosk.demo.errors import DemoPartError

START_SECONDS = 60.0
"""How long a part may take until it is ready."""

END_SECONDS = 15.0
"""How long a part may take to end; then it is killed."""


class Part:
    """One running process.

    Args:
        name: what it is called when it fails.
        module: the module that is run.
        words: its command line.
        folder: where its log goes.
        stack: ends it.
    """

    def __init__(self, name: str, module: str, words: tuple[str, ...], folder: Path, stack: ExitStack) -> None:
        self.name = name
        self._module = module
        self._folder = folder
        self._told_to_end = False
        # Nothing may come between the start of a process and the note that it must be ended.
        with held():
            self._process = self._started(words)
            stack.callback(self.end)

    def _started(self, words: tuple[str, ...]) -> subprocess.Popen[str]:
        with (self._folder / f"{self.name}-{secrets.token_hex(3)}.log").open("w", encoding="utf-8") as log:
            return subprocess.Popen(
                [sys.executable, "-m", self._module, *words],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                encoding="utf-8",
            )

    def again(self, *words: str) -> dict[str, Any]:
        """Start it anew after it ended, wait until it is ready and return what it printed.

        Raises:
            DemoPartError: as ``ready``.
        """
        with held():
            self._process, self._told_to_end = self._started(words), False
        try:
            return self.ready()
        except DemoPartError:
            self.end()
            raise

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    @property
    def fell(self) -> bool:
        """Whether it ended without having been told to."""
        return not self.running and not self._told_to_end

    def ready(self) -> dict[str, Any]:
        """Wait for the JSON line a part prints when it is ready, and return it.

        Raises:
            DemoPartError: it ended, printed something else, or took too long.
        """
        lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        output = self._process.stdout
        assert output is not None
        threading.Thread(target=lambda: lines.put(output.readline()), daemon=True).start()
        try:
            told: dict[str, Any] = json.loads(lines.get(timeout=START_SECONDS))
        except (queue.Empty, ValueError) as error:
            raise DemoPartError(part=self.name) from error
        return told

    def end(self) -> None:
        """End it and wait until it is gone."""
        self._told_to_end = True
        end(self._process)
        if self._process.stdout is not None:
            self._process.stdout.close()


def end(process: subprocess.Popen[Any]) -> None:
    """Tell a process to end and wait until it has; one that does not is killed."""
    process.terminate()
    try:
        process.wait(timeout=END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
