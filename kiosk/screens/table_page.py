"""One row of a table (one relative, one job), asked like any page of questions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget

from kiosk.screens.asking import PageAsking
from kiosk.screens.asking_row import RowAsking
from kiosk.screens.question_page import OnChange, QuestionPage
from kiosk.widgets.bars import ActionButton

REMOVED = "removed"


class RowPage(QuestionPage):
    """A row; ends with ``NEXT`` when nothing in it is wrong, or with ``REMOVED``.

    Args:
        page: the page with the table.
        table_id: the table.
        place: which row, from 0; one past the last for a new one.
        on_change: told the whole table at every change.
        focus: the column to begin with.
        check: whether to say at once what is wrong.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f5", "remove", show=False)]

    def __init__(
        self,
        page: PageAsking,
        table_id: str,
        place: int,
        on_change: OnChange,
        *,
        focus: str = "",
        check: bool = False,
    ) -> None:
        self._row = RowAsking(page, table_id, place)
        super().__init__(self._row, on_change, focus=focus, check=check, stop=False)

    def actions(self) -> Iterable[Widget]:
        """Yield the buttons: done, and take the row out."""
        yield ActionButton(f"{self.t('answers.row.done')}  F10", id="continue", primary=True)
        yield ActionButton(f"{self.t('answers.row.remove')}  F5", id="remove")

    @on(ActionButton.Pressed, "#remove")
    def _remove_pressed(self, event: ActionButton.Pressed) -> None:
        event.stop()
        self.action_remove()

    def action_remove(self) -> None:
        """Take the row out (F5)."""
        self._on_change(self._row.table.id, self._row.remove())
        self.dismiss(REMOVED)
