"""Cases 17 to 22: a log is missing, foreign, cut or flipped; an old file comes back; the key is wrong or gone.

Never is anything wrong taken for right: what cannot be trusted is refused by name, set aside, and the portal is asked.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kiosk.errors import StoreError
from kiosk.offline_queue import errors
from kiosk.offline_queue.drafts import DraftStore
from kiosk.offline_queue.recovery import recover
from tests.faults.conftest import Desk
from tests.faults.office import Office
from tests.offline_queue.outbox_support import put, uuid
from tests.offline_queue.support import MIHON_KEY, SettableClock, draft_id, open_store

LOG_CUTS = 400
FLIPS = 60
ITEMS = 20


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store as a power cut leaves it: twenty items, each with its draft erased, all of it in the log alone."""
    folder = tmp_path_factory.mktemp("logged") / "live"
    open_store(folder).close()
    with open_store(folder) as store:
        for number in range(ITEMS):
            put(store, store.owner(MIHON_KEY), number, body=b"x" * 2_000)
        shutil.copytree(folder, folder.with_name("copy"))
    (folder.with_name("copy") / "queue.db-shm").unlink()
    return folder.with_name("copy")


def _items(folder: Path) -> int:
    """Return how many items are there: the first ones, without a gap, and whole."""
    with open_store(folder) as store:
        found = [item.id for item in store.outbox.list()]
        assert store.outbox.verify() == ()
    assert found == [uuid(number) for number in range(len(found))]
    return len(found)


def _damaged(logged: Path, folder: Path, log: bytes | None) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(logged, folder)
    if log is None:
        (folder / "queue.db-wal").unlink()
    else:
        (folder / "queue.db-wal").write_bytes(log)
    return folder


def test_17_the_log_is_missing(logged: Path, folder: Path):
    assert _items(_damaged(logged, folder, None)) == 0
    with open_store(folder) as store:
        put(store, store.owner(MIHON_KEY), 0)
    assert _items(folder) == 1


