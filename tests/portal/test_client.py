from __future__ import annotations

import base64
import json
import logging

import httpx
import pytest

from kiosk.errors import PortalError
from kiosk.ids import uuid7
from kiosk.portal import contract as c
from kiosk.portal.canonical import LOGIN_TAG, REGISTRATION_TAG, canonical_json, token_digest
from kiosk.portal.errors import (
    InvalidAnswers,
    LoginFailed,
    PortalNotUnderstood,
    PortalTimeout,
    PortalUnreachable,
    SessionEnded,
    Stale,
    StillWorking,
    TermsChanged,
)
from kiosk.portal.signing import Signed
from kiosk.portal.statements import RegistrationForm
from tests.portal.keys import signer
from tests.portal.support import (
    CONTENT,
    ID,
    KEY,
    NOW,
    ORIGIN,
    OTHER_ID,
    Pauses,
    answer,
    application,
    challenge,
    client,
    problem,
    session,
)
from tests.portal.test_tokens import verify

FORM = RegistrationForm(c.UserKind.APPLICANT, "kakuu@example.com", "0900000000", "001", "XX00000000XX", "2026-01", "ja")


def test_registration_is_signed_by_both_keys_and_sent_under_its_own_id() -> None:
    sent: list[httpx.Request] = []
    receipt = c.RegistrationReceipt(
        registration_id=ID, outcome="created", email_hint="k…u@example.com", link_expires_at=NOW
    )

    def handler(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return answer(challenge(), 201) if request.url.path == "/v1/challenges" else answer(receipt, 202)

    signing, authentication = signer(), signer(purpose="auth")
    with client(handler) as portal:
        assert portal.register(signing, authentication, FORM) == receipt
    request = c.RegistrationRequest.model_validate_json(sent[1].content)
    content = base64.b64decode(request.statement)
    statement = c.RegistrationStatement.model_validate_json(content)
    assert content == canonical_json(statement.model_dump(mode="json"))
    assert sent[1].headers["Idempotency-Key"] == f'"{statement.submission_id}"'
    assert (statement.origin, statement.device_id, request.challenge_id) == (ORIGIN, "station-1", ID)
    verify(request.authentication, token_digest(REGISTRATION_TAG, ORIGIN, "bm9uY2U=", "station-1"))
    assert (len(signing.messages), len(authentication.messages)) == (1, 1)


def test_a_registration_in_doubt_is_repeated_byte_for_byte() -> None:
    bodies: list[tuple[str, bytes]] = []

    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/challenges":
            return answer(challenge(), 201)
        bodies.append((request.headers["Idempotency-Key"], request.content))
        raise httpx.ReadTimeout("cut")

    pauses = Pauses()
    with client(handler, pauses) as portal:
        prepared = portal.prepare_registration(signer(), signer(purpose="auth"), FORM)
        for _ in range(2):
            with pytest.raises(PortalTimeout):
                portal.send_registration(prepared)
    assert len(bodies) == 6
    assert len(set(bodies)) == 1
    assert pauses == [0.5, 1.5] * 2


def test_a_form_out_of_shape_is_refused_before_a_key_is_asked() -> None:
    form = RegistrationForm(c.UserKind.APPLICANT, "no address", "12", "001", "XX00000000XX", "2026-01", "ja")
    signing = signer()
    with client(lambda _request: answer(challenge(), 201)) as portal, pytest.raises(InvalidAnswers) as caught:
        portal.register(signing, signer(purpose="auth"), form)
    assert [place.pointer for place in caught.value.errors] == ["/email", "/phone"]
    assert not signing.messages
    assert "no address" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("password", [b"Kakuu-Mihon1", b'q"uo\\te\x01', "見本".encode(), b"x" * 128])
def test_log_in_sends_all_three_factors_and_leaves_no_password_behind(password: bytes) -> None:
    seen: list[c.LoginRequest] = []
    tokens: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        match request.url.path:
            case "/v1/challenges":
                return answer(challenge(), 201)
            case "/v1/sessions":
                body = request.read()
                assert int(request.headers["Content-Length"]) == len(body)
                seen.append(c.LoginRequest.model_validate_json(body))
                return answer(session(), 201)
            case _:
                tokens.append(request.headers["Authorization"])
                return answer(session().account)

    secret = bytearray(password)
    with client(handler) as portal:
        assert not portal.signed_in
        portal.log_in(signer(purpose="auth"), "AAAA0000", secret)
        assert portal.signed_in
        assert "token-of" not in repr(portal)
        portal.account()
    assert secret == bytes(len(password))
    assert seen[0].password.encode() == password
    verify(seen[0].token, token_digest(LOGIN_TAG, ORIGIN, "bm9uY2U=", "station-1"))
    assert tokens == ["Bearer token-of-the-session"]


def test_a_failed_log_in_wipes_the_password_too_and_is_not_repeated() -> None:
    calls: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        calls.append(request.url.path)
        if request.url.path == "/v1/challenges":
            return answer(challenge(), 201)
        return problem("login-failed", 401)

    secret = bytearray(b"Kakuu-Mihon1")
    with client(handler) as portal, pytest.raises(LoginFailed):
        portal.log_in(signer(purpose="auth"), "AAAA0000", secret)
    assert not any(secret)
    assert calls == ["/v1/challenges", "/v1/sessions"]


def test_a_token_that_cannot_stand_in_a_header_is_not_taken() -> None:
    evil = session().model_copy(update={"token": "x\r\nX-Injected: 1"})

    def handler(request: httpx.Request) -> httpx.Response:
        return answer(challenge() if request.url.path == "/v1/challenges" else evil, 201)

    with client(handler) as portal:
        with pytest.raises(PortalNotUnderstood, match="token"):
            portal.log_in(signer(purpose="auth"), "AAAA0000", bytearray(b"x"))
        assert not portal.signed_in


def test_a_session_that_ends_is_forgotten() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        match request.url.path:
            case "/v1/challenges":
                return answer(challenge(), 201)
            case "/v1/sessions":
                return answer(session(), 201)
            case _:
                return problem("unauthenticated", 401)

    with client(handler) as portal:
        portal.log_in(signer(purpose="auth"), "AAAA0000", bytearray(b"x"))
        with pytest.raises(SessionEnded):
            portal.account()
        assert not portal.signed_in


@pytest.mark.parametrize("reply", [httpx.Response(204), problem("internal", 500), None])
def test_log_out_forgets_whatever_the_portal_says(reply: httpx.Response | None) -> None:
    ended: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        if request.method == "DELETE":
            ended.append(request.url.path)
            if reply is None:
                raise httpx.ConnectError("away")
            return reply
        return answer(challenge() if request.url.path == "/v1/challenges" else session(), 201)

    with client(handler) as portal:
        portal.log_in(signer(purpose="auth"), "AAAA0000", bytearray(b"x"))
        portal.log_out()
        assert not portal.signed_in
        portal.log_out()
    assert ended == ["/v1/sessions/current"]


def test_nothing_is_logged_at_any_level(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/applications":
            return answer(c.ApplicationPage(items=()))
        return answer(challenge() if request.url.path == "/v1/challenges" else session(), 201)

    with client(handler) as portal:
        portal.log_in(signer(purpose="auth"), "AAAA0000", bytearray(b"Kakuu-Mihon1"))
        portal.applications(search="KAKUU MIHON")
    assert not caplog.records


def test_reprs_say_nothing() -> None:
    texts = [repr(item) for item in (FORM, session(), application(), challenge())]
    assert not [text for text in texts if "kakuu" in text.lower() or "token" in text or "架空" in text]


def page(items: int, cursor: str) -> httpx.Response:
    summary = c.ApplicationSummary(
        application_id=ID,
        state=c.ApplicationState.DRAFT,
        procedure="extension",
        status_of_residence="N",
        created_at=NOW,
        updated_at=NOW,
    )
    return answer(c.ApplicationPage(items=(summary,) * items, next_cursor=cursor))


def test_all_pages_are_walked() -> None:
    queries: list[dict[str, str]] = []

    def handler(request: httpx.Request) -> httpx.Response:
        queries.append(dict(request.url.params))
        return page(2, {"": "a+/=", "a+/=": "b", "b": ""}[request.url.params.get("cursor", "")])

    with client(handler) as portal:
        found = list(portal.all_applications(c.ApplicationState.DRAFT, "見\x1b本\ud800"))
    assert len(found) == 6
    assert queries[1] == {"limit": "100", "cursor": "a+/=", "state": "draft", "q": "見本"}


def test_a_list_that_goes_round_ends_with_an_error() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        return page(1, "b" if request.url.params.get("cursor") == "a" else "a")

    with client(handler) as portal, pytest.raises(PortalNotUnderstood, match="cursor"):
        list(portal.all_applications())


@pytest.mark.parametrize("etag", ["", 'W/"1"', "1", '"' + "x" * 300 + '"', '"a"b"'])
def test_an_application_without_a_strong_etag_is_not_understood(etag: str) -> None:
    with client(lambda _request: answer(application(), ETag=etag)) as portal, pytest.raises(PortalNotUnderstood):
        portal.application(ID)


def test_saving_after_a_lost_answer_is_no_conflict() -> None:
    calls: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        calls.append(request.method)
        if request.method == "GET":
            return answer(application(version=2), ETag='"2"')
        if len(calls) == 1:
            raise httpx.ReadError("cut")
        assert request.headers["If-Match"] == '"1"'
        return problem("stale", 412)

    with client(handler) as portal:
        assert portal.save_application(ID, CONTENT, '"1"').etag == '"2"'
    assert calls == ["PUT", "PUT", "GET"]


def test_saving_over_somebody_elses_change_is_a_conflict() -> None:
    theirs = CONTENT.model_copy(update={"answers": {"F1": "other"}})

    def handler(request: httpx.Request) -> httpx.Response:
        return problem("stale", 412) if request.method == "PUT" else answer(application(theirs), ETag='"2"')

    with client(handler) as portal, pytest.raises(Stale):
        portal.save_application(ID, CONTENT, '"1"')


def test_creating_and_copying_repeat_the_same_key() -> None:
    keys: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers["Idempotency-Key"])
        if len(keys) % 2:
            raise httpx.RemoteProtocolError("cut")
        return answer(application(), 201, ETag='"1"')

    with client(handler) as portal:
        assert portal.create_application(CONTENT, KEY).application.application_id == ID
        assert portal.copy_application(ID, OTHER_ID).etag == '"1"'
    assert keys == [f'"{KEY}"'] * 2 + [f'"{OTHER_ID}"'] * 2


def test_what_never_left_is_not_repeated() -> None:
    calls: list[int] = []

    def handler(_request: httpx.Request) -> httpx.Response:
        calls.append(1)
        raise httpx.ConnectError("away")

    with client(handler) as portal, pytest.raises(PortalUnreachable):
        portal.create_application(CONTENT, KEY)
    assert len(calls) == 1


def test_a_request_that_is_still_worked_on_is_waited_for_but_not_for_ever() -> None:
    pauses = Pauses()
    busy = client(lambda _request: problem("in-progress", 409, Retry_After="99"), pauses)
    with busy as portal, pytest.raises(StillWorking):
        portal.create_application(CONTENT, KEY)
    assert pauses == [5, 5]


def test_the_other_routes() -> None:
    calls: list[tuple[str, str, object]] = []

    def handler(request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content) if request.content else None
        calls.append((request.method, request.url.raw_path.decode(), body))
        if request.method == "DELETE":
            return httpx.Response(204)
        if "password" in request.url.path:
            return httpx.Response(202)
        if "terms" in request.url.path:
            return answer(c.Terms(version="1", language="ja", prevailing=True, paragraphs=("本文",)))
        return answer(application(), ETag='"3"')

    with client(handler) as portal:
        portal.terms("ja")
        portal.request_password_reset("AAAA0000", "kakuu@example.com")
        portal.delete_application("../x?y", '"1"')
        portal.delete_attachment(ID)
        portal.answer_documents(ID, "note", KEY)
        portal.withdraw(ID, "", KEY)
    assert calls == [
        ("GET", "/v1/terms?language=ja", None),
        ("POST", "/v1/password-resets", {"authentication_id": "AAAA0000", "email": "kakuu@example.com"}),
        ("DELETE", "/v1/applications/..%2Fx%3Fy", None),
        ("DELETE", f"/v1/attachments/{ID}", None),
        ("POST", f"/v1/applications/{ID}/documents-answer", {"note": "note"}),
        ("POST", f"/v1/applications/{ID}/withdrawal", {"reason": ""}),
    ]


def test_words_too_long_are_refused_here() -> None:
    with client(lambda _request: httpx.Response(500)) as portal:
        for call in (portal.withdraw, portal.answer_documents):
            with pytest.raises(InvalidAnswers):
                call(ID, "x" * 2_001, KEY)
        with pytest.raises(InvalidAnswers):
            portal.request_password_reset("AAAA0000", "nobody")


def test_refusals_pass_through() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        return answer(challenge(), 201) if "challenges" in request.url.path else problem("terms-version", 422)

    with client(handler) as portal, pytest.raises(TermsChanged):
        portal.register(signer(), signer(purpose="auth"), FORM)


def test_ids_are_version_7_and_grow_with_time() -> None:
    first, second = uuid7(), uuid7()
    for value in (first, second):
        c.Challenge(challenge_id=value, nonce="", expires_at=NOW)
    assert first != second
    assert first[:8] <= second[:8]


def test_a_card_error_passes_through_and_leaves_no_session() -> None:
    class Pulled(PortalError):
        code = "T01"

    class Broken:
        certificate: bytes = signer(purpose="auth").certificate

        def sign(self, message: bytes) -> Signed:
            raise Pulled(length=len(message))

    secret = bytearray(b"Kakuu-Mihon1")
    with client(lambda _request: answer(challenge(), 201)) as portal:
        with pytest.raises(Pulled):
            portal.log_in(Broken(), "AAAA0000", secret)
        assert not portal.signed_in
    assert not any(secret)
