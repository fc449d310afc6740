"""The Textual application: services wired once, one route through the screens.

One process serves one person: when the visit ends the program ends, and the operating system takes everything back.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from textual.message import Message

from kiosk import logs
from kiosk.i18n import Translator, translator
from kiosk.screens.base import KioskScreen, Nav
from kiosk.screens.themes import THEMES
from kiosk.services import Services
from kiosk.settings import Settings
from kiosk.visit import Visit
from kiosk.widgets import cells, linebreak, terminal_pictures
from kiosk.widgets.bars import KeyBar, TopBar

if TYPE_CHECKING:
    from datetime import datetime

    from textual.screen import Screen
    from textual.worker import Worker

    from kiosk.card.monitor import CardEvent
    from kiosk.errors import KioskError, StoreError
    from kiosk.portal.watch import PortalState
    from kiosk.screens.work import Job

cells.install()
linebreak.install()
terminal_pictures.install()

Result = TypeVar("Result")
T = TypeVar("T")


class VisitEndedError(Exception):
    """Unwinds a journey when the person ends the visit."""


class ReaderNews(Message):
    """Something changed at a reader; screens that wait for a card listen."""

    def __init__(self, event: CardEvent) -> None:
        super().__init__()
        self.event = event


class PortalChanged(Message):
    """The portal's state changed."""

    def __init__(self, state: PortalState) -> None:
        super().__init__()
        self.state = state


PROFESSIONALS = frozenset({"scrivener", "organisation", "public_corporation", "support_organisation"})
"""Kinds of user who file for others as their work."""