@pytest.mark.timeout(300)
@pytest.mark.parametrize("damage", ["cut", "flipped"])
def test_17_the_log_is_cut_or_flipped_anywhere(logged: Path, folder: Path, damage: str):
    whole, chance = (logged / "queue.db-wal").read_bytes(), random.Random(20261123)
    assert _items(_damaged(logged, folder, whole)) == ITEMS
    found = set[int]()
    for _ in range(LOG_CUTS // 2):
        place, log = chance.randrange(len(whole)), bytearray(whole)
        if damage == "cut":
            del log[place:]
        else:
            log[place] ^= 1 << chance.randrange(8)
        found.add(_items(_damaged(logged, folder, bytes(log))))
    assert len(found) > 10


def test_18_the_log_of_another_database(logged: Path, folder: Path, clock: SettableClock):
    with open_store(folder.with_name("other")) as other:
        for number in range(5):
            put(other, other.owner(MIHON_KEY), number)
        log = (folder.with_name("other") / "queue.db-wal").read_bytes()
    _damaged(logged, folder, log)
    with pytest.raises(errors.StoreBroken):
        open_store(folder)
    assert recover(folder, "file", "", clock) == errors.BEGUN_ANEW
    (aside,) = folder.glob("broken-*")
    assert (aside / "queue.db-wal").read_bytes() == log
    with open_store(folder, clock) as store:
        put(store, store.owner(MIHON_KEY), 1)
        assert [notice.code for notice in store.outbox.notices()] == [errors.BEGUN_ANEW]


class Past:
    """A store whose ``queue.db`` can be put back to an earlier moment, as somebody with a backup might."""

    def __init__(self, folder: Path, clock: SettableClock) -> None:
        self.folder, self._clock = folder, clock

    def store(self) -> DraftStore:
        return open_store(self.folder, self._clock)

    def keep(self) -> None:
        shutil.copy(self.folder / "queue.db", self.folder.with_name("old.db"))

    def come_back(self) -> None:
        for log in self.folder.glob("queue.db-*"):
            log.unlink()
        shutil.copy(self.folder.with_name("old.db"), self.folder / "queue.db")


@pytest.fixture
def past(folder: Path, clock: SettableClock) -> Past:
    return Past(folder, clock)


@pytest.mark.parametrize("damaged", [False, True], ids=["replaced", "restored"])
def test_19_an_older_backup_comes_back(past: Past, office: Office, clock: SettableClock, damaged: bool):
    """What the portal has received is found to be received; what was taken back stays taken back."""
    with past.store() as store:
        sent, cancelled, waiting = office.put(store, 3)
        if damaged:
            store.outbox.back_up()
    past.keep()
    with past.store() as store:
        desk = Desk(store, office, clock)
        store.outbox.cancel(cancelled)
        assert desk.sender(office.client()).forward()
        assert desk.state(sent) == ("accepted", "")
    received = office.applications()
    if damaged:
        clock.forward(seconds=1)
        _break(past.folder / "queue.db")
        assert recover(past.folder, "file", "", clock) == errors.RESTORED
    else:
        past.come_back()
    with past.store() as store:
        desk = Desk(store, office, clock)
        desk.finish()
        assert desk.state(cancelled)[0] == "cancelled"
        assert desk.state(sent)[0] == "accepted"
        # Its files went with the receipt or with what was set aside; where they did, a person has to sign again.
        assert desk.state(waiting)[0] in ("accepted", "needs_user")
        assert office.applications() <= received + 1
        assert cancelled not in office.received()


def _break(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 64] = bytes(64)
    path.write_bytes(data)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", ["queue.db", "keys.db", "queue.db-wal", "station.key", "store.json"])
def test_20_one_bit_flips(logged: Path, folder: Path, clock: SettableClock, name: str):
    """It is refused by name, or everything that is there is right; and a recovery leads to a store that works."""
    content, chance = (logged / name).read_bytes(), random.Random(20261123)
    refused = 0
    for _ in range(FLIPS):
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(logged, folder)
        flipped = bytearray(content)
        flipped[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        (folder / name).write_bytes(flipped)
        try:
            _items(folder)
        except StoreError as error:
            refused += 1
            _mended(folder, clock, error)
    assert refused > 0 or name == "queue.db-wal"


def _mended(folder: Path, clock: SettableClock, error: StoreError) -> None:
    if not isinstance(error, errors.StoreBroken) or error.params.get("file") == "store.json":
        return  # a key is not mended: somebody has it, or nobody
    recover(folder, "file", "", clock)
    with open_store(folder, clock) as store:
        put(store, store.owner(MIHON_KEY), 99)
        assert store.outbox.verify() == ()


def _other_key(folder: Path) -> None:
    open_store(folder.with_name("other")).close()
    shutil.copy(folder.with_name("other") / "station.key", folder / "station.key")


def _no_key(folder: Path) -> None:
    (folder / "station.key").unlink()


_KEYS: dict[str, tuple[Callable[[Path], None], type[StoreError]]] = {
    "21_wrong": (_other_key, errors.StoreKeyWrong),
    "22_missing": (_no_key, errors.StoreKeyMissing),
}


def _key_fault(logged: Path, folder: Path, case: str, opened: Callable[[], Any]) -> None:
    harm, expected = _KEYS[case]
    shutil.copytree(logged, folder)
    key = (folder / "station.key").read_bytes()
    harm(folder)
    before = {path.name: path.read_bytes() for path in folder.glob("*.db*")}
    for _ in range(2):
        with pytest.raises(expected):
            opened()
    assert {path.name: path.read_bytes() for path in folder.glob("*.db*")} == before
    (folder / "station.key").unlink(missing_ok=True)
    (folder / "station.key").write_bytes(key)
    (folder / "station.key").chmod(0o600)
    assert _items(folder) == ITEMS


@pytest.mark.parametrize("how", ["open", "recover"])
def test_21_the_key_is_wrong(logged: Path, folder: Path, clock: SettableClock, how: str):
    """Nothing is set aside or begun anew over a wrong key: the right one gives everything back."""
    ways = {"open": lambda: open_store(folder), "recover": lambda: recover(folder, "file", "", clock)}
    _key_fault(logged, folder, "21_wrong", ways[how])


@pytest.mark.parametrize("how", ["open", "recover"])
def test_22_the_key_is_missing(logged: Path, folder: Path, clock: SettableClock, how: str):
    ways = {"open": lambda: open_store(folder), "recover": lambda: recover(folder, "file", "", clock)}
    _key_fault(logged, folder, "22_missing", ways[how])


def test_22_a_draft_without_its_record_key_is_not_shown_as_another(folder: Path, clock: SettableClock):
    with open_store(folder, clock) as store:
        owner = store.owner(MIHON_KEY)
        store.create(owner, {}, {"a": "b"}, draft_id(1))
    with open_store(folder, clock) as store:
        with vars(store)["_parts"].keys.writing() as connection:
            connection.execute("DELETE FROM record_key")
        with pytest.raises(errors.DraftNotFound):
            store.load(store.owner(MIHON_KEY), draft_id(1))
        assert store.list(store.owner(MIHON_KEY)) == ()
