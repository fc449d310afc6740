"""The whole path by itself, in the real program: keys are pressed, screens drawn, card, portal and mail are asked.

A walk looks at the screen that is shown and does what a person would do there. It knows screens and boxes by their
ids and nothing of what is behind them, so that what it walks through is what a person walks through.
"""

from __future__ import annotations

import asyncio
import sys
import tomllib
from collections.abc import Awaitable, Callable, Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, cast

from textual import events
from textual.css.query import NoMatches
from textual.pilot import Pilot
from textual.widget import Widget

from kiosk.app import KioskApp, build
from kiosk.demo.errors import DemoStuckError
from kiosk.demo.inside import PASSWORD, choose_password, look_inside
from kiosk.demo.story import Say, Story
from kiosk.paths import config_dir
from kiosk.screens.base import KioskScreen
from kiosk.settings import load_settings
from kiosk.widgets.choices import ChoiceList
from kiosk.widgets.fields import FieldBox

if TYPE_CHECKING:
    from kiosk.demo.ending import Ending
    from kiosk.demo.world import DemoWorld
    from kiosk.screens.documents import DocumentsScreen
    from kiosk.screens.file_chooser import FileChooserScreen
    from kiosk.screens.reception import ReceptionScreen

STUCK_SECONDS = 120.0
"""How long nothing may happen before a step counts as stuck."""

LOOK_SECONDS = 0.01
READING_SECONDS, KEY_SECONDS = 0.6, 0.02
"""On a real terminal: how long a screen is shown before something is done on it, and between two keys."""

_PASSING = {"WorkScreen", "CardPromptScreen"}
_KEY_NAMES = {" ": "space", "-": "minus", "@": "at", ".": "full_stop", "/": "slash", "_": "underscore"}


async def walk(world: DemoWorld, say: Say, ending: Ending | None = None, kind: type[Walker] | None = None) -> None:
    """File an extension from the welcome to the end of the story.

    On a real terminal the screens are shown and the story is told at the end, otherwise each step when it is reached.

    Args:
        world: the running demo.
        say: told the story, a line a call.
        ending: of the program: a signal ends the walk, and ``ending.number`` says so.
        kind: which story; by default the one without an outage, to the mail-in step.

    Raises:
        DemoStuckError: the walk is stuck, or did not lead where it should; the step is named.
    """
    app = build(load_settings(world.settings_file))
    shown = sys.stdin.isatty() and sys.stdout.isatty()
    later: list[str] = []
    story = Story(later.append if shown else say)
    walker = (kind or Walker)(app, world, story, hurried=not shown)
    loop = asyncio.get_running_loop()
    running = app.run_async(headless=not shown, size=None if shown else (80, 24), auto_pilot=walker.run)
    if ending is None:
        await running
    else:
        with ending.instead(lambda: loop.call_soon_threadsafe(walker.stop)):
            await running
    for line in later:
        say(line)
    if ending is not None and ending.number:
        return
    if not walker.finished:
        raise DemoStuckError(step=walker.step) from walker.fault
    for line in walker.outcome():
        say(line)


