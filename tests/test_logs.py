"""The log tells what happened and never about whom."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import logs
from kiosk.settings import Settings

MARKERS = ("KAKUU MIHON", "kakuu", "架空見本", "XX00000000XX", "1234", "mihon@example.com", "東京都千代田区霞が関1-1-1")
UUID7 = "019a0000-0000-7000-8000-000000000000"


@pytest.fixture(autouse=True)
def loggers_as_before() -> Iterator[None]:
    """Put the process's loggers back as they were."""
    root, raising = logging.getLogger(), logging.raiseExceptions
    handlers, level = list(root.handlers), root.level
    yield
    logs.configure(Settings())
    root.handlers[:], logging.raiseExceptions = handlers, raising
    root.setLevel(level)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The log of a station that keeps one."""
    path = tmp_path / "kiosk.log"
    logs.configure(replace(Settings(), log_file=str(path)))
    return path


def lines(path: Path) -> list[dict[str, Any]]:
    """Return the lines of the log as objects."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_line_holds_what_is_allowed(file: Path) -> None:
    logs.event("submission.accepted", step="screens.send", duration_ms=41, submission=UUID7, error="P03", count=2)
    (line,) = lines(file)
    assert line.pop("at").endswith("+00:00")
    assert line == {
        "event": "submission.accepted",
        "step": "screens.send",
        "duration_ms": 41,
        "submission": UUID7,
        "error": "P03",
        "count": 2,
    }


@pytest.mark.parametrize("marker", MARKERS)
@pytest.mark.parametrize("name", ["name", "message", *(name for name in logs.FIELDS)])
def test_personal_data_is_left_out_whatever_field_it_comes_in(file: Path, name: str, marker: str) -> None:
    logs.event("form.saved", **{name: marker})
    assert marker not in file.read_text(encoding="utf-8")
    assert lines(file)[0]["left_out"] == 1


def test_an_event_that_is_no_word_of_the_program_stays_unnamed(file: Path) -> None:
    logs.event("架空 見本", count=1)
    assert lines(file)[0]["event"] == "unnamed"


@given(st.text(alphabet=st.characters(min_codepoint=0x80), min_size=1) | st.text("0123456789", min_size=1))
def test_no_free_text_fits_into_a_field(text: str) -> None:
    assert not any(allowed(text) for allowed in logs.FIELDS.values())


@pytest.mark.parametrize("value", [-1, 10**12, True])
def test_numbers_are_counts_not_identifiers(value: int) -> None:
    assert not logs.FIELDS["count"](value)


def test_other_loggers_are_silent(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("", "httpx", "pyhanko.sign", "textual"):
        logging.getLogger(name).error("answered for %s", MARKERS[0])
    logging.getLogger("httpx").error("broken %d", "no number")
    captured = capsys.readouterr()
    assert file.read_text(encoding="utf-8") == ""
    assert captured.out + captured.err == ""


def test_nothing_is_written_unless_the_settings_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    logs.configure(Settings())
    logs.event("start")
    assert not list(tmp_path.iterdir())


def test_the_log_is_a_ring(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "RING_BYTES", 2_000)
    logs.configure(replace(Settings(), log_file=str(file)))
    for number in range(400):
        logs.event("beat", count=number)
    ring = sorted(file.parent.iterdir())
    assert len(ring) == logs.RING_FILES
    assert all(path.stat().st_size <= logs.RING_BYTES for path in ring)
    assert lines(file)[-1]["count"] == 399


def test_each_process_has_a_ring_of_its_own(tmp_path: Path) -> None:
    logs.configure(replace(Settings(), log_file=str(tmp_path / "kiosk.log")), process="sender")
    logs.event("start")
    assert [path.name for path in tmp_path.iterdir()] == ["kiosk-sender.log"]
