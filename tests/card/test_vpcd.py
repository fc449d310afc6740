"""The card's side of vpcd's protocol, against a reader's side made here."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Generator
from pathlib import Path

import pytest

from kiosk.card.channel import JPKI_APPLICATION
from kiosk.card.virtual.__main__ import serve
from kiosk.card.virtual.card import VirtualCard
from kiosk.card.virtual.store import save_card
from kiosk.card.virtual.vpcd import VpcdCard
from tests.support.cards import PIN, issue

SECONDS = 60.0
SELECT = b"\x00\xa4\x04\x0c\x0a" + JPKI_APPLICATION


class Slot:
    """The reader's side: waits for a card and talks to it."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.settimeout(SECONDS)
        self.port: int = self._server.getsockname()[1]
        self._card: socket.socket | None = None

    def wait(self) -> None:
        self._card = self._server.accept()[0]
        self._card.settimeout(SECONDS)

    def say(self, body: bytes) -> None:
        assert self._card is not None
        self._card.sendall(len(body).to_bytes(2, "big"))
        self._card.sendall(body)

    def hear(self) -> bytes:
        assert self._card is not None
        head = self._card.recv(2, socket.MSG_WAITALL)
        return self._card.recv(int.from_bytes(head, "big"), socket.MSG_WAITALL) if head else b""

    def ask(self, body: bytes) -> bytes:
        self.say(body)
        return self.hear()

    def close(self) -> None:
        if self._card is not None:
            self._card.close()
            self._card = None

    def end(self) -> None:
        self.close()
        self._server.close()


@pytest.fixture
def slot() -> Generator[Slot]:
    made = Slot()
    yield made
    made.end()


def test_atr_power_and_commands(slot: Slot):
    content = issue()
    client = VpcdCard(VirtualCard(content), "127.0.0.1", slot.port)
    client.insert()
    slot.wait()
    assert slot.ask(b"\x04") == content.atr
    slot.say(b"\x01")
    assert slot.ask(SELECT) == b"\x90\x00"
    assert slot.ask(b"\x00\x20\x00\x98\x04" + PIN) == b"\x90\x00"
    slot.say(b"\x02")
    assert slot.ask(bytes.fromhex("802A0097")) == b"\x69\x85"
    slot.say(b"\x00")
    assert slot.ask(bytes.fromhex("802A0097")) == b"\x6a\x88"
    client.remove()
    assert slot.hear() == b""


@pytest.mark.parametrize("message", [b"\x00\x00", b"\xff"])
def test_a_strange_message_ends_the_connection_and_nothing_else(slot: Slot, message: bytes):
    client = VpcdCard(VirtualCard(issue()), "127.0.0.1", slot.port)
    client.insert()
    slot.wait()
    assert slot._card is not None  # pyright: ignore[reportPrivateUsage]  # bytes that are no message
    slot._card.sendall(message)  # pyright: ignore[reportPrivateUsage]  # as above
    slot.close()
    assert client.wait(SECONDS)
    client.remove()


def test_unknown_control_bytes_are_not_answered(slot: Slot):
    client = VpcdCard(VirtualCard(issue()), "127.0.0.1", slot.port)
    client.insert()
    slot.wait()
    slot.say(b"\x77")
    assert slot.ask(b"\x04") == issue().atr
    client.remove()


def test_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(OSError):
        VpcdCard(VirtualCard(issue()), "127.0.0.1", port).insert()


def test_the_card_comes_back_when_the_service_was_away(slot: Slot):
    stop = threading.Event()
    client = VpcdCard(VirtualCard(issue()), "127.0.0.1", slot.port)
    thread = threading.Thread(target=serve, args=(client, stop))
    thread.start()
    for _ in range(2):
        slot.wait()
        assert slot.ask(b"\x04") == issue().atr
        slot.close()
    stop.set()
    thread.join(SECONDS)
    assert not thread.is_alive()


def test_the_program_puts_a_card_on_the_reader_until_it_is_told_to_end(slot: Slot, tmp_path: Path):
    save_card(issue(), tmp_path / "card.json")
    command = [sys.executable, "-m", "kiosk.card.virtual", "--card", str(tmp_path / "card.json")]
    process = subprocess.Popen(
        [*command, "--vpcd", f"127.0.0.1:{slot.port}"], cwd=Path(__file__).resolve().parents[2], env={**os.environ}
    )
    slot.wait()
    assert slot.ask(b"\x04") == issue().atr
    process.send_signal(signal.SIGTERM)
    assert slot.hear() == b""
    assert process.wait(SECONDS) == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [(["--card", "none.json"], "C21"), (["--card", "none.json", "--vpcd", "nonsense"], "HOST:PORT"), ([], "--card")],
)
def test_the_program_says_what_is_wrong(words: list[str], said: str):
    from click.testing import CliRunner

    from kiosk.card.virtual.__main__ import main

    result = CliRunner().invoke(main, words)
    assert result.exit_code != 0
    assert said in result.stderr
