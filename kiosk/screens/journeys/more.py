"""After the filing: what the bureau asks for, and what did not fit and follows when it asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.errors import AttachmentError, KioskError, StoreError
from kiosk.filing.application import APPLICANT_NAME
from kiosk.portal.errors import SendingStopped
from kiosk.screens import checklist
from kiosk.screens.bound_files import SentFile
from kiosk.screens.journeys.binding import ready
from kiosk.screens.journeys.documents import documents, owner_of, stored_files
from kiosk.screens.journeys.papers import stoppable
from kiosk.screens.journeys.portal_steps import at_portal
from kiosk.screens.journeys.send import parcel_file, rest_until
from kiosk.screens.journeys.transfer import Transfer
from kiosk.screens.message import MessageScreen
from kiosk.screens.rest_files import RestScreen, RestToSend
from kiosk.screens.shelves import SHELF, is_shelf
from kiosk.screens.subject import subject_of
from kiosk.screens.work import Report

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from kiosk.app import KioskApp
    from kiosk.delivery import ParcelFile, Reached
    from kiosk.portal.contract import Application
    from kiosk.remainder import DeclaredFile, Remainder
    from kiosk.screens.drafting import Drafting, Value


# --- what the bureau asks for -----------------------------------------------------------------------------------------


async def send_requested(app: KioskApp, application: Application) -> None:
    """Bring together what the bureau asked for, and send it."""
    from kiosk.screens.journeys.answers import resume
    from kiosk.screens.journeys.filing import close

    try:
        draft_id = await app.do("more.title", lambda _report: _shelf(app, application), "status.loading")
    except KioskError as error:
        await app.problem(error, "choice.continue")
        return
    drafting = await resume(app, draft_id)
    if drafting is None:
        return
    try:
        await _bring_requested(app, application, drafting)
    except KioskError as error:
        await app.problem(error, "choice.continue")
    finally:
        await close(app, drafting)


async def _bring_requested(app: KioskApp, application: Application, drafting: Drafting) -> None:
    names = tuple(checklist.document_names(application.requested_documents))
    while await documents(app, drafting, names):
        files = await stored_files(drafting)
        items = checklist.requested_items(names, files, drafting.context.today, drafting.papers)
        if checklist.missing(items):
            lines, choices = ("send.missing.documents",), ("choice.back",)
            await app.ask(MessageScreen("more.title", "send.incomplete", lines, choices, tone="attention"))
            continue
        made = await ready(app, drafting, owner_of(app), items, application.reception_number)
        if made is None:
            continue
        parcel = tuple(parcel_file(app, drafting.draft_id, file) for file in made.files)
        if await _sent(app, lambda tell, parcel=parcel: _answer(app, application, drafting.draft_id, parcel, tell)):
            await app.ask(MessageScreen("more.title", "more.sent", ("more.sent_next",), tone="done"))
            return


def _round(application: Application) -> str:
    """Return what names this request; the bureau may ask more than once."""
    return f"{SHELF}{application.history[-1].at.isoformat() if application.history else ''}"


def _shelf(app: KioskApp, application: Application) -> str:
    """Return the draft that holds the files for this request; made when there is none, those of earlier ones erased."""
    from kiosk.filing.application import at_portal as linked
    from kiosk.filing.application import new_draft
    from kiosk.remainder import let_go
    from kiosk.screens.drafting import create_draft
    from kiosk.screens.journeys.choose import user_kind

    services, owner, content, page = app.services, owner_of(app), application.content, _round(application)
    for draft in services.store.list(owner):
        if draft.header.get("portal_id") == application.application_id:
            if draft.header.get("page") == page:
                return draft.id
            if is_shelf(draft.header):
                let_go(services.store, owner, draft, rest_until(app), services.portal.application)
    now = services.clock()
    base = new_draft(content.procedure, content.status_of_residence, user_kind(app), services.settings.system, now)
    # For the declaration: who files may be somebody else.
    name: dict[str, Value] = {APPLICANT_NAME: str(content.answers.get(APPLICANT_NAME, ""))}
    return create_draft(services.store, owner, linked(base, application.application_id, ""), None, name, page=page)


def _answer(
    app: KioskApp,
    application: Application,
    draft_id: str,
    parcel: tuple[ParcelFile, ...],
    tell: Callable[[Reached], None],
) -> None:
    from kiosk.delivery import answer_request
    from kiosk.remainder import settle

    names = (draft_id, _round(application))
    answer_request(app.services.portal, application.application_id, parcel, tell, names)
    settle(app.services.store, owner_of(app), draft_id, rest_until(app))


async def _sent(app: KioskApp, job: Callable[[Callable[[Reached], None]], None]) -> bool:
    """Send something behind a progress screen; False where the person stopped it or gave up."""
    transfer = Transfer()

    def work(report: Report) -> bool:
        transfer.run(app.services.portal, report, job)
        return True

    try:
        return bool(await at_portal(app, "more.title", work, "more.working", (SendingStopped,), transfer.stop))
    except SendingStopped:
        return False


# --- what did not fit -------------------------------------------------------------------------------------------------


async def send_rest(app: KioskApp, application: Application, left: Remainder) -> None:
    """Show the part that is next, and send it as the answer to the bureau."""
    made = await _declared(app, application, left)
    if made is None:
        return
    files = tuple(SentFile(file.shown, len(file.content), file.paper.pages) for file in made)
    content = application.content
    subject = subject_of(content.procedure, content.status_of_residence)
    about = RestToSend(left.part + 1, left.parts, files, application.reception_number)
    while True:
        answer = await app.ask(RestScreen(subject, about))
        if answer == "save":
            await _save(app, made)
            continue
        if answer != "send":
            return
        if await _sent(app, lambda tell: _answer_rest(app, application, left, made, tell)):
            break
    params: dict[str, str | int] = {"part": left.part + 1, "parts": left.parts}
    more = left.part + 1 < left.parts
    lines = ("more.sent_next", *(("rest.more_left",) if more else ()))
    await app.ask(MessageScreen("rest.title", "rest.sent", lines, params=params, tone="done"))


async def save_rest(app: KioskApp, application: Application, left: Remainder) -> None:
    """Save the part that is next to a place of the person's."""
    made = await _declared(app, application, left)
    if made is not None:
        await _save(app, made)


