"""F12: end the visit, after asking once."""

from __future__ import annotations

from kiosk.screens.message import MessageScreen


class EndScreen(MessageScreen):
    """Asks; ``end`` ends the visit, ``stay`` goes back to where the person was."""

    def __init__(self) -> None:
        super().__init__("end.title", "end.lead", ("end.saved", "end.card"), ("choice.end", "choice.stay"))
