"""One application at the portal: where it stands, and what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.errors import KioskError, StoreError
from kiosk.filing.receipt import method_of
from kiosk.portal.errors import NotFound
from kiosk.screens import checklist
from kiosk.screens.application_status import ApplicationStatusScreen, RestShown
from kiosk.screens.base import Nav
from kiosk.screens.journeys.documents import owner_of
from kiosk.screens.journeys.more import save_rest, send_requested, send_rest
from kiosk.screens.journeys.portal_steps import at_portal
from kiosk.screens.journeys.send import given
from kiosk.screens.mail_in import MailInScreen
from kiosk.screens.message import MessageScreen
from kiosk.screens.subject import office_names, period_names, subject_of

if TYPE_CHECKING:
    from kiosk.app import KioskApp
    from kiosk.portal.client import HeldApplication
    from kiosk.portal.contract import Application
    from kiosk.remainder import Remainder


async def show_application(app: KioskApp, application_id: str) -> str:
    """Show where an application stands until the person goes back.

    Returns:
        The id of a draft that the person wants to work on now; otherwise "".
    """
    while True:
        looked = await at_portal(app, "status.title", lambda _report: _look(app, application_id), "status.loading")
        if looked is None:
            return ""
        held, rests = looked
        answer = await app.ask(_screen(held.application, rests))
        if isinstance(answer, Nav):
            return ""
        if answer in {"copy", "edit"}:
            if draft_id := await _take_up(app, held, copy=answer == "copy"):
                return draft_id
        else:
            await _chosen(app, held.application, rests, answer)


def _look(app: KioskApp, application_id: str) -> tuple[HeldApplication, tuple[Remainder, ...]]:
    """Ask the portal for an application, and the store for what follows of it later."""
    from kiosk.remainder import remainders

    services = app.services
    held = services.portal.application(application_id)
    try:
        rests = remainders(services.store, owner_of(app), held.application, lambda name: filed_as(app, name))
    except StoreError as error:
        app.log_problem(error)
        rests = ()
    return held, rests


def filed_as(app: KioskApp, submission_id: str) -> str:
    """Return the portal's id of the application that a submission became; empty where it has not come."""
    try:
        return app.services.portal.submission(submission_id).application_id
    except NotFound:
        return ""


def _screen(application: Application, rests: tuple[Remainder, ...]) -> ApplicationStatusScreen:
    content, decision = application.content, application.decision
    label = decision.period_of_stay if decision is not None else ""
    return ApplicationStatusScreen(
        application,
        subject_of(content.procedure, content.status_of_residence),
        checklist.document_names(application.requested_documents),
        period_names(content.status_of_residence, label),
        tuple(RestShown(left.draft_id, left.part + 1, left.parts, left.size, left.until) for left in rests),
    )


async def _chosen(app: KioskApp, application: Application, rests: tuple[Remainder, ...], answer: str) -> None:
    action, _, draft_id = answer.partition(":")
    match action:
        case "documents":
            await send_requested(app, application)
        case "rest" | "save_rest":
            left = next(left for left in rests if left.draft_id == draft_id)
            await (send_rest if action == "rest" else save_rest)(app, application, left)
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
