"""The home of one application: what is done, what is next, what is left. The order is free."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from kiosk.screens.base import KioskScreen, Rail
from kiosk.screens.drafting import TaskState
from kiosk.screens.subject import Subject
from kiosk.screens.tasks import Section, Task
from kiosk.screens.windows import ClosingLine
from kiosk.widgets.bars import ActionButton
from kiosk.widgets.choices import MAX_DIGITS
from kiosk.widgets.text import Line, safe

LABEL_CELLS = 46
STOP = "stop"

_SIGNS: dict[TaskState, tuple[str, str]] = {
    TaskState.TODO: ("○", "$quiet"),
    TaskState.STARTED: ("◐", "$quiet"),
    TaskState.ATTENTION: ("!", "bold $warning"),
    TaskState.DONE: ("✓", "$success"),
}


class TaskRows(OptionList):
    """The rows; the first nine answer to their digits."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(digit), f"choose({digit})", show=False) for digit in range(1, MAX_DIGITS + 1)),
    ]

    def action_choose(self, digit: int) -> None:
        """Choose by digit."""
        rows = [place for place, option in enumerate(self.options) if not option.disabled]
        if digit <= len(rows):
            self.highlighted = rows[digit - 1]
            self.action_select()


class TaskListScreen(KioskScreen[str]):
    """Ends with the id of a task, or with ``STOP``.

    Args:
        name: the procedure's name, by language.
        sections: the rows.
        here: the task to begin with; "" for the next one that is not done.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f6", "stop", show=False)]
    CSS: ClassVar[str] = """
    TaskListScreen #body { overflow-y: hidden; }
    TaskListScreen .lead { margin: 0; }
    TaskRows { height: 1fr; border: none; padding: 0; background: $background; max-width: 76; }
    TaskRows:focus { background-tint: $background 0%; border: none; }
    TaskRows > .option-list--option { padding: 0 1; }
    TaskRows > .option-list--option-highlighted { color: $foreground; background: $panel; text-style: none; }
    TaskRows:focus > .option-list--option-highlighted { color: $accent; background: $chosen; text-style: bold; }
    TaskRows > .option-list--option-disabled { color: $foreground; text-style: bold; }
    """
    title_key: ClassVar[str] = "tasks.title"
    rail: ClassVar[Rail | None] = Rail.FILING
    step: ClassVar[int] = 2
    help_key: ClassVar[str] = "help.answers"
    proceeds: ClassVar[bool] = True

    def __init__(self, name: dict[str, str], sections: Sequence[Section], here: str = "") -> None:
        super().__init__()
        self._name = name
        self._sections = tuple(sections)
        self._here = here

    def title_text(self) -> str:
        """Return the procedure's name, as the screens behind this one do."""
        return Subject(self._name, {}).title(self.t)

    def body(self) -> Iterable[Widget]:
        """Yield what is next, the rows, and the way out."""
        following = self._next()
        yield Line(self._lead(following), classes="lead", id="lead")
        yield ClosingLine()
        yield Horizontal(
            ActionButton(f"{self.t('tasks.go')}  F10", id="go", primary=True),
            ActionButton(f"{self.t('answers.stop')}  F6", id="stop"),
            classes="actions",
        )
        yield TaskRows(*self._options(), id="tasks", markup=False)

    def _lead(self, following: Task | None) -> str:
        if following is None:
            return "✓ " + self.t("tasks.all_done")
        return self.t("tasks.next", task=self._words(following.label))

    def _next(self) -> Task | None:
        rows = [task for section in self._sections for task in section.tasks]
        return next((task for task in rows if task.state is not TaskState.DONE), None)

    def _words(self, label: dict[str, str] | str) -> str:
        return self.t(label) if isinstance(label, str) else self.t.pick(label)

    def _options(self) -> Iterable[Option]:
        number = 0
        for section in self._sections:
            space = "\n" if number else ""
            yield Option(Content(space + safe(self._words(section.title)) + self._progress(section)), disabled=True)
            for task in section.tasks:
                number += 1
                yield Option(self._row(number, task), id=task.id)

    def _progress(self, section: Section) -> str:
        """Return how many pages of a sheet with several are done."""
        done = sum(task.state is TaskState.DONE for task in section.tasks)
        return f"  {done}/{len(section.tasks)}" if len(section.tasks) > 1 else ""

    def _row(self, number: int, task: Task) -> Content:
        digit = f"{number}  " if number <= MAX_DIGITS else "   "
        label = Content(safe(digit + self._words(task.label))).truncate(LABEL_CELLS, ellipsis=True)
        sign, style = _SIGNS[task.state]
        words = f"{sign} {self.t(f'tasks.state.{task.state.value}')}"
        remark = f"  {task.remark}" if task.remark else ""
        return label.pad_right(LABEL_CELLS - cell_len(label.plain)) + Content.styled(words + remark, style)

    def on_mount(self) -> None:
        self._begin()

    async def redraw(self) -> None:
        """Draw again, the highlight where it was."""
        self._here = self._highlighted() or self._here
        await super().redraw()
        self._highlight()

    def _begin(self) -> None:
        self._highlight()
        self.query_one(TaskRows).focus()

    def _highlight(self) -> None:
        following = self._next()
        wanted = self._here or (following.id if following is not None else "")
        rows = self.query_one(TaskRows)
        ids = [option.id for option in rows.options]
        rows.highlighted = ids.index(wanted) if wanted in ids else 1

    def _highlighted(self) -> str:
        option = self.query_one(TaskRows).highlighted_option
        return option.id or "" if option is not None else ""

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """End with the task."""
        if event.option_id is not None:
            self.dismiss(event.option_id)

    @on(ActionButton.Pressed)
    def _pressed(self, event: ActionButton.Pressed) -> None:
        event.stop()
        if event.button.id == "stop":
            self.action_stop()
        else:
            self.action_proceed()

    def action_proceed(self) -> None:
        """Go to what is next (F10)."""
        following = self._next()
        self.dismiss(following.id if following is not None else self._sections[-1].tasks[-1].id)

    def action_stop(self) -> None:
        """Save and stop (F6)."""
        self.dismiss(STOP)
