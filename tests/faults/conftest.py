"""Stations, disks and portals for the thirty fault cases."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from anyio.from_thread import BlockingPortal

from kiosk.offline_queue.drafts import DraftStore
from kiosk.portal.deferred import DeferredClient
from kiosk.sending.forwarder import Forwarder
from tests.crash.children import Mother
from tests.crash.conftest import MODULES
from tests.faults.office import Office
from tests.offline_queue.support import SettableClock, open_store
from tests.reference_portal.transport import event_loop


@pytest.fixture(scope="session")
def mother(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mother]:
    with Mother(tmp_path_factory.getbasetemp(), *MODULES, "tests.crash.sending", "tests.faults.deeds") as made:
        yield made


@pytest.fixture(scope="session")
def loop() -> Iterator[BlockingPortal]:
    with event_loop() as found:
        yield found


@pytest.fixture(scope="session")
def office(loop: BlockingPortal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    made = Office(tmp_path_factory.mktemp("office") / "portal", loop)
    yield made
    made.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def clock(office: Office) -> SettableClock:
    """The station's clock; the portal has its own."""
    return SettableClock(office.clock())


@pytest.fixture
def store(folder: Path, clock: SettableClock) -> Iterator[DraftStore]:
    with open_store(folder, clock) as opened:
        yield opened


class Desk:
    """One station at the office: a store, a clock and as many senders as a test wants."""

    def __init__(self, store: DraftStore, office: Office, clock: SettableClock) -> None:
        self.store, self.office, self.clock = store, office, clock
        self._chance = random.Random(20261123)

    def sender(self, client: DeferredClient, owner: str = "sender") -> Forwarder:
        """Return a sender that uses ``client``."""
        return Forwarder(self.store.dispatch, client, "station-1", self.clock, owner, self._chance)

    def state(self, item_id: str) -> tuple[str, str]:
        """Return state and reason of an item."""
        shown = self.store.outbox.show(item_id)
        return shown.state, shown.reason

    def finish(self, client: DeferredClient | None = None) -> None:
        """Let a day pass, from now on without faults: everything becomes final."""
        sender = self.sender(client or self.office.client(), "last")
        for _ in range(24):
            while sender.forward():
                pass
            self.clock.forward(hours=1)
        assert not [item for item in self.store.outbox.list() if item.open]

    def arrived_once(self, *items: str) -> None:
        """The items are at the portal, each once, with the number that is noted here; nothing of them is left."""
        for item_id in items:
            shown = self.store.outbox.show(item_id)
            assert (shown.state, shown.reason) == ("accepted", "")
            receipt = self.office.world.request("GET", f"/deferred/{item_id}").json()
            assert receipt["reception_number"] == shown.number
        assert self.office.applications() == len(self.office.received()) == len(set(self.office.received()))
        assert self.store.outbox.verify() == ()


@pytest.fixture
def desk(store: DraftStore, office: Office, clock: SettableClock) -> Desk:
    return Desk(store, office, clock)
