"""Files in pieces."""

from __future__ import annotations

import base64
import errno
import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image

from reference_portal.filing.uploads import sweep
from tests.reference_portal.answers import DOCUMENT, PHOTO, TUS, announce, attach, content, file, ready, send
from tests.reference_portal.people import Person
from tests.reference_portal.world import World, code

DATA = DOCUMENT.read_bytes()


@pytest.fixture
def draft(arrived: Person) -> str:
    made: str = arrived.post("/applications", content()).json()["application_id"]
    return made


def head(person: Person, path: str) -> Any:
    return person.world.request("HEAD", path.removeprefix("/v1"), headers={**person.headers, **TUS})


def held(person: Person, application_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = person.get(f"/applications/{application_id}").json()["attachments"]
    return found


def test_a_file_comes_in_pieces_and_is_taken_up_again(arrived: Person, draft: str) -> None:
    path = announce(arrived, draft, "document", "tax.pdf", DATA).headers["location"]
    assert head(arrived, path).headers["upload-offset"] == "0"
    first = send(arrived, path, DATA[:1000], 0, hashlib.sha256(DATA[:1000]).digest())
    assert (first.status_code, first.headers["upload-offset"]) == (204, "1000")
    assert held(arrived, draft) == []
    seen = head(arrived, path)
    assert (seen.headers["upload-offset"], seen.headers["upload-length"]) == ("1000", str(len(DATA)))
    assert "upload-expires" in seen.headers
    assert code(send(arrived, path, DATA[500:], 500)) == "wrong-state"
    assert send(arrived, path, DATA[1000:], 1000).status_code == 204
    attached = held(arrived, draft)
    assert [(item["filename"], item["size"], item["kind"]) for item in attached] == [("tax.pdf", len(DATA), "document")]
    assert attached[0]["sha256"] == hashlib.sha256(DATA).hexdigest()
    stored = arrived.world.portal.blobs.path(attached[0]["sha256"])
    assert stored.read_bytes() == DATA
    assert arrived.get(f"/applications/{draft}").json()["state"] == "attached"
    assert head(arrived, path).headers["upload-offset"] == str(len(DATA))


@pytest.mark.one_database
def test_a_piece_with_a_wrong_checksum_does_not_count(arrived: Person, draft: str) -> None:
    path = announce(arrived, draft, "document", "tax.pdf", DATA).headers["location"]
    send(arrived, path, DATA[:1000])
    answer = send(arrived, path, DATA[1000:], 1000, hashlib.sha256(b"other").digest())
    assert (answer.status_code, code(answer)) == (460, "digest")
    assert head(arrived, path).headers["upload-offset"] == "1000"
    assert send(arrived, path, DATA[1000:], 1000).status_code == 204


def test_a_whole_file_with_another_digest_is_thrown_away(arrived: Person, draft: str) -> None:
    path = announce(arrived, draft, "document", "tax.pdf", DATA, sha256="0" * 64).headers["location"]
    answer = send(arrived, path, DATA)
    assert (answer.status_code, code(answer)) == (400, "digest")
    assert head(arrived, path).status_code == 404
    assert held(arrived, draft) == []


@pytest.mark.one_database
def test_more_than_announced_is_refused(arrived: Person, draft: str) -> None:
    path = announce(arrived, draft, "document", "tax.pdf", DATA).headers["location"]
    assert code(send(arrived, path, DATA + b"x")) == "too-large"
    assert send(arrived, path, DATA).status_code == 204


def locked_pdf(**protection: Any) -> bytes:
    pdf, out = pikepdf.new(), io.BytesIO()
    pdf.add_blank_page()
    pdf.save(out, encryption=pikepdf.Encryption(**protection))
    return out.getvalue()


def picture(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (30, 40)).save(out, kind)
    return out.getvalue()


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("kind", "data", "reason"),
    [
        ("document", locked_pdf(owner="o", user="u"), "encrypted"),
        ("document", locked_pdf(owner="o", user=""), "encrypted"),
        ("document", PHOTO.read_bytes(), "not-a-pdf"),
        ("document", b"%PDF-1.7\nrubbish", "not-a-pdf"),
        ("document", DATA[:2000], "not-a-pdf"),
        ("photo", DATA, "not-a-jpeg"),
        ("photo", picture("PNG"), "not-a-jpeg"),
        ("photo", PHOTO.read_bytes()[:3000], "not-a-jpeg"),
    ],
    ids=["locked", "restricted", "jpeg", "rubbish", "cut-pdf", "pdf-photo", "png-photo", "cut-jpeg"],
)
def test_a_file_must_be_what_it_is_called(arrived: Person, draft: str, kind: str, data: bytes, reason: str) -> None:
    path = announce(arrived, draft, kind, "file", data).headers["location"]
    answer = send(arrived, path, data)
    assert (answer.status_code, code(answer)) == (415, "unsupported-media")
    assert answer.json()["errors"] == [{"pointer": "/file", "code": reason}]
    assert held(arrived, draft) == []


