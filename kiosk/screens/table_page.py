"""One row of a table (one relative, one job), asked like any page of questions; a long row in several parts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from kiosk.screens.asking import PageAsking
from kiosk.screens.asking_row import RowAsking
from kiosk.screens.base import Nav
from kiosk.screens.question_page import NEXT, OnChange, QuestionPage
from kiosk.widgets.bars import ActionButton

REMOVED = "removed"


class RowPage(QuestionPage):
    """A row; ends with ``NEXT`` when nothing in it is wrong, or with ``REMOVED``. A row left blank is taken out.

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
        self._row.turn_to(focus)
        super().__init__(self._row, on_change, focus=focus, check=check, stop=False)

    def span_words(self) -> str:
        """Return which part of how many this is, "" for a row with one."""
        parts = self._row.parts()
        if len(parts) < 2:
            return ""
        return self.t("answers.row.part", number=parts.index(self._row.part) + 1, total=len(parts))

    def actions(self) -> Iterable[Widget]:
        """Yield the buttons: on, or done; and take the row out."""
        last = self._row.parts()[-1:] in {(), (self._row.part,)}
        words = self.t("answers.row.done" if last else "answers.continue")
        yield ActionButton(f"{words}  F10", id="continue", primary=True)
        yield ActionButton(f"{self.t('answers.row.remove')}  F5", id="remove")

    @on(ActionButton.Pressed, "#remove")
    def _remove_pressed(self, event: ActionButton.Pressed) -> None:
        event.stop()
        self.action_remove()

    def action_remove(self) -> None:
        """Take the row out (F5)."""
        self._on_change(self._row.table.id, self._row.remove())
        self.dismiss(REMOVED)

    # --- the parts of a long row --------------------------------------------------------------------------------------

    async def _proceed(self) -> None:
        if await self._show_problems():
            return
        if self._row.turn(1):
            await self._draw_part()
        elif wrong := self._row.first_wrong():
            self._row.turn_to(wrong)
            await self._draw_part()
            await self._show_problems()
        else:
            self.dismiss(NEXT)

    def action_back(self) -> None:
        """Go to the part before, or leave the row."""
        if self._row.turn(-1):
            self.call_later(self._draw_part)
        elif self._row.is_blank():
            self._on_change(self._row.table.id, self._row.remove())
            self.dismiss(REMOVED)
        else:
            self.dismiss(Nav.BACK)

    async def _draw_part(self) -> None:
        self.begin_anew()
        self.set_focus(None)
        await self.redraw()
        self.query_one("#body", VerticalScroll).scroll_home(animate=False)
