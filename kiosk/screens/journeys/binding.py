"""Before the last look: the chosen files become the files that are sent, and the person sees what was done."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kiosk.errors import AttachmentError, StoreError
from kiosk.screens import checklist
from kiosk.screens.base import Nav
from kiosk.screens.bound_files import BoundFilesScreen, BoundShown, SentFile
from kiosk.screens.journeys.papers import stoppable
from kiosk.screens.message import FileProblemScreen
from kiosk.screens.papers import BOUND_SLOT
from kiosk.screens.subject import PRINCIPAL, subject_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from kiosk.app import KioskApp
    from kiosk.binding import NotBound, Package, Wanted
    from kiosk.offline_queue.keys import Owner
    from kiosk.offline_queue.model import StoredAttachment
    from kiosk.screens.documents import DocumentItem
    from kiosk.screens.drafting import Drafting


@dataclass(frozen=True, slots=True)
class Ready:
    """What is sent.

    Attributes:
        files: the photo and the bound files, as the store has them; the slot is the document's key at the portal.
        shown: the same for the screens.
    """

    files: tuple[StoredAttachment, ...]
    shown: BoundShown


async def ready(
    app: KioskApp, drafting: Drafting, owner: Owner, items: tuple[DocumentItem, ...], reception: str = ""
) -> Ready | None:
    """Bind what was chosen, unless that was done before; None where it can't be, or the person stopped it.

    What was changed is shown once, when it was bound.

    Args:
        app: the application.
        drafting: the open draft.
        owner: whose it is.
        items: the checklist.
        reception: number of the application that the bureau asked them for; empty before it is filed.
    """
    from kiosk.attachments.errors import CheckStopped

    while True:
        try:
            files = checklist.in_force(await asyncio.to_thread(drafting.attachments))
            wanted = _wanted(drafting, items, files, reception)
            made = await asyncio.to_thread(_kept, app, drafting, owner, wanted, files)
            if made is not None:
                return _dated(made, items)
            refused = await _bind(app, drafting, owner, wanted)
            if refused is not None:
                app.log_problem(refused.error)
                await app.ask(FileProblemScreen(refused.name, refused.error, ("choice.back",)))
                return None
            made = await asyncio.to_thread(_kept, app, drafting, owner, wanted, files)
        except CheckStopped:
            return None
        except (AttachmentError, StoreError) as error:
            if await app.problem(error) != "again":
                return None
            continue
        if made is None or (made.shown.changes and not await look(app, drafting, made.shown)):
            return None
        return _dated(made, items)


def _dated(made: Ready, items: tuple[DocumentItem, ...]) -> Ready:
    return replace(made, shown=replace(made.shown, outdated=checklist.outdated(items)))


async def look(app: KioskApp, drafting: Drafting, shown: BoundShown) -> bool:
    """Show what was made; False where the person goes back."""
    from kiosk.screens.journeys.places import save_papers

    async def later() -> AsyncIterator[tuple[str, bytes]]:
        for file in shown.later:
            yield file.name, await asyncio.to_thread(file.read)

    while True:
        answer = await app.ask(BoundFilesScreen(subject_of(drafting.procedure, drafting.status), shown))
        if answer != "save":
            return not isinstance(answer, Nav)
        try:
            await save_papers(app, "bound.title", later())
        except StoreError as error:
            await app.problem(error, "choice.back")


def _wanted(
    drafting: Drafting, items: tuple[DocumentItem, ...], files: tuple[StoredAttachment, ...], reception: str
) -> Wanted:
    from kiosk.binding import Line, Wanted
    from kiosk.filing.application import APPLICANT_NAME

    by_slot = {item.key: tuple(file for file in files if file.slot == item.key) for item in items}
    lines = tuple(
        Line(item.key, item.name.get(PRINCIPAL, item.key), by_slot[item.key])
        for item in items
        if by_slot[item.key] and not checklist.is_photo(item.key)
    )
    person = drafting.context.person
    # The form wants a comma between the parts of a name; on paper there is a blank.
    applicant = str(drafting.answers.get(APPLICANT_NAME, "")).replace(",", " ")
    photo = sum(file.size for file in files if checklist.is_photo(file.slot))
    named = applicant or ("" if person is None else person.name)
    return Wanted(drafting.context.system, lines, photo, named, reception)


async def _bind(app: KioskApp, drafting: Drafting, owner: Owner, wanted: Wanted) -> NotBound | None:
    """Bind and note what was made; what can't be bound is returned."""
    from kiosk.binding import Package, bind_draft

    def work() -> Package | NotBound:
        made = bind_draft(app.services.store, owner, drafting.draft_id, wanted, drafting.context.today)
        if isinstance(made, Package):
            drafting.keep_papers(replace(drafting.papers, bound=made.as_header()))
        return made

    made = await stoppable(app, "bound.title", work, "bound.working")
    return None if isinstance(made, Package) else made


def _kept(
    app: KioskApp, drafting: Drafting, owner: Owner, wanted: Wanted, files: tuple[StoredAttachment, ...]
) -> Ready | None:
    """Return what was bound before, where it is of these files and all of it is there."""
    from kiosk.attachments.names import shown_name
    from kiosk.binding import read_package

    package = read_package(drafting.papers.bound)
    store, draft_id = app.services.store, drafting.draft_id
    if package is None or package.digest != wanted.digest():
        return None
    there = {file.id: file for file in store.load(owner, draft_id).attachments if file.slot == BOUND_SLOT}
    if any(paper.file_id not in there for paper in package.papers):
        return None
    photo = tuple(file for file in files if checklist.is_photo(file.slot))
    now = tuple(replace(there[paper.file_id], slot=paper.document) for paper in package.papers if not paper.part)

    def sent(file_id: str, pages: int) -> SentFile:
        file = there[file_id]
        return SentFile(
            shown_name(file.name), file.size, pages, lambda: store.read_attachment(owner, draft_id, file_id)
        )

    shown = BoundShown(
        (
            *(SentFile(shown_name(file.name), file.size, 0) for file in photo),
            *(sent(paper.file_id, paper.pages) for paper in package.papers if not paper.part),
        ),
        tuple(sent(paper.file_id, paper.pages) for paper in package.papers if paper.part),
        package.changes,
        package.before,
        sum(there[paper.file_id].size for paper in package.papers),
    )
    return Ready((*photo, *now), shown)