def announced(person: Person, draft: str, size: int, kind: str = "document") -> Any:
    """Announce a file of a size that need not be sent."""
    headers = {**TUS, "Upload-Length": str(size), "Upload-Metadata": announcement(kind)}
    return person.post(f"/applications/{draft}/attachments", **headers)


def announcement(kind: str = "document", **changes: str) -> str:
    media = "image/jpeg" if kind == "photo" else "application/pdf"
    values = {"kind": kind, "filename": "f", "media_type": media, "sha256": "0" * 64, **changes}
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in values.items())


def test_all_files_together_are_at_most_25_megabytes(arrived: Person, draft: str) -> None:
    attach(arrived, draft, "photo", PHOTO)
    room = 26_214_400 - PHOTO.stat().st_size
    assert announced(arrived, draft, room).status_code == 201
    answer = announced(arrived, draft, room + 1)
    assert (answer.status_code, code(answer)) == (413, "too-large")
    assert code(announced(arrived, draft, 0)) == "unsupported-media"
    # A new photo takes the place of the old one, so it has that one's room.
    assert announced(arrived, draft, room + 1, "photo").status_code == 201


@pytest.mark.one_database
def test_the_old_system_takes_one_file_of_10_megabytes(make_world: Callable[..., World], person: Person) -> None:
    person.world = make_world(system="ras")
    person.arrive()
    draft = person.post("/applications", content()).json()["application_id"]
    assert announced(person, draft, 10_485_760).status_code == 201
    assert code(announced(person, draft, 10_485_761)) == "too-large"
    attach(person, draft, "document", DOCUMENT)
    assert code(announced(person, draft, 100)) == "too-large"


@pytest.mark.one_database
@pytest.mark.parametrize(
    "header",
    [
        "",
        "kind !!",
        announcement(kind="other"),
        announcement(sha256="ABC"),
        announcement(filename="a\nb"),
        announcement(filename=""),
        announcement() + "," + announcement(),
        announcement(surprise="x"),
        "kind ZG9jdW1lbnQ=",
    ],
)
def test_an_announcement_must_make_sense(arrived: Person, draft: str, header: str) -> None:
    headers = {**TUS, "Upload-Length": "10", "Upload-Metadata": header}
    answer = arrived.post(f"/applications/{draft}/attachments", **headers)
    assert (answer.status_code, code(answer)) == (422, "malformed")


