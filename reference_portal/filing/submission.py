"""Filing: once, with exactly what the applicant checked; the reception number comes from here."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.clock import japan_date
from kiosk.portal.canonical import canonical_json
from kiosk.portal.contract import ApplicationState, ProblemCode, SubmissionReceipt, SubmissionRequest
from reference_portal.data import reception_series
from reference_portal.database.filing import ApplicationRow, AttachmentRow, ReceptionCounterRow
from reference_portal.database.people import AccountRow
from reference_portal.errors import Refusal
from reference_portal.filing import rules, store
from reference_portal.mail.outbox import queue_mail
from reference_portal.portal import Portal


def submit(
    db: Session,
    portal: Portal,
    account: AccountRow,
    application_id: str,
    if_match: str | None,
    request: SubmissionRequest,
) -> SubmissionReceipt:
    """File an application: state, number, mail and audit entry in one transaction.

    The same ``submission_id`` for the same application gives the same receipt again, however often it comes.

    Raises:
        Refusal: ``not-found``, ``wrong-state``, ``precondition``, ``stale``, ``digest`` (the portal holds something
            else than the applicant checked), ``invalid-answers``, ``incomplete``, ``not-eligible``.
    """
    row = store.own(db, account.id, application_id, lock=True)
    if row.submission_id == request.submission_id:
        return receipt_of(row)
    store.require_state(row, *store.EDITABLE)
    store.require_match(row, if_match)
    _refuse_used(db, request.submission_id)
    content, files = store.content_of(row), store.attachments(db, row.id)
    _compare(canonical_json(row.content), files, request)
    moment = portal.clock()
    rules.check_complete(content, account, files, moment, portal.config.system)
    receive(db, account, row, request.submission_id, moment)
    queue_mail(db, moment, "received", addresses(row, account), reception=row.reception_number or "")
    return receipt_of(row)


def receive(db: Session, account: AccountRow, row: ApplicationRow, submission_id: str, moment: datetime) -> None:
    """Give a checked application its number and its state. Mail about it is the caller's."""
    row.submission_id, row.received_at = submission_id, moment
    row.reception_number = _reception_number(db, row.procedure, account.address, japan_date(moment).year)
    store.enter(db, row, moment, ApplicationState.SUBMITTED)
    db.flush()


def find_receipt(db: Session, account_id: str, submission_id: str) -> SubmissionReceipt:
    """Return the receipt of a submission of this account.

    Raises:
        Refusal: ``not-found``.
    """
    query = select(ApplicationRow).where(
        ApplicationRow.submission_id == submission_id, ApplicationRow.account_id == account_id
    )
    row = db.scalars(query).one_or_none()
    if row is None:
        raise Refusal(ProblemCode.NOT_FOUND)
    return receipt_of(row)


def receipt_of(row: ApplicationRow) -> SubmissionReceipt:
    """Return the receipt of a filed application."""
    return SubmissionReceipt.model_validate(
        {
            "submission_id": row.submission_id,
            "application_id": row.id,
            "reception_number": row.reception_number,
            "received_at": row.received_at,
        }
    )


def addresses(row: ApplicationRow, account: AccountRow) -> list[str]:
    """Return where mail about an application goes: to the account, and to the address for notices."""
    receipt = store.content_of(row).receipt
    return [account.email] if receipt is None else [account.email, receipt.notification_email]


def _refuse_used(db: Session, submission_id: str) -> None:
    query = select(ApplicationRow.id).where(ApplicationRow.submission_id == submission_id)
    if db.scalars(query).first() is not None:
        raise Refusal(ProblemCode.KEY_REUSED, ("/submission_id", "used"))


def _compare(content: bytes, files: list[AttachmentRow], request: SubmissionRequest) -> None:
    if hashlib.sha256(content).hexdigest() != request.content_sha256:
        raise Refusal(ProblemCode.DIGEST, ("/content_sha256", "digest"))
    held = Counter((item.kind, item.filename, item.size, item.sha256) for item in files)
    named = Counter((item.kind.value, item.filename, item.size, item.sha256) for item in request.attachments)
    if held != named:
        raise Refusal(ProblemCode.DIGEST, ("/attachments", "digest"))


def _reception_number(db: Session, procedure: str, address: str, year: int) -> str:
    """Return the next number of the bureau and year, as in 東オンＥＮ26000123."""
    series = reception_series(procedure, address, year)
    counter = db.get(ReceptionCounterRow, series, with_for_update=True)
    if counter is None:
        counter = ReceptionCounterRow(series=series, last=0)
        db.add(counter)
    counter.last += 1
    db.flush()
    return f"{series}{counter.last:06d}"


def require_key(request: SubmissionRequest, key: str) -> None:
    """Raise ``idempotency-key`` unless the key of the request is its submission id."""
    if request.submission_id != key:
        raise Refusal(ProblemCode.IDEMPOTENCY_KEY, ("/submission_id", "different"))
