"""What becomes of an item when the portal takes it, refuses it, is away, or leaves it in doubt."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kiosk.errors import KioskError
from kiosk.offline_queue.drafts import DraftStore
from kiosk.offline_queue.errors import ItemHasLeft
from kiosk.offline_queue.keys import Owner
from kiosk.offline_queue.outbox_model import Claimed, NewItem
from kiosk.portal import errors as e
from kiosk.sending.backoff import spread
from kiosk.sending.forwarder import RENEW_SECONDS, Stopping
from kiosk.sending.verdicts import POISON
from tests.offline_queue.outbox_support import NUMBER, uuid
from tests.offline_queue.support import TANIN_KEY, SettableClock
from tests.sending.support import TellingPortal, always, forwarder, put


@pytest.fixture
def portal() -> TellingPortal:
    return TellingPortal()


def drain(store: DraftStore, portal: TellingPortal, clock: SettableClock, hours: float = 100) -> None:
    """Let the sender work until nothing is open, a quarter of an hour at a time."""
    end = clock() + timedelta(hours=hours)
    while clock() < end and any(item.open for item in store.outbox.list()):
        sender = forwarder(store, portal, clock)
        while sender.forward():
            pass
        clock.forward(minutes=15)


def test_files_go_first_then_the_envelope(store: DraftStore, owner: Owner, clock: SettableClock, portal: TellingPortal):
    item = put(store, owner, 1, files=2)
    assert forwarder(store, portal, clock).forward()
    assert portal.calls == ["upload", "upload", "post"]
    assert portal.uploaded == [file.sha256 for file in item.files]
    shown = store.outbox.show(item.id)
    assert (shown.state, shown.number, shown.attempts) == ("accepted", NUMBER, 1)
    assert not forwarder(store, portal, clock).forward()


def test_an_answer_that_was_lost_is_asked_for_and_nothing_is_sent_twice(
    store: DraftStore, owner: Owner, clock: SettableClock, portal: TellingPortal
):
    put(store, owner, 1)
    portal.lost = lambda: e.PortalTimeout(sent=True)
    forwarder(store, portal, clock).forward()
    assert store.outbox.show(uuid(1)).state == "uncertain"
    drain(store, portal, clock)
    assert portal.calls == ["post", "receipt"]
    assert store.outbox.show(uuid(1)).number == NUMBER


def test_a_sender_that_died_while_sending_leaves_a_doubt(
    store: DraftStore, owner: Owner, clock: SettableClock, portal: TellingPortal
):
    put(store, owner, 1)
    work = store.dispatch.claim("dead")
    assert work is not None
    store.dispatch.begin(work)
    assert store.dispatch.claim("other") is None
    store.dispatch.break_leases()
    forwarder(store, portal, clock).forward()
    assert portal.calls == ["receipt", "post"]


AWAY: list[tuple[KioskError, str, str]] = [
    (e.PortalUnreachable(sent=False), "waiting", "unreachable"),
    (e.PortalUnreachable(sent=True), "uncertain", "unreachable"),
    (e.PortalTimeout(sent=True), "uncertain", "unreachable"),
    (e.PortalUntrusted(sent=False), "waiting", "unreachable"),
    (e.PortalNotUnderstood(reason="media-type"), "uncertain", "unreachable"),
    (e.PortalFault(), "uncertain", "unreachable"),
    (e.PortalMaintenance(), "waiting", "maintenance"),
    (e.RateLimited(seconds=30), "waiting", "busy"),
    (e.StillWorking(seconds=1), "uncertain", "busy"),
    (e.RevocationUnknown(), "waiting", "revocation"),
    (e.PortalRegion(), "waiting", "region"),
    (e.AccountLocked(minutes=15), "waiting", "busy"),
    (e.WrongState(), "waiting", "busy"),
]


@pytest.mark.parametrize(("error", "state", "reason"), AWAY, ids=lambda value: getattr(value, "key", None))
def test_what_passes_is_never_definitive(
    store: DraftStore,
    owner: Owner,
    clock: SettableClock,
    portal: TellingPortal,
    error: KioskError,
    state: str,
    reason: str,
):
    put(store, owner, 1)
    portal.fails = lambda call: error if call == "post" else None
    sender = forwarder(store, portal, clock)
    for _ in range(3 * POISON):
        sender.forward()
        clock.forward(hours=1)
    shown = store.outbox.show(uuid(1))
    assert (shown.state, shown.reason) == (state, reason)
    portal.fails = lambda _call: None
    drain(store, portal, clock)
    assert store.outbox.show(uuid(1)).state == "accepted"
    assert store.dispatch.gate().streak == 0


REFUSED: list[tuple[KioskError, str]] = [
    (e.SignatureRefused(), "signature"),
    (e.CertificateExpiredAtPortal(), "certificate"),
    (e.CertificateRevokedAtPortal(), "certificate"),
    (e.CertificateUntrustedAtPortal(), "certificate"),
    (e.StatementRefused(), "person"),
    (e.SignedTooLongAgo(), "late"),
    (e.SealNotOpened(), "sealing_key"),
    (e.InvalidAnswers((e.WrongAnswer("/answers/F1", "length"),)), "answers"),
    (e.NotEligible(), "not_eligible"),
    (e.Incomplete((e.WrongAnswer("/attachments", "missing"),)), "incomplete"),
    (e.FileRefused(), "files"),
    (e.DigestMismatch(), "files"),
]


@pytest.mark.parametrize(("error", "reason"), REFUSED, ids=lambda value: getattr(value, "key", None))
@pytest.mark.parametrize("call", ["post", "receipt"])
def test_what_only_a_person_can_mend_waits_for_one(
    store: DraftStore,
    owner: Owner,
    clock: SettableClock,
    portal: TellingPortal,
    error: KioskError,
    reason: str,
    call: str,
):
    put(store, owner, 1)
    if call == "receipt":  # the refusal itself was lost on its way
        portal.fails = always(e.PortalTimeout(sent=True))
        forwarder(store, portal, clock).forward()
        clock.forward(hours=1)
    portal.fails = lambda name: error if name == call else None
    forwarder(store, portal, clock).forward()
    shown = store.outbox.show(uuid(1))
    assert (shown.state, shown.reason) == ("needs_user", reason)
    store.outbox.cancel(uuid(1))  # the portal has said that it does not have it


@pytest.mark.parametrize("error", [e.RequestRefused(), e.KeyReused(), e.SessionEnded(), e.NotFound()])
def test_a_refusal_without_use_fails_at_the_eighth_time(
    store: DraftStore, owner: Owner, clock: SettableClock, portal: TellingPortal, error: KioskError
):
    put(store, owner, 1)
    portal.fails = lambda call: error if call == "post" else None
    for number in range(1, POISON + 1):
        assert forwarder(store, portal, clock).forward()
        assert store.outbox.show(uuid(1)).state == ("waiting" if number < POISON else "failed")
        clock.forward(minutes=16)
    assert portal.calls.count("post") == POISON


@pytest.mark.parametrize("error", [e.SessionEnded(), e.RequestRefused(), e.FileRefused()])
def test_a_question_that_is_refused_ends_no_doubt(
    store: DraftStore, owner: Owner, clock: SettableClock, portal: TellingPortal, error: KioskError
):
    """It may have been received: it cannot be called taken back, and is asked for again."""
    put(store, owner, 1)
    portal.lost = lambda: e.PortalTimeout(sent=True)
    forwarder(store, portal, clock).forward()
    portal.fails = lambda call: error if call == "receipt" else None
    clock.forward(hours=1)
    forwarder(store, portal, clock).forward()
    if isinstance(error, e.FileRefused):  # the refusal that the item itself met
        assert store.outbox.show(uuid(1)).state == "needs_user"
        return
    assert store.outbox.show(uuid(1)).state == "uncertain"
    with pytest.raises(ItemHasLeft):
        store.outbox.cancel(uuid(1))
    portal.fails = lambda _call: None
    drain(store, portal, clock)
    assert store.outbox.show(uuid(1)).state == "accepted"
    assert portal.calls.count("post") == 1


def test_files_that_the_portal_forgot_are_sent_again(
    store: DraftStore, owner: Owner, clock: SettableClock, portal: TellingPortal
):
    put(store, owner, 1, files=1)
    missing = e.Incomplete((e.WrongAnswer("/files/0", "missing"),))
    portal.fails = lambda call: missing if call == "post" and portal.calls.count("post") == 1 else None
    drain(store, portal, clock)
    assert portal.calls == ["upload", "post", "upload", "post"]
    assert store.outbox.show(uuid(1)).state == "accepted"


def test_a_file_that_is_damaged_here_is_said_to_the_person(
    store: DraftStore, owner: Owner, clock: SettableClock, portal: TellingPortal
):
    item = put(store, owner, 1, files=1)
    store.dispatch.file_path(item.files[0].sha256).write_bytes(b"other bytes")
    missing = e.Incomplete((e.WrongAnswer("/files/0", "missing"),))
    portal.fails = lambda call: missing if call == "post" else None
    forwarder(store, portal, clock).forward()
    assert portal.calls == ["post"]
    assert (store.outbox.show(uuid(1)).state, store.outbox.show(uuid(1)).reason) == ("needs_user", "files")


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff", b"not an envelope"])
def test_a_body_that_is_no_envelope_fails_at_once(
    store: DraftStore, owner: Owner, clock: SettableClock, portal: TellingPortal, body: bytes
):
    made = put(store, owner, 2)
    clock.forward(seconds=1)
    store.outbox.put(store.owner(TANIN_KEY), NewItem(uuid(1), "application", made.not_after, body or made.body, ()))
    drain(store, portal, clock)
    assert (store.outbox.show(uuid(1)).state, store.outbox.show(uuid(1)).reason) == ("failed", "damaged")
    assert store.outbox.show(uuid(2)).state == "accepted"


def test_a_fault_of_this_program_is_one_items_trouble(
    store: DraftStore, owner: Owner, clock: SettableClock, portal: TellingPortal
):
    put(store, owner, 1)
    put(store, owner, 2)
    portal.fails = lambda call: ZeroDivisionError() if portal.calls.count("post") == 1 and call == "post" else None
    forwarder(store, portal, clock).forward()
    assert store.outbox.show(uuid(1)).state == "uncertain"
    drain(store, portal, clock)
    assert {item.state for item in store.outbox.list()} == {"accepted"}


def test_a_station_waits_its_own_time_after_a_maintenance(
    store: DraftStore, owner: Owner, clock: SettableClock, portal: TellingPortal
):
    put(store, owner, 1)
    put(store, store.owner(TANIN_KEY), 2)
    until = clock() + timedelta(hours=2)
    portal.fails = always(e.PortalMaintenanceUntil(until))
    sender = forwarder(store, portal, clock)
    assert sender.forward()
    assert not sender.forward()  # the other one would be refused as well
    assert store.dispatch.gate().not_before == until + timedelta(seconds=spread("station-1"))
    portal.fails = lambda _call: None
    clock.moment = until
    assert not forwarder(store, portal, clock).forward()
    clock.forward(seconds=spread("station-1"))
    assert forwarder(store, portal, clock).forward()


@pytest.mark.parametrize(
    "error",
    [e.RateLimited(seconds=100), e.RevocationUnknown(seconds=100), e.PortalFault(seconds=100)],
    ids=lambda error: error.key,
)
def test_retry_after_wins(
    store: DraftStore, owner: Owner, clock: SettableClock, portal: TellingPortal, error: KioskError
):
    put(store, owner, 1)
    portal.fails = always(error)
    forwarder(store, portal, clock).forward()
    opens = store.dispatch.gate().not_before
    assert opens is not None
    assert 100 <= (opens - clock()).total_seconds() <= 120


def test_one_poisoned_item_among_many_stops_nobody(
    store: DraftStore, owner: Owner, clock: SettableClock, portal: TellingPortal
):
    for number in range(40):
        put(store, owner, number)  # all of one applicant, so that order counts
    poisoned, begin = uuid(3), list[str]()

    def fails(call: str) -> BaseException | None:
        return e.PortalFault() if call == "post" and begin and begin[-1] == poisoned else None

    post = portal.post
    portal.fails = fails
    portal.post = lambda envelope: (begin.append(envelope.submission_id), post(envelope))[1]
    for _ in range(10):
        sender = forwarder(store, portal, clock)
        while sender.forward():
            pass
        clock.forward(minutes=15)
    states = {item.id: item.state for item in store.outbox.list()}
    assert states.pop(poisoned) == "uncertain"
    assert set(states.values()) == {"accepted"}


def test_after_its_time_an_item_that_never_left_is_the_persons(
    store: DraftStore, owner: Owner, clock: SettableClock, portal: TellingPortal
):
    put(store, owner, 1)
    portal.fails = always(e.PortalUnreachable(sent=False))
    drain(store, portal, clock, hours=80)
    assert (store.outbox.show(uuid(1)).state, store.outbox.show(uuid(1)).reason) == ("needs_user", "late")


def test_after_its_time_an_item_in_doubt_is_still_asked_for(
    store: DraftStore, owner: Owner, clock: SettableClock, portal: TellingPortal
):
    put(store, owner, 1)
    portal.lost = lambda: e.PortalTimeout(sent=True)
    forwarder(store, portal, clock).forward()
    portal.fails = always(e.PortalUnreachable(sent=False))
    drain(store, portal, clock, hours=80)
    assert store.outbox.show(uuid(1)).state == "uncertain"
    portal.fails = lambda _call: None
    drain(store, portal, clock)
    assert store.outbox.show(uuid(1)).state == "accepted"


def test_stopping_gives_the_item_back(store: DraftStore, owner: Owner, clock: SettableClock, portal: TellingPortal):
    put(store, owner, 1, files=1)
    portal.fails = lambda call: Stopping() if call == "upload" else None
    with pytest.raises(Stopping):
        forwarder(store, portal, clock).forward()
    assert store.outbox.show(uuid(1)).state == "uncertain"
    portal.fails = lambda _call: None
    assert forwarder(store, portal, clock).forward()
    assert store.outbox.show(uuid(1)).state == "accepted"


@pytest.mark.parametrize(("share", "renewals"), [(0.0, 2), (1.0, 0)])
def test_a_lease_is_lengthened_when_a_good_part_of_it_has_gone(
    store: DraftStore,
    owner: Owner,
    clock: SettableClock,
    portal: TellingPortal,
    monkeypatch: pytest.MonkeyPatch,
    share: float,
    renewals: int,
):
    renewed: list[str] = []

    def renew(item: Claimed) -> None:
        renewed.append(item.id)

    monkeypatch.setattr("kiosk.sending.forwarder.RENEW_SECONDS", share * RENEW_SECONDS)
    monkeypatch.setattr(store.dispatch, "renew", renew)
    put(store, owner, 1, files=2)
    assert forwarder(store, portal, clock).forward()
    assert renewed == [uuid(1)] * renewals
    assert store.outbox.show(uuid(1)).state == "accepted"


def test_a_sender_that_lost_its_lease_in_an_upload_stops(
    store: DraftStore, owner: Owner, clock: SettableClock, portal: TellingPortal, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("kiosk.sending.forwarder.RENEW_SECONDS", 0.0)
    put(store, owner, 1, files=1)

    def taken_over(call: str) -> None:
        if call == "upload":
            store.dispatch.break_leases()

    portal.fails = taken_over
    assert forwarder(store, portal, clock).forward()
    assert portal.calls == ["upload"]
    assert store.outbox.show(uuid(1)).state == "sending"
