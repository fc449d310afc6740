from __future__ import annotations

import hashlib
import io
import os
import time
from pathlib import Path

import pytest

from kiosk.offline_queue.drafts import DraftStore
from kiosk.offline_queue.errors import DiskFull, StoredFileBroken, StoredFileNotFound
from kiosk.offline_queue.files import CHUNK_BYTES, STALE_SECONDS, FileFolder
from kiosk.offline_queue.keys import Owner
from tests.offline_queue.support import MIHON_KEY, MIHON_SIGNATURE, draft_id, open_store

SIZES = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES, 3 * CHUNK_BYTES + 17]


@pytest.fixture
def draft(store: DraftStore, owner: Owner) -> str:
    return store.create(owner, {}, {}, draft_id(1))


@pytest.mark.parametrize("size", SIZES)
def test_a_file_comes_back_whole(store: DraftStore, owner: Owner, draft: str, size: int):
    content = os.urandom(size)
    stored = store.attach(owner, draft, "document", "見本.pdf", "application/pdf", content)
    assert (stored.size, stored.sha256) == (size, hashlib.sha256(content).hexdigest())
    assert store.read_attachment(owner, draft, stored.id) == content
    assert store.load(owner, draft).attachments == (stored,)


def test_a_stream_that_gives_little_at_a_time_is_stored_like_bytes(store: DraftStore, owner: Owner, draft: str):
    class Trickle(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size or 1, 1000))

    content = os.urandom(CHUNK_BYTES + 5)
    stored = store.attach(owner, draft, "document", "a", "application/pdf", Trickle(content))
    assert store.read_attachment(owner, draft, stored.id) == content


def test_files_keep_their_order_and_one_can_be_taken_away(store: DraftStore, owner: Owner, draft: str, folder: Path):
    kept = [store.attach(owner, draft, "document", f"{n}.pdf", "application/pdf", bytes([n])) for n in range(3)]
    store.detach(owner, draft, kept[1].id)
    assert store.load(owner, draft).attachments == (kept[0], kept[2])
    assert {path.stem for path in (folder / "files").iterdir()} == {kept[0].id, kept[2].id}
    for use in (store.read_attachment, store.detach):
        with pytest.raises(StoredFileNotFound):
            use(owner, draft, kept[1].id)


def test_a_file_of_another_draft_is_not_found(store: DraftStore, owner: Owner, draft: str):
    other = store.create(owner, {}, {}, draft_id(2))
    stored = store.attach(owner, other, "photo", "a.jpg", "image/jpeg", b"x")
    for use in (store.read_attachment, store.detach):
        with pytest.raises(StoredFileNotFound):
            use(owner, draft, stored.id)
    assert store.read_attachment(owner, other, stored.id) == b"x"


def _changes(content: bytes) -> dict[str, bytes]:
    step = CHUNK_BYTES + 16
    head, chunks = content[:4], [content[4 + n * step : 4 + (n + 1) * step] for n in range(3)]
    flipped = bytearray(content)
    flipped[len(content) // 2] ^= 1
    return {
        "one bit": bytes(flipped),
        "last chunk cut off": head + chunks[0] + chunks[1],
        "cut inside a chunk": content[:-5],
        "chunks swapped": head + chunks[1] + chunks[0] + chunks[2],
        "a chunk twice": head + chunks[0] + chunks[0] + chunks[1] + chunks[2],
        "something after it": content + b"x",
        "other mark": b"ZKF9" + content[4:],
        "empty": b"",
        "mark alone": head,
    }


@pytest.mark.parametrize("change", sorted(_changes(bytes(9))))
def test_any_change_of_a_file_is_found(store: DraftStore, owner: Owner, draft: str, folder: Path, change: str):
    stored = store.attach(owner, draft, "document", "a", "application/pdf", os.urandom(2 * CHUNK_BYTES + 100))
    path = folder / "files" / f"{stored.id}.sealed"
    path.write_bytes(_changes(path.read_bytes())[change])
    with pytest.raises(StoredFileBroken):
        store.read_attachment(owner, draft, stored.id)


def test_a_file_in_anothers_place_is_found(store: DraftStore, owner: Owner, draft: str, folder: Path):
    one, two = (store.attach(owner, draft, "d", "a", "application/pdf", bytes([n])) for n in range(2))
    (folder / "files" / f"{one.id}.sealed").replace(folder / "files" / f"{two.id}.sealed")
    for stored in (one, two):
        with pytest.raises(StoredFileBroken):
            store.read_attachment(owner, draft, stored.id)


def test_erasing_a_draft_erases_its_files(store: DraftStore, owner: Owner, draft: str, folder: Path):
    store.attach(owner, draft, "photo", "a.jpg", "image/jpeg", b"x" * 100)
    store.erase(owner, draft)
    assert list((folder / "files").iterdir()) == []


def test_opening_sweeps_orphans_and_stale_temporary_files_alone(folder: Path):
    with open_store(folder) as store:
        owner = store.owner(MIHON_KEY, MIHON_SIGNATURE)
        store.create(owner, {}, {}, draft_id(1))
        stored = store.attach(owner, draft_id(1), "photo", "a.jpg", "image/jpeg", b"x")
    files = folder / "files"
    for name in ("aa.sealed", "bb.old.tmp", "cc.new.tmp", f"{draft_id(1)}.open", f"{draft_id(2)}.open"):
        (files / name).write_bytes(b"left behind")
    stale = time.time() - STALE_SECONDS - 60
    os.utime(files / "bb.old.tmp", (stale, stale))
    with open_store(folder) as store:
        # A young temporary file may be another process's that is writing at this moment.
        left = {f"{stored.id}.sealed", "cc.new.tmp", f"{draft_id(1)}.open"}
        assert {path.name for path in files.iterdir()} == left
        assert store.read_attachment(owner, draft_id(1), stored.id) == b"x"


def test_a_source_that_fails_leaves_nothing_behind(store: DraftStore, owner: Owner, draft: str, folder: Path):
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError(28, "no room")

    with pytest.raises(DiskFull):
        store.attach(owner, draft, "photo", "a.jpg", "image/jpeg", Failing())
    assert list((folder / "files").iterdir()) == []
    assert store.load(owner, draft).attachments == ()


def test_a_transaction_that_fails_leaves_no_row_and_no_temporary_file(
    store: DraftStore, owner: Owner, draft: str, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    def fail(*_: object) -> None:
        raise DiskFull()

    monkeypatch.setattr(FileFolder, "publish", fail)
    with pytest.raises(DiskFull):
        store.attach(owner, draft, "photo", "a.jpg", "image/jpeg", b"x")
    monkeypatch.undo()
    assert list((folder / "files").iterdir()) == []
    assert store.load(owner, draft).attachments == ()
    assert store.load(owner, draft).revision == 1
