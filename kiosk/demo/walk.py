"""The whole path by itself, in the real program: keys are pressed, screens drawn, card, portal and mail are asked.

A walk looks at the screen that is shown and does what a person would do there. It knows screens and boxes by their
ids and nothing of what is behind them, so that what it walks through is what a person walks through.
"""

from __future__ import annotations

import asyncio
import sys
import tomllib
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, cast

from textual.css.query import NoMatches
from textual.pilot import Pilot
from textual.widget import Widget

from kiosk.app import KioskApp, build
from kiosk.demo.errors import DemoPartError
from kiosk.demo.inside import PASSWORD, choose_password, look_inside
from kiosk.paths import config_dir
from kiosk.screens.base import KioskScreen
from kiosk.settings import load_settings
from kiosk.widgets.choices import ChoiceList
from kiosk.widgets.fields import FieldBox

if TYPE_CHECKING:
    from kiosk.demo.world import DemoWorld
    from kiosk.screens.documents import DocumentsScreen
    from kiosk.screens.file_chooser import FileChooserScreen
    from kiosk.screens.reception import ReceptionScreen

Say = Callable[[str], object]

LOOKS = 2400
"""How often the screen is looked at before a step counts as stuck."""

LOOK_SECONDS = 0.05


async def walk(world: DemoWorld, say: Say) -> int:
    """File an extension from the welcome to the mail-in step and return 0.

    Args:
        world: the running demo.
        say: told each step in words.

    Raises:
        DemoPartError: the walk is stuck; the step is named.
    """
    app = build(load_settings(world.settings_file))
    walker = Walker(app, world, say)
    headless = not (sys.stdin.isatty() and sys.stdout.isatty())
    await app.run_async(headless=headless, size=(80, 24) if headless else None, auto_pilot=walker.run)
    if walker.number:
        say(f"Reception number: {walker.number}")
        say(f"Result: {walker.result}")
    if not walker.finished:
        raise DemoPartError(part=walker.step)
    return 0


