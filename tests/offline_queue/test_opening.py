"""A store opens right, or says what is wrong and leaves everything as it was."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from kiosk.errors import StoreError
from kiosk.offline_queue import errors, schema
from kiosk.offline_queue.database import Database
from kiosk.offline_queue.keys import StationKey
from tests.offline_queue.support import ANSWERS, HEADER, MIHON_KEY, MIHON_SIGNATURE, draft_id, open_store


@pytest.fixture
def filled(folder: Path) -> Path:
    """A closed store with one draft."""
    with open_store(folder) as store:
        store.create(store.owner(MIHON_KEY, MIHON_SIGNATURE), HEADER, ANSWERS, draft_id(1))
    return folder


def _contents(folder: Path) -> dict[str, bytes]:
    """Return the files' bytes; a reader may leave an index and an empty log, which say nothing."""
    files = [path for path in folder.rglob("*") if path.is_file() and not path.name.endswith("-shm")]
    return {path.name: path.read_bytes() for path in files if path.stat().st_size or not path.name.endswith("-wal")}


def _answers(folder: Path) -> dict[str, object]:
    with open_store(folder) as store:
        return store.load(store.owner(MIHON_KEY, MIHON_SIGNATURE), draft_id(1)).answers


def _flip(name: str, position: int) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        content = bytearray((folder / name).read_bytes())
        content[position] ^= 1
        (folder / name).write_bytes(content)

    return change