@pytest.mark.one_database
def test_types_and_versions_count(arrived: Person, draft: str) -> None:
    typed = {**TUS, "Upload-Length": "10", "Upload-Metadata": announcement(media_type="text/html")}
    assert code(arrived.post(f"/applications/{draft}/attachments", **typed)) == "unsupported-media"
    path = announce(arrived, draft, "document", "tax.pdf", DATA).headers["location"].removeprefix("/v1")
    right = {**arrived.headers, **TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    for changes, status in (
        ({"Content-Type": "application/pdf"}, 415),
        ({"Tus-Resumable": "0.2.0"}, 412),
        ({"Upload-Checksum": "md5 xx"}, 422),
        ({"Upload-Offset": "-1"}, 422),
    ):
        answer = arrived.world.request("PATCH", path, content=DATA, headers={**right, **changes})
        assert answer.status_code == status, changes
        code(answer)


@pytest.mark.one_database
def test_the_server_says_what_it_can(arrived: Person, draft: str) -> None:
    path = announce(arrived, draft, "document", "tax.pdf", DATA).headers["location"].removeprefix("/v1")
    said = arrived.world.request("OPTIONS", path)
    assert said.status_code == 204
    assert said.headers["tus-version"] == "1.0.0"
    assert set(said.headers["tus-extension"].split(",")) == {"creation", "checksum", "termination", "expiration"}


def test_an_upload_can_be_given_up_or_runs_out(world: World, arrived: Person, draft: str) -> None:
    path = announce(arrived, draft, "document", "tax.pdf", DATA).headers["location"]
    send(arrived, path, DATA[:10])
    assert arrived.delete(path.removeprefix("/v1"), **TUS).status_code == 204
    assert head(arrived, path).status_code == 404
    late = announce(arrived, draft, "document", "tax.pdf", DATA).headers["location"]
    world.clock.forward(hours=25)
    world.publish()
    arrived.login()
    assert head(arrived, late).status_code == 404


def test_a_new_photo_takes_the_place_of_the_old(arrived: Person, draft: str, tmp_path: Path) -> None:
    attach(arrived, draft, "photo", PHOTO)
    other = tmp_path / "other.jpg"
    other.write_bytes(picture("JPEG"))
    attach(arrived, draft, "photo", other)
    assert [item["filename"] for item in held(arrived, draft)] == ["other.jpg"]


def test_a_file_can_be_taken_off(arrived: Person, draft: str) -> None:
    attach(arrived, draft, "document", DOCUMENT)
    attachment = held(arrived, draft)[0]["attachment_id"]
    assert code(arrived.delete(f"/attachments/{attachment}", If_Match='"other"')) == "stale"
    assert arrived.delete(f"/attachments/{attachment}").status_code == 204
    assert arrived.get(f"/applications/{draft}").json()["state"] == "draft"
    assert code(arrived.delete(f"/attachments/{attachment}")) == "not-found"


def test_nothing_is_attached_after_filing(arrived: Person) -> None:
    application_id = ready(arrived)
    path = announce(arrived, application_id, "document", "late.pdf", DATA).headers["location"]
    file(arrived, application_id)
    assert send(arrived, path, DATA).status_code == 404
    assert code(announce(arrived, application_id, "document", "later.pdf", DATA)) == "wrong-state"


def test_what_is_detached_is_gone_from_the_disk(world: World, arrived: Person, draft: str) -> None:
    other = arrived.post("/applications", content()).json()["application_id"]
    for application_id in (draft, other):
        attach(arrived, application_id, "document", DOCUMENT)
    first, second = held(arrived, draft)[0], held(arrived, other)[0]
    path = world.portal.blobs.path(first["sha256"])
    arrived.delete(f"/attachments/{first['attachment_id']}")
    assert path.exists()  # the other application has the same file
    arrived.delete(f"/attachments/{second['attachment_id']}")
    assert not path.exists()


def test_a_deleted_draft_takes_its_files_with_it(world: World, arrived: Person, draft: str) -> None:
    attach(arrived, draft, "photo", PHOTO)
    (photo,) = held(arrived, draft)
    etag = arrived.get(f"/applications/{draft}").headers["etag"]
    assert arrived.delete(f"/applications/{draft}", If_Match=etag).status_code == 204
    assert not world.portal.blobs.path(photo["sha256"]).exists()


def test_the_sweep_removes_what_nothing_names(
    world: World, arrived: Person, draft: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    attach(arrived, draft, "document", DOCUMENT)
    (kept,) = held(arrived, draft)
    orphan = hashlib.sha256(DATA + b"y").hexdigest()
    world.portal.blobs.append("orphan", 0, DATA + b"y")
    world.portal.blobs.keep("orphan", orphan)
    path = announce(arrived, draft, "document", "half.pdf", DATA + b"x").headers["location"]
    send(arrived, path, DATA[:10])
    partial = world.portal.blobs.partial(path.rsplit("/", 1)[1])
    sweep(world.portal)
    assert world.portal.blobs.path(orphan).exists()  # too young to go
    monkeypatch.setattr("reference_portal.storage.blobs._GRACE_SECONDS", -1)
    sweep(world.portal)
    assert not world.portal.blobs.path(orphan).exists()
    assert world.portal.blobs.path(kept["sha256"]).exists()
    assert partial.exists()
    world.clock.forward(hours=25)
    sweep(world.portal)
    assert not partial.exists()


@pytest.mark.one_database
def test_a_full_disk_is_said_and_what_had_come_stays(
    arrived: Person, draft: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = announce(arrived, draft, "document", "tax.pdf", DATA).headers["location"]
    assert send(arrived, path, DATA[:1000], 0).status_code == 204

    def full(*_args: object) -> None:
        raise OSError(errno.ENOSPC, "no space")

    with monkeypatch.context() as patch:
        patch.setattr(arrived.world.portal.blobs, "settle", full)
        answer = send(arrived, path, DATA[1000:], 1000)
    assert (answer.status_code, code(answer), answer.headers["retry-after"]) == (507, "internal", "300")
    assert head(arrived, path).headers["upload-offset"] == "1000"
    assert send(arrived, path, DATA[1000:], 1000).status_code == 204
    assert [item["sha256"] for item in held(arrived, draft)] == [hashlib.sha256(DATA).hexdigest()]