class KioskApp(App[int], inherit_bindings=False):
    """The kiosk.

    Args:
        services: the adapters.
    """

    CSS_PATH = Path(__file__).parent / "screens" / "kiosk.tcss"
    ENABLE_COMMAND_PALETTE = False
    ESCAPE_TO_MINIMIZE = False
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - Textual's annotation has no equal
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", show=False, priority=True),
        Binding("f2", "language", show=False, priority=True),
        Binding("f3", "japanese", show=False, priority=True),
        Binding("f7", "theme", show=False, priority=True),
        Binding("f8", "staff", show=False, priority=True),
        Binding("f9", "demo", show=False, priority=True),
        Binding("f12", "end", show=False, priority=True),
        # Every other way out of a Textual program is closed: a kiosk ends by F12 alone.
        Binding("ctrl+q,ctrl+c", "nothing", show=False, priority=True),
    ]

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.services = services
        self.visit = Visit()
        self.t: Translator = translator(services.settings.language)
        self._other_language = "ja"
        self._saved: tuple[str, dict[str, str]] = ("", {})
        self._save_failed = False
        self._watching = False
        self.save_trouble: StoreError | None = None
        """Why answers can't be saved just now; None while all is well."""
        self.before_end: list[Callable[[], object]] = []
        """Called when the visit ends, while the services are still there: the last answers are saved."""
        self.portal_state: PortalState | None = None
        self._staff: Worker[None] | None = None
        self._below_staff: Screen[Any] | None = None
        self.animation_level = "none"
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name

    # --- start and end ---------------------------------------------------------------------------------------------

    def on_mount(self) -> None:
        """Show the first screen; everything slow comes after it is painted."""
        self.run_worker(self._route(), name="route", exit_on_error=True)

    def screen_painted(self) -> None:
        """Begin to watch, once the first screen is there: what that imports would hold up the first paint."""
        if not self._watching:
            self._watching = True
            self._watch()

    async def _route(self) -> None:
        from kiosk.screens.journeys.start import visit

        with contextlib.suppress(VisitEndedError):
            await visit(self)
        self.exit(0)

    def _watch(self) -> None:
        from kiosk.screens.vigil import Vigil

        self.vigil = Vigil(self)
        self.vigil.start()

    def on_unmount(self) -> None:
        """Stop what runs beside the screens."""
        vigil = getattr(self, "vigil", None)
        if vigil is not None:
            vigil.stop()
        for part in self.before_end:
            part()
        self.services.close()

    # --- what journeys use -------------------------------------------------------------------------------------------

    async def ask(self, screen: KioskScreen[Result]) -> Result | Nav:
        """Show ``screen`` and wait for its end. Only to be called from a journey."""
        return await self.push_screen_wait(screen)

    async def do(
        self, title_key: str, job: Job[T], lead_key: str = "work.wait", stop: Callable[[], object] | None = None
    ) -> T:
        """Run ``job`` in a thread behind a progress screen and return what it gives; ``stop`` makes it end early.

        Raises:
            KioskError: what the job ended with.
        """
        from kiosk.screens.work import Failed, WorkScreen

        outcome = await self.push_screen_wait(WorkScreen(title_key, job, lead_key, stop))
        if isinstance(outcome, Nav):
            raise VisitEndedError
        if isinstance(outcome, Failed):
            raise outcome.error
        return outcome.value

    async def problem(self, error: KioskError, *choice_keys: str) -> str:
        """Show ``error`` and return the choice made (``again``, ``back`` …); Esc means ``back``."""
        from kiosk.screens.message import ProblemScreen

        self.log_problem(error)
        screen = ProblemScreen(error, choice_keys) if choice_keys else ProblemScreen(error)
        answer = await self.push_screen_wait(screen)
        return "back" if isinstance(answer, Nav) else answer

    # --- words -------------------------------------------------------------------------------------------------------

    @property
    def is_demo(self) -> bool:
        """Whether the invented card's secrets are one key away."""
        return bool(self.services.settings.demo.holder)

    @property
    def serves_staff(self) -> bool:
        """Whether who works here knows the official sheets: a station of staff, or an agent who files for others."""
        account = self.visit.account
        return self.services.settings.staff_view or (account is not None and account.user_kind.value in PROFESSIONALS)

    def language_name(self) -> str:
        """Return the present language's own name."""
        return self.t("language.name")

    def portal_words(self) -> tuple[str, str]:
        """Return the banner's words and the state they stand for."""
        state = self.portal_state
        if state is None:
            return self.t("portal.unknown"), "unknown"
        if state.kind != "maintenance" or state.until is None:
            return self.t(f"portal.{state.kind}"), state.kind
        return self.t("portal.maintenance_until", until=self._banner_time(state.until)), state.kind

    def _banner_time(self, until: datetime) -> str:
        """Return a moment in Japan time, with its day where that is not today."""
        from kiosk.clock import JAPAN, japan_date

        form = "%H:%M" if japan_date(until) == japan_date(self.services.clock()) else "%Y-%m-%d %H:%M"
        return until.astimezone(JAPAN).strftime(form)

    def saved_words(self) -> str:
        """Return the words about the last save, in the present language."""
        key, params = self._saved
        return self.t(key, **params) if key else ""

    def saved_problem(self) -> bool:
        """Return whether those words say that something could not be saved."""
        return self._save_failed

    def show_saved(self, key: str = "", *, problem: bool = False, **params: str) -> None:
        """Say on every screen when the answers were last saved, or that they could not be; nothing without a key.

        Args:
            key: message key, so that the words follow a change of language.
            problem: whether it says that something could not be saved.
            **params: the message's parameters.
        """
        self._saved, self._save_failed = (key, params), problem
        for screen in self.screen_stack:
            for bar in screen.query(KeyBar):
                bar.show_saved(self.saved_words(), problem=problem)

    async def speak(self, language: str) -> None:
        """Change the language of every open screen. Answers stay."""
        if language == self.t.language:
            return
        self._other_language, self.t = self.t.language, translator(language)
        for screen in self.screen_stack:
            if isinstance(screen, KioskScreen):
                await screen.redraw()

    def on_portal_changed(self, message: PortalChanged) -> None:
        """Keep the portal's state and show it."""
        self.portal_state = message.state
        for screen in self.screen_stack:
            for bar in screen.query(TopBar):
                bar.show_portal(*self.portal_words())
            if isinstance(screen, KioskScreen):
                screen.portal_changed()

    def portal_learned(self, state: PortalState) -> None:
        """Take what a request has shown as news of the portal, before the watch comes round."""
        vigil = getattr(self, "vigil", None)
        if vigil is not None:
            vigil.portal_learned(state)
        self.on_portal_changed(PortalChanged(state))

    def on_reader_news(self, message: ReaderNews) -> None:
        """Pass the news on to the screens."""
        for screen in self.screen_stack:
            if isinstance(screen, KioskScreen):
                screen.readers_changed(message.event)

    # --- keys --------------------------------------------------------------------------------------------------------

    def action_nothing(self) -> None:
        """Do nothing, where Textual would leave the program."""

    def action_help(self) -> None:
        """F1: the page of help for the present screen."""
        from kiosk.screens.help import HelpScreen

        screen = self.screen
        if isinstance(screen, KioskScreen) and not isinstance(screen, HelpScreen):
            self.push_screen(HelpScreen(screen.help_key, screen.help_notes))

    def action_language(self) -> None:
        """F2: choose a language."""
        from kiosk.screens.language import LanguageScreen

        if not isinstance(self.screen, LanguageScreen):
            self.push_screen(LanguageScreen(self.services.settings.languages), self._language_chosen)

    async def _language_chosen(self, chosen: str | Nav | None) -> None:
        if isinstance(chosen, str):
            await self.speak(chosen)

    async def action_japanese(self) -> None:
        """F3: Japanese and back."""
        if self.t.language == "ja":
            await self.speak("en" if self._other_language == "ja" else self._other_language)
        else:
            await self.speak("ja")

    def action_theme(self) -> None:
        """F7: light, dark, high contrast."""
        names = [theme.name for theme in THEMES]
        self.theme = names[(names.index(self.theme) + 1) % len(names)]

    def action_staff(self) -> None:
        """F8: what to do when a person is needed."""
        from kiosk.screens.staff import StaffScreen

        if not isinstance(self.screen, StaffScreen):
            self.push_screen(StaffScreen(), self._staff_answered)

    def _staff_answered(self, answer: str | Nav | None) -> None:
        from kiosk.screens.journeys.outbox import staff_outbox

        # Where it is open already, staff are back in it.
        if answer == "outbox" and not self._staff_are_in:
            self._below_staff = self.screen
            self._staff = self.run_worker(staff_outbox(self), group="staff")

    @property
    def _staff_are_in(self) -> bool:
        return self._staff is not None and not self._staff.is_finished

    async def shut_outbox(self) -> bool:
        """Shut the outbox wherever staff are in it; False while work goes on in it that has to come to its end."""
        from kiosk.screens.work import WorkScreen

        if self._staff is None or self._below_staff not in self.screen_stack or not self._staff_are_in:
            return True
        if isinstance(self.screen, WorkScreen):
            return False
        self._staff.cancel()
        while self.screen is not self._below_staff:
            await self.pop_screen()
        return True

    def action_demo(self) -> None:
        """F9, in the demo alone: the invented card's secrets and the mailbox; once more, and they are gone."""
        from kiosk.screens.demo_panel import DemoPanel

        if isinstance(self.screen, DemoPanel):
            self.screen.action_back()
        elif self.is_demo:
            self.push_screen(DemoPanel(self.services.settings.demo))

    def action_end(self) -> None:
        """F12: end the visit, after asking."""
        from kiosk.screens.end import EndScreen

        if not isinstance(self.screen, EndScreen):
            self.push_screen(EndScreen(saved=self.visit.owner is not None), self._end_answered)

    def _end_answered(self, answer: str | Nav | None) -> None:
        if answer == "end":
            self.end_visit()

    def end_visit(self) -> None:
        """End the program: answers are saved, the card's power is cut, the screen is cleared."""
        self.workers.cancel_node(self)
        self.exit(0)

    def copy_to_clipboard(self, text: str) -> None:
        """Copy nothing: the next person could paste it."""

    def log_problem(self, error: KioskError) -> None:
        """Log that ``error`` happened: its code, no more."""
        logs.event("problem", error=error.code)

    def log_unexpected(self, error: BaseException) -> None:
        """Log that something unexpected happened, and where: its text may hold personal data."""
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        line = trace.tb_lineno if trace is not None else 0
        name = Path(trace.tb_frame.f_code.co_filename).stem if trace is not None else "unknown"
        logs.event("unexpected", error="K00", step=f"{name}.{type(error).__name__.lower()}", count=line)

    def _fatal_error(self) -> None:
        """End without a word on the terminal: Textual's own report shows local variables, which may be personal."""
        if self._exception is not None:
            self.log_unexpected(self._exception)
        if os.environ.get("KIOSK_DEBUG") == "1":
            super()._fatal_error()
        else:
            self._close_messages_no_wait()

    async def on_event(self, event: events.Event) -> None:
        """Note that somebody is there."""
        if isinstance(event, (events.Key, events.MouseEvent, events.Paste)):
            vigil = getattr(self, "vigil", None)
            if vigil is not None:
                vigil.somebody_is_here()
        await super().on_event(event)


def build(settings: Settings) -> KioskApp:
    """Return the application for ``settings``."""
    return KioskApp(Services(settings))
