"""The letter to the employer, school or supporter: shown, and saved as PDF as often as the person wants."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from kiosk.filing.request import recipients
from kiosk.screens.journeys.places import save_paper
from kiosk.screens.letter import SAVE, LetterScreen

if TYPE_CHECKING:
    from kiosk.app import KioskApp
    from kiosk.filing.answer import Answer
    from kiosk.filing.request import Recipient


async def show_letter(app: KioskApp, answer: Answer, who: str) -> None:
    """Show the letter until the person goes back.

    Args:
        app: the application.
        answer: what the rules say of it.
        who: one of ``recipients(answer)``.
    """
    from kiosk.reports.request import request_name, request_pdf

    recipient: Recipient = next(name for name in recipients(answer) if name == who)
    saved = ""
    while await app.ask(LetterScreen(answer, recipient, saved)) == SAVE:
        content = await asyncio.to_thread(request_pdf, answer, recipient, app.t.language)
        saved = await save_paper(app, "letter.title", request_name(answer, recipient), content) or saved
