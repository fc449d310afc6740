"""A paper for the person: laid out, made as PDF and saved to a place of theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.errors import ReportError
from kiosk.screens.journeys.places import save_paper

if TYPE_CHECKING:
    from kiosk.app import KioskApp
    from kiosk.reports.page import Paper


async def print_paper(app: KioskApp, title_key: str, name: str, lay_out: Callable[[], Paper]) -> str:
    """Make a paper behind a progress screen and save it.

    Args:
        app: the application.
        title_key: message of the screens' title.
        name: the file's name with its ending.
        lay_out: gives the paper; called in a thread.

    Returns:
        The file's name, made safe; empty when the person went back.
    """
    from kiosk.attachments.paper_making import printed

    while True:
        try:
            content = await app.do(title_key, lambda _report: printed(lay_out()), "paper.making")
        except ReportError as error:
            if await app.problem(error) != "again":
                return ""
        else:
            return await save_paper(app, title_key, name, content)
