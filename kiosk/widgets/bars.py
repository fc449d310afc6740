"""The three fixed rows of every screen: where you are, how far you are, what keys there are."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from kiosk.widgets.text import Line, safe


class TopBar(Horizontal):
    """Title on the left; the portal's state and the language on the right."""

    def __init__(self, title: str, portal: str, portal_state: str, language: str) -> None:
        super().__init__(id="top")
        self._parts = (title, portal, portal_state, language)

    def compose(self) -> ComposeResult:
        title, portal, state, language = self._parts
        yield Line(title, id="title")
        yield Line(portal, id="portal", classes=f"-{state}")
        yield Line(language, id="language")

    def show_portal(self, text: str, state: str) -> None:
        """Replace the portal's words. ``state`` is open, maintenance, unreachable or unknown."""
        title, _, _, language = self._parts
        self._parts = (title, text, state, language)
        # News may come while a new screen is still being put together: then it is drawn with them.
        for line in self.query("#portal").results(Line):
            line.set_classes(f"-{state}")
            line.show(text)


class StepRail(Line):
    """The six steps of a filing, the present one in brackets, so that colour is not the only sign.

    Args:
        steps: the names of the steps in order.
        current: the present one, from 0; steps before it are done.
    """

    def __init__(self, steps: tuple[str, ...], current: int) -> None:
        words = [f"[{n} {name}]" if n - 1 == current else f"{n} {name}" for n, name in enumerate(steps, 1)]
        super().__init__(" ─ ".join(words), id="steps")


@dataclass(frozen=True, slots=True)
class KeyHint:
    """One key of the bottom row: the key, its word, and the action it stands for.

    ``wide_only`` leaves it out of a narrow terminal, where something else on the screen says the same.
    """

    key: str
    label: str
    action: str
    wide_only: bool = False


class _Key(Line):
    """A key of the bottom row, which the mouse can press too."""

    def __init__(self, hint: KeyHint) -> None:
        super().__init__(classes="key wide-only" if hint.wide_only else "key")
        self.update(Content.assemble((hint.key, "bold"), " ", safe(hint.label)))
        self._action = hint.action

    async def on_click(self, event: events.Click) -> None:
        event.stop()
        await self.screen.run_action(self._action)


class KeyBar(Horizontal):
    """The keys of this screen, and when the answers were last saved."""

    def __init__(self, hints: tuple[KeyHint, ...], saved: str, *, problem: bool = False) -> None:
        super().__init__(id="keys")
        self._hints = hints
        self._saved = saved
        self._problem = problem

    def compose(self) -> ComposeResult:
        for hint in self._hints:
            yield _Key(hint)
        yield Line(self._saved, id="saved", classes="-error" if self._problem else None)

    def show_saved(self, text: str, *, problem: bool = False) -> None:
        """Replace the words about saving."""
        self._saved, self._problem = text, problem
        for line in self.query("#saved").results(Line):
            line.set_class(problem, "-error")
            line.show(text)


class ActionButton(Widget, can_focus=True):
    """A one-row button. The one thing to do next is ``primary``.

    Args:
        label: its words; a digit in front is drawn by the caller where the screen takes digits.
        primary: whether it is the one thing to do next.
    """

    DEFAULT_CSS = """
    ActionButton { width: auto; height: 1; padding: 0 2; margin: 0 2 0 0; }
    """

    class Pressed(Message):
        """The button was pressed by key or mouse."""

        def __init__(self, button: ActionButton) -> None:
            super().__init__()
            self.button = button

        @property
        def control(self) -> ActionButton:
            """The button, for ``@on`` with a selector."""
            return self.button

    def __init__(self, label: str, *, id: str, primary: bool = False, disabled: bool = False) -> None:  # noqa: A002
        super().__init__(id=id, classes="-primary" if primary else None, disabled=disabled)
        self.label = label

    def render(self) -> str:
        return self.label.replace("[", r"\[")

    def get_content_width(self, container: object, viewport: object) -> int:
        """Return the width of the words in cells."""
        from rich.cells import cell_len

        return cell_len(self.label)

    def on_key(self, event: events.Key) -> None:
        if event.key in {"enter", "space"}:
            event.stop()
            self.press()

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.press()

    def press(self) -> None:
        """Press it."""
        if not self.disabled:
            self.post_message(self.Pressed(self))
