from __future__ import annotations

import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from kiosk.errors import PortalError
from kiosk.portal import contract as c
from kiosk.portal import errors as e
from kiosk.portal.watch import PortalState, PortalWatch, Window
from tests.portal.support import NOW, status

Said = c.PortalStatus | PortalError


class Source:
    """Gives what a test puts into it, one for each question."""

    def __init__(self) -> None:
        self.answers: queue.Queue[Said] = queue.Queue()
        self.closed = threading.Event()

    def status(self) -> c.PortalStatus:
        said = self.answers.get(timeout=30)
        if isinstance(said, PortalError):
            raise said
        return said

    def close(self) -> None:
        self.closed.set()


def watched(*answers: Said, listener: Callable[[PortalState], None] | None = None) -> list[PortalState]:
    """Run a watch over ``answers`` and return the states it told."""
    source, told, done = Source(), list[PortalState](), threading.Event()
    for said in answers:
        source.answers.put(said)

    def on_change(state: PortalState) -> None:
        told.append(state)
        if state.kind == "region":
            done.set()
        elif listener:
            listener(state)

    source.answers.put(e.PortalRegion())
    watch = PortalWatch(lambda: source, 0.0, on_change, clock=lambda: NOW - timedelta(seconds=90))
    watch.start()
    assert done.wait(30)
    source.answers.put(status())
    watch.stop(30)
    assert source.closed.wait(30)
    assert told[-1].kind == "region"
    return told[:-1]


def test_open_with_the_clocks_difference() -> None:
    (state,) = watched(status())
    assert (state.kind, state.offset, state.terms_version) == ("open", timedelta(seconds=90), "2026-01")


def test_no_news_is_not_told() -> None:
    states = watched(status(), status(now=NOW + timedelta(seconds=1)), e.PortalTimeout(), e.PortalTimeout(), status())
    assert [state.kind for state in states] == ["open", "unreachable", "open"]


def test_why_it_is_unreachable_is_news_and_the_rest_is_kept() -> None:
    windows = ({"starts": NOW + timedelta(hours=1), "ends": NOW + timedelta(hours=2)},)
    states = watched(status(windows=windows), e.PortalTimeout(), e.PortalUntrusted())
    assert [type(state.error) for state in states] == [type(None), e.PortalTimeout, e.PortalUntrusted]
    assert states[-1].windows == states[0].windows == (Window(**windows[0]),)
    assert states[-1].offset == timedelta(seconds=90)


def test_maintenance_said_by_status_or_by_a_refusal() -> None:
    until = NOW + timedelta(hours=3)
    states = watched(status(state="maintenance", until=until), e.PortalMaintenanceUntil(until), e.PortalMaintenance())
    assert [(state.kind, state.until) for state in states] == [("maintenance", until)] * 2 + [("maintenance", None)]


def test_windows_that_are_over_or_out_of_this_world_are_not_shown() -> None:
    hour = timedelta(hours=1)
    windows = (
        {"starts": NOW - 2 * hour, "ends": NOW - hour},
        {"starts": NOW + hour, "ends": "9999-12-31T23:59:59-12:00"},
        {"starts": (NOW + hour).replace(tzinfo=None), "ends": NOW + 2 * hour},
    )
    (state,) = watched(status(windows=windows, until="0001-01-01T00:00:00+14:00"))
    assert state.windows == (Window(NOW + hour, NOW + 2 * hour),)
    assert state.until is None


def test_a_listener_that_fails_does_not_end_the_watch(caplog: pytest.LogCaptureFixture) -> None:
    def listener(state: PortalState) -> None:
        raise RuntimeError(f"personal words {state.kind}")

    states = watched(status(), e.PortalTimeout(), listener=listener)
    assert [state.kind for state in states] == ["open", "unreachable"]
    assert "RuntimeError" in caplog.text
    assert "personal" not in caplog.text


def test_it_asks_at_once_when_told_to_and_stops_while_it_waits() -> None:
    source, told = Source(), queue.Queue[PortalState]()
    watch = PortalWatch(lambda: source, 3_600.0, told.put, clock=lambda: NOW)
    assert watch.state.kind == "unknown"
    watch.start()
    source.answers.put(e.PortalUnreachable())
    assert told.get(timeout=30).kind == "unreachable"
    source.answers.put(status())
    watch.check_now()
    assert told.get(timeout=30).kind == "open"
    assert watch.state.kind == "open"
    watch.stop(30)
    assert source.closed.is_set()


def test_what_another_request_has_shown_is_over_when_the_next_answer_says_so() -> None:
    source, told = Source(), queue.Queue[PortalState]()
    watch = PortalWatch(lambda: source, 3_600.0, told.put, clock=lambda: NOW)
    watch.start()
    source.answers.put(status())
    first = told.get(timeout=30)
    watch.learned(PortalState("unreachable", windows=first.windows))
    source.answers.put(status())
    watch.check_now()
    assert told.get(timeout=30).kind == "open"
    watch.stop(30)


def test_it_may_stop_itself() -> None:
    source = Source()
    source.answers.put(status())

    def on_change(state: PortalState) -> None:
        assert state.kind == "open"
        watch.stop()

    watch = PortalWatch(lambda: source, 3_600.0, on_change, clock=lambda: NOW)
    watch.start()
    assert source.closed.wait(30)


def test_loading_it_loads_no_http() -> None:
    program = (
        "import sys, kiosk.portal.watch, kiosk.portal.errors; print('httpx' in sys.modules, 'pydantic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
