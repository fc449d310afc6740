"""``kiosk demo`` as a program: what it prints, how it ends, what it leaves behind."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from kiosk.demo.reader import CLAIM
from kiosk.services import Services
from kiosk.settings import load_settings
from tests.secrets.processes import family
from tests.support.modules import ROOT
from tests.support.pcscd import wait_until

SECONDS = 90


@contextmanager
def demo(tmp_path: Path, *options: str) -> Generator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "kiosk", "demo", "--in-process-card", *options],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def test_no_ui_tells_everything_and_ends_on_sigterm(tmp_path: Path) -> None:
    with demo(tmp_path, "--no-ui") as process:
        told: dict[str, Any] = json.loads(first_line(process))
        assert httpx.get(f"{told['origin']}/v1/status", timeout=SECONDS).status_code == 200
        assert httpx.get(f"{told['mailbox']}/messages", timeout=SECONDS).json() == []
        assert told["reader"] is False
        assert Path(told["settings"]).is_file()
        assert set(told["secrets"]) == {"authentication", "signing", "password"}
        Services(load_settings(Path(told["settings"]))).staff_access.check(bytearray(told["staff_code"].encode()))
        Path(told["switch"]).write_text("maintenance", encoding="ascii")
        wait_until(
            lambda: httpx.get(f"{told['origin']}/v1/status", timeout=SECONDS).json()["until"],
            "the maintenance",
            SECONDS,
        )
        parts = family(process.pid)[1:]
        assert len(parts) >= 2
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0
    assert [pid for pid in parts if Path(f"/proc/{pid}").exists()] == []
    assert list(tmp_path.iterdir()) == []


def test_a_part_that_is_killed_is_named_and_the_end_is_clean_all_the_same(tmp_path: Path) -> None:
    with demo(tmp_path, "--no-ui") as process:
        first_line(process)
        portal = next(pid for pid in family(process.pid) if b"\0serve\0" in Path(f"/proc/{pid}/cmdline").read_bytes())
        os.kill(portal, signal.SIGKILL)
        assert process.stderr is not None
        assert "serve" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(SECONDS) == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "after"), [(signal.SIGTERM, ""), (signal.SIGINT, ""), (signal.SIGTERM, "2."), (signal.SIGINT, "4.")]
)
def test_a_signal_ends_the_walk_wherever_it_is(tmp_path: Path, number: signal.Signals, after: str) -> None:
    with demo(tmp_path, "--auto", "--language", "en") as process:
        assert process.stdout is not None
        if after:
            wait_until(lambda: after in first_line(process), "the step", SECONDS)
        else:
            wait_until(lambda: any(tmp_path.iterdir()), "the folder")
        parts = family(process.pid)[1:]
        process.send_signal(number)
        assert process.wait(SECONDS) == 128 + number
    assert [pid for pid in parts if Path(f"/proc/{pid}").exists()] == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.timeout(300)
def test_the_walk_tells_each_step_once_and_ends_with_number_and_result(tmp_path: Path) -> None:
    with demo(tmp_path, "--language", "en") as process:  # in Japanese: the walk through an outage, below
        told, complaints = process.communicate(timeout=280)
        assert (process.returncode, complaints) == (0, "")
    numbers = [int(found[1]) for found in re.finditer(r"^ *(\d+)\. \S", told, re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > 25
    number, result = told.splitlines()[-2:]
    assert re.search(r"東オン\S+\d{8}$", number)
    assert "Granted" in result
    assert list(tmp_path.iterdir()) == []


@pytest.mark.timeout(300)
def test_the_outage_is_told_to_the_reception_number_and_leaves_nothing(tmp_path: Path) -> None:
    with demo(tmp_path, "--outage", "--language", "ja") as process:
        told, complaints = process.communicate(timeout=280)
        assert (process.returncode, complaints) == (0, "")
    story = [
        "接続できません",  # the banner, in mid-form
        "署名しました。まだ受け付けられていません。",
        "signed-not-received-",
        "● 受付中",
        "メールが届きました",
        "kiosk queue list --json → accepted",
        "kiosk queue verify → 0",
    ]
    places = [told.find(words) for words in story]
    assert -1 not in places
    number = re.search(r"東オン\S+\d{8}$", told.splitlines()[-1])
    assert number is not None
    # The item of this station and the list's row name the portal's number, and no other one is told.
    assert set(re.findall(r"東オン\S+", told)) == {number.group()}
    assert told.count(number.group()) == 3
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_language_is_wrong_usage(tmp_path: Path) -> None:
    with demo(tmp_path, "--language", "xx") as process:
        assert process.wait(SECONDS) == 2


def test_two_demos_do_not_put_their_cards_on_one_reader() -> None:
    from kiosk.demo import reader

    # The claim is what two demos meet at.
    first = reader.claimed()
    assert first is not None
    with first:
        assert reader.claimed() is None
    with socket.socket() as again:
        again.bind(CLAIM)
