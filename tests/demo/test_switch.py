"""The switch of the demo's portal: what is written in the file is made so."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.demo.errors import DemoPartError
from kiosk.demo.switch import PortalMode, Switch, wish, wished
from tests.support.pcscd import wait_until


@contextmanager
def running(switch: Switch) -> Generator[Switch]:
    switch.start()
    try:
        yield switch
    finally:
        switch.stop()


def test_it_turns_and_says_so_when_it_is_done(tmp_path: Path) -> None:
    made: list[PortalMode] = []
    with running(Switch(tmp_path / "switch", made.append)) as switch:
        switch.turn(PortalMode.GONE)
        assert (switch.mode, made) == (PortalMode.GONE, [PortalMode.GONE])
        wish(switch.file, PortalMode.OPEN)
        wait_until(lambda: switch.mode is PortalMode.OPEN, "the portal")
    assert made == [PortalMode.GONE, PortalMode.OPEN]


def test_what_fails_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.demo.switch._AGAIN_SECONDS", 0.0)
    tried: list[PortalMode] = []

    def make_so(mode: PortalMode) -> None:
        tried.append(mode)
        if len(tried) == 1:
            raise DemoPartError(part="serve")

    with running(Switch(tmp_path / "switch", make_so)) as switch:
        switch.turn(PortalMode.MAINTENANCE)
    assert tried == [PortalMode.MAINTENANCE] * 2


@pytest.mark.parametrize("content", [b"", b"closed", b"\xff\xfe", b"open\n", b"\x00" * 9])
def test_what_is_not_understood_leaves_the_portal_open(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "switch"
    assert wished(file) is PortalMode.OPEN
    file.write_bytes(content)
    assert wished(file) is PortalMode.OPEN


def test_a_blank_around_the_word_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "switch").write_text(" gone\n", encoding="ascii")
    assert wished(tmp_path / "switch") is PortalMode.GONE


def test_a_wish_after_the_end_of_the_demo_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DemoPartError):
        wish(tmp_path / "gone" / "switch", PortalMode.OPEN)
