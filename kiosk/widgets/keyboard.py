"""A keyboard on the screen, so that the mouse alone is enough everywhere, secrets included."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from kiosk.widgets.text import Line

LAYOUTS: dict[str, tuple[str, ...]] = {
    "abc": ("1234567890-@.", "QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM,/"),
    "abc lower": ("1234567890-@.", "qwertyuiop", "asdfghjkl", "zxcvbnm,/"),
    "#+=": ("!$%&=@_#*+-?", "'()~^:;\"<>", "{}|\\`"),
    "かな": (
        "あかさたなはまやらわ",
        "いきしちにひみゆりを",
        "うくすつぬふむよるん",
        "えけせてねへめっれー",
        "おこそとのほもゃゅょ",
    ),
}
"""Pages of characters, one row a string. Kana have no conversion: official boxes take kana as they are."""

_NEXT = {"abc": "abc lower", "abc lower": "#+=", "#+=": "かな", "かな": "abc"}


class _Cap(Line):
    """One key cap: a character, or a named key such as ``backspace``."""

    def __init__(self, face: str, key: str, character: str | None) -> None:
        super().__init__(face, classes="cap")
        self._key = key
        self._character = character

    def on_click(self, event: events.Click) -> None:
        event.stop()
        target = self.screen.focused
        if target is not None:
            target.post_message(events.Key(self._key, self._character))


class _PageCap(Line):
    """The cap that turns to the next page of characters."""

    def __init__(self, face: str) -> None:
        super().__init__(face, classes="cap -page")

    async def on_click(self, event: events.Click) -> None:
        event.stop()
        for node in self.ancestors:
            if isinstance(node, ScreenKeyboard):
                await node.turn_page()
                return


class ScreenKeyboard(Vertical):
    """The keyboard. It never takes the focus: what it types goes to the field that has it."""

    def __init__(self, *, id: str = "keyboard") -> None:  # noqa: A002
        super().__init__(id=id)
        self._page = "abc"

    def compose(self) -> ComposeResult:
        for row in LAYOUTS[self._page]:
            yield Horizontal(*(self._cap(char) for char in row), classes="row")
        yield Horizontal(*self._bottom(), classes="row")

    def _bottom(self) -> tuple[Widget, ...]:
        return (
            _PageCap(_NEXT[self._page].removesuffix(" lower")),
            _Cap("␣ space", "space", " "),
            _Cap("⌫", "backspace", None),
            _Cap("⇥", "tab", None),
            _Cap("⏎", "enter", "\r"),
        )

    @staticmethod
    def _cap(char: str) -> _Cap:
        return _Cap(char, char, char)

    async def turn_page(self) -> None:
        """Show the next page of characters."""
        self._page = _NEXT[self._page]
        await self.recompose()