class Walker:
    """Goes from screen to screen.

    Args:
        app: the kiosk.
        world: the demo around it.
        say: told each step.

    Attributes:
        number: the reception number, once there is one.
        result: the words of the result screen.
        finished: whether the last step was reached.
        step: where it is.
    """

    def __init__(self, app: KioskApp, world: DemoWorld, say: Say) -> None:
        self._app = app
        self._world = world
        self._say = say
        self._pilot = cast("Pilot[Any]", None)
        data = tomllib.loads((config_dir() / "demo" / "answers.toml").read_text(encoding="utf-8"))
        self._answers: dict[str, str] = data["answers"]
        self._rows: dict[str, dict[str, str]] = data["rows"]
        self._files: dict[str, str] = data["files"]
        self._wanted = ""
        self._authentication_id = ""
        self._registered = False
        self.number = ""
        self.result = ""
        self.finished = False
        self.step = "start"

    async def run(self, pilot: Pilot[Any]) -> None:
        """Walk until the end; whatever happens, the program ends then."""
        self._pilot = pilot
        try:
            while not self.finished and self._app.is_running:
                await self._one_screen()
        finally:
            self._app.end_visit()

    async def _one_screen(self) -> None:
        screen = await self._settled()
        if screen is None:
            raise DemoPartError(part=self.step)
        name = type(screen).__name__
        act = getattr(self, f"_at_{name}", None)
        if act is None:
            raise DemoPartError(part=f"{self.step} > {name}")
        self.step = name
        if not screen.has_class("-walked"):
            self._say(f"  {screen.title_text()}")
        screen.add_class("-walked")
        await cast("Callable[[Any], Awaitable[None]]", act)(screen)
        await self._left(screen)

    async def _settled(self) -> KioskScreen[Any] | None:
        """Return the next screen that waits for a person."""
        passing = {"WorkScreen", "CardPromptScreen"}
        for _ in range(LOOKS):
            await self._pilot.pause()
            screen = self._app.screen
            if isinstance(screen, KioskScreen) and type(screen).__name__ not in passing and screen.is_active:
                return cast("KioskScreen[Any]", screen)
            await asyncio.sleep(LOOK_SECONDS)
        return None

    async def _left(self, screen: KioskScreen[Any]) -> None:
        for _ in range(LOOKS):
            if self._app.screen is not screen or self.finished or not self._app.is_running:
                return
            await asyncio.sleep(LOOK_SECONDS)
        raise DemoPartError(part=self.step)

    # --- fingers -----------------------------------------------------------------------------------------------------

    async def _press(self, *keys: str) -> None:
        await self._pilot.press(*keys)

    async def _type(self, text: str) -> None:
        names = {" ": "space", "-": "minus", "@": "at", ".": "full_stop", "/": "slash", "_": "underscore"}
        for char in text:
            await self._press(names.get(char, char))

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
            await self._pilot.pause()
            if box.spec.kind == "table":
                await self._add_row(screen, box)
            elif value:
                await self._answer(box, _typed(value))
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
        await self._pilot.pause()

    async def _add_row(self, page: KioskScreen[Any], box: FieldBox) -> None:
        await self._choose("new", f"#{box.query_one(ChoiceList).id}")
        row = await self._shown("RowPage")
        await self._fill(row, self._rows[box.spec.id])
        await self._back_at(page)

    async def _shown(self, name: str) -> KioskScreen[Any]:
        for _ in range(LOOKS):
            await self._pilot.pause()
            if type(self._app.screen).__name__ == name:
                return cast("KioskScreen[Any]", self._app.screen)
            await asyncio.sleep(LOOK_SECONDS)
        raise DemoPartError(part=f"{self.step} > {name}")

    async def _back_at(self, screen: Widget) -> None:
        for _ in range(LOOKS):
            await self._pilot.pause()
            if self._app.screen is screen:
                return
            await asyncio.sleep(LOOK_SECONDS)
        raise DemoPartError(part=self.step)

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
        self._authentication_id = await asyncio.to_thread(self._open_mail)
        self._say("    The mail came; the password is chosen on the page behind its link.")
        self._registered = True
        await self._press("1")

    def _open_mail(self) -> str:
        demo = self._app.services.settings.demo
        for _ in range(LOOKS):
            link = look_inside(demo).link
            if link:
                return choose_password(link)
        raise DemoPartError(part="mailbox")

    async def _at_LogInScreen(self, _screen: object) -> None:
        await self._type(self._authentication_id)
        await self._press("enter")
        await self._secret(PASSWORD)

    async def _at_HomeScreen(self, _screen: object) -> None:
        await self._choose("new")

    async def _at_ProcedureScreen(self, _screen: object) -> None:
        await self._choose("extension")

    async def _at_StatusScreen(self, _screen: object) -> None:
        await self._choose("gijinkoku")

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
        rows = screen.query_one(ChoiceList)
        await self._choose(next(choice.id for choice in rows.choices if choice.label == wanted))

    async def _at_SendReviewScreen(self, _screen: object) -> None:
        await self._press("f10")

    async def _at_ReceptionScreen(self, screen: ReceptionScreen) -> None:
        self.number = screen.number
        await asyncio.to_thread(self._world.office, "examine", self.number)
        await asyncio.to_thread(self._world.office, "grant", self.number)
        self._say(f"    {self.number}: examined and granted at the office.")
        await self._choose("status")

    async def _at_ApplicationStatusScreen(self, screen: KioskScreen[Any]) -> None:
        self.result = str(screen.query_one("#result").render())
        try:
            await self._choose("mail_in")
        except (StopIteration, NoMatches) as error:
            raise DemoPartError(part="mail_in") from error

    async def _at_MailInScreen(self, _screen: object) -> None:
        self.finished = True


def _typed(value: str) -> str:
    """Return what a person types for ``value``; ``days:40`` is a date from today."""
    if value.startswith("days:"):
        return (date.today() + timedelta(days=int(value.removeprefix("days:")))).strftime("%Y/%m/%d")
    return value
