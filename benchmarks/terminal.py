"""Start, keys and memory of the kiosk in a real pseudo-terminal, beside a bare Textual program with as many widgets.

Kiosk and bare program take turns, so that both see the same noise of the machine.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.figures import Figure, percentile
from benchmarks.pseudo_terminal import Program
from benchmarks.sizes import Sizes

PROGRAMS = Path(__file__).resolve().parent / "programs"
WARM_KEYS = 40
LETTERS = b"QWXZ"
"""None of them ends a control sequence that Textual sends, so that a frame with one is the frame of that key."""

FULL = 10
"""After so many letters the box is emptied, so that it is always about as full."""

FIRST_WIDGETS = 17
"""Widgets of the welcome, screen and bars included."""

_FIRST = b"Choose your language"


def measure(sizes: Sizes) -> Iterator[Figure]:
    """Yield the figures of the terminal."""
    yield from _starts(sizes.starts)
    yield from _keys(sizes.keys)


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TEXTUAL", "KIOSK", "TMUX"))}
    return kept | {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"}


@contextmanager
def _running(*words: str) -> Generator[Program]:
    program = Program([sys.executable, *words], _environment())
    try:
        yield program
    finally:
        program.end()


def _starts(starts: int) -> Iterator[Figure]:
    """Time from the start of the process to the first whole frame: a session of the kiosk, and the bare program."""
    kiosk: list[float] = []
    bare: list[float] = []
    memory: list[tuple[float, float]] = []
    with _settings() as settings:
        for _ in range(starts):
            with _running(str(PROGRAMS / "first.py"), settings) as one:
                kiosk.append(one.until(_FIRST) - one.started)
                one.quiet()
                ours = one.memory()
            with _running(str(PROGRAMS / "bare.py"), "first", str(FIRST_WIDGETS)) as other:
                bare.append(other.until(b"line 0") - other.started)
                other.quiet()
                memory.append((ours, other.memory()))
    yield _ratio("terminal: start to first paint, p50", kiosk, bare, 50, "<= 1.3 x")
    yield _ratio("terminal: start to first paint, p90", kiosk, bare, 90)
    ours, theirs = (statistics.median(values) for values in zip(*memory, strict=True))
    yield Figure("terminal: memory at the welcome", ours, "MiB", theirs)


def _keys(keys: int) -> Iterator[Figure]:
    """Time from a key to the end of the frame it draws, on a page of twelve boxes."""
    with (
        tempfile.TemporaryDirectory(prefix=".benchmark-", dir=Path.cwd()) as folder,
        _running(str(PROGRAMS / "page.py")) as idle,
        _running(str(PROGRAMS / "page.py"), folder) as saving,
        _running(str(PROGRAMS / "bare.py"), "page", "12") as bare,
    ):
        times: dict[str, list[float]] = {"idle": [], "saving": [], "bare": []}
        programs = {"idle": idle, "saving": saving, "bare": bare}
        for program in programs.values():
            program.until(b"1" if program is bare else b"Twelve boxes")
            program.quiet()
        for number in range(keys + WARM_KEYS):
            for name, program in programs.items():
                seconds = program.press(LETTERS[number % 4 : number % 4 + 1])
                program.quiet()
                if number % FULL == FULL - 1:
                    program.type(b"\x15")
                    program.quiet()
                if number >= WARM_KEYS:
                    times[name].append(seconds)
        memory = {name: program.memory() for name, program in programs.items()}
    for name in ("idle", "saving"):
        yield _ratio(f"terminal: key to paint, 12 boxes, {name}, p50", times[name], times["bare"], 50, "<= 8 ms")
        yield _ratio(f"terminal: key to paint, 12 boxes, {name}, p99", times[name], times["bare"], 99, "<= 16 ms")
    yield Figure("terminal: memory on a page of 12 boxes", memory["idle"], "MiB", memory["bare"])


@contextmanager
def _settings() -> Generator[str]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "kiosk.toml"
        # A portal that refuses at once and no reader: what runs beside the screen costs as much as on a station.
        file.write_text(
            f'[portal]\norigin = "http://127.0.0.1:9"\n[store]\nfolder = "{folder}"\nkey_source = "file"\n',
            encoding="utf-8",
        )
        yield str(file)


def _ratio(name: str, ours: Sequence[float], theirs: Sequence[float], share: int, target: str = "") -> Figure:
    return Figure(name, percentile(ours, share) * 1000, "ms", percentile(theirs, share) * 1000, target)
