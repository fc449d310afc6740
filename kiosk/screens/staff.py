"""F8: a person is needed."""

from __future__ import annotations

from kiosk.screens.message import MessageScreen


class StaffScreen(MessageScreen):
    """Where to find help, and how to go on; ends with ``outbox`` where staff want to see what waits here."""

    def __init__(self) -> None:
        super().__init__(
            "staff.title", "staff.lead", ("staff.here", "staff.phone"), ("choice.continue", "staff.choice.outbox")
        )
