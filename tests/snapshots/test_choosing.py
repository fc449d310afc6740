"""Pictures of the screens for every procedure and person: interview, choice, earlier answers, letter, points."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from kiosk.filing.answer import answer
from kiosk.filing.carry_over import Value
from kiosk.filing.catalogue import procedure, variants
from kiosk.filing.facts import Facts
from kiosk.filing.interview import elsewhere, question
from kiosk.forms.load import load_form
from kiosk.forms.model import Context
from kiosk.screens.base import KioskScreen
from kiosk.screens.carry_over import Earlier, EarlierScreen, TakenScreen
from kiosk.screens.eligibility import EligibilityScreen
from kiosk.screens.elsewhere import ElsewhereScreen
from kiosk.screens.interview_page import InterviewEntry, InterviewScreen
from kiosk.screens.journeys.carry_over import taken_sections
from kiosk.screens.letter import LetterScreen
from kiosk.screens.status_choice import StatusScreen, VariantScreen
from kiosk.screens.subject import subject_of
from kiosk.screens.together import TogetherScreen
from tests.screens.test_staff_marks import points_page
from tests.support.answers import INVENTED
from tests.support.filing import TODAY
from tests.support.screens import LANGUAGES, screen_app

PARENT = Context("legal_representative", TODAY, INVENTED)
EARLIER = (
    Earlier("a", subject_of("extension", "dependent"), datetime(2026, 11, 20, tzinfo=UTC)),
    Earlier("b", subject_of("change", "hsp1b_gijinkoku"), datetime(2025, 11, 20, tzinfo=UTC)),
)


def _taken() -> TakenScreen:
    form = load_form("extension", "dependent")
    taken: dict[str, Value] = {
        "part1.postal_code": "1000013",
        "part1.nationality_region": "608",
        "representative.name": "ＯＹＡ　ＭＩＨＯＮ",
        "representative.address_prefecture": "13",
        "representative.address_street": "架空町０－０－０",
    }
    return TakenScreen(lambda language: taken_sections(form, taken, PARENT, language))


def _days(kind: str, procedure_id: str, status: str, **facts: Any) -> EligibilityScreen:
    found = answer(kind, procedure_id, status, Facts(TODAY, **facts))
    return EligibilityScreen(found.decision, None, found.days, TODAY)


def _birth() -> EligibilityScreen:
    return _days("legal_representative", "acquisition", "dependent", event="birth", event_date=TODAY.replace(day=10))


def _letter() -> LetterScreen:
    found = answer("applicant", "change", "student", Facts(TODAY))
    return LetterScreen(found, "school", "request-school-change-student.pdf")


SCREENS: dict[str, tuple[Callable[[], KioskScreen[Any]], tuple[str, ...]]] = {
    "status to change to": (lambda: StatusScreen("change"), ("s", "t", "u")),
    "variant": (lambda: VariantScreen("hsp1b", [entry.id for entry in variants("hsp1b")]), ()),
    "together": (lambda: TogetherScreen(procedure("reentry")), ()),
    "interview": (lambda: InterviewScreen(question("want")), ("down",)),
    "interview day": (lambda: InterviewEntry(question("stay_end"), {}, TODAY), tuple("R9.1.31")),
    "elsewhere": (lambda: ElsewhereScreen(next(end for end in elsewhere() if end.id == "special_reentry")), ()),
    "days of a birth": (_birth, ()),
    "refused": (lambda: _days("relative", "change", "student", age=20, unable_to_file=False), ()),
    "letter": (_letter, ()),
    "earlier": (lambda: EarlierScreen(EARLIER), ()),
    "taken": (_taken, ()),
    "points": (lambda: points_page({"hsp.j_skip": "0", "hsp.education": "01"}), ()),
}
WIDE = ("status to change to", "taken")
"""Pictures at 120 × 36 too."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("name", "size"), [*((name, (80, 24)) for name in SCREENS), *((name, (120, 36)) for name in WIDE)]
)
def test_screen(snap_compare: Callable[..., bool], name: str, size: tuple[int, int], language: str) -> None:
    make, keys = SCREENS[name]
    assert snap_compare(screen_app(make(), language), terminal_size=size, press=keys)
