"""The process that looks into a stranger's file: ``python -m kiosk.attachments.worker TASK OPTIONS < file``.

It writes one line of JSON, then a converted picture, if any. ``{"problem": …}`` names what is wrong; the names are the
``key``s of ``kiosk.attachments.errors``.
"""

from __future__ import annotations

import json
import sys
from typing import Any

CPU_SECONDS = 5
MEMORY_BYTES = 512 * 1024 * 1024


def main() -> int:
    """Read the file from standard input, examine it and write the answer."""
    task, options = sys.argv[1], json.loads(sys.argv[2])
    facts, content = _examine(task, options)
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n" + content)
    sys.stdout.buffer.flush()
    return 0


def _examine(task: str, options: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    # Imported before the limits: a library that could not be loaded for want of memory would look like a bad file.
    if task == "document":
        from kiosk.attachments.pdf import examine_pdf

        _limit()
        return examine_pdf(sys.stdin.buffer.read(), options), b""
    from kiosk.attachments.photo import examine_photo

    _limit()
    return examine_photo(sys.stdin.buffer.read(), options)


def _limit() -> None:
    if sys.platform == "win32":
        return  # the parent's clock ends the process there
    import resource

    for what, most in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    sys.exit(main())
