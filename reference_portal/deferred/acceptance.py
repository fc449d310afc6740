"""Take a sealed submission: once, whole, or not at all; and tell its owner either way.

A refusal is remembered, and mailed, once the signature and the certificate have shown whose submission it is. What
anybody could have sent (a broken seal, a foreign signature) leaves nothing behind: it is refused again whenever it
comes, and cannot take the place of the real one.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kiosk.card.profile import KeyUse
from kiosk.clock import JAPAN
from kiosk.portal.contract import DeferredStatement, ProblemCode, SealedEnvelope, SubmissionReceipt
from reference_portal import audit
from reference_portal.database.deferred import DeferredRow
from reference_portal.database.filing import ApplicationRow, AttachmentRow
from reference_portal.database.people import AccountRow
from reference_portal.deferred import files, opening
from reference_portal.errors import Refusal
from reference_portal.filing import drafts, store, submission
from reference_portal.filing import uploads as transfers
from reference_portal.mail.outbox import queue_mail
from reference_portal.portal import Portal
from reference_portal.trust.certificates import check_certificate
from reference_portal.web.wording import problem_title

_FIRST_YEAR, _LAST_YEAR = 1900, 9000
_NOT_FINAL = frozenset(
    {ProblemCode.CERTIFICATE_UNTRUSTED, ProblemCode.REVOCATION_UNKNOWN, ProblemCode.KEY_REUSED, ProblemCode.IN_PROGRESS}
)


@dataclass(frozen=True)
class _Case:
    """One envelope, whose signer and account are known."""

    envelope: SealedEnvelope
    opened: opening.Opened
    account: AccountRow
    moment: datetime

    @property
    def statement(self) -> DeferredStatement:
        return self.opened.statement


def accept(portal: Portal, envelope: SealedEnvelope) -> tuple[SubmissionReceipt, bool]:
    """Return the receipt of a sealed submission, and whether it was there already.

    Raises:
        Refusal: for good (see ``docs/contract.md``), or for now: ``incomplete`` with ``/files/…``, ``in-progress``,
            ``rate``, ``revocation-unknown``.
    """
    known = _known(portal, envelope)
    if known is not None:
        return known, True
    with portal.blobs.claimed(f"submission {envelope.submission_id}") as mine:
        if not mine:
            raise Refusal(ProblemCode.IN_PROGRESS, retry_after=1)
        with portal.pace.place():
            known = _known(portal, envelope)  # the one before may have finished since we looked
            return (_accept(portal, envelope), False) if known is None else (known, True)


def find(db: Session, submission_id: str) -> SubmissionReceipt:
    """Return what became of a sealed submission.

    Raises:
        Refusal: the final one that it met, or ``not-found``.
    """
    row = db.get(DeferredRow, submission_id)
    if row is None:
        raise Refusal(ProblemCode.NOT_FOUND)
    return _outcome(db, row)


def purge(portal: Portal) -> None:
    """Forget refusals after the life of an idempotency key. What was received is known as long as its application."""
    oldest = portal.clock() - portal.config.idempotency_life
    with portal.database.write() as db:
        db.execute(delete(DeferredRow).where(DeferredRow.created_at <= oldest, DeferredRow.application_id.is_(None)))


def _known(portal: Portal, envelope: SealedEnvelope) -> SubmissionReceipt | None:
    with portal.database.read() as db:
        row = db.get(DeferredRow, envelope.submission_id)
        if row is None:
            return None
        if row.fingerprint != opening.fingerprint(envelope):
            raise Refusal(ProblemCode.KEY_REUSED)
        return _outcome(db, row)


def _outcome(db: Session, row: DeferredRow) -> SubmissionReceipt:
    if row.application_id is not None:
        return submission.receipt_of(db.get_one(ApplicationRow, row.application_id))
    assert row.refusal is not None
    errors = tuple((str(pointer), str(code)) for pointer, code in row.refusal["errors"])
    raise Refusal(ProblemCode(row.refusal["code"]), *errors, status=int(row.refusal["status"]))


def _accept(portal: Portal, envelope: SealedEnvelope) -> SubmissionReceipt:
    moment = portal.clock()
    opened = opening.open_sealed(portal, envelope, moment)
    case = _Case(envelope, opened, opening.holder(portal, opened), moment)
    with _final(portal, case):
        check_certificate(opened.signer, KeyUse.SIGNING, portal.trust.state(), moment)
        filed = _filed_before(portal, case)
        if filed is not None:
            return filed
        opening.check_claims(portal, envelope, opened, case.account, moment)
        rows = opening.checked_files(case.statement, case.account, moment, portal.config.system)
        attachments = case.statement.attachments
        uploads = files.located(portal, envelope.submission_id, envelope.files)
        with files.opened(portal, attachments, opened.file_keys, uploads) as plain:
            for name, file in zip(plain, attachments, strict=True):
                portal.blobs.keep(name, file.sha256)
            return _file(portal, case, rows)


@contextmanager
def _final(portal: Portal, case: _Case) -> Generator[None]:
    """Remember a refusal that no repetition can change, tell the owner, and throw the files away."""
    try:
        yield
    except files.NotHere:
        raise
    except Refusal as refusal:
        if refusal.code not in _NOT_FINAL:
            _refuse(portal, case, refusal)
        raise


def _filed_before(portal: Portal, case: _Case) -> SubmissionReceipt | None:
    """Return the receipt where the same submission was filed with a log-in, and this one is its double.

    Raises:
        Refusal: ``key-reused`` when it is somebody else's.
    """
    query = select(ApplicationRow).where(ApplicationRow.submission_id == case.envelope.submission_id)
    with portal.database.write() as db:
        row = db.scalars(query).one_or_none()
        if row is None:
            return None
        if row.account_id != case.account.id:
            raise Refusal(ProblemCode.KEY_REUSED)
        uploads = _close(db, case, application_id=row.id)
    _discard(portal, uploads)
    return submission.receipt_of(row)


def _file(portal: Portal, case: _Case, rows: list[AttachmentRow]) -> SubmissionReceipt:
    """Store the application with its number, mail and audit entry in one transaction."""
    moment = case.moment
    with portal.database.write() as db:
        account = db.get_one(AccountRow, case.account.id, with_for_update=True)
        remains = drafts.supersede(db, portal, account, case.statement.replaces, case.statement.content)
        row = store.new(db, account, moment, case.statement.content)
        for item in rows:
            item.application_id = row.id
            db.add(item)
        submission.receive(db, account, row, case.envelope.submission_id, moment)
        uploads = _close(db, case, application_id=row.id)
        audit.append(db, moment, "deferred.received", row.id, files=len(rows))
        to = submission.addresses(row, account)
        queue_mail(db, moment, "deferred_received", to, reception=row.reception_number or "", **_times(case))
    _discard(portal, uploads)
    transfers.discard(portal, remains)
    return submission.receipt_of(row)


def _refuse(portal: Portal, case: _Case, refusal: Refusal) -> None:
    said: dict[str, Any] = {"code": refusal.code.value, "status": refusal.status, "errors": refusal.errors}
    template = "deferred_late" if refusal.code is ProblemCode.LATE else "deferred_refused"
    with portal.database.write() as db:
        uploads = _close(db, case, refusal=said)
        audit.append(db, case.moment, "deferred.refused", case.account.id, code=refusal.code.value)
        reasons = {f"reason_{language}": problem_title(refusal.code, language) for language in ("ja", "en")}
        queue_mail(db, case.moment, template, [case.account.email], **reasons, **_times(case))
    _discard(portal, uploads)


def _close(
    db: Session, case: _Case, *, application_id: str | None = None, refusal: dict[str, Any] | None = None
) -> list[str]:
    """Write down what became of a submission, and return the uploads that are not needed any more."""
    row = DeferredRow(submission_id=case.envelope.submission_id, fingerprint=opening.fingerprint(case.envelope))
    row.application_id, row.refusal, row.created_at = application_id, refusal, case.moment
    db.add(row)
    db.flush()
    return files.take_rows(db, case.envelope.submission_id)


def _discard(portal: Portal, uploads: list[str]) -> None:
    for upload_id in uploads:
        portal.blobs.discard_partial(upload_id)


def _times(case: _Case) -> dict[str, str]:
    """Return the moments that a mail tells, in Japan time."""
    return {"signed": _shown(case.statement.signed_at), "received": _shown(case.moment)}


def _shown(moment: datetime) -> str:
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:  # signed, but no time that a calendar of Japan can show
        return moment.isoformat()
    return moment.astimezone(JAPAN).strftime("%Y-%m-%d %H:%M")
