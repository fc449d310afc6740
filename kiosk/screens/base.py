"""What all screens share: the frame, the keys, the way back, the change of language.

A screen shows what its constructor is given and ends with a result or with ``Nav``. It keeps what a person typed in
its own attributes, so that it can be drawn again in another language without losing anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar, cast

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, TextArea

from kiosk.widgets.bars import KeyBar, KeyHint, StepRail, TopBar
from kiosk.widgets.keyboard import CapWords, ScreenKeyboard
from kiosk.widgets.secret import SecretField

if TYPE_CHECKING:
    from kiosk.app import KioskApp
    from kiosk.card.monitor import CardEvent
    from kiosk.i18n import Translator

Result = TypeVar("Result")

LOW_ROWS = 8
"""No text field may stand in the last rows: an input method opens its list of candidates below the caret."""


class Nav(Enum):
    """How a screen ends without a result."""

    BACK = "back"


class Rail(Enum):
    """The rows of steps; each value is the message key prefix and the number of steps."""

    FILING = ("rail.filing", 6)
    REGISTRATION = ("rail.registration", 6)


class KioskScreen(Screen["Result | Nav"], Generic[Result]):
    """Base of all screens.

    Class attributes a screen may set: ``title_key``, ``rail`` with ``step`` (from 0), ``help_key`` (the page of help
    F1 opens), ``can_go_back``.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", show=False),
        Binding("f10", "proceed", show=False),
        Binding("f4", "keyboard", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("tab", "neighbour(1)", show=False),
        Binding("shift+tab", "neighbour(-1)", show=False),
    ]
    AUTO_FOCUS: ClassVar[str | None] = ""

    first_focus: ClassVar[str] = "#body *"
    """What takes the focus at first, as a selector: the first widget of these that can. The page stays at its top."""
    title_key: ClassVar[str] = ""
    rail: ClassVar[Rail | None] = None
    step: ClassVar[int] = 0
    help_key: ClassVar[str] = "help.start"
    can_go_back: ClassVar[bool] = True
    proceeds: ClassVar[bool] = False
    """Whether F10 means something here."""

    _keyboard_page: str = ""
    """The page of the keyboard on the screen, while that is shown."""

    @property
    def kiosk(self) -> KioskApp:
        """The application, by its own type."""
        return cast("KioskApp", self.app)

    @property
    def t(self) -> Translator:
        """The words of the language now in force."""
        return self.kiosk.t

    def title_text(self) -> str:
        """Return the title in the person's language."""
        return self.t(self.title_key)

    def place(self) -> tuple[Rail | None, int]:
        """Return the row of steps and the step in it. Screens that stand in several rows override it."""
        return self.rail, self.step

    def body(self) -> Iterable[Widget]:
        """Yield the widgets of the middle. Each screen gives its own."""
        return ()

    def compose(self) -> ComposeResult:
        app = self.kiosk
        yield TopBar(self.title_text(), *app.portal_words(), app.language_name())
        rail, step = self.place()
        if rail is not None:
            prefix, count = rail.value
            yield StepRail(tuple(self.t(f"{prefix}.{n}") for n in range(1, count + 1)), step)
        with VerticalScroll(id="body", can_focus=False):
            yield from self.body()
        if self._keyboard_page:
            yield self._keyboard()
        yield KeyBar(tuple(self.key_hints()), app.saved_words(), problem=app.saved_problem())

    def help_notes(self) -> tuple[str, ...]:
        """Return what help adds to its page here. Screens that have something to add override it."""
        return ()

    def key_hints(self) -> Iterable[KeyHint]:
        """Yield the keys of the bottom row."""
        if self.can_go_back:
            yield KeyHint("Esc", self.t("key.back"), "screen.back")
        if self.proceeds:
            yield KeyHint("F10", self.t("key.proceed"), "screen.proceed", wide_only=True)
        yield KeyHint("F1", self.t("key.help"), "app.help")
        yield KeyHint("F2", self.t("key.language"), "app.language")
        yield KeyHint("F3", "English" if self.t.language == "ja" else "日本語", "app.japanese", wide_only=True)
        yield KeyHint("F4", self.t("key.keyboard"), "screen.keyboard")
        yield KeyHint("F8", self.t("key.staff"), "app.staff")
        if self.kiosk.is_demo:
            yield KeyHint("F9", self.t("key.demo"), "app.demo")
        yield KeyHint("F12", self.t("key.end"), "app.end")

    async def redraw(self) -> None:
        """Draw the screen again (after a change of language or of what it shows), the focus where it was."""
        focused = self.focused.id if self.focused is not None else None
        await self.recompose()
        if focused is not None:
            for widget in self.query(f"#{focused}"):
                self.set_focus(widget, scroll_visible=False)
        if self.focused is None:
            self.focus_first()

    def on_screen_resume(self) -> None:
        if self.focused is None:
            self.focus_first()
        self.call_after_refresh(self.kiosk.screen_painted)

    def focus_first(self) -> None:
        """Give the focus to the first thing that takes it, without leaving the top of the page."""
        for widget in self.query(self.first_focus):
            if widget.focusable:
                self.set_focus(widget, scroll_visible=False)
                return

    def action_page(self, direction: int) -> None:
        """Scroll the page up (-1) or down (1)."""
        body = self.query_one("#body", VerticalScroll)
        if direction < 0:
            body.scroll_page_up(animate=False)
        else:
            body.scroll_page_down(animate=False)

    def action_neighbour(self, direction: int) -> None:
        """Tab: the focus to what comes next (1) or before (-1); the only thing there is is brought into sight."""
        before = self.focused
        after = self.focus_next() if direction > 0 else self.focus_previous()
        if after is not None and after is before:
            after.scroll_visible(animate=False)

    def portal_changed(self) -> None:
        """Called when the portal's state (``kiosk.portal_state``) changed. Screens that speak of it override it."""

    def readers_changed(self, event: CardEvent) -> None:
        """Called when something happened at a reader. Screens that wait for a card override it."""

    def action_back(self) -> None:
        """Go back one step; nothing is lost."""
        if self.can_go_back:
            self.dismiss(Nav.BACK)

    def action_proceed(self) -> None:
        """Do the one thing to do next (F10). Screens with a Continue override it."""

    async def action_keyboard(self) -> None:
        """Show or hide the keyboard on the screen."""
        shown = self.query(ScreenKeyboard)
        if shown:
            self._keyboard_page = ""
            await shown.remove()
        else:
            self._keyboard_page = "ABC"
            await self.mount(self._keyboard(), before="#keys")

    def _keyboard(self) -> ScreenKeyboard:
        names = ("space", "rub_out", "following", "enter", "close")
        return ScreenKeyboard(CapWords(*(self.t(f"keyboard.{name}") for name in names)), self._keyboard_page)

    def on_screen_keyboard_turned(self, event: ScreenKeyboard.Turned) -> None:
        """Keep the page for the time when the screen is drawn again."""
        self._keyboard_page = event.page

    def on_screen_keyboard_resized(self) -> None:
        """Keep the field that is typed in above the keyboard."""
        if self.focused is not None:
            self._show_focused(self.focused)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        self._show_focused(event.widget)

    def _show_focused(self, widget: Widget) -> None:
        if isinstance(widget, (Input, TextArea, SecretField)):
            self.call_after_refresh(self._lift, widget)
        elif self._keyboard_page:
            self.call_after_refresh(widget.scroll_visible, animate=False)

    def lowest_row(self) -> int:
        """Return the row of the screen above which a text field has to end."""
        return min(self.size.height - LOW_ROWS, self.query_one("#body").region.bottom)

    def _lift(self, widget: Widget) -> None:
        if widget.is_attached and widget.region.bottom > self.lowest_row():
            self.query_one("#body", VerticalScroll).scroll_to_widget(widget, animate=False, center=True)
