"""Choosing photo and documents: each file is checked when it is chosen, and kept encrypted with the draft."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.errors import AttachmentError, KioskError, StoreError
from kiosk.screens import checklist
from kiosk.screens.base import Nav
from kiosk.screens.document_item import DocumentFileScreen, DocumentItemScreen
from kiosk.screens.documents import DocumentItem, DocumentsScreen, FileShown
from kiosk.screens.files_taken import Fate, FilesTakenScreen
from kiosk.screens.journeys.file_places import Places
from kiosk.screens.journeys.papers import PaperDesk
from kiosk.screens.message import FileProblemScreen
from kiosk.screens.subject import subject_of

if TYPE_CHECKING:
    from kiosk.app import KioskApp
    from kiosk.attachments.checks import Attached
    from kiosk.attachments.limits import Limits
    from kiosk.attachments.photo_cut import CutPhoto
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
    here = ""
    while True:
        try:
            items = await desk.items()
        except StoreError as error:
            if await app.problem(error) != "again":
                return False
            continue
        screen = DocumentsScreen(desk.subject, items, desk.limits.sent_bytes, desk.letters(), here=here)
        answer = await app.ask(screen)
        if isinstance(answer, Nav):
            return False
        if answer.action == "done":
            return True
        if answer.action == "letter":
            await desk.letter(answer.key)
            continue
        here = answer.key
        try:
            await desk.item(next(item for item in items if item.key == answer.key))
        except StoreError as error:
            await app.problem(error, "choice.continue")


async def stored_files(drafting: Drafting) -> tuple[StoredAttachment, ...]:
    """Return the files of a draft that count, in the person's order; raises ``StoreError``."""
    return checklist.in_force(await asyncio.to_thread(drafting.attachments))


def owner_of(app: KioskApp) -> Owner:
    """Return whose drafts are open; raises ``KioskError`` where nobody showed a card."""
    if app.visit.owner is None:
        raise KioskError()
    return app.visit.owner


