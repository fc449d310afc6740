"""The shim under a process's disk calls: built once a run with gcc, steered from inside by ``arm``."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from pathlib import Path

import pytest

WRITE, SYNC, NAME = 1, 2, 4
EVERY_KIND = WRITE | SYNC | NAME
KILL = -1


def build(folder: Path) -> Path:
    """Compile the shim into ``folder`` and return it; without gcc the test is skipped with its install line."""
    target = folder / "shim.so"
    if not target.exists():
        if shutil.which("gcc") is None:
            pytest.skip("needs gcc (apt-get install gcc)")
        source = Path(__file__).with_name("shim.c")
        subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-o", f"{target}.{os.getpid()}", source, "-ldl"], check=True)
        Path(f"{target}.{os.getpid()}").replace(target)
    return target


def arm(call: int, *, kinds: int = EVERY_KIND, what: int = KILL, persistent: bool = False) -> None:
    """Let the ``call``-th call of ``kinds`` kill this process, or fail with the errno ``what``; 0 only counts."""
    ctypes.CDLL(None).shim_arm(kinds, ctypes.c_long(call), what, int(persistent))


def counted() -> int:
    """Return how many calls there were since ``arm``."""
    library = ctypes.CDLL(None)
    library.shim_count.restype = ctypes.c_long
    return int(library.shim_count())
