"""Files are gathered for one filing or one answer at a time: each has the limits anew, and what was sent stays."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import pikepdf
import pytest

from kiosk.filing.systems import FileLimits
from reference_portal.data import file_limits
from reference_portal.filing import examination
from tests.reference_portal.answers import DOCUMENT, announce, attach, content, file, ready, send
from tests.reference_portal.people import Person
from tests.reference_portal.sealed import signed
from tests.reference_portal.world import World, code


def paper(word: str) -> bytes:
    """Return a PDF unlike every other one."""
    made = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.docinfo["/Title"] = word
        pdf.save(made)
    return made.getvalue()


def shown(person: Person, application_id: str) -> dict[str, Any]:
    found: dict[str, Any] = person.get(f"/applications/{application_id}").json()
    return found


def sent(person: Person, application_id: str, data: bytes) -> Any:
    """Announce and send a document; return the last answer."""
    made = announce(person, application_id, "document", "part.pdf", data)
    return made if made.status_code != 201 else send(person, made.headers["location"], data, 0)


def partials(world: World) -> set[str]:
    return {path.name for path in (world.portal.config.attachments / "partial").iterdir()}


def wholes(world: World) -> set[str]:
    return {path.name for path in (world.portal.config.attachments / "sha256").rglob("*") if path.is_file()}


def test_the_one_document_of_the_generation_before_is_one_of_each_round(
    world: World, arrived: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    application_id = ready(arrived)

    def older(_system: str) -> FileLimits:
        return file_limits("ras")

    monkeypatch.setattr("reference_portal.filing.uploads.file_limits", older)
    assert code(sent(arrived, application_id, paper("more"))) == "too-large"
    number = file(arrived, application_id)
    assert all(item["fixed"] for item in shown(arrived, application_id)["attachments"])
    filed = len(shown(arrived, application_id)["attachments"])
    examination.examine(world.portal, number)
    for word in ("second", "third"):
        examination.request_documents(world.portal, number, ["all_documents"])
        assert sent(arrived, application_id, paper(word)).status_code == 204
        assert code(sent(arrived, application_id, paper(f"{word} again"))) == "too-large"
        *before, last = shown(arrived, application_id)["attachments"]
        assert all(item["fixed"] for item in before)
        assert not last["fixed"]
        assert code(arrived.delete(f"/attachments/{before[-1]['attachment_id']}")) == "wrong-state"
        assert arrived.post(f"/applications/{application_id}/documents-answer", {}).status_code == 200
    assert len(shown(arrived, application_id)["attachments"]) == filed + 2


def test_what_is_left_half_way_goes_with_the_draft_the_filing_and_the_answer(world: World, arrived: Person) -> None:
    draft = arrived.post("/applications", content()).json()["application_id"]
    whole = paper("whole")
    assert sent(arrived, draft, whole).status_code == 204
    begun = announce(arrived, draft, "document", "half.pdf", DOCUMENT.read_bytes()).headers["location"]
    assert send(arrived, begun, DOCUMENT.read_bytes()[:100], 0).status_code == 204
    assert partials(world) == {begun.rsplit("/", 1)[1]}
    etag = arrived.get(f"/applications/{draft}").headers["etag"]
    assert arrived.delete(f"/applications/{draft}", If_Match=etag).status_code == 204
    assert partials(world) == wholes(world) == set()
    assert code(send(arrived, begun, DOCUMENT.read_bytes()[100:], 100)) == "not-found"
    assert partials(world) == set()

    application_id = ready(arrived)
    begun = announce(arrived, application_id, "document", "half.pdf", whole).headers["location"]
    assert send(arrived, begun, whole[:100], 0).status_code == 204
    number = file(arrived, application_id)
    assert partials(world) == set()
    examination.examine(world.portal, number)
    examination.request_documents(world.portal, number, ["tax_certificates"])
    begun = announce(arrived, application_id, "document", "half.pdf", whole).headers["location"]
    assert send(arrived, begun, whole[:100], 0).status_code == 204
    assert attach(arrived, application_id, "document", DOCUMENT).status_code == 204
    assert arrived.post(f"/applications/{application_id}/documents-answer", {}).status_code == 200
    assert partials(world) == set()


def test_what_a_sealed_submission_takes_the_place_of_loses_its_bytes_at_once(world: World, arrived: Person) -> None:
    assert arrived.login().status_code == 201
    draft = arrived.post("/applications", content(answers={})).json()["application_id"]
    only_there = paper("only there")
    assert sent(arrived, draft, only_there).status_code == 204
    begun = announce(arrived, draft, "document", "half.pdf", DOCUMENT.read_bytes()).headers["location"]
    assert send(arrived, begun, DOCUMENT.read_bytes()[:100], 0).status_code == 204
    etag = arrived.get(f"/applications/{draft}").headers["etag"]
    receipt = signed(arrived, replaces=etag).send().json()
    assert arrived.login().status_code == 201
    filed = shown(arrived, receipt["application_id"])
    assert wholes(world) == {item["sha256"] for item in filed["attachments"]}
    assert hashlib.sha256(only_there).hexdigest() not in wholes(world)
    assert partials(world) == set()
