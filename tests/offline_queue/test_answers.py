"""Whatever a person types comes back exactly, and nothing of it shows by accident."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.offline_queue.drafts import DraftStore
from kiosk.offline_queue.errors import StoreBroken
from kiosk.offline_queue.records import RecordCipher, from_bytes, to_bytes
from tests.offline_queue.support import MIHON_KEY, MIHON_SIGNATURE, draft_id, open_store

TEXT = st.text(max_size=60)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def shared() -> Iterator[DraftStore]:
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder)) as store:
        store.create(store.owner(MIHON_KEY, MIHON_SIGNATURE), {}, {}, draft_id(1))
        yield store


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(field=TEXT, value=VALUES)
def test_any_answer_comes_back_exactly(shared: DraftStore, field: str, value: object):
    owner = shared.owner(MIHON_KEY, MIHON_SIGNATURE)
    shared.save_answer(owner, draft_id(1), field, value)
    assert shared.load(owner, draft_id(1)).answers[field] == value


@given(VALUES)
def test_encoding_gives_the_value_back(value: object):
    assert from_bytes(to_bytes(value)) == value


@given(st.binary(max_size=80))
def test_rubbish_in_place_of_a_sealed_piece_is_found(rubbish: bytes):
    cipher = RecordCipher(draft_id(1), b"k" * 32)
    with pytest.raises(StoreBroken):
        cipher.open("answer", b"s" * 16, 1, rubbish)


def test_a_piece_opens_only_where_it_was_sealed():
    cipher = RecordCipher(draft_id(1), b"k" * 32)
    slot = cipher.slot("answer", "name")
    sealed = cipher.seal("answer", slot, 3, b"x")
    assert cipher.open("answer", slot, 3, sealed) == b"x"
    elsewhere = RecordCipher(draft_id(2), b"k" * 32)
    for reader, kind, where, revision in (
        (cipher, "header", slot, 3),
        (cipher, "answer", cipher.slot("answer", "other"), 3),
        (cipher, "answer", slot, 2),
        (elsewhere, "answer", slot, 3),
    ):
        with pytest.raises(StoreBroken):
            reader.open(kind, where, revision, sealed)


def test_nothing_given_back_shows_its_content(shared: DraftStore):
    owner = shared.owner(MIHON_KEY, MIHON_SIGNATURE)
    shared.create(owner, {"who": "MIHON"}, {"name": "MIHON"}, draft_id(2))
    shared.attach(owner, draft_id(2), "photo", "MIHON.jpg", "image/jpeg", b"MIHON")
    shown = f"{owner!r} {shared!r} {shared.load(owner, draft_id(2))!r} {shared.list(owner)!r}"
    shown += repr(shared.load(owner, draft_id(2)).attachments)
    assert "MIHON" not in shown
    assert owner.lookup.hex() not in shown
