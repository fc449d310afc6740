from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.offline_queue.drafts import DraftStore
from kiosk.offline_queue.errors import (
    AnswerUnstorable,
    DiskFull,
    DraftExists,
    DraftNeedsCard,
    DraftNotFound,
    DraftNotYours,
)
from kiosk.offline_queue.keys import Owner
from tests.offline_queue.support import (
    ANSWERS,
    HEADER,
    MIHON_KEY,
    MIHON_SIGNATURE,
    MORNING,
    TANIN_KEY,
    SettableClock,
    draft_id,
    open_store,
)


def test_a_draft_comes_back_as_it_was_given(store: DraftStore, owner: Owner):
    made = store.create(owner, HEADER, ANSWERS, draft_id(1))
    draft = store.load(owner, made)
    assert (draft.id, draft.header, draft.answers) == (draft_id(1), HEADER, ANSWERS)
    assert (draft.revision, draft.created, draft.updated, draft.attachments) == (1, MORNING, MORNING, ())


def test_one_answer_is_saved_and_counted(store: DraftStore, owner: Owner, clock: SettableClock):
    store.create(owner, HEADER, ANSWERS, draft_id(1))
    clock.forward(minutes=3)
    saved = store.save_answer(owner, draft_id(1), "name", "見本 架空")
    draft = store.load(owner, draft_id(1))
    assert saved == MORNING + timedelta(minutes=3) == draft.updated
    assert draft.answers == {**ANSWERS, "name": "見本 架空"}
    assert (draft.revision, draft.created) == (2, MORNING)


def test_the_header_is_replaced(store: DraftStore, owner: Owner):
    store.create(owner, HEADER, {}, draft_id(1))
    store.save_header(owner, draft_id(1), {"step": 4})
    assert store.load(owner, draft_id(1)).header == {"step": 4}
    assert store.load(owner, draft_id(1)).revision == 2


def test_a_draft_survives_closing_and_opening(folder: Path):
    with open_store(folder) as store:
        store.create(store.owner(MIHON_KEY, MIHON_SIGNATURE), HEADER, ANSWERS, draft_id(1))
    with open_store(folder) as store:
        assert store.load(store.owner(MIHON_KEY, MIHON_SIGNATURE), draft_id(1)).answers == ANSWERS


def test_a_list_holds_ones_own_drafts_the_latest_first(store: DraftStore, owner: Owner, clock: SettableClock):
    other = store.owner(TANIN_KEY, MIHON_SIGNATURE)
    for number, whose in ((1, owner), (2, owner), (3, other)):
        store.create(whose, {"number": number}, {}, draft_id(number))
        clock.forward(seconds=1)
    store.save_answer(owner, draft_id(1), "a", "b")
    assert [(item.id, item.header) for item in store.list(owner)] == [
        (draft_id(1), {"number": 1}),
        (draft_id(2), {"number": 2}),
    ]
    assert [item.id for item in store.list(other)] == [draft_id(3)]


def test_another_card_opens_nothing(store: DraftStore, owner: Owner):
    store.create(owner, HEADER, ANSWERS, draft_id(1))
    other = store.owner(TANIN_KEY, MIHON_SIGNATURE)
    for use in (
        lambda: store.load(other, draft_id(1)),
        lambda: store.save_answer(other, draft_id(1), "name", "x"),
        lambda: store.save_header(other, draft_id(1), {}),
        lambda: store.attach(other, draft_id(1), "photo", "a.jpg", "image/jpeg", b"x"),
        lambda: store.erase(other, draft_id(1)),
    ):
        with pytest.raises(DraftNotYours):
            use()
    assert store.load(owner, draft_id(1)).answers == ANSWERS


def test_without_the_cards_signature_a_self_service_draft_is_listed_but_shut(folder: Path):
    with open_store(folder) as store:
        store.create(store.owner(MIHON_KEY, MIHON_SIGNATURE), HEADER, ANSWERS, draft_id(1))
    with open_store(folder) as store:
        staff = store.owner(MIHON_KEY)
        (listed,) = store.list(staff)
        assert (listed.needs_card, listed.header) == (True, {})
        with pytest.raises(DraftNeedsCard):
            store.load(staff, draft_id(1))


def test_the_signature_of_another_key_does_not_open_it(folder: Path):
    with open_store(folder) as store:
        store.create(store.owner(MIHON_KEY, MIHON_SIGNATURE), HEADER, ANSWERS, draft_id(1))
    with open_store(folder) as store, pytest.raises(DraftNotYours):
        store.load(store.owner(MIHON_KEY, b"\x18" * 256), draft_id(1))


def test_a_cipher_kept_for_one_owner_is_not_lent_to_another(store: DraftStore, owner: Owner):
    store.create(owner, HEADER, ANSWERS, draft_id(1))
    with pytest.raises(DraftNeedsCard):
        store.load(store.owner(MIHON_KEY), draft_id(1))


