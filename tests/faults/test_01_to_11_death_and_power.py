"""Cases 1 to 11: the process dies between two named moments, or the power does.

The power is that of a disk of our own over ``/dev/fuse`` (``power_disk``): what was not flushed is dropped, in part or
whole, also a name in a folder, and what was written without a flush may have arrived in any order and torn. It needs
root and the kernel's FUSE, and is skipped elsewhere; device-mapper logs are not needed then. What it cannot show is a
disk that says it has flushed and has not: no program can be safe on that.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.clock import utc_now
from kiosk.offline_queue.drafts import DraftStore
from kiosk.settings import StoreSettings
from tests.crash import sending, works
from tests.crash.children import End, Mother
from tests.faults import deeds
from tests.faults.office import Office
from tests.faults.power import Disk

CUTS = 60
"""Power cuts at any of the about 1,700 changes that a station's life makes to its disk."""

MOMENTS = {
    "01_before_begin": "put.begin",
    "02_in_the_transaction": "put.before_commit",
    "03_committed_but_not_acknowledged": "put.committed",
    "04_sending_but_not_connected": "sending.committed",
    "05_posted_but_not_answered": "accepted.before_commit",
    "06_answered_but_not_stored": "accepted.committed",
    "07_in_a_checkpoint": "checkpoint.before",
    "09_in_a_backup": "backup.copied",
    "10_in_an_erasure": "erase.key",
}


def _died(mother: Mother, folder: Path, death: dict[str, Any]) -> None:
    end = mother.child(works.life, death=death, folder=folder)
    assert end.killed
    mother.child(works.check, folder=folder, histories=[end.said]).well()


def test_01_killed_before_begin(mother: Mother, folder: Path):
    _died(mother, folder, {"step": "put.begin"})


def test_02_killed_in_the_transaction(mother: Mother, folder: Path):
    _died(mother, folder, {"step": "put.before_commit"})


def test_03_killed_after_commit_before_the_acknowledgement(mother: Mother, folder: Path):
    _died(mother, folder, {"step": "put.committed"})


def _sent_after(mother: Mother, folder: Path, office: Office, dying: Any, death: dict[str, Any] | None = None) -> None:
    """An item, a sender that dies, another sender: one application, and the number is here."""
    with DraftStore.open(folder, StoreSettings(key_source="file"), utc_now) as store:
        item_id = office.put(store)[0]
    before = office.applications()
    with office.serving():
        assert mother.child(dying, death=death, folder=folder, origin=office.origin).killed
        mother.child(sending.deliver, folder=folder, origin=office.origin).well()
    with DraftStore.open(folder, StoreSettings(key_source="file"), utc_now) as store:
        assert store.outbox.show(item_id).state == "accepted"
    assert office.applications() == before + 1


@pytest.mark.parametrize("step", ["sending.committed", "upload.before", "post.before"])
def test_04_killed_after_sending_before_connect(mother: Mother, folder: Path, office: Office, step: str):
    _sent_after(mother, folder, office, sending.deliver, {"step": step})


def test_05_killed_after_the_body_before_the_answer(mother: Mother, folder: Path, office: Office):
    _sent_after(mother, folder, office, deeds.die_before_the_answer)


@pytest.mark.parametrize("step", ["post.answered", "accepted.before_commit"])
def test_06_killed_after_the_answer_before_it_is_stored(mother: Mother, folder: Path, office: Office, step: str):
    _sent_after(mother, folder, office, sending.deliver, {"step": step})


@pytest.mark.parametrize("step", ["checkpoint.before", "checkpoint.after"])
def test_07_killed_in_a_checkpoint(mother: Mother, folder: Path, step: str):
    _died(mother, folder, {"step": step})


@pytest.mark.parametrize("step", ["migration.before", "migration.backed_up", "migration.before_commit"])
def test_08_killed_in_a_migration(mother: Mother, folder: Path, step: str):
    said = mother.child(works.old_version, folder=folder).well().said
    assert mother.child(works.upgrade, death={"step": step}, folder=folder).killed
    mother.child(works.check, folder=folder, histories=[said]).well()


@pytest.mark.parametrize("step", ["backup.before", "backup.copied", "backup.named"])
def test_09_killed_in_vacuum_into(mother: Mother, folder: Path, step: str):
    _died(mother, folder, {"step": step})


@pytest.mark.parametrize("step", ["erase.key", "erase.noted", "accepted.erased", "purge.before_commit"])
def test_10_killed_in_an_erasure(mother: Mother, folder: Path, step: str):
    _died(mother, folder, {"step": step})


# --- power ------------------------------------------------------------------------------------------------------------


class Power:
    """A disk, and stations that live on it until the power goes."""

    def __init__(self, disk: Disk, mother: Mother, folder: Path) -> None:
        self.disk, self.mother, self.folder = disk, mother, folder
        self._number = 0

    def cut(self, work: Any, *, cut_at: int = 0, seed: int = 0, death: dict[str, Any] | None = None) -> End:
        """Let a station live until the power goes; return the end of a check of what the disk holds then."""
        self._number += 1
        left, portal = self.folder / f"left{self._number}", self.folder / f"portal{self._number}"
        self.disk.begin(cut_at=cut_at, seed=seed)
        end = self.mother.child(work, death=death, folder=self.disk.place / "store", portal_file=portal)
        assert end.killed, end.trace
        self.disk.image(left)
        histories = [end.said]
        checked = self.mother.child(works.check, folder=left / "store", histories=histories, portal_file=portal)
        shutil.rmtree(left)
        return checked


@pytest.fixture(scope="module")
def power(mother: Mother, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Power]:
    folder = tmp_path_factory.mktemp("power")
    with Disk(folder / "disk") as disk:
        yield Power(disk, mother, folder)


@pytest.mark.parametrize("moment", MOMENTS)
def test_11_power_cut_at_the_moment_of(power: Power, moment: str):
    for seed in range(3):
        power.cut(works.life, seed=seed, death={"step": MOMENTS[moment]}).well()


def test_11_power_cut_at_the_moment_of_08_a_migration(power: Power, mother: Mother, tmp_path: Path):
    for seed, step in enumerate(["migration.before", "migration.backed_up", "migration.before_commit"]):
        power.disk.begin(seed=seed)
        store = power.disk.place / "store"
        said = mother.child(works.old_version, folder=store).well().said
        assert mother.child(works.upgrade, death={"step": step}, folder=store).killed
        power.disk.image(tmp_path / step)
        mother.child(works.check, folder=tmp_path / step / "store", histories=[said]).well()


@pytest.mark.timeout(300)
def test_11_power_cut_at_any_change(power: Power):
    chance = random.Random(20261123)
    for seed in range(CUTS):
        power.cut(works.life, cut_at=chance.randrange(5, 1_600), seed=seed).well()


@pytest.mark.timeout(300)
def test_11_the_disk_shows_what_a_program_loses_that_does_not_flush(power: Power):
    ends = [power.cut(deeds.unflushed_life, cut_at=cut, seed=cut) for cut in range(150, 1_000, 50)]
    assert [end for end in ends if end.error]
