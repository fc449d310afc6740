"""Uploads of files in pieces (tus 1.0): create, append, finish, forget."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kiosk.portal.contract import ApplicationState, AttachmentDigest, AttachmentKind, ProblemCode
from reference_portal import audit
from reference_portal.data import file_limits
from reference_portal.database.deferred import DeferredFileRow
from reference_portal.database.filing import ApplicationRow, AttachmentRow, UploadRow
from reference_portal.database.people import AccountRow
from reference_portal.errors import Refusal
from reference_portal.filing import store
from reference_portal.ids import uuid7
from reference_portal.portal import Portal
from reference_portal.storage.inspect import inspect

_OPEN = (ApplicationState.DRAFT, ApplicationState.ATTACHED, ApplicationState.DOCUMENTS_REQUESTED)
_MEDIA = {AttachmentKind.PHOTO: "image/jpeg", AttachmentKind.DOCUMENT: "application/pdf"}
_MAX_TEXT = 200
_METADATA = {"kind", "document", "filename", "media_type", "sha256"}


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What the creator of an upload says about the file."""

    digest: AttachmentDigest
    document: str
    media_type: str


def parse_metadata(header: str, length: int) -> FileFacts:
    """Read ``Upload-Metadata``: ``kind``, ``document``, ``filename``, ``media_type``, ``sha256``, each in base64.

    Raises:
        Refusal: ``malformed``, or ``unsupported-media`` for a type that is not taken.
    """
    values: dict[str, str] = {}
    try:
        for pair in header.split(","):
            name, _, encoded = pair.strip().partition(" ")
            if name not in _METADATA or name in values:
                raise Refusal(ProblemCode.MALFORMED, ("/Upload-Metadata", "name"))
            values[name] = base64.b64decode(encoded, validate=True).decode()
        media_type, document = values["media_type"], values.get("document", "")
        digest = AttachmentDigest.model_validate(
            {"kind": values["kind"], "filename": values["filename"], "size": length, "sha256": values["sha256"]}
        )
    except (KeyError, ValueError, ValidationError):
        raise Refusal(ProblemCode.MALFORMED, ("/Upload-Metadata", "value")) from None
    facts = FileFacts(digest, document, media_type)
    check_facts(facts)
    return facts


def check_facts(facts: FileFacts) -> None:
    """Check what is said about a file, before a byte of it is looked at.

    Raises:
        Refusal: ``malformed``, or ``unsupported-media`` for a type that is not taken.
    """
    name, document = facts.digest.filename, facts.document
    if len(document) > _MAX_TEXT or not name or _has_controls(name + document):
        raise Refusal(ProblemCode.MALFORMED, ("/Upload-Metadata", "value"))
    if facts.media_type != _MEDIA[facts.digest.kind]:
        raise Refusal(ProblemCode.UNSUPPORTED_MEDIA, ("/Upload-Metadata", "media_type"))


def _has_controls(text: str) -> bool:
    return any(ord(letter) < 0x20 or 0x7F <= ord(letter) < 0xA0 for letter in text)


def create(db: Session, portal: Portal, account: AccountRow, application_id: str, facts: FileFacts) -> UploadRow:
    """Announce a file.

    Raises:
        Refusal: ``not-found``, ``wrong-state``, ``too-large`` (size, sum or number beyond the limits in force).
    """
    row = store.own(db, account.id, application_id, lock=True)
    store.require_state(row, *_OPEN)
    refuse_beyond_limits(store.gathered(db, row), facts.digest, portal.config.system)
    moment = portal.clock()
    upload = UploadRow(
        id=uuid7(moment),
        application_id=row.id,
        length=facts.digest.size,
        received=0,
        kind=facts.digest.kind.value,
        document=facts.document,
        filename=facts.digest.filename,
        media_type=facts.media_type,
        sha256=facts.digest.sha256,
        expires_at=moment + portal.config.upload_life,
    )
    db.add(upload)
    db.flush()
    return upload


