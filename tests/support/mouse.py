"""A hand with a mouse and nothing else: it sees what a person sees, and clicks only on what is on the screen.

    hand = Hand(pilot)
    await hand.choose("sign_in")          # a row of a list
    await hand.press(button)              # a widget, scrolled to with the wheel where it lies outside the page
    await hand.type_on_screen("Abc#1")    # the keyboard on the screen, opened by its key in the key bar

What is clicked must be what lies there: a widget that is covered or cut off fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast

from textual import events
from textual.geometry import Offset, Region
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import OptionList

from kiosk.app import KioskApp
from kiosk.widgets.bars import KeyBar
from kiosk.widgets.choices import ChoiceList
from kiosk.widgets.keyboard import LAYOUTS, ScreenKeyboard
from kiosk.widgets.text import Line
from tests.support.screens import seen

TURNS = 400
"""More turns of the wheel than any page is long."""


class Hand:
    """Clicks and turns the wheel.

    Args:
        pilot: of the running application.
    """

    def __init__(self, pilot: Pilot[Any]) -> None:
        self._pilot = pilot

    @property
    def _screen(self) -> Any:
        return self._pilot.app.screen

    # --- one widget --------------------------------------------------------------------------------------------------

    async def press(self, widget: Widget) -> None:
        """Bring ``widget`` into view with the wheel and click on it."""
        await self._click(await self._reach(widget, lambda: self._cells(widget)))

    async def press_at(self, widget: Widget, offset: Offset) -> None:
        """Click on one cell of ``widget``, ``offset`` from its content's corner."""

        def wanted() -> Iterator[Offset]:
            spot = widget.content_region.offset + offset
            if spot in set(self._cells(widget)):
                yield spot

        await self._click(await self._reach(widget, wanted))

    async def key(self, name: str) -> None:
        """Click on a key of the bottom row, such as ``F10``."""
        for key in self._screen.query_one(KeyBar).query(".key").results(Line):
            if str(key.render()).startswith(f"{name} ") and key.display:
                await self._click(next(iter(self._cells(key))))
                return
        raise AssertionError(f"{name} is not in the key bar of {type(self._screen).__name__}")

    # --- rows --------------------------------------------------------------------------------------------------------

    async def choose(self, choice_id: str, selector: str = "ChoiceList") -> None:
        """Click on the row of a choice."""
        rows = self._screen.query_one(selector, ChoiceList)
        await self.row(rows, next(n for n, choice in enumerate(rows.choices) if choice.id == choice_id))

    async def row(self, rows: OptionList, place: int) -> None:
        """Click on the row at ``place`` of a list, from 0."""
        await self._click(await self._reach(rows, lambda: self._row_cells(rows, place)))

    def _row_cells(self, rows: OptionList, place: int) -> Iterator[Offset]:
        for cell in self._cells(rows):
            if self._screen.get_style_at(*cell).meta.get("option") == place:
                yield cell

    # --- the keyboard on the screen ----------------------------------------------------------------------------------

    async def type_on_screen(self, text: str) -> None:
        """Type ``text`` with the keyboard on the screen."""
        for char in text:
            if char == " ":
                await self.cap("space")
                continue
            if not any(char in row for row in LAYOUTS[self._page()]):
                await self._turn_to(next(page for page, rows in LAYOUTS.items() if any(char in row for row in rows)))
            await self._click_cap(char.__eq__, char)

    async def cap(self, name: str) -> None:
        """Click on a named cap: ``space``, ``backspace``, ``tab``, ``enter``, ``left``, ``right``."""
        signs = {"backspace": "⌫", "tab": "⇥", "enter": "⏎", "left": "←", "right": "→"}
        if name == "space":
            words = cast("KioskApp", self._pilot.app).t("keyboard.space")
            await self._click_cap(words.__eq__, name)
        else:
            sign = signs[name]
            await self._click_cap(lambda face: face.startswith(sign), name)

    def _page(self) -> str:
        marked = [str(cap.render()) for cap in self._screen.query(".cap.-page").results(Line)]
        return next((face[1:] for face in marked if face.startswith("▸")), "ABC")

    async def _turn_to(self, page: str) -> None:
        await self._click_cap(lambda face: face.strip() == page, page)

    async def _click_cap(self, fits: Callable[[str], bool], name: str) -> None:
        if not self._screen.query(ScreenKeyboard):
            await self.key("F4")
            await seen(self._pilot, self._keyboard_lies_there)
        for cap in self._screen.query(".cap").results(Line):
            if fits(str(cap.render())):
                cells = list(self._cells(cap))
                assert len(cells) == cap.region.area, f"the cap {name} is cut"
                await self._click(cells[len(cells) // 2], quick=len(name) == 1)
                return
        raise AssertionError(f"no cap for {name}")

    def _keyboard_lies_there(self) -> bool:
        caps = list(self._screen.query(".cap"))
        return bool(caps) and all(cap.region.area for cap in caps)

    # --- the mouse ---------------------------------------------------------------------------------------------------

    def _cells(self, widget: Widget) -> Iterator[Offset]:
        """Yield the cells of ``widget`` that are seen and not covered."""
        shown = widget.region.intersection(self._view(widget))
        for y in range(shown.y, shown.bottom):
            for x in range(shown.x, shown.right):
                found, _region = self._screen.get_widget_at(x, y)
                if found is widget or widget in found.ancestors:
                    yield Offset(x, y)

    def _view(self, widget: Widget) -> Region:
        view: Region = self._screen.region
        for around in widget.ancestors:
            if isinstance(around, Widget) and around.is_scrollable:
                view = view.intersection(around.region)
        return view

    async def _reach(self, widget: Widget, cells: Callable[[], Iterator[Offset]]) -> Offset:
        """Turn the wheel until one of the ``cells`` is there: first down to the end, then up."""
        for turn in (events.MouseScrollDown, events.MouseScrollUp):
            for _ in range(TURNS):
                await self._pilot.pause()
                found = next(cells(), None)
                if found is not None:
                    return found
                if not await self._wheel(turn, widget):
                    break
        raise AssertionError(f"the mouse cannot reach {widget!r} on {type(self._screen).__name__}")

    async def _wheel(self, turn: type[events.MouseEvent], widget: Widget) -> bool:
        """Turn the wheel once, over the widget where it is seen, else over the page; say whether anything moved."""
        spot = next(self._cells(widget), None) or self._middle()
        before = self._places()
        event = turn(None, *spot, 0, 0, 0, False, False, False, *spot)
        self._pilot.app.post_message(event.set_sender(self._pilot.app))
        await self._pilot.pause()
        return self._places() != before

    def _middle(self) -> Offset:
        page = self._screen.query_one("#body").region
        return Offset(page.x + page.width // 2, page.y + page.height // 2)

    def _places(self) -> list[Offset]:
        return [widget.scroll_offset for widget in self._screen.query(Widget) if widget.is_scrollable]

    async def _click(self, spot: Offset, *, quick: bool = False) -> None:
        """Press and let go at ``spot``; ``quick`` waits only until the key has been taken, as nothing moves by it."""
        app = self._pilot.app
        # As a terminal tells of it: the application makes the click out of down and up.
        for kind in (events.MouseMove, events.MouseDown, events.MouseUp):
            button = 0 if kind is events.MouseMove else 1
            app.post_message(kind(None, *spot, 0, 0, button, False, False, False, *spot).set_sender(app))
        await self._pilot.pause(0 if quick else None)
