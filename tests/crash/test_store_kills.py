"""A station killed with SIGKILL: at named steps, at every kind of disk call (the half of a write done), at any moment.

After each kill another process opens what is left: what was said is there, nothing is there twice, every page and file
is whole, nothing can be read in any file, and everything becomes final.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.offline_queue.steps import STEPS
from tests.crash import works
from tests.crash.children import Mother

CALLS = 300
"""How many of the about 1,100 disk calls of a station's life are tried in one round, spread over all of them."""

MOMENTS = 50
PAIRS = 20
UPGRADE_CALLS = 40
MEND_CALLS = 30
PLACES = (1, 2, 3)
"""A step is passed more than once: the first three times are tried."""

STORE_STEPS = tuple(step for step in STEPS if step.split(".")[0] not in ("upload", "post", "recover", "migration"))


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "store"
    shutil.rmtree(tmp_path, ignore_errors=True)


def kill_and_check(mother: Mother, folder: Path, death: dict[str, Any]) -> bool:
    """Let a station live and die; return whether it was killed. Everything it said must hold afterwards."""
    end = mother.child(works.life, death=death, folder=folder)
    if not end.killed:
        end.well()
    check(mother, folder, end.said)
    return end.killed


def some_of(calls: int, wanted: int) -> list[int]:
    """Return so many different numbers of calls, spread over all of them; all where there are no more."""
    return sorted(random.Random(20261123).sample(range(1, calls + 1), min(wanted, calls)))


def check(mother: Mother, folder: Path, *histories: list[Any]) -> None:
    """Let another process look at what is left, then clear it away."""
    mother.child(works.check, folder=folder, histories=histories).well()
    shutil.rmtree(folder)
    folder.with_name(f"{folder.name}.portal").unlink(missing_ok=True)


@pytest.mark.parametrize("step", STORE_STEPS)
def test_killed_at_a_named_step(mother: Mother, place: Path, step: str):
    kills = sum(kill_and_check(mother, place, {"step": step, "nth": nth}) for nth in PLACES)
    assert kills > 0, "the step is never passed"


@pytest.mark.timeout(1_200)
def test_killed_at_any_disk_call(mother: Mother, place: Path, rounds: int):
    calls = mother.child(works.life, death={"call": 0}, folder=place).well().calls
    shutil.rmtree(place)
    place.with_name(f"{place.name}.portal").unlink()
    wanted = some_of(calls, CALLS * rounds)
    kills = sum(kill_and_check(mother, place, {"call": call}) for call in wanted)
    assert kills >= len(wanted) * 0.95  # ids are random, so the number of calls is not always the same


@pytest.mark.timeout(1_200)
def test_killed_at_any_moment(mother: Mother, place: Path, rounds: int):
    chance = random.Random()
    for _ in range(MOMENTS * rounds):
        end = mother.child(works.busy, death={"after": chance.uniform(0.01, 0.4)}, folder=place)
        assert end.killed, end.trace
        check(mother, place, end.said)


@pytest.mark.timeout(1_200)
def test_two_writers_on_one_store_killed_at_any_moment(mother: Mother, other: Mother, place: Path, rounds: int):
    chance = random.Random()
    for _ in range(PAIRS * rounds):
        for who, start in ((mother, 0), (other, 100_000)):
            death = {"after": chance.uniform(0.05, 0.8)}
            who.begin(works.busy, death=death, folder=place, start=start, purges=False)
        ends = mother.end(), other.end()
        assert all(end.killed for end in ends), [end.trace for end in ends]
        check(mother, place, *(end.said for end in ends))


@pytest.fixture(scope="module")
def first_version(mother: Mother, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Any]]:
    folder = tmp_path_factory.mktemp("old") / "store"
    return folder, mother.child(works.old_version, folder=folder).well().said


def upgrade_and_check(mother: Mother, old: tuple[Path, list[Any]], place: Path, death: dict[str, Any]) -> bool:
    """Let the opening of a store of the first version die; afterwards it opens with everything in it."""
    shutil.copytree(old[0], place)
    end = mother.child(works.upgrade, death=death, folder=place)
    if not end.killed:
        end.well()
    check(mother, place, old[1])
    return end.killed


@pytest.mark.parametrize("step", [step for step in STEPS if step.startswith("migration.")])
def test_killed_in_a_migration(mother: Mother, first_version: tuple[Path, list[Any]], place: Path, step: str):
    assert upgrade_and_check(mother, first_version, place, {"step": step})
    assert upgrade_and_check(mother, first_version, place, {"step": step, "nth": 2})


@pytest.fixture(scope="module")
def damaged(mother: Mother, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Any]]:
    folder = tmp_path_factory.mktemp("damaged") / "store"
    return folder, mother.child(works.before_damage, folder=folder).well().said


def mend_and_check(mother: Mother, damaged: tuple[Path, list[Any]], place: Path, death: dict[str, Any]) -> bool:
    """Let whoever mends a damaged store die; the next one mends it, and everything that was put in is there."""
    shutil.copytree(damaged[0], place)
    shutil.copy(damaged[0].with_name("store.portal"), place.with_name("store.portal"))
    end = mother.child(works.mend, death=death, folder=place)
    if not end.killed:
        end.well()
    mother.child(works.mend, folder=place).well()
    check(mother, place, damaged[1])
    return end.killed


@pytest.mark.parametrize("step", [step for step in STEPS if step.startswith("recover.")])
def test_killed_while_a_damaged_store_is_mended(
    mother: Mother, damaged: tuple[Path, list[Any]], place: Path, step: str
):
    assert mend_and_check(mother, damaged, place, {"step": step})


@pytest.mark.timeout(600)
def test_killed_at_any_disk_call_of_mending(mother: Mother, damaged: tuple[Path, list[Any]], place: Path, rounds: int):
    shutil.copytree(damaged[0], place)
    calls = mother.child(works.mend, death={"call": 0}, folder=place).well().calls
    shutil.rmtree(place)
    wanted = some_of(calls, MEND_CALLS * rounds)
    kills = sum(mend_and_check(mother, damaged, place, {"call": call}) for call in wanted)
    assert kills >= len(wanted) * 0.9


@pytest.mark.timeout(600)
def test_killed_at_any_disk_call_of_a_migration(
    mother: Mother, first_version: tuple[Path, list[Any]], place: Path, rounds: int
):
    calls = some_of(90, UPGRADE_CALLS * rounds)
    kills = sum(upgrade_and_check(mother, first_version, place, {"call": call}) for call in calls)
    assert kills > len(calls) // 2
