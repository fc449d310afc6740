"""The models that portal and kiosk exchange under ``/v1``. Both sides import this file and nothing of each other.

Conventions: RFC 9457 problems with a stable ``code``; ``Idempotency-Key`` (UUIDv7, quoted) on every POST; strong
``ETag`` and ``If-Match`` on applications; ids are UUIDv7; moments are RFC 3339 in UTC; unknown names are refused.
The routes are listed in ``docs/contract.md``.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

API = "/v1"
TUS_VERSION = "1.0.0"
MAX_BODY_BYTES = 1_000_000
"""The largest JSON body either side reads."""

Text = Annotated[str, StringConstraints(max_length=2_000)]
Short = Annotated[str, StringConstraints(max_length=200)]
Base64 = Annotated[str, StringConstraints(max_length=200_000, pattern=r"^[A-Za-z0-9+/]*={0,2}$")]
Sha256Hex = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Uuid = Annotated[
    str, StringConstraints(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
]
Email = Annotated[str, StringConstraints(max_length=60, pattern=r"^[!-?A-~]+@[!-?A-~]+\.[!-?A-~]+$")]
CellText = Annotated[str, StringConstraints(max_length=4_000)]
Answers = dict[Annotated[str, StringConstraints(max_length=120)], CellText | list[dict[str, CellText]]]
"""Canonical answers by field id: text, or for a table its rows (column key to text). See ``docs/forms.md``."""


class Model(BaseModel):
    """Base of all messages: immutable, unknown names refused, values never in a repr or an error text."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    __str__ = __repr__


# --- Problems ---------------------------------------------------------------------------------------------------------


class ProblemCode(StrEnum):
    """Stable codes of refusals. The HTTP status stands behind each."""

    MALFORMED = "malformed"  # 400, 405, 412, 422: the request is not of the contract
    DIGEST = "digest"  # 400, 460 (tus): bytes and digest differ
    UNAUTHENTICATED = "unauthenticated"  # 401: no session, or it has ended
    LOGIN_FAILED = "login-failed"  # 401: card, ID or password; which one is never said
    REGION = "region"  # 403: from outside the allowed networks
    NOT_FOUND = "not-found"  # 404
    IN_PROGRESS = "in-progress"  # 409 + Retry-After: the same key is still being worked on
    WRONG_STATE = "wrong-state"  # 409: the application is past this step
    STALE = "stale"  # 412: somebody changed it since
    TOO_LARGE = "too-large"  # 413
    UNSUPPORTED_MEDIA = "unsupported-media"  # 415: not a file of the kind that is taken
    KEY_REUSED = "key-reused"  # 422: the same key with another body
    INVALID_ANSWERS = "invalid-answers"  # 422 with errors
    NOT_ELIGIBLE = "not-eligible"  # 422: this procedure is not open to this person
    INCOMPLETE = "incomplete"  # 422: photo, document or receipt method is missing
    STATEMENT = "statement"  # 422: the signed statement is not the one this portal asked for
    SIGNATURE = "signature"  # 422: signature broken, or payload changed
    CERTIFICATE_EXPIRED = "certificate-expired"  # 422
    CERTIFICATE_REVOKED = "certificate-revoked"  # 422
    CERTIFICATE_UNTRUSTED = "certificate-untrusted"  # 422: not by the JPKI, or of the wrong kind
    REVOCATION_UNKNOWN = "revocation-unknown"  # 503: no current revocation list
    TERMS_VERSION = "terms-version"  # 422: other terms are in force now
    LOCKED = "locked"  # 423 + Retry-After: too many failures
    PRECONDITION = "precondition"  # 428: If-Match is missing
    IDEMPOTENCY_KEY = "idempotency-key"  # 400: the key is missing or not a UUIDv7
    RATE = "rate"  # 429 + Retry-After
    MAINTENANCE = "maintenance"  # 503 + Retry-After, with ``until``
    INTERNAL = "internal"  # 500


class ProblemField(Model):
    """One place that is wrong: a JSON pointer and a stable code, never the value."""

    pointer: Text
    code: Short


class Problem(Model):
    """RFC 9457 problem. ``detail`` holds no personal data."""

    type: Short
    title: Short
    status: int
    code: ProblemCode
    detail: Text = ""
    instance: Text = ""
    request_id: Short = ""
    until: datetime | None = None
    errors: tuple[ProblemField, ...] = ()


# --- Portal state -----------------------------------------------------------------------------------------------------


class MaintenanceWindow(Model):
    """A time in which the portal is closed."""

    starts: datetime
    ends: datetime


class PortalStatus(Model):
    """``GET /status``: answered in maintenance too."""

    state: Literal["open", "maintenance"]
    now: datetime
    until: datetime | None = None
    windows: tuple[MaintenanceWindow, ...] = ()
    system: Literal["ras", "rasens"] = "rasens"
    terms_version: Short


class Terms(Model):
    """``GET /terms?language=ja``: the terms of use in force. The Japanese text prevails."""

    version: Short
    language: Short
    prevailing: bool
    paragraphs: tuple[Text, ...]


