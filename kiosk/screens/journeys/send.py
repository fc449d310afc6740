"""The last look, the filing itself, and the reception number."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.errors import KioskError
from kiosk.portal.errors import NotFound, SessionEnded, Stale
from kiosk.screens import checklist
from kiosk.screens.base import Nav
from kiosk.screens.journeys.documents import stored_files
from kiosk.screens.message import MessageScreen
from kiosk.screens.reception import ReceptionScreen
from kiosk.screens.send_review import SendReviewScreen
from kiosk.screens.work import Report, Step

if TYPE_CHECKING:
    from kiosk.app import KioskApp
    from kiosk.delivery import Parcel, ParcelFile, Reached
    from kiosk.offline_queue.model import StoredAttachment
    from kiosk.portal.contract import ApplicationContent, SubmissionReceipt
    from kiosk.screens.drafting import Drafting


async def send(app: KioskApp, drafting: Drafting) -> bool:
    """File ``drafting`` after a last look; returns whether it was filed (then the draft is gone from this kiosk)."""
    files = await stored_files(app, drafting.draft_id)
    if not await _complete(app, drafting, files):
        return False
    while True:
        answer = await app.ask(_review(app, drafting, files))
        if isinstance(answer, Nav) or answer == "stop":
            return False
        receipt = await _file(app, drafting, files)
        if receipt is not None:
            await _received(app, drafting, receipt)
            return True


async def _complete(app: KioskApp, drafting: Drafting, files: tuple[StoredAttachment, ...]) -> bool:
    from kiosk.forms.check import check_receipt, errors
    from kiosk.forms.model import Answers

    answers: Answers = drafting.answers
    wrong = drafting.problems() or errors(check_receipt(drafting.form, answers, drafting.context))
    lacking = checklist.missing(checklist.items(drafting, files, app.t))
    if not wrong and not lacking:
        return True
    lines = ("send.missing.answers",) if wrong else ()
    lines += ("send.missing.documents",) if lacking else ()
    await app.ask(MessageScreen("send.title", "send.incomplete", lines, ("choice.back",), tone="attention"))
    return False


def _review(app: KioskApp, drafting: Drafting, files: tuple[StoredAttachment, ...]) -> SendReviewScreen:
    t = app.t
    receipt = drafting.snapshot().receipt
    way = "send.way.post" if receipt.get("receipt.card_receiving_method") == "01" else "send.way.counter"
    account = app.visit.account
    person = drafting.context.person
    rows = [
        (t("send.procedure"), title(app, drafting.procedure, drafting.status)),
        (t("send.applicant"), person.name if person is not None else ""),
        (t("send.files"), "\n".join(file.name for file in files)),
        (t("send.receipt"), t(way)),
        (t("send.notices"), receipt.get("receipt.notification_email", "")),
    ]
    kind = app.portal_state.kind if app.portal_state is not None else "unknown"
    can_send = account is not None and kind in {"open", "unknown"}
    words = app.portal_words()[0] if kind != "open" else t("send.not_signed_in")
    return SendReviewScreen(rows, _fee(app, drafting), portal_open=can_send, portal_words=words)


def _fee(app: KioskApp, drafting: Drafting) -> str:
    from kiosk.filing.fees import fee

    due = fee(drafting.procedure, drafting.context.today)
    if due is None or not due.highest:
        return app.t("send.no_fee")
    amount = f"{due.lowest:,}" if due.lowest == due.highest else f"{due.lowest:,}–{due.highest:,}"
    return app.t("send.fee", fee=amount)


def title(app: KioskApp, procedure: str, status: str) -> str:
    """Return procedure and status of residence in the person's language."""
    from kiosk.filing import catalogue
    from kiosk.filing.errors import UnknownNameError

    try:
        names = (catalogue.procedure(procedure).name, catalogue.status(status).name)
    except UnknownNameError:
        return f"{procedure} · {status}"
    return " · ".join(app.t.pick(name) for name in names)


# --- filing ----------------------------------------------------------------------------------------------------------


async def _file(app: KioskApp, drafting: Drafting, files: tuple[StoredAttachment, ...]) -> SubmissionReceipt | None:
    """File it; None when it was not filed and the person goes back to the last look."""
    newest = False
    while True:
        try:
            return await app.do(
                "send.title", lambda report, force=newest: _deliver(app, drafting, files, report, force)
            )
        except Stale:
            mine = await _ours_or_theirs(app, drafting)
            if mine is None:
                return None
            newest = mine
        except SessionEnded as error:
            if await app.problem(error) != "again" or not await _again(app):
                return None
        except KioskError as error:
            if await app.problem(error) != "again":
                return None


