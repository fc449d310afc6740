"""A picture of one page of every sheet, with valid answers: the page of its form that asks the most at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from kiosk.forms.load import FormKey, load_form
from kiosk.forms.model import Context, Form, Page, Sheet
from kiosk.forms.view import View
from kiosk.screens.asking import PageAsking
from kiosk.screens.question_page import QuestionPage
from tests.reference_portal.combinations import FORMS
from tests.support.answers import INVENTED, valid_answers
from tests.support.screens import screen_app

TODAY = date(2026, 11, 24)
KINDS = {"organisation": "organisation", "representative": "legal_representative", "agent": "scrivener"}
"""Who is asked a sheet, by who has to fill it; the applicant is asked the others."""


def _forms_by_sheet() -> dict[str, list[FormKey]]:
    found: dict[str, list[FormKey]] = {}
    for key in FORMS:
        form = load_form(*key)
        for sheet in (*form.sheets, form.receipt):
            if sheet.pages:
                found.setdefault(sheet.id, []).append(key)
    return found


SHEETS = _forms_by_sheet()


@pytest.mark.parametrize("sheet_id", SHEETS)
def test_sheet(snap_compare: Callable[..., bool], sheet_id: str) -> None:
    form, sheet, context, answers = _answered(sheet_id)
    page = max(_pages(form, sheet, context, answers), key=lambda page: _size(form, page, context, answers))
    # Japanese is what is filed by the host; applicants read their own language.
    language = "ja" if sheet.filled_by == "organisation" else "en"
    screen = QuestionPage(PageAsking(form, page, answers, context), lambda _field, _value: None)
    assert snap_compare(screen_app(screen, language), terminal_size=(80, 24))


def _answered(sheet_id: str) -> tuple[Form, Sheet, Context, dict[str, Any]]:
    """Return the first form in which somebody is asked this sheet, and answers with which they are."""
    for key in SHEETS[sheet_id]:
        form = load_form(*key)
        sheet = next(sheet for sheet in (*form.sheets, form.receipt) if sheet.id == sheet_id)
        context = Context(KINDS.get(sheet.filled_by, "applicant"), TODAY, INVENTED)
        for seed in range(3):
            answers = valid_answers(form, context, seed)
            if _pages(form, sheet, context, answers):
                return form, sheet, context, answers
    raise AssertionError(f"nobody is ever asked {sheet_id}")


def _pages(form: Form, sheet: Sheet, context: Context, answers: dict[str, Any]) -> list[Page]:
    view = View(form, answers, context)
    if sheet is form.receipt:
        return list(sheet.pages)
    return [page for page in view.pages() if page in sheet.pages]


def _size(form: Form, page: Page, context: Context, answers: dict[str, Any]) -> int:
    return len(View(form, answers, context).fields(page))
