"""The staff code of a station in a test, and how staff give it."""

from __future__ import annotations

from typing import Any

from textual.pilot import Pilot

from kiosk.screens.staff_code import StaffCodeScreen
from kiosk.services import Services
from kiosk.staff.access import StaffAccess
from kiosk.staff.record import Cost
from tests.support.screens import until

STAFF_CODE = "MIHON2026"
CHEAP = Cost(n=2)
"""A try that costs next to nothing."""


def set_staff_code(services: Services, code: str = STAFF_CODE) -> None:
    """Set the staff code of a station."""
    StaffAccess(services.data_dir, services.clock, CHEAP).set(bytearray(code.encode()))


async def give_code(pilot: Pilot[Any], code: str = STAFF_CODE) -> None:
    """Type the staff code, key by key."""
    await until(pilot, StaffCodeScreen)
    await pilot.press(*code, "enter")
