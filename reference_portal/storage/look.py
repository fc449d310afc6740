"""Look into a file that a stranger sent. Runs as a process of its own, with bounds on time and memory.

``python look.py photo|document FILE`` prints ``ok`` or the code of what is wrong. It imports nothing of this program,
so that it starts fast.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

Verdict = Literal["ok", "not-a-pdf", "not-a-jpeg", "encrypted", "no-pages", "too-heavy"]
"""``ok``, or what is wrong with a file."""

_CPU_SECONDS = 10
_MEMORY_BYTES = 1 << 30
_MAX_PIXELS = 40_000_000
_HEAD_BYTES = 1024


def _photo(path: Path) -> Verdict:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # the bound below is ours, and gives an answer instead of a warning
    try:
        with Image.open(path, formats=["JPEG"]) as image:
            if image.width * image.height > _MAX_PIXELS:
                return "too-heavy"
            image.load()
    except (OSError, ValueError, SyntaxError):
        return "not-a-jpeg"
    return "ok"


def _document(path: Path) -> Verdict:
    import pikepdf

    with path.open("rb") as file:
        if b"%PDF-" not in file.read(_HEAD_BYTES):
            return "not-a-pdf"
    try:
        with pikepdf.open(path, attempt_recovery=False) as document:
            if document.is_encrypted:
                return "encrypted"
            return "ok" if len(document.pages) > 0 else "no-pages"
    except pikepdf.PasswordError:
        return "encrypted"
    except (pikepdf.PdfError, ValueError, OSError, RuntimeError):
        return "not-a-pdf"


def _bound() -> None:
    try:
        import resource
    except ImportError:  # Windows: the time limit of the caller remains
        return
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Print the verdict on the file of the command line."""
    kind, path = sys.argv[1], Path(sys.argv[2])
    _bound()
    sys.stdout.write(_photo(path) if kind == "photo" else _document(path))


if __name__ == "__main__":
    main()
