from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import PortalError
from kiosk.portal import errors as e
from kiosk.portal.contract import ProblemCode
from kiosk.portal.problems import (
    LONGEST_WAIT,
    PROBLEMS,
    TRANSPORT,
    clean_text,
    from_answer,
    from_exception,
    parse_retry_after,
    sane_moment,
)

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)

EXPECTED = {
    "malformed": e.RequestRefused,
    "digest": e.DigestMismatch,
    "unauthenticated": e.SessionEnded,
    "login-failed": e.LoginFailed,
    "region": e.PortalRegion,
    "not-found": e.NotFound,
    "in-progress": e.StillWorking,
    "wrong-state": e.WrongState,
    "stale": e.Stale,
    "too-large": e.TooLarge,
    "unsupported-media": e.FileRefused,
    "key-reused": e.KeyReused,
    "invalid-answers": e.InvalidAnswers,
    "not-eligible": e.NotEligible,
    "incomplete": e.Incomplete,
    "statement": e.StatementRefused,
    "signature": e.SignatureRefused,
    "certificate-expired": e.CertificateExpiredAtPortal,
    "certificate-revoked": e.CertificateRevokedAtPortal,
    "certificate-untrusted": e.CertificateUntrustedAtPortal,
    "revocation-unknown": e.RevocationUnknown,
    "late": e.SignedTooLongAgo,
    "sealing-key": e.SealNotOpened,
    "terms-version": e.TermsChanged,
    "locked": e.AccountLocked,
    "precondition": e.RequestRefused,
    "idempotency-key": e.RequestRefused,
    "rate": e.RateLimited,
    "maintenance": e.PortalMaintenance,
    "internal": e.PortalFault,
}


def answered(retry_after: str | None = None, status: int = 422, **members: object) -> PortalError:
    body = json.dumps({"type": "about:blank", "title": "Refused", "status": status, **members}).encode()
    return from_answer(status, retry_after, body, is_problem=True, now=NOW)


def test_every_code_has_its_error() -> None:
    assert set(PROBLEMS) == set(ProblemCode)
    assert {code.value for code in ProblemCode} == set(EXPECTED)
    for code, kind in EXPECTED.items():
        assert type(answered(code=code)) is kind, code


def test_every_exception_of_httpx_has_its_error() -> None:
    found = {item for item in vars(httpx).values() if isinstance(item, type) and issubclass(item, Exception)}
    assert found == set(TRANSPORT)
    for kind in found:
        assert isinstance(from_exception(kind.__new__(kind)), e.PortalAway), kind


@pytest.mark.parametrize(
    "kind", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol]
)
def test_what_never_left_leaves_no_doubt(kind: type[Exception]) -> None:
    assert not from_exception(kind.__new__(kind)).sent


@pytest.mark.parametrize("kind", [httpx.ReadTimeout, httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError])
def test_what_may_have_arrived_is_in_doubt(kind: type[Exception]) -> None:
    assert from_exception(kind.__new__(kind)).sent


def test_the_portals_words_are_cleaned_and_cut() -> None:
    error = answered(code="stale", detail="a\x1b[31mred\x9b\u202etxt\r\nb" + "x" * 900_000, request_id="r\x07" * 500)
    assert isinstance(error, e.Stale)
    assert error.portal_text.startswith("a[31mredtxt  bxx")
    assert len(error.portal_text) == 200
    assert set(error.request_id) == {"r"}
    assert "red" not in str(error)
    assert "red" not in repr(error)


def test_an_unknown_member_or_a_missing_title_does_not_hide_the_code() -> None:
    body = b'{"code":"stale","type":"x","balance":30,"status":412,"errors":null}'
    assert isinstance(from_answer(412, None, body, is_problem=True, now=NOW), e.Stale)


