"""Names, limits, problems and the state of the portal."""

from __future__ import annotations

from datetime import datetime
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
    LATE = "late"  # 422: signed, but sent after its ``not_after``
    SEALING_KEY = "sealing-key"  # 422: sealed to a key this portal does not hold (any more), or cannot be opened
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
