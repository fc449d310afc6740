"""What staff prove themselves for with the code of this station."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from kiosk import logs
from kiosk.errors import KioskError
from kiosk.screens.base import Nav
from kiosk.screens.staff_code import StaffCodeScreen
from kiosk.staff.errors import StaffCodeBroken, StaffCodeUnset, StaffCodeWrong

if TYPE_CHECKING:
    from kiosk.app import KioskApp


async def let_in(app: KioskApp, purpose_key: str) -> bool:
    """Ask for the staff code until it is right; False when staff go back, or no code can be right.

    Args:
        app: the application.
        purpose_key: message key of the sentence that says what it is needed for.
    """
    wrong = False
    while True:
        try:
            if await _typed_right(app, purpose_key, wrong=wrong):
                logs.event("staff.let_in")
                return True
        except StaffCodeWrong as error:
            app.log_problem(error)
            wrong = True
        except (StaffCodeUnset, StaffCodeBroken) as error:
            await app.problem(error, "choice.back")
            return False
        except KioskError as error:
            wrong = False
            if await app.problem(error) != "again":
                return False
        else:
            return False


async def _typed_right(app: KioskApp, purpose_key: str, *, wrong: bool) -> bool:
    """Ask once; False when staff go back.

    Raises:
        StaffCodeError: it is wrong, or nobody may try.
        StoreError: the try could not be counted.
    """
    access = await asyncio.to_thread(lambda: app.services.staff_access)
    tries = await asyncio.to_thread(access.ready)
    code = await app.ask(StaffCodeScreen(tries, purpose_key=purpose_key, wrong=wrong))
    if isinstance(code, Nav):
        return False
    await asyncio.to_thread(access.check, code)
    return True