class _Desk:
    """The checklist of one draft."""

    def __init__(self, app: KioskApp, drafting: Drafting, requested: tuple[str, ...] | None) -> None:
        self._app = app
        self._drafting = drafting
        self._requested = requested
        self.subject = subject_of(drafting.procedure, drafting.status)
        self._places = Places(app, self.subject)
        self._papers = PaperDesk(app, drafting, owner_of(app), self.subject, self.limits)

    @property
    def limits(self) -> Limits:
        """What the system takes."""
        from kiosk.attachments.limits import load_limits

        return load_limits(self._drafting.context.system)

    async def items(self) -> tuple[DocumentItem, ...]:
        """Return the lines of the checklist; raises ``StoreError``."""
        files = await stored_files(self._drafting)
        if self._requested is not None:
            return checklist.requested_items(
                self._requested, files, self._drafting.context.today, self._drafting.papers
            )
        return checklist.items(self._drafting, files)

    def letters(self) -> tuple[str, ...]:
        """Return who can be asked by letter for what they fill in or provide; nobody for what the bureau asked for."""
        from kiosk.filing.request import recipients

        return () if self._requested is not None else recipients(self._drafting.answer())

    async def letter(self, who: str) -> None:
        """Show the letter to one of ``letters``."""
        from kiosk.screens.journeys.letters import show_letter

        await show_letter(self._app, self._drafting.answer(), who)

    async def item(self, item: DocumentItem) -> None:
        """Show an item with its files until the person goes back; without files let some be chosen."""
        several, here = not checklist.is_photo(item.key), ""
        while item.files:
            answer = await self._app.ask(DocumentItemScreen(self.subject, item, several=several, here=here))
            if isinstance(answer, Nav):
                return
            if answer.action == "add":
                break
            here = answer.file_id
            await self._file(item, next(file for file in item.files if file.file_id == answer.file_id))
            item = next(known for known in await self.items() if known.key == item.key)
            if not item.files:
                return
        await self._add(item)

    # --- adding ------------------------------------------------------------------------------------------------------

    async def _add(self, item: DocumentItem, replaced: str = "") -> None:
        """Let files be chosen until they are taken, or the person gives up."""
        photo = checklist.is_photo(item.key)
        while paths := await self._places.choose(item, several=not photo and not replaced):
            try:
                if await (self._add_photo(item, paths[0]) if photo else self._add_papers(item, paths, replaced)):
                    return
            except (AttachmentError, StoreError) as error:
                if await self._app.problem(error, "choice.another_file", "choice.back") != "another_file":
                    return

    async def _add_papers(self, item: DocumentItem, paths: tuple[Path, ...], replaced: str) -> bool:
        """Take files and their date; False where the person wants to choose others."""
        while True:
            before = {file.id for file in await stored_files(self._drafting)}
            try:
                fates = await self._papers.take_all(item, paths, replaced)
            finally:
                made = tuple(file.id for file in await stored_files(self._drafting) if file.id not in before)
                if made:
                    await self._forget_sent(item)
            await self._papers.date(item, made)
            if all(fate.standing == "taken" for fate in fates):
                return True
            wish = await self._not_taken(fates)
            if wish != "rest":
                return wish != "another_file"
            paths = tuple(path for path, fate in zip(paths, fates, strict=True) if fate.standing == "waiting")

    async def _not_taken(self, fates: tuple[Fate, ...]) -> str | Nav:
        """Say what was not taken, and why; a file alone that the person wants to replace needs no words."""
        for fate in fates:
            if fate.error is not None:
                self._app.log_problem(fate.error)
        match fates:
            case (Fate(name=name, error=KioskError() as error),):
                return await self._app.ask(FileProblemScreen(name, error, ("choice.another_file", "choice.back")))
            case (Fate(standing=standing),):
                return "continue" if standing == "waiting" else "another_file"
            case _:
                return await self._app.ask(FilesTakenScreen(self.subject, fates))

    async def _add_photo(self, item: DocumentItem, path: Path) -> bool:
        """Have the photo made ready and keep it; False where the person wants another."""
        from kiosk.clock import japan_date
        from kiosk.screens.journeys.photo import PhotoDesk

        attached, replaced = await asyncio.to_thread(self._beside)
        today = japan_date(self._app.services.clock())
        photo = await PhotoDesk(self._app, self.subject, self.limits, attached, today).ready(path)
        if photo is None:
            return False
        await self._app.do("documents.title", lambda _report: self._store(photo, replaced), "documents.checking")
        await self._forget_sent(item)
        return True

    def _beside(self) -> tuple[Attached, list[StoredAttachment]]:
        """Return what is attached already and stays with a new photo, and which photos that takes the place of.

        Documents do not count: what is sent of them is made smaller, so that the photo fits.
        """
        from kiosk.attachments.checks import Attached

        files = self._drafting.attachments()
        return Attached(), [file for file in files if checklist.is_photo(file.slot)]

    def _store(self, photo: CutPhoto, replaced: list[StoredAttachment]) -> None:
        from kiosk.screens.drafting import PHOTO_SLOT

        store, owner, draft_id = self._app.services.store, owner_of(self._app), self._drafting.draft_id
        store.attach(owner, draft_id, PHOTO_SLOT, photo.name, photo.media_type, photo.content)
        # The new one is safe before the old one goes: of two photos the last one counts.
        for old in replaced:
            store.detach(owner, draft_id, old.id)

    # --- one file that is there --------------------------------------------------------------------------------------

    async def _file(self, item: DocumentItem, file: FileShown) -> None:
        """Do with a file what the person wants."""
        dated = item.months is not None
        wish = await self._app.ask(DocumentFileScreen(self.subject, item, file, dated=dated))
        try:
            match wish:
                case "remove":
                    await asyncio.to_thread(self._remove, file.file_id)
                    await self._forget_sent(item)
                case "up" | "down":
                    await asyncio.to_thread(self._move, file.file_id, -1 if wish == "up" else 1)
                case "date":
                    await self._papers.date(item, (file.file_id,))
                case "black_out":
                    await self._papers.black_out(item, file)
                    await self._forget_sent(item)
                case "replace":
                    await self._add(item, "" if checklist.is_photo(item.key) else file.file_id)
                case Nav.BACK:
                    pass
        except (AttachmentError, StoreError) as error:
            await self._app.problem(error, "choice.continue")

    def _remove(self, file_id: str) -> None:
        store, drafting = self._app.services.store, self._drafting
        store.detach(owner_of(self._app), drafting.draft_id, file_id)
        drafting.keep_papers(drafting.papers.without(file_id))

    def _move(self, file_id: str, step: int) -> None:
        drafting = self._drafting
        drafting.keep_papers(drafting.papers.moved(drafting.attachments(), file_id, step))

    async def _forget_sent(self, item: DocumentItem) -> None:
        """Have the portal delete what was sent of this document before: the person has taken it back."""
        from kiosk.screens.journeys.taken_back import take_back

        await take_back(self._app, self._drafting, owner_of(self._app), item.key)
