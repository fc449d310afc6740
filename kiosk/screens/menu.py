"""What do you want to do? The state of the portal is said here, before a person begins something long."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual.widget import Widget

from kiosk.clock import JAPAN
from kiosk.screens.base import KioskScreen
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.text import Line

if TYPE_CHECKING:
    from kiosk.i18n import Translator
    from kiosk.portal.watch import PortalState

CHOICES = ("sign_in", "register", "prepare", "help")


def portal_notice(state: PortalState | None, t: Translator) -> str:
    """Return what a person should know of the portal before starting, or nothing while all is well."""
    if state is None or state.kind == "unknown":
        return ""
    if state.kind == "maintenance" and state.until is not None:
        return t("menu.maintenance_until", until=_moment(state.until))
    if state.kind != "open":
        return t(f"menu.{state.kind}")
    if state.windows:
        first = min(state.windows, key=lambda window: window.starts)
        return t("menu.announced", starts=_moment(first.starts), ends=_moment(first.ends))
    return ""


def _moment(moment: datetime) -> str:
    return moment.astimezone(JAPAN).strftime("%Y-%m-%d %H:%M")


class MenuScreen(KioskScreen[str]):
    """The four things a person can do; ends with one of ``CHOICES``. Esc leads back to the languages."""

    title_key: ClassVar[str] = "menu.title"

    def body(self) -> Iterable[Widget]:
        yield Line(self.t("menu.lead"), classes="lead", id="lead")
        yield Line(self._notice(), classes="-attention space", id="notice")
        yield ChoiceList([Choice(name, self.t(f"menu.{name}"), self.t(f"menu.{name}.hint")) for name in CHOICES])

    def on_mount(self) -> None:
        self.portal_changed()

    def portal_changed(self) -> None:
        for notice in self.query("#notice").results(Line):
            notice.show(self._notice())
            notice.display = bool(self._notice())

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        self.dismiss(event.choice_id)

    async def redraw(self) -> None:
        await super().redraw()
        self.portal_changed()

    def _notice(self) -> str:
        words = portal_notice(self.kiosk.portal_state, self.t)
        return f"! {words}" if words else ""
