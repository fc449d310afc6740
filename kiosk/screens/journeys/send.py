"""The last look, the filing itself, and the reception number."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from kiosk.clock import japan_date
from kiosk.errors import KioskError, StoreError
from kiosk.filing.application import APPLICANT_NAME
from kiosk.portal.errors import (
    PortalAway,
    PortalMaintenance,
    PortalUnreachable,
    SendingStopped,
    SessionEnded,
    Stale,
)
from kiosk.screens import checklist
from kiosk.screens.base import Nav
from kiosk.screens.journeys.binding import Ready, look, ready
from kiosk.screens.journeys.documents import owner_of, stored_files
from kiosk.screens.journeys.outage import SIGNED, TRY_AGAIN, is_away, note_away, outage
from kiosk.screens.journeys.portal_steps import at_portal, signed_in_again
from kiosk.screens.journeys.transfer import Transfer
from kiosk.screens.message import MessageScreen
from kiosk.screens.reception import ReceptionScreen
from kiosk.screens.send_review import FeeShown, Outgoing, SendReviewScreen
from kiosk.screens.subject import office_names, subject_of
from kiosk.screens.work import Report

if TYPE_CHECKING:
    from datetime import date, datetime

    from kiosk.app import KioskApp
    from kiosk.delivery import Parcel, ParcelFile
    from kiosk.offline_queue.model import StoredAttachment
    from kiosk.portal.contract import ApplicationContent, SubmissionReceipt
    from kiosk.screens.bound_files import BoundShown
    from kiosk.screens.drafting import Drafting, Value

METHOD = "receipt.card_receiving_method"
PREFECTURE = "receipt.applicant_prefecture_for_bureau"
OFFICE = "receipt.receiving_bureau"
NOTICES = "receipt.notification_email"


async def send(app: KioskApp, drafting: Drafting) -> bool:
    """File ``drafting`` after a last look; returns whether it was filed (then the draft is gone from this kiosk)."""
    while (made := await _prepared(app, drafting)) is not None:
        answer = await _last_look(app, drafting, made.shown)
        if answer == "stop":
            return False
        if answer == "away":
            if (ended := await outage(app, drafting, made)) != TRY_AGAIN:
                return ended == SIGNED
            continue
        try:
            receipt = await _file(app, drafting, made.files)
        except (PortalAway, PortalMaintenance) as error:
            note_away(app, error)
            continue
        except SendingStopped as error:
            if error.away:
                note_away(app, PortalUnreachable())
            continue
        if receipt is not None:
            await _received(app, drafting, receipt)
            return True
    return False


async def _prepared(app: KioskApp, drafting: Drafting) -> Ready | None:
    """Return the files as they are sent; None where something is missing or the person goes back."""
    while True:
        try:
            files = await stored_files(drafting)
        except StoreError as error:
            if await app.problem(error) != "again":
                return None
            continue
        if not await _complete(app, drafting, files):
            return None
        return await ready(app, drafting, owner_of(app), checklist.items(drafting, files))


async def _last_look(app: KioskApp, drafting: Drafting, bound: BoundShown) -> str:
    """Show what will be filed; returns ``send``, ``stop``, or ``away`` where the portal is closed."""
    while not is_away(app):
        answer = await app.ask(SendReviewScreen(outgoing(drafting, bound)))
        if isinstance(answer, Nav):
            return "stop"
        if answer != "files":
            return answer
        await look(app, drafting, bound)
    return "away"


async def _complete(app: KioskApp, drafting: Drafting, files: tuple[StoredAttachment, ...]) -> bool:
    lacking = checklist.missing(checklist.items(drafting, files))
    lines = ("send.missing.answers",) if drafting.problems() else ()
    lines += () if drafting.receipt_done() else ("send.missing.receipt",)
    lines += ("send.missing.documents",) if lacking else ()
    if not lines:
        return await _allowed(app, drafting)
    await app.ask(MessageScreen("send.title", "send.incomplete", lines, ("choice.back",), tone="attention"))
    return False


async def _allowed(app: KioskApp, drafting: Drafting) -> bool:
    """Say whether the rules let it be filed with these answers; if not, tell why."""
    decision = drafting.decision()
    if not decision.refused:
        return True
    reasons = tuple(f"eligibility.{reason.key}" for reason in decision.reasons)
    await app.ask(MessageScreen("send.title", "eligibility.lead.no", reasons, ("choice.back",), tone="attention"))
    return False


def outgoing(drafting: Drafting, bound: BoundShown) -> Outgoing:
    """Return what will be filed, for the last look."""
    receipt = drafting.snapshot().receipt
    person = drafting.context.person
    filer = person.name if person is not None else ""
    itself = drafting.context.user_kind == "applicant"
    return Outgoing(
        subject_of(drafting.procedure, drafting.status),
        applicant=filer if itself else str(drafting.answers.get(APPLICANT_NAME, "")),
        filer="" if itself else filer,
        files=bound.now,
        method=receipt.get(METHOD, ""),
        office=office_names(receipt.get(PREFECTURE, ""), receipt.get(OFFICE, "")),
        notices=receipt.get(NOTICES, ""),
        fee=_fee(drafting),
        doubts=_doubts(drafting, receipt.get(METHOD, "")),
        changed=bool(bound.changes),
        outdated=bound.outdated,
    )


def _doubts(drafting: Drafting, code: str) -> tuple[str, ...]:
    """Return why the chosen way of receipt may not be possible after all."""
    from kiosk.filing.receipt import receipts

    ways = receipts(drafting.context.user_kind, drafting.procedure, drafting.status, drafting.known())
    return next((way.doubts for way in ways if way.code == code), ())


def _fee(drafting: Drafting) -> FeeShown | None:
    from kiosk.filing.answer import application_fee

    due = application_fee(drafting.procedure, drafting.known())
    return None if due is None else FeeShown(due.lowest, due.highest, due.highest_charge, due.payment)


# --- filing ----------------------------------------------------------------------------------------------------------


async def _file(app: KioskApp, drafting: Drafting, files: tuple[StoredAttachment, ...]) -> SubmissionReceipt | None:
    """File it; None when it was not filed and the person goes back to the last look."""
    newest, transfer = False, Transfer()
    while True:
        if app.visit.account is None and not await _signed_in(app, drafting):
            return None
        try:
            return await at_portal(
                app,
                "send.title",
                lambda report, force=newest: _deliver(app, drafting, files, transfer, report, force),
                "send.working",
                passed_on=(Stale, PortalAway, PortalMaintenance, SendingStopped),
                stop=transfer.stop,
            )
        except Stale:
            if not await _ours(app, drafting):
                return None
            newest = True


async def _signed_in(app: KioskApp, drafting: Drafting) -> bool:
    """Sign in, let the draft know the person, and say whether nothing is missing now that they are known."""
    from kiosk.screens.drafting import facts_of

    if not await signed_in_again(app, SessionEnded()) or app.visit.account is None:
        return False
    account = app.visit.account
    await asyncio.to_thread(drafting.know, facts_of(account), account.authentication_id)
    return not drafting.problems()


def _deliver(
    app: KioskApp,
    drafting: Drafting,
    files: tuple[StoredAttachment, ...],
    transfer: Transfer,
    report: Report,
    newest: bool,
) -> SubmissionReceipt:
    from kiosk.delivery import deliver

    drafting.flush()
    parcel = _parcel(app, drafting, files)
    if newest:
        parcel = replace(parcel, etag="")
    portal = app.services.portal
    return transfer.run(portal, report, lambda tell: deliver(portal, parcel, tell, drafting.at_portal))


def _parcel(app: KioskApp, drafting: Drafting, files: tuple[StoredAttachment, ...]) -> Parcel:
    from kiosk.delivery import Parcel

    draft = drafting.snapshot(files)
    return Parcel(
        draft_id=draft.draft_id,
        submission_id=draft.submission_id,
        content=content_of(drafting),
        files=tuple(parcel_file(app, drafting.draft_id, file) for file in files),
        portal_id=draft.portal_id,
        etag=draft.etag,
    )


def content_of(drafting: Drafting) -> ApplicationContent:
    """Return what goes to the portal: answers that apply, and the receipt method."""
    from kiosk.portal import contract as c
    from kiosk.portal.statements import checked

    draft = drafting.snapshot()
    receipt = draft.receipt
    method = None
    if receipt.get(METHOD):
        method = {
            "method": receipt[METHOD],
            "prefecture": receipt.get(PREFECTURE, ""),
            "bureau": receipt.get(OFFICE, ""),
            "notification_email": receipt.get(NOTICES, ""),
        }
    return checked(
        c.ApplicationContent,
        procedure=draft.procedure,
        status_of_residence=draft.status,
        answers=draft.answers,
        receipt=method,
    )


def given(content: ApplicationContent) -> dict[str, Value]:
    """Return the portal's content as answers by field id, the receipt method among them; empty ones left out."""
    answers: dict[str, Value] = dict(content.answers)
    if content.receipt is not None:
        answers |= {
            METHOD: content.receipt.method,
            PREFECTURE: content.receipt.prefecture,
            OFFICE: content.receipt.bureau,
            NOTICES: content.receipt.notification_email,
        }
    return {name: value for name, value in answers.items() if value}


