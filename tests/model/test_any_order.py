"""Kiosk, outbox and portal in any order of events and faults: once the faults stop, everything becomes final.

Two stations with real stores and real senders' steps; the portal is the small one (many runs) or the reference portal
in this process (few, it checks every signature and file). What holds at every moment: what was said to be saved is
there; no submission is two applications; nothing is called received that is not; nothing that was taken back arrives.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar
from unittest.mock import patch

import httpx
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from kiosk.offline_queue import steps
from kiosk.offline_queue.drafts import DraftStore
from kiosk.offline_queue.errors import ItemHasLeft, ItemOver
from kiosk.offline_queue.outbox_model import Reason, State
from kiosk.offline_queue.recovery import recover
from kiosk.portal.deferred import DeferredClient
from kiosk.sending.forwarder import Forwarder
from kiosk.settings import PortalSettings
from tests.faults import ways
from tests.faults.office import Office
from tests.model.small_portal import SmallPortal
from tests.offline_queue.outbox_support import uuid
from tests.offline_queue.support import SettableClock, all_bytes, open_store
from tests.reference_portal.transport import InProcess, event_loop
from tests.sending.support import put

FINAL = (State.ACCEPTED, State.CANCELLED, State.NEEDS_USER, State.FAILED)
MARKER = "KAKUU MIHON 架空見本"

FAULTS: dict[str, tuple[ways.Answering, ways.Answering]] = {
    "none": (lambda _: None, lambda _: None),
    "refused": (ways.refused, lambda _: None),
    "cut on the way there": (ways.cut, lambda _: None),
    "cut on the way back": (lambda _: None, ways.cut),
    "envelope cut on the way back": (lambda _: None, ways.for_envelopes(ways.cut)),
    "a proxy's page": (ways.html, lambda _: None),
    "a proxy's page instead of the answer": (lambda _: None, ways.html),
    "maintenance": (ways.problem(503, "maintenance", Retry_After="600"), lambda _: None),
    "too many": (ways.problem(429, "rate", Retry_After="9999999999"), lambda _: None),
    "in progress": (ways.for_envelopes(ways.problem(409, "in-progress", Retry_After="5")), lambda _: None),
    "broken": (ways.problem(500, "internal"), lambda _: None),
}
DEATHS = tuple(
    step
    for step in steps.STEPS
    if step.split(".")[0] in ("claim", "sending", "upload", "post", "accepted", "settle", "erase")
)


class Died(BaseException):
    """The process ended here: nothing after it was done."""


class Station:
    """A store, and a sender that can die."""

    def __init__(self, folder: Path, clock: SettableClock, transport: httpx.BaseTransport) -> None:
        self.folder, self._clock, self._transport = folder, clock, transport
        self._lives = 0
        self.store = self._opened()

    def _opened(self) -> DraftStore:
        self._lives += 1
        store = open_store(self.folder, self._clock)
        store.dispatch.break_leases()
        client = DeferredClient(PortalSettings(origin="http://127.0.0.1:8471"), self._transport, pause=lambda _: None)
        name, chance = f"life {self._lives}", random.Random(self._lives)
        self.sender = Forwarder(store.dispatch, client, str(self.folder), self._clock, name, chance)
        return store

    def restart(self) -> None:
        """End and begin again."""
        self.store.close()
        self.store = self._opened()

    def states(self) -> dict[str, str]:
        """Return every item's state."""
        return {item.id: item.state for item in self.store.outbox.list()}


