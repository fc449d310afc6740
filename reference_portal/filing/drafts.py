"""Drafts: create, save, copy, delete."""

from __future__ import annotations

import uuid

from sqlalchemy import delete
from sqlalchemy.orm import Session

from kiosk.portal.contract import ApplicationContent, ApplicationState
from reference_portal import audit
from reference_portal.database.filing import ApplicationRow, AttachmentRow, StateChangeRow, UploadRow
from reference_portal.database.people import AccountRow
from reference_portal.errors import Refusal
from reference_portal.filing import rules, store
from reference_portal.portal import Portal


def create(db: Session, portal: Portal, account: AccountRow, content: ApplicationContent) -> ApplicationRow:
    """Store a new draft.

    Raises:
        Refusal: ``not-eligible`` (no such form) or ``invalid-answers`` (fields that the form does not have).
    """
    rules.check_draft(content, portal.config.system)
    moment = portal.clock()
    row = store.new(db, account, moment, content)
    store.enter(db, row, moment, ApplicationState.DRAFT)
    return row


def save(
    db: Session,
    portal: Portal,
    account: AccountRow,
    application_id: str,
    if_match: str | None,
    content: ApplicationContent,
) -> ApplicationRow:
    """Replace what a draft says.

    Raises:
        Refusal: as ``create``; ``not-found``, ``precondition``, ``stale``, ``wrong-state``.
    """
    row = store.own(db, account.id, application_id, lock=True)
    store.require_match(row, if_match)
    store.require_state(row, *store.EDITABLE)
    rules.check_draft(content, portal.config.system)
    moment = portal.clock()
    row.content = store.stored_content(content)
    row.procedure, row.status_of_residence = content.procedure, content.status_of_residence
    store.touch(row, moment)
    audit.append(db, moment, "application.saved", row.id, version=row.version)
    return row


def copy(db: Session, portal: Portal, account: AccountRow, application_id: str) -> ApplicationRow:
    """Store a new draft with the answers of an earlier application, without its files."""
    source = store.own(db, account.id, application_id)
    return create(db, portal, account, store.content_of(source))


def remove(db: Session, portal: Portal, account: AccountRow, application_id: str, if_match: str | None) -> set[str]:
    """Delete a draft and return the digests of its files, whose bytes are to be erased afterwards.

    Raises:
        Refusal: ``not-found``, ``precondition``, ``stale``, ``wrong-state``.
    """
    row = store.own(db, account.id, application_id, lock=True)
    store.require_match(row, if_match)
    store.require_state(row, *store.EDITABLE)
    digests = {item.sha256 for item in store.attachments(db, row.id)}
    _delete(db, portal, row)
    return digests


def supersede(db: Session, portal: Portal, account: AccountRow, etag: str, content: ApplicationContent) -> None:
    """Delete the draft that a signed application takes the place of: still of this version, or of the same content.

    Whatever else it has become is left alone: filed, changed elsewhere, gone, or never this account's.
    """
    try:
        application_id = str(uuid.UUID(etag.strip('"').partition(".")[0]))
        row = store.own(db, account.id, application_id, lock=True)
    except (ValueError, Refusal):
        return
    # A request that was cut may have counted the version up without the kiosk's knowing.
    known = store.etag(row) == etag or store.content_of(row) == content
    if known and row.state in store.EDITABLE:
        _delete(db, portal, row)


def _delete(db: Session, portal: Portal, row: ApplicationRow) -> None:
    application_id = row.id
    for table in (UploadRow, AttachmentRow, StateChangeRow):
        db.execute(delete(table).where(table.application_id == row.id))
    db.delete(row)
    audit.append(db, portal.clock(), "application.deleted", application_id)
