"""Where something is saved to or taken from: a stick or a folder of the person's; and papers that are saved there."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from kiosk.errors import AttachmentError, ReportError
from kiosk.screens.base import Nav
from kiosk.screens.file_chooser import SHOWN, Place
from kiosk.screens.journeys.file_places import by_date
from kiosk.screens.message import MessageScreen
from kiosk.screens.outbox_place import AGAIN, HERE, PlaceScreen
from kiosk.widgets.rows import NAME_CELLS, shortened

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from kiosk.app import KioskApp


async def save_paper(app: KioskApp, title_key: str, name: str, content: bytes) -> str:
    """Save a paper to a place of the person's, who may try another one where it can't be written.

    Args:
        app: the application.
        title_key: message of the screens' title.
        name: the file's name with its ending.
        content: the bytes.

    Returns:
        The file's name, made safe; empty when the person went back.
    """
    from kiosk.attachments.names import shown_name
    from kiosk.reports.saving import save

    while (folder := await choose_folder(app, title_key, "paper.where")) is not None:
        try:
            path = await asyncio.to_thread(save, folder, name, content)
        except ReportError as error:
            if await app.problem(error, "choice.another_place", "choice.back") != "another_place":
                return ""
        else:
            return shown_name(path.name)
    return ""


async def save_papers(app: KioskApp, title_key: str, papers: AsyncIterator[tuple[str, bytes]]) -> None:
    """Save papers (name and bytes) one after another, until the person goes back, and say under which names.

    Args:
        app: the application.
        title_key: message of the screens' title.
        papers: read only when it is their turn.
    """
    names: list[str] = []
    async for name, content in papers:
        saved = await save_paper(app, title_key, name, content)
        if not saved:
            break
        names.append(saved)
    if names:
        params: dict[str, str | int] = {"name": ", ".join(shortened(name, NAME_CELLS) for name in names)}
        await app.ask(MessageScreen(title_key, "paper.saved", params=params, tone="done"))


async def choose_folder(app: KioskApp, title_key: str, lead_key: str) -> Path | None:
    """Let a folder be chosen; None when the person goes back out of the list of places."""
    return await _place(app, title_key, lead_key, save_here=True)


async def choose_file(app: KioskApp, title_key: str, lead_key: str) -> Path | None:
    """Let a file be chosen; None when the person goes back out of the list of places."""
    return await _place(app, title_key, lead_key, save_here=False)


async def _place(app: KioskApp, title_key: str, lead_key: str, *, save_here: bool) -> Path | None:
    """Lead through folders until one, or a file, is chosen."""
    from kiosk.attachments.names import shown_name
    from kiosk.attachments.sources import listing, parent, roots

    folder: Path | None = None
    while True:
        starts = await asyncio.to_thread(roots, app.services.settings.attachments)
        try:
            found = None if folder is None else await asyncio.to_thread(listing, folder)
        except AttachmentError as error:
            folder = None
            if await app.problem(error) != "again":
                return None
            continue
        entries = [
            entry for entry in (starts if found is None else found.entries) if entry.kind == "folder" or not save_here
        ]
        complete = (found is None or found.complete) and len(entries) <= SHOWN
        if len(entries) > SHOWN:
            entries = sorted(entries, key=by_date)[:SHOWN]
        places = [Place(str(n), entry.shown, is_folder=entry.kind == "folder") for n, entry in enumerate(entries)]
        where = "" if folder is None else shown_name(folder.name or str(folder))
        here = save_here and folder is not None
        screen = PlaceScreen(title_key, lead_key, where, places, save_here=here, complete=complete)
        answer = await app.ask(screen)
        if isinstance(answer, Nav):
            if folder is None:
                return None
            folder = None if any(start.path == folder for start in starts) else parent(folder, starts)
        elif answer == HERE:
            return folder
        elif answer != AGAIN:
            entry = entries[int(answer)]
            if entry.kind != "folder":
                return entry.path
            folder = entry.path
