"""The disk whose power can fail, as the tests use it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.crash.children import ROOT


class Disk:
    """``power_disk`` in a process of its own, mounted at ``place``; use as a context manager.

    Where the system lets nobody mount (no ``/dev/fuse``, not root), the test is skipped.
    """

    def __init__(self, place: Path) -> None:
        if not os.access("/dev/fuse", os.R_OK | os.W_OK) or os.geteuid() != 0:
            pytest.skip("needs /dev/fuse, as root")
        place.mkdir()
        self.place = place
        command = [sys.executable, "-m", "tests.faults.power_disk", str(place)]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        if self._heard() != {}:
            pytest.fail("the disk is not mounted")

    def begin(self, *, cut_at: int = 0, seed: int = 0) -> None:
        """Begin with an empty disk; the power fails at the change of number ``cut_at``."""
        self._order({"cut_at": cut_at, "seed": seed})

    def image(self, folder: Path) -> int:
        """Write what a disk could hold after the power cut into ``folder``; return how many changes there were."""
        folder.mkdir()
        return self._order({"image": str(folder)})["changes"]

    def _order(self, order: dict[str, object]) -> dict[str, int]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        return self._heard()

    def _heard(self) -> dict[str, int]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the disk's process has ended"
        return json.loads(line)

    def close(self) -> None:
        """Unmount, and let the process end."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        subprocess.run(["umount", "-l", str(self.place)], check=True)
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()

    def __enter__(self) -> Disk:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
