"""When the portal will be closed, said before a person begins something long."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from kiosk.clock import JAPAN, japan_date
from kiosk.widgets.text import Line

if TYPE_CHECKING:
    from kiosk.app import KioskApp
    from kiosk.i18n import Translator
    from kiosk.portal.watch import PortalState, Window

FAR = timedelta(hours=24)
"""What lies farther ahead hinders nobody who begins now."""

LOOK_SECONDS = 20.0


def closing(state: PortalState | None, now: datetime) -> Window | None:
    """Return the next announced window that begins within ``FAR``; None while the portal is not open."""
    if state is None or state.kind != "open":
        return None
    coming = [window for window in state.windows if window.ends > now and window.starts <= now + FAR]
    return min(coming, key=lambda window: window.starts, default=None)


def portal_now(app: KioskApp) -> datetime:
    """Return the present moment by the portal's clock, as far as that is known."""
    state, now = app.portal_state, app.services.clock()
    return now + state.offset if state is not None and state.offset is not None else now


def usual_time(app: KioskApp) -> timedelta:
    """Return how long an application usually takes; a window that begins within it calls for attention."""
    return timedelta(minutes=app.services.settings.session.filing_minutes)


def minutes_left(window: Window, now: datetime) -> int:
    """Return how many whole minutes are left before a window begins."""
    return max(0, int((window.starts - now).total_seconds() // 60))


def closing_words(state: PortalState | None, now: datetime, t: Translator, usual: timedelta) -> tuple[str, bool]:
    """Return one line about the next window, empty where there is none, and whether it calls for attention.

    Args:
        state: the portal's.
        now: the present moment.
        t: the words.
        usual: with less time left than this it is no quiet remark any more.
    """
    window = closing(state, now)
    if window is None:
        return "", False
    starts, ends = (moment.astimezone(JAPAN) for moment in (window.starts, window.ends))
    times = {"starts": f"{starts:%H:%M}", "ends": f"{ends:%H:%M}"}
    if window.starts - now < usual:
        return "! " + t.plural("windows.soon", minutes_left(window, now), **times), True
    key = "windows.today" if japan_date(window.starts) == japan_date(now) else "windows.tomorrow"
    return t(key, **times), False


class ClosingLine(Line):
    """One quiet line about the next window; it takes no room where there is none, and keeps up with the time."""

    DEFAULT_CSS = "ClosingLine { color: $quiet; } ClosingLine.-attention { color: $warning; }"

    def __init__(self, *, classes: str | None = None) -> None:
        super().__init__(id="closing", classes=classes)

    def on_mount(self) -> None:
        """Say what is to be said, and look again from time to time."""
        self.look()
        self.set_interval(LOOK_SECONDS, self.look)

    def look(self) -> None:
        """Say what holds now."""
        app = cast("KioskApp", self.app)
        words, attention = closing_words(app.portal_state, portal_now(app), app.t, usual_time(app))
        self.show(words)
        self.display = bool(words)
        self.set_class(attention, "-attention")
