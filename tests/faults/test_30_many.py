"""Case 30: one item among a thousand that nobody can take, and a thousand stations in the same second."""

from __future__ import annotations

import random
import time

import httpx
import pytest

from kiosk.offline_queue.drafts import DraftStore
from kiosk.portal.contract import SealedEnvelope, SubmissionReceipt
from kiosk.portal.errors import PortalRefusal
from kiosk.sending.forwarder import Forwarder
from kiosk.sending.verdicts import POISON
from tests.faults.crowd import envelopes, reopen
from tests.faults.office import Office
from tests.offline_queue.outbox_support import uuid
from tests.offline_queue.support import SettableClock
from tests.sending.support import TellingPortal, put

ITEMS = 1_000
POISONED = 400
STATIONS = 1_000


class Choosy(TellingPortal):
    """Refuses one envelope for good, without a reason that anybody could mend."""

    def post(self, envelope: SealedEnvelope) -> SubmissionReceipt:
        if envelope.submission_id == uuid(POISONED):
            self.calls.append("poison")
            raise PortalRefusal(code="mihon")
        return super().post(envelope)


@pytest.mark.timeout(300)
def test_30_one_poisoned_item_among_a_thousand(store: DraftStore, clock: SettableClock):
    """It costs the others nothing but its own place: also those of its own applicant; then it is given up."""
    portal = Choosy()
    for number in range(ITEMS):
        put(store, store.owner(b"KAKUU MIHON %d" % (number % 50)), number)
    sender = Forwarder(store.dispatch, portal, "station-1", clock, "sender", random.Random(1))
    while sender.forward():
        pass
    assert len(portal.received) == ITEMS - 1
    assert store.outbox.show(uuid(POISONED)).state == "waiting"
    for _ in range(POISON):
        clock.forward(hours=1)
        sender.forward()
    assert store.outbox.show(uuid(POISONED)).state == "failed"
    assert portal.calls.count("poison") == POISON
    assert portal.calls.count("post") == ITEMS - 1  # nobody was sent twice
    assert {item.state for item in store.outbox.list() if item.id != uuid(POISONED)} == {"accepted"}


@pytest.mark.timeout(300)
def test_30_a_thousand_stations_reopen_in_the_same_second(office: Office):
    """Each gets an answer about its application or is told how long to wait, and the waits lie apart."""
    items = envelopes(office, STATIONS)
    with office.serving(rate=50):
        crowd = reopen(office.origin, items)
        assert crowd.strange == []
        assert sum(crowd.answers.values()) == STATIONS
        assert len(crowd.final) + len(crowd.waits) == STATIONS
        assert set(crowd.final.values()) <= {422}  # these came without their files
        assert crowd.final, "nobody came through"
        assert max(crowd.waits) <= 150
        assert len(set(crowd.waits)) > 5
        # A station that comes later finds the portal well.
        assert httpx.get(f"{office.origin}/v1/status", timeout=60).status_code == 200
        waited = min(set(items) - set(crowd.final))
        time.sleep(min(crowd.waits))
        assert reopen(office.origin, {waited: items[waited]}, patience=60.0).final == {waited: 422}
