"""Entry of a PIN or a password, which never becomes text.

Keys go one by one into a ``bytearray`` that is wiped when it is handed over or given up. Nothing else of Textual ever
holds it: no reactive, no message, no clipboard. A text field would leave copies in memory and give its text to
Ctrl+C.
"""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget


def wipe(secret: bytearray) -> None:
    """Overwrite ``secret`` with zeros and empty it."""
    for index in range(len(secret)):
        secret[index] = 0
    secret.clear()


class SecretField(Widget, can_focus=True):
    """A field for one secret.

    Args:
        length: the fixed length (4 for a PIN), shown as that many places; 0 where the length must not be seen.
        maximum: the most characters it takes.
        upper: make letters capital, as the signing password has only those.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("backspace", "rub_out", show=False),
        Binding("delete,ctrl+u", "clear", show=False),
        Binding("enter", "enter", show=False),
    ]

    strokes: reactive[int] = reactive(0)
    """Counts keys, only so that the screen is drawn again; says nothing of the length."""

    class Submitted(Message):
        """Enter was pressed. The secret is fetched with ``take``, it does not travel in a message."""

        def __init__(self, field: SecretField) -> None:
            super().__init__()
            self.field = field

        @property
        def control(self) -> SecretField:
            """The field, for ``@on`` with a selector."""
            return self.field

    def __init__(self, *, length: int = 0, maximum: int = 16, upper: bool = False, id: str = "secret") -> None:  # noqa: A002
        super().__init__(id=id)
        self._length = length
        self._maximum = length or maximum
        self._upper = upper
        self._secret = bytearray()

    def render(self) -> str:
        count = len(self._secret)
        if self._length:
            return " ".join("●" if place < count else "○" for place in range(self._length))
        if not count:
            return "▏"
        return "● ● ● ● ● ●  " + ("▏" if self.strokes % 2 else "▕")

    @property
    def empty(self) -> bool:
        """Whether nothing has been typed."""
        return not self._secret

    def take(self) -> bytearray:
        """Hand the secret over and forget it. The receiver wipes it."""
        taken = bytearray(self._secret)
        self.action_clear()
        return taken

    def put(self, secret: bytearray) -> None:
        """Take back what ``take`` handed over (the screen was drawn again). ``secret`` is wiped."""
        self.action_clear()
        self._secret[:] = secret[: self._maximum]
        wipe(secret)
        self.strokes += 1

    def on_key(self, event: events.Key) -> None:
        char = event.character
        if char is None or len(char) != 1 or not "!" <= char <= "~":
            return
        event.stop()
        event.prevent_default()
        if len(self._secret) < self._maximum:
            code = ord(char)
            if self._upper and ord("a") <= code <= ord("z"):
                code -= 32
            self._secret.append(code)
            self.strokes += 1

    def on_paste(self, event: events.Paste) -> None:
        # A secret on a clipboard is a secret given away: pasting one is not taken.
        event.stop()
        event.prevent_default()
        self.app.bell()

    def action_rub_out(self) -> None:
        """Take the last character back."""
        if self._secret:
            self._secret[-1] = 0
            del self._secret[-1]
            self.strokes += 1

    def action_clear(self) -> None:
        """Forget what was typed."""
        wipe(self._secret)
        self.strokes += 1

    def action_enter(self) -> None:
        """Tell the screen."""
        self.post_message(self.Submitted(self))

    def on_unmount(self) -> None:
        wipe(self._secret)
