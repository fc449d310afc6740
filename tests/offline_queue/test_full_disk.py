"""A disk that is full or read-only: a real small one where it can be mounted, else at the engine's seam."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.offline_queue.database import Database
from kiosk.offline_queue.durable import write_private
from kiosk.offline_queue.errors import DiskFull, StoreDiskFault, StoreLocked, StoreReadOnly, from_os_error
from tests.offline_queue.support import MIHON_KEY, MIHON_SIGNATURE, draft_id, open_store


def _mount(*arguments: str) -> bool:
    program = shutil.which("mount")
    if program is None or sys.platform == "win32" or os.geteuid() != 0:
        return False
    return subprocess.run([program, *arguments], check=False, capture_output=True).returncode == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path | None]:
    """A disk of 3 MB, or None where none can be mounted."""
    place = tmp_path / "disk"
    place.mkdir()
    if not _mount("-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place)):
        yield None
        return
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_disk_is_named_and_what_was_saved_stays(small_disk: Path | None, tmp_path: Path):
    folder = (small_disk or tmp_path) / "store"
    saved = 0
    with open_store(folder) as store:
        owner = store.owner(MIHON_KEY, MIHON_SIGNATURE)
        store.create(owner, {}, {}, draft_id(1))
        if small_disk is None:
            _limit_pages(store)
        with pytest.raises(DiskFull):  # noqa: PT012 - how many answers fit is the disk's business
            while saved < 5_000:
                store.save_answer(owner, draft_id(1), f"f{saved}", "x" * 2_000)
                saved += 1
        assert len(store.load(owner, draft_id(1)).answers) == saved > 0
        if small_disk is not None:
            with pytest.raises(DiskFull):
                store.attach(owner, draft_id(1), "d", "a", "application/pdf", bytes(4_000_000))
            assert list((folder / "files").iterdir()) == []
    if small_disk is not None:
        subprocess.run(["mount", "-o", "remount,size=12m", str(small_disk)], check=True)
    with open_store(folder) as store:
        store.save_answer(owner, draft_id(1), "later", "x")
        assert len(store.load(owner, draft_id(1)).answers) == saved + 1


def _limit_pages(store: object) -> None:
    database = vars(store)["_queue"]
    with database.reading() as connection:
        connection.execute("PRAGMA max_page_count=300")


def test_a_disk_that_becomes_read_only_is_named_and_recovers(small_disk: Path | None, tmp_path: Path):
    if small_disk is None:
        assert isinstance(from_os_error(OSError(30, "read-only")), StoreReadOnly)
        return
    folder = small_disk / "store"
    with open_store(folder) as store:
        owner = store.owner(MIHON_KEY, MIHON_SIGNATURE)
        store.create(owner, {}, {"a": "b"}, draft_id(1))
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(StoreReadOnly):
        open_store(folder)
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    with open_store(folder) as store:
        assert store.load(owner, draft_id(1)).answers == {"a": "b"}


@pytest.mark.parametrize(
    ("number", "expected"),
    [(28, DiskFull), (122, DiskFull), (30, StoreReadOnly), (13, StoreReadOnly), (5, StoreDiskFault)],
)
def test_the_systems_errors_are_named(number: int, expected: type[Exception]):
    assert type(from_os_error(OSError(number, "MIHON", "/MIHON"))) is expected
    assert "MIHON" not in str(from_os_error(OSError(number, "MIHON", "/MIHON")))


def test_after_a_fault_of_the_disk_the_file_is_opened_anew(tmp_path: Path):
    folder = tmp_path / "store"
    with open_store(folder) as store:
        owner = store.owner(MIHON_KEY, MIHON_SIGNATURE)
        store.create(owner, {}, {}, draft_id(1))
        database: Database = vars(store)["_queue"]
        first = vars(database)["_connection"]
        with pytest.raises(StoreDiskFault), database.reading() as connection:
            connection.execute("SELECT no_such_column")  # any error that is not named counts as a fault
        assert vars(database)["_connection"] is None
        store.save_answer(owner, draft_id(1), "a", "b")
        assert vars(database)["_connection"] is not first


def test_the_folder_removed_while_running_is_an_error_and_not_a_crash(tmp_path: Path):
    folder = tmp_path / "store"
    store = open_store(folder)
    owner = store.owner(MIHON_KEY, MIHON_SIGNATURE)
    store.create(owner, {}, {}, draft_id(1))
    shutil.rmtree(folder / "files")
    with pytest.raises(StoreDiskFault):
        store.attach(owner, draft_id(1), "d", "a", "application/pdf", b"x")
    store.close()


def test_a_lock_that_is_never_given_back_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("kiosk.offline_queue.database.BUSY_SECONDS", 0.05)
    folder = tmp_path / "store"
    with open_store(folder) as one, open_store(folder) as two:
        owner = one.owner(MIHON_KEY, MIHON_SIGNATURE)
        one.create(owner, {}, {}, draft_id(1))
        database: Database = vars(one)["_queue"]
        with database.writing(), pytest.raises(StoreLocked):
            two.save_answer(owner, draft_id(1), "a", "b")
        two.save_answer(owner, draft_id(1), "a", "c")
        assert one.load(owner, draft_id(1)).answers == {"a": "c"}


def test_a_store_in_a_place_that_can_not_be_made_is_an_error(tmp_path: Path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreDiskFault):
        open_store(tmp_path / "file" / "store")


def test_a_private_file_that_can_not_be_written_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(_: int) -> None:
        raise OSError(28, "no room")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFull):
        write_private(tmp_path / "a", b"x")
    assert list(tmp_path.iterdir()) == []