async def _save(app: KioskApp, made: tuple[DeclaredFile, ...]) -> None:
    from kiosk.screens.journeys.places import save_papers

    async def papers() -> AsyncIterator[tuple[str, bytes]]:
        for file in made:
            yield file.name, file.content

    await save_papers(app, "rest.title", papers())


async def _declared(app: KioskApp, application: Application, left: Remainder) -> tuple[DeclaredFile, ...] | None:
    """Return the part with its declaration; None where it can't be made, or the person stopped it."""
    from kiosk.attachments.errors import CheckStopped
    from kiosk.clock import japan_date
    from kiosk.remainder import declared

    store, owner, number = app.services.store, owner_of(app), application.reception_number
    today = japan_date(app.services.clock())
    while True:
        try:
            return await stoppable(
                app, "rest.title", lambda: declared(store, owner, left, number, today), "rest.working"
            )
        except CheckStopped:
            return None
        except (AttachmentError, StoreError) as error:
            if await app.problem(error) != "again":
                return None


def _answer_rest(
    app: KioskApp,
    application: Application,
    left: Remainder,
    made: tuple[DeclaredFile, ...],
    tell: Callable[[Reached], None],
) -> None:
    from kiosk.delivery import answer_request
    from kiosk.remainder import note_sending, take_off

    store, owner = app.services.store, owner_of(app)
    note_sending(store, owner, left, (file.sha256 for file in made))
    names = (left.draft_id, _round(application))
    parcel = tuple(_parcel_file(file) for file in made)
    answer_request(app.services.portal, application.application_id, parcel, tell, names)
    take_off(store, owner, left)


def _parcel_file(file: DeclaredFile) -> ParcelFile:
    from kiosk.delivery import ParcelFile
    from kiosk.portal.contract import AttachmentKind
    from kiosk.portal.uploads import FileMeta

    meta = FileMeta(AttachmentKind.DOCUMENT, file.paper.document, file.name, "application/pdf", file.sha256)
    return ParcelFile(meta, len(file.content), lambda: file.content)
