"""From plain questions to a procedure, for who does not know which one they need."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from kiosk.screens.base import Nav

if TYPE_CHECKING:
    from datetime import date

    from kiosk.app import KioskApp
    from kiosk.filing.interview import Outcome, Question


async def interview(app: KioskApp) -> Outcome | None:
    """Ask question after question; None when the person goes back before the first one."""
    from kiosk.filing.interview import Elsewhere, Outcome, ask
    from kiosk.screens.elsewhere import ElsewhereScreen

    answers: dict[str, str] = {}
    before: dict[str, str] = {}
    trail: list[str] = []
    while True:
        here = ask(answers, _today(app))
        if isinstance(here, Outcome):
            return here
        if isinstance(here, Elsewhere):
            again = await app.ask(ElsewhereScreen(here)) == "again"
            _back(answers, trail, trail if again else trail[-1:])
            continue
        given = await ask_question(app, here, before.get(here.id, ""))
        if given is not None:
            answers[here.id] = before[here.id] = given
            trail.append(here.id)
        elif trail:
            _back(answers, trail, trail[-1:])
        else:
            return None


def _back(answers: dict[str, str], trail: list[str], left: Collection[str]) -> None:
    """Leave answers away again."""
    for name in tuple(left):
        del answers[name]
        trail.remove(name)


async def ask_question(app: KioskApp, question: Question, given: str = "") -> str | None:
    """Ask one question of the interview; None when the person goes back.

    Args:
        app: the application.
        question: what is asked.
        given: the answer given before.
    """
    from kiosk.filing.interview import OTHER_STATUS
    from kiosk.screens.interview_page import InterviewEntry, InterviewScreen
    from kiosk.screens.status_choice import NOT_ONLINE, StatusScreen

    if question.kind == "choice":
        answer = await app.ask(InterviewScreen(question, given))
    elif question.kind == "status":
        answer = await app.ask(StatusScreen("now" if question.fact == "current_status" else "wanted", given))
        answer = OTHER_STATUS if answer == NOT_ONLINE else answer
    else:
        typed: dict[str, str | list[dict[str, str]]] = {question.id: given}
        answer = await app.ask(InterviewEntry(question, typed, _today(app)))
        answer = answer if isinstance(answer, Nav) else str(typed[question.id])
    return None if isinstance(answer, Nav) else answer


def _today(app: KioskApp) -> date:
    from kiosk.clock import japan_date

    return japan_date(app.services.clock())