def test_places_of_wrong_answers_come_along() -> None:
    error = answered(code="invalid-answers", errors=[{"pointer": "/answers/F1\x1b", "code": "required"}, "rubbish"])
    assert isinstance(error, e.InvalidAnswers)
    assert error.errors == (e.WrongAnswer("/answers/F1", "required"), e.WrongAnswer("", ""))
    assert error.params["count"] == 2


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"code":"new-code"}', b"[" * 100_000, b"\xff", b'{"status":' + b"9" * 9_000 + b"}"]
)
def test_what_is_no_problem_is_not_understood(body: bytes) -> None:
    error = from_answer(422, None, body, is_problem=True, now=NOW)
    assert isinstance(error, e.PortalNotUnderstood)
    assert error.params == {"status": 422}


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_gateways_own_words_mean_that_the_portal_is_away(status: int) -> None:
    assert isinstance(from_answer(status, None, b"", is_problem=False, now=NOW), e.PortalUnreachable)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (None, 60),
        ("", 60),
        ("0", 0),
        ("17", 17),
        (" 17 ", 17),
        ("-5", 60),
        ("1000000000", LONGEST_WAIT),
        ("9" * 5_000, LONGEST_WAIT),
        ("1.5", 60),
        ("１７", 60),
        ("Sun, 22 Nov 2026 03:02:00 GMT", 120),
        ("Sun, 22 Nov 2026 03:02:00", 120),
        ("Sun, 22 Nov 2020 03:02:00 GMT", 0),
        ("Sun, 22 Nov 9999 03:02:00 GMT", LONGEST_WAIT),
        ("soon", 60),
        ("Sun, 99 Nov 2026 99:99:99 GMT", 60),
    ],
)
def test_retry_after(text: str | None, seconds: int) -> None:
    assert parse_retry_after(text, NOW, default=60) == seconds


@given(st.text(max_size=60))
def test_no_retry_after_crashes_or_leaves_its_bounds(text: str) -> None:
    assert 0 <= parse_retry_after(text, NOW, default=60) <= LONGEST_WAIT


def test_locked_is_shown_in_whole_minutes_and_up_to_a_day() -> None:
    assert answered("61", code="locked").params == {"minutes": 2}
    assert answered("86400", code="locked").params == {"minutes": 1_440}
    assert answered("soon", code="locked").params == {"minutes": 15}


def test_the_end_of_a_maintenance() -> None:
    known = answered(code="maintenance", until="2026-11-22T09:00:00Z", status=503)
    assert isinstance(known, e.PortalMaintenanceUntil)
    assert known.params == {"until": "2026-11-22 18:00"}
    guessed = answered("3600", code="maintenance", status=503)
    assert isinstance(guessed, e.PortalMaintenanceUntil)
    assert guessed.until == NOW + timedelta(hours=1)
    for until in (None, "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00"):
        assert type(answered(code="maintenance", until=until, status=503)) is e.PortalMaintenance


@given(st.datetimes(timezones=st.none() | st.timezones()))
def test_a_moment_that_is_believed_can_be_shown(moment: datetime) -> None:
    sane = sane_moment(moment, NOW)
    assert sane is None or e.PortalMaintenanceUntil(sane).params["until"]


@given(st.text(max_size=900))
def test_clean_text_is_one_short_line_without_controls(text: str) -> None:
    clean = clean_text(text)
    assert len(clean) <= 200
    assert not any(ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 for character in clean)
    clean.encode()


@pytest.mark.parametrize(("status", "definite"), [(400, True), (422, True), (408, False), (409, False), (425, False)])
def test_a_refusal_for_a_reason_of_a_later_portal_is_a_refusal(status: int, definite: bool) -> None:
    body = f'{{"status":{status},"code":"new-code","request_id":"1"}}'.encode()
    error = from_answer(status, None, body, is_problem=True, now=NOW)
    assert isinstance(error, e.RequestRefused if definite else e.PortalNotUnderstood)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_whoever_stands_before_the_portal_may_ask_for_patience(status: int) -> None:
    error = from_answer(status, "120", b"<html>", is_problem=False, now=NOW)
    assert isinstance(error, e.PortalAway)
    assert error.sent
    assert error.params["seconds"] == 120
    assert "seconds" not in from_answer(status, None, b"", is_problem=False, now=NOW).params
