"""A list to choose from: arrows and Enter, a digit, or the mouse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from kiosk.widgets.text import INDENT, safe

MAX_DIGITS = 9

TEXT_CELLS = 69
"""Room for the words of a row; what is longer goes on under them."""

_HANG = INDENT * 3


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose: its id, its words, a second line that explains, and whether it can be chosen.

    ``sign`` stands before the words, in the colour ``sign_style`` (a theme colour such as ``$success``).
    """

    id: str
    label: str
    hint: str = ""
    enabled: bool = True
    sign: str = ""
    sign_style: str = ""


class ChoiceList(OptionList):
    """Choices with their digits. The first nine answer to 1–9 at once, wherever the highlight is."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(digit), f"choose({digit})", show=False) for digit in range(1, MAX_DIGITS + 1)),
    ]

    class Chosen(Message):
        """A choice was made; ``choice_id`` says which."""

        def __init__(self, choices: ChoiceList, choice_id: str) -> None:
            super().__init__()
            self.choices = choices
            self.choice_id = choice_id

        @property
        def control(self) -> ChoiceList:
            """The list, for ``@on`` with a selector."""
            return self.choices

    def __init__(
        self,
        choices: Sequence[Choice],
        *,
        selected: str = "",
        id: str = "choices",  # noqa: A002
        cells: int = TEXT_CELLS,
    ) -> None:
        self.choices = tuple(choices)
        self._cells = cells
        super().__init__(*(self._option(n, choice) for n, choice in enumerate(self.choices, 1)), id=id, markup=False)
        start = next((n for n, choice in enumerate(self.choices) if choice.id == selected), None)
        self._start = start if start is not None else self._first_enabled()

    def _first_enabled(self) -> int | None:
        return next((n for n, choice in enumerate(self.choices) if choice.enabled), None)

    def on_mount(self) -> None:
        self.highlighted = self._start

    def watch_highlighted(self, highlighted: int | None) -> None:
        """Bring the row into sight, also where the page around the list has to move; at first the page stays."""
        super().watch_highlighted(highlighted)
        if self.has_focus:
            self.call_after_refresh(self._row_into_sight)

    def _row_into_sight(self) -> None:
        pages = [page for page in self.ancestors if isinstance(page, VerticalScroll)]
        if self.highlighted is None or not pages or not self.is_attached:
            return
        top = self.content_region.y + self._index_to_line[self.highlighted] - self.scroll_offset.y
        bottom, view = top + self._heights[self.highlighted], pages[0].content_region
        if top < view.y or bottom > view.bottom:
            pages[0].scroll_relative(y=top - view.y if top < view.y else bottom - view.bottom, animate=False)

    def _option(self, number: int, choice: Choice) -> Option:
        text = Content(f"{number}  " if number <= MAX_DIGITS else "   ")
        if choice.sign:
            text += Content.styled(f"{choice.sign} ", choice.sign_style)
        text += Content(_hanging(safe(choice.label), self._cells - cell_len(choice.sign)))
        if choice.hint:
            text += Content.styled(f"\n{_HANG}{_hanging(safe(choice.hint), self._cells)}", "$quiet")
        return Option(text, id=choice.id, disabled=not choice.enabled)

    def action_choose(self, digit: int) -> None:
        """Choose by digit (1–9)."""
        if digit <= len(self.choices) and self.choices[digit - 1].enabled:
            self.highlighted = digit - 1
            self.post_message(self.Chosen(self, self.choices[digit - 1].id))

    def action_page_up(self) -> None:
        """Move the highlight a page up; a list that is at its top, or shown whole, lets the page around it move."""
        before = self.highlighted
        if self.max_scroll_y:
            super().action_page_up()
        if self.highlighted == before:
            self.call_later(self.run_action, "screen.page(-1)")

    def action_page_down(self) -> None:
        """Move the highlight a page down; a list that is at its end, or shown whole, lets the page around it move."""
        before = self.highlighted
        if self.max_scroll_y:
            super().action_page_down()
        if self.highlighted == before:
            self.call_later(self.run_action, "screen.page(1)")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option_id is not None:
            self.post_message(self.Chosen(self, event.option_id))


def _hanging(text: str, room: int) -> str:
    """Return ``text`` with its further lines under the first; what fits stays, it may be laid out in columns."""
    if cell_len(text) <= room:
        return text
    return f"\n{_HANG}".join(line.plain for line in Content(text).wrap(room))
