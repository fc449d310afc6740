"""What do you want to do? The state of the portal is said here, before a person begins something long."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from textual.widget import Widget

from kiosk.clock import JAPAN
from kiosk.screens.base import KioskScreen
from kiosk.screens.windows import LOOK_SECONDS, closing, minutes_left, portal_now, usual_time
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.text import Line

if TYPE_CHECKING:
    from kiosk.i18n import Translator
    from kiosk.portal.watch import PortalState

CHOICES = ("sign_in", "register", "prepare", "help", "staff")


def portal_notice(state: PortalState | None, now: datetime, t: Translator, usual: timedelta) -> tuple[str, bool]:
    """Return what a person should know of the portal before starting, and whether it calls for attention.

    Args:
        state: the portal's.
        now: the present moment.
        t: the words.
        usual: how long an application usually takes; a window that begins within it is in its way.
    """
    if state is None or state.kind == "unknown":
        return "", False
    if state.kind == "maintenance" and state.until is not None:
        return t("menu.maintenance_until", until=_moment(state.until)), True
    if state.kind != "open":
        return t(f"menu.{state.kind}"), True
    return _announced(state, now, t, usual)


def _announced(state: PortalState, now: datetime, t: Translator, usual: timedelta) -> tuple[str, bool]:
    near = closing(state, now)
    if near is not None and near.starts - now < usual:
        params = {"starts": _hour(near.starts), "ends": _hour(near.ends), "usual": int(usual.total_seconds() // 60)}
        return t("menu.closes_soon", minutes=minutes_left(near, now), **params), True
    coming = [window for window in state.windows if window.ends > now]
    if not coming:
        return "", False
    first = min(coming, key=lambda window: window.starts)
    return t("menu.announced", starts=_moment(first.starts), ends=_moment(first.ends)), False


def _moment(moment: datetime) -> str:
    return moment.astimezone(JAPAN).strftime("%Y-%m-%d %H:%M")


def _hour(moment: datetime) -> str:
    return moment.astimezone(JAPAN).strftime("%H:%M")


class MenuScreen(KioskScreen[str]):
    """The things a person can do; ends with one of ``CHOICES``. Esc leads back to the languages."""

    title_key: ClassVar[str] = "menu.title"

    def body(self) -> Iterable[Widget]:
        yield Line(self.t("menu.lead"), classes="lead", id="lead")
        yield Line(classes="space", id="notice")
        yield ChoiceList([Choice(name, self.t(f"menu.{name}"), self.t(f"menu.{name}.hint")) for name in CHOICES])

    def on_mount(self) -> None:
        self.portal_changed()
        self.set_interval(LOOK_SECONDS, self.portal_changed)  # an announced window draws near by itself

    def portal_changed(self) -> None:
        app = self.kiosk
        words, attention = portal_notice(app.portal_state, portal_now(app), self.t, usual_time(app))
        for notice in self.query("#notice").results(Line):
            notice.show(f"! {words}" if attention else words)
            notice.display = bool(words)
            notice.set_class(attention, "-attention")
            notice.set_class(not attention, "quiet")

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        self.dismiss(event.choice_id)

    async def redraw(self) -> None:
        await super().redraw()
        self.portal_changed()
