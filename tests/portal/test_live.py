"""Over real HTTP, against the real portal process, with signatures of the virtual card."""

from __future__ import annotations

import hashlib
import queue
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.clock import japan_date, utc_now
from kiosk.filing.documents import checklist
from kiosk.filing.facts import Facts
from kiosk.ids import uuid7
from kiosk.paths import config_dir
from kiosk.portal import contract as c
from kiosk.portal.client import HeldApplication, PortalClient
from kiosk.portal.errors import (
    DigestMismatch,
    FileRefused,
    KeyReused,
    LoginFailed,
    NotFound,
    PortalMaintenanceUntil,
    PortalUnreachable,
    SessionEnded,
    Stale,
    WrongState,
)
from kiosk.portal.statements import submission_request
from kiosk.portal.uploads import PART_BYTES, FileMeta
from kiosk.portal.watch import PortalState, PortalWatch
from tests.portal.conftest import Office
from tests.portal.cutting import cut_way

DOCUMENT = config_dir() / "demo" / "files" / "tax-certificates.pdf"


def meta(kind: c.AttachmentKind, data: bytes, document: str = "residence_card") -> FileMeta:
    digest = hashlib.sha256(data).hexdigest()
    if kind == c.AttachmentKind.PHOTO:
        return FileMeta(kind, "", "写真 見本.jpg", "image/jpeg", digest)
    return FileMeta(kind, document, "在留カード 見本.pdf", "application/pdf", digest)


def drafted(portal: PortalClient, office: Office) -> HeldApplication:
    return portal.create_application(office.content(portal.account()), uuid7())


def bring_all(portal: PortalClient, application_id: str, photo: bytes) -> list[c.Attachment]:
    """Attach the photo and every document that an applicant's extension needs, and return what the portal holds."""
    portal.upload(application_id, meta(c.AttachmentKind.PHOTO, photo), photo)
    paper = DOCUMENT.read_bytes()
    for item in checklist("applicant", "extension", "gijinkoku", Facts(japan_date(utc_now()))):
        if item.need == "required" and item.document.key != "photo":
            portal.upload(application_id, meta(c.AttachmentKind.DOCUMENT, paper, item.document.key), paper)
    return list(portal.application(application_id).application.attachments)


def test_the_whole_way(office: Office, photo: bytes, pdf: bytes, scan: Path) -> None:
    with office.logged_in() as portal:
        content = office.content(portal.account())
        key = uuid7()
        first = portal.create_application(content, key)
        again = portal.create_application(content, key)
        assert first.application.application_id == again.application.application_id
        application_id = first.application.application_id
        told: list[int] = []
        portal.upload(
            application_id, meta(c.AttachmentKind.DOCUMENT, pdf), scan, lambda held, _whole: told.append(held)
        )
        assert told == [0, PART_BYTES, 2 * PART_BYTES, len(pdf)]
        files = bring_all(portal, application_id, photo)
        held = portal.application(application_id)
        assert held.application.state == c.ApplicationState.ATTACHED
        request = submission_request(uuid7(), content, files)
        receipt = portal.submit(application_id, request, held.etag)
        assert receipt == portal.submit(application_id, request, held.etag) == portal.submission(request.submission_id)
        filed = portal.application(application_id).application
        assert (filed.state, filed.reception_number) == (c.ApplicationState.SUBMITTED, receipt.reception_number)
        assert application_id in [item.application_id for item in portal.all_applications()]
        with pytest.raises(WrongState):
            portal.submit(application_id, submission_request(uuid7(), content, files), held.etag)
        withdrawn = portal.withdraw(application_id, "架空の理由", uuid7())
        assert withdrawn.application.state == c.ApplicationState.WITHDRAWN


def test_an_upload_goes_on_after_cuts_up_and_down(office: Office, pdf: bytes) -> None:
    with office.logged_in() as portal:
        application_id = drafted(portal, office).application.application_id
    upward, downward = [700_000, 900_000, 1_500_000], [-1, -1, -1, 600]
    with cut_way(office.port, upward, downward) as way, office.logged_in(way) as portal:
        held = portal.upload(application_id, meta(c.AttachmentKind.DOCUMENT, pdf), pdf)
    assert held.sha256 == hashlib.sha256(pdf).hexdigest()
    assert not upward + downward


