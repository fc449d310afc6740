"""Boxes to type in. Nothing typed or pasted reaches the terminal as a command."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, TextArea

from kiosk.widgets.fields import FieldBox, FieldChanged, FieldDone, FieldLeft, editor_id
from kiosk.widgets.text import safe

_FLAT = str.maketrans({"\r": " ", "\n": " ", "\t": " ", "\u2028": " ", "\u2029": " "})


class Pasted(Message):
    """Something was pasted: ``raw`` is the whole text with it, as it came; ``place`` is where the caret belongs."""

    def __init__(self, raw: str, place: int) -> None:
        super().__init__()
        self.raw = raw
        self.place = place


class BoxInput(Input):
    """One line. Up and Down go to the neighbours; a paste of several lines is kept whole."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
    ]
    DEFAULT_CSS: ClassVar[str] = """
    BoxInput {
        background: $panel; border: none; border-left: outer $rule; padding: 0 1; width: 72; max-width: 100%; height: 1;
    }
    BoxInput:focus { background: $chosen; background-tint: $background 0%; border: none; border-left: outer $accent; }
    FieldBox.-wrong BoxInput { border-left: outer $error; }
    """

    def __init__(self, value: str, *, id: str, placeholder: str = "") -> None:  # noqa: A002
        super().__init__(value, id=id, placeholder=placeholder, select_on_focus=False)

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        start, end = sorted(self.selection)
        text = event.text.replace("\r\n", "\n").translate(_FLAT)
        raw = self.value[:start] + text + self.value[end:]
        self.post_message(Pasted(raw, start + len(safe(text))))

    def show(self, text: str, place: int | None = None) -> None:
        """Replace the text without telling anybody."""
        shown = safe(text.translate(_FLAT))
        if shown != self.value:
            with self.prevent(Input.Changed):
                self.value = shown
        if place is not None:
            self.cursor_position = min(place, len(shown))


class TextField(FieldBox):
    """A line of text: ``kind`` text, short or date."""

    DEFAULT_CSS: ClassVar[str] = "TextField.-short BoxInput { width: 32; }"

    def editor(self) -> Widget:
        self.set_class(self.spec.kind in {"short", "date"}, "-short")
        return BoxInput(safe(self.first_value.translate(_FLAT)), id=editor_id(self.spec.id))

    def show_value(self, value: str) -> None:
        self.query_one(BoxInput).show(value)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(FieldChanged(self.spec.id, event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(FieldDone(self.spec.id))

    def on_input_blurred(self, event: Input.Blurred) -> None:
        event.stop()
        self.post_message(FieldLeft(self.spec.id))

    def on_pasted(self, event: Pasted) -> None:
        event.stop()
        self.query_one(BoxInput).show(event.raw, event.place)
        self.post_message(FieldChanged(self.spec.id, event.raw))


class BoxArea(TextArea):
    """Several lines."""

    DEFAULT_CSS: ClassVar[str] = """
    BoxArea {
        background: $panel; color: $foreground; border: none; border-left: outer $rule; padding: 0 1; width: 72;
        max-width: 100%; height: 5;
    }
    BoxArea:focus { background: $chosen; border: none; border-left: outer $accent; }
    FieldBox.-wrong BoxArea { border-left: outer $error; }
    """

    def __init__(self, value: str, *, id: str) -> None:  # noqa: A002
        super().__init__(safe(value), id=id, highlight_cursor_line=False)

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        start, end = (_index(self.text, place) for place in sorted(self.selection))
        text = event.text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
        self.post_message(Pasted(self.text[:start] + text + self.text[end:], start + len(safe(text))))

    def show(self, text: str, place: int | None = None) -> None:
        """Replace the text without telling anybody."""
        shown = safe(text)
        before = shown[: _index(self.text, self.cursor_location) if place is None else place].split("\n")
        if shown != self.text:
            with self.prevent(TextArea.Changed):
                self.load_text(shown)
        self.move_cursor((len(before) - 1, len(before[-1])))


def _index(text: str, location: tuple[int, int]) -> int:
    row, column = location
    return sum(len(line) + 1 for line in text.split("\n")[:row]) + column


class LongField(FieldBox):
    """A text of several lines. Enter begins a new line, Tab goes on."""

    def editor(self) -> Widget:
        return BoxArea(self.first_value, id=editor_id(self.spec.id))

    def show_value(self, value: str) -> None:
        self.query_one(BoxArea).show(value)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self.post_message(FieldChanged(self.spec.id, event.text_area.text))

    def on_descendant_blur(self) -> None:
        self.post_message(FieldLeft(self.spec.id))

    def on_pasted(self, event: Pasted) -> None:
        event.stop()
        self.query_one(BoxArea).show(event.raw, event.place)
        self.post_message(FieldChanged(self.spec.id, event.raw))
