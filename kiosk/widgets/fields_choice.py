"""Boxes to choose in: a few choices shown whole, or one row that opens a list with a search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Offset, Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from kiosk.widgets.fields import FieldBox, FieldChanged, FieldDone, editor_id
from kiosk.widgets.fields_spec import Option
from kiosk.widgets.text import INDENT, safe

_GAP = "   "
_HANG = 4
"""Cells before the words of a choice: its sign and its digit."""


class PickRequested(Message):
    """The person wants the list of a field. ``query`` is what they began to type."""

    def __init__(self, field_id: str, query: str) -> None:
        super().__init__()
        self.field_id = field_id
        self.query = query


class InlineChoice(Widget, can_focus=True):
    """A few choices with their digits: on one row if they fit, else a row each.

    Args:
        options: the choices, at most nine.
        chosen: the code chosen so far, or "".
        id: widget id.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1)", show=False),
        Binding("right", "move(1)", show=False),
        Binding("up", "line(-1)", show=False),
        Binding("down", "line(1)", show=False),
        Binding("space", "take", show=False),
        Binding("enter", "enter", show=False),
        Binding("delete,backspace", "clear", show=False),
        *(Binding(str(digit), f"digit({digit})", show=False) for digit in range(1, 10)),
    ]
    DEFAULT_CSS: ClassVar[str] = """
    InlineChoice {
        height: auto; width: 72; max-width: 100%; padding: 0 1; border-left: outer $rule; background: $panel;
    }
    InlineChoice:focus { border-left: outer $accent; background: $chosen; }
    """

    chosen: reactive[str] = reactive("")
    """The code chosen, or "" for none."""
    place: reactive[int] = reactive(0)
    """Where the arrows are."""

    class Picked(Message):
        """Another choice was made, or it was taken back (``code`` is "")."""

        def __init__(self, code: str) -> None:
            super().__init__()
            self.code = code

    class Done(Message):
        """Enter was pressed on what is chosen already."""

    def __init__(self, options: Sequence[Option], chosen: str, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self.options = tuple(options)
        self.set_reactive(InlineChoice.chosen, chosen)
        self.set_reactive(InlineChoice.place, self._index(chosen))

    def _index(self, code: str) -> int:
        return next((number for number, option in enumerate(self.options) if option.code == code), 0)

    def _words(self, number: int) -> str:
        option = self.options[number]
        return f"{'●' if option.code == self.chosen else '○'} {number + 1} {safe(option.label)}"

    def _one_row(self, width: int) -> bool:
        return cell_len(_GAP.join(self._words(number) for number in range(len(self.options)))) <= width

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return one row if all fit, else as many as the words of each need."""
        return 1 if self._one_row(width) else len(self._rows(width))

    def _rows(self, width: int) -> list[tuple[int, Content]]:
        """Return the rows where each choice begins one: which choice, and its words; what is long goes on below."""
        rows: list[tuple[int, Content]] = []
        for number in range(len(self.options)):
            words = Content.styled(self._words(number), self._style(number))
            if words.cell_length <= width:
                rows.append((number, words))
                continue
            first, *rest = words.wrap(max(1, width - _HANG))
            rows += [(number, first), *((number, Content(INDENT * _HANG) + line) for line in rest)]
        return rows

    def render(self) -> Content:
        width = self.content_size.width
        if not self._one_row(width):
            return Content("\n").join([words for _number, words in self._rows(width)])
        parts = [Content.styled(self._words(number), self._style(number)) for number in range(len(self.options))]
        return Content(_GAP).join(parts)

    def _style(self, number: int) -> str:
        style = "bold" if self.options[number].code == self.chosen else ""
        return f"{style} underline $accent".strip() if self.has_focus and number == self.place else style

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        event.stop()
        offset = event.get_content_offset(self)
        number = None if offset is None else self._at(offset)
        if number is not None:
            self.action_digit(number + 1)

    def _at(self, offset: Offset) -> int | None:
        if not self._one_row(self.content_size.width):
            rows = self._rows(self.content_size.width)
            return rows[offset.y][0] if offset.y < len(rows) else None
        start = 0
        for number in range(len(self.options)):
            end = start + cell_len(self._words(number))
            if start <= offset.x < end:
                return number
            start = end + len(_GAP)
        return None

    def action_move(self, step: int) -> None:
        """Move; past either end the focus goes to the neighbour."""
        target = self.place + step
        if 0 <= target < len(self.options):
            self.place = target
        elif step > 0:
            self.screen.focus_next()
        else:
            self.screen.focus_previous()

    def action_line(self, step: int) -> None:
        """Move up or down: to the next choice where each has a row, else to the neighbour."""
        if not self._one_row(self.content_size.width):
            self.action_move(step)
        elif step > 0:
            self.screen.focus_next()
        else:
            self.screen.focus_previous()

    def action_take(self) -> None:
        """Choose where the arrows are."""
        self._choose(self.options[self.place].code)

    def action_enter(self) -> None:
        """Choose where the arrows are; what is chosen already is confirmed."""
        if self.options[self.place].code == self.chosen:
            self.post_message(self.Done())
        else:
            self.action_take()

    def action_digit(self, digit: int) -> None:
        """Choose by digit."""
        if digit <= len(self.options):
            self.place = digit - 1
            self.action_take()

    def action_clear(self) -> None:
        """Take the choice back."""
        self._choose("")

    def _choose(self, code: str) -> None:
        if code != self.chosen:
            self.chosen = code
            self.post_message(self.Picked(code))


class ChoiceField(FieldBox):
    """Choose one of a few: yes and no, a sex, Japan or abroad."""

    DEFAULT_CSS: ClassVar[str] = "ChoiceField.-wrong InlineChoice { border-left: outer $error; }"

    def editor(self) -> Widget:
        return InlineChoice(self.spec.options, self.first_value, id=editor_id(self.spec.id))

    def show_value(self, value: str) -> None:
        choice = self.query_one(InlineChoice)
        choice.chosen = value

    def on_inline_choice_picked(self, event: InlineChoice.Picked) -> None:
        event.stop()
        self.post_message(FieldChanged(self.spec.id, event.code))

    def on_inline_choice_done(self, event: InlineChoice.Done) -> None:
        event.stop()
        self.post_message(FieldDone(self.spec.id))


class PickBox(Widget, can_focus=True):
    """One row that shows what was chosen and opens the list.

    Args:
        words: what was chosen, or "".
        prompt: what stands there while nothing is chosen.
        id: widget id.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
        Binding("space", "open", show=False),
        Binding("enter", "enter", show=False),
        Binding("delete,backspace", "clear", show=False),
    ]
    DEFAULT_CSS: ClassVar[str] = """
    PickBox { height: auto; width: 72; max-width: 100%; padding: 0 1; border-left: outer $rule; background: $panel; }
    PickBox:focus { border-left: outer $accent; background: $chosen; }
    """

    words: reactive[str] = reactive("", layout=True)
    """What was chosen, in words."""

    class Opened(Message):
        """The list is wanted, perhaps with the beginning of a search."""

        def __init__(self, query: str) -> None:
            super().__init__()
            self.query = query

    class Cleared(Message):
        """The choice was taken back."""

    class Done(Message):
        """Enter was pressed on what is chosen already."""

    def __init__(self, words: str, prompt: str, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self.set_reactive(PickBox.words, words)
        self._prompt = prompt

    def render(self) -> Content:
        first, *rest = self._lines(self.content_size.width)
        return Content("\n").join(
            [first + Content(" " * (self.content_size.width - 1 - first.cell_length) + "▾"), *rest]
        )

    def _lines(self, width: int) -> list[Content]:
        text = Content(safe(self.words)) if self.words else Content.styled(safe(self._prompt), "$quiet")
        return text.wrap(max(1, width - 2)) or [Content("")]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return as many rows as the words need: nothing of a choice is cut off."""
        return len(self._lines(width))

    def on_key(self, event: events.Key) -> None:
        char = event.character
        if char is not None and char != " " and char.isprintable():
            event.stop()
            event.prevent_default()
            self.post_message(self.Opened(char))

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.action_open()

    def action_open(self) -> None:
        """Open the list."""
        self.post_message(self.Opened(""))

    def action_enter(self) -> None:
        """Open the list, or confirm what is chosen."""
        self.post_message(self.Done() if self.words else self.Opened(""))

    def action_clear(self) -> None:
        """Take the choice back."""
        if self.words:
            self.post_message(self.Cleared())


class PickField(FieldBox):
    """Choose one of many: nationalities, towns, occupations."""

    DEFAULT_CSS: ClassVar[str] = "PickField.-wrong PickBox { border-left: outer $error; }"

    def editor(self) -> Widget:
        return PickBox(self.first_value, self.spec.prompt, id=editor_id(self.spec.id))

    def show_value(self, value: str) -> None:
        self.query_one(PickBox).words = value

    def on_pick_box_opened(self, event: PickBox.Opened) -> None:
        event.stop()
        self.post_message(PickRequested(self.spec.id, event.query))

    def on_pick_box_cleared(self, event: PickBox.Cleared) -> None:
        event.stop()
        self.post_message(FieldChanged(self.spec.id, ""))

    def on_pick_box_done(self, event: PickBox.Done) -> None:
        event.stop()
        self.post_message(FieldDone(self.spec.id))
