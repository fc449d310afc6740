"""After several files were chosen at once: which were taken, which were not, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from textual.widget import Widget

from kiosk.errors import KioskError
from kiosk.screens.base import KioskScreen, Rail
from kiosk.screens.subject import Subject
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.rows import NAME_CELLS, shortened
from kiosk.widgets.text import Line

After = Literal["rest", "another_file", "continue"]


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one file.

    Attributes:
        name: made safe.
        standing: ``taken``; ``refused``; ``left_out`` by the person; ``waiting``: not looked at, or not to its end.
        error: why it was refused, or why it has to wait (the disk is full).
    """

    name: str = field(repr=False)
    standing: Literal["taken", "refused", "left_out", "waiting"]
    error: KioskError | None = None


class FilesTakenScreen(KioskScreen[After]):
    """Tells what became of each file; ends with ``rest`` (go on with what waits), ``another_file`` or ``continue``.

    Args:
        subject: what the application is about.
        fates: of all the files, in the order they were marked; at least one was not taken.
    """

    rail: ClassVar[Rail | None] = Rail.FILING
    step: ClassVar[int] = 3
    help_key: ClassVar[str] = "help.documents"

    def __init__(self, subject: Subject, fates: Sequence[Fate]) -> None:
        super().__init__()
        self._subject = subject
        self._taken = tuple(fate for fate in fates if fate.standing == "taken")
        self._others = tuple(fate for fate in fates if fate.standing != "taken")

    def title_text(self) -> str:
        """Return the procedure."""
        return self._subject.title(self.t)

    def body(self) -> Iterable[Widget]:
        """Yield the count, what was not taken, the ways on, and what was taken."""
        whole = len(self._taken) + len(self._others)
        lead = self.t("taken.lead", taken=len(self._taken), whole=whole)
        yield Line("! " + lead, classes="lead -attention", id="lead")
        for fate in self._others:
            yield from self._row(fate)
        yield ChoiceList([Choice(after, self.t(f"taken.{after}")) for after in self._ways()])
        if self._taken:
            yield Line(self.t("taken.taken"), classes="quiet heading")
            for fate in self._taken:
                yield Line(f"✓ {shortened(fate.name, NAME_CELLS)}", classes="-done")

    def _row(self, fate: Fate) -> Iterable[Widget]:
        name = shortened(fate.name, NAME_CELLS)
        error = fate.error
        if error is None:
            yield Line(f"○ {name}")
            yield Line(self.t(f"taken.{fate.standing}"), classes="quiet indented space")
            return
        yield Line(f"✗ {name}", classes="-error")
        yield Line(self.t(f"error.{error.key}", **error.params), classes="indented")
        what_now = (self.t(f"error.{error.key}.next", **error.params), self.t("problem.code", code=error.code))
        yield Line(self.t.together(what_now), classes="quiet indented space")

    def _ways(self) -> tuple[After, ...]:
        waits = any(fate.standing == "waiting" for fate in self._others)
        return ("rest", "another_file", "continue") if waits else ("another_file", "continue")

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """End with what was chosen."""
        self.dismiss(next(after for after in self._ways() if after == event.choice_id))
