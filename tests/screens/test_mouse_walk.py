"""From the welcome to the reception number with the mouse alone, in a narrow terminal, against a real portal and card.

It is the demo's walk with other fingers: where that presses keys, this clicks on what is on the screen.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from rich.cells import cell_len
from textual.geometry import Offset
from textual.widgets import OptionList

from kiosk.app import build
from kiosk.demo.story import Story
from kiosk.demo.walk import Walker, typed
from kiosk.demo.world import DemoWorld
from kiosk.screens.base import KioskScreen
from kiosk.screens.file_chooser import FileChooserScreen
from kiosk.settings import load_settings
from kiosk.widgets.choices import ChoiceList
from kiosk.widgets.fields import FieldBox
from kiosk.widgets.fields_choice import InlineChoice, PickBox
from kiosk.widgets.fields_text import BoxArea, BoxInput
from tests.support.mouse import Hand

SIZE = (80, 24)

SCREENS = {
    *("WelcomeScreen", "MenuScreen", "UserKindsScreen", "RegistrationDetailsScreen", "TermsScreen"),
    *("RegistrationCheckScreen", "SecretEntryScreen", "RegistrationPersonScreen", "MailSentScreen", "LogInScreen"),
    *("HomeScreen", "ProcedureScreen", "StatusScreen", "EligibilityScreen", "NeedsScreen", "TaskListScreen"),
    *("QuestionPage", "CheckAnswersScreen", "DocumentsScreen", "FileChooserScreen", "SendReviewScreen"),
    *("PhotoCheckScreen", "PhotoAgeScreen", "ReceptionScreen", "ApplicationStatusScreen", "MailInScreen"),
}
"""What lies on the way; a picker and a table's row are opened from the question pages."""


class MouseWalker(Walker):
    """Clicks where the walker presses; no key event but those of the caps is sent."""

    def __init__(self, *parts: Any, **options: Any) -> None:
        super().__init__(*parts, **options)
        self.seen: set[str] = set()
        self.clicked: set[str] = set()

    @property
    def _hand(self) -> Hand:
        return Hand(self._pilot)

    async def _one_screen(self) -> None:
        await super()._one_screen()
        self.seen.add(self.step)

    async def _at_FileChooserScreen(self, screen: FileChooserScreen) -> None:
        """Where a tap only marks the file, take it with the button."""
        await super()._at_FileChooserScreen(screen)
        for take in screen.query("#take"):
            await self._hand.press(take)

    async def _press(self, *keys: str) -> None:
        for key in keys:
            if key == "f10":
                await self._proceed()
            elif key.isdigit() and self._app.screen.query(ChoiceList):
                await self._hand.row(self._app.screen.query_one(ChoiceList), int(key) - 1)
            else:
                await self._hand.cap(key)

    async def _proceed(self) -> None:
        """Click on the one thing to do next."""
        buttons = list(self._app.screen.query("ActionButton.-primary"))
        assert len(buttons) == 1, f"{self.step} has {len(buttons)} primary buttons"
        await self._hand.press(buttons[0])

    async def _type(self, text: str) -> None:
        await self._hand.type_on_screen(text)

    async def _choose(self, choice_id: str, selector: str = "ChoiceList") -> None:
        await self._hand.choose(choice_id, selector)

    async def _secret(self, text: str) -> None:
        await self._hand.press(self._app.screen.query("SecretField").last())
        await self._type(text)
        await self._hand.cap("enter")

    async def _fill(self, screen: KioskScreen[Any], values: dict[str, str]) -> None:
        done: set[str] = set()
        while (box := self._next_box(screen, done)) is not None:
            done.add(box.spec.id)
            value = values.get(box.spec.id.rpartition("|")[2]) or values.get(box.spec.id, "")
            if value or box.spec.kind == "table":
                self.clicked.add(box.spec.kind)
            if box.spec.kind == "table":
                await self._add_row(screen, box)
            elif value:
                await self._answer(box, typed(value))
        await self._proceed()

    async def _answer(self, box: FieldBox, text: str) -> None:
        if box.spec.kind == "pick":
            await self._pick(box, text)
        elif box.spec.kind == "choice":
            await self._inline(box.query_one(InlineChoice), int(text))
        else:
            field = box.query_one("BoxInput, BoxArea")
            assert isinstance(field, BoxInput | BoxArea)
            await self._hand.press(field)
            assert self._app.screen.focused is field
            await self._empty(field)
            await self._type(_without_kanji(text))
            self._above_the_keyboard(field)

    async def _empty(self, field: BoxInput | BoxArea) -> None:
        while text := (field.value if isinstance(field, BoxInput) else field.text):
            await self._hand.press_at(field, Offset(field.content_size.width - 1, 0))
            for _ in text:
                await self._hand.cap("backspace")

    def _above_the_keyboard(self, field: Any) -> None:
        keyboard = self._app.screen.query_one("#keyboard").region
        assert field.region.bottom <= keyboard.y, f"{field.id} lies under the keyboard"
        assert field.region.y >= self._app.screen.query_one("#body").region.y

    async def _pick(self, box: FieldBox, text: str) -> None:
        page = self._app.screen
        await self._hand.press(box.query_one(PickBox))
        picker = await self._shown("PickerScreen")
        if text.isascii():
            await self._type(text)
        rows = picker.query_one("#found", OptionList)
        place = next(n for n, option in enumerate(rows.options) if text.strip() in str(option.prompt))
        await self._hand.row(rows, place)
        await self._back_at(page)

    async def _inline(self, choice: InlineChoice, digit: int) -> None:
        lines = str(choice.render()).split("\n")
        row = next(n for n, line in enumerate(lines) if f" {digit} " in line)
        await self._hand.press_at(choice, Offset(cell_len(lines[row][: lines[row].index(f" {digit} ")]) + 1, row))
        assert choice.chosen == choice.options[digit - 1].code


def _without_kanji(text: str) -> str:
    """Return what the keyboard on the screen has for ``text``: kana for kanji, and dates in digits."""
    numbers = re.fullmatch(r"平成(\d+)年(\d+)月(\d+)日", text)
    if numbers is not None:
        year, month, day = map(int, numbers.groups())
        return f"{year + 1988}/{month:02}/{day:02}"
    return re.sub(r"[^\x00-\x7f]+", "か", text)


@pytest.mark.timeout(300)
async def test_the_mouse_alone_is_enough() -> None:
    with DemoWorld(use_reader=False, language="en") as world:
        app = build(load_settings(world.settings_file))
        walker = MouseWalker(app, world, Story(_forget), hurried=True)
        await app.run_async(headless=True, size=SIZE, auto_pilot=walker.run)
    if walker.fault is not None:
        raise walker.fault
    assert walker.finished, walker.step
    assert walker.number
    assert walker.clicked == {"pick", "choice", "text", "short", "date", "long", "table"}
    assert walker.seen >= SCREENS


def _forget(_line: str) -> None: ...
