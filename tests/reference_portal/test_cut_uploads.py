"""Connections that break in the middle of a file, and two writers of one file."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal

from tests.reference_portal.answers import DOCUMENT, TUS, announce, content, send
from tests.reference_portal.people import Person
from tests.reference_portal.world import code

DATA = DOCUMENT.read_bytes()


async def cut(app: Any, path: str, headers: dict[str, str], data: bytes) -> None:
    """Send ``data`` as the beginning of a body, then break the connection."""
    messages = iter([{"type": "http.request", "body": data, "more_body": True}, {"type": "http.disconnect"}])

    async def receive() -> Any:
        return next(messages)

    async def ignore(_message: Any) -> None:
        """Nobody is there to hear the answer."""

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "PATCH",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 50_000),
        "server": ("portal.example.com", 80),
    }
    await app(scope, receive, ignore)


def offset(person: Person, path: str) -> int:
    answer = person.world.request("HEAD", path.removeprefix("/v1"), headers={**person.headers, **TUS})
    return int(answer.headers["upload-offset"])


@pytest.fixture
def upload(arrived: Person) -> str:
    draft = arrived.post("/applications", content()).json()["application_id"]
    path: str = announce(arrived, draft, "document", "tax.pdf", DATA).headers["location"]
    return path


@pytest.mark.parametrize("with_checksum", [False, True])
def test_what_came_before_a_cut(arrived: Person, upload: str, loop: BlockingPortal, with_checksum: bool) -> None:
    """Without a checksum it counts; with one, a piece counts whole or not at all."""
    headers = {**arrived.headers, **TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    if with_checksum:
        headers["Upload-Checksum"] = f"sha256 {base64.b64encode(hashlib.sha256(DATA).digest()).decode()}"
    loop.call(cut, arrived.world.app, upload, headers, DATA[:1500])
    held = offset(arrived, upload)
    assert held == (0 if with_checksum else 1500)
    assert send(arrived, upload, DATA[held:], held, hashlib.sha256(DATA[held:]).digest()).status_code == 204


def test_a_second_writer_waits(arrived: Person, upload: str) -> None:
    with arrived.world.portal.blobs.claimed(upload.rsplit("/", 1)[1]) as mine:
        assert mine
        answer = send(arrived, upload, DATA)
        assert (answer.status_code, code(answer), answer.headers["retry-after"]) == (409, "in-progress", "1")
        gone = arrived.delete(upload.removeprefix("/v1"), **TUS)
        assert code(gone) == "in-progress"
    assert send(arrived, upload, DATA).status_code == 204


def test_the_last_piece_counts_with_the_file_or_not_at_all(
    arrived: Person, upload: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a crash between the bytes and the attachment, the last piece is sent again."""

    def crash(*_args: Any) -> None:
        raise RuntimeError

    send(arrived, upload, DATA[:1000])
    with monkeypatch.context() as broken:
        broken.setattr("reference_portal.filing.uploads.inspect", crash)
        assert code(send(arrived, upload, DATA[1000:], 1000)) == "internal"
    assert offset(arrived, upload) == 1000
    assert send(arrived, upload, DATA[1000:], 1000).status_code == 204
