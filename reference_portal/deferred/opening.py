"""Open an envelope and find out who signed what is in it; then check what it claims."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from kiosk.card.certificates import Attributes
from kiosk.portal.canonical import canonical_json
from kiosk.portal.contract import (
    MAX_HOURS,
    AttachmentDigest,
    AttachmentKind,
    DeferredFile,
    DeferredStatement,
    ProblemCode,
    SealedContent,
    SealedEnvelope,
)
from kiosk.portal.errors import EnvelopeBroken
from kiosk.portal.sealed_file import KEY_BYTES
from kiosk.portal.sealing import open_envelope
from reference_portal.database.filing import AttachmentRow
from reference_portal.database.people import AccountRow
from reference_portal.errors import Refusal
from reference_portal.filing import rules, uploads
from reference_portal.ids import folded_authentication_id, uuid7
from reference_portal.people.accounts import identity_of
from reference_portal.portal import Portal
from reference_portal.trust.cms import signer_of
from reference_portal.trust.statements import attributes_of, parse_statement


@dataclass(frozen=True)
class Opened:
    """What was in an envelope: a statement that somebody's signing key signed."""

    statement: DeferredStatement
    file_keys: tuple[str, ...] = field(repr=False)
    attributes: Attributes = field(repr=False)
    signer: bytes = field(repr=False)


def fingerprint(envelope: SealedEnvelope) -> str:
    """Return what is the same for the same envelope, however its JSON is written."""
    return hashlib.sha256(canonical_json(envelope.model_dump(mode="json"))).hexdigest()


def open_sealed(portal: Portal, envelope: SealedEnvelope, moment: datetime) -> Opened:
    """Open an envelope. The signature holds; whether its certificate is to be trusted is not said yet.

    Raises:
        Refusal: ``sealing-key``, ``statement``, ``signature``, ``certificate-untrusted``.
    """
    content = _content(portal, envelope, moment)
    signed, signature = _bytes(content.statement, "/statement"), _bytes(content.signature, "/signature")
    statement = parse_statement(DeferredStatement, signed)
    if statement.signed_at.tzinfo is None or statement.not_after.tzinfo is None:
        raise Refusal(ProblemCode.STATEMENT, ("/signed_at", "zone"))
    signer = signer_of(signature, signed)
    return Opened(statement, content.file_keys, attributes_of(signer), signer)


def _content(portal: Portal, envelope: SealedEnvelope, moment: datetime) -> SealedContent:
    try:
        return open_envelope(envelope, portal.keys.private_keys(moment))
    except KeyError:
        raise Refusal(ProblemCode.SEALING_KEY, ("/key_id", "unknown")) from None
    except EnvelopeBroken:
        raise Refusal(ProblemCode.SEALING_KEY, ("/sealed", "broken")) from None


def _bytes(text: str, pointer: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Refusal(ProblemCode.STATEMENT, (pointer, "base64")) from None


def holder(portal: Portal, opened: Opened) -> AccountRow:
    """Return the active account that the statement names, which must be of the person of the certificate.

    Raises:
        Refusal: ``statement`` with ``other-person``, the same whether there is such an account or not.
    """
    named = folded_authentication_id(opened.statement.authentication_id)
    query = select(AccountRow).where(AccountRow.authentication_id == named, AccountRow.state == "active")
    with portal.database.read() as db:
        account = db.scalars(query).one_or_none()
    signer = identity_of(opened.attributes.name, opened.attributes.birth_date_text, opened.attributes.sex)
    if account is None or account.identity != signer:
        raise Refusal(ProblemCode.STATEMENT, ("/authentication_id", "other-person"))
    return account


def check_claims(
    portal: Portal, envelope: SealedEnvelope, opened: Opened, account: AccountRow, moment: datetime
) -> None:
    """Check that the statement is for this portal, this envelope, this account and this moment.

    Raises:
        Refusal: ``statement`` with the place, or ``late``.
    """
    statement = opened.statement
    _check_binding(portal.config.origin, envelope, opened)
    if statement.user_kind != account.user_kind:
        raise Refusal(ProblemCode.STATEMENT, ("/user_kind", "different"))
    if statement.signed_at - moment > portal.config.clock_skew:
        raise Refusal(ProblemCode.STATEMENT, ("/signed_at", "future"))
    if not timedelta() < statement.not_after - statement.signed_at <= timedelta(hours=MAX_HOURS):
        raise Refusal(ProblemCode.STATEMENT, ("/not_after", "too-long"))
    if moment > statement.not_after:
        raise Refusal(ProblemCode.LATE)


def _check_binding(origin: str, envelope: SealedEnvelope, opened: Opened) -> None:
    statement = opened.statement
    said = {
        "/origin": (statement.origin, origin),
        "/submission_id": (statement.submission_id, envelope.submission_id),
        "/not_after": (statement.not_after, envelope.not_after),
        "/attachments": (tuple(file.sealed_sha256 for file in statement.attachments), envelope.files),
        "/file_keys": (len(opened.file_keys), len(statement.attachments)),
    }
    wrong = [(pointer, "different") for pointer, (one, other) in said.items() if one != other]
    if wrong:
        raise Refusal(ProblemCode.STATEMENT, *wrong)
    for text in opened.file_keys:
        if len(_bytes(text, "/file_keys")) != KEY_BYTES:
            raise Refusal(ProblemCode.STATEMENT, ("/file_keys", "length"))


def checked_files(
    statement: DeferredStatement, account: AccountRow, moment: datetime, system: str
) -> list[AttachmentRow]:
    """Check everything that filing needs, as for an ordinary submission, and return the files to attach.

    Raises:
        Refusal: ``malformed``, ``unsupported-media`` or ``too-large`` about what is said of a file; ``not-eligible``,
            ``invalid-answers``, ``incomplete``.
    """
    files: list[AttachmentRow] = []
    for left, file in zip(range(len(statement.attachments), 0, -1), statement.attachments, strict=True):
        facts = uploads.FileFacts(_digest(file), file.document, file.media_type)
        uploads.check_facts(facts)
        if file.kind is AttachmentKind.PHOTO and any(item.kind == AttachmentKind.PHOTO for item in files):
            raise Refusal(ProblemCode.TOO_LARGE, ("/attachments", "number"))
        uploads.refuse_beyond_limits(files, facts.digest, system)
        # Files are listed by their moments; none may be later than the receipt, or it could be taken off again.
        files.append(_row(file, moment - timedelta(microseconds=left)))
    rules.check_draft(statement.content, system)
    rules.check_complete(statement.content, account, files, moment, system)
    return files


def _digest(file: DeferredFile) -> AttachmentDigest:
    return AttachmentDigest(kind=file.kind, filename=file.filename, size=file.size, sha256=file.sha256)


def _row(file: DeferredFile, moment: datetime) -> AttachmentRow:
    return AttachmentRow(
        id=uuid7(moment),
        kind=file.kind.value,
        document=file.document,
        filename=file.filename,
        media_type=file.media_type,
        size=file.size,
        sha256=file.sha256,
        created_at=moment,
    )
