"""Where the program's data lies: ``config/`` in a checkout, ``kiosk/_config`` in an installed wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def config_dir() -> Path:
    """Return the folder of the program's data files."""
    installed = _PACKAGE / "_config"
    return installed if installed.is_dir() else _PACKAGE.parent / "config"