def _remove(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def _write(name: str, content: bytes) -> Callable[[Path], None]:
    return lambda folder: _written(folder / name, content)


def _written(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _other_stores(name: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        other = folder.with_name("other")
        open_store(other).close()
        shutil.copy(other / name, folder / name)
        shutil.rmtree(other)

    return change


def _expose(folder: Path) -> None:
    (folder / "station.key").chmod(0o644)


def _link_key(folder: Path) -> None:
    (folder / "station.key").rename(folder / "elsewhere")
    (folder / "station.key").symlink_to(folder / "elsewhere")


FAULTS: dict[str, tuple[Callable[[Path], None], type[StoreError]]] = {
    "key file removed": (_remove("station.key"), errors.StoreKeyMissing),
    "key of another store": (_other_stores("station.key"), errors.StoreKeyWrong),
    "key file cut": (_write("station.key", b"AAAA"), errors.StoreKeyWrong),
    "key file rubbish": (_write("station.key", b"\xff\xfe!!"), errors.StoreKeyWrong),
    "key file readable by others": (_expose, errors.KeyFileExposed),
    "key file a link": (_link_key, errors.KeyFileExposed),
    "identity removed": (_remove("store.json"), errors.StoreBroken),
    "identity rubbish": (_write("store.json", b"[]"), errors.StoreBroken),
    "queue removed": (_remove("queue.db"), errors.StoreBroken),
    "queue emptied": (_write("queue.db", b""), errors.StoreBroken),
    "queue cut": (_write("queue.db", b"SQLite"), errors.StoreBroken),
    "queue of another store": (_other_stores("queue.db"), errors.StoreBroken),
    "bit in the salt": (_flip("queue.db", 3), errors.StoreBroken),
    "bit in the first page": (_flip("queue.db", 300), errors.StoreBroken),
    "bit in a table": (_flip("queue.db", 4096 + 700), errors.StoreBroken),
    "bit in the last page": (_flip("queue.db", -100), errors.StoreBroken),
    "keys removed": (_remove("keys.db"), errors.StoreBroken),
    "keys emptied": (_write("keys.db", b""), errors.StoreBroken),
    "bit in the keys": (_flip("keys.db", 4096 + 700), errors.StoreBroken),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_and_nothing_is_mended(filled: Path, name: str):
    harm, expected = FAULTS[name]
    harm(filled)
    before = _contents(filled)
    for _ in range(2):
        with pytest.raises(expected):
            open_store(filled)
    assert _contents(filled) == before


def test_a_fault_undone_gives_everything_back(filled: Path):
    key = (filled / "station.key").read_bytes()
    (filled / "station.key").unlink()
    with pytest.raises(errors.StoreKeyMissing):
        open_store(filled)
    (filled / "station.key").write_bytes(key)
    (filled / "station.key").chmod(0o600)
    assert _answers(filled) == ANSWERS


def _database(folder: Path, name: str, label: str) -> Database:
    from kiosk.offline_queue.key_places import station_key

    key, _ = station_key(folder, "file")
    return Database(folder / name, key.derive(label))


@pytest.mark.parametrize(
    ("name", "label"), [("queue.db", "zairyu/store/database/v1"), ("keys.db", "zairyu/store/keys-database/v1")]
)
def test_a_newer_file_is_refused(filled: Path, name: str, label: str):
    database = _database(filled, name, label)
    with database.writing() as connection:
        connection.execute("PRAGMA user_version=99")
    database.close()
    with pytest.raises(errors.StoreTooNew) as caught:
        open_store(filled)
    assert caught.value.params == {"version": 99}


def test_a_step_that_fails_leaves_the_old_version_whole(filled: Path):
    def failing(tables: object) -> None:
        tables.table("extra").create({"id": int})  # type: ignore[attr-defined]  # sqlite_utils.Database in fact
        raise RuntimeError("in the middle")

    database = _database(filled, "queue.db", "zairyu/store/database/v1")
    with pytest.raises(RuntimeError):
        schema.migrate(database, (*schema.QUEUE, failing), may_create=False)
    with database.reading() as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == len(schema.QUEUE)
        assert connection.execute("SELECT name FROM sqlite_master WHERE name='extra'").fetchone() is None
    database.close()
    assert _answers(filled) == ANSWERS


def test_a_further_step_is_done_once(filled: Path):
    done: list[int] = []
    database = _database(filled, "queue.db", "zairyu/store/database/v1")

    def further(tables: object) -> None:
        assert tables is not None
        done.append(1)

    steps = (*schema.QUEUE, further)
    for _ in range(2):
        schema.migrate(database, steps, may_create=False)
    database.close()
    assert done == [1]


def test_an_old_engine_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(dbapi2, "sqlite_version_info", (3, 51, 2))
    with pytest.raises(errors.StoreEngineTooOld):
        open_store(folder)


def test_every_connection_waits_for_the_disk(filled: Path):
    database = _database(filled, "queue.db", "zairyu/store/database/v1")
    with database.reading() as connection:
        found = {
            name: connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("synchronous", "journal_mode", "secure_delete", "mmap_size")
        }
    database.close()
    assert found == {"synchronous": 2, "journal_mode": "wal", "secure_delete": 1, "mmap_size": 0}


def test_a_first_start_that_was_cut_short_is_begun_again(filled: Path):
    identity = json.loads((filled / "store.json").read_bytes())
    (filled / "store.json").write_text(json.dumps({**identity, "ready": False}))
    with open_store(filled) as store:
        assert store.list(store.owner(MIHON_KEY, MIHON_SIGNATURE)) == ()
        store.create(store.owner(MIHON_KEY), {}, {}, draft_id(2))
    with open_store(filled) as store:
        assert [item.id for item in store.list(store.owner(MIHON_KEY))] == [draft_id(2)]


def test_the_files_are_for_this_user_alone(filled: Path):
    assert {oct(path.stat().st_mode & 0o077) for path in [filled, *filled.rglob("*")]} == {"0o0"}


def test_a_wrong_key_writes_nothing_on_the_screen(filled: Path, capfd: pytest.CaptureFixture[str]):
    database = Database(filled / "queue.db", StationKey(bytearray(32), weak_place=True).derive("other"))
    with pytest.raises(errors.StoreBroken), database.reading():
        pass
    assert capfd.readouterr() == ("", "")
