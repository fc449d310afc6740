"""A keyboard on the screen, so that the mouse alone is enough everywhere, secrets included."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message

from kiosk.widgets.text import Line

_TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}

_KANA = (
    "あかさたなはまやらわ",
    "いきしちにひみゆりを",
    "うくすつぬふむよるん",
    "えけせてねへめ、れー",
    "おこそとのほも。ろ・",
)
_VOICED = ("がざだばぱぁっ", "ぎじぢびぴぃゃ", "ぐずづぶぷぅゅ", "げぜでべぺぇょ", "ごぞどぼぽぉゎ")

LAYOUTS: dict[str, tuple[str, ...]] = {
    "ABC": ("1234567890-@", "QWERTYUIOP", "ASDFGHJKL_", "ZXCVBNM,./"),
    "abc": ("1234567890-@", "qwertyuiop", "asdfghjkl_", "zxcvbnm,./"),
    "#+=": ("!\"#$%&'()*+,", "-./:;<=>?@[", "\\]^_`{|}~"),
    "かな": _KANA,
    "がな": _VOICED,
    "カナ": tuple(row.translate(_TO_KATAKANA) for row in _KANA),
    "ガナ": tuple(row.translate(_TO_KATAKANA) for row in _VOICED),
}
"""Pages of characters, one row a string. Kana have no conversion: official boxes take kana as they are."""


@dataclass(frozen=True, slots=True)
class CapWords:
    """The words on the caps that are no character, in the person's language."""

    space: str
    rub_out: str
    following: str
    enter: str
    close: str


class _Cap(Line):
    """One key cap: a character, or a named key such as ``backspace``."""

    def __init__(self, face: str, key: str, character: str | None) -> None:
        super().__init__(face, classes="cap")
        self._key = key
        self._character = character

    def on_click(self, event: events.Click) -> None:
        event.stop()
        # The same way as a key of the real keyboard, so that it does the same wherever the focus is.
        self.app.post_message(events.Key(self._key, self._character).set_sender(self.app))


class _PageCap(Line):
    """The cap that turns to a page of characters; the present page's is marked."""

    def __init__(self, page: str, *, shown: bool) -> None:
        super().__init__(f"▸{page}" if shown else f" {page}", classes="cap -page")
        self._page = page

    class Pressed(Message):
        """The page is wanted. The keyboard turns to it: a cap that did so itself would wait for its own end."""

        def __init__(self, page: str) -> None:
            super().__init__()
            self.page = page

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.post_message(self.Pressed(self._page))


class ScreenKeyboard(Vertical):
    """The keyboard. It never takes the focus: what it types goes where the focus is.

    Args:
        words: of the caps that are no character.
        page: the page of characters shown first, of ``LAYOUTS``.
    """

    class Turned(Message):
        """Another page of characters is shown."""

        def __init__(self, page: str) -> None:
            super().__init__()
            self.page = page

    class Resized(Message):
        """The keyboard takes another room than before."""

    def __init__(self, words: CapWords, page: str = "ABC") -> None:
        super().__init__(id="keyboard")
        self._words = words
        self._page = page

    def compose(self) -> ComposeResult:
        for row in LAYOUTS[self._page]:
            yield Horizontal(*(_Cap(char, char, char) for char in row), classes="row")
        yield Horizontal(*(_PageCap(page, shown=page == self._page) for page in LAYOUTS), classes="row")
        yield Horizontal(*self._named(), classes="row")

    def _named(self) -> tuple[_Cap, ...]:
        words = self._words
        return (
            _Cap("←", "left", None),
            _Cap("→", "right", None),
            _Cap(words.space, "space", " "),
            _Cap(f"⌫ {words.rub_out}", "backspace", None),
            _Cap(f"⇥ {words.following}", "tab", None),
            _Cap(f"⏎ {words.enter}", "enter", "\r"),
            _Cap(words.close, "f4", None),
        )

    @on(_PageCap.Pressed)
    async def _turn(self, event: _PageCap.Pressed) -> None:
        event.stop()
        self._page = event.page
        self.post_message(self.Turned(event.page))
        await self.recompose()

    def on_resize(self) -> None:
        self.post_message(self.Resized())
