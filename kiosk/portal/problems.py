"""From what the portal or the network says to the kiosk's own errors.

Two tables: every ``ProblemCode`` and every exception class of httpx has its entry (tests prove that none is missing).
"""

from __future__ import annotations

import json
import ssl
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, cast

import httpx
from pydantic import ValidationError

from kiosk.errors import PortalError
from kiosk.portal import errors as e
from kiosk.portal.contract import Problem, ProblemCode

LONGEST_WAIT = 6 * 3600
"""No Retry-After is believed beyond this many seconds."""

_LONGEST_LOCK = 24 * 3600  # the portal's longest lock: showing less would send the person back too early
_SHORTEST_LOCK = 15 * 60  # the portal's first lock, shown where it does not say
_SHORT_WAIT = 60
_TEXT_LIMIT = 200
_ERRORS_LIMIT = 200
_FARTHEST = timedelta(days=366)  # a moment beyond this is not believed, and might not even be shown
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_GATEWAY = frozenset({429, 502, 503, 504})
_PASSING = frozenset({408, 409, 423, 425, 429})
# An answer to HEAD has no body, so only the status tells these apart.
_BODILESS: dict[int, type[e.PortalRefusal]] = {
    401: e.SessionEnded,
    403: e.PortalRegion,
    404: e.NotFound,
    410: e.NotFound,
}


@dataclass(frozen=True, slots=True)
class _Said:
    """A problem, cleaned, with its Retry-After."""

    problem: Problem
    retry_after: str | None
    now: datetime

    @property
    def texts(self) -> dict[str, str]:
        words = self.problem.detail or self.problem.title
        return {"portal_text": words, "request_id": self.problem.request_id}

    def asked(self) -> dict[str, int]:
        """Return the wait that is asked for, where there is one."""
        return {} if self.retry_after is None else {"seconds": self.wait(0)}

    def wait(self, default: int, longest: int = LONGEST_WAIT) -> int:
        return parse_retry_after(self.retry_after, self.now, default, longest)


_Maker = Callable[[_Said], PortalError]


def _plain(kind: type[e.PortalRefusal]) -> _Maker:
    return lambda said: kind(**said.texts)


def _maintenance(said: _Said) -> PortalError:
    until = sane_moment(said.problem.until, said.now)
    if until is None and said.retry_after is not None:
        seconds = said.wait(0)
        until = said.now + timedelta(seconds=seconds) if seconds else None
    return e.PortalMaintenance(**said.texts) if until is None else e.PortalMaintenanceUntil(until, **said.texts)


def _revocation_unknown(said: _Said) -> PortalError:
    if said.retry_after is None:
        return e.RevocationUnknown(**said.texts)
    return e.RevocationUnknown(**said.texts, seconds=said.wait(0))


def _places(said: _Said) -> tuple[e.WrongAnswer, ...]:
    return tuple(e.WrongAnswer(field.pointer, field.code) for field in said.problem.errors)


