"""The outbox: what is put in is there, goes once, and is erased when it is over."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.offline_queue.drafts import DraftStore
from kiosk.offline_queue.errors import (
    DraftNotFound,
    DraftNotYours,
    ItemExists,
    ItemHasLeft,
    ItemNotFound,
    ItemOver,
    LeaseLost,
    StoredFileBroken,
)
from kiosk.offline_queue.keys import Owner
from kiosk.offline_queue.outbox_model import Claimed, Gate, Reason, State
from tests.offline_queue.outbox_support import NUMBER, claimed, new_item, put, sealed_file, uuid
from tests.offline_queue.support import ANSWERS, HEADER, TANIN_KEY, SettableClock, all_bytes, draft_id


def test_an_item_is_there_and_its_draft_is_not(store: DraftStore, owner: Owner, folder: Path):
    store.create(owner, HEADER, ANSWERS, draft_id(1))
    kept = store.attach(owner, draft_id(1), "photo", "p.jpg", "image/jpeg", b"photo")
    item = new_item(store, 1, files=2)
    let_go = store.hold(draft_id(1))  # by the person who signs
    shown = store.outbox.put(owner, item, draft_id(1))
    let_go()
    assert (shown.id, shown.kind, shown.state, shown.attempts, shown.reason) == (
        uuid(1),
        "application",
        "waiting",
        0,
        "",
    )
    assert shown.not_before is not None
    assert shown.not_after == item.not_after
    assert shown.open
    assert store.list(owner) == ()
    with pytest.raises(DraftNotFound):
        store.load(owner, draft_id(1))
    assert not (folder / "files" / f"{kept.id}.sealed").exists()
    assert [path.name for path in sorted((folder / "files").iterdir())] == sorted(
        f"{file.sha256}.sealed" for file in item.files
    )
    assert store.outbox.list(owner) == (shown,)
    assert store.outbox.list() == (shown,)


def test_it_is_there_after_opening_again(store: DraftStore, owner: Owner, folder: Path, clock: SettableClock):
    from tests.offline_queue.support import open_store

    item = put(store, owner, 1, files=1)
    store.close()
    with open_store(folder, clock) as again:
        work = claimed(again)
        assert work.body == item.body
        assert again.dispatch.file_path(work.files[0].sha256).read_bytes().startswith(b"sealed")


def test_putting_twice_is_once_and_another_content_is_refused(store: DraftStore, owner: Owner):
    item = put(store, owner, 1, files=1)
    assert store.outbox.put(owner, item).id == uuid(1)
    assert len(store.outbox.list()) == 1
    with pytest.raises(ItemExists):
        store.outbox.put(owner, new_item(store, 1, body=b"another"))


def test_a_draft_of_somebody_else_keeps_everything_as_it_was(store: DraftStore, owner: Owner):
    other = store.owner(TANIN_KEY)
    store.create(other, HEADER, ANSWERS, draft_id(1))
    for who, draft, error in ((owner, draft_id(1), DraftNotYours), (owner, draft_id(2), DraftNotFound)):
        with pytest.raises(error):
            store.outbox.put(who, new_item(store, 1), draft)
    assert store.outbox.list() == ()
    assert store.load(other, draft_id(1)).answers == ANSWERS


def test_a_sealed_file_that_is_gone_takes_nothing_in(store: DraftStore, owner: Owner):
    store.create(owner, HEADER, ANSWERS, draft_id(1))
    item = new_item(store, 1, files=1)
    item.files[0].temporary.unlink()
    with pytest.raises(StoredFileBroken):
        store.outbox.put(owner, item, draft_id(1))
    assert store.load(owner, draft_id(1)).answers == ANSWERS
    assert store.outbox.list() == ()


def test_items_go_in_order_and_one_at_a_time_for_one_applicant(store: DraftStore, owner: Owner):
    other = store.owner(TANIN_KEY)
    for number, who in ((1, owner), (2, owner), (3, other)):
        put(store, who, number)
    first, second = claimed(store, "a"), claimed(store, "b")
    assert (first.id, second.id) == (uuid(1), uuid(3))
    assert store.dispatch.claim("c") is None
    store.dispatch.accepted(first.id, NUMBER)
    assert claimed(store, "c").id == uuid(2)


def test_an_item_with_trouble_of_its_own_lets_the_next_one_pass(store: DraftStore, owner: Owner, clock: SettableClock):
    put(store, owner, 1)
    put(store, owner, 2)
    stuck = claimed(store)
    store.dispatch.begin(stuck)
    store.dispatch.wait(stuck, Reason.UNREACHABLE, clock() + timedelta(hours=1), in_doubt=True, stuck=True)
    assert claimed(store).id == uuid(2)


def test_what_was_refused_lets_the_next_one_pass(store: DraftStore, owner: Owner):
    put(store, owner, 1)
    put(store, owner, 2)
    store.dispatch.refused(claimed(store), State.NEEDS_USER, Reason.SIGNATURE)
    assert claimed(store).id == uuid(2)


def test_received_erases_the_body_and_keeps_the_number(
    store: DraftStore, owner: Owner, clock: SettableClock, folder: Path
):
    put(store, owner, 1, files=2, body=b"MARKER" * 50)
    work = claimed(store)
    store.dispatch.begin(work)
    store.dispatch.accepted(work.id, NUMBER)
    shown = store.outbox.show(uuid(1))
    assert (shown.state, shown.number, shown.not_before, shown.open) == ("accepted", NUMBER, None, False)
    assert shown.erased_on == clock() + timedelta(days=30)
    assert list((folder / "files").iterdir()) == []
    with pytest.raises(ItemOver):
        store.outbox.export(uuid(1), folder / "out")
    clock.forward(days=29)
    assert store.outbox.purge() == ()
    clock.forward(days=2)
    assert store.outbox.purge() == (uuid(1),)
    with pytest.raises(ItemNotFound):
        store.outbox.show(uuid(1))
    assert b"MARKER" not in all_bytes(folder)


def test_received_counts_whoever_holds_the_lease(store: DraftStore, owner: Owner):
    put(store, owner, 1)
    work = claimed(store)
    store.dispatch.begin(work)
    store.dispatch.accepted(work.id, NUMBER)
    store.dispatch.accepted(work.id, "another")
    assert store.outbox.show(uuid(1)).number == NUMBER


class TestCancel:
    def test_before_it_left(self, store: DraftStore, owner: Owner, folder: Path):
        put(store, owner, 1, files=1)
        store.outbox.cancel(uuid(1))
        assert store.outbox.show(uuid(1)).state == "cancelled"
        assert list((folder / "files").iterdir()) == []
        assert store.dispatch.claim("a") is None
        for wish in (store.outbox.cancel, store.outbox.send_now):
            with pytest.raises(ItemOver):
                wish(uuid(1))

    def test_claimed_but_not_begun_can_be_taken_back(self, store: DraftStore, owner: Owner):
        put(store, owner, 1)
        work = claimed(store)
        store.outbox.cancel(uuid(1))
        with pytest.raises(LeaseLost):
            store.dispatch.begin(work)

    def test_once_begun_it_cannot(self, store: DraftStore, owner: Owner, clock: SettableClock):
        put(store, owner, 1)
        work = claimed(store)
        store.dispatch.begin(work)
        with pytest.raises(ItemHasLeft):
            store.outbox.cancel(uuid(1))
        store.dispatch.wait(work, Reason.UNREACHABLE, clock(), in_doubt=True)
        assert store.outbox.show(uuid(1)).state == "uncertain"
        with pytest.raises(ItemHasLeft):
            store.outbox.cancel(uuid(1))

    def test_after_a_definite_answer_it_can(self, store: DraftStore, owner: Owner, clock: SettableClock):
        put(store, owner, 1)
        work = claimed(store)
        store.dispatch.begin(work)
        store.dispatch.wait(work, Reason.MAINTENANCE, clock(), in_doubt=False)
        store.outbox.cancel(uuid(1))
        assert store.outbox.show(uuid(1)).state == "cancelled"

    def test_nothing_there(self, store: DraftStore):
        for wish in (store.outbox.cancel, store.outbox.send_now, store.outbox.show):
            with pytest.raises(ItemNotFound):
                wish(uuid(9))


def _again(store: DraftStore, clock: SettableClock, **wait: float) -> Claimed | None:
    clock.forward(**wait)
    return store.dispatch.claim("a")


def test_waiting_is_kept_and_send_now_ends_it(store: DraftStore, owner: Owner, clock: SettableClock):
    put(store, owner, 1)
    store.dispatch.wait(claimed(store), Reason.BUSY, clock() + timedelta(hours=2), in_doubt=False)
    assert _again(store, clock, minutes=119) is None
    store.outbox.send_now(uuid(1))
    assert store.dispatch.claim("a") is not None


def test_a_clock_that_jumped_back_does_not_hold_anything_for_days(
    store: DraftStore, owner: Owner, clock: SettableClock
):
    put(store, owner, 1)
    store.dispatch.wait(claimed(store), Reason.BUSY, clock() + timedelta(minutes=5), in_doubt=False)
    store.dispatch.set_gate(Gate(clock() + timedelta(minutes=5), 1, Reason.MAINTENANCE))
    assert _again(store, clock, days=-1) is not None


def test_a_refused_item_can_be_sent_again_by_staff(store: DraftStore, owner: Owner):
    put(store, owner, 1)
    store.dispatch.refused(claimed(store), State.FAILED, Reason.REFUSED)
    assert store.dispatch.claim("a") is None
    store.outbox.send_now(uuid(1))
    assert claimed(store).failures == 0


def test_a_closed_gate_holds_everything(store: DraftStore, owner: Owner, clock: SettableClock):
    put(store, owner, 1)
    store.dispatch.set_gate(Gate(clock() + timedelta(minutes=5), 2, Reason.MAINTENANCE))
    assert store.dispatch.gate().streak == 2
    assert store.dispatch.claim("a") is None
    assert _again(store, clock, minutes=6) is not None
    store.dispatch.set_gate(None)
    assert store.dispatch.gate() == Gate()


def test_refused_items_are_erased_after_30_days_with_a_notice(
    store: DraftStore, owner: Owner, clock: SettableClock, folder: Path
):
    put(store, owner, 1, files=1)
    put(store, owner, 2)
    store.dispatch.refused(claimed(store), State.FAILED, Reason.REFUSED)
    clock.forward(days=31)
    assert store.outbox.purge() == (uuid(1),)
    assert [(notice.code, notice.count) for notice in store.outbox.notices()] == [("S32", 1)]
    assert list((folder / "files").iterdir()) == []
    assert [item.id for item in store.outbox.list()] == [uuid(2)]  # what is open is never erased


def test_pages_of_the_list(store: DraftStore, owner: Owner):
    for number in range(5):
        put(store, owner, number)
    first = store.outbox.list(limit=2)
    second = store.outbox.list(after=first[-1].id, limit=2)
    assert [item.id for item in (*first, *second)] == [uuid(number) for number in range(4)]
    assert store.outbox.list(store.owner(TANIN_KEY)) == ()


def test_drafts_are_lines_without_content(store: DraftStore, owner: Owner):
    store.create(owner, HEADER, ANSWERS, draft_id(1))
    (line,) = store.outbox.drafts()
    assert (line.id, line.kind, line.state, line.not_after) == (draft_id(1), "draft", "draft", None)


def test_verify_names_what_is_damaged(store: DraftStore, owner: Owner):
    item = put(store, owner, 1, files=2)
    put(store, owner, 2, files=1)
    assert store.outbox.verify() == ()
    store.dispatch.file_path(item.files[1].sha256).write_bytes(b"sealed but not this")
    assert [(finding.code, finding.item) for finding in store.outbox.verify()] == [("S14", uuid(1))]


def test_temporary_files_can_be_thrown_away(store: DraftStore, folder: Path):
    file = sealed_file(store, b"sealed")
    store.outbox.discard([file.temporary])
    assert list((folder / "files").iterdir()) == []
