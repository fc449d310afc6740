"""Something is really going on: the card is read, a file is sent. It runs in a thread and says how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from textual.widget import Widget
from textual.widgets import ProgressBar

from kiosk.errors import KioskError
from kiosk.screens.base import KioskScreen
from kiosk.widgets.bars import KeyHint
from kiosk.widgets.text import Line

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Step:
    """How far a job is.

    Attributes:
        key: message key.
        share: done, from 0 to 1; None where unknown.
        params: of all its messages.
        also: message keys of what is said below the bar in place of the usual line.
        silent: message key of what is said with ``seconds`` when nothing was heard for a while; empty for nothing.
        fixed: from here on the job can't be stopped.
    """

    key: str
    share: float | None = None
    params: tuple[tuple[str, str | int], ...] = ()
    also: tuple[str, ...] = ()
    silent: str = ""
    fixed: bool = False


SILENCE_SECONDS = 3.0
"""After so long without news of a job that usually has some, this is said."""

Report = Callable[[Step], None]
"""Called by a job, from its own thread, whenever it is further."""

Job = Callable[[Report], T]


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """What a job gave back."""

    value: T


@dataclass(frozen=True, slots=True)
class Failed:
    """The error a job ended with."""

    error: KioskError


class WorkScreen(KioskScreen["Done[T] | Failed"], Generic[T]):
    """Runs one job and shows its steps. It can't be left: what it does must come to its end, or be stopped.

    Args:
        title_key: message key of the title.
        job: called in a thread with a function to report steps to.
        lead_key: message key of the sentence shown until the first report.
        stop: makes the job end soon, with an error of its own; None where it can't be stopped.
    """

    can_go_back: ClassVar[bool] = False

    def __init__(
        self, title_key: str, job: Job[T], lead_key: str = "work.wait", stop: Callable[[], object] | None = None
    ) -> None:
        super().__init__()
        self._stop = stop
        self._title_key = title_key
        self._job = job
        self._latest = Step(lead_key)
        self._heard = time.monotonic()
        self._stopping = False
        self._outcome: Done[T] | Failed | None = None

    def title_text(self) -> str:
        """Return the title in the person's language."""
        return self.t(self._title_key)

    def body(self) -> Iterable[Widget]:
        """Yield the sentence and the bar."""
        yield Line(self._words(), id="lead", classes="lead")
        bar = ProgressBar(total=1.0, show_eta=False, id="progress")
        bar.display = False
        yield bar
        yield Line(self._below(), classes="quiet", id="stay")

    def key_hints(self) -> Iterable[KeyHint]:
        """Yield Esc before the usual keys, where the job can be stopped."""
        if self._stop is not None:
            yield KeyHint("Esc", self.t("key.stop"), "screen.back")
        yield from super().key_hints()

    def action_back(self) -> None:
        """Esc: have the job end; the screen goes when it has."""
        if self._stop is not None and self._may_stop:
            self._stopping = True
            self._stop()
            self._show()

    @property
    def _may_stop(self) -> bool:
        return self._stop is not None and not self._latest.fixed and not self._stopping

    def on_mount(self) -> None:
        """Start the job."""
        self.reached(self._latest)
        self.set_interval(1.0, self._listen)
        self.run_worker(self._run, thread=True, exclusive=True, exit_on_error=False)

    def _run(self) -> None:
        try:
            outcome: Done[T] | Failed = Done(self._job(self._report))
        except KioskError as error:
            outcome = Failed(error)
        except Exception as error:
            self.kiosk.log_unexpected(error)
            outcome = Failed(KioskError())
        self.app.call_from_thread(self._over, outcome)

    def _over(self, outcome: Done[T] | Failed) -> None:
        """End with the outcome. What lies above (help, the outbox of staff) would go in place of this screen."""
        self._outcome = outcome
        self._end()

    def on_screen_resume(self) -> None:
        """End now, if that had to wait."""
        self._end()

    def _end(self) -> None:
        outcome = self._outcome
        if outcome is not None and self.is_active:
            self._outcome = None
            self.dismiss(outcome)

    def _report(self, step: Step) -> None:
        self.app.call_from_thread(self.reached, step)

    async def redraw(self) -> None:
        """Draw again in another language, the bar as far as it was."""
        await super().redraw()
        self._show()

    def reached(self, step: Step) -> None:
        """Show how far the job is."""
        self._latest, self._heard = step, time.monotonic()
        self._show()

    def _listen(self) -> None:
        if self._silent_seconds():
            self._show()

    def _silent_seconds(self) -> int:
        quiet = time.monotonic() - self._heard
        return int(quiet) if self._latest.silent and quiet >= SILENCE_SECONDS else 0

    def _show(self) -> None:
        step = self._latest
        # A quick job may report before the screen is put together; what is there then shows the latest step.
        for line in self.query("#lead").results(Line):
            line.show(self._words())
        for line in self.query("#stay").results(Line):
            line.show(self._below())
            line.set_class(not step.also, "quiet")
        for bar in self.query(ProgressBar):
            # Without motion a bar of unknown length looks like a full one, so there is none.
            bar.display = step.share is not None
            bar.update(progress=step.share or 0.0)

    def _words(self) -> str:
        params = dict(self._latest.params)
        if seconds := self._silent_seconds():
            return self.t(self._latest.silent, **{**params, "seconds": seconds})
        return self.t(self._latest.key, **params)

    def _below(self) -> str:
        if self._stopping:
            return self.t("work.stopping")
        if self._latest.also:
            return "\n\n".join(self.t(key, **dict(self._latest.params)) for key in self._latest.also)
        return self.t("work.may_stop" if self._may_stop else "work.stay" if self._stop is None else "work.wait")
