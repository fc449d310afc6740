from __future__ import annotations

import queue
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.card.errors import CardCommunication, NoReaderService, ReaderLibraryMissing
from kiosk.card.monitor import (
    CardEvent,
    CardMonitor,
    CardPresent,
    CardTaken,
    NoReaderConnected,
    ReaderGone,
    ReaderReady,
    ServiceDown,
    changes,
)
from kiosk.card.transport import Connection, ReaderState
from kiosk.errors import CardError

SECONDS = 60.0
EMPTY = ReaderState("A", False)
FULL = ReaderState("A", True)
OTHER = ReaderState("B", True)

Look = tuple[ReaderState, ...] | CardError


class Looks:
    """Readers that look as a test says, one look after another; the last one stays."""

    def __init__(self, *looks: Look) -> None:
        self.looks = list(looks)

    def list(self) -> tuple[ReaderState, ...]:
        look = self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]
        if isinstance(look, CardError):
            raise look
        return look

    def connect(self, reader: str | None) -> Connection:
        raise CardCommunication(sw=str(reader))


def events(*looks: Look) -> list[CardEvent]:
    seen: list[CardEvent] = []
    monitor = CardMonitor(Looks(*looks), seen.append, 0)
    for _ in looks:
        monitor.poll()
    return seen


@pytest.mark.parametrize(
    ("looks", "expected"),
    [
        (((EMPTY,), (EMPTY,)), [ReaderReady("A")]),
        (((FULL,), (FULL,)), [ReaderReady("A"), CardPresent("A")]),
        (((EMPTY,), (FULL,), (EMPTY,)), [ReaderReady("A"), CardPresent("A"), CardTaken("A")]),
        (
            ((FULL,), ()),
            [ReaderReady("A"), CardPresent("A"), CardTaken("A"), ReaderGone("A"), NoReaderConnected()],
        ),
        (((), (), (EMPTY,)), [NoReaderConnected(), ReaderReady("A")]),
        (((EMPTY,), (EMPTY, OTHER)), [ReaderReady("A"), ReaderReady("B"), CardPresent("B")]),
        ((NoReaderService(), NoReaderService(), (EMPTY,)), [ServiceDown(), ReaderReady("A")]),
        ((ReaderLibraryMissing(),), [ServiceDown(library_missing=True)]),
        (
            ((FULL,), NoReaderService(), (FULL,)),
            [
                ReaderReady("A"),
                CardPresent("A"),
                CardTaken("A"),
                ReaderGone("A"),
                ServiceDown(),
                ReaderReady("A"),
                CardPresent("A"),
            ],
        ),
        (
            (NoReaderService(), (), NoReaderService()),
            [ServiceDown(), NoReaderConnected(), ServiceDown()],
        ),
    ],
)
def test_what_is_told(looks: tuple[Look, ...], expected: list[CardEvent]):
    assert events(*looks) == expected


STATES = st.lists(st.builds(ReaderState, st.sampled_from("ABC"), st.booleans()), unique_by=lambda item: item.name)


@given(st.lists(STATES.map(tuple), max_size=8))
def test_the_events_add_up_to_what_is_there(looks: list[tuple[ReaderState, ...]]):
    known: dict[str, bool] = {}
    before: tuple[ReaderState, ...] | None = None
    for look in looks:
        for event in changes(before, look):
            match event:
                case ReaderReady(name):
                    known[name] = False
                case ReaderGone(name):
                    del known[name]
                case CardPresent(name):
                    assert known[name] is False
                    known[name] = True
                case CardTaken(name):
                    assert known[name] is True
                    known[name] = False
                case NoReaderConnected():
                    assert not known
        before = look
        assert known == {item.name: item.card_present for item in look}


def test_the_thread_tells_and_ends():
    told: queue.Queue[CardEvent] = queue.Queue()
    monitor = CardMonitor(Looks((EMPTY,), (FULL,)), told.put, 0.001)
    monitor.start()
    assert [told.get(timeout=SECONDS), told.get(timeout=SECONDS)] == [ReaderReady("A"), CardPresent("A")]
    monitor.stop()
    assert "card-monitor" not in {thread.name for thread in threading.enumerate()}


def test_a_callback_that_fails_does_not_end_it(caplog: pytest.LogCaptureFixture):
    told: queue.Queue[CardEvent] = queue.Queue()

    def fail_first(event: CardEvent) -> None:
        told.put(event)
        if isinstance(event, ReaderReady):
            raise RuntimeError("KAKUU MIHON")

    monitor = CardMonitor(Looks((EMPTY,), (FULL,)), fail_first, 0.001)
    monitor.start()
    assert [told.get(timeout=SECONDS), told.get(timeout=SECONDS)] == [ReaderReady("A"), CardPresent("A")]
    monitor.stop()
    assert "RuntimeError" in caplog.text
    assert "KAKUU" not in caplog.text


def test_it_can_be_stopped_from_its_own_callback():
    done = threading.Event()
    monitor: CardMonitor

    def stop(_: CardEvent) -> None:
        monitor.stop()
        done.set()

    monitor = CardMonitor(Looks((EMPTY,)), stop, 0.001)
    monitor.start()
    assert done.wait(SECONDS)
    monitor.stop()