def parcel_file(app: KioskApp, draft_id: str, file: StoredAttachment) -> ParcelFile:
    """Return a file of the store as the delivery takes it; its bytes are read when it is sent."""
    from kiosk.delivery import ParcelFile
    from kiosk.portal.contract import AttachmentKind
    from kiosk.portal.uploads import FileMeta

    photo = checklist.is_photo(file.slot)
    kind = AttachmentKind.PHOTO if photo else AttachmentKind.DOCUMENT
    meta = FileMeta(kind, "" if photo else file.slot, file.name, file.media_type, file.sha256)
    owner = owner_of(app)
    return ParcelFile(meta, file.size, lambda: app.services.store.read_attachment(owner, draft_id, file.id))


# --- changed elsewhere ------------------------------------------------------------------------------------------------


async def _ours(app: KioskApp, drafting: Drafting) -> bool:
    """Ask whose version counts; True for ours. With the portal's the draft takes its answers, to be looked at again."""
    choices = ("conflict.choice.mine", "conflict.choice.theirs", "choice.back")
    screen = MessageScreen("conflict.title", "conflict.lead", ("conflict.next",), choices, tone="attention")
    answer = await app.ask(screen)
    if answer == "theirs":
        await at_portal(app, "conflict.title", lambda _report: _take_theirs(app, drafting), "status.loading")
    return answer == "mine"


