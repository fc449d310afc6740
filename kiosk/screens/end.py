"""F12: end the visit, after asking once."""

from __future__ import annotations

from kiosk.screens.message import MessageScreen


class EndScreen(MessageScreen):
    """Asks; ``end`` ends the visit, ``stay`` goes back to where the person was.

    Args:
        saved: whether somebody is signed in, so that what was entered is kept for them.
    """

    def __init__(self, *, saved: bool) -> None:
        kept = "end.saved" if saved else "end.unsaved"
        super().__init__("end.title", "end.lead", (kept, "end.card"), ("choice.end", "choice.stay"))
