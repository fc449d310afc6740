"""A process that has the portal imported and forks one for each order: ``python -m tests.support.portal_mother``.

A portal's imports take longer than anything that most tests do with it, and the tests start dozens of portals. One
order is one JSON line, and so is its answer:

    {"start": ["serve", "--port", "0", ...], "quiet": false}  ->  {"pid": 123, "told": "the first line it said"}
    {"wait": 123, "seconds": 30}                              ->  {"code": 0}, as of ``subprocess``; null: still there

The mother has one thread only, so that forking is safe.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import sys
import time
import traceback
from contextlib import suppress
from typing import Any

from reference_portal.commands import cli, mailbox, serve

LONGEST_SECONDS = 60.0

IMPORTED = (cli, mailbox, serve)
"""What commands import only when they are asked for, and a child finds already there."""

_alive: set[int] = set()


def main() -> None:
    """Serve orders until standard input ends; then nobody is left."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is for who gives the orders
    gc.freeze()
    for line in sys.stdin:
        order = json.loads(line)
        answer = _start(order) if "start" in order else {"code": _wait(order["wait"], order["seconds"])}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    for pid in _alive:
        os.kill(pid, signal.SIGKILL)


def _start(order: dict[str, Any]) -> dict[str, Any]:
    ear, mouth = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ear)
        _live(order["start"], mouth, quiet=order["quiet"])
    os.close(mouth)
    _alive.add(child)
    told = _first_line(ear)
    os.close(ear)
    return {"pid": child, "told": told.decode()}


def _first_line(ear: int) -> bytes:
    told, end = b"", time.monotonic() + LONGEST_SECONDS
    while not told.endswith(b"\n"):
        if not select.select([ear], [], [], max(0.0, end - time.monotonic()))[0]:
            return b""
        part = os.read(ear, 65_536)
        if not part:
            return b""
        told += part
    return told


def _wait(pid: int, seconds: float) -> int | None:
    """Return how a child ended, or None where it goes on."""
    end = time.monotonic() + seconds
    while True:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            _alive.discard(pid)
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > end:
            return None
        time.sleep(0.005)


def _live(words: list[str], mouth: int, *, quiet: bool) -> None:
    """Be the child: never returns."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(mouth, 1)
    if quiet:
        os.dup2(nothing, 2)
    code = 1
    try:
        cli.main(words, prog_name="reference_portal", standalone_mode=False)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        with suppress(OSError):
            sys.stdout.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
