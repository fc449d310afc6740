from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import httpx
import pytest

from kiosk.errors import PortalError
from kiosk.portal import contract as c
from kiosk.portal.errors import (
    DigestMismatch,
    FileGone,
    FileRefused,
    PortalNotUnderstood,
    PortalUnreachable,
    SessionEnded,
    StillWorking,
)
from kiosk.portal.uploads import PART_BYTES, FileMeta, next_part
from tests.portal.support import ID, KEY, OTHER_ID, Pauses, answer, application, client, problem

DATA = bytes(range(256)) * (PART_BYTES // 256) * 2 + b"the end"


def meta(data: bytes = DATA, name: str = "在留カード 見本.pdf") -> FileMeta:
    digest = hashlib.sha256(data).hexdigest()
    return FileMeta(c.AttachmentKind.DOCUMENT, "residence_card", name, "application/pdf", digest)


class TusPortal:
    """A portal that holds one application and takes uploads; ``faults`` spoil its answers, one after another."""

    def __init__(self, *faults: str) -> None:
        self.faults = list(faults)
        self.held = bytearray()
        self.metadata: dict[str, str] = {}
        self.created: list[str] = []
        self.patches: list[int] = []
        self.attached = False
        self.gone = False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        match request.method, request.url.path:
            case "POST", _:
                return self.create(request)
            case "HEAD", _:
                return self.head()
            case "PATCH", _:
                return self.patch(request)
            case _:
                held = (self.attachment(),) if self.attached else ()
                return answer(application(attachments=held), ETag='"2"')

    def create(self, request: httpx.Request) -> httpx.Response:
        if request.headers["Idempotency-Key"] not in self.created:
            self.held.clear()
            self.gone = False
        self.created.append(request.headers["Idempotency-Key"])
        pairs = (pair.partition(" ") for pair in request.headers["Upload-Metadata"].split(","))
        self.metadata = {name: base64.b64decode(value, validate=True).decode() for name, _, value in pairs}
        assert request.headers["Upload-Length"] == str(len(DATA))
        return httpx.Response(201, headers={"Location": f"https://evil.example.net/v1/uploads/{OTHER_ID}"})

    def head(self) -> httpx.Response:
        if self.gone:
            return httpx.Response(404, headers={"Content-Type": "application/problem+json"})
        return httpx.Response(200, headers={"Upload-Offset": str(len(self.held))})

    def patch(self, request: httpx.Request) -> httpx.Response:
        part = request.read()
        self.patches.append(len(part))
        assert request.url.path == f"/v1/uploads/{OTHER_ID}"
        assert (
            request.headers["Upload-Checksum"] == f"sha256 {base64.b64encode(hashlib.sha256(part).digest()).decode()}"
        )
        assert request.headers["Upload-Offset"] == str(len(self.held))
        fault = self.faults.pop(0) if self.faults else ""
        if fault in {"digest", "in-progress", "internal"}:
            return problem(fault, {"digest": 460, "in-progress": 409, "internal": 500}[fault])
        if fault == "cut before":
            raise httpx.WriteError("cut")
        if fault == "wrong whole":
            self.gone = True
            return problem("digest", 400)
        self.held += part
        self.attached = bytes(self.held) == DATA
        if fault == "put away":
            self.gone = True
        if fault in {"cut after", "put away"}:
            raise httpx.ReadTimeout("cut")
        if fault == "expired":
            self.gone, self.attached = True, False
            raise httpx.ReadTimeout("cut")
        return httpx.Response(204, headers={"Upload-Offset": str(len(self.held))})

    def attachment(self) -> c.Attachment:
        return c.Attachment(
            attachment_id=ID,
            kind=c.AttachmentKind(self.metadata["kind"]),
            document=self.metadata["document"],
            filename=self.metadata["filename"],
            media_type=self.metadata["media_type"],
            size=len(self.held),
            sha256=hashlib.sha256(self.held).hexdigest(),
        )


def test_a_file_goes_in_parts_with_its_name_and_progress() -> None:
    portal, told = TusPortal(), list[tuple[int, int]]()
    with client(portal) as session:
        held = session.upload(ID, meta(), DATA, lambda held, whole: told.append((held, whole)), KEY)
    assert held.filename == "在留カード 見本.pdf"
    assert portal.patches == [PART_BYTES, PART_BYTES, 7]
    assert portal.created == [f'"{KEY}"']
    assert [offset for offset, _ in told] == [0, PART_BYTES, 2 * PART_BYTES, len(DATA)]


@pytest.mark.parametrize("fault", ["cut before", "cut after", "digest", "in-progress", "internal"])
def test_a_cut_part_goes_on_at_the_portals_offset(fault: str) -> None:
    portal, pauses = TusPortal("", fault, fault), Pauses()
    with client(portal, pauses) as session:
        assert session.upload(ID, meta(), DATA, key=KEY).sha256 == meta().sha256
    assert bytes(portal.held) == DATA
    assert pauses


def test_cuts_that_make_progress_never_add_up() -> None:
    portal = TusPortal("cut before", "cut after", "cut before", "cut before", "cut after", "cut before", "cut after")
    with client(portal) as session:
        assert session.upload(ID, meta(), DATA).sha256 == meta().sha256


def test_cuts_without_progress_end_with_the_failure_and_the_same_key_goes_on() -> None:
    portal, pauses = TusPortal("", *["cut before"] * 5), Pauses()
    with client(portal, pauses) as session:
        with pytest.raises(PortalUnreachable):
            session.upload(ID, meta(), DATA, key=KEY)
        portal.faults.clear()
        portal.patches.clear()
        session.upload(ID, meta(), DATA, key=KEY)
    assert portal.patches == [PART_BYTES, 7]
    assert pauses == [0.5, 1.0, 2.0, 4.0]


def test_an_upload_that_was_put_away_when_its_answer_was_lost_is_found() -> None:
    portal = TusPortal("", "", "put away")
    with client(portal) as session:
        assert session.upload(ID, meta(), DATA, key=KEY).attachment_id == ID
    assert len(portal.created) == 1


def test_an_upload_that_ran_out_begins_anew_under_a_new_key() -> None:
    portal = TusPortal("", "expired")
    with client(portal) as session:
        assert session.upload(ID, meta(), DATA, key=KEY).sha256 == meta().sha256
    assert len(set(portal.created)) == 2


def test_a_whole_file_with_another_digest_is_the_portals_answer() -> None:
    portal = TusPortal("", "", "wrong whole")
    with client(portal) as session, pytest.raises(DigestMismatch):
        session.upload(ID, meta(), DATA, key=KEY)
    assert len(portal.created) == 1


def test_a_verdict_that_takes_long_is_waited_for() -> None:
    portal, pauses = TusPortal("", "", "cut after", *["in-progress"] * 20), Pauses()
    with client(portal, pauses) as session:
        assert session.upload(ID, meta(), DATA, key=KEY).sha256 == meta().sha256
    assert len(portal.created) == 1
    assert portal.patches[3:] == [0] * 21
    assert pauses == [0.5, *[1] * 20]


def test_a_portal_that_is_busy_for_ever_is_given_up() -> None:
    portal = TusPortal(*["in-progress"] * 100)
    with client(portal) as session, pytest.raises(StillWorking):
        session.upload(ID, meta(), DATA, key=KEY)
    assert len(portal.patches) == 35


def test_a_file_that_changed_or_vanished_is_not_sent(tmp_path: Path) -> None:
    file = tmp_path / "見本.pdf"
    file.write_bytes(DATA)
    portal = TusPortal()
    with client(portal) as session:
        assert session.upload(ID, meta(), file)
        file.write_bytes(DATA[:-1])
        with pytest.raises(DigestMismatch):
            session.upload(ID, meta(), file)
        file.unlink()
        with pytest.raises(FileGone) as caught:
            session.upload(ID, meta(), file)
    assert caught.value.__cause__ is None
    assert len(portal.created) == 1


@pytest.mark.parametrize(
    "location", ["", "/v1/uploads/", "/v1/account", f"/v1/uploads/{OTHER_ID}/../x", "//x/y", "https://["]
)
def test_a_location_elsewhere_is_not_followed(location: str) -> None:
    astray = client(lambda _request: httpx.Response(201, headers={"Location": location}))
    with astray as session, pytest.raises(PortalNotUnderstood, match="location"):
        session.upload(ID, meta(), DATA)


@pytest.mark.parametrize("offset", ["", "-1", "x", "١", "9" * 5_000, str(len(DATA) + 1)])
def test_an_offset_that_cannot_be_is_not_believed(offset: str) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return httpx.Response(201, headers={"Location": f"/v1/uploads/{OTHER_ID}"})
        return httpx.Response(200, headers=[(b"Upload-Offset", offset.encode())])

    with client(handler) as session, pytest.raises(PortalNotUnderstood, match="offset"):
        session.upload(ID, meta(), DATA)


@pytest.mark.parametrize(
    ("code", "status", "kind"), [("unsupported-media", 415, FileRefused), ("unauthenticated", 401, SessionEnded)]
)
def test_a_refusal_is_not_retried(code: str, status: int, kind: type[PortalError]) -> None:
    pauses = Pauses()

    def handler(request: httpx.Request) -> httpx.Response:
        match request.method:
            case "POST":
                return httpx.Response(201, headers={"Location": f"/v1/uploads/{OTHER_ID}"})
            case "HEAD":
                return httpx.Response(200, headers={"Upload-Offset": "0"})
            case _:
                return problem(code, status)

    with client(handler, pauses) as session, pytest.raises(kind):
        session.upload(ID, meta(), DATA)
    assert not pauses


def test_a_name_is_not_in_a_repr() -> None:
    assert "見本" not in repr(meta())


def test_who_is_told_of_waits_hears_of_them_at_once_and_may_end_them() -> None:
    portal, told = TusPortal("", "cut before"), list[float]()

    class EndedError(Exception):
        pass

    def ending(_left: float) -> None:
        raise EndedError

    with client(portal) as session:
        with session.telling(told.append):
            session.upload(ID, meta(), DATA, key=KEY)
        assert told == [0.5, 0.0]
        portal.faults, portal.held = ["cut before"], bytearray()
        with pytest.raises(EndedError), session.telling(ending):
            session.upload(ID, meta(), DATA, key=KEY)
        assert told == [0.5, 0.0]


def test_reads_and_creations_are_repeated_longer_for_who_can_end_it() -> None:
    answers = iter([httpx.ConnectError("refused")] * 5)

    def portal(_request: httpx.Request) -> httpx.Response:
        for error in answers:
            raise error
        return answer(application(), ETag='"1"')

    told = list[float]()
    with client(portal) as session:
        with session.telling(told.append):
            assert session.application(ID).etag == '"1"'
        assert len(told) > 2
        answers = iter([httpx.ConnectError("refused")] * 5)
        with pytest.raises(PortalUnreachable):
            session.application(ID)


@pytest.mark.parametrize(
    ("size", "seconds", "following"),
    [(PART_BYTES, 0.1, PART_BYTES), (PART_BYTES, 3.0, PART_BYTES // 2), (65_536, 9.0, 65_536), (65_536, 0.1, 131_072)],
)
def test_parts_follow_the_line(size: int, seconds: float, following: int) -> None:
    assert next_part(size, seconds) == following