async def _again(app: KioskApp) -> bool:
    from kiosk.screens.journeys.sign_in import sign_in

    return await sign_in(app) is not None and app.visit.account is not None


def _deliver(
    app: KioskApp, drafting: Drafting, files: tuple[StoredAttachment, ...], report: Report, newest: bool
) -> SubmissionReceipt:
    from kiosk.delivery import deliver

    drafting.flush()
    parcel = _parcel(app, drafting, files)
    if newest:
        parcel = replace(parcel, etag="")
    client = app.services.portal
    try:
        return deliver(client, parcel, lambda reached: report(_step(reached)), drafting.at_portal)
    except NotFound:
        if not parcel.portal_id:
            raise
        # The portal's draft was deleted somewhere else: it is made again, under a key of its own.
        from kiosk.ids import uuid7

        drafting.at_portal("", "")
        fresh = replace(parcel, draft_id=uuid7(), portal_id="", etag="")
        return deliver(client, fresh, lambda reached: report(_step(reached)), drafting.at_portal)


def _step(reached: Reached) -> Step:
    params = (("name", reached.name),) if reached.name else ()
    return Step(f"send.step.{reached.step}", reached.share, params)


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
    if receipt.get("receipt.card_receiving_method"):
        method = {
            "method": receipt["receipt.card_receiving_method"],
            "prefecture": receipt.get("receipt.applicant_prefecture_for_bureau", ""),
            "bureau": receipt.get("receipt.receiving_bureau", ""),
            "notification_email": receipt.get("receipt.notification_email", ""),
        }
    return checked(
        c.ApplicationContent,
        procedure=draft.procedure,
        status_of_residence=draft.status,
        answers=draft.answers,
        receipt=method,
    )


def parcel_file(app: KioskApp, draft_id: str, file: StoredAttachment) -> ParcelFile:
    """Return a file of the store as the delivery takes it; its bytes are read when it is sent."""
    from kiosk.delivery import ParcelFile
    from kiosk.portal.contract import AttachmentKind
    from kiosk.portal.uploads import FileMeta

    photo = checklist.is_photo(file.slot)
    kind = AttachmentKind.PHOTO if photo else AttachmentKind.DOCUMENT
    meta = FileMeta(kind, "" if photo else file.slot, file.name, file.media_type, file.sha256)
    owner = app.visit.owner
    assert owner is not None
    return ParcelFile(meta, file.size, lambda: app.services.store.read_attachment(owner, draft_id, file.id))


async def _ours_or_theirs(app: KioskApp, drafting: Drafting) -> bool | None:
    """Ask whose version counts: True ours, None to stop. With theirs the draft takes the portal's answers."""
    screen = MessageScreen(
        "conflict.title",
        "conflict.lead",
        ("conflict.next",),
        ("conflict.choice.mine", "conflict.choice.theirs", "choice.back"),
        tone="attention",
    )
    answer = await app.ask(screen)
    if answer == "mine":
        return True
    if answer == "theirs":
        try:
            await app.do("conflict.title", lambda _report: _take_theirs(app, drafting), "status.loading")
        except KioskError as error:
            await app.problem(error, "choice.continue")
    return None


def _take_theirs(app: KioskApp, drafting: Drafting) -> None:
    held = app.services.portal.application(drafting.snapshot().portal_id)
    for name, value in held.application.content.answers.items():
        drafting.put(name, value)
    drafting.at_portal(held.application.application_id, held.etag)
    drafting.flush()


# --- received --------------------------------------------------------------------------------------------------------


async def _received(app: KioskApp, drafting: Drafting, receipt: SubmissionReceipt) -> None:
    from kiosk.screens.journeys.filing import show_application

    email = drafting.snapshot().receipt.get("receipt.notification_email", "")
    await app.do("reception.title", lambda _report: _forget(app, drafting), "work.wait")
    app.show_saved("")
    answer = await app.ask(ReceptionScreen(receipt.reception_number, receipt.received_at, email))
    if answer == "status":
        await show_application(app, receipt.application_id)


def _forget(app: KioskApp, drafting: Drafting) -> None:
    """Erase the draft: it is the portal's now. A failure leaves it for the clean-up; it can't be filed twice."""
    from kiosk.errors import StoreError

    drafting.close()
    owner = app.visit.owner
    if owner is not None:
        try:
            app.services.store.erase(owner, drafting.draft_id)
        except StoreError as error:
            app.log_problem(error)
