"""Which system parts a marked test needs, and whether this machine has them."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable
from pathlib import Path

import dev

_DRIVERS = (Path("/usr/lib/pcsc/drivers"), Path("/usr/lib64/pcsc/drivers"), Path("/usr/local/lib/pcsc/drivers"))
_SYSTEM_PATH = "/usr/sbin:/usr/local/sbin"


def _program(name: str) -> bool:
    return bool(shutil.which(name) or shutil.which(name, path=_SYSTEM_PATH))


def _pcsc() -> bool:
    driver = any(True for folder in _DRIVERS for _ in folder.glob("serial/libifdvpcd*"))
    return driver and _program("pcscd") and importlib.util.find_spec("smartcard") is not None


def _postgres() -> bool:
    return _program("initdb") or any(True for _ in Path("/usr/lib/postgresql").glob("*/bin/initdb"))


PRESENT: dict[str, Callable[[], bool]] = {
    "pcsc": _pcsc,
    "opensc": lambda: _program("pkcs15-tool") and _program("pkcs11-tool"),
    "postgres": _postgres,
    "terminal": lambda: _program("tmux"),
    "faces": dev.FACES_STAMP.is_file,
}
"""By marker: whether the part is here."""

SHARED: dict[str, str] = {"pcsc": "card-service", "opensc": "card-service"}
"""By marker: the part of which a machine has one, so that its tests run one after another."""
