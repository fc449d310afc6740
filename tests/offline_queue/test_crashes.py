"""What was acknowledged is there afterwards: killed processes, cut and damaged logs, two processes at once."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.offline_queue.drafts import DraftStore
from kiosk.offline_queue.errors import StoreBroken
from tests.offline_queue.support import MIHON_KEY, MIHON_SIGNATURE, draft_id, open_store

ROOT = Path(__file__).resolve().parents[2]
KILLS = 20
CUTS = 48


def _start(folder: Path, mode: str, start: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.offline_queue.crash_child", str(folder), mode, str(start)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def _acknowledged(process: subprocess.Popen[str], lines: int) -> list[str]:
    """Read ``lines`` acknowledgements, kill, and return all that was acknowledged until then."""
    assert process.stdout is not None
    with process.stdout as output:
        assert output.readline() == "ready\n"
        said = [output.readline() for _ in range(lines)]
        process.kill()
        said += output.readlines()
    process.wait()
    assert not [line for line in said if line.startswith("error")]
    # A line cut by the kill was not acknowledged.
    return [line.strip() for line in said if line.endswith("\n")]


def _check(store: DraftStore, acknowledged: list[str]) -> None:
    owner = store.owner(MIHON_KEY, MIHON_SIGNATURE)
    draft = store.load(owner, draft_id(1))
    for line in acknowledged:
        kind, *rest = line.split()
        if kind == "file":
            assert store.read_attachment(owner, draft_id(1), rest[0]) == rest[1].encode() * 30_000
        else:
            assert draft.answers[f"f{kind}"] == int(kind)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("mode", ["autosave", "direct"])
def test_kill_9_at_any_moment_loses_nothing_that_was_acknowledged(folder: Path, mode: str):
    with open_store(folder) as store:
        store.create(store.owner(MIHON_KEY, MIHON_SIGNATURE), {}, {}, draft_id(1))
    chance, acknowledged = random.Random(20261122), list[str]()
    for round_ in range(KILLS // 2):
        acknowledged += _acknowledged(_start(folder, mode, round_ * 100_000), chance.randrange(1, 120))
        with open_store(folder) as store:
            _check(store, acknowledged)
    assert len(acknowledged) >= KILLS // 2


def test_two_processes_and_this_one_write_at_once(folder: Path):
    with open_store(folder) as store:
        owner = store.owner(MIHON_KEY, MIHON_SIGNATURE)
        store.create(owner, {}, {}, draft_id(1))
        others = [_start(folder, "direct", start) for start in (100_000, 200_000)]
        for number in range(60):
            store.save_answer(owner, draft_id(1), f"f{number}", number)
        acknowledged = [line for process in others for line in _acknowledged(process, 30)]
        _check(store, [*acknowledged, *map(str, range(60))])


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store as a power cut leaves it: 40 saves in the log, none written back."""
    folder = tmp_path_factory.mktemp("logged") / "live"
    copy = folder.with_name("copy")
    with open_store(folder) as store:
        owner = store.owner(MIHON_KEY, MIHON_SIGNATURE)
        store.create(owner, {}, {}, draft_id(1))
    with open_store(folder) as store:
        for number in range(40):
            store.save_answer(owner, draft_id(1), f"f{number}", number)
        shutil.copytree(folder, copy)
    assert (copy / "queue.db-wal").stat().st_size > 40 * 4096
    return copy


def _prefix(folder: Path) -> int:
    """Return how many of the 40 saves are there; they must be the first ones, without a gap."""
    with open_store(folder) as store:
        answers = store.load(store.owner(MIHON_KEY, MIHON_SIGNATURE), draft_id(1)).answers
    assert answers == {f"f{number}": number for number in range(len(answers))}
    return len(answers)


def test_the_log_alone_gives_every_save_back(logged: Path, tmp_path: Path):
    shutil.copytree(logged, tmp_path / "store")
    assert _prefix(tmp_path / "store") == 40


@pytest.mark.parametrize("damage", ["cut", "flip"])
def test_a_log_cut_or_damaged_anywhere_leaves_a_clean_beginning(logged: Path, tmp_path: Path, damage: str):
    whole = (logged / "queue.db-wal").read_bytes()
    chance, found = random.Random(20261122), set[int]()
    for _ in range(CUTS // 2):
        place = chance.randrange(len(whole))
        folder = tmp_path / "store"
        shutil.copytree(logged, folder)
        # The index belongs to the log as it was.
        (folder / "queue.db-shm").unlink()
        flipped = bytearray(whole)
        flipped[place] ^= 1 << chance.randrange(8)
        (folder / "queue.db-wal").write_bytes(whole[:place] if damage == "cut" else bytes(flipped))
        found.add(_prefix(folder))
        shutil.rmtree(folder)
    assert len(found) > 5


def test_a_database_without_its_log_is_the_one_before(logged: Path, tmp_path: Path):
    folder = tmp_path / "store"
    shutil.copytree(logged, folder)
    for name in ("queue.db-wal", "queue.db-shm"):
        (folder / name).unlink()
    assert _prefix(folder) == 0


def test_the_log_of_another_store_is_named_and_not_written_into_this_one(logged: Path, tmp_path: Path):
    folder, other = tmp_path / "store", tmp_path / "other"
    shutil.copytree(logged, folder)
    with open_store(other) as store:
        for number in range(5):
            store.create(store.owner(MIHON_KEY), {}, {"a": "b"}, draft_id(number))
        shutil.copy(other / "queue.db-wal", folder / "queue.db-wal")
    (folder / "queue.db-shm").unlink()
    for _ in range(2):
        with pytest.raises(StoreBroken):
            open_store(folder)
    (folder / "queue.db-shm").unlink(missing_ok=True)
    shutil.copy(logged / "queue.db-wal", folder / "queue.db-wal")
    assert _prefix(folder) == 40
