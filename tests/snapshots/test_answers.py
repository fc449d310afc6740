"""Pictures of the screens from the choice of a procedure to the check of all answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from kiosk.filing.deadlines import extension_window
from kiosk.filing.documents import checklist
from kiosk.filing.eligibility import decide
from kiosk.filing.facts import Facts
from kiosk.filing.fees import fee
from kiosk.screens.base import KioskScreen
from kiosk.screens.check_answers import CheckAnswersScreen
from kiosk.screens.checking import sections as check_sections
from kiosk.screens.eligibility import EligibilityScreen, Needs, NeedsScreen
from kiosk.screens.procedure_choice import ProcedureScreen
from kiosk.screens.question_page import QuestionPage, Span
from kiosk.screens.status_choice import StatusScreen
from kiosk.screens.table_page import RowPage
from kiosk.screens.task_list import TaskListScreen
from kiosk.screens.tasks import sections as task_sections
from tests.support.answers import valid_answers
from tests.support.filing import PARTLY, TODAY, asking, context, drafting, form
from tests.support.screens import LANGUAGES, SIZES, ScreenApp, screen_app

NAME = {"ja": "在留期間の更新", "en": "Extension of stay"}
STAY = date(2027, 1, 31)


def _page(page_id: str, **options: Any) -> QuestionPage:
    span = drafting(PARTLY).span(page_id)
    known = None if span is None else Span(*span)
    return QuestionPage(asking(page_id, PARTLY), _forget, span=lambda: known, **options)


def _forget(_field: str, _value: object) -> None:
    """Save nothing: a picture is no application."""


def _eligibility(expires: date, *, status: str = "gijinkoku") -> EligibilityScreen:
    decision = decide("applicant", "extension", status, Facts(TODAY, age=36, stay_expired=expires < TODAY))
    return EligibilityScreen(decision, extension_window(expires, "0100000", TODAY))


def _needs() -> NeedsScreen:
    documents = checklist("applicant", "extension", "gijinkoku", Facts(TODAY, age=36))
    sheets = tuple(sheet.title for sheet in form().attached)
    return NeedsScreen(Needs(sheets, documents, fee("extension", TODAY), 32))


def _tasks() -> TaskListScreen:
    seen = ("background", "home", "passport", "family")
    wrong = drafting({**PARTLY, "part1.passport_expiration_date": "2027-02-30"}, seen=seen)
    return TaskListScreen(NAME, task_sections(wrong, ()))


def _check(*, complete: bool) -> CheckAnswersScreen:
    answered = drafting(valid_answers(form(), context()) if complete else PARTLY)
    return CheckAnswersScreen(lambda language: check_sections(answered, language))


SCREENS: dict[str, tuple[Callable[[], KioskScreen[Any]], tuple[str, ...]]] = {
    "procedure": (ProcedureScreen, ()),
    "status": (lambda: StatusScreen("extension"), ()),
    "eligibility": (lambda: _eligibility(STAY), ()),
    "eligibility too early": (lambda: _eligibility(date(2027, 9, 30)), ()),
    "eligibility refused": (lambda: _eligibility(date(2026, 11, 1)), ()),
    "needs": (_needs, ()),
    "tasks": (_tasks, ()),
    "page from the card": (lambda: _page("person"), ()),
    "page": (lambda: _page("background"), ("tab", "tab")),
    "page with what is wrong": (lambda: _page("request"), ("f10",)),
    "page with what was changed": (lambda: _page("background"), ("tab", "tab", "tab", *"Room5", "tab")),
    "page with a date": (lambda: QuestionPage(asking("passport"), _forget), ("tab", *"R12.1.31")),
    "list": (lambda: _page("background"), ("p", "h")),
    "list without a find": (lambda: _page("background"), ("q", "x")),
    "table": (lambda: _page("family"), ("tab",)),
    "row": (lambda: RowPage(asking("family", PARTLY), "part1.family_in_japan", 0, _forget), ()),
    "row with what is wrong": (
        lambda: RowPage(asking("family", PARTLY), "part1.family_in_japan", 0, _forget, check=True),
        (),
    ),
    "receipt": (lambda: _page("receipt"), ("2",)),
    "check": (lambda: _check(complete=False), ()),
    "check with what is missing": (lambda: _check(complete=False), ("f10",)),
    "check complete": (lambda: _check(complete=True), ()),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x36"])
@pytest.mark.parametrize("name", SCREENS)
def test_screen(snap_compare: Callable[..., bool], name: str, size: tuple[int, int], language: str) -> None:
    make, keys = SCREENS[name]
    app: ScreenApp = screen_app(make(), language)
    assert snap_compare(app, terminal_size=size, press=keys)
