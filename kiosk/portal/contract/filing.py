"""Applications, from the draft to the mail-in step."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from kiosk.portal.contract.common import Answers, Email, Model, Sha256Hex, Short, Text, Uuid


class ApplicationState(StrEnum):
    """draft → attached → submitted → examining ⇄ documents_requested → decided → mail_in → dispatched → received."""

    DRAFT = "draft"
    ATTACHED = "attached"
    SUBMITTED = "submitted"
    EXAMINING = "examining"
    DOCUMENTS_REQUESTED = "documents_requested"
    DECIDED = "decided"
    MAIL_IN = "mail_in"
    DISPATCHED = "dispatched"
    RECEIVED = "received"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"


class ReceiptMethod(Model):
    """How the result comes: codes of the official lists CB22 and CB52, and where notices go."""

    method: Literal["01", "02", "03"]
    """01 post, 02 counter of a regional office, 03 e-mail (certificate of eligibility only)."""
    prefecture: Short = ""
    bureau: Short = ""
    notification_email: Email


class AttachmentKind(StrEnum):
    """What a file is."""

    PHOTO = "photo"
    DOCUMENT = "document"


class Attachment(Model):
    """A file that the portal holds whole, its digest checked."""

    attachment_id: Uuid
    kind: AttachmentKind
    document: Short
    """Key of the document in the checklist (``config/documents.toml``); empty for the photo."""
    filename: Short
    media_type: Short
    size: int
    sha256: Sha256Hex
    fixed: bool = False
    """Filed, or sent in answer to a request: it can't be taken off any more, and is no part of what comes next."""


class ApplicationContent(Model):
    """What the applicant writes: body of ``POST /applications`` and ``PUT /applications/{id}``."""

    procedure: Short
    status_of_residence: Short
    answers: Answers
    receipt: ReceiptMethod | None = None


class StateChange(Model):
    """One step of an application's history."""

    state: ApplicationState
    at: datetime
    note: Text = ""


class Decision(Model):
    """The result of an examination."""

    outcome: Literal["granted", "refused"]
    decided_at: datetime
    period_of_stay: Short = ""
    """Official label of the period granted."""
    new_expiry: date | None = None
    reason: Text = ""


class MailIn(Model):
    """What has to be sent in, or brought, before the new card or the certificate comes."""

    address: tuple[Short, ...]
    """Empty where only the mail with the result names it."""
    items: tuple[Short, ...]
    """Keys of ``mail_in.item.<item>`` messages: residence_card, passport (brought, never sent), fee_sheet,
    return_envelope, designation, notice."""
    fee_yen: int
    charge_yen: int = 0
    """Settlement charge of online payment, which comes on top."""
    payment: Literal["stamps", "convenience_store_or_bank", "none"]
    """How the fee is paid."""
    deadline: date


class Application(Model):
    """One application as the portal holds it."""

    application_id: Uuid
    state: ApplicationState
    content: ApplicationContent
    attachments: tuple[Attachment, ...] = ()
    created_at: datetime
    updated_at: datetime
    reception_number: Short = ""
    received_at: datetime | None = None
    requested_documents: tuple[Short, ...] = ()
    decision: Decision | None = None
    mail_in: MailIn | None = None
    history: tuple[StateChange, ...] = ()
    version: int
    """Counts every change; the ETag is made of it."""


class ApplicationSummary(Model):
    """One row of the list."""

    application_id: Uuid
    state: ApplicationState
    procedure: Short
    status_of_residence: Short
    created_at: datetime
    updated_at: datetime
    reception_number: Short = ""
    applicant: Text = ""
    """The name on the first sheet, as far as it is answered: who files for many tells them apart by it."""


class ApplicationPage(Model):
    """``GET /applications?limit=&cursor=&state=&q=``, newest change first; ``Link: rel=next`` says the same."""

    items: tuple[ApplicationSummary, ...]
    next_cursor: Short = ""


class AttachmentDigest(Model):
    """One file of a submission."""

    kind: AttachmentKind
    filename: Short
    size: int
    sha256: Sha256Hex


class SubmissionRequest(Model):
    """``POST /applications/{id}/submission``, Idempotency-Key = ``submission_id``, If-Match required.

    The digests say what the applicant checked; where the portal holds anything else, nothing is filed.
    """

    submission_id: Uuid
    content_sha256: Sha256Hex
    """SHA-256 of ``canonical_json(content.model_dump(mode="json"))`` of its ``ApplicationContent``, with defaults."""
    attachments: tuple[AttachmentDigest, ...]
    """Every file, in any order."""


class SubmissionReceipt(Model):
    """201: filed. A reception number comes from here and from nowhere else."""

    submission_id: Uuid
    application_id: Uuid
    reception_number: Short
    received_at: datetime


class DocumentsAnswer(Model):
    """``POST /applications/{id}/documents-answer``: the requested documents are attached now."""

    note: Text = ""


class Withdrawal(Model):
    """``POST /applications/{id}/withdrawal``."""

    reason: Text = ""
