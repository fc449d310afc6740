"""The station's log: what happened and how long it took, never about whom.

A line is one JSON object with an event from a fixed list of fields; each field has a kind, and a value that is not of
it is left out. There is no field for free text, so neither an answer nor a library's message can reach the file.
Nothing is written unless ``log_file`` is set. The file is a ring: five of at most 1 MB.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.settings import Settings

RING_FILES = 5
RING_BYTES = 1_000_000

_NAME = "kiosk.events"
_WORD = re.compile(r"[a-z][a-z0-9_.-]{0,47}")
_PLACE = re.compile(r"[a-z][a-z0-9_]{0,31}(?:\.[a-z][a-z0-9_]{0,31}){1,3}")
_CODE = re.compile(r"[A-Z][0-9]{2}")
_UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_MOST = 10**9

Value = str | int


def _whole(value: Value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST


def _matching(pattern: re.Pattern[str]) -> Callable[[Value], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


FIELDS: Mapping[str, Callable[[Value], bool]] = {
    "error": _matching(_CODE),
    "step": _matching(_PLACE),
    "submission": _matching(_UUID7),
    "request": _matching(_UUID7),
    "duration_ms": _whole,
    "count": _whole,
    "bytes": _whole,
    "status": _whole,
    "attempt": _whole,
}
"""Every field a line may have beside its time and its event, with the test its value must pass. A step is the name of
a place in the program (``screens.check``), never something a person entered."""


def configure(settings: Settings, process: str = "") -> None:
    """Open the log that the settings name, or none; silence every other logger of the process.

    Args:
        settings: ``log_file`` is the file to write; empty means that nothing is logged.
        process: which of the station's processes this is; each writes a ring of its own (``kiosk-sender.log`` for
            ``sender``), for two cannot turn one ring.

    Raises:
        OSError: the log file cannot be opened for writing.
    """
    _silence_others()
    logger = logging.getLogger(_NAME)
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
        handler.close()
    logger.propagate = False
    if settings.log_file:
        logger.addHandler(_ring(Path(settings.log_file), process))
        logger.setLevel(logging.INFO)
    else:
        logger.addHandler(logging.NullHandler())
        logger.setLevel(logging.CRITICAL + 1)


def event(name: str, /, **fields: Value) -> None:
    """Log that ``name`` happened. Never fails: a field that is not allowed is left out and counted.

    Args:
        name: what happened, as a fixed word of the program such as ``submission.accepted``.
        **fields: of ``FIELDS`` only.
    """
    logger = logging.getLogger(_NAME)
    if logger.isEnabledFor(logging.INFO):
        logger.info(_line(name, fields))


def _line(name: str, fields: Mapping[str, Value]) -> str:
    kept = {key: value for key, value in fields.items() if key in FIELDS and FIELDS[key](value)}
    line: dict[str, Value] = {
        "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "event": name if _WORD.fullmatch(name) else "unnamed",
        **kept,
    }
    if len(kept) < len(fields):
        line["left_out"] = len(fields) - len(kept)
    return json.dumps(line, separators=(",", ":"))


def _ring(file: Path, process: str) -> RotatingFileHandler:
    if process:
        file = file.with_stem(f"{file.stem}-{process}")
    handler = RotatingFileHandler(file, maxBytes=RING_BYTES, backupCount=RING_FILES - 1, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(message)s"))
    return handler


def _silence_others() -> None:
    """Give the root logger a handler that writes nowhere: libraries (httpx, pyhanko) log addresses and names."""
    root = logging.getLogger()
    for handler in list(root.handlers):
        root.removeHandler(handler)
    root.addHandler(logging.NullHandler())
    root.setLevel(logging.CRITICAL + 1)
    logging.raiseExceptions = False
