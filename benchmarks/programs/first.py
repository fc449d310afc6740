"""One session of the kiosk as the supervisor starts it, without the wait at the gate: ``first.py SETTINGS``."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from kiosk.app import build
from kiosk.settings import load_settings

if __name__ == "__main__":
    build(load_settings(Path(sys.argv[1]))).run()
