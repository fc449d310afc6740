"""Run the portal as a process: one JSON line when it listens, a clean end on SIGTERM."""

from __future__ import annotations

import json
import logging
import signal
import socket
import sys
import threading
from dataclasses import dataclass
from types import FrameType

import uvicorn

from reference_portal.config import PortalConfig
from reference_portal.database.engine import Database
from reference_portal.database.migrate import migrate
from reference_portal.deferred import acceptance
from reference_portal.filing.uploads import sweep
from reference_portal.mail.worker import MailWorker
from reference_portal.portal import Portal
from reference_portal.web.app import create_app
from reference_portal.web.idempotency import purge

_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Listener:
    """A bound socket: its port is known before anything is started."""

    socket: socket.socket
    host: str
    port: int

    @classmethod
    def open(cls, host: str, port: int) -> Listener:
        """Bind ``host`` and ``port`` (0 takes a free one)."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        bound = socket.socket(family, socket.SOCK_STREAM)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
        return cls(bound, host, bound.getsockname()[1])

    @property
    def origin(self) -> str:
        """The origin of a portal that nothing stands in front of."""
        shown = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{shown}:{self.port}"


def open_database(url: str) -> Database:
    """Open a database and bring it to the current schema."""
    database = Database(url)
    migrate(database)
    return database


class _Server(uvicorn.Server):
    """uvicorn that tells its parent once it listens."""

    def __init__(self, config: uvicorn.Config, told: dict[str, str | int]) -> None:
        super().__init__(config)
        self._told = told

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        sys.stdout.write(json.dumps(self._told) + "\n")
        sys.stdout.flush()


def serve_app(app: object, listener: Listener, told: dict[str, str | int]) -> None:
    """Serve an ASGI application until SIGTERM or SIGINT, then return."""
    # uvicorn raises the signal again once it has shut down; by then it means a plain end.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _end)
    config = uvicorn.Config(
        app,  # pyright: ignore[reportArgumentType] - any ASGI application
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=5,
        lifespan="off",
    )
    _Server(config, told).run(sockets=[listener.socket])


def _end(_number: int, _frame: FrameType | None) -> None:
    """Let ``serve_app`` return to its caller, which still has to put things away."""


def run(config: PortalConfig, database_url: str, listener: Listener) -> None:
    """Run the portal until it is told to end."""
    _log_codes_only()
    database = open_database(database_url)
    portal = Portal.build(config, database)
    worker = MailWorker(database, config.smtp, portal.clock)
    ending = threading.Event()
    cleaner = threading.Thread(target=_clean, args=(portal, ending), name="cleaner", daemon=True)
    worker.start()
    cleaner.start()
    try:
        serve_app(create_app(portal), listener, _told(portal, listener))
    finally:
        ending.set()
        worker.stop()
        cleaner.join()
        database.close()


def _told(portal: Portal, listener: Listener) -> dict[str, str | int]:
    return {"origin": portal.config.origin, "port": listener.port, "sealing_pin": portal.keys.pin()}


def _clean(portal: Portal, ending: threading.Event) -> None:
    log = logging.getLogger("reference_portal.cleaner")
    while True:
        try:
            sweep(portal)
            purge(portal)
            acceptance.purge(portal)
            portal.keys.prepare(portal.clock())
        except Exception as error:  # the next round may find the database again
            log.error("clean-up: %s", type(error).__name__)  # noqa: TRY400 - a traceback may quote data
        if ending.wait(_HOUR):
            return


def _log_codes_only() -> None:
    """Send our own records (code and request id) to standard error and drop those of libraries."""
    own = logging.getLogger("reference_portal")
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    own.addHandler(handler)
    own.setLevel(logging.INFO)
    own.propagate = False
    logging.getLogger().addHandler(logging.NullHandler())
    logging.lastResort = None
