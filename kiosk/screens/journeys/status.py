"""One application at the portal: where it stands, and what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiosk.errors import KioskError
from kiosk.filing.receipt import method_of
from kiosk.portal.errors import SendingStopped
from kiosk.screens import checklist
from kiosk.screens.application_status import ApplicationStatusScreen
from kiosk.screens.base import Nav
from kiosk.screens.journeys.binding import ready
from kiosk.screens.journeys.documents import documents, owner_of, stored_files
from kiosk.screens.journeys.portal_steps import at_portal
from kiosk.screens.journeys.send import given, parcel_file
from kiosk.screens.journeys.transfer import Transfer
from kiosk.screens.mail_in import MailInScreen
from kiosk.screens.message import MessageScreen
from kiosk.screens.subject import office_names, period_names, subject_of

if TYPE_CHECKING:
    from kiosk.app import KioskApp
    from kiosk.offline_queue.model import StoredAttachment
    from kiosk.portal.client import HeldApplication
    from kiosk.portal.contract import Application
    from kiosk.screens.drafting import Drafting
    from kiosk.screens.work import Report

_SHELF = "requested:"
"""The page of a draft that only holds files for a filed application; the moment they were asked for follows."""


async def show_application(app: KioskApp, application_id: str) -> str:
    """Show where an application stands until the person goes back.

    Returns:
        The id of a draft that the person wants to work on now; otherwise "".
    """
    while True:
        held = await at_portal(
            app, "status.title", lambda _report: app.services.portal.application(application_id), "status.loading"
        )
        if held is None:
            return ""
        answer = await app.ask(_screen(held.application))
        if isinstance(answer, Nav):
            return ""
        if answer in {"copy", "edit"}:
            if draft_id := await _take_up(app, held, copy=answer == "copy"):
                return draft_id
        else:
            await _chosen(app, held.application, answer)


def _screen(application: Application) -> ApplicationStatusScreen:
    content, decision = application.content, application.decision
    label = decision.period_of_stay if decision is not None else ""
    return ApplicationStatusScreen(
        application,
        subject_of(content.procedure, content.status_of_residence),
        checklist.document_names(application.requested_documents),
        period_names(content.status_of_residence, label),
    )


async def _chosen(app: KioskApp, application: Application, answer: str) -> None:
    match answer:
        case "documents":
            await _send_requested(app, application)
        case "mail_in":
            await _mail_in(app, application)
        case "withdraw":
            await _withdraw(app, application)
        case _:
            pass


async def _mail_in(app: KioskApp, application: Application) -> None:
    receipt = application.content.receipt
    if application.mail_in is None:
        return
    by_post = method_of("" if receipt is None else receipt.method) == "post"
    office = {} if receipt is None else office_names(receipt.prefecture, receipt.bureau)
    await app.ask(MailInScreen(application.mail_in, application.reception_number, by_post=by_post, office=office))


async def _withdraw(app: KioskApp, application: Application) -> None:
    from kiosk.ids import uuid7

    choices = ("withdraw.choice.keep", "withdraw.choice.withdraw")
    screen = MessageScreen("withdraw.title", "withdraw.lead", ("withdraw.next",), choices, tone="attention")
    if await app.ask(screen) == "withdraw":
        key = uuid7()
        await at_portal(
            app,
            "withdraw.title",
            lambda _report: app.services.portal.withdraw(application.application_id, "", key),
            "withdraw.working",
        )


# --- working on it again ----------------------------------------------------------------------------------------------


async def _take_up(app: KioskApp, held: HeldApplication, *, copy: bool) -> str:
    """Bring the portal's answers here: as a new application, or as the draft that it is. Returns the draft's id."""
    try:
        draft_id = await app.do("status.title", lambda _report: _as_draft(app, held, copy=copy), "status.loading")
    except KioskError as error:
        await app.problem(error, "choice.continue")
        return ""
    if held.application.attachments:
        await app.ask(MessageScreen("status.title", "status.files_again", ("status.files_again.next",)))
    return draft_id


def _as_draft(app: KioskApp, held: HeldApplication, *, copy: bool) -> str:
    from kiosk.filing.application import at_portal as linked
    from kiosk.filing.application import new_draft
    from kiosk.screens.drafting import create_draft, facts_of

    services, owner, account = app.services, owner_of(app), app.visit.account
    content = held.application.content
    if not copy:
        for draft in services.store.list(owner):
            if draft.header.get("portal_id") == held.application.application_id:
                return draft.id
    kind = account.user_kind.value if account is not None else "applicant"
    now = services.clock()
    base = new_draft(content.procedure, content.status_of_residence, kind, services.settings.system, now)
    if not copy:
        base = linked(base, held.application.application_id, held.etag)
    facts = facts_of(account) if account is not None else None
    return create_draft(services.store, owner, base, facts, given(content))


# --- more documents --------------------------------------------------------------------------------------------------


def is_shelf(header: dict[str, Any]) -> bool:
    """Say whether a draft only holds files for an application that was filed."""
    return str(header.get("page", "")).startswith(_SHELF)


async def _send_requested(app: KioskApp, application: Application) -> None:
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
        made = await ready(app, drafting, owner_of(app), items)
        if made is None:
            continue
        if await _sent(app, application, drafting.draft_id, made.files):
            await app.ask(MessageScreen("more.title", "more.sent", ("more.sent_next",), tone="done"))
            return


async def _sent(app: KioskApp, application: Application, draft_id: str, files: tuple[StoredAttachment, ...]) -> bool:
    transfer = Transfer()
    try:
        done = await at_portal(
            app,
            "more.title",
            lambda report: _answer(app, application, draft_id, files, transfer, report),
            "send.working",
            passed_on=(SendingStopped,),
            stop=transfer.stop,
        )
    except SendingStopped:
        return False
    return done is not None


def _round(application: Application) -> str:
    """Return the page of the shelf for this request; the bureau may ask more than once."""
    return f"{_SHELF}{application.history[-1].at.isoformat() if application.history else ''}"


def _shelf(app: KioskApp, application: Application) -> str:
    """Return the draft that holds the files for this request; made when there is none, those of earlier ones erased."""
    from kiosk.filing.application import at_portal as linked
    from kiosk.filing.application import new_draft
    from kiosk.screens.drafting import create_draft
    from kiosk.screens.journeys.choose import user_kind

    services, owner, content, page = app.services, owner_of(app), application.content, _round(application)
    for draft in services.store.list(owner):
        if draft.header.get("portal_id") == application.application_id:
            if draft.header.get("page") == page:
                return draft.id
            if is_shelf(draft.header):
                services.store.erase(owner, draft.id)
    now = services.clock()
    base = new_draft(content.procedure, content.status_of_residence, user_kind(app), services.settings.system, now)
    return create_draft(services.store, owner, linked(base, application.application_id, ""), None, page=page)


def _answer(
    app: KioskApp,
    application: Application,
    draft_id: str,
    files: tuple[StoredAttachment, ...],
    transfer: Transfer,
    report: Report,
) -> bool:
    """Send the files and say that they are there. Safe to repeat, after a restart too."""
    from kiosk.delivery import derived_key, upload_missing

    owner, store, client = owner_of(app), app.services.store, app.services.portal
    parcel = [parcel_file(app, draft_id, file) for file in files]
    held = client.application(application.application_id).application
    if held.state.value == "documents_requested":
        transfer.run(client, report, lambda tell: upload_missing(client, held, parcel, tell))
    client.answer_documents(held.application_id, "", derived_key(draft_id, _round(application)))
    store.erase(owner, draft_id)
    return True
