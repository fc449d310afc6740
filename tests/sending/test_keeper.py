"""The sender's process is started again when it falls over, and ends with whoever started it."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from kiosk.sending import keeper
from kiosk.sending.keeper import SenderKeeper, pause_after
from tests.offline_queue.support import wait_until


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    file = tmp_path / "station.toml"
    file.write_text(f'[portal]\norigin = "http://127.0.0.1:9"\n[store]\nfolder = "{tmp_path.as_posix()}/store"\n'
                    'key_source = "file"\n')  # fmt: skip
    return file


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_killed_sender_is_started_again_and_ends_with_its_keeper(settings: Path, monkeypatch: pytest.MonkeyPatch):
    started: list[int] = []
    popen = keeper.subprocess.Popen

    def noted(*words: object, **options: object) -> object:
        process = popen(*words, **options)  # type: ignore[call-overload]  # passed on as it came
        started.append(process.pid)
        return process

    monkeypatch.setattr(keeper.subprocess, "Popen", noted)
    with SenderKeeper(settings):
        wait_until(lambda: len(started) == 1)
        os.kill(started[0], signal.SIGKILL)
        wait_until(lambda: len(started) == 2)
        wait_until(lambda: (settings.parent / "store" / "sender.lock").exists())
    assert not any(_alive(pid) for pid in started)


def test_it_is_started_slower_each_time():
    assert [pause_after(falls) for falls in (1, 2, 3, 7, 10_000)] == [1, 2, 4, 60, 60]
