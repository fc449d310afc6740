"""An item as one file: the same on the other side, and nothing that is not one is taken in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.errors import StoreError
from kiosk.offline_queue.drafts import DraftStore
from kiosk.offline_queue.errors import (
    ItemExists,
    ItemFileTooNew,
    ItemFileUnreadable,
    ItemHasLeft,
    StoredFileBroken,
    TargetExists,
)
from kiosk.offline_queue.keys import Owner
from tests.offline_queue.outbox_support import claimed, put, uuid
from tests.offline_queue.support import MIHON_KEY, SettableClock, open_store


@pytest.fixture
def other(tmp_path: Path, clock: SettableClock) -> Iterator[DraftStore]:
    with open_store(tmp_path / "other", clock) as opened:
        yield opened


@pytest.fixture
def exported(store: DraftStore, owner: Owner, tmp_path: Path) -> Path:
    put(store, owner, 1, files=2)
    store.outbox.export(uuid(1), tmp_path / "item.sealed")
    return tmp_path / "item.sealed"


def test_it_is_the_same_on_the_other_side_and_is_asked_for_first(store: DraftStore, other: DraftStore, exported: Path):
    shown = other.outbox.import_(exported)
    assert (shown.state, shown.reason, shown.not_after) == (
        "uncertain",
        "imported",
        store.outbox.show(uuid(1)).not_after,
    )
    here, there = claimed(store), claimed(other)
    assert (here.body, here.files) == (there.body, there.files)
    assert there.in_doubt
    assert other.outbox.verify() == ()
    with pytest.raises(ItemHasLeft):  # it may have been sent over there
        other.outbox.cancel(uuid(1))


def test_twice_is_once(store: DraftStore, other: DraftStore, exported: Path):
    assert other.outbox.import_(exported) == other.outbox.import_(exported)
    assert store.outbox.import_(exported).state == "waiting"  # what is here already stays as it is
    assert len(list((exported.parent / "other" / "files").iterdir())) == 2


def test_the_same_id_with_another_content_is_refused(other: DraftStore, exported: Path):
    """Whichever came first stays, and nobody is told that the second one was taken in."""
    put(other, other.owner(MIHON_KEY), 1, body=b"another body")
    with pytest.raises(ItemExists):
        other.outbox.import_(exported)
    assert claimed(other).body == b"another body"


def test_what_was_exported_may_be_sent_elsewhere_and_is_not_called_taken_back(store: DraftStore, exported: Path):
    assert exported.exists()
    with pytest.raises(ItemHasLeft):
        store.outbox.cancel(uuid(1))
    assert claimed(store).in_doubt  # the portal is asked before it is sent from here


def test_what_a_newer_program_exported_is_refused_by_its_name(other: DraftStore, exported: Path):
    exported.write_bytes(exported.read_bytes().replace(b"zairyu-queue-item:1", b"zairyu-queue-item:2"))
    with pytest.raises(ItemFileTooNew):
        other.outbox.import_(exported)
    assert other.outbox.list() == ()


def test_an_export_that_fails_leaves_no_doubt(store: DraftStore, owner: Owner, tmp_path: Path):
    put(store, owner, 1)
    with pytest.raises(StoreError):
        store.outbox.export(uuid(1), tmp_path / "no folder" / "item")
    store.outbox.cancel(uuid(1))


def test_an_export_never_writes_over_anything(store: DraftStore, exported: Path):
    before = exported.read_bytes()
    with pytest.raises(TargetExists):
        store.outbox.export(uuid(1), exported)
    assert exported.read_bytes() == before
    assert [path.name for path in exported.parent.glob("*.tmp")] == []


def test_a_damaged_file_is_not_exported(store: DraftStore, owner: Owner, tmp_path: Path):
    item = put(store, owner, 2, files=1)
    store.dispatch.file_path(item.files[0].sha256).write_bytes(b"x")
    with pytest.raises(StoredFileBroken):
        store.outbox.export(uuid(2), tmp_path / "out")
    assert not (tmp_path / "out").exists()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(data=st.data())
def test_nothing_cut_changed_or_added_is_taken_in(other: DraftStore, exported: Path, data: st.DataObject):
    whole = exported.read_bytes()
    place = data.draw(st.integers(min_value=0, max_value=len(whole) - 1))
    kind = data.draw(st.sampled_from(["cut", "flip", "add"]))
    flipped = whole[:place] + bytes([whole[place] ^ (1 << data.draw(st.integers(0, 7)))]) + whole[place + 1 :]
    bad = exported.with_name("bad")
    bad.write_bytes({"cut": whole[:place], "flip": flipped, "add": whole + b"\0"}[kind])
    try:
        taken = other.outbox.import_(bad)
    except ItemFileUnreadable:
        assert other.outbox.list() == ()
    else:
        # Of the header's own words only the id and the time are not covered by a digest: the portal checks both.
        assert kind == "flip"
        assert place < whole.index(b"\n")
        assert taken.state == "uncertain"
        other.outbox.send_now(taken.id)
        work = claimed(other)
        other.dispatch.accepted(work.id, "XX")
        clean(other)
    assert list((exported.parent / "other" / "files").iterdir()) == []


def clean(store: DraftStore) -> None:
    """Forget what was taken in."""
    parts = vars(store)["_parts"]
    with parts.queue.writing() as connection:
        connection.execute("DELETE FROM outbox")


@pytest.mark.parametrize(
    "rubbish",
    [
        b"",
        b"\n",
        b"[]\n",
        b"{}\n",
        b"[" * 100_000,
        b'{"format":"zairyu-queue-item:1","id":7,"kind":"application","files":[]}\n',
        b'{"format":"zairyu-queue-item:1","files":{"a":1}}\n',
        b"\xff\xfe\n",
    ],
)
def test_rubbish_is_refused(other: DraftStore, tmp_path: Path, rubbish: bytes):
    file = tmp_path / "rubbish"
    file.write_bytes(rubbish)
    with pytest.raises(ItemFileUnreadable):
        other.outbox.import_(file)
