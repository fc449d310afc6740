"""The monitor outlives a stop of the PC/SC service, and cards can be used again when it is back."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.pcsc.conftest import READER, Slot
from tests.pcsc.relay import Relay
from tests.support.cards import issue

pytestmark = pytest.mark.pcsc

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import sys
from kiosk.card.jpki import KeyUse
from kiosk.card.service import CardService
from kiosk.errors import CardError
from kiosk.settings import CardSettings

def tell(text):
    print(text, flush=True)

service = CardService(CardSettings(poll_seconds=0.02))
service.start_monitor(tell)
for line in sys.stdin:
    try:
        with service.open() as card:
            tell(f"tries {card.tries_left(KeyUse.AUTHENTICATION)}")
            if line.strip() == "hold":
                sys.stdin.readline()
                card.tries_left(KeyUse.AUTHENTICATION)
    except CardError as error:
        tell(f"error {error}")
service.stop()
"""


class Watcher:
    """The program above, talked to line by line."""

    def __init__(self, socket: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM],
            cwd=ROOT,
            env={**os.environ, "PCSCLITE_CSOCK_NAME": str(socket)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def hear(self, expected: str) -> None:
        """Read on until a line has ``expected`` in it; the test's own time limit ends a wait in vain."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if expected in line:
                return
        raise AssertionError(f"it ended without {expected}")

    def say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def end(self) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        return self._process.wait(60)


@pytest.fixture
def relay(tmp_path: Path, pcsc_service: None) -> Generator[Relay]:
    made = Relay(tmp_path / "pcscd.comm")
    yield made
    made.stop()


def test_the_monitor_outlives_the_service(slot: Slot, relay: Relay):
    slot.insert(issue())
    watcher = Watcher(relay.path)
    watcher.hear("ServiceDown")
    watcher.say("try")
    watcher.hear("C01")
    for _ in range(2):
        relay.start()
        watcher.hear(f"CardPresent(reader='{READER}')")
        watcher.say("try")
        watcher.hear("tries 3")
        relay.stop()
        watcher.hear(f"CardTaken(reader='{READER}')")
        watcher.hear("ServiceDown")
        watcher.say("try")
        watcher.hear("C01")
    assert watcher.end() == 0


def test_a_session_cut_off_by_a_service_stop_is_an_error_and_the_next_one_works(slot: Slot, relay: Relay):
    slot.insert(issue())
    relay.start()
    watcher = Watcher(relay.path)
    watcher.hear("CardPresent")
    watcher.say("hold")
    watcher.hear("tries 3")
    relay.stop()
    watcher.hear("ServiceDown")
    watcher.say("go on")
    watcher.hear("error C")
    relay.start()
    watcher.hear("CardPresent")
    watcher.say("try")
    watcher.hear("tries 3")
    assert watcher.end() == 0
