"""Of a draft that was filed the papers stay that follow later, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.offline_queue.errors import DraftNotFound, DraftNotYours, StoredFileNotFound
from kiosk.offline_queue.remains import Rest
from kiosk.remainder import forget_taken_back
from tests.offline_queue.outbox_support import new_item, uuid
from tests.offline_queue.support import (
    ANSWERS,
    HEADER,
    MIHON_KEY,
    MIHON_SIGNATURE,
    MORNING,
    TANIN_KEY,
    SettableClock,
    all_bytes,
    draft_id,
    open_store,
)

LATER = MORNING + timedelta(days=120)
REST = {"page": "rest:"}


def test_answers_and_what_was_sent_go_and_the_rest_outlives_idle_drafts(folder: Path) -> None:
    clock = SettableClock()
    with open_store(folder, clock) as store:
        owner = store.owner(MIHON_KEY, MIHON_SIGNATURE)
        store.create(owner, HEADER, ANSWERS, draft_id(1))
        gone = store.attach(owner, draft_id(1), "bound", "one.pdf", "application/pdf", b"part one")
        kept = store.attach(owner, draft_id(1), "bound", "two.pdf", "application/pdf", b"part two")
        for _ in range(2):
            store.remains.keep(owner, draft_id(1), Rest(REST, frozenset({kept.id}), LATER))
        stored = store.load(owner, draft_id(1))
        assert (stored.header, stored.answers, stored.attachments) == (REST, {}, (kept,))
        assert store.read_attachment(owner, draft_id(1), kept.id) == b"part two"
        with pytest.raises(StoredFileNotFound):
            store.read_attachment(owner, draft_id(1), gone.id)
        assert gone.id.encode() not in all_bytes(folder)
        store.save_header(owner, draft_id(1), REST)
    clock.forward(days=119)
    with open_store(folder, clock) as store:
        assert store.purge_idle(7) == ()
        clock.forward(days=2)
        assert store.purge_idle(7) == (draft_id(1),)
        assert store.list(store.owner(MIHON_KEY, MIHON_SIGNATURE)) == ()


def test_only_ones_own_is_reduced(folder: Path) -> None:
    with open_store(folder) as store:
        owner, other = store.owner(MIHON_KEY), store.owner(TANIN_KEY)
        store.create(owner, HEADER, ANSWERS, draft_id(1))
        rest = Rest(REST, frozenset(), LATER)
        with pytest.raises(DraftNotYours):
            store.remains.keep(other, draft_id(1), rest)
        with pytest.raises(DraftNotFound):
            store.remains.keep(owner, draft_id(2), rest)
        assert store.load(owner, draft_id(1)).answers == ANSWERS


def test_what_is_sealed_leaves_its_rest_in_the_same_act(folder: Path) -> None:
    with open_store(folder) as store:
        owner = store.owner(MIHON_KEY)
        store.create(owner, HEADER, ANSWERS, draft_id(1))
        kept = store.attach(owner, draft_id(1), "bound", "two.pdf", "application/pdf", b"part two")
        store.attach(owner, draft_id(1), "bound", "one.pdf", "application/pdf", b"part one")
        item = new_item(store, 1)
        for _ in range(2):
            store.outbox.put(owner, item, draft_id(1), Rest(REST, frozenset({kept.id}), LATER))
    with open_store(folder) as store:
        owner = store.owner(MIHON_KEY)
        stored = store.load(owner, draft_id(1))
        assert (stored.header, stored.answers, stored.attachments) == (REST, {}, (kept,))
        assert store.read_attachment(owner, draft_id(1), kept.id) == b"part two"
        assert [entry.id for entry in store.outbox.list(owner)] == [item.id]
        assert store.outbox.verify() == ()


def test_what_is_taken_back_takes_its_rest_along_and_no_other(folder: Path) -> None:
    with open_store(folder) as store:
        owner = store.owner(MIHON_KEY)
        for number in (1, 2):
            item = new_item(store, number)
            store.create(owner, HEADER, ANSWERS, draft_id(number))
            kept = store.attach(owner, draft_id(number), "bound", "two.pdf", "application/pdf", b"part two")
            rest = Rest({**REST, "submission_id": item.id}, frozenset({kept.id}), LATER)
            store.outbox.put(owner, item, draft_id(number), rest)
        store.create(owner, {**HEADER, "submission_id": uuid(1)}, ANSWERS, draft_id(3))
        forget_taken_back(store, owner)
        assert len(store.list(owner)) == 3
        store.outbox.cancel(uuid(1))
        forget_taken_back(store, owner)
        assert {draft.id for draft in store.list(owner)} == {draft_id(2), draft_id(3)}
