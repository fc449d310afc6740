"""Small real disks."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest


class SmallDisk:
    """A tmpfs, mounted."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def mount(self, *options: str) -> None:
        """Change the disk, such as ``ro`` or ``size=12m``."""
        subprocess.run(["mount", "-o", ",".join(("remount", *options)), str(self.place)], check=True)

    def fill(self) -> Path:
        """Write a file that leaves no free block and return it."""
        ballast = self.place / "ballast"
        with ballast.open("wb", buffering=0) as file:
            try:
                while file.write(bytes(65_536)):
                    pass
            except OSError:
                return ballast
        raise AssertionError("a disk without an end")


@contextmanager
def small_disk(place: Path, size: str) -> Generator[SmallDisk]:
    """Give a disk of ``size``; where nobody may mount one, the test is skipped."""
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    if sys.platform == "win32" or os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("needs root, to mount a small disk")
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("needs a system that lets root mount a small disk")
    try:
        yield SmallDisk(place)
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)
