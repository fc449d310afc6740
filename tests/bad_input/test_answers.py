"""What people type or paste: each has its own words, and what is kept is in the encrypted store as it was meant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from kiosk.app import KioskApp
from kiosk.i18n import translator
from kiosk.screens.journeys.answers import answers
from kiosk.screens.question_page import QuestionPage
from kiosk.screens.task_list import TaskListScreen
from kiosk.widgets.fields import FieldBox, box_id, editor_id
from tests.bad_input.parts import Desk
from tests.support.screens import LANGUAGES, until

Make = Callable[..., Desk]
EN = translator("en")

OCCUPATION, TOWN, REASON = "part1.occupation", "part1.home_town_city", "part1.reason_for_extension"
CARD, EXPIRY, PHONE = "part1.residence_card_number", "part1.current_period_expiration_date", "part1.mobile_phone"
PASSPORT = "part1.passport_number"


def notes(app: KioskApp, field: str) -> list[str]:
    return [note.text for note in app.screen.query_one(f"#{box_id(field)}", FieldBox).notes]