def test_a_submission_whose_answer_is_lost_is_filed_once(office: Office, photo: bytes) -> None:
    with office.logged_in() as portal:
        content = office.content(portal.account())
        application_id = drafted(portal, office).application.application_id
        request = submission_request(uuid7(), content, bring_all(portal, application_id, photo))
        etag = portal.application(application_id).etag
    downward: list[int] = []
    with cut_way(office.port, [], downward) as way, office.logged_in(way) as portal:
        downward.append(0)
        way.reconnect()
        receipt = portal.submit(application_id, request, etag)
        assert portal.submission(request.submission_id) == receipt
        assert not downward


def test_what_the_portal_refuses(office: Office, pdf: bytes) -> None:
    with office.logged_in() as portal:
        draft = drafted(portal, office)
        application_id = draft.application.application_id
        with pytest.raises(FileRefused):
            portal.upload(application_id, meta(c.AttachmentKind.DOCUMENT, b"no PDF"), b"no PDF")
        with pytest.raises(FileRefused):
            portal.upload(application_id, meta(c.AttachmentKind.DOCUMENT, b""), b"")
        other = draft.application.content.model_copy(update={"receipt": None})
        saved = portal.save_application(application_id, other, draft.etag)
        assert portal.save_application(application_id, other, draft.etag).etag == saved.etag
        with pytest.raises(Stale):
            portal.save_application(application_id, draft.application.content, draft.etag)
        with pytest.raises(DigestMismatch):
            portal.submit(application_id, submission_request(uuid7(), draft.application.content, []), saved.etag)
        key = uuid7()
        portal.create_application(other, key)
        with pytest.raises(KeyReused):
            portal.create_application(draft.application.content, key)
        copied = portal.copy_application(application_id, uuid7())
        portal.delete_application(copied.application.application_id, copied.etag)
        with pytest.raises(NotFound):
            portal.application(copied.application.application_id)
        attached = portal.upload(application_id, meta(c.AttachmentKind.DOCUMENT, pdf), pdf)
        portal.delete_attachment(attached.attachment_id)
        assert not portal.application(application_id).application.attachments


def test_sessions(office: Office) -> None:
    with office.client() as portal:
        with pytest.raises(SessionEnded):
            portal.account()
        with pytest.raises(LoginFailed):
            portal.log_in(office.authentication, office.authentication_id, bytearray(b"Mihon-54321"))
        with pytest.raises(LoginFailed):
            portal.log_in(office.signing, office.authentication_id, bytearray(b"Mihon-12345"))
        portal.request_password_reset("XXXX0000", "nobody@example.com")
        assert portal.terms("ja").prevailing
    with office.logged_in() as portal:
        assert portal.account().person.name
        portal.log_out()
        with pytest.raises(SessionEnded):
            portal.account()


def test_a_registration_sent_twice_is_one(office: Office) -> None:
    with office.client() as portal:
        prepared = portal.prepare_registration(office.signing, office.authentication, office.form)
        receipts = [portal.send_registration(prepared) for _ in range(2)]
    assert receipts[0] == receipts[1]
    assert receipts[0].outcome == "rebind"


def test_maintenance(office: Office) -> None:
    told: queue.Queue[PortalState] = queue.Queue()
    watch = PortalWatch(office.client, 0.05, told.put)
    with office.logged_in() as portal:
        watch.start()
        assert told.get(timeout=30).kind == "open"
        office.process.admin("maintenance", "now")
        try:
            closed = told.get(timeout=30)
            with pytest.raises(PortalMaintenanceUntil) as caught:
                portal.account()
        finally:
            office.process.admin("maintenance", "off")
        assert (closed.kind, closed.until) == ("maintenance", caught.value.until)
        assert told.get(timeout=30).kind == "open"
        assert portal.account().person.name
    watch.stop(30)
    assert abs(watch.state.offset or timedelta.max) < timedelta(minutes=1)


def test_nobody_at_home(office: Office) -> None:
    with cut_way(office.port, [0] * 9, []) as way, office.client(way) as portal, pytest.raises(PortalUnreachable):
        portal.status()