def test_a_draft_made_with_staff_opens_without_and_with_the_signature(store: DraftStore):
    store.create(store.owner(MIHON_KEY), HEADER, ANSWERS, draft_id(1))
    assert store.load(store.owner(MIHON_KEY), draft_id(1)).answers == ANSWERS
    assert store.load(store.owner(MIHON_KEY, MIHON_SIGNATURE), draft_id(1)).answers == ANSWERS


def test_an_erased_draft_is_gone_also_for_a_store_that_had_it_open(folder: Path):
    with open_store(folder) as one, open_store(folder) as two:
        owner = one.owner(MIHON_KEY, MIHON_SIGNATURE)
        one.create(owner, HEADER, ANSWERS, draft_id(1))
        assert two.load(owner, draft_id(1)).answers == ANSWERS
        one.erase(owner, draft_id(1))
        for use in (two.load, two.erase):
            with pytest.raises(DraftNotFound):
                use(owner, draft_id(1))
        with pytest.raises(DraftNotFound):
            two.save_answer(owner, draft_id(1), "name", "x")
        assert two.list(owner) == ()


def test_an_id_is_taken_once_and_its_draft_stays_readable(store: DraftStore, owner: Owner):
    store.create(owner, HEADER, ANSWERS, draft_id(1))
    with pytest.raises(DraftExists):
        store.create(store.owner(TANIN_KEY), {}, {}, draft_id(1))
    assert store.load(owner, draft_id(1)).answers == ANSWERS


@pytest.mark.parametrize(
    "wrong", ["", "1", "0190AAAA-bbbb-7ccc-8ddd-eeeeeeeeeeee", "0190aaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"]
)
def test_an_id_is_a_uuid7(store: DraftStore, owner: Owner, wrong: str):
    with pytest.raises(ValueError):
        store.create(owner, {}, {}, wrong)


@pytest.mark.parametrize(
    "value", [("a",), {1: "a"}, float("nan"), "\ud800", "\ud83d\ude00"[:1], b"x", object(), {"a": {"b": ("c",)}}]
)
def test_what_json_would_change_is_refused_without_quoting_it(store: DraftStore, owner: Owner, value: object):
    store.create(owner, {}, {"a": "before"}, draft_id(1))
    with pytest.raises(AnswerUnstorable) as caught:
        store.save_answer(owner, draft_id(1), "a", value)
    assert caught.value.params == {}
    assert store.load(owner, draft_id(1)).answers == {"a": "before"}


def test_idle_drafts_are_erased_and_their_ids_told(store: DraftStore, owner: Owner, clock: SettableClock):
    for number in (1, 2):
        store.create(owner, HEADER, ANSWERS, draft_id(number))
    clock.forward(days=5)
    store.save_answer(owner, draft_id(2), "name", "x")
    clock.forward(days=2, seconds=1)
    assert store.purge_idle(7) == (draft_id(1),)
    assert [item.id for item in store.list(owner)] == [draft_id(2)]
    assert store.purge_idle(7) == ()


def test_opening_erases_idle_drafts(folder: Path, clock: SettableClock):
    with open_store(folder, clock) as store:
        owner = store.owner(MIHON_KEY, MIHON_SIGNATURE)
        store.create(owner, HEADER, ANSWERS, draft_id(1))
    clock.forward(days=8)
    with open_store(folder, clock) as store:
        assert store.list(owner) == ()


def test_a_draft_idle_for_exactly_the_time_is_kept(store: DraftStore, owner: Owner, clock: SettableClock):
    store.create(owner, HEADER, ANSWERS, draft_id(1))
    clock.forward(days=7)
    assert store.purge_idle(7) == ()


def test_a_disk_too_full_to_erase_does_not_keep_a_person_from_their_draft(
    folder: Path, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
):
    with open_store(folder, clock) as store:
        owner = store.owner(MIHON_KEY, MIHON_SIGNATURE)
        store.create(owner, HEADER, ANSWERS, draft_id(1))

    def full(*_: object) -> None:
        raise DiskFull()

    monkeypatch.setattr(DraftStore, "purge_idle", full)
    with open_store(folder, clock) as store:
        assert store.load(owner, draft_id(1)).answers == ANSWERS


def test_a_closed_store_does_nothing_any_more(folder: Path):
    store = open_store(folder)
    owner = store.owner(MIHON_KEY, MIHON_SIGNATURE)
    store.create(owner, HEADER, ANSWERS, draft_id(1))
    store.close()
    for use in (
        lambda: store.owner(MIHON_KEY),
        lambda: store.create(owner, {}, {}, draft_id(2)),
        lambda: store.save_answer(owner, draft_id(1), "name", "x"),
        lambda: store.list(owner),
    ):
        with pytest.raises(RuntimeError):
            use()
    assert not (folder / "queue.db-wal").exists()
