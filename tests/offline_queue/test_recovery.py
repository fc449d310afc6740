"""A damaged store: set aside, restored from the newest good backup, everything in it asked for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.offline_queue import database, recovery
from kiosk.offline_queue.drafts import DraftStore
from kiosk.offline_queue.errors import StoreBroken, StoreLocked
from tests.offline_queue.outbox_support import NUMBER, claimed, put, uuid
from tests.offline_queue.support import ANSWERS, HEADER, MIHON_KEY, SettableClock, draft_id, open_store, wait_until


def recover(folder: Path, clock: SettableClock) -> str:
    return recovery.recover(folder, "file", "", clock)


def damage(folder: Path, name: str = "queue.db") -> bytes:
    """Overwrite the middle of a database and return what it is now."""
    path = folder / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 64] = b"\x00" * 64
    path.write_bytes(data)
    return bytes(data)


def _filled(folder: Path, clock: SettableClock) -> None:
    """Two items and a draft, a backup, and then: one received, one taken back, a third put in."""
    with open_store(folder, clock) as store:
        owner = store.owner(MIHON_KEY)
        store.create(owner, HEADER, ANSWERS, draft_id(1))
        for number in (1, 2, 3):
            put(store, owner, number, files=1)
        store.outbox.back_up()
        clock.forward(minutes=5)
        work = claimed(store)
        store.dispatch.begin(work)
        store.dispatch.accepted(work.id, NUMBER)
        store.outbox.cancel(uuid(2))
        put(store, owner, 4, files=1)


def test_the_newest_backup_comes_back_and_every_open_item_is_in_doubt(folder: Path, clock: SettableClock):
    _filled(folder, clock)
    broken = damage(folder)
    with pytest.raises(StoreBroken):
        open_store(folder, clock)
    assert recover(folder, clock) == "S30"
    with open_store(folder, clock) as store:
        owner = store.owner(MIHON_KEY)
        states = {item.id: item.state for item in store.outbox.list()}
        # The first was received: the portal says so when it is asked. What was taken back stays taken back.
        assert states == {uuid(1): "uncertain", uuid(2): "cancelled", uuid(3): "uncertain"}
        assert claimed(store).in_doubt
        assert store.load(owner, draft_id(1)).answers == ANSWERS
        assert [(notice.code, notice.count) for notice in store.outbox.notices()] == [("S30", 2)]
    (aside,) = folder.glob("broken-*")
    assert (aside / "queue.db").read_bytes() == broken
    assert len(list((aside / "files").iterdir())) == 1  # of the item that only the damaged file knew
    assert recover(folder, clock) == ""


def test_a_damaged_page_is_found_in_a_file_that_is_too_large_to_be_read_at_every_start(
    folder: Path, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
):
    """Else the sender would meet it for ever, and nothing would be sent any more."""
    _filled(folder, clock)
    damage(folder)
    monkeypatch.setattr(database, "CHECK_BELOW_BYTES", 0)
    assert recover(folder, clock) == "S30"


def test_a_damaged_backup_is_passed_over(folder: Path, clock: SettableClock):
    _filled(folder, clock)
    with open_store(folder, clock) as store:
        newest = store.outbox.back_up()
    damage(newest.parent, newest.name)
    damage(folder)
    assert recover(folder, clock) == "S30"
    with open_store(folder, clock) as store:
        assert {item.id for item in store.outbox.list()} == {uuid(1), uuid(2), uuid(3)}


def test_without_a_backup_it_begins_anew(folder: Path, clock: SettableClock):
    _filled(folder, clock)
    for backup in (folder / "backups").iterdir():
        backup.unlink()
    (folder / "queue.db").write_bytes(b"not a database" * 1000)
    assert recover(folder, clock) == "S31"
    with open_store(folder, clock) as store:
        assert store.outbox.list() == ()
        assert [notice.code for notice in store.outbox.notices()] == ["S31"]
        put(store, store.owner(MIHON_KEY), 9)


def test_lost_keys_lose_drafts_but_no_item(folder: Path, clock: SettableClock):
    _filled(folder, clock)
    damage(folder, "keys.db")
    assert recover(folder, clock) == "S31"
    with open_store(folder, clock) as store:
        assert store.outbox.show(uuid(3)).state == "waiting"
        assert store.list(store.owner(MIHON_KEY)) == ()


def test_nobody_takes_a_store_away_from_under_somebody(store: DraftStore, folder: Path, clock: SettableClock):
    put(store, store.owner(MIHON_KEY), 1)
    if sys.platform == "win32":
        pytest.skip("there an open file cannot be renamed")
    with pytest.raises(StoreLocked):
        recover(folder, clock)
    assert store.outbox.show(uuid(1)).state == "waiting"


def test_a_missing_file_is_a_damaged_one(folder: Path, clock: SettableClock):
    _filled(folder, clock)
    (folder / "queue.db").unlink()
    assert recover(folder, clock) == "S30"


def test_the_sender_mends_and_tells(folder: Path, clock: SettableClock, tmp_path: Path):
    _filled(folder, clock)
    damage(folder)
    settings, log = tmp_path / "s.toml", tmp_path / "kiosk.log"
    settings.write_text(
        f'log_file = "{log}"\n[portal]\norigin = "http://127.0.0.1:9"\n[store]\nfolder = "{folder}"\n'
        'key_source = "file"\n'
    )
    words = [sys.executable, "-m", "kiosk.sender", "--settings", str(settings)]
    sent = tmp_path / "kiosk-sender.log"
    with subprocess.Popen(words, stdin=subprocess.DEVNULL) as process:
        try:
            # The invented bodies are no envelopes: the sender says so once it is at work.
            wait_until(lambda: sent.exists() and "queue.refused" in sent.read_text())
        finally:
            process.terminate()
    assert process.returncode == 0
    said = sent.read_text()
    assert '"event":"queue.broken","error":"S02"' in said
    assert '"event":"queue.recovered","error":"S30"' in said