def refuse_beyond_limits(held: list[AttachmentRow], file: AttachmentDigest, system: str) -> None:
    """Refuse a file that is empty or larger than is taken, or one more than is taken beside ``held``.

    Raises:
        Refusal: ``too-large``, ``unsupported-media``.
    """
    limits = file_limits(system)
    # A photo takes the place of the one before.
    kept = [item for item in held if file.kind != AttachmentKind.PHOTO or item.kind != AttachmentKind.PHOTO]
    largest = limits.photo_bytes if file.kind == AttachmentKind.PHOTO else limits.document_bytes
    if file.size == 0:
        raise Refusal(ProblemCode.UNSUPPORTED_MEDIA, ("/Upload-Length", "empty"))
    if file.size > largest:
        raise Refusal(ProblemCode.TOO_LARGE, ("/Upload-Length", "file"))
    if limits.total_bytes is not None and sum(item.size for item in kept) + file.size > limits.total_bytes:
        raise Refusal(ProblemCode.TOO_LARGE, ("/Upload-Length", "total"))
    documents = sum(item.kind == AttachmentKind.DOCUMENT for item in kept)
    if file.kind == AttachmentKind.DOCUMENT and limits.documents is not None and documents >= limits.documents:
        raise Refusal(ProblemCode.TOO_LARGE, ("/Upload-Metadata", "number"))


def find(db: Session, account_id: str, upload_id: str, moment: datetime, *, lock: bool = False) -> UploadRow:
    """Return an upload of this account that has not run out.

    Raises:
        Refusal: ``not-found``.
    """
    query = (
        select(UploadRow)
        .join(ApplicationRow, ApplicationRow.id == UploadRow.application_id)
        .where(UploadRow.id == upload_id, ApplicationRow.account_id == account_id, UploadRow.expires_at > moment)
    )
    row = db.scalars(query.with_for_update(of=UploadRow) if lock else query).one_or_none()
    if row is None:
        raise Refusal(ProblemCode.NOT_FOUND)
    return row


@dataclass(frozen=True)
class OwnTransfers:
    """The uploads of one account."""

    portal: Portal
    account: AccountRow

    def find(self, upload_id: str) -> UploadRow:
        """Return an upload of this account; see ``find``."""
        with self.portal.database.read() as db:
            return find(db, self.account.id, upload_id, self.portal.clock())

    def advance(self, upload_id: str, start: int, end: int) -> None:
        """Note that the bytes from ``start`` to ``end`` are durable.

        Raises:
            Refusal: ``wrong-state`` when another writer was here since.
        """
        with self.portal.database.write() as db:
            held = db.get(UploadRow, upload_id, with_for_update=True)
            if held is None or held.received != start:
                raise Refusal(ProblemCode.WRONG_STATE, ("/Upload-Offset", "offset"))
            held.received = end

    def finish(self, upload_id: str) -> None:
        """Check a whole file and attach it; a file that does not pass is forgotten and has to be sent anew.

        Raises:
            Refusal: ``digest`` (not the announced bytes), ``unsupported-media`` (not a file of its kind, with a code
                such as ``encrypted``), ``too-large``, ``wrong-state``, ``not-found``.
        """
        portal, row = self.portal, self.find(upload_id)
        try:
            _check_file(portal.blobs.partial(row.id), row)
            portal.blobs.keep(row.id, row.sha256)
            with portal.database.write() as db:
                replaced = _attach(db, portal, self.account, row.id)
            erase(portal, replaced)
        except Refusal:
            self.forget(row.id)
            raise

    def forget(self, upload_id: str) -> None:
        """Remove an upload and what has come of it; the attachment it may have become stays."""
        with self.portal.database.write() as db:
            db.execute(delete(UploadRow).where(UploadRow.id == upload_id))
        self.portal.blobs.discard_partial(upload_id)


def _check_file(path: Path, upload: UploadRow) -> None:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != upload.sha256:
        raise Refusal(ProblemCode.DIGEST, ("/Upload-Metadata", "sha256"))
    verdict = inspect(AttachmentKind(upload.kind), path)
    if verdict != "ok":
        raise Refusal(ProblemCode.UNSUPPORTED_MEDIA, ("/file", verdict))


def _attach(db: Session, portal: Portal, account: AccountRow, upload_id: str) -> set[str]:
    """Attach a whole file and return the digests of those it takes the place of."""
    moment = portal.clock()
    upload = find(db, account.id, upload_id, moment, lock=True)
    row = store.own(db, account.id, upload.application_id, lock=True)
    store.require_state(row, *_OPEN)
    held = store.gathered(db, row)
    size, kind = upload.length, AttachmentKind(upload.kind)
    facts = AttachmentDigest(kind=kind, filename=upload.filename, size=size, sha256=upload.sha256)
    refuse_beyond_limits(held, facts, portal.config.system)
    replaced = [item for item in held if kind == AttachmentKind.PHOTO and item.kind == AttachmentKind.PHOTO]
    for item in replaced:
        db.delete(item)
    attachment = AttachmentRow(id=uuid7(moment), application_id=row.id, size=size, created_at=moment)
    for name in ("kind", "document", "filename", "media_type", "sha256"):
        setattr(attachment, name, getattr(upload, name))
    db.add(attachment)
    upload.attachment_id, upload.received = attachment.id, upload.length
    db.flush()
    _follow_files(db, row, moment)
    audit.append(db, moment, "attachment.added", row.id, kind=upload.kind, size=size)
    return {item.sha256 for item in replaced}


