"""One person's process: ``python -m kiosk.session``, started by the supervisor and waiting at its gate.

Everything is imported while nobody waits for it; the terminal is not touched before the supervisor says go. When the
visit ends the process ends, and the operating system takes back whatever it held.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import threading
from dataclasses import replace
from importlib import import_module
from multiprocessing.connection import Client, Connection
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.errors import KioskError

if TYPE_CHECKING:
    from kiosk.app import KioskApp

ADDRESS, KEY, SETTINGS, LANGUAGE = "KIOSK_GATE", "KIOSK_GATE_KEY", "KIOSK_GATE_SETTINGS", "KIOSK_GATE_LANGUAGE"
"""Environment variables that say where the gate is. They are taken out of the environment at once."""

READY, GO, END = "ready", "go", "end"
"""What is said at the gate: this process is ready; begin; end now."""

LEAVING_SECONDS = 8.0
"""How long a session may take to save and to let go of the card when the visit ends; the supervisor waits longer."""

_PR_SET_DUMPABLE = 4


def keep_memory_private() -> None:
    """Keep secrets out of core files and away from debuggers of the same user, where the system can."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def main() -> int:
    """Wait at the gate, serve one person, and return the exit status: 0 when the visit ended as it should."""
    keep_memory_private()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    said = {name: os.environ.pop(name, "") for name in (ADDRESS, KEY, SETTINGS, LANGUAGE)}
    app = _prepared(said[SETTINGS], said[LANGUAGE])
    with Client(said[ADDRESS], authkey=bytes.fromhex(said[KEY])) as gate:
        gate.send(READY)
        if not _told_to_go(gate):
            return 0
        # Not ``asyncio.run``: it would wait at the end for a thread that still waits for a reader or the portal.
        return asyncio.new_event_loop().run_until_complete(_serve(app, gate))


def _prepared(settings_file: str, language: str) -> KioskApp:
    """Import what the first screen needs and wire the application."""
    from kiosk import logs
    from kiosk.app import build
    from kiosk.settings import load_settings

    import_module("kiosk.screens.journeys.start")
    settings = load_settings(Path(settings_file) if settings_file else None)
    if language in settings.languages:
        settings = replace(settings, language=language)
    logs.configure(settings, "session")
    return build(settings)


def _told_to_go(gate: Connection) -> bool:
    try:
        return gate.recv() == GO
    except (EOFError, OSError):
        return False  # the supervisor is gone: nobody will come


async def _serve(app: KioskApp, gate: Connection) -> int:
    loop = asyncio.get_running_loop()

    def leave() -> None:
        app.end_visit()
        # Whatever hangs: no process with a person's data outlives the visit.
        last = threading.Timer(LEAVING_SECONDS, os._exit, (1,))
        last.daemon = True
        last.start()

    def tell_to_leave() -> None:
        with contextlib.suppress(RuntimeError):  # it is over already
            loop.call_soon_threadsafe(leave)

    def hang_up(*_: object) -> None:
        # The terminal was closed: the last answers are saved, as at any other end. Textual's writer would fall over
        # at the first word to a terminal that is gone, and the rest would wait for it for ever.
        nowhere = os.open(os.devnull, os.O_RDWR)
        for descriptor in range(3):
            os.dup2(nowhere, descriptor)
        tell_to_leave()

    # Windows has no such handlers; there the supervisor's word at the gate does the same.
    if sys.platform != "win32":
        loop.add_signal_handler(signal.SIGTERM, leave)
        # Not the loop's: it has to be done before Textual is told to continue, which the system does right after.
        signal.signal(signal.SIGHUP, hang_up)

    def listen() -> None:
        # A word, or the end of the supervisor: either way the visit is over.
        with contextlib.suppress(EOFError, OSError):
            gate.recv()
        tell_to_leave()

    threading.Thread(target=listen, name="gate", daemon=True).start()
    if os.environ.get("KIOSK_DEBUG") != "1":
        # Textual writes a traceback with values there when it falls over; Textual's screen does not go this way.
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # stays open to the end
    outcome = await app.run_async()
    return outcome if outcome is not None else 1


if __name__ == "__main__":
    try:
        status = main()
    except KioskError as error:
        print(error, file=sys.stderr)
        status = 1
    # Threads that still wait for a reader or the portal hold nothing that is worth waiting for.
    sys.stdout.flush()
    os._exit(status)