# --- Card proofs ------------------------------------------------------------------------------------------------------


class ChallengeRequest(Model):
    """``POST /challenges``."""

    purpose: Literal["login", "registration"]
    device_id: Short


class Challenge(Model):
    """A nonce for one log-in or registration of one device: single use, 5 minutes."""

    challenge_id: Uuid
    nonce: Base64
    expires_at: datetime


class AuthToken(Model):
    """Proof of the authentication key, in the shape of a Web eID token.

    Origin, nonce and device are not in it: the portal rebuilds them. The message of ``signature`` is the 32 bytes of
    ``canonical.token_digest(tag, origin, nonce, device_id)``, which the algorithm hashes like any message: PKCS#1 v1.5
    over SHA-256 (RS256), or raw r‖s over SHA-256 (ES256) or SHA-384 (ES384).
    """

    format: Literal["zairyu-auth:1"] = "zairyu-auth:1"
    algorithm: Literal["RS256", "ES256", "ES384"]
    unverified_certificate: Base64
    signature: Base64
    key_use: Literal["auth"] = "auth"
    app_version: Short = ""


# --- Registration -----------------------------------------------------------------------------------------------------


class UserKind(StrEnum):
    """The seven kinds of user of the guide."""

    APPLICANT = "applicant"
    LEGAL_REPRESENTATIVE = "legal_representative"
    RELATIVE = "relative"
    SCRIVENER = "scrivener"
    ORGANISATION = "organisation"
    PUBLIC_CORPORATION = "public_corporation"
    SUPPORT_ORGANISATION = "support_organisation"


class RegistrationStatement(Model):
    """What the signing key signs at registration, as canonical JSON.

    Name, birth date, sex and address are not in it: the portal takes them from the verified certificate.
    """

    type: Literal["zairyu/registration"] = "zairyu/registration"
    version: Literal[1] = 1
    origin: Short
    submission_id: Uuid
    device_id: Short
    user_kind: UserKind
    email: Email
    phone: Annotated[str, StringConstraints(pattern=r"^[0-9]{9,12}$")]
    nationality: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{3}$")]
    """Official code of list CA61."""
    residence_card_number: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}[0-9]{8}[A-Z]{2}$")]
    terms_version: Short
    language: Short
    authentication_certificate_sha256: Sha256Hex


class RegistrationRequest(Model):
    """``POST /registrations``, Idempotency-Key = ``submission_id`` of the statement."""

    statement: Base64
    """The exact bytes that were signed: ``canonical_json`` of a ``RegistrationStatement``."""
    signature: Base64
    """Detached CMS SignedData with CAdES-BES attributes, DER."""
    challenge_id: Uuid
    authentication: AuthToken
    """Tag ``REGISTRATION_TAG``: proves that the authentication key is at hand too."""


class RegistrationReceipt(Model):
    """202: a mail is on its way. ``rebind`` means this person has an account already: the mail goes to the address
    known there and its link connects the new card, instead of refusing it as a duplicate.
    """

    registration_id: Uuid
    outcome: Literal["created", "rebind"]
    email_hint: Short
    """The address with its middle hidden, as in ``k…k@example.com``."""
    link_expires_at: datetime


class PasswordResetRequest(Model):
    """``POST /password-resets``: always 202, whether the pair exists or not."""

    authentication_id: Short
    email: Email


# --- Log-in -----------------------------------------------------------------------------------------------------------


class LoginRequest(Model):
    """``POST /sessions``: all three factors in one request; one generic failure."""

    challenge_id: Uuid
    token: AuthToken
    authentication_id: Short
    password: Annotated[str, StringConstraints(max_length=128)]


class Person(Model):
    """The four attributes, as the portal read them from the verified signing certificate."""

    name: Short
    birth_date: date | None
    """None where the certificate has unknown parts."""
    birth_date_text: Short
    """As in the certificate, ``YYYY-MM-DD`` with zeros for unknown parts."""
    sex: Literal["1", "2", "3"]
    """1 male, 2 female, 3 unknown: the certificate's codes."""
    address: Text
    name_substituted: tuple[int, ...] = ()
    """Positions (from 0) in the name where a substitute character stands."""
    address_substituted: tuple[int, ...] = ()


class Account(Model):
    """``GET /account``."""

    authentication_id: Short
    user_kind: UserKind
    person: Person
    email: Email
    phone: Short
    nationality: Short
    residence_card_number: Short
    password_expires_on: date


class Session(Model):
    """201: a bearer token for this device, until ``expires_at`` (each use prolongs it)."""

    token: Short
    expires_at: datetime
    account: Account


# --- Applications -----------------------------------------------------------------------------------------------------


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
    """How the new residence card comes: codes of the official lists CB22 and CB52, and where notices go."""

    method: Literal["01", "02"]
    """01 post, 02 counter of a regional office."""
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
    """What has to be sent in, or brought, before the new card comes."""

    address: tuple[Short, ...]
    items: tuple[Short, ...]
    """Keys of ``mail_in.<item>`` messages: residence_card, fee_sheet, return_envelope, designation."""
    fee_yen: int
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
