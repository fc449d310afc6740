"""What the check of a file noticed, said at once with what can be done; and the date that stands on a paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import ClassVar, Literal

from textual.containers import Horizontal
from textual.widget import Widget

from kiosk.attachments.notices import INDIVIDUAL_NUMBER, NUMBER_IN_DATA, Notice
from kiosk.forms import dates
from kiosk.screens.base import KioskScreen, Rail
from kiosk.screens.subject import Names, Subject
from kiosk.widgets.bars import ActionButton
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.fields import FieldChanged, FieldDone, FieldSpec, editor_id
from kiosk.widgets.fields_text import TextField
from kiosk.widgets.rows import NAME_CELLS, shortened
from kiosk.widgets.text import Line

Answer = Literal["keep", "black_out", "another"]


def shows_number(notices: Sequence[Notice]) -> bool:
    """Say whether an Individual Number was found."""
    return any(notice.key in (INDIVIDUAL_NUMBER, NUMBER_IN_DATA) for notice in notices)


class NoticesScreen(KioskScreen[Answer]):
    """Tells what was noticed; ends with ``keep``, ``black_out`` (the number) or ``another`` (another file).

    Args:
        subject: what the application is about.
        name: of the file, made safe.
        notices: the most important first; at least one.
        several: whether the file is one of several that were chosen at once: then ``another`` leaves it out.
    """

    rail: ClassVar[Rail | None] = Rail.FILING
    step: ClassVar[int] = 3
    help_key: ClassVar[str] = "help.documents"
    prefix: ClassVar[str] = "notices"
    """How its message keys begin."""

    def __init__(self, subject: Subject, name: str, notices: Sequence[Notice], *, several: bool = False) -> None:
        super().__init__()
        self._several = several
        self._subject = subject
        self._name = name
        self._notices = tuple(notices)

    def title_text(self) -> str:
        """Return the procedure."""
        return self._subject.title(self.t)

    def body(self) -> Iterable[Widget]:
        """Yield the file, what was noticed, and what can be done."""
        yield Line(self.t(f"{self.prefix}.lead"), classes="lead", id="lead")
        yield Line(shortened(self._name, NAME_CELLS), classes="quiet space")
        for notice in self._notices:
            yield Line("! " + self.t(notice.key, **notice.params), classes="-attention space notice")
        yield ChoiceList([Choice(answer, self.t(self._key(answer))) for answer in self._answers()])

    def _key(self, answer: Answer) -> str:
        return "notices.leave_out" if self._several and answer == "another" else f"{self.prefix}.{answer}"

    def _answers(self) -> tuple[Answer, ...]:
        return ("black_out", "another", "keep") if shows_number(self._notices) else ("keep", "another")

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """End with the answer."""
        self.dismiss(next(answer for answer in self._answers() if answer == event.choice_id))


class OldPaperScreen(NoticesScreen):
    """Says that a paper is out of date; ends with ``keep``, or ``another`` (the date was another one)."""

    prefix: ClassVar[str] = "old_paper"

    def _answers(self) -> tuple[Answer, ...]:
        return ("another", "keep")


class PaperDateScreen(KioskScreen["date | None"]):
    """Asks which day stands on a paper; ends with it, or with None where the person leaves it out.

    Args:
        subject: what the application is about.
        wanted: the document, by language.
        months: how old it may be.
        today: the day in Japan; a paper can't be of a later one.
        typed: what stands in the box at first.
        count: for how many files the date is given.
    """

    rail: ClassVar[Rail | None] = Rail.FILING
    step: ClassVar[int] = 3
    help_key: ClassVar[str] = "help.documents"
    proceeds: ClassVar[bool] = True

    def __init__(
        self, subject: Subject, wanted: Names, months: int, today: date, typed: str = "", *, count: int = 1
    ) -> None:
        super().__init__()
        self._subject = subject
        self._wanted = wanted
        self._months = months
        self._today = today
        self._count = count
        self._problem = ""
        self.typed = typed
        """What stands in the box."""

    def title_text(self) -> str:
        """Return the procedure."""
        return self._subject.title(self.t)

    def body(self) -> Iterable[Widget]:
        """Yield the question, the box, and the ways on."""
        yield Line(self.t("paper_date.lead"), classes="lead", id="lead")
        yield Line(self.t.pick(self._wanted), classes="paragraph")
        if self._count > 1:
            yield Line(self.t("paper_date.several", count=self._count), classes="paragraph", id="several")
        if self._problem:
            yield Line("✗ " + self.t(self._problem), classes="-error space", id="error")
        hint = self.t("paper_date.hint")
        yield TextField(FieldSpec("day", "date", self.t("paper_date.label"), hint=hint), self.typed)
        yield Horizontal(
            ActionButton(self.t("choice.continue"), id="continue", primary=True),
            ActionButton(self.t("paper_date.skip"), id="skip"),
            classes="actions",
        )
        yield Line(self.t("paper_date.why", months=self._months), classes="paragraph quiet")

    def on_field_changed(self, event: FieldChanged) -> None:
        """Keep what is typed."""
        self.typed = event.value

    def on_field_done(self, _event: FieldDone) -> None:
        """Enter in the box goes on."""
        self.action_proceed()

    def on_action_button_pressed(self, event: ActionButton.Pressed) -> None:
        """Go on with the date, or without."""
        if event.button.id == "skip":
            self.dismiss(None)
        else:
            self.action_proceed()

    def action_proceed(self) -> None:
        """F10: end with the date, where it is one; an empty box leaves it out."""
        if not self.typed.strip():
            self.dismiss(None)
            return
        parts = dates.read(self.typed)
        written = "" if parts is None else dates.write(parts, partial=False)
        if parts is None or dates.problem(written, partial=False):
            self._refuse("paper_date.wrong")
        elif (day := date.fromisoformat(written)) > self._today:
            self._refuse("notice.in_the_future")
        else:
            self.dismiss(day)

    def _refuse(self, problem: str) -> None:
        self._problem = problem
        self.run_worker(self._redrawn(), exclusive=True)

    async def _redrawn(self) -> None:
        await self.redraw()
        self.query_one(f"#{editor_id('day')}").focus()