def _take_theirs(app: KioskApp, drafting: Drafting) -> None:
    """Replace every answer by the portal's; what it does not have is empty, and what the card says stays."""
    from kiosk.forms.prefill import fixed_values

    held = app.services.portal.application(drafting.snapshot().portal_id)
    theirs, fixed = given(held.application.content), fixed_values(drafting.form, drafting.context)
    receipt = [item for page in drafting.form.receipt.pages for item in page.fields]
    for item in (*drafting.form.fields.values(), *receipt):
        empty: Value = [] if item.type == "table" else ""
        value = theirs.get(item.id, empty)
        if item.type != "info" and item.id not in fixed and drafting.answers.get(item.id, empty) != value:
            drafting.put(item.id, value)
    drafting.flush()
    drafting.at_portal(held.application.application_id, held.etag)


# --- received --------------------------------------------------------------------------------------------------------


async def _received(app: KioskApp, drafting: Drafting, receipt: SubmissionReceipt) -> None:
    from kiosk.screens.journeys.filing import follow

    email = drafting.snapshot().receipt.get(NOTICES, "")
    kept_until = await app.do("reception.title", lambda _report: _forget(app, drafting), "work.wait")
    app.show_saved()
    answer = await app.ask(ReceptionScreen(receipt.reception_number, receipt.received_at, email, follows=kept_until))
    if answer == "status":
        await follow(app, receipt.application_id)


def _forget(app: KioskApp, drafting: Drafting) -> date | None:
    """Erase the draft, but for what follows later: it is the portal's now. Return until when that is kept.

    Where that fails, the list of applications does it the next time.
    """
    from kiosk.remainder import follows, settle

    drafting.close()
    store, owner, until = app.services.store, owner_of(app), rest_until(app)
    kept_until = None
    try:
        if follows(store, owner, drafting.draft_id, until):
            kept_until = japan_date(until)
        settle(store, owner, drafting.draft_id, until)
    except KioskError as error:
        app.log_problem(error)
    return kept_until


def rest_until(app: KioskApp) -> datetime:
    """Return until when documents that did not fit are kept that are put aside now."""
    return app.services.clock() + timedelta(days=app.services.settings.store.rest_days)
