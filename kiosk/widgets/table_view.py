"""The rows of a table (family, work history): a line each, with digits to change one or add another."""

from __future__ import annotations

from textual.message import Message
from textual.widget import Widget

from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.fields import FieldBox, editor_id
from kiosk.widgets.fields_spec import FieldSpec
from kiosk.widgets.rows import shortened

NEW_ROW = "new"
ROW_CELLS = 65
"""Room for the words of a row: the list is as wide as other boxes."""


class RowRequested(Message):
    """A row is to be opened; ``row`` is its place, or one past the last for a new one."""

    def __init__(self, field_id: str, row: int) -> None:
        super().__init__()
        self.field_id = field_id
        self.row = row


class TableField(FieldBox):
    """A table. ``spec.rows`` has a line for each row; ``spec.prompt`` is the offer to add one, "" when it is full."""

    def editor(self) -> Widget:
        return ChoiceList(self._choices(), id=editor_id(self.spec.id), cells=ROW_CELLS)

    def _choices(self) -> list[Choice]:
        rows = [Choice(str(place), shortened(text, ROW_CELLS)) for place, text in enumerate(self.spec.rows)]
        return [*rows, Choice(NEW_ROW, self.spec.prompt)] if self.spec.prompt else rows

    def show_value(self, value: str) -> None:
        """Show nothing: rows are shown with ``show_rows``."""

    async def show_rows(self, spec: FieldSpec) -> None:
        """Show other rows, the focus where it was."""
        focused = self.query_one(ChoiceList).has_focus
        self.spec = spec
        await self.recompose()
        if focused:
            self.focus_editor()

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        event.stop()
        new = event.choice_id == NEW_ROW
        self.post_message(RowRequested(self.spec.id, len(self.spec.rows) if new else int(event.choice_id)))