def _follow_files(db: Session, row: ApplicationRow, moment: datetime) -> None:
    """Keep the state of a draft true: ``attached`` while it has files. Later states stay as they are."""
    if row.state in store.EDITABLE:
        count = db.scalar(select(func.count()).where(AttachmentRow.application_id == row.id))
        state = ApplicationState.ATTACHED if count else ApplicationState.DRAFT
        if row.state != state:
            store.enter(db, row, moment, state)
            return
    store.touch(row, moment)


def detach(portal: Portal, account: AccountRow, attachment_id: str, if_match: str | None) -> None:
    """Remove a file from an application that may still be changed; its bytes are gone when this returns.

    Raises:
        Refusal: ``not-found``, ``stale``, ``wrong-state`` (also for a file that was filed already).
    """
    moment = portal.clock()
    with portal.database.write() as db:
        attachment = db.get(AttachmentRow, attachment_id)
        if attachment is None:
            raise Refusal(ProblemCode.NOT_FOUND)
        row = store.own(db, account.id, attachment.application_id, lock=True)
        store.require_match(row, if_match, needed=False)
        store.require_state(row, *_OPEN)
        if store.is_fixed(attachment, row, store.round_began(db, row)):
            raise Refusal(ProblemCode.WRONG_STATE)
        db.delete(attachment)
        db.flush()
        _follow_files(db, row, moment)
        audit.append(db, moment, "attachment.removed", row.id, kind=attachment.kind)
        digest = attachment.sha256
    erase(portal, {digest})


@dataclass(frozen=True, slots=True)
class Remains:
    """Bytes whose rows are gone: digests of whole files, ids of uploads under way."""

    digests: frozenset[str] = frozenset()
    uploads: frozenset[str] = frozenset()


def take_rows(db: Session, application_id: str) -> Remains:
    """Delete what is known of the files and uploads of an application; ``discard`` removes their bytes afterwards."""
    files = delete(AttachmentRow).where(AttachmentRow.application_id == application_id)
    ways = delete(UploadRow).where(UploadRow.application_id == application_id)
    digests = frozenset(db.scalars(files.returning(AttachmentRow.sha256)))
    return Remains(digests, frozenset(db.scalars(ways.returning(UploadRow.id))))


def take_unfinished(db: Session, application_id: str) -> Remains:
    """Delete what is known of uploads that were never finished: what is filed is what was named, nothing joins it."""
    query = delete(UploadRow).where(UploadRow.application_id == application_id, UploadRow.attachment_id.is_(None))
    return Remains(uploads=frozenset(db.scalars(query.returning(UploadRow.id))))


def discard(portal: Portal, remains: Remains) -> None:
    """Remove bytes whose rows are gone for good."""
    for upload_id in remains.uploads:
        portal.blobs.discard_partial(upload_id)
    erase(portal, remains.digests)


def erase(portal: Portal, digests: Iterable[str]) -> None:
    """Remove the bytes of files that were detached, where no other file of the portal has the same."""
    for digest in digests:
        # Writing, so that nobody names the file between the look and its end.
        with portal.database.write() as db:
            portal.blobs.discard(digest, lambda db=db, digest=digest: _named(db, digest))


def _named(db: Session, digest: str) -> bool:
    coming = select(UploadRow.id).where(UploadRow.sha256 == digest, UploadRow.attachment_id.is_(None))
    held = select(AttachmentRow.id).where(AttachmentRow.sha256 == digest)
    return any(db.scalars(query.limit(1)).first() is not None for query in (coming, held))


def sweep(portal: Portal) -> None:
    """Remove uploads that have run out, and every file on the disk that nothing names any more."""
    with portal.database.write() as db:
        for table in (UploadRow, DeferredFileRow):
            db.execute(delete(table).where(table.expires_at <= portal.clock()))
    with portal.database.read() as db:
        uploads = set(db.scalars(select(UploadRow.id).where(UploadRow.attachment_id.is_(None))))
        uploads |= set(db.scalars(select(DeferredFileRow.id)))
        digests = set(db.scalars(select(AttachmentRow.sha256)))
    portal.blobs.collect(uploads, digests)
