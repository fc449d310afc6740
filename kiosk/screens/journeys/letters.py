"""The letter to the employer, school or supporter: shown, and saved as PDF as often as the person wants."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from kiosk.filing.request import recipients
from kiosk.reports.errors import FontMissing
from kiosk.screens.journeys.printing import print_paper
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
    from kiosk.reports.request import request_name, request_paper, request_voices

    recipient: Recipient = next(name for name in recipients(answer) if name == who)
    with suppress(FontMissing):
        # Reads the fonts, so that the screen need not.
        await asyncio.to_thread(request_voices, answer, recipient, app.t.language)
    name, saved = request_name(answer, recipient), ""
    while await app.ask(LetterScreen(answer, recipient, saved)) == SAVE:
        lay_out = partial(request_paper, answer, recipient, app.t.language)
        saved = await print_paper(app, "letter.title", name, lay_out) or saved
