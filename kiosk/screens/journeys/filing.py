"""A new application, and the list of those there are."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from kiosk.errors import KioskError, PortalError, StoreError
from kiosk.screens import checklist
from kiosk.screens.application_list import ApplicationListScreen, ListRow
from kiosk.screens.application_status import ApplicationStatusScreen
from kiosk.screens.base import Nav
from kiosk.screens.journeys.documents import documents, stored_files
from kiosk.screens.journeys.send import parcel_file, send, title
from kiosk.screens.mail_in import MailInScreen
from kiosk.screens.message import MessageScreen

if TYPE_CHECKING:
    from kiosk.app import KioskApp
    from kiosk.portal.client import HeldApplication
    from kiosk.portal.contract import Application, ApplicationContent
    from kiosk.screens.drafting import Drafting


async def new_application(app: KioskApp) -> None:
    """Choose a procedure, make a draft and work on it."""
    from kiosk.screens.journeys.answers import begin
    from kiosk.screens.journeys.choose import choose

    chosen = await choose(app)
    if chosen is not None:
        await _work_on(app, await begin(app, chosen))


async def _work_on(app: KioskApp, drafting: Drafting | None) -> None:
    """Lead through answers, documents and filing until it is filed or the person stops."""
    from kiosk.screens.journeys.answers import DOCUMENTS, SEND, answers

    if drafting is None:
        return
    try:
        while True:
            answer = await answers(app, drafting)
            if answer == DOCUMENTS:
                await documents(app, drafting)
            elif answer != SEND or await send(app, drafting):
                return
    finally:
        await _close(app, drafting)


async def _close(app: KioskApp, drafting: Drafting) -> None:
    await asyncio.to_thread(drafting.close)
    app.before_end.remove(drafting.close)
    app.show_saved("")


async def applications(app: KioskApp) -> None:
    """Show drafts and applications until the person goes back."""
    from kiosk.screens.journeys.answers import resume

    while True:
        rows, notice = await _rows(app)
        answer = await app.ask(ApplicationListScreen(rows, notice))
        if isinstance(answer, Nav):
            return
        if answer == "new":
            await new_application(app)
        elif answer.startswith("draft:"):
            await _work_on(app, await resume(app, answer.removeprefix("draft:")))
        else:
            await show_application(app, answer.removeprefix("portal:"))


async def _rows(app: KioskApp) -> tuple[list[ListRow], str]:
    """Return the list and, where a part could not be had, the key of a notice."""
    rows: list[ListRow] = []
    notice = ""
    known: set[str] = set()
    owner = app.visit.owner
    if owner is not None:
        try:
            for draft in await asyncio.to_thread(lambda: app.services.store.list(owner)):
                known.add(str(draft.header.get("portal_id", "")))
                words = title(app, str(draft.header.get("procedure", "")), str(draft.header.get("status", "")))
                rows.append(ListRow(f"draft:{draft.id}", words, "draft", draft.updated))
        except StoreError as error:
            await app.problem(error, "choice.continue")
    if app.visit.account is not None:
        try:
            for item in await app.do("applications.title", lambda _report: _at_portal(app), "applications.loading"):
                # A draft that is on this kiosk as well is shown once, as the one that can be worked on.
                if item.row_id.removeprefix("portal:") not in known:
                    rows.append(item)
        except PortalError as error:
            app.log_problem(error)
            notice = "applications.portal_away"
    else:
        notice = "applications.portal_away"
    return sorted(rows, key=lambda row: row.changed, reverse=True), notice


def _at_portal(app: KioskApp) -> list[ListRow]:
    return [
        ListRow(
            f"portal:{item.application_id}",
            title(app, item.procedure, item.status_of_residence),
            item.state.value,
            item.updated_at,
            item.reception_number,
        )
        for item in app.services.portal.all_applications()
    ]


# --- one application -------------------------------------------------------------------------------------------------


async def show_application(app: KioskApp, application_id: str) -> None:
    """Show where an application stands until the person goes back."""
    while True:
        try:
            held = await app.do(
                "status.title", lambda _report: app.services.portal.application(application_id), "status.loading"
            )
        except KioskError as error:
            if await app.problem(error) != "again":
                return
            continue
        application = held.application
        words = title(app, application.content.procedure, application.content.status_of_residence)
        names = checklist.document_titles(application.requested_documents, app.t)
        answer = await app.ask(ApplicationStatusScreen(application, words, names))
        if isinstance(answer, Nav):
            return
        if await _chosen(app, held, answer):
            return


async def _chosen(app: KioskApp, held: HeldApplication, answer: str) -> bool:
    """Do what was chosen; returns whether the application is left."""
    application = held.application
    match answer:
        case "documents":
            await _send_requested(app, application)
        case "mail_in" if application.mail_in is not None:
            await app.ask(MailInScreen(application.mail_in, application.reception_number))
        case "withdraw":
            await _withdraw(app, application)
        case "copy" | "edit":
            await _take_up(app, held, copy=answer == "copy")
            return True
        case _:
            pass
    return False


async def _withdraw(app: KioskApp, application: Application) -> None:
    from kiosk.ids import uuid7

    choices = ("withdraw.choice.keep", "withdraw.choice.withdraw")
    answer = await app.ask(
        MessageScreen("withdraw.title", "withdraw.lead", ("withdraw.next",), choices, tone="attention")
    )
    if answer != "withdraw":
        return
    key = uuid7()
    while True:
        try:
            await app.do(
                "withdraw.title", lambda _report: app.services.portal.withdraw(application.application_id, "", key)
            )
        except KioskError as error:
            if await app.problem(error) == "again":
                continue
        return


async def _take_up(app: KioskApp, held: HeldApplication, *, copy: bool) -> None:
    """Work on the portal's answers here: as a new application, or as the draft that it is."""
    from kiosk.screens.journeys.answers import resume

    try:
        draft_id = await app.do("status.title", lambda _report: _as_draft(app, held, copy=copy), "status.loading")
    except KioskError as error:
        await app.problem(error, "choice.continue")
        return
    if draft_id:
        await _work_on(app, await resume(app, draft_id))


