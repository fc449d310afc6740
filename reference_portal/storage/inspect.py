"""Have a file that a stranger sent looked at, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import get_args

from kiosk.portal.contract import AttachmentKind
from reference_portal.storage import look

_SECONDS = 20
_VERDICTS: tuple[look.Verdict, ...] = get_args(look.Verdict)


def inspect(kind: AttachmentKind, path: Path) -> look.Verdict:
    """Return ``ok`` or what is wrong with a photo (JPEG) or a document (PDF that opens without a password).

    A file that takes too long, too much memory or the process with it is ``too-heavy``.
    """
    command = [sys.executable, "-I", look.__file__, kind.value, str(path)]
    try:
        result = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False, text=True)
    except subprocess.TimeoutExpired:
        return "too-heavy"
    said = result.stdout
    return _VERDICTS[_VERDICTS.index(said)] if said in _VERDICTS else "too-heavy"
