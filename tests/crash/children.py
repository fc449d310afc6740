"""Orders children from the mother process (``mother``) and gives back what became of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.crash import shim

ROOT = Path(__file__).resolve().parents[2]

deaths: Counter[str] = Counter()
"""How many processes were killed with SIGKILL so far, by this process or its mothers."""


@dataclass(frozen=True)
class End:
    """How a child ended.

    Attributes:
        said: what it had said until then.
        signal: what killed it; 0 where it came to its end.
        error: the name of the exception it ended with.
        trace: where that was.
        calls: how many disk calls it made, where they were counted.
    """

    said: list[Any] = field(default_factory=list[Any])
    signal: int = 0
    error: str = ""
    trace: str = ""
    calls: int = 0

    @property
    def killed(self) -> bool:
        """Whether SIGKILL ended it."""
        return self.signal == 9

    def well(self) -> End:
        """Return this end, which must be a natural one without an exception."""
        assert self.signal == 0, f"signal {self.signal}"
        assert not self.error, self.trace
        return self


class Mother:
    """The mother process; use as a context manager.

    Args:
        folder: where the shim is built.
        modules: imported before any child is born.
    """

    def __init__(self, folder: Path, *modules: str) -> None:
        environment = {**os.environ, "LD_PRELOAD": str(shim.build(folder)), "PYTHONDONTWRITEBYTECODE": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.mother", *modules],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def child(self, work: Callable[..., None], *, death: dict[str, Any] | None = None, **arguments: Any) -> End:
        """Let a child do ``work(say, **arguments)`` and return its end; ``death`` as in ``mother``."""
        self.begin(work, death=death, **arguments)
        return self.end()

    def begin(self, work: Callable[..., None], *, death: dict[str, Any] | None = None, **arguments: Any) -> None:
        """Order a child without waiting for it; ``end`` must follow."""
        given = {name: str(value) if isinstance(value, Path) else value for name, value in arguments.items()}
        order = {"module": work.__module__, "work": work.__name__, "with": given, **(death or {})}
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()

    def end(self) -> End:
        """Return the end of the child that ``begin`` has ordered."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the mother process has ended"
        end = End(**json.loads(line))
        deaths["child"] += end.killed
        return end

    def close(self) -> None:
        """Let the mother end."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()

    def __enter__(self) -> Mother:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
