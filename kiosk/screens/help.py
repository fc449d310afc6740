"""F1: the guide's questions, and how the keys work. Opens at the page that fits; Esc leads back to where one was."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from kiosk.screens.base import KioskScreen
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.text import Line

PAGES: dict[str, tuple[str, ...]] = {
    "about": ("what", "which", "safe"),
    "who": ("kinds", "not", "abroad"),
    "ready": ("bring", "place", "ends"),
    "secrets": ("which", "tries", "blocked"),
    "register": ("mail", "password", "id", "renewed"),
    "answers": ("saved", "card", "width"),
    "documents": ("files", "photo", "organisation"),
    "after": ("correct", "withdraw", "result", "maintenance"),
    "keys": ("keys", "mouse", "language"),
}
"""The pages and their questions; nine, so that each has a digit."""

_PAGE_OF = {
    "help.start": "about",
    "help.prepare": "ready",
    "help.card": "ready",
    "help.account": "register",
    "help.sending": "after",
}
"""Help keys of screens that share a page; the others are called as their page."""


def page_of(help_key: str) -> str:
    """Return the page for a screen's help key; the first page where there is none of its own."""
    page = _PAGE_OF.get(help_key) or help_key.removeprefix("help.")
    return page if page in PAGES else next(iter(PAGES))


class HelpScreen(KioskScreen[str]):
    """One page of help and the way to the others; ends only by going back.

    Args:
        help_key: of the screen it is called from.
        notes: gives what that screen adds to its page, in the language of the moment.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pagedown", "page(1)", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False, priority=True),
    ]

    title_key: ClassVar[str] = "help.title"

    def __init__(self, help_key: str, notes: Callable[[], Sequence[str]] = tuple) -> None:
        super().__init__()
        self._called_from = page_of(help_key)
        self._notes = notes
        self.page = self._called_from
        """The page shown now."""

    def body(self) -> Iterable[Widget]:
        yield Line(self.t(f"help.{self.page}.title"), classes="lead", id="lead")
        for note in self._notes() if self.page == self._called_from else ():
            yield Line(note, classes="paragraph -attention")
        for question in PAGES[self.page]:
            yield Line(self.t(f"help.{self.page}.{question}"), classes="label")
            yield Line(self.t(f"help.{self.page}.{question}.answer"), classes="paragraph")
        yield Line(self.t("help.others"), classes="quiet")
        yield ChoiceList([Choice(page, self.t(f"help.{page}.title")) for page in PAGES], selected=self.page)

    def on_mount(self) -> None:
        self._to_the_top()

    def _to_the_top(self) -> None:
        # The list has the focus, so that digits work; what is read first is the text above it.
        self.query_one(ChoiceList).focus(scroll_visible=False)
        self.call_after_refresh(self.query_one("#body", VerticalScroll).scroll_home, animate=False)

    async def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        self.page = event.choice_id
        await self.redraw()

    async def redraw(self) -> None:
        await super().redraw()
        self._to_the_top()

    def action_page(self, direction: int) -> None:
        """One page down or up."""
        body = self.query_one("#body", VerticalScroll)
        body.scroll_relative(y=direction * max(1, body.size.height - 2), animate=False)
