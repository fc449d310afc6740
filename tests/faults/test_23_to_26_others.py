"""Cases 23 to 26: others write too, one of them stands still, two think an item is theirs, the clock jumps."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from kiosk.offline_queue import boot, database, outbox_rows
from kiosk.offline_queue.dispatch import Dispatch
from kiosk.offline_queue.drafts import DraftStore
from kiosk.offline_queue.errors import StoreLocked
from kiosk.offline_queue.outbox_model import Reason
from kiosk.sending.forwarder import Forwarder
from tests.crash import works
from tests.crash.children import Mother
from tests.crash.conftest import MODULES
from tests.faults import deeds
from tests.faults.conftest import Desk
from tests.faults.office import Office
from tests.faults.ways import posts, refused, wrap
from tests.offline_queue.outbox_support import put
from tests.offline_queue.support import MIHON_KEY, SettableClock, open_store


@pytest.fixture
def second(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mother]:
    with Mother(tmp_path_factory.getbasetemp(), *MODULES) as made:
        yield made


def test_23_two_kiosks_and_the_sender_write_at_once(folder: Path, mother: Mother, second: Mother):
    """Two processes live on one store while this one claims and delivers; nobody meets an error or loses anything."""
    portal = works.FilePortal(str(folder))
    open_store(folder).close()
    for who, start in ((mother, 0), (second, 100_000)):
        who.begin(works.busy, death={"after": 3.0}, folder=folder, start=start, purges=False)
    done, end = 0, time.monotonic() + 3.0
    with open_store(folder) as store:
        while time.monotonic() < end:
            item = store.dispatch.claim("sender")
            if item is None:
                continue
            works.send(lambda _: None, store, portal, item)
            done += 1
        ends = mother.end(), second.end()
    assert all(end.killed for end in ends), [end.trace for end in ends]
    assert all(len(end.said) > 20 for end in ends)
    assert done > 0
    mother.child(works.check, folder=folder, histories=[end.said for end in ends]).well()


def test_24_the_holder_of_the_lock_stands_still(
    folder: Path, mother: Mother, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
):
    """Others read on and are told within the busy time; when it goes on, both acts are there."""
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.3)
    with open_store(folder, clock) as store:
        put(store, store.owner(MIHON_KEY), 1)
        mother.begin(deeds.hold_the_lock, folder=folder)
        stopped = _stopped_child(folder)
        with pytest.raises(StoreLocked):
            put(store, store.owner(MIHON_KEY), 2)
        assert len(store.outbox.list()) == 1
        os.kill(stopped, signal.SIGCONT)
        assert mother.end().well().said[-1] == ["put", 500]
        put(store, store.owner(MIHON_KEY), 2)
        assert len(store.outbox.list()) == 3
        assert store.outbox.verify() == ()


def _stopped_child(folder: Path) -> int:
    """Return the process that is stopped and has the store in ``folder`` open."""
    limit = time.monotonic() + 20
    while time.monotonic() < limit:
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                stopped = stat.read_text().rpartition(")")[2].split()[0] == "T"
                if stopped and any(str(folder) in str(file.readlink()) for file in (stat.parent / "fd").iterdir()):
                    return int(stat.parent.name)
            except OSError:
                continue  # it has ended meanwhile
    raise AssertionError("nobody has stopped")


class Ticks:
    """The machine's own clock, in our hand."""

    def __init__(self) -> None:
        self.moment = 1_000

    def __call__(self) -> boot.Tick:
        return boot.Tick("this run", self.moment)


@pytest.mark.parametrize("taken", ["before", "after"])
def test_25_the_lease_ends_while_the_first_sender_is_alive(
    store: DraftStore, office: Office, clock: SettableClock, desk: Desk, taken: str
):
    """Both post; the portal has one application, and both say the same number."""
    ticks = Ticks()
    parts = vars(store)["_parts"]
    first, second = (Dispatch(parts, clock, ticks) for _ in range(2))
    item_id = office.put(store)[0]
    before = office.applications()
    sent: list[str] = []

    def overtaken(request: httpx.Request) -> None:
        if posts(request) and not sent:
            sent.append("second")
            ticks.moment += outbox_rows.LEASE_MS + 1
            other = Forwarder(second, office.client(), "station-2", clock, "second", random.Random(2))
            assert other.forward()
            assert desk.state(item_id) == ("accepted", "")

    way = wrap(overtaken) if taken == "before" else wrap(lambda _: None, overtaken)
    sender = Forwarder(first, office.client(way), "station-1", clock, "first", random.Random(1))
    assert sender.forward()
    assert sent == ["second"]
    assert office.applications() == before + 1
    desk.arrived_once(item_id)


def test_25_two_senders_race_for_many_items(store: DraftStore, office: Office, clock: SettableClock, desk: Desk):
    """Each of several senders takes what is free; every item arrives once."""
    items = [office.put(store, key=b"KAKUU MIHON %d" % number)[0] for number in range(8)]
    parts = vars(store)["_parts"]
    senders = [
        Forwarder(Dispatch(parts, clock), office.client(), "station", clock, f"sender {number}", random.Random(number))
        for number in range(3)
    ]
    threads = [threading.Thread(target=_drain, args=(sender,)) for sender in senders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    desk.finish()
    desk.arrived_once(*items)


def _drain(sender: Forwarder) -> None:
    while sender.forward():
        pass


@pytest.mark.parametrize("days", [-1, -400, 365], ids=["a_day_back", "a_year_back", "a_year_ahead"])
def test_26_the_clock_jumps_during_back_off(desk: Desk, office: Office, store: DraftStore, days: int):
    """What waited is tried at once or after its own short wait, never a day or a year later; and arrives once."""
    item_id = office.put(store)[0]
    assert desk.sender(office.client(wrap(refused))).forward()
    assert desk.state(item_id) == ("waiting", Reason.UNREACHABLE)
    desk.clock.forward(days=days)
    sender = desk.sender(office.client())
    for _ in range(16):
        sender.forward()
        desk.clock.forward(minutes=1)
    desk.arrived_once(item_id)


def test_26_a_jump_ahead_with_the_portal_away_needs_a_person_and_can_be_undone(
    desk: Desk, office: Office, store: DraftStore
):
    item_id = office.put(store)[0]
    desk.clock.forward(days=365)
    assert desk.sender(office.client(wrap(refused))).forward()
    assert desk.state(item_id) == ("needs_user", Reason.LATE)
    desk.clock.forward(days=-365)
    store.outbox.send_now(item_id)
    desk.finish()
    desk.arrived_once(item_id)
