"""The sender, and the portal itself, killed on the way over real HTTP: every application arrives, and once."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.clock import utc_now
from kiosk.offline_queue.drafts import DraftStore
from kiosk.settings import StoreSettings
from tests.crash import sending
from tests.crash.children import End, Mother, deaths
from tests.faults.office import Office
from tests.offline_queue.support import all_bytes
from tests.reference_portal.transport import event_loop
from tests.support.portal import PortalProcess

STEPS = (
    *("claim.committed", "sending.before_commit", "sending.committed", "upload.before", "upload.part", "upload.after"),
    *("post.before", "post.answered", "accepted.before_commit", "accepted.committed", "accepted.erased"),
)
MOMENTS = 12
PORTAL_KILLS = 5


class Station:
    """A store whose items go to a real portal process."""

    def __init__(self, folder: Path, office: Office, mother: Mother, portal: PortalProcess) -> None:
        self.folder, self.office, self.portal = folder, office, portal
        self._mother = mother

    def opened(self) -> DraftStore:
        return DraftStore.open(self.folder, StoreSettings(key_source="file"), utc_now)

    def put(self) -> str:
        with self.opened() as store:
            return self.office.put(store)[0]

    def send(self, death: dict[str, Any] | None = None, hours: float = 0.0) -> End:
        origin = self.office.origin
        return self._mother.child(sending.deliver, death=death, folder=self.folder, origin=origin, hours=hours)

    def check(self, item_id: str) -> None:
        """The item arrives now, once; its number is the portal's; nothing of it is left here."""
        for hours in range(12):  # what met a portal that was away, or still at work for who was killed, waits a little
            self.send(hours=float(hours)).well()
            with self.opened() as store:
                if not store.outbox.show(item_id).open:
                    break
        with self.opened() as store:
            shown = store.outbox.show(item_id)
            assert (shown.state, shown.reason) == ("accepted", "")
            assert store.outbox.verify() == ()
        receipt = self.office.world.request("GET", f"/deferred/{item_id}").json()
        assert receipt["reception_number"] == shown.number
        assert self.office.applications() == len(self.office.received()) == len(set(self.office.received()))
        assert list((self.folder / "files").glob("*.sealed")) == []
        assert "架空見本".encode() not in all_bytes(self.folder)


@pytest.fixture(scope="module")
def sender_mother(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mother]:
    with Mother(tmp_path_factory.getbasetemp(), "tests.crash.sending", "sqlcipher3.dbapi2") as made:
        yield made


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory, sender_mother: Mother) -> Iterator[Station]:
    folder = tmp_path_factory.mktemp("station")
    with event_loop() as loop:
        office = Office(folder / "portal", loop)
        with office.serving() as portal:
            yield Station(folder / "store", office, sender_mother, portal)
        office.close()


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_a_step_of_sending(station: Station, step: str):
    item_id = station.put()
    assert station.send({"step": step}).killed
    station.check(item_id)


@pytest.mark.timeout(1_200)
def test_killed_twice_on_the_same_way(station: Station, rounds: int):
    for step in ("sending.committed", "upload.part", "post.answered") * rounds:
        item_id = station.put()
        assert station.send({"step": step}).killed
        station.send({"step": "accepted.committed"})
        station.check(item_id)


@pytest.mark.timeout(1_200)
def test_the_sender_killed_at_any_moment(station: Station, rounds: int):
    chance = random.Random()
    for _ in range(MOMENTS * rounds):
        item_id = station.put()
        station.send({"after": chance.uniform(0.02, 0.6)})
        station.check(item_id)


@pytest.mark.timeout(1_200)
def test_the_portal_killed_at_any_moment(station: Station, rounds: int):
    chance = random.Random()
    for _ in range(PORTAL_KILLS * rounds):
        item_id = station.put()
        deaths["portal"] += 1
        _during(station.portal.kill_portal, chance.uniform(0.02, 0.6), lambda: station.send().well())
        station.portal.start_portal(station.office.port)
        station.check(item_id)


def _during(act: Callable[[], Any], after: float, work: Callable[[], Any]) -> None:
    timer = threading.Timer(after, act)
    timer.start()
    work()
    timer.join()
