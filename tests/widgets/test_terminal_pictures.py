"""What the terminal says of itself: understood, however it is cut up, and never taken for a key."""

from __future__ import annotations

import io
from typing import Any

import pytest
from textual import events
from textual._xterm_parser import XTermParser

from kiosk.widgets import terminal_pictures
from kiosk.widgets.terminal_pictures import KITTY_QUESTION, QUESTION, Ability, Terminal, may_have_pictures

CELL = "\x1b[6;18;9t"
SIXEL, OTHER = "\x1b[?61;4;6;7c", "\x1b[?62;22c"
YES, NO = "\x1b_Gi=31;OK\x1b\\", "\x1b_Gi=31;ENOTSUPPORTED:no pictures today, and none tomorrow\x1b\\"


class Line:
    """A terminal on the other end of Textual's parser."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, wanted: str = "auto") -> None:
        terminal_pictures.install()
        self.terminal = Terminal()
        monkeypatch.setattr(terminal_pictures, "THE_TERMINAL", self.terminal)
        monkeypatch.setattr(terminal_pictures, "_cell_by_window", lambda: None)
        self.parser = XTermParser()
        self.asked: list[str] = []
        self.told: list[Ability] = []
        self.terminal.ask(wanted, self.asked.append, self.told.append)

    def says(self, text: str, by: int = 4096) -> list[str]:
        """Return the keys of which the program hears when ``text`` comes in pieces of ``by``."""
        pieces = [text[start : start + by] for start in range(0, len(text), by)]
        heard: list[Any] = [event for piece in pieces for event in self.parser.feed(piece)]
        return [event.key for event in heard if isinstance(event, events.Key)]


@pytest.mark.parametrize("by", [1, 2, 7, 4096])
@pytest.mark.parametrize(
    ("answer", "ability"),
    [
        (CELL + SIXEL, Ability("sixel", (9, 18))),
        (CELL + OTHER + YES, Ability("kitty", (9, 18))),
        (CELL + OTHER + NO, None),
        (CELL + OTHER, None),
        (CELL, None),
        (SIXEL, Ability()),
        ("\x1b[6;0;0t" + SIXEL, Ability()),
        ("\x1b[6;1;900t" + SIXEL, Ability()),
        (CELL + "\x1b[?4c", None),
    ],
)
def test_answers_are_heard_and_are_no_keys(
    monkeypatch: pytest.MonkeyPatch, answer: str, ability: Ability | None, by: int
) -> None:
    line = Line(monkeypatch)
    assert line.says("a" + answer + "\x1b[Ab", by) == ["a", "up", "b"]
    assert line.told == ([ability] if ability else [])
    assert line.asked == [QUESTION, KITTY_QUESTION][: 2 if OTHER in answer or "?4c" in answer else 1]


def test_what_follows_an_answer_that_never_ends_is_typed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line(monkeypatch)
    line.says(CELL + OTHER)
    assert line.says("\x1b_Gi=31;O" + "\x1b[A" + "a" * 3) == ["up", "a", "a", "a"]
    assert line.says("\x1b_G" + "x" * 125) == ["x"] * 5
    assert line.told == []


def test_without_a_question_nothing_is_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal_pictures, "THE_TERMINAL", terminal := Terminal())
    assert not terminal.hear(SIXEL)
    assert not terminal.hear("\x1b_G")


@pytest.mark.parametrize("wanted", ["sixel", "kitty"])
def test_what_is_set_holds_whatever_the_terminal_says(monkeypatch: pytest.MonkeyPatch, wanted: Any) -> None:
    line = Line(monkeypatch, wanted)
    line.says("\x1b[?62;22c")
    assert line.told == [Ability(wanted)]


def test_a_console_of_windows_is_not_asked_what_it_might_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal_pictures, "_MAY_BE_KITTY", False)
    line = Line(monkeypatch)
    assert line.says(CELL + "\x1b[?1;0c") == []
    assert line.asked == [QUESTION]


def test_it_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line(monkeypatch)
    line.terminal.ask("auto", line.asked.append, line.told.append)
    line.says(CELL + SIXEL)
    line.terminal.ask("auto", line.asked.append, line.told.append)
    assert line.asked == [QUESTION]
    assert line.told == [Ability("sixel", (9, 18))] * 3


def test_it_is_asked_again_when_its_letters_may_be_others(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line(monkeypatch)
    line.says(CELL + SIXEL)
    line.terminal.forget()
    line.terminal.ask("auto", line.asked.append, line.told.append)
    line.says("\x1b[6;30;15t" + SIXEL)
    assert line.asked == [QUESTION, QUESTION]
    assert line.told[-1] == Ability("sixel", (15, 30))


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("wanted", "environment", "worth"),
    [
        ("auto", {"TERM": "xterm-256color"}, True),
        ("auto", {"TERM": "xterm-kitty"}, True),
        ("auto", {"TERM": "foot"}, True),
        ("auto", {"TERM": "linux"}, False),
        ("auto", {"TERM": "tmux-256color"}, False),
        ("auto", {"TERM": "screen.xterm-256color"}, False),
        ("auto", {"TERM": "xterm-256color", "TMUX": "/tmp/tmux-0/default,1,0"}, False),
        ("sixel", {"TERM": "tmux-256color", "TMUX": "x"}, True),
        ("blocks", {"TERM": "xterm-kitty"}, False),
    ],
)
def test_only_a_terminal_that_may_have_pictures_is_asked(wanted: str, environment: dict[str, str], worth: bool) -> None:
    assert may_have_pictures(wanted, environment, Tty(), Tty()) is worth
    assert not may_have_pictures(wanted, environment, Tty(), io.StringIO())
    assert not may_have_pictures(wanted, environment, None, Tty())
