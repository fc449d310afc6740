"""Choosing photo and documents: each file is checked when it is chosen, and kept encrypted with the draft."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.errors import AttachmentError, StoreError
from kiosk.screens import checklist
from kiosk.screens.base import Nav
from kiosk.screens.document_item import DocumentItemScreen
from kiosk.screens.documents import DocumentItem, DocumentsScreen
from kiosk.screens.file_chooser import FileChooserScreen, Place

if TYPE_CHECKING:
    from kiosk.app import KioskApp
    from kiosk.attachments.sources import Entry
    from kiosk.offline_queue.model import StoredAttachment
    from kiosk.screens.drafting import Drafting


async def documents(app: KioskApp, drafting: Drafting, requested: tuple[str, ...] = ()) -> bool:
    """Let the person bring the files of ``drafting`` together.

    Args:
        app: the application.
        drafting: the open draft.
        requested: keys of documents that the bureau asked for; then these are the checklist.

    Returns:
        Whether the person said that this is all, and did not go back.
    """
    desk = _Desk(app, drafting, requested)
    while True:
        items = await desk.items()
        answer = await app.ask(DocumentsScreen(items, desk.limit()))
        if isinstance(answer, Nav):
            return False
        if answer.action == "done":
            return True
        await desk.item(next(item for item in items if item.key == answer.key))


async def stored_files(app: KioskApp, draft_id: str) -> tuple[StoredAttachment, ...]:
    """Return the files the store holds with a draft; raises ``StoreError``."""
    owner = app.visit.owner
    if owner is None:
        return ()
    return (await asyncio.to_thread(lambda: app.services.store.load(owner, draft_id))).attachments


class _Desk:
    """The checklist of one draft, and where files were looked for last."""

    def __init__(self, app: KioskApp, drafting: Drafting, requested: tuple[str, ...]) -> None:
        self._app = app
        self._drafting = drafting
        self._requested = requested
        self._folder: Path | None = None

    async def items(self) -> tuple[DocumentItem, ...]:
        files = await stored_files(self._app, self._drafting.draft_id)
        if self._requested:
            return checklist.requested_items(self._requested, files, self._app.t)
        return checklist.items(self._drafting, files, self._app.t)

    def limit(self) -> int:
        from kiosk.attachments.limits import load_limits

        limits = load_limits(self._drafting.context.system)
        return limits.max_total_bytes or limits.max_document_bytes

    async def item(self, item: DocumentItem) -> None:
        """Add a file to an item, or take one away."""
        if item.files:
            screen = DocumentItemScreen(item, several=not checklist.is_photo(item.key))
            answer = await self._app.ask(screen)
            if isinstance(answer, Nav):
                return
            if answer.action == "remove":
                await self._detach(answer.file_id)
                return
        await self._add(item)

    async def _add(self, item: DocumentItem) -> None:
        while (path := await self._choose(item.title)) is not None:
            try:
                await self._app.do("documents.title", lambda _report, p=path: self._keep(item, p), "documents.checking")
            except (AttachmentError, StoreError) as error:
                if await self._app.problem(error) != "again":
                    return
            else:
                return

    def _keep(self, item: DocumentItem, path: Path) -> None:
        """Check the file and keep it. Runs in a thread; the bytes that were checked are the bytes that are kept."""
        from kiosk.attachments.checks import Attached, check_document, check_photo
        from kiosk.attachments.limits import load_limits

        app, draft_id = self._app, self._drafting.draft_id
        owner = app.visit.owner
        if owner is None:
            return
        there = app.services.store.load(owner, draft_id).attachments
        documents = sum(not checklist.is_photo(file.slot) for file in there)
        photo = checklist.is_photo(item.key)
        others = [file for file in there if not (photo and checklist.is_photo(file.slot))]
        attached = Attached(documents, sum(file.size for file in others))
        check = check_photo if photo else check_document
        checked = check(path, load_limits(self._drafting.context.system), attached)
        app.services.store.attach(owner, draft_id, item.key, checked.name, checked.media_type, checked.content)
        if photo:
            for old in item.files:
                app.services.store.detach(owner, draft_id, old.file_id)

    async def _detach(self, file_id: str) -> None:
        app, owner = self._app, self._app.visit.owner
        if owner is None:
            return
        try:
            await asyncio.to_thread(lambda: app.services.store.detach(owner, self._drafting.draft_id, file_id))
        except StoreError as error:
            await app.problem(error, "choice.continue")

    # --- where the files are -----------------------------------------------------------------------------------------

    async def _choose(self, wanted: str) -> Path | None:
        """Return a file, or None when the person goes back out of the list of places."""
        while True:
            try:
                entries, where = await asyncio.to_thread(self._look)
            except AttachmentError as error:
                self._folder = None
                await self._app.problem(error, "choice.continue")
                continue
            places = [_place(number, entry) for number, entry in enumerate(entries)]
            answer = await self._app.ask(FileChooserScreen(wanted, where, places))
            if isinstance(answer, Nav):
                if self._folder is None or not await asyncio.to_thread(self._up):
                    return None
            elif answer != "again":
                entry = entries[int(answer)]
                if entry.kind != "folder":
                    return entry.path
                self._folder = entry.path

    def _look(self) -> tuple[tuple[Entry, ...], str]:
        from kiosk.attachments.names import shown_name
        from kiosk.attachments.sources import listing, roots

        starts = roots(self._app.services.settings.attachments)
        if self._folder is None and len(starts) == 1:
            self._folder = starts[0].path
        if self._folder is None:
            return starts, ""
        return listing(self._folder).entries, shown_name(str(self._folder.name or self._folder))

    def _up(self) -> bool:
        """Go to the folder above, or to the list of places; False when there is nothing above."""
        from kiosk.attachments.sources import parent, roots

        starts = roots(self._app.services.settings.attachments)
        above = parent(self._folder, starts) if self._folder is not None else None
        at_start = self._folder is None or any(start.path == self._folder for start in starts)
        self._folder = None if at_start else above
        return self._folder is not None or len(starts) > 1


def _place(number: int, entry: Entry) -> Place:
    return Place(str(number), entry.shown, is_folder=entry.kind == "folder", size=entry.size, modified=entry.modified)
