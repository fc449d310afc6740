"""Cases 12 to 16: the disk is full, fails, becomes read-only or is taken away."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

import pytest

from kiosk.errors import StoreError
from kiosk.offline_queue.errors import DiskFull, StoreReadOnly
from tests.crash import shim, works
from tests.crash.children import Mother
from tests.faults.disks import small_disk
from tests.offline_queue.outbox_support import put, uuid
from tests.offline_queue.support import MIHON_KEY, draft_id, open_store

FAILURES = ("StoreDiskFault", "DiskFull", "StoreBroken", "StoreLocked", "StoreReadOnly")


def test_12_disk_full_at_an_insert(tmp_path: Path):
    kept = 0
    with small_disk(tmp_path / "disk", "2m") as disk:
        with open_store(disk.place / "store") as store:
            with pytest.raises(DiskFull):  # noqa: PT012 - how many fit is the disk's business
                while kept < 1_000:
                    put(store, store.owner(MIHON_KEY), kept, files=1, body=b"x" * 20_000)
                    kept += 1
            assert len(store.outbox.list()) == kept > 5
        disk.mount("size=20m")
        with open_store(disk.place / "store") as store:
            assert [item.id for item in store.outbox.list()] == [uuid(number) for number in range(kept)]
            assert store.outbox.verify() == ()
            put(store, store.owner(MIHON_KEY), kept, files=1)


def test_13_disk_full_at_a_checkpoint(tmp_path: Path):
    with small_disk(tmp_path / "disk", "6m") as disk:
        with open_store(disk.place / "store") as store:
            for number in range(30):
                put(store, store.owner(MIHON_KEY), number, body=b"x" * 20_000)
            assert (disk.place / "store" / "queue.db-wal").stat().st_size > 500_000
            ballast = disk.fill()
            with pytest.raises(DiskFull):
                store.outbox.write_back()
            assert len(store.outbox.list()) == 30
            ballast.unlink()
            store.outbox.write_back()
        with open_store(disk.place / "store") as store:
            assert len(store.outbox.list()) == 30
            assert store.outbox.verify() == ()


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC])
@pytest.mark.parametrize("persistent", [False, True], ids=["once", "from_then_on"])
def test_14_fsync_fails(mother: Mother, folder: Path, number: int, persistent: bool):
    """Nothing that was said is lost by it, and what failed is not said. No fsync is tried again on its handle."""
    for call in range(1, 140, 9):
        death = {"call": call, "kinds": shim.SYNC, "errno": number, "persistent": persistent}
        end = mother.child(works.life, death=death, folder=folder)
        assert end.error in FAILURES or not end.error, end.trace
        assert not (persistent and not end.error), "it went on without a disk"
        mother.child(works.check, folder=folder, histories=[end.said]).well()
        shutil.rmtree(folder)
        folder.with_name(f"{folder.name}.portal").unlink(missing_ok=True)


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC])
def test_14_writes_fail(mother: Mother, folder: Path, number: int):
    for call in range(1, 900, 37):
        death = {"call": call, "kinds": shim.WRITE | shim.NAME, "errno": number}
        end = mother.child(works.life, death=death, folder=folder)
        assert end.error in (*FAILURES, "OSError") or not end.error, end.trace
        mother.child(works.check, folder=folder, histories=[end.said]).well()
        shutil.rmtree(folder)
        folder.with_name(f"{folder.name}.portal").unlink(missing_ok=True)


def test_15_remounted_read_only(tmp_path: Path):
    with small_disk(tmp_path / "disk", "6m") as disk:
        with open_store(disk.place / "store") as store:
            put(store, store.owner(MIHON_KEY), 1, files=1)
        disk.mount("ro")
        with pytest.raises(StoreReadOnly):
            open_store(disk.place / "store")
        disk.mount("rw")
        with open_store(disk.place / "store") as store:
            assert store.outbox.show(uuid(1)).state == "waiting"
            put(store, store.owner(MIHON_KEY), 2, files=1)


def test_16_the_folder_is_removed_while_running(folder: Path):
    """Nothing is called saved that went into a file which nobody will ever find."""
    store = open_store(folder)
    owner = store.owner(MIHON_KEY)
    store.create(owner, {}, {}, draft_id(1))
    shutil.rmtree(folder)
    with pytest.raises(StoreError):
        store.save_answer(owner, draft_id(1), "a", "b")
    with pytest.raises(StoreError):
        put(store, owner, 1)
    with pytest.raises(StoreError):
        store.create(owner, {}, {}, draft_id(2))
    store.close()
    with open_store(folder) as anew:
        put(anew, anew.owner(MIHON_KEY), 1, files=1)
        assert anew.outbox.verify() == ()
