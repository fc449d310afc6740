"""Find, show and change applications; every change counts the version up and may add to the history."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.filing.application import APPLICANT_NAME
from kiosk.portal.contract import (
    Application,
    ApplicationContent,
    ApplicationState,
    ApplicationSummary,
    Attachment,
    ProblemCode,
)
from reference_portal import audit
from reference_portal.database.filing import ApplicationRow, AttachmentRow, StateChangeRow
from reference_portal.database.people import AccountRow
from reference_portal.errors import Refusal
from reference_portal.ids import uuid7

EDITABLE = frozenset({ApplicationState.DRAFT, ApplicationState.ATTACHED})
"""States in which the applicant may still write."""


def own(db: Session, account_id: str, application_id: str, *, lock: bool = False) -> ApplicationRow:
    """Return an application of this account.

    Raises:
        Refusal: ``not-found``, the same for one that belongs to somebody else.
    """
    query = select(ApplicationRow).where(ApplicationRow.id == application_id, ApplicationRow.account_id == account_id)
    row = db.scalars(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise Refusal(ProblemCode.NOT_FOUND)
    return row


def new(db: Session, account: AccountRow, moment: datetime, content: ApplicationContent) -> ApplicationRow:
    """Add an application with these answers; the caller lets it ``enter`` its first state."""
    row = ApplicationRow(
        id=uuid7(moment),
        account_id=account.id,
        procedure=content.procedure,
        status_of_residence=content.status_of_residence,
        content=stored_content(content),
        version=0,
        created_at=moment,
        requested_documents=[],
    )
    row.state, row.updated_at = ApplicationState.DRAFT.value, moment
    db.add(row)
    db.flush()
    return row


def require_state(row: ApplicationRow, *states: ApplicationState) -> None:
    """Raise ``wrong-state`` unless the application is in one of ``states``."""
    if row.state not in states:
        raise Refusal(ProblemCode.WRONG_STATE)


def etag(row: ApplicationRow) -> str:
    """Return the strong ETag of an application."""
    return f'"{row.id}.{row.version}"'


def require_match(row: ApplicationRow, if_match: str | None, *, needed: bool = True) -> None:
    """Check the ``If-Match`` header.

    Raises:
        Refusal: ``precondition`` when it is missing though needed, ``stale`` when it names another version.
    """
    if if_match is None:
        if needed:
            raise Refusal(ProblemCode.PRECONDITION)
        return
    # Strong comparison: a weak tag (W/…) never matches, and neither does "any".
    if etag(row) not in [tag.strip() for tag in if_match.split(",")]:
        raise Refusal(ProblemCode.STALE)


def touch(row: ApplicationRow, moment: datetime) -> None:
    """Count a change."""
    row.version += 1
    row.updated_at = moment


def enter(db: Session, row: ApplicationRow, moment: datetime, state: ApplicationState, note: str = "") -> None:
    """Move an application to ``state``: history and audit entry in the same transaction."""
    row.state = state.value
    touch(row, moment)
    db.add(StateChangeRow(application_id=row.id, state=state.value, at=moment, note=note))
    audit.append(db, moment, f"application.{state.value}", row.id)


def round_began(db: Session, row: ApplicationRow) -> datetime | None:
    """Return when the bureau asked for the files that are gathered now; None where it has not asked."""
    asked = ApplicationState.DOCUMENTS_REQUESTED
    if row.state != asked:
        return None
    query = select(func.max(StateChangeRow.at))
    return db.scalars(query.where(StateChangeRow.application_id == row.id, StateChangeRow.state == asked.value)).one()


def is_fixed(item: AttachmentRow, row: ApplicationRow, began: datetime | None) -> bool:
    """Say whether a file was filed or sent already, with ``began`` as ``round_began`` gives it."""
    return row.state not in EDITABLE and (began is None or item.created_at < began)


def gathered(db: Session, row: ApplicationRow) -> list[AttachmentRow]:
    """Return the files that are gathered for what comes next: the limits are of each filing and each answer."""
    began = round_began(db, row)
    return [item for item in attachments(db, row.id) if not is_fixed(item, row, began)]


def attachments(db: Session, application_id: str) -> list[AttachmentRow]:
    """Return the files of an application, oldest first."""
    query = select(AttachmentRow).where(AttachmentRow.application_id == application_id)
    return list(db.scalars(query.order_by(AttachmentRow.created_at, AttachmentRow.id)))


def shown(db: Session, row: ApplicationRow) -> Application:
    """Return an application as the contract shows it."""
    query = select(StateChangeRow).where(StateChangeRow.application_id == row.id).order_by(StateChangeRow.id)
    began = round_began(db, row)
    files = [(item, is_fixed(item, row, began)) for item in attachments(db, row.id)]
    history = [{"state": item.state, "at": item.at, "note": item.note} for item in db.scalars(query)]
    return Application.model_validate(
        {
            "application_id": row.id,
            "state": row.state,
            "content": content_of(row),
            "attachments": tuple(attachment_of(item, fixed=fixed) for item, fixed in files),
            "created_at": row.created_at,
            "updated_at": row.updated_at,
            "reception_number": row.reception_number or "",
            "received_at": row.received_at,
            "requested_documents": tuple(row.requested_documents),
            "decision": row.decision,
            "mail_in": row.mail_in,
            "history": tuple(history),
            "version": row.version,
        }
    )


def content_of(row: ApplicationRow) -> ApplicationContent:
    """Return what the applicant wrote."""
    return ApplicationContent.model_validate(row.content)


def stored_content(content: ApplicationContent) -> dict[str, Any]:
    """Return content as it is stored."""
    return content.model_dump(mode="json")


def attachment_of(row: AttachmentRow, *, fixed: bool) -> Attachment:
    """Return a file as the contract shows it."""
    return Attachment.model_validate(
        {
            "attachment_id": row.id,
            "kind": row.kind,
            "document": row.document,
            "filename": row.filename,
            "media_type": row.media_type,
            "size": row.size,
            "sha256": row.sha256,
            "fixed": fixed,
        }
    )


def summary_of(row: ApplicationRow) -> ApplicationSummary:
    """Return an application as a row of the list."""
    return ApplicationSummary.model_validate(
        {
            "application_id": row.id,
            "state": row.state,
            "procedure": row.procedure,
            "status_of_residence": row.status_of_residence,
            "created_at": row.created_at,
            "updated_at": row.updated_at,
            "reception_number": row.reception_number or "",
            "applicant": row.content["answers"].get(APPLICANT_NAME, ""),
        }
    )
