"""What the portal refuses, and with which code."""

from __future__ import annotations

from datetime import datetime

from kiosk.portal.contract import ProblemCode

_STATUS = {
    ProblemCode.MALFORMED: 422,
    ProblemCode.DIGEST: 400,
    ProblemCode.UNAUTHENTICATED: 401,
    ProblemCode.LOGIN_FAILED: 401,
    ProblemCode.REGION: 403,
    ProblemCode.NOT_FOUND: 404,
    ProblemCode.IN_PROGRESS: 409,
    ProblemCode.WRONG_STATE: 409,
    ProblemCode.STALE: 412,
    ProblemCode.TOO_LARGE: 413,
    ProblemCode.UNSUPPORTED_MEDIA: 415,
    ProblemCode.LOCKED: 423,
    ProblemCode.PRECONDITION: 428,
    ProblemCode.IDEMPOTENCY_KEY: 400,
    ProblemCode.RATE: 429,
    ProblemCode.REVOCATION_UNKNOWN: 503,
    ProblemCode.MAINTENANCE: 503,
    ProblemCode.INTERNAL: 500,
}


class Refusal(Exception):
    """A request that is answered with a problem. Holds no personal data.

    Args:
        code: the stable code of the contract; the HTTP status follows from it (422 where the table says nothing).
        errors: pairs of JSON pointer and stable code.
        status: another HTTP status than the usual one of the code.
        retry_after: seconds after which a retry makes sense.
        until: the end of a maintenance window.
    """

    def __init__(
        self,
        code: ProblemCode,
        *errors: tuple[str, str],
        status: int | None = None,
        retry_after: int | None = None,
        until: datetime | None = None,
    ) -> None:
        self.code = code
        self.errors = errors
        self.status = _STATUS.get(code, 422) if status is None else status
        self.retry_after = retry_after
        self.until = until
        super().__init__(code.value)
