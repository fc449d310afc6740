"""A process that has everything imported and forks a child for each order: ``python -m tests.crash.mother``.

One order is one JSON line: ``module`` and ``work`` (a function in it, called with ``say`` and ``with``), and how the
child is to die:
``step`` and ``nth`` (SIGKILL at a named step), ``call`` (at a disk call, with ``kinds`` and ``errno``), ``after``
(seconds). The answer is one line: what the child said until then, the signal that ended it, its error, its disk calls.

The mother has one thread only, so that forking is safe.
"""

from __future__ import annotations

import importlib
import json
import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any, cast

from kiosk.offline_queue import steps
from tests.crash import shim

LONGEST_SECONDS = 60.0


def main() -> None:
    """Import what the arguments name, then serve orders until standard input ends."""
    for module in sys.argv[1:]:
        importlib.import_module(module)
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_fulfil(json.loads(line))) + "\n")
        sys.stdout.flush()


def _fulfil(order: dict[str, Any]) -> dict[str, Any]:
    ear, mouth = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ear)
        _live(order, mouth)
    os.close(mouth)
    heard = _listen(ear, child, order.get("after"))
    _, status = os.waitpid(child, 0)
    os.close(ear)
    lines = [json.loads(line) for line in heard.split(b"\n")[:-1]]  # what a kill has cut was not said
    private = [line for line in lines if isinstance(line, dict) and "_" in line]
    told = {name: value for line in private for name, value in line["_"].items()}
    killed = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    return {"said": [line for line in lines if line not in private], "signal": killed, **told}


def _listen(ear: int, child: int, after: float | None) -> bytes:
    """Read until the child is gone; kill it at its time, or when it hangs."""
    heard, start = b"", time.monotonic()
    end: float | None = start + (LONGEST_SECONDS if after is None else after)
    while True:
        wait = None if end is None else max(0.0, end - time.monotonic())
        if not select.select([ear], [], [], wait)[0]:
            os.kill(child, signal.SIGKILL)
            end = None
            continue
        part = os.read(ear, 65_536)
        if not part:
            return heard
        heard += part


def _live(order: dict[str, Any], mouth: int) -> None:
    """Be the child: never returns."""

    def say(fact: Any) -> None:
        os.write(mouth, json.dumps(fact).encode() + b"\n")

    code = 0
    try:
        work = cast("Callable[..., None]", getattr(importlib.import_module(order["module"]), order["work"]))
        _prepare_death(order)
        work(say, **order.get("with", {}))
    except BaseException as error:
        code = 1
        told = {"error": type(error).__name__, "trace": traceback.format_exc()[-6_000:]}
        say({"_": told})
    if order.get("call") is not None:
        say({"_": {"calls": shim.counted()}})
    os._exit(code)


def _prepare_death(order: dict[str, Any]) -> None:
    if "step" in order:
        _die_at(order["step"], int(order.get("nth", 1)))
    if "call" in order:
        what = int(order.get("errno", shim.KILL))
        kinds = int(order.get("kinds", shim.EVERY_KIND))
        shim.arm(int(order["call"]), kinds=kinds, what=what, persistent=bool(order.get("persistent", False)))


def _die_at(step: str, nth: int) -> None:
    passed = 0

    def at(name: str) -> None:
        nonlocal passed
        passed += name == step
        if name == step and passed == nth:
            os.kill(os.getpid(), signal.SIGKILL)

    steps.at = at


if __name__ == "__main__":
    main()
