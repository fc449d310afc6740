"""What a person does in an outage, from the offer to the slip."""

from __future__ import annotations

from typing import Any

from textual.pilot import Pilot
from textual.widgets import Input

from kiosk.app import KioskApp
from kiosk.screens.outage import OutageScreen
from kiosk.screens.secret_entry import SecretEntryScreen
from kiosk.screens.sign_review import SignReviewScreen
from kiosk.screens.sign_review_id import AccountIdScreen
from kiosk.screens.slip import SlipScreen
from kiosk.widgets.choices import ChoiceList
from kiosk.widgets.fields import editor_id
from tests.support.outage import ACCOUNT_ID
from tests.support.screens import until


def choices(app: KioskApp) -> list[str]:
    """Return what can be chosen."""
    return [choice.id for choice in app.screen.query_one(ChoiceList).choices]


async def to_review(pilot: Pilot[Any], account_id: str = ACCOUNT_ID) -> None:
    """From the offer to the review."""
    await until(pilot, OutageScreen)
    await pilot.press("1")
    await until(pilot, AccountIdScreen)
    pilot.app.screen.query_one(f"#{editor_id('id')}", Input).value = account_id
    await pilot.pause()
    await pilot.press("f10")
    await until(pilot, SignReviewScreen)


async def to_password(pilot: Pilot[Any]) -> None:
    """From the offer to the signing password."""
    await to_review(pilot)
    await pilot.press("f10")
    await until(pilot, SecretEntryScreen)


async def done(pilot: Pilot[Any], app: Any) -> None:
    """From the signing to the end."""
    await until(pilot, SlipScreen)
    await pilot.press("2")
    await app.finished()
