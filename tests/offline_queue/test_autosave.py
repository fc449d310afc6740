from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime

import pytest

from kiosk.errors import StoreError
from kiosk.offline_queue.autosave import Autosave
from kiosk.offline_queue.drafts import DraftStore
from kiosk.offline_queue.errors import AnswerUnstorable, DiskFull, DraftNotFound, StoreReadOnly
from kiosk.offline_queue.keys import Owner
from tests.offline_queue.support import MORNING, draft_id

SOON = 10.0
WHO = Owner(b"lookup", None)


class Recorder:
    """A store that writes down what it is given, fails when told, and stops at a gate when told."""

    def __init__(self) -> None:
        self.saved: list[tuple[str, dict[str, bytes]]] = []
        self.fault: Exception | None = None
        self.asked = threading.Semaphore(0)
        self.gate = threading.Event()
        self.gate.set()

    def save_encoded(self, owner: Owner, draft_id: str, encoded: dict[str, bytes]) -> datetime:
        assert owner is WHO
        self.asked.release()
        assert self.gate.wait(SOON)
        if self.fault is not None:
            raise self.fault
        self.saved.append((draft_id, encoded))
        return MORNING


class Heard:
    """What the screen would hear."""

    def __init__(self) -> None:
        self.moments: list[datetime] = []
        self.errors: list[type[StoreError]] = []
        self.failed = threading.Event()

    def error(self, error: StoreError) -> None:
        self.errors.append(type(error))
        self.failed.set()


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def autosave(recorder: Recorder, heard: Heard) -> Iterator[Autosave]:
    made = Autosave(recorder, WHO, heard.moments.append, heard.error, retry_seconds=3600)
    yield made
    recorder.fault = None
    recorder.gate.set()
    made.close(SOON)


def test_what_is_put_is_saved_and_said(autosave: Autosave, recorder: Recorder, heard: Heard):
    autosave.put("a", "name", "架空")
    assert autosave.flush(SOON)
    assert recorder.saved == [("a", {"name": '"架空"'.encode()})]
    assert autosave.pending == 0
    assert autosave.close(SOON)
    assert heard.moments == [MORNING]


def test_while_the_disk_is_slow_only_the_latest_value_waits_in_order(autosave: Autosave, recorder: Recorder):
    recorder.gate.clear()
    autosave.put("a", "first", 0)
    assert recorder.asked.acquire(timeout=SOON)
    for field, value in (("x", 1), ("y", 2), ("x", 3), ("z", 4)):
        autosave.put("a", field, value)
    assert autosave.pending == 4
    recorder.gate.set()
    assert autosave.flush(SOON)
    assert [[*fields.items()] for _, fields in recorder.saved] == [
        [("first", b"0")],
        [("y", b"2"), ("x", b"3"), ("z", b"4")],
    ]


def test_drafts_are_not_mixed(autosave: Autosave, recorder: Recorder):
    recorder.gate.clear()
    for draft, field in (("a", "1"), ("b", "2"), ("a", "3")):
        autosave.put(draft, field, field)
    recorder.gate.set()
    assert autosave.flush(SOON)
    everything = [(draft, field) for draft, fields in recorder.saved for field in fields]
    assert sorted(everything) == [("a", "1"), ("a", "3"), ("b", "2")]


def test_a_value_is_taken_as_it_is_now(autosave: Autosave, recorder: Recorder):
    recorder.gate.clear()
    rows = [{"a": "before"}]
    autosave.put("a", "rows", rows)
    rows[0]["a"] = "after"
    recorder.gate.set()
    assert autosave.flush(SOON)
    assert recorder.saved == [("a", {"rows": b'[{"a":"before"}]'})]


def test_a_full_disk_is_told_once_and_nothing_is_lost(autosave: Autosave, recorder: Recorder, heard: Heard):
    recorder.fault = DiskFull()
    autosave.put("a", "x", 1)
    assert heard.failed.wait(SOON)
    autosave.put("a", "y", 2)
    autosave.put("a", "x", 3)
    assert not autosave.flush(0.05)
    assert autosave.pending == 2
    recorder.fault = None
    assert autosave.flush(SOON)
    assert heard.errors == [DiskFull]
    assert recorder.saved == [("a", {"y": b"2", "x": b"3"})]
    assert autosave.close(SOON)
    assert heard.moments == [MORNING]


def test_another_kind_of_error_and_a_later_one_are_told_again(autosave: Autosave, recorder: Recorder, heard: Heard):
    for fault in (DiskFull(), StoreReadOnly(), None, DiskFull()):
        recorder.fault = fault
        autosave.put("a", "x", 1)
        heard.failed.clear()
        assert autosave.flush(0.2) is (fault is None)
    assert heard.errors == [DiskFull, StoreReadOnly, DiskFull]


def test_saving_is_tried_again_by_itself(recorder: Recorder, heard: Heard):
    recorder.fault = DiskFull()
    autosave = Autosave(recorder, WHO, heard.moments.append, heard.error, retry_seconds=0.001)
    autosave.put("a", "x", 1)
    for _ in range(3):
        assert recorder.asked.acquire(timeout=SOON)
    recorder.fault = None
    assert autosave.close(SOON)
    assert heard.errors == [DiskFull]
    assert recorder.saved == [("a", {"x": b"1"})]


def test_a_draft_that_is_gone_does_not_hold_up_the_others(autosave: Autosave, recorder: Recorder, heard: Heard):
    recorder.fault = DraftNotFound(draft="a")
    autosave.put("a", "x", 1)
    assert heard.failed.wait(SOON)
    recorder.fault = None
    autosave.put("b", "y", 2)
    assert autosave.flush(SOON)
    assert recorder.saved == [("b", {"y": b"2"})]


def test_a_fault_of_the_program_does_not_end_the_saving(
    autosave: Autosave, recorder: Recorder, heard: Heard, caplog: pytest.LogCaptureFixture
):
    recorder.fault = RuntimeError("MIHON")
    autosave.put("a", "x", "MIHON")
    assert heard.failed.wait(SOON)
    recorder.fault = None
    assert autosave.flush(SOON)
    assert recorder.saved == [("a", {"x": b'"MIHON"'})]
    assert "MIHON" not in caplog.text


def test_what_is_not_json_is_refused_at_once(autosave: Autosave):
    with pytest.raises(AnswerUnstorable):
        autosave.put("a", "x", {"a", "b"})
    assert autosave.pending == 0


def test_it_saves_into_the_real_store(store: DraftStore, owner: Owner, heard: Heard):
    store.create(owner, {}, {}, draft_id(1))
    autosave = Autosave(store, owner, heard.moments.append, heard.error)
    for number in range(50):
        autosave.put(draft_id(1), f"f{number % 7}", number)
    assert autosave.close(SOON)
    assert autosave.close(SOON)
    assert store.load(owner, draft_id(1)).answers == {f"f{n % 7}": n for n in range(50)}
    assert heard.errors == []
