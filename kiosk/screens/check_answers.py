"""Check your answers: everything on one list, each row leading to its page and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from kiosk.screens.base import KioskScreen, Rail
from kiosk.screens.checking import CheckRow, Sections
from kiosk.widgets.bars import ActionButton
from kiosk.widgets.summary import ErrorSummary, Problem
from kiosk.widgets.text import Line, safe

LABEL_CELLS, VALUE_CELLS = 30, 42
COMPLETE = "complete"


class CheckRows(OptionList):
    """The list of answers."""


class CheckAnswersScreen(KioskScreen[str]):
    """Ends with ``COMPLETE``, or with the ``place`` of a row that is to be changed.

    Args:
        sections: for a language, the answers in it.
        here: the row to begin with.
    """

    CSS: ClassVar[str] = """
    CheckAnswersScreen #body { overflow-y: hidden; }
    CheckAnswersScreen #error-rows { max-height: 5; }
    CheckAnswersScreen .actions { margin: 0; }
    CheckRows { height: 1fr; border: none; padding: 0; background: $background; max-width: 76; }
    CheckRows:focus { background-tint: $background 0%; border: none; }
    CheckRows > .option-list--option { padding: 0 1; }
    CheckRows > .option-list--option-highlighted { color: $foreground; background: $panel; text-style: none; }
    CheckRows:focus > .option-list--option-highlighted { color: $foreground; background: $chosen; text-style: none; }
    CheckRows > .option-list--option-disabled { color: $foreground; text-style: none; }
    """
    title_key: ClassVar[str] = "check.title"
    rail: ClassVar[Rail | None] = Rail.FILING
    step: ClassVar[int] = 4
    help_key: ClassVar[str] = "help.answers"
    proceeds: ClassVar[bool] = True

    def __init__(self, sections: Sections, here: str = "") -> None:
        super().__init__()
        self._make = sections
        self._here = here
        self._asked = False

    def body(self) -> Iterable[Widget]:
        """Yield how complete it is, the answers, and what can be done."""
        self._sections = tuple(self._make(self.t.language))
        wrong = self._wrong()
        if not wrong:
            yield Line("✓ " + self.t("check.complete"), classes="lead -done", id="lead")
        elif self._asked:
            yield self._summary(wrong)
        else:
            yield Line("! " + self.t.plural("check.left", len(wrong)), classes="lead -attention", id="lead")
        yield from self._warnings()
        yield Horizontal(
            ActionButton(f"{self.t('answers.continue')}  F10", id="continue", primary=True),
            Line(self.t("check.how"), classes="quiet"),
            classes="actions",
        )
        yield CheckRows(*self._options(), id="rows", markup=False)

    def _wrong(self) -> list[CheckRow]:
        return [row for section in self._sections for row in section.rows if row.errors]

    def _summary(self, wrong: Sequence[CheckRow]) -> ErrorSummary:
        rows = [Problem(row.place, row.name or row.label, row.errors[0]) for row in wrong]
        return ErrorSummary(self.t.plural("check.left", len(rows)), rows)

    def _warnings(self) -> Iterable[Widget]:
        count = sum(len(row.warnings) for section in self._sections for row in section.rows)
        if count:
            yield Line("! " + self.t.plural("check.look_again", count), classes="-attention space", id="warnings")

    def _options(self) -> Iterable[Option]:
        for section in self._sections:
            yield Option(Content.styled(f"\n{safe(section.title)}", "bold"), disabled=True)
            above = ""
            for row in section.rows:
                if row.heading not in {"", above}:
                    yield Option(Content.styled(safe(row.heading), "italic $quiet"), disabled=True)
                above = row.heading
                yield Option(self._row(row), id=row.place or None, disabled=not row.place)

    def _row(self, row: CheckRow) -> Content:
        values = self._value(row).wrap(VALUE_CELLS) or [Content("")]
        if row.filed and row.filed != row.value:
            values += Content.styled(safe(row.filed), "$quiet").wrap(VALUE_CELLS)
        for words in row.errors:
            values += Content.styled(f"✗ {safe(words)}", "$error").wrap(VALUE_CELLS)
        for words in row.warnings:
            values += Content.styled(f"! {safe(words)}", "$warning").wrap(VALUE_CELLS)
        labels = Content.styled(safe(row.label), "$quiet").wrap(LABEL_CELLS - 2)
        lines = zip_longest(labels, values, fillvalue=Content(""))
        return Content("\n").join(
            [label.pad_right(LABEL_CELLS - cell_len(label.plain)) + value for label, value in lines]
        )

    def _value(self, row: CheckRow) -> Content:
        if row.value:
            return Content(safe(row.value))
        return Content.styled("–" if row.errors else self.t("check.not_provided"), "$quiet")

    def on_mount(self) -> None:
        self._begin()

    async def redraw(self) -> None:
        """Draw again, the highlight where it was."""
        option = self.query_one(CheckRows).highlighted_option
        self._here = (option.id if option is not None else "") or self._here
        await super().redraw()
        self._begin()

    def _begin(self) -> None:
        rows = self.query_one(CheckRows)
        places = [option.id for option in rows.options]
        if self._here in places:
            rows.highlighted = places.index(self._here)
            rows.focus()

    async def _show_wrong(self) -> None:
        self._asked = True
        await super().redraw()
        self.query_one("#error-rows").focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """End with the row to change."""
        if event.option_id:
            self.dismiss(event.option_id)

    def on_error_summary_chosen(self, event: ErrorSummary.Chosen) -> None:
        """End with the row that is wrong."""
        event.stop()
        self.dismiss(event.field_id)

    @on(ActionButton.Pressed, "#continue")
    def _pressed(self, event: ActionButton.Pressed) -> None:
        event.stop()
        self.action_proceed()

    def action_proceed(self) -> None:
        """Go on, or say what is missing."""
        if self._wrong():
            self.call_later(self._show_wrong)
        else:
            self.dismiss(COMPLETE)
