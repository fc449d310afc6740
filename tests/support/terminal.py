"""A real terminal (tmux), used as a person uses one: look at the screen, press keys, wait for words."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.support.pcscd import wait_until

SECONDS = 60.0


class Terminal:
    """One program in a tmux of its own; a context manager that ends both.

    Args:
        folder: where tmux keeps its socket.
        columns: width in cells.
        rows: height in cells.
    """

    def __init__(self, folder: Path, columns: int = 80, rows: int = 24) -> None:
        self._socket = folder / "tmux.sock"
        self._ended = folder / "exit-status"
        self._size = (str(columns), str(rows))

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        if self._socket.exists():
            self._tmux("kill-server", check=False)

    def run(self, command: Sequence[str], folder: Path) -> None:
        """Start ``command`` in ``folder``; its last screen stays when it ends."""
        width, height = self._size
        # A first, idle session holds the options, so that the program is the only thing in its own.
        self._tmux("new-session", "-d", "-s", "idle", "-x", width, "-y", height, "sleep infinity")
        self._tmux("set-option", "-g", "remain-on-exit", "on")
        self._tmux("set-option", "-g", "history-limit", "50000")
        self._tmux("set-option", "-sg", "escape-time", "0")
        line = self._line(command)
        self._tmux("new-session", "-d", "-s", "kiosk", "-x", width, "-y", height, "-c", str(folder), line)

    def run_again(self, command: Sequence[str], folder: Path) -> None:
        """Start ``command`` where an earlier one has ended."""
        self._tmux("respawn-pane", "-t", "kiosk", "-c", str(folder), self._line(command))

    def _line(self, command: Sequence[str]) -> str:
        """Return a shell's line that also writes the exit status down: tmux itself loses it now and then."""
        self._ended.unlink(missing_ok=True)
        return f"{shlex.join(command)}; echo $? > {shlex.quote(str(self._ended))}"

    @property
    def pid(self) -> int:
        """The shell around the program; they are one process group."""
        return int(self._tmux("display-message", "-p", "-t", "kiosk", "#{pane_pid}"))

    @property
    def status(self) -> int | None:
        """The exit status; None while it runs, or where it was killed together with its shell."""
        text = self._ended.read_text(encoding="ascii") if self._ended.exists() else ""
        return int(text) if text.endswith("\n") else None

    @property
    def dead(self) -> bool:
        """Whether nothing runs in the terminal any more."""
        return self._tmux("display-message", "-p", "-t", "kiosk", "#{pane_dead}").strip() == "1"

    def screen(self) -> str:
        """Return what is on the screen now."""
        return self._tmux("capture-pane", "-p", "-t", "kiosk")

    def everything(self) -> str:
        """Return the screen, what can be scrolled back to, and the other screen of the terminal."""
        back = self._tmux("capture-pane", "-p", "-S", "-", "-t", "kiosk")
        return back + self._tmux("capture-pane", "-a", "-q", "-p", "-S", "-", "-t", "kiosk")

    def sees(self, words: str) -> bool:
        """Say whether ``words`` are on the screen, however the lines are broken."""
        return _flat(words) in _flat(self.screen())

    def count(self, words: str) -> int:
        """Return how often ``words`` are on the screen."""
        return _flat(self.screen()).count(_flat(words))

    def wait(self, *words: str) -> None:
        """Wait until all ``words`` are on the screen.

        Raises:
            AssertionError: they did not come; the screen is shown.
        """
        self.wait_for(lambda: all(self.sees(each) for each in words), " and ".join(words))

    def wait_for(self, condition: Callable[[], bool], what: str) -> None:
        """Wait until ``condition`` is true of the screen."""
        try:
            wait_until(condition, what, SECONDS)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.screen()}") from None

    def press(self, *keys: str) -> None:
        """Press keys by tmux's names (``Enter``, ``F10``, ``C-u``) one after another."""
        self._tmux("send-keys", "-t", "kiosk", *keys)

    def press_and_see(self, key: str) -> None:
        """Press one key and wait until something on the page (title and keys aside) looks otherwise.

        Keys that come faster than the focus moves would go where it was before.
        """
        before = self.settled()
        self.press(key)
        self.wait_for(lambda: self._middle() != before, f"{key} to have an effect")

    def settled(self) -> list[str]:
        """Wait until the page has been drawn to its end (three looks show the same) and return it."""
        looks: list[list[str]] = []

        def quiet() -> bool:
            looks.append(self._middle())
            return len(looks) > 2 and looks[-1] == looks[-2] == looks[-3]

        self.wait_for(quiet, "the page to be drawn")
        return looks[-1]

    def _middle(self) -> list[str]:
        return self._tmux("capture-pane", "-e", "-p", "-t", "kiosk").splitlines()[1:-2]

    def type(self, text: str) -> None:
        """Type text as it stands."""
        self._tmux("send-keys", "-t", "kiosk", "-l", "--", text)

    def _tmux(self, *words: str, check: bool = True) -> str:
        environment = os.environ | {"LC_ALL": "C.UTF-8", "TERM": "xterm-256color"}
        environment.pop("TMUX", None)
        command = ["tmux", "-u", "-f", "/dev/null", "-S", str(self._socket), *words]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False)
        assert done.returncode == 0 or not check, f"tmux {words[0]}: {done.stderr}"
        return done.stdout


def _flat(text: str) -> str:
    """Return text without blanks and line ends, so that a sentence is found wherever it was broken."""
    return "".join(text.split())
