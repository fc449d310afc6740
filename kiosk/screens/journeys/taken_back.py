"""A file that was changed or taken away before filing: what was made of it is erased here, and at the portal."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.errors import PortalError
from kiosk.screens import checklist
from kiosk.screens.journeys.outage import is_away

if TYPE_CHECKING:
    from kiosk.app import KioskApp
    from kiosk.offline_queue.keys import Owner
    from kiosk.screens.drafting import Drafting


async def take_back(app: KioskApp, drafting: Drafting, owner: Owner, key: str) -> None:
    """Erase what was made and sent of one document of the checklist.

    Where the portal can't be asked now, the next delivery deletes it there before anything is filed.

    Args:
        app: the application.
        drafting: the open draft.
        owner: whose it is.
        key: the document's, or the photo's.

    Raises:
        StoreError: what was made here could not be erased.
    """
    if drafting.papers.bound and not checklist.is_photo(key):
        await asyncio.to_thread(_forget_made, app, drafting, owner)
    if drafting.snapshot().portal_id and app.visit.account is not None and not is_away(app):
        try:
            await app.do("documents.title", lambda _report: _delete_there(app, drafting, key), "documents.taking_back")
        except PortalError as error:
            app.log_problem(error)


def _forget_made(app: KioskApp, drafting: Drafting, owner: Owner) -> None:
    from kiosk.binding import forget_bound

    drafting.keep_papers(replace(drafting.papers, bound={}))
    forget_bound(app.services.store, owner, drafting.draft_id)


def _delete_there(app: KioskApp, drafting: Drafting, key: str) -> None:
    """Delete at the portal what it holds of the document, alone or bound together with others."""
    from kiosk.filing.systems import system

    portal = app.services.portal
    held = portal.application(drafting.snapshot().portal_id).application
    if held.state.value not in ("draft", "attached"):
        return
    keys = {key, system(drafting.context.system).files.covering_document}
    for file in held.attachments:
        photo = file.kind.value == "photo"
        if photo if checklist.is_photo(key) else not photo and file.document in keys:
            portal.delete_attachment(file.attachment_id)
