"""Choosing photo and documents: each file is checked when it is chosen, and kept encrypted with the draft."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kiosk.errors import AttachmentError, KioskError, StoreError
from kiosk.screens import checklist
from kiosk.screens.base import Nav
from kiosk.screens.document_item import DocumentItemScreen
from kiosk.screens.documents import DocumentItem, DocumentsScreen
from kiosk.screens.file_chooser import FileChooserScreen, Place
from kiosk.screens.subject import Names, subject_of

if TYPE_CHECKING:
    from kiosk.app import KioskApp
    from kiosk.attachments.checks import Attached, CheckedFile
    from kiosk.attachments.limits import Limits
    from kiosk.attachments.photo_cut import CutPhoto
    from kiosk.attachments.sources import Entry
    from kiosk.offline_queue.keys import Owner
    from kiosk.offline_queue.model import StoredAttachment
    from kiosk.screens.drafting import Drafting


async def documents(app: KioskApp, drafting: Drafting, requested: tuple[str, ...] | None = None) -> bool:
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
        try:
            items = await desk.items()
        except StoreError as error:
            if await app.problem(error) != "again":
                return False
            continue
        answer = await app.ask(DocumentsScreen(desk.subject, items, desk.limits.max_total_bytes, desk.letters()))
        if isinstance(answer, Nav):
            return False
        if answer.action == "done":
            return True
        if answer.action == "letter":
            await desk.letter(answer.key)
            continue
        await desk.item(next(item for item in items if item.key == answer.key))


async def stored_files(app: KioskApp, draft_id: str) -> tuple[StoredAttachment, ...]:
    """Return the files of a draft that count; raises ``StoreError``."""
    owner = owner_of(app)
    return checklist.in_force((await asyncio.to_thread(lambda: app.services.store.load(owner, draft_id))).attachments)


def owner_of(app: KioskApp) -> Owner:
    """Return whose drafts are open; raises ``KioskError`` where nobody showed a card."""
    if app.visit.owner is None:
        raise KioskError()
    return app.visit.owner


class _Seen(NamedTuple):
    """What a place holds, its name made safe, and whether that is all."""

    entries: tuple[Entry, ...]
    where: str
    complete: bool


class _Desk:
    """The checklist of one draft, and where files were looked for last."""

    def __init__(self, app: KioskApp, drafting: Drafting, requested: tuple[str, ...] | None) -> None:
        self._app = app
        self._drafting = drafting
        self._requested = requested
        self._folder: Path | None = None
        self.subject = subject_of(drafting.procedure, drafting.status)

    @property
    def limits(self) -> Limits:
        """What the system takes."""
        from kiosk.attachments.limits import load_limits

        return load_limits(self._drafting.context.system)

    async def items(self) -> tuple[DocumentItem, ...]:
        """Return the lines of the checklist; raises ``StoreError``."""
        files = await stored_files(self._app, self._drafting.draft_id)
        if self._requested is not None:
            return checklist.requested_items(self._requested, files)
        return checklist.items(self._drafting, files)

    def letters(self) -> tuple[str, ...]:
        """Return who can be asked by letter for what they fill in or provide; nobody for what the bureau asked for."""
        from kiosk.filing.request import recipients

        return () if self._requested is not None else recipients(self._drafting.answer())

    async def letter(self, who: str) -> None:
        """Show the letter to one of ``letters``."""
        from kiosk.screens.journeys.letters import show_letter

        await show_letter(self._app, self._drafting.answer(), who)

    def _several(self, item: DocumentItem) -> bool:
        return not checklist.is_photo(item.key) and self.limits.max_documents != 1

    async def item(self, item: DocumentItem) -> None:
        """Add a file to an item, or take one away."""
        if item.files:
            answer = await self._app.ask(DocumentItemScreen(self.subject, item, several=self._several(item)))
            if isinstance(answer, Nav):
                return
            if answer.action == "remove":
                await self._detach(answer.file_id)
                return
        await self._add(item)

    async def _add(self, item: DocumentItem) -> None:
        while (path := await self._choose(item.name)) is not None:
            try:
                if await (self._add_photo(item, path) if checklist.is_photo(item.key) else self._add_file(item, path)):
                    return
            except (AttachmentError, StoreError) as error:
                if await self._app.problem(error, "choice.another_file", "choice.back") != "another_file":
                    return

    async def _add_file(self, item: DocumentItem, path: Path) -> bool:
        await self._app.do("documents.title", lambda _report: self._keep(item, path), "documents.checking")
        return True

    async def _add_photo(self, item: DocumentItem, path: Path) -> bool:
        """Have the photo made ready and keep it; False where the person wants another."""
        from kiosk.clock import japan_date
        from kiosk.screens.journeys.photo import PhotoDesk

        attached, replaced = await asyncio.to_thread(self._beside, item)
        today = japan_date(self._app.services.clock())
        photo = await PhotoDesk(self._app, self.subject, self.limits, attached, today).ready(path)
        if photo is None:
            return False
        await self._app.do("documents.title", lambda _report: self._store(item, photo, replaced), "documents.checking")
        return True

    def _keep(self, item: DocumentItem, path: Path) -> None:
        """Check the file and keep it. Runs in a thread; the bytes that were checked are the bytes that are kept."""
        from kiosk.attachments.checks import check_document

        attached, replaced = self._beside(item)
        self._store(item, check_document(path, self.limits, attached), replaced)

    def _beside(self, item: DocumentItem) -> tuple[Attached, list[StoredAttachment]]:
        """Return what is attached already and stays, and which files a new one for ``item`` takes the place of."""
        from kiosk.attachments.checks import Attached

        there = self._app.services.store.load(owner_of(self._app), self._drafting.draft_id).attachments
        replaced = [] if self._several(item) else [file for file in there if file.slot == item.key]
        kept = [file for file in there if file not in replaced]
        documents = sum(not checklist.is_photo(file.slot) for file in kept)
        return Attached(documents, sum(file.size for file in kept)), replaced

    def _store(self, item: DocumentItem, checked: CheckedFile | CutPhoto, replaced: list[StoredAttachment]) -> None:
        store, owner, draft_id = self._app.services.store, owner_of(self._app), self._drafting.draft_id
        store.attach(owner, draft_id, item.key, checked.name, checked.media_type, checked.content)
        # The new one is safe before the old one goes: of two photos the last one counts.
        for old in replaced:
            store.detach(owner, draft_id, old.id)

    async def _detach(self, file_id: str) -> None:
        app, owner = self._app, owner_of(self._app)
        try:
            await asyncio.to_thread(lambda: app.services.store.detach(owner, self._drafting.draft_id, file_id))
        except StoreError as error:
            await app.problem(error, "choice.continue")

    # --- where the files are -----------------------------------------------------------------------------------------

    async def _choose(self, wanted: Names) -> Path | None:
        """Return a file, or None when the person goes back out of the list of places."""
        while True:
            try:
                seen = await asyncio.to_thread(self._look)
            except AttachmentError as error:
                self._folder = None
                if await self._app.problem(error) != "again":
                    return None
                continue
            places = [_place(number, entry) for number, entry in enumerate(seen.entries)]
            screen = FileChooserScreen(self.subject, wanted, seen.where, places, complete=seen.complete)
            answer = await self._app.ask(screen)
            if isinstance(answer, Nav):
                if self._folder is None or not await asyncio.to_thread(self._up):
                    return None
            elif answer != "again":
                entry = seen.entries[int(answer)]
                if entry.kind != "folder":
                    return entry.path
                self._folder = entry.path

    def _look(self) -> _Seen:
        from kiosk.attachments.names import shown_name
        from kiosk.attachments.sources import listing, roots

        starts = roots(self._app.services.settings.attachments)
        if self._folder is None and len(starts) == 1:
            self._folder = starts[0].path
        if self._folder is None:
            return _Seen(starts, "", complete=True)
        found = listing(self._folder)
        return _Seen(found.entries, shown_name(self._folder.name or str(self._folder)), found.complete)

    def _up(self) -> bool:
        """Go to the folder above, or to the list of places; False when there is nothing above."""
        from kiosk.attachments.sources import parent, roots

        starts = roots(self._app.services.settings.attachments)
        at_start = self._folder is None or any(start.path == self._folder for start in starts)
        self._folder = None if at_start or self._folder is None else parent(self._folder, starts)
        return self._folder is not None or len(starts) > 1


def _place(number: int, entry: Entry) -> Place:
    return Place(str(number), entry.shown, is_folder=entry.kind == "folder", size=entry.size, modified=entry.modified)
