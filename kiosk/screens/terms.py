"""The terms of use, as the portal gives them: read page by page, then agree."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget

from kiosk.screens.base import KioskScreen, Rail
from kiosk.widgets.bars import ActionButton
from kiosk.widgets.text import Line

if TYPE_CHECKING:
    from kiosk.portal.contract import Terms


class TermsScreen(KioskScreen[str]):
    """Ends with ``agree``, or with ``japanese`` where the prevailing text is wanted.

    Args:
        terms: as the portal gave them.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pagedown", "page(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("down", "line(1)", show=False),
        Binding("up", "line(-1)", show=False),
    ]

    title_key: ClassVar[str] = "terms.title"
    help_key: ClassVar[str] = "help.register"
    rail: ClassVar[Rail | None] = Rail.REGISTRATION
    step: ClassVar[int] = 2
    proceeds: ClassVar[bool] = True

    def __init__(self, terms: Terms) -> None:
        super().__init__()
        self._terms = terms

    def body(self) -> Iterable[Widget]:
        yield Line(self.t("terms.lead"), classes="lead", id="lead")
        yield Line(self.t("terms.version", version=self._terms.version), classes="quiet")
        if not self._terms.prevailing:
            yield Line("! " + self.t("terms.prevailing"), classes="-attention")
        yield Line(self.t("terms.keys"), classes="quiet space")
        for paragraph in self._terms.paragraphs:
            yield Line(paragraph, classes="paragraph")
        yield Horizontal(*self._buttons(), classes="actions")

    def _buttons(self) -> Iterable[ActionButton]:
        yield ActionButton(self.t("terms.agree"), id="agree", primary=True)
        if not self._terms.prevailing:
            yield ActionButton(self.t("terms.japanese"), id="japanese")
        yield ActionButton(self.t("terms.refuse"), id="refuse")

    def on_mount(self) -> None:
        # The beginning is read first, though the button that has the focus stands at the end.
        self.query_one("#agree").focus(scroll_visible=False)

    def on_action_button_pressed(self, event: ActionButton.Pressed) -> None:
        if event.button.id == "refuse":
            self.action_back()
        else:
            self.dismiss(event.button.id or "agree")

    def action_proceed(self) -> None:
        """F10: agree."""
        self.dismiss("agree")

    def action_page(self, direction: int) -> None:
        """One page down or up."""
        body = self.query_one("#body", VerticalScroll)
        body.scroll_relative(y=direction * max(1, body.size.height - 2), animate=False)

    def action_line(self, direction: int) -> None:
        """One row down or up."""
        self.query_one("#body", VerticalScroll).scroll_relative(y=direction, animate=False)