PROBLEMS: dict[ProblemCode, _Maker] = {
    ProblemCode.MALFORMED: _plain(e.RequestRefused),
    ProblemCode.DIGEST: _plain(e.DigestMismatch),
    ProblemCode.UNAUTHENTICATED: _plain(e.SessionEnded),
    ProblemCode.LOGIN_FAILED: _plain(e.LoginFailed),
    ProblemCode.REGION: _plain(e.PortalRegion),
    ProblemCode.NOT_FOUND: _plain(e.NotFound),
    ProblemCode.IN_PROGRESS: lambda said: e.StillWorking(**said.texts, seconds=said.wait(1)),
    ProblemCode.WRONG_STATE: _plain(e.WrongState),
    ProblemCode.STALE: _plain(e.Stale),
    ProblemCode.TOO_LARGE: _plain(e.TooLarge),
    ProblemCode.UNSUPPORTED_MEDIA: _plain(e.FileRefused),
    ProblemCode.KEY_REUSED: _plain(e.KeyReused),
    ProblemCode.INVALID_ANSWERS: lambda said: e.InvalidAnswers(_places(said), **said.texts),
    ProblemCode.NOT_ELIGIBLE: _plain(e.NotEligible),
    ProblemCode.INCOMPLETE: lambda said: e.Incomplete(_places(said), **said.texts),
    ProblemCode.STATEMENT: _plain(e.StatementRefused),
    ProblemCode.SIGNATURE: _plain(e.SignatureRefused),
    ProblemCode.CERTIFICATE_EXPIRED: _plain(e.CertificateExpiredAtPortal),
    ProblemCode.CERTIFICATE_REVOKED: _plain(e.CertificateRevokedAtPortal),
    ProblemCode.CERTIFICATE_UNTRUSTED: _plain(e.CertificateUntrustedAtPortal),
    ProblemCode.REVOCATION_UNKNOWN: _revocation_unknown,
    ProblemCode.LATE: _plain(e.SignedTooLongAgo),
    ProblemCode.SEALING_KEY: _plain(e.SealNotOpened),
    ProblemCode.TERMS_VERSION: _plain(e.TermsChanged),
    ProblemCode.LOCKED: lambda said: e.AccountLocked(
        **said.texts, minutes=-(-said.wait(_SHORTEST_LOCK, _LONGEST_LOCK) // 60)
    ),
    ProblemCode.PRECONDITION: _plain(e.RequestRefused),
    ProblemCode.IDEMPOTENCY_KEY: _plain(e.RequestRefused),
    ProblemCode.RATE: lambda said: e.RateLimited(**said.texts, seconds=said.wait(_SHORT_WAIT)),
    ProblemCode.MAINTENANCE: _maintenance,
    ProblemCode.INTERNAL: lambda said: e.PortalFault(sent=True, **said.asked()),
}


@dataclass(frozen=True, slots=True)
class _Broken:
    """What an exception of httpx means: which error, and whether the portal may have had the request."""

    kind: type[e.PortalAway]
    sent: bool


TRANSPORT: dict[type[Exception], _Broken] = {
    httpx.HTTPError: _Broken(e.PortalUnreachable, sent=True),
    httpx.RequestError: _Broken(e.PortalUnreachable, sent=True),
    httpx.TransportError: _Broken(e.PortalUnreachable, sent=True),
    httpx.TimeoutException: _Broken(e.PortalTimeout, sent=True),
    httpx.ConnectTimeout: _Broken(e.PortalTimeout, sent=False),
    httpx.PoolTimeout: _Broken(e.PortalTimeout, sent=False),
    httpx.ReadTimeout: _Broken(e.PortalTimeout, sent=True),
    httpx.WriteTimeout: _Broken(e.PortalTimeout, sent=True),
    httpx.NetworkError: _Broken(e.PortalUnreachable, sent=True),
    httpx.ConnectError: _Broken(e.PortalUnreachable, sent=False),
    httpx.ReadError: _Broken(e.PortalUnreachable, sent=True),
    httpx.WriteError: _Broken(e.PortalUnreachable, sent=True),
    httpx.CloseError: _Broken(e.PortalUnreachable, sent=True),
    httpx.ProxyError: _Broken(e.PortalUnreachable, sent=False),
    httpx.UnsupportedProtocol: _Broken(e.PortalUnreachable, sent=False),
    httpx.ProtocolError: _Broken(e.PortalNotUnderstood, sent=True),
    httpx.LocalProtocolError: _Broken(e.PortalNotUnderstood, sent=False),
    # A connection cut before or within the answer comes as this one too, and is by far its commonest cause.
    httpx.RemoteProtocolError: _Broken(e.PortalUnreachable, sent=True),
    httpx.DecodingError: _Broken(e.PortalNotUnderstood, sent=True),
    httpx.TooManyRedirects: _Broken(e.PortalNotUnderstood, sent=True),
    httpx.HTTPStatusError: _Broken(e.PortalNotUnderstood, sent=True),
    httpx.InvalidURL: _Broken(e.PortalUnreachable, sent=False),
    httpx.CookieConflict: _Broken(e.PortalNotUnderstood, sent=True),
    httpx.StreamError: _Broken(e.PortalNotUnderstood, sent=True),
    httpx.StreamConsumed: _Broken(e.PortalNotUnderstood, sent=True),
    httpx.StreamClosed: _Broken(e.PortalNotUnderstood, sent=True),
    httpx.ResponseNotRead: _Broken(e.PortalNotUnderstood, sent=True),
    httpx.RequestNotRead: _Broken(e.PortalNotUnderstood, sent=True),
}


def from_exception(error: Exception) -> e.PortalAway:
    """Return the kiosk's error for an exception of httpx (one of the keys of ``TRANSPORT`` or below them)."""
    if _is_tls_refusal(error):
        return e.PortalUntrusted(sent=False)
    broken = next(TRANSPORT[kind] for kind in type(error).__mro__ if kind in TRANSPORT)
    return broken.kind(sent=broken.sent)


def from_answer(status: int, retry_after: str | None, body: bytes, *, is_problem: bool, now: datetime) -> PortalError:
    """Return the error that an answer outside 2xx stands for.

    Args:
        status: the HTTP status.
        retry_after: the header of that name.
        body: what was read, at most ``MAX_BODY_BYTES``.
        is_problem: whether the media type says ``application/problem+json``.
        now: the present moment, for dates in ``retry_after``.
    """
    problem = _problem(status, body) if is_problem else None
    if problem is not None:
        return PROBLEMS[problem.code](_Said(problem, retry_after, now))
    if is_problem and not body and status in _BODILESS:
        return _BODILESS[status]()
    if is_problem and _is_definite(status, body):
        return e.RequestRefused()
    # Who stands before the portal may know when it will be back; 0 where what it says makes no sense.
    waits = {} if retry_after is None else {"seconds": parse_retry_after(retry_after, now, 0)}
    # A gateway answers in its own words when the portal behind it is away.
    kind = e.PortalUnreachable if status in _GATEWAY else e.PortalNotUnderstood
    return kind(sent=True, status=status, **waits)


def parse_retry_after(text: str | None, now: datetime, default: int, longest: int = LONGEST_WAIT) -> int:
    """Return the seconds that a Retry-After header asks for, from 0 to ``longest``.

    Seconds and HTTP dates are understood; a missing or meaningless header gives ``default``.
    """
    text = (text or "").strip()
    if text.isascii() and text.isdigit():
        # More digits than this are beyond any limit, and int() refuses very long ones.
        return longest if len(text) > 9 else min(int(text), longest)
    try:
        moment = parsedate_to_datetime(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        seconds = (moment - now).total_seconds()
    except (ValueError, TypeError, IndexError, OverflowError):
        return min(default, longest)
    return int(min(max(seconds, 0), longest))


def sane_moment(moment: datetime | None, now: datetime) -> datetime | None:
    """Return ``moment`` aware of its zone (UTC where it has none), or None where it is over a year from ``now``."""
    if moment is None:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment if abs(moment - now) < _FARTHEST else None


def clean_text(text: str, limit: int = _TEXT_LIMIT) -> str:
    """Return ``text`` fit for a screen: no control or direction characters, one line, at most ``limit`` long."""
    # Cut before looking at each character: the text may be a megabyte.
    kept = (_shown(character) for character in text[: limit * 4])
    return "".join(kept).strip()[:limit]


def _shown(character: str) -> str:
    if character in "\n\t\r\u2028\u2029":
        return " "
    dropped = character in _BIDI or unicodedata.category(character) in {"Cc", "Cs"}
    return "" if dropped else character


def _is_tls_refusal(error: BaseException) -> bool:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def _problem(status: int, body: bytes) -> Problem | None:
    try:
        raw: Any = json.loads(body)
        if not isinstance(raw, dict):
            return None
        return Problem.model_validate({"status": status, **_tidied(cast("dict[str, Any]", raw))})
    except (ValueError, RecursionError, ValidationError):
        return None


def _is_definite(status: int, body: bytes) -> bool:
    """Say whether a problem without a code that is known here (of a later portal) is a refusal, and no wait."""
    if not 400 <= status < 500 or status in _PASSING:
        return False
    try:
        said: Any = json.loads(body)
    except (ValueError, RecursionError):
        return False
    if not isinstance(said, dict):
        return False
    named = cast("dict[str, Any]", said)
    # As whole as the contract has it: a gateway's own JSON is not the portal's word.
    return named.get("status") == status and all(isinstance(named.get(name), str) for name in ("code", "request_id"))


def _tidied(raw: dict[str, Any]) -> dict[str, Any]:
    """Drop unknown names and clean every text, so that a code is understood whatever surrounds it."""
    kept = {name: value for name, value in raw.items() if name in Problem.model_fields}
    for name in ("type", "title", "detail", "instance", "request_id"):
        kept[name] = clean_text(str(kept.get(name, "")))
    errors = kept.get("errors")
    kept["errors"] = [_tidy_place(place) for place in cast("list[Any]", errors)[:_ERRORS_LIMIT]] if errors else []
    return kept


def _tidy_place(place: Any) -> dict[str, str]:
    values = cast("dict[str, Any]", place) if isinstance(place, dict) else {}
    return {name: clean_text(str(values.get(name, ""))) for name in ("pointer", "code")}