def _as_draft(app: KioskApp, held: HeldApplication, *, copy: bool) -> str:
    from kiosk.filing.application import at_portal, new_draft
    from kiosk.screens.drafting import create_draft, facts_of

    services, owner, account = app.services, app.visit.owner, app.visit.account
    if owner is None or account is None:
        return ""
    content = held.application.content
    base = new_draft(
        content.procedure,
        content.status_of_residence,
        account.user_kind.value,
        services.settings.system,
        services.clock(),
    )
    if not copy:
        base = at_portal(base, held.application.application_id, held.etag)
    return create_draft(services.store, owner, base, facts_of(account), _given(content))


def _given(content: ApplicationContent) -> dict[str, str | list[dict[str, str]]]:
    given = dict(content.answers)
    if content.receipt is not None:
        given |= {
            "receipt.card_receiving_method": content.receipt.method,
            "receipt.applicant_prefecture_for_bureau": content.receipt.prefecture,
            "receipt.receiving_bureau": content.receipt.bureau,
            "receipt.notification_email": content.receipt.notification_email,
        }
    return {name: value for name, value in given.items() if value}


# --- more documents --------------------------------------------------------------------------------------------------


async def _send_requested(app: KioskApp, application: Application) -> None:
    """Bring together what the bureau asked for, and send it."""
    from kiosk.screens.journeys.answers import resume

    try:
        draft_id = await app.do("more.title", lambda _report: _shelf(app, application), "status.loading")
    except KioskError as error:
        await app.problem(error, "choice.continue")
        return
    drafting = await resume(app, draft_id) if draft_id else None
    if drafting is None:
        return
    try:
        await _bring_requested(app, application, drafting)
    finally:
        await _close(app, drafting)


async def _bring_requested(app: KioskApp, application: Application, drafting: Drafting) -> None:
    draft_id = drafting.draft_id
    while await documents(app, drafting, application.requested_documents):
        files = await stored_files(app, draft_id)
        if checklist.missing(checklist.requested_items(application.requested_documents, files, app.t)):
            screen = MessageScreen(
                "more.title", "send.incomplete", ("send.missing.documents",), ("choice.back",), tone="attention"
            )
            await app.ask(screen)
            continue
        try:
            await app.do("more.title", lambda report: _answer(app, application, draft_id), "send.working")
        except KioskError as error:
            if await app.problem(error) != "again":
                return
            continue
        await app.ask(MessageScreen("more.title", "more.sent", ("more.sent_next",), tone="done"))
        return


def _shelf(app: KioskApp, application: Application) -> str:
    """Return the draft that holds files for an application that was filed; made when there is none."""
    owner = app.visit.owner
    if owner is None:
        return ""
    for draft in app.services.store.list(owner):
        if draft.header.get("portal_id") == application.application_id:
            return draft.id
    return _as_draft(app, app.services.portal.application(application.application_id), copy=False)


def _answer(app: KioskApp, application: Application, draft_id: str) -> None:
    from kiosk.delivery import upload_missing
    from kiosk.ids import uuid7

    owner = app.visit.owner
    if owner is None:
        return
    store, client = app.services.store, app.services.portal
    files = tuple(parcel_file(app, draft_id, file) for file in store.load(owner, draft_id).attachments)
    held = client.application(application.application_id)
    upload_missing(client, held.application, files, lambda _reached: None)
    client.answer_documents(application.application_id, "", uuid7())
    store.erase(owner, draft_id)
