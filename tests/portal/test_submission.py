from __future__ import annotations

import hashlib

import httpx
import pytest

from kiosk.errors import PortalError
from kiosk.portal import contract as c
from kiosk.portal.canonical import canonical_json
from kiosk.portal.errors import (
    Incomplete,
    PortalMaintenance,
    PortalUnreachable,
    Stale,
    SubmissionUndecided,
    WrongState,
)
from kiosk.portal.statements import submission_request
from tests.portal.support import CONTENT, ID, KEY, NOW, Pauses, answer, client, problem

RECEIPT = c.SubmissionReceipt(
    submission_id=KEY, application_id=ID, reception_number="東オンＥＮ26000001", received_at=NOW
)
REQUEST = submission_request(KEY, CONTENT, ())


class Office:
    """A portal that files once. ``faults`` happen to its answers, one after another: after filing where they say so."""

    def __init__(self, *faults: str) -> None:
        self.faults = list(faults)
        self.filed = False
        self.posts: list[tuple[str, bytes]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "away":
            raise httpx.ConnectError("away")
        if request.method == "GET":
            assert request.url.path == f"/v1/submissions/{KEY}"
            if fault:
                return self.spoiled(fault)
            return answer(RECEIPT) if self.filed else problem("not-found", 404)
        assert request.headers["If-Match"] == '"1"'
        self.posts.append((request.headers["Idempotency-Key"], request.content))
        if not fault.startswith("unfiled"):
            self.filed = True
        return self.spoiled(fault.removeprefix("unfiled ")) if fault else answer(RECEIPT, 201)

    def spoiled(self, fault: str) -> httpx.Response:
        match fault:
            case "cut":
                raise httpx.ReadError("cut")
            case "silent":
                raise httpx.ReadTimeout("silent")
            case "html":
                return httpx.Response(200, html="<h1>Hello</h1>")
            case "gateway":
                return httpx.Response(504, html="<h1>Gateway</h1>")
            case _:
                codes = {"internal": 500, "in-progress": 409, "stale": 412, "wrong-state": 409, "maintenance": 503}
                return problem(fault, {**codes, "incomplete": 422, "unauthenticated": 401}[fault])


def submit(office: Office, pauses: Pauses | None = None) -> c.SubmissionReceipt:
    with client(office, pauses) as portal:
        return portal.submit(ID, REQUEST, '"1"')


def test_the_request_names_exactly_what_was_checked() -> None:
    photo = c.Attachment(
        attachment_id=ID,
        kind=c.AttachmentKind.PHOTO,
        document="",
        filename="p.jpg",
        media_type="image/jpeg",
        size=3,
        sha256="0" * 64,
    )
    request = submission_request(KEY, CONTENT, [photo])
    members = {"procedure": "extension", "status_of_residence": "N", "answers": {"F1": "架空見本"}, "receipt": None}
    assert request.content_sha256 == hashlib.sha256(canonical_json(members)).hexdigest()
    assert request.attachments == (
        c.AttachmentDigest(kind=c.AttachmentKind.PHOTO, filename="p.jpg", size=3, sha256="0" * 64),
    )


def test_one_request_one_receipt() -> None:
    office = Office()
    assert submit(office) == RECEIPT
    assert [key for key, _ in office.posts] == [f'"{KEY}"']


@pytest.mark.parametrize("fault", ["cut", "silent", "html", "gateway", "internal", "in-progress"])
def test_a_lost_answer_is_asked_for_and_not_sent_again(fault: str) -> None:
    office, pauses = Office(fault), Pauses()
    assert submit(office, pauses) == RECEIPT
    assert len(office.posts) == 1
    assert pauses == [0.5]


@pytest.mark.parametrize("fault", ["unfiled cut", "unfiled silent", "unfiled gateway"])
def test_a_request_that_got_lost_is_repeated_under_the_same_key(fault: str) -> None:
    office = Office(fault)
    assert submit(office) == RECEIPT
    assert len(office.posts) == 2
    assert len(set(office.posts)) == 1


def test_a_doubt_that_cannot_be_settled_is_said() -> None:
    office = Office("cut", "away", "away")
    with pytest.raises(SubmissionUndecided):
        submit(office)
    assert submit(office) == RECEIPT


@pytest.mark.parametrize("fault", ["maintenance", "unauthenticated"])
def test_a_doubt_during_maintenance_or_after_the_session_stays_a_doubt(fault: str) -> None:
    with pytest.raises(SubmissionUndecided):
        submit(Office("cut", fault))


def test_what_never_left_is_no_doubt() -> None:
    office = Office("away")
    with pytest.raises(PortalUnreachable):
        submit(office)
    assert not office.posts


@pytest.mark.parametrize(
    ("code", "kind"),
    [("incomplete", Incomplete), ("maintenance", PortalMaintenance), ("stale", Stale), ("wrong-state", WrongState)],
)
def test_a_refusal_is_a_refusal(code: str, kind: type[PortalError]) -> None:
    office = Office(f"unfiled {code}")
    with pytest.raises(kind):
        submit(office)
    assert len(office.posts) == 1


@pytest.mark.parametrize("code", ["stale", "wrong-state"])
def test_an_application_moved_on_by_this_very_submission_is_filed(code: str) -> None:
    office = Office(code)
    assert submit(office) == RECEIPT
