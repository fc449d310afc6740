"""One box of a form on the screen: its label, its hint, its editor, and what is to be said about the answer.

A box shows what it is given and tells the screen what is typed; it decides nothing. Its parts are few (label, hint,
editor, notes), because a page of twelve boxes has to open at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from kiosk.widgets.fields_spec import FieldSpec, Note, Tone
from kiosk.widgets.text import Line, safe

_SIGNS: dict[Tone, tuple[str, str]] = {
    "error": ("✗ ", "$error"),
    "attention": ("! ", "$warning"),
    "understood": ("→ ", "$quiet"),
}


def box_id(field_id: str) -> str:
    """Return the widget id of a field's box; ids of fields hold dots, those of widgets may not."""
    return "box-" + field_id.replace(".", "-")


def editor_id(field_id: str) -> str:
    """Return the widget id of what takes the focus in a field's box."""
    return "edit-" + field_id.replace(".", "-")


class FieldChanged(Message):
    """The person changed an answer. ``value`` is what they typed, not looked at yet."""

    def __init__(self, field_id: str, value: str) -> None:
        super().__init__()
        self.field_id = field_id
        self.value = value


class FieldLeft(Message):
    """The focus left a box in which something can be typed."""

    def __init__(self, field_id: str) -> None:
        super().__init__()
        self.field_id = field_id


class FieldDone(Message):
    """Enter was pressed in a box: the person wants the next one."""

    def __init__(self, field_id: str) -> None:
        super().__init__()
        self.field_id = field_id


class FieldBox(Vertical):
    """Base of all boxes.

    Args:
        spec: what is shown.
        value: the answer as it stands in the editor.
        notes: the sentences under it.
    """

    DEFAULT_CSS: ClassVar[str] = """
    FieldBox { height: auto; margin: 0 0 1 0; }
    FieldBox > .field-label, FieldBox > .field-notes { height: auto; width: 1fr; }
    """

    def __init__(self, spec: FieldSpec, value: str = "", notes: Sequence[Note] = ()) -> None:
        super().__init__(id=box_id(spec.id))
        self.spec = spec
        self.first_value = value
        self.notes = tuple(notes)
        self._mark()

    def compose(self) -> ComposeResult:
        yield Static(self._label(), classes="field-label", markup=False)
        yield self.editor()
        if self.notes:
            yield self._note_line()

    def editor(self) -> Widget:
        """Return the widget in which the answer is given. Each box gives its own."""
        raise NotImplementedError

    def show_value(self, value: str) -> None:
        """Show another answer, telling nobody."""
        raise NotImplementedError

    def show_notes(self, notes: Sequence[Note]) -> None:
        """Replace the sentences under the editor."""
        if self.notes != tuple(notes):
            self.notes = tuple(notes)
            self._draw_notes()

    def show_remark(self, remark: str) -> None:
        """Replace the quiet word beside the label."""
        if remark != self.spec.remark:
            self.spec = replace(self.spec, remark=remark)
            self.query_one(".field-label", Static).update(self._label())

    def focus_editor(self) -> None:
        """Put the focus where the answer is given."""
        for widget in self.query(f"#{editor_id(self.spec.id)}"):
            widget.focus()

    def _label(self) -> Content:
        """Return label, number and hint in one: a widget less for each box."""
        hint = [Content.styled(safe(self.spec.hint), "$quiet")] if self.spec.hint else []
        return Content("\n").join([self._head(), *hint])

    def _head(self) -> Content:
        spec = self.spec
        quiet = "  ".join(safe(part) for part in (spec.remark, spec.number) if part)
        label = Content.styled(safe(spec.short or spec.label), "bold")
        return label + Content.styled(f"  {quiet}", "$quiet") if quiet else label

    def _mark(self) -> None:
        self.set_class(any(note.tone == "error" for note in self.notes), "-wrong")

    def _note_line(self) -> Static:
        return Static(self._note_words(), classes="field-notes", markup=False)

    def _note_words(self) -> Content:
        parts = [Content.styled(_SIGNS[tone][0] + safe(text), _SIGNS[tone][1]) for tone, text in self.notes]
        return Content("\n").join(parts)

    def _draw_notes(self) -> None:
        self._mark()
        lines = self.query(".field-notes").results(Static)
        line = next(iter(lines), None)
        if line is not None:
            line.update(self._note_words())
            line.display = bool(self.notes)
        elif self.notes:
            # Most boxes never have a note, so its line is made with the first one.
            self.mount(self._note_line())


class FixedField(FieldBox):
    """An answer that the person cannot change, such as the name from the card."""

    DEFAULT_CSS: ClassVar[str] = "FixedField > .fixed-value { padding: 0 1; }"

    def compose(self) -> ComposeResult:
        yield Static(self._head(), classes="field-label", markup=False)
        yield self.editor()
        # The hint comes after the value: it says where to go if that is wrong.
        if self.spec.hint:
            yield Line(self.spec.hint, classes="quiet")
        if self.notes:
            yield self._note_line()

    def editor(self) -> Widget:
        return Line(self.first_value, classes="fixed-value")

    def show_value(self, value: str) -> None:
        self.query_one(".fixed-value", Line).show(value)


class InfoField(FieldBox):
    """A paragraph among the questions."""

    def compose(self) -> ComposeResult:
        yield Line(self.spec.label, classes="label")
        if self.spec.hint:
            yield Line(self.spec.hint)

    def show_value(self, value: str) -> None:
        """Show nothing: a paragraph has no answer."""
