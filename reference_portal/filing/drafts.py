"""Drafts: create, save, copy, delete."""

from __future__ import annotations

import uuid

from sqlalchemy import delete
from sqlalchemy.orm import Session

from kiosk.portal.contract import ApplicationContent, ApplicationState
from reference_portal import audit
from reference_portal.database.filing import ApplicationRow, StateChangeRow
from reference_portal.database.people import AccountRow
from reference_portal.errors import Refusal
from reference_portal.filing import rules, store
from reference_portal.filing.uploads import Remains, take_rows
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


def remove(db: Session, portal: Portal, account: AccountRow, application_id: str, if_match: str | None) -> Remains:
    """Delete a draft and return what is left of its files, to be discarded afterwards.

    Raises:
        Refusal: ``not-found``, ``precondition``, ``stale``, ``wrong-state``.
    """
    row = store.own(db, account.id, application_id, lock=True)
    store.require_match(row, if_match)
    store.require_state(row, *store.EDITABLE)
    return _delete(db, portal, row)


def supersede(db: Session, portal: Portal, account: AccountRow, etag: str, content: ApplicationContent) -> Remains:
    """Delete the draft that a signed application takes the place of: still of this version, or of the same content.

    Whatever else it has become is left alone: filed, changed elsewhere, gone, or never this account's. Returns what is
    left of its files, to be discarded afterwards.
    """
    try:
        application_id = str(uuid.UUID(etag.strip('"').partition(".")[0]))
        row = store.own(db, account.id, application_id, lock=True)
    except (ValueError, Refusal):
        return Remains()
    # A request that was cut may have counted the version up without the kiosk's knowing.
    known = store.etag(row) == etag or store.content_of(row) == content
    return _delete(db, portal, row) if known and row.state in store.EDITABLE else Remains()


def _delete(db: Session, portal: Portal, row: ApplicationRow) -> Remains:
    application_id = row.id
    remains = take_rows(db, application_id)
    db.execute(delete(StateChangeRow).where(StateChangeRow.application_id == application_id))
    db.delete(row)
    audit.append(db, portal.clock(), "application.deleted", application_id)
    return remains
