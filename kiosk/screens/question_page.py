"""One page of questions: at most twelve boxes on one subject.

Every change is told at once, questions come and go as answers change; what is wrong is said on top when going on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from kiosk.screens.asking import Asking, Change, PageAsking
from kiosk.screens.base import Nav, Rail
from kiosk.screens.caret import CaretScreen
from kiosk.screens.drafting import Value
from kiosk.screens.question_boxes import GroupLine, arranged, box_of, short_names
from kiosk.widgets.bars import ActionButton
from kiosk.widgets.fields import FieldBox, FieldChanged, FieldDone, FieldLeft
from kiosk.widgets.fields_choice import PickRequested
from kiosk.widgets.fields_spec import FieldSpec, Note
from kiosk.widgets.summary import ErrorSummary, Problem
from kiosk.widgets.table_view import RowRequested, TableField
from kiosk.widgets.text import Line

if TYPE_CHECKING:
    from kiosk.errors import KioskError
    from kiosk.forms.model import Issue
    from kiosk.forms.normalise import Notice
    from kiosk.screens.picker import PickerScreen

OnChange = Callable[[str, Value], None]
"""Told the id and the new value of every answer that changed."""

NEXT, STOP = "next", "stop"


@dataclass(frozen=True, slots=True)
class Span:
    """Which questions of how many stand on a page, counted from 1."""

    first: int
    last: int
    total: int


class QuestionPage(CaretScreen):
    """A page of questions; ends with ``NEXT`` when nothing on it is wrong, or with ``STOP``.

    Args:
        asking: what is asked; ``PageAsking(form, page, answers, context)`` for a page of a form.
        on_change: told every answer that changed, after normalising.
        span: tells which questions these are now, for "Questions 9–12 of 38"; None where nothing is counted.
        focus: id of the question to begin with; "" for the first.
        check: whether to say at once what is wrong (a page that is gone back to).
        stop: whether "Save and stop" is offered.
        trouble: why answers can't be saved just now, None while all is well.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f6", "stop", show=False)]
    # Without the screen's name: Textual scopes these to each class of screens, subclasses too.
    CSS: ClassVar[str] = """
    #page-head { height: auto; margin: 0 0 1 0; }
    #page-title { width: 1fr; text-style: bold; }
    #page-span { width: auto; color: $quiet; }
    #page-help { margin: 0 0 1 0; }
    #page-tally { dock: top; height: 2; background: $background; text-style: bold; }
    #low { height: 0; }
    TableField ChoiceList { margin: 0; width: 72; background: $panel; border-left: outer $rule; }
    TableField ChoiceList:focus { border-left: outer $accent; }
    TableField.-wrong ChoiceList { border-left: outer $error; }
    """
    rail: ClassVar[Rail | None] = Rail.FILING
    step: ClassVar[int] = 2
    title_key: ClassVar[str] = "answers.title"
    help_key: ClassVar[str] = "help.answers"
    proceeds: ClassVar[bool] = True

    def __init__(
        self,
        asking: Asking,
        on_change: OnChange,
        *,
        span: Callable[[], Span | None] = lambda: None,
        focus: str = "",
        check: bool = False,
        stop: bool = True,
        trouble: KioskError | None = None,
    ) -> None:
        super().__init__()
        self.asking = asking
        self._on_change = on_change
        self._span = span
        self._first_focus = focus
        self._check_first = check
        self._stop = stop
        self._trouble = trouble
        self._boxes: dict[str, FieldBox] = {}
        self._short: dict[str, str] = {}
        self._picker: PickerScreen | None = None
        self.begin_anew()

    def begin_anew(self) -> None:
        """Forget what was said of the questions: others are asked, or none was asked yet."""
        self._visible = self.asking.visible()
        self._issues: list[Issue] = []
        self._listed: list[Issue] = []
        self._notices: dict[str, tuple[Notice, ...]] = {}
        self._refused: dict[str, tuple[Issue, ...]] = {}
        self._typed: dict[str, str] = {}

    # --- drawing ------------------------------------------------------------------------------------------------------

    def body(self) -> Iterable[Widget]:
        """Yield the subject, the boxes and what can be done."""
        tally = self.asking.tally(self.t)
        if tally:
            yield Line(tally, id="page-tally")
        specs = [self.asking.spec(field_id, self.t) for field_id in self.asking.ids]
        placed = arranged(specs, self.asking.title(self.t), self.t.language)
        self._short = short_names(spec for _line, spec in placed)
        yield from self._head()
        if self._problems():
            yield self._summary(takes_focus=False)
        self._boxes = {}
        for line, spec in placed:
            if line is not None:
                yield line.show_for(self._visible)
            yield self._box(spec)
        yield Horizontal(*self.actions(), classes="actions")
        yield Static(id="low")

    def _head(self) -> Iterable[Widget]:
        parts: list[Widget] = [Line(self.asking.title(self.t), id="page-title")]
        if words := self.span_words():
            parts.append(Line(words, id="page-span"))
        yield Horizontal(*parts, id="page-head")
        trouble = Line(self._trouble_words(), id="page-trouble", classes="-attention space")
        trouble.display = self._trouble is not None
        yield trouble
        text = self.asking.help(self.t)
        if text:
            yield Line(text, classes="quiet", id="page-help")

    def help_notes(self) -> tuple[str, ...]:
        """Return, for staff, what of the questions here is not certain."""
        return self.asking.doubts(self.t) if self.kiosk.serves_staff else ()

    def _trouble_words(self) -> str:
        if self._trouble is None:
            return ""
        key = f"error.{self._trouble.key}"
        return f"! {self.t('answers.not_saved')} {self.t(key, **self._trouble.params)} {self.t(f'{key}.next')}"

    def show_trouble(self, trouble: KioskError | None) -> None:
        """Say that answers can't be saved just now and what to do; None says that they are again."""
        self._trouble = trouble
        for line in self.query("#page-trouble").results(Line):
            line.show(self._trouble_words())
            line.display = trouble is not None

    def span_words(self) -> str:
        """Return which questions of how many these are, "" where nothing is counted."""
        span = self._span()
        if span is None:
            return ""
        key = "answers.span.one" if span.first == span.last else "answers.span"
        return self.t(key, first=span.first, last=span.last, total=span.total)

    def actions(self) -> Iterable[Widget]:
        """Yield the buttons."""
        yield ActionButton(f"{self.t('answers.continue')}  F10", id="continue", primary=True)
        if self._stop:
            yield ActionButton(f"{self.t('answers.stop')}  F6", id="stop")

    def _box(self, spec: FieldSpec) -> FieldBox:
        box = box_of(spec, self.asking.shown(spec.id, self.t), self._notes(spec.id))
        box.display = spec.id in self._visible
        self._boxes[spec.id] = box
        return box

    def _notes(self, field_id: str) -> tuple[Note, ...]:
        """Return what is to be said under one box: how it was read, what was changed, what is wrong."""
        t, asking = self.t, self.asking
        understood, excess = asking.understood(field_id, t), asking.excess(field_id)
        notes = [Note("understood", understood)] if understood else []
        notes += [Note("attention", t(f"notice.{item.code}", **item.params)) for item in self._noticed(field_id)]
        wrong = [*self._refused.get(field_id, ()), *(issue for issue in self._issues if issue.field == field_id)]
        if excess is not None and not any(issue.code == "too_long" for issue in wrong):
            notes.append(Note("attention", t("answers.too_long", length=excess[0], max=excess[1])))
        notes += [Note("error" if issue.level == "error" else "attention", self._words(issue)) for issue in wrong]
        return tuple(notes)

    def _noticed(self, field_id: str) -> list[Notice]:
        # How a date was read is said in words anyway.
        return [item for item in self._notices.get(field_id, ()) if item.code != "date_read"]

    def _words(self, issue: Issue) -> str:
        return self.t(f"issue.{issue.code}", **issue.params)

    def on_mount(self) -> None:
        if self._check_first:
            self.call_after_refresh(self._show_problems)
        elif self._first_focus in self._boxes:
            self.call_after_refresh(self._boxes[self._first_focus].focus_editor)

    # --- what the person does -----------------------------------------------------------------------------------------

    async def on_field_changed(self, event: FieldChanged) -> None:
        event.stop()
        change = self.asking.change(event.field_id, event.value)
        self._take(event.field_id, change)
        for field_id, value in change.saved.items():
            self._on_change(field_id, value)
        box, shown = self._boxes[event.field_id], self.asking.shown(event.field_id, self.t)
        if change.issues:
            box.show_value(self._typed.get(event.field_id, shown))
        elif box.spec.kind == "pick":
            box.show_value(shown)
        else:
            self._typed[event.field_id] = event.value
        await self._refresh_boxes(change, event.field_id)

    def _take(self, field_id: str, change: Change) -> None:
        self._notices[field_id] = change.notices
        self._refused[field_id] = change.issues
        if change.saved:
            self._issues = [issue for issue in self._issues if issue.field != field_id]

    async def _refresh_boxes(self, change: Change, field_id: str) -> None:
        for other in change.saved:
            if other != field_id and other in self._boxes:
                self._boxes[other].show_value(self.asking.shown(other, self.t))
        if change.saved:
            self._show_visible()
        # What was changed of a text is said when the box is left: while typing it would flicker.
        kept = self._notices.get(field_id, ())
        self._notices[field_id] = tuple(item for item in kept if item.code in {"removed_characters", "cut"})
        self._boxes[field_id].show_notes(self._notes(field_id))
        self._notices[field_id] = kept

    def _show_visible(self) -> None:
        for line in self.query("#page-tally").results(Line):
            line.show(self.asking.tally(self.t))
        for line in self.query("#page-span").results(Line):
            line.show(self.span_words())
        self._visible = self.asking.visible()
        for group in self.query(GroupLine):
            group.show_for(self._visible)
        for field_id, box in self._boxes.items():
            box.display = field_id in self._visible
            if field_id in self._visible and box.spec.kind not in {"fixed", "info", "table"}:
                box.show_remark(self.asking.spec(field_id, self.t).remark)

    def on_field_left(self, event: FieldLeft) -> None:
        event.stop()
        box = self._boxes.get(event.field_id)
        if box is not None and box.is_mounted:
            self._typed.pop(event.field_id, None)
            box.show_value(self.asking.shown(event.field_id, self.t))
            box.show_notes(self._notes(event.field_id))

    def on_field_done(self, event: FieldDone) -> None:
        """Enter: the next question, and past the last one Continue."""
        event.stop()
        self.focus_next()

    @on(PickRequested)
    def _open_picker(self, event: PickRequested) -> None:
        from kiosk.screens.picker import PickerScreen

        if self._picker is not None:
            # Somebody types faster than the list opens: those letters belong to its search.
            self._picker.type(event.query)
            return
        options = self.asking.choices(event.field_id, self.t)
        words = self.asking.shown(event.field_id, self.t)
        chosen = next((option.code for option in options if option.label == words), "")
        label = self._boxes[event.field_id].spec.label

        async def picked(code: str | Nav | None) -> None:
            self._picker = None
            if isinstance(code, str):
                await self.on_field_changed(FieldChanged(event.field_id, code))

        first = self.asking.leading(event.field_id, self.t)
        self._picker = PickerScreen(label, options, chosen, event.query, first=first)
        self.app.push_screen(self._picker, picked)

    @on(RowRequested)
    def _open_row(self, event: RowRequested) -> None:
        self._show_row(event.field_id, event.row)

    def _show_row(self, table_id: str, row: int, column: str = "") -> None:
        # Imported here because that screen is itself a page of questions.
        from kiosk.screens.table_page import RowPage

        if isinstance(self.asking, PageAsking):
            page = RowPage(self.asking, table_id, row, self._on_change, focus=column, check=bool(column))
            self.app.push_screen(page, lambda _result: self._row_closed(table_id))

    async def _row_closed(self, table_id: str) -> None:
        tables = {field_id: box for field_id, box in self._boxes.items() if isinstance(box, TableField)}
        self._issues = [issue for issue in self._issues if issue.field not in tables]
        for field_id, box in tables.items():
            await box.show_rows(self.asking.spec(field_id, self.t))
            box.show_notes(self._notes(field_id))
        await self._list_problems(takes_focus=False)
        self._boxes[table_id].focus_editor()

    @on(ActionButton.Pressed, "#continue")
    def _continue_pressed(self, event: ActionButton.Pressed) -> None:
        event.stop()
        self.action_proceed()

    @on(ActionButton.Pressed, "#stop")
    def _stop_pressed(self, event: ActionButton.Pressed) -> None:
        event.stop()
        self.action_stop()

    def action_stop(self) -> None:
        """Save and stop (F6)."""
        if self._stop:
            self.dismiss(STOP)

    # --- what is wrong ------------------------------------------------------------------------------------------------

    def action_proceed(self) -> None:
        """Go on, or say what is wrong."""
        self.call_later(self._proceed)

    async def _proceed(self) -> None:
        if not await self._show_problems():
            self.dismiss(NEXT)

    async def _show_problems(self) -> bool:
        """Check the page and show what is wrong; return whether that stands in the way."""
        self._issues = self.asking.issues()
        self._refused = {}
        for field_id, box in self._boxes.items():
            box.show_notes(self._notes(field_id))
        await self._list_problems()
        if not self._problems():
            return False
        # Its rows take the focus first, and that scrolls too; the heading above them is to be seen.
        self.call_after_refresh(self.query_one("#body", VerticalScroll).scroll_home, animate=False)
        return True

    async def _list_problems(self, *, takes_focus: bool = True) -> None:
        await self.query(ErrorSummary).remove()
        if self._problems():
            await self.mount(self._summary(takes_focus=takes_focus), after="#page-head")

    def _problems(self) -> list[Issue]:
        return [issue for issue in self._issues if issue.level == "error"]

    def _summary(self, *, takes_focus: bool = True) -> ErrorSummary:
        # Its rows stay while answers are put right, so they are not looked up among what is wrong by then.
        issues = self._listed = self._problems()
        rows = [Problem(str(number), self._called(issue), self._words(issue)) for number, issue in enumerate(issues)]
        return ErrorSummary(self.t.plural("answers.errors", len(issues)), rows, takes_focus=takes_focus)

    def _called(self, issue: Issue) -> str:
        """Return the words that stand at the box, where no other box here has the same."""
        here = self._short.get(issue.field) if issue.row is None else None
        return here or self.asking.called(issue, self.t)

    def on_error_summary_chosen(self, event: ErrorSummary.Chosen) -> None:
        """Go where it is wrong."""
        event.stop()
        issue = self._listed[int(event.field_id)]
        if issue.row is not None:
            self._show_row(issue.field, issue.row, issue.column or "")
        else:
            self._boxes[issue.field].focus_editor()
