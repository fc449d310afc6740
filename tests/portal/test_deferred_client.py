"""The sender's requests, and what it makes of a portal that answers strangely."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from kiosk.portal.contract import SealedEnvelope, SubmissionReceipt
from kiosk.portal.deferred import DeferredClient
from kiosk.portal.errors import NotFound, PortalAway, PortalNotUnderstood, PortalUnreachable, SealNotOpened
from kiosk.sending.verdicts import Course, verdict
from kiosk.settings import PortalSettings
from tests.portal.support import ID, NOW, ORIGIN, OTHER_ID, Handler, Pauses, answer, problem

ENVELOPE = SealedEnvelope(submission_id=ID, key_id="0" * 64, not_after=NOW, files=(), sealed="QUJD")


def client(handler: Handler) -> DeferredClient:
    return DeferredClient(PortalSettings(origin=ORIGIN), httpx.MockTransport(handler), pause=Pauses())


def receipt(submission_id: str = ID, number: str = "XX-1") -> SubmissionReceipt:
    return SubmissionReceipt(
        submission_id=submission_id, application_id=OTHER_ID, reception_number=number, received_at=datetime.now(UTC)
    )


def test_the_envelope_goes_under_its_own_id_and_without_a_session():
    seen: list[httpx.Request] = []

    def portal(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return answer(receipt(), 201)

    assert client(portal).post(ENVELOPE).reception_number == "XX-1"
    (request,) = seen
    assert (request.method, request.url.path) == ("POST", "/v1/deferred")
    assert request.headers["Idempotency-Key"] == f'"{ID}"'
    assert "Authorization" not in request.headers
    assert SealedEnvelope.model_validate_json(request.content) == ENVELOPE


@pytest.mark.parametrize(
    "said", [receipt(OTHER_ID), *(receipt(number=text) for text in ("", " ", "XX\x1b[2J", "a\nb"))]
)
def test_a_receipt_of_something_else_is_none(said: SubmissionReceipt):
    for ask in (
        lambda: client(lambda _: answer(said, 201)).post(ENVELOPE),
        lambda: client(lambda _: answer(said)).receipt(ID),
    ):
        with pytest.raises(PortalNotUnderstood):
            ask()


@pytest.mark.parametrize("status", [202, 203, 206])
def test_a_receipt_that_says_less_than_received_is_none(status: int):
    with pytest.raises(PortalNotUnderstood):
        client(lambda _: answer(receipt(), status)).post(ENVELOPE)


def test_a_page_instead_of_an_answer_is_no_answer():
    page = httpx.Response(200, html="<h1>Welcome to the hotel</h1>")
    with pytest.raises(PortalAway) as caught:
        client(lambda _: page).post(ENVELOPE)
    assert verdict(caught.value).course is Course.AWAY


def test_asking():
    assert client(lambda _: answer(receipt())).receipt(ID).submission_id == ID
    with pytest.raises(NotFound):
        client(lambda _: problem("not-found", 404)).receipt(ID)
    with pytest.raises(SealNotOpened):
        client(lambda _: problem("sealing-key", 422)).receipt(ID)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("120", 120), ("-5", 0), ("1000000000", 21_600), ("rubbish", 0), ("", 0), ("Thu, 01 Jan 1970 00:00:00 GMT", 0)],
)
def test_a_gateway_may_say_when_to_come_again(header: str, seconds: int):
    gateway = httpx.Response(503, headers={"Retry-After": header}, text="busy")
    with pytest.raises(PortalUnreachable) as caught:
        client(lambda _: gateway).post(ENVELOPE)
    assert verdict(caught.value).seconds == seconds
