"""Nothing readable: markers typed in are found in no file and no log, and an erased draft opens never again."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from kiosk.offline_queue.autosave import Autosave
from kiosk.offline_queue.errors import DraftNotFound
from tests.offline_queue.support import MIHON_KEY, MIHON_SIGNATURE, all_bytes, draft_id, open_store

MARKERS = (
    "KAKUU MIHON",
    "架空見本",
    "XX00000000XX",
    "q5_marker_field",
    "marker_slot",
    "mihon-name.pdf",
    "extension-marker",
)
FORMS = ("utf-8", "utf-16-le", "utf-16-be", "unicode_escape")


def _assert_no_marker(content: bytes) -> None:
    for marker in MARKERS:
        for form in FORMS:
            assert marker.encode(form) not in content, marker


@pytest.fixture
def live(folder: Path) -> Path:
    """A folder as it is while a store is open and has been written: databases, log, index, files, keys."""
    copy = folder.with_name("live")
    with open_store(folder) as store:
        owner = store.owner(MIHON_KEY, MIHON_SIGNATURE)
        store.create(owner, {"procedure": MARKERS[6]}, {MARKERS[3]: MARKERS[0]}, draft_id(1))
        autosave = Autosave(store, owner, lambda _: None, lambda _: None)
        autosave.put(draft_id(1), MARKERS[3], [{"名": MARKERS[1], "card": MARKERS[2]}])
        assert autosave.close(10)
        content = " ".join(MARKERS).encode() * 5_000
        store.attach(owner, draft_id(1), MARKERS[4], MARKERS[5], "application/pdf", content)
        shutil.copytree(folder, copy)
    return copy


def test_no_marker_is_in_any_file_while_the_store_is_open(live: Path):
    names = {path.name for path in live.rglob("*")}
    assert {"queue.db", "queue.db-wal", "queue.db-shm", "keys.db", "store.json", "station.key"} <= names
    assert MIHON_KEY not in all_bytes(live)
    _assert_no_marker(all_bytes(live))


@pytest.mark.usefixtures("live")
def test_no_marker_is_in_any_file_afterwards(folder: Path):
    _assert_no_marker(all_bytes(folder))


def test_an_open_database_shows_no_answer_either(live: Path):
    """Whoever has the station key, but not the card, sees rows, sizes and times."""
    with open_store(live) as store:
        database = vars(store)["_queue"]
        with database.reading() as connection:
            tables = [
                row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type='table'").fetchall()
            ]
            rows = [row for table in tables for row in connection.execute(f"SELECT * FROM {table}").fetchall()]
    assert {"draft", "piece", "file"} <= set(tables)
    assert len(rows) >= 4
    _assert_no_marker(
        b"|".join(item if isinstance(item, bytes) else str(item).encode() for row in rows for item in row)
    )


def test_logs_hold_ids_alone(folder: Path, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    with open_store(folder) as store:
        owner = store.owner(MIHON_KEY, MIHON_SIGNATURE)
        store.create(owner, {"p": MARKERS[0]}, {MARKERS[3]: MARKERS[1]}, draft_id(1))
        kept = store.attach(owner, draft_id(1), MARKERS[4], MARKERS[5], "application/pdf", b"x")
        store.detach(owner, draft_id(1), kept.id)
        store.erase(owner, draft_id(1))
    assert draft_id(1) in caplog.text
    assert kept.id in caplog.text
    _assert_no_marker(caplog.text.encode())


def test_without_its_wrapped_key_a_draft_is_gone_even_where_its_rows_are_left(folder: Path, live: Path):
    """As after a restored backup: the rows come back, the key does not, since keys are in no backup."""
    with open_store(folder) as store:
        owner = store.owner(MIHON_KEY, MIHON_SIGNATURE)
        store.erase(owner, draft_id(1))
    for name in ("queue.db", "queue.db-wal"):
        shutil.copy(live / name, folder / name)
    with open_store(folder) as store:
        assert store.list(owner) == ()
        with pytest.raises(DraftNotFound):
            store.load(owner, draft_id(1))


def _decrypted(path: Path, key: bytes) -> bytes:
    """Return every page of an SQLCipher 4 file: AES-256-CBC, with the vector in the page's last 80 bytes."""
    pages = b""
    content = path.read_bytes()
    for start in range(0, len(content), 4096):
        page = content[start : start + 4096]
        decryptor = Cipher(AES(key), CBC(page[-80:-64])).decryptor()
        pages += decryptor.update(page[16 if start == 0 else 0 : -80]) + decryptor.finalize()
    return pages


def test_an_erased_wrapped_key_is_in_no_page_that_is_left(folder: Path):
    with open_store(folder) as store:
        owner = store.owner(MIHON_KEY, MIHON_SIGNATURE)
        for number in range(3):
            store.create(owner, {}, {}, draft_id(number))
        keys = vars(store)["_parts"].keys
        with keys.reading() as connection:
            rows = dict(connection.execute("SELECT record, wrapped FROM record_key").fetchall())
        keys.forget_old_pages()
        before = _decrypted(folder / "keys.db", vars(keys)["_key"])
        assert all(wrapped in before for wrapped in rows.values())
        store.erase(owner, draft_id(1))
        # At once, not only when the store is closed.
        after = _decrypted(folder / "keys.db", vars(keys)["_key"])
        assert (folder / "keys.db-wal").stat().st_size == 0
    assert [record for record, wrapped in sorted(rows.items()) if wrapped in after] == [draft_id(0), draft_id(2)]