class Walker:
    """Goes from screen to screen.

    Args:
        app: the kiosk.
        world: the demo around it.
        story: told each step.
        hurried: nobody looks on, so nothing is waited for.

    Attributes:
        number: the reception number, once there is one.
        result: the words of the result screen.
        finished: whether the last step was reached.
        step: where it is.
        fault: why it ended before, where something failed.
    """

    def __init__(self, app: KioskApp, world: DemoWorld, story: Story, *, hurried: bool) -> None:
        self._app = app
        self._world = world
        self._story = story
        self._pauses = (0.0, 0.0) if hurried else (READING_SECONDS, KEY_SECONDS)
        self._pilot = cast("Pilot[Any]", None)
        data = tomllib.loads((config_dir() / "demo" / "answers.toml").read_text(encoding="utf-8"))
        self._answers: dict[str, str] = data["answers"]
        self._rows: dict[str, dict[str, str]] = data["rows"]
        self._files: dict[str, str] = data["files"]
        self._wanted = ""
        self._authentication_id = ""
        self._registered = False
        self._stopped = False
        self.number = ""
        self.result = ""
        self.finished = False
        self.step = "start"
        self.fault: Exception | None = None

    def stop(self) -> None:
        """Give up and end the program."""
        self._stopped = True
        self._app.end_visit()

    def outcome(self) -> Iterable[str]:
        """Yield what the walk led to, once the program has ended.

        Raises:
            DemoStuckError: not where it should have led.
        """
        yield self._app.t("demo.walk.number", number=self.number)
        yield self._app.t("demo.walk.outcome", result=self.result)

    async def run(self, pilot: Pilot[Any]) -> None:
        """Walk until the end; whatever happens, the program ends then."""
        self._pilot = pilot
        try:
            while self._going:
                await self._one_screen()
        except Exception as error:
            # Raised here it would be lost in Textual's own report.
            self.fault = error
        finally:
            self._app.end_visit()

    @property
    def _going(self) -> bool:
        return self._app.is_running and not self.finished and not self._stopped

    async def _one_screen(self) -> None:
        screen = await self._until(self._waiting)
        name = type(screen).__name__
        self.step = f"{self.step} > {name}" if not hasattr(self, f"_at_{name}") else name
        act = cast("Callable[[Any], Awaitable[None]]", getattr(self, f"_at_{name}"))
        self._story.at(screen)
        await asyncio.sleep(self._pauses[0])
        await act(screen)
        await self._until(lambda: self._app.screen is not screen)

    def _waiting(self) -> KioskScreen[Any] | None:
        """Return the screen now shown, if it waits for a person."""
        screen = self._app.screen
        ready = isinstance(screen, KioskScreen) and screen.is_active and bool(screen.query("#keys"))
        return cast("KioskScreen[Any]", screen) if ready and type(screen).__name__ not in _PASSING else None

    async def _until(self, condition: Callable[[], Any]) -> Any:
        """Return what ``condition`` gives once that is something, with everything drawn."""
        limit = asyncio.get_running_loop().time() + STUCK_SECONDS
        while self._going:
            await self._pilot.pause(0)
            found = condition()
            if found:
                await self._pilot.pause(0)
                return found
            if asyncio.get_running_loop().time() > limit:
                raise DemoStuckError(step=self.step)
            await asyncio.sleep(LOOK_SECONDS)
        return None

    # --- fingers -----------------------------------------------------------------------------------------------------

    async def _press(self, *keys: str) -> None:
        """Press keys one after another, as a terminal would tell of them, and wait until all is quiet again."""
        for key in keys:
            pressed = events.Key(_KEY_NAMES.get(key, key), key if len(key) == 1 else None)
            self._app.post_message(pressed.set_sender(self._app))
            if self._pauses[1]:
                await asyncio.sleep(self._pauses[1])
        await self._pilot.pause()

    async def _type(self, text: str) -> None:
        await self._press(*text)

    async def _choose(self, choice_id: str, selector: str = "ChoiceList") -> None:
        """Choose by moving to a row and pressing Enter."""
        rows = self._app.screen.query_one(selector, ChoiceList)
        rows.focus()
        rows.highlighted = next(n for n, choice in enumerate(rows.choices) if choice.id == choice_id)
        await self._press("enter")

    async def _secret(self, text: str) -> None:
        await self._type(text)
        await self._press("enter")

    # --- questions ---------------------------------------------------------------------------------------------------

    async def _fill(self, screen: KioskScreen[Any], values: dict[str, str]) -> None:
        """Answer the boxes from the first to the last; a box may appear when one before it is answered."""
        done: set[str] = set()
        while (box := self._next_box(screen, done)) is not None:
            done.add(box.spec.id)
            value = values.get(box.spec.id.rpartition("|")[2]) or values.get(box.spec.id, "")
            box.focus_editor()
            await self._pilot.pause(0)
            if box.spec.kind == "table":
                await self._add_row(screen, box)
            elif value:
                await self._answer(box, typed(value))
        await self._press("f10")

    @staticmethod
    def _next_box(screen: KioskScreen[Any], done: set[str]) -> FieldBox | None:
        for box in screen.query(FieldBox):
            if box.display and box.spec.id not in done and box.spec.kind not in {"fixed", "info"}:
                return box
        return None

    async def _answer(self, box: FieldBox, text: str) -> None:
        if box.spec.kind == "pick":
            page = self._app.screen
            # The first letter opens the list with it in the search.
            await self._type(text[0])
            await self._shown("PickerScreen")
            await self._type(text[1:])
            await self._press("enter")
            await self._back_at(page)
        elif box.spec.kind == "choice":
            await self._press(text)
        else:
            await self._press("end", "ctrl+u", "ctrl+k")
            await self._type(text)
        await self._pilot.pause(0)

    async def _add_row(self, page: KioskScreen[Any], box: FieldBox) -> None:
        await self._choose("new", f"#{box.query_one(ChoiceList).id}")
        row = await self._shown("RowPage")
        await self._fill(row, self._rows[box.spec.id])
        await self._back_at(page)

    async def _shown(self, name: str) -> KioskScreen[Any]:
        return await self._until(lambda: (here := self._waiting()) and type(here).__name__ == name and here)

    async def _back_at(self, screen: Widget) -> None:
        await self._until(lambda: self._app.screen is screen)

    # --- screens, in the order in which they come --------------------------------------------------------------------

    async def _at_WelcomeScreen(self, _screen: object) -> None:
        await self._choose(self._app.services.settings.language)

    async def _at_MenuScreen(self, _screen: object) -> None:
        await self._choose("sign_in" if self._registered else "register")

    async def _at_UserKindsScreen(self, _screen: object) -> None:
        await self._press("1")

    async def _at_RegistrationDetailsScreen(self, screen: KioskScreen[Any]) -> None:
        await self._fill(screen, self._answers)

    async def _at_TermsScreen(self, _screen: object) -> None:
        await self._press("f10")

    async def _at_RegistrationCheckScreen(self, _screen: object) -> None:
        await self._press("f10")

    async def _at_SecretEntryScreen(self, screen: Any) -> None:
        secrets = self._world.description()["secrets"]
        await self._secret(secrets["signing" if screen.use == "signing" else "authentication"])

    async def _at_RegistrationPersonScreen(self, _screen: object) -> None:
        await self._press("f10")

    async def _at_MailSentScreen(self, _screen: object) -> None:
        demo = self._app.services.settings.demo
        link = ""
        while self._going and not link:
            link = (await asyncio.to_thread(look_inside, demo)).link
            await asyncio.sleep(LOOK_SECONDS)
        self._authentication_id = await asyncio.to_thread(choose_password, link)
        self._story.note(self._app.t("demo.walk.mail"))
        self._registered = True
        self._story.stage = "sign_in"
        await self._press("1")

    async def _at_LogInScreen(self, _screen: object) -> None:
        await self._type(self._authentication_id)
        await self._press("enter")
        await self._until(lambda: self._app.screen.query_one("#password").has_focus)
        await self._secret(PASSWORD)

    async def _at_HomeScreen(self, _screen: object) -> None:
        await self._choose("new")

    async def _at_ProcedureScreen(self, _screen: object) -> None:
        await self._choose("extension")

    async def _at_StatusScreen(self, _screen: object) -> None:
        await self._type("gijinkoku")
        await self._press("enter")

    async def _at_EligibilityScreen(self, _screen: object) -> None:
        await self._press("1")

    async def _at_NeedsScreen(self, _screen: object) -> None:
        await self._press("1")

    async def _at_TaskListScreen(self, _screen: object) -> None:
        await self._press("f10")

    async def _at_QuestionPage(self, screen: KioskScreen[Any]) -> None:
        await self._fill(screen, self._answers)

    async def _at_CheckAnswersScreen(self, _screen: object) -> None:
        await self._press("f10")

    async def _at_DocumentsScreen(self, screen: DocumentsScreen) -> None:
        rows = screen.query_one(ChoiceList)
        lacking = [choice.id for choice in rows.choices if choice.label.startswith("!")]
        self._wanted = lacking[0] if lacking else ""
        await self._choose(self._wanted)

    async def _at_FileChooserScreen(self, screen: FileChooserScreen) -> None:
        wanted = self._files[self._wanted]
        self._story.note(self._app.t("demo.walk.chosen", file=wanted))
        rows = screen.query_one(ChoiceList)
        await self._choose(next(choice.id for choice in rows.choices if choice.label == wanted))

    async def _at_PhotoCheckScreen(self, _screen: object) -> None:
        await self._choose("use")

    async def _at_PhotoAgeScreen(self, _screen: object) -> None:
        await self._choose("new")

    async def _at_SendReviewScreen(self, _screen: object) -> None:
        await self._press("f10")

    async def _at_ReceptionScreen(self, screen: ReceptionScreen) -> None:
        self.number = screen.number
        await asyncio.to_thread(self._world.office, "examine", self.number)
        await asyncio.to_thread(self._world.office, "grant", self.number)
        self._story.note(self._app.t("demo.walk.office", number=self.number))
        await self._choose("status")

    async def _at_ApplicationStatusScreen(self, screen: KioskScreen[Any]) -> None:
        self.result = str(screen.query_one("#result").render())
        try:
            await self._choose("mail_in")
        except (StopIteration, NoMatches) as error:
            raise DemoStuckError(step=self.step) from error

    async def _at_MailInScreen(self, _screen: object) -> None:
        self.finished = True


def typed(value: str) -> str:
    """Return what a person types for ``value``; ``days:40`` is a date from today."""
    if value.startswith("days:"):
        return (date.today() + timedelta(days=int(value.removeprefix("days:")))).strftime("%Y/%m/%d")
    return value