class AnyOrder(RuleBasedStateMachine):
    """What can happen."""

    arrived: ClassVar[int] = 0
    """How many applications there were in all runs: a model that sends nothing proves nothing."""

    def make_portal(self) -> tuple[httpx.BaseTransport, Callable[[], list[str]]]:
        """Return a way to the portal, and what says which applications it has."""
        raise NotImplementedError

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.clock = SettableClock(datetime.now(UTC))
        self.portal, self.received = self.make_portal()
        self.fault = "none"
        way = ways.Way(self.portal, self._before, self._after)
        self.stations = [Station(self.folder / name, self.clock, way) for name in ("a", "b")]
        self.items: dict[str, Station] = {}
        self.cancelled: set[str] = set()
        self.saved: dict[int, str] = {}
        self.number = 0
        owner = self.stations[0].store.owner(b"KAKUU MIHON")
        self.draft = self.stations[0].store.create(owner, {"h": MARKER}, {}, uuid(999_999))

    def _before(self, request: httpx.Request) -> httpx.Response | None:
        return FAULTS[self.fault][0](request)

    def _after(self, request: httpx.Request) -> httpx.Response | None:
        return FAULTS[self.fault][1](request)

    def new_item(self, station: Station, person: int) -> str:
        """Put an item in; another one than the last."""
        self.number += 1
        owner = station.store.owner(b"KAKUU MIHON %d" % person)
        return put(station.store, owner, self.number, files=self.number % 3).id

    # --- events -------------------------------------------------------------------------------------------------------

    @rule(which=st.integers(0, 1), person=st.integers(0, 2))
    def sign_and_seal(self, which: int, person: int) -> None:
        item = self.new_item(self.stations[which], person)
        self.items[item] = self.stations[which]

    @rule(field=st.integers(0, 5), text=st.text(max_size=20))
    def answer(self, field: int, text: str) -> None:
        store = self.stations[0].store
        store.save_answer(store.owner(b"KAKUU MIHON"), self.draft, f"f{field}", MARKER + text)
        self.saved[field] = MARKER + text

    @rule(which=st.integers(0, 1))
    def send(self, which: int) -> None:
        self.stations[which].sender.forward()

    @rule(which=st.integers(0, 1), step=st.sampled_from(DEATHS))
    def sender_dies(self, which: int, step: str) -> None:
        def at(name: str) -> None:
            if name == step:
                raise Died

        station = self.stations[which]
        with patch.object(steps, "at", at):
            try:
                station.sender.forward()
            except Died:
                station.restart()

    @rule(which=st.integers(0, 1))
    def restart(self, which: int) -> None:
        self.stations[which].restart()

    @rule(fault=st.sampled_from(sorted(FAULTS)))
    def something_breaks(self, fault: str) -> None:
        self.fault = fault

    @rule(minutes=st.sampled_from([1, 5, 20, 60, 600, -30, -1_440]))
    def time_passes(self, minutes: int) -> None:
        self.clock.forward(minutes=minutes)

    @precondition(lambda self: self.items)
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        item = data.draw(st.sampled_from(sorted(self.items)))
        try:
            self.items[item].store.outbox.cancel(item)
        except (ItemHasLeft, ItemOver):
            return
        self.cancelled.add(item)

    @precondition(lambda self: self.items)
    @rule(data=st.data())
    def send_now(self, data: st.DataObject) -> None:
        item = data.draw(st.sampled_from(sorted(self.items)))
        try:
            self.items[item].store.outbox.send_now(item)
        except ItemOver:
            return

    @precondition(lambda self: self.items)
    @rule(data=st.data())
    def carry_to_the_other_station(self, data: st.DataObject) -> None:
        item = data.draw(st.sampled_from(sorted(self.items)))
        here = self.items[item]
        there = self.stations[1 - self.stations.index(here)]
        target = self.folder / f"{item}.{len(list(self.folder.iterdir()))}"
        try:
            here.store.outbox.export(item, target)
        except ItemOver:
            return
        there.store.outbox.import_(target)

    @rule(which=st.integers(0, 1))
    def keep_house(self, which: int) -> None:
        store = self.stations[which].store
        store.outbox.back_up()
        store.outbox.purge()
        store.outbox.write_back()

    @rule()
    def b_is_restored_from_its_backup(self) -> None:
        station = self.stations[1]
        self.clock.forward(seconds=1)
        station.store.outbox.back_up()
        station.store.close()
        (station.folder / "queue.db").unlink()
        recover(station.folder, "file", "", self.clock)
        station.store = station._opened()  # pyright: ignore[reportPrivateUsage]  # closed already

    # --- what always holds --------------------------------------------------------------------------------------------

    @invariant()
    def one_application_each(self) -> None:
        received = self.received()
        assert len(received) == len(set(received))
        assert not self.cancelled & set(received)

    @invariant()
    def nothing_is_called_received_that_is_not(self) -> None:
        received = set(self.received())
        for station in self.stations:
            accepted = {item for item, state in station.states().items() if state == State.ACCEPTED}
            assert accepted <= received

    @invariant()
    def what_was_saved_is_there(self) -> None:
        store = self.stations[0].store
        answers = store.load(store.owner(b"KAKUU MIHON"), self.draft).answers
        assert answers == {f"f{field}": text for field, text in self.saved.items()}
        for item, station in self.items.items():
            assert item in station.states()

    def teardown(self) -> None:
        try:
            self._faults_stop()
        finally:
            for station in self.stations:
                station.store.close()
            shutil.rmtree(self.folder)

    def _faults_stop(self) -> None:
        self.fault = "none"
        for _ in range(30):
            for station in self.stations:
                while station.sender.forward():
                    pass
            self.clock.forward(hours=1)
        for station in self.stations:
            for item in station.store.outbox.list():
                assert item.state in FINAL, item
                if item.id not in self.cancelled:
                    assert item.state == State.ACCEPTED or item.reason in (Reason.LATE, Reason.REFUSED), item
            assert station.store.outbox.verify() == ()
        self.one_application_each()
        self.nothing_is_called_received_that_is_not()
        type(self).arrived += len(set(self.items) & set(self.received()))
        found = all_bytes(self.folder)
        assert b"KAKUU" not in found
        assert "架空見本".encode() not in found


def _settings(examples: int, steps_each: int) -> Any:
    return settings(
        max_examples=examples,
        stateful_step_count=steps_each,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
        derandomize=True,
        database=None,
    )


@pytest.mark.timeout(300)
def test_with_the_small_portal():
    class Machine(AnyOrder):
        def make_portal(self) -> tuple[httpx.BaseTransport, Callable[[], list[str]]]:
            portal = SmallPortal()
            return portal, portal.received

    run_state_machine_as_test(Machine, settings=_settings(60, 30))
    assert Machine.arrived > 60


@pytest.mark.timeout(300)
def test_with_the_reference_portal(tmp_path: Path):
    with event_loop() as loop:
        office = Office(tmp_path / "office", loop)

        class Machine(AnyOrder):
            def make_portal(self) -> tuple[httpx.BaseTransport, Callable[[], list[str]]]:
                return InProcess(office.world.app, loop), office.received

            def new_item(self, station: Station, person: int) -> str:
                return office.put(station.store, key=b"KAKUU MIHON %d" % person)[0]

        run_state_machine_as_test(Machine, settings=_settings(12, 25))
        office.close()
        assert Machine.arrived > 12
