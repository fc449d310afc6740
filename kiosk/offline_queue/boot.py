"""A clock that nobody can set, for leases between processes: milliseconds since the machine was started."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Tick:
    """A moment of one run of the machine; moments of different runs cannot be compared."""

    boot: str
    milliseconds: int


def now() -> Tick:
    """Return the present moment. All processes of one machine have the same clock."""
    return Tick(boot_id(), time.monotonic_ns() // 1_000_000)


@cache
def boot_id() -> str:
    """Return what tells this run of the machine from the one before, empty where the system does not say.

    Where it is empty, a lease of an earlier run is still found out by its end, which lies too far ahead.
    """
    if sys.platform == "win32":
        return _windows_boot_id()
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


if sys.platform == "win32":
    import winreg

    _COUNTER = r"SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management\PrefetchParameters"

    def _windows_boot_id() -> str:
        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, _COUNTER) as key:
                return str(winreg.QueryValueEx(key, "BootId")[0])
        except OSError:
            return ""
