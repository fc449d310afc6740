"""A portal with somebody registered at it, and applications of theirs, signed and sealed by the dozen.

The portal runs in this process (``client`` without a socket, a clock in our hand) or, over the same data, as a process
of its own (``serving``). What is sealed is good in both.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from anyio.from_thread import BlockingPortal
from sqlalchemy import func, select

from kiosk.offline_queue.drafts import DraftStore
from kiosk.offline_queue.outbox_model import NewItem, SealedFile
from kiosk.portal.deferred import DeferredClient
from kiosk.settings import PortalSettings
from reference_portal.config import PasswordCost, PortalConfig
from reference_portal.database.engine import Database
from reference_portal.database.filing import ApplicationRow
from reference_portal.database.migrate import migrate
from reference_portal.portal import Portal
from reference_portal.web.app import create_app
from tests.offline_queue.support import MIHON_KEY
from tests.reference_portal.people import Person
from tests.reference_portal.sealed import Deferred, Packed, packed_files
from tests.reference_portal.transport import InProcess
from tests.reference_portal.world import HandClock, World
from tests.support.cards import authority, issue
from tests.support.portal import PortalProcess

Wrap = Callable[[httpx.BaseTransport], httpx.BaseTransport]


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Office:
    """One portal.

    Args:
        folder: where its data lie.
        loop: runs the application in this process.
    """

    def __init__(self, folder: Path, loop: BlockingPortal) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self._loop = folder, loop
        self.port = free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        card = issue()  # before the clock is set: nobody's certificate is of the future
        self.clock = HandClock(datetime.now(UTC))
        self.url = f"sqlite:///{folder / 'portal.sqlite'}"
        config = PortalConfig(
            origin=self.origin,
            trust=folder / "trust",
            attachments=folder / "attachments",
            keys=folder / "keys",
            password_cost=PasswordCost.fast(),
            rate=1_000_000,
        )
        database = Database(self.url)
        migrate(database)
        portal = Portal.build(config, database, self.clock)
        app = create_app(portal)
        client = httpx.Client(transport=InProcess(app, loop), base_url=self.origin)
        self.world = World(portal, client, authority(), self.clock, app)
        self.world.publish()
        self.person = Person(self.world, card).arrive()
        self._signing = self.person.key("signing")
        self._sealing_key = self.deferred(()).sealing_key()

    def close(self) -> None:
        """Give the database back."""
        self.world.close()

    def deferred(self, files: Sequence[Packed] | None = None) -> Deferred:
        """Return an application that is ready to be sealed, with photo and documents unless other files are given."""
        return Deferred(self.person, files=packed_files() if files is None else files)

    def sealed(self, files: Sequence[Packed] | None = None) -> tuple[Deferred, dict[str, Any]]:
        """Return an application and its envelope."""
        made = self.deferred(files)
        return made, made.envelope(signing=self._signing, key=self._sealing_key)

    def put(self, store: DraftStore, number: int = 1, key: bytes = MIHON_KEY, **said: Any) -> list[str]:
        """Sign, seal and put ``number`` applications into a store's outbox; return their ids."""
        return [self._put_one(store, key, **said) for _ in range(number)]

    def _put_one(
        self, store: DraftStore, key: bytes, files: Sequence[Packed] | None = None, body: bytes | None = None
    ) -> str:
        made, envelope = self.sealed(files)
        sealed = tuple(_sealed(store, file) for file in made.files)
        item = NewItem(
            made.submission_id,
            "application",
            datetime.fromisoformat(envelope["not_after"]),
            json.dumps(envelope).encode() if body is None else body,
            sealed,
        )
        store.outbox.put(store.owner(key), item)
        return made.submission_id

    def client(self, wrap: Wrap = lambda inner: inner) -> DeferredClient:
        """Return a station's way to the portal in this process; ``wrap`` puts faults between."""
        settings = PortalSettings(origin=self.origin, timeout_seconds=5.0)
        return DeferredClient(settings, wrap(InProcess(self.world.app, self._loop)), pause=lambda _: None)

    def received(self) -> list[str]:
        """Return the submission ids of all applications that the portal has, one for each application."""
        with self.world.portal.database.read() as db:
            found = db.scalars(select(ApplicationRow.submission_id).where(ApplicationRow.submission_id.is_not(None)))
            return [str(item) for item in found]

    def applications(self) -> int:
        """Return how many applications there are, whatever their ids."""
        with self.world.portal.database.read() as db:
            return db.scalar(select(func.count()).where(ApplicationRow.reception_number.is_not(None))) or 0

    @contextmanager
    def serving(self, rate: int = 1_000_000, smtp_port: int = 0, *, quiet: bool = False) -> Generator[PortalProcess]:
        """Serve the same data by a process of its own, at the same origin; ``quiet`` drops its log.

        Its mail stays where it is, unless there is a mail server at ``smtp_port``.
        """
        options = ("--origin", self.origin, "--rate", str(rate))
        smtp_port = smtp_port or free_port()
        process = PortalProcess(self.folder, self.folder / "trust", options, self.url, smtp_port=smtp_port, quiet=quiet)
        try:
            process.start_portal(self.port)
            yield process
        finally:
            process.__exit__()


def _sealed(store: DraftStore, file: Packed) -> SealedFile:
    with store.outbox.incoming() as (out, temporary):
        out.write(file.data)
    return SealedFile(file.facts.sealed_sha256, file.facts.sealed_size, temporary)
