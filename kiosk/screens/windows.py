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

SOON = timedelta(minutes=30)
"""With less time left than this it is no quiet remark any more."""

FAR = timedelta(hours=24)
"""What lies farther ahead hinders nobody who begins now."""

LOOK_SECONDS = 20.0


def closing(state: PortalState | None, now: datetime) -> Window | None:
    """Return the next announced window that begins within ``FAR``; None while the portal is not open."""
    if state is None or state.kind != "open":
        return None
    coming = [window for window in state.windows if window.ends > now and window.starts <= now + FAR]
    return min(coming, key=lambda window: window.starts, default=None)


def closing_words(state: PortalState | None, now: datetime, t: Translator) -> tuple[str, bool]:
    """Return one line about the next window, empty where there is none, and whether it calls for attention."""
    window = closing(state, now)
    if window is None:
        return "", False
    starts, ends = (moment.astimezone(JAPAN) for moment in (window.starts, window.ends))
    left = window.starts - now
    times = {"starts": f"{starts:%H:%M}", "ends": f"{ends:%H:%M}"}
    if left < SOON:
        minutes = max(0, int(left.total_seconds() // 60))
        return "! " + t.plural("windows.soon", minutes, **times), True
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
        now = app.services.clock()
        state = app.portal_state
        if state is not None and state.offset is not None:
            now += state.offset
        words, attention = closing_words(state, now, app.t)
        self.show(words)
        self.display = bool(words)
        self.set_class(attention, "-attention")
