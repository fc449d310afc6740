"""A store of the first version: copied before it is changed, changed at one stroke; a newer one is refused."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.offline_queue import schema
from kiosk.offline_queue.errors import StoreTooNew
from tests.offline_queue.outbox_support import put
from tests.offline_queue.support import ANSWERS, HEADER, MIHON_KEY, draft_id, open_store
from tests.support.modules import ROOT


@pytest.fixture
def first_version(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with a draft, as the first version of the program left it."""
    with open_store(folder) as store:
        store.create(store.owner(MIHON_KEY), HEADER, ANSWERS, draft_id(1))
        parts = vars(store)["_parts"]
        for database, tables in (
            (parts.queue, ("outbox", "outbox_body", "outbox_file", "outbox_gate", "notice")),
            (parts.keys, ("cancelled",)),
        ):
            with database.writing() as connection:
                for table in tables:
                    connection.execute(f"DROP TABLE {table}")
                if database is parts.queue:
                    connection.execute("ALTER TABLE draft DROP COLUMN kept_until")
                connection.execute("PRAGMA user_version=1")
    return folder


def _check(folder: Path) -> None:
    with open_store(folder) as store:
        owner = store.owner(MIHON_KEY)
        assert store.load(owner, draft_id(1)).answers == ANSWERS
        put(store, owner, 1)
        assert store.outbox.verify() == ()


def test_it_is_brought_up_to_date_after_a_copy(first_version: Path):
    _check(first_version)
    assert len(list((first_version / "backups").glob("queue-*.db"))) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot kill itself so there")
@pytest.mark.parametrize("step", ["migration.backed_up", "migration.before_commit", "migration.committed"])
def test_killed_in_between_it_is_old_or_new_and_whole(first_version: Path, step: str):
    command = [sys.executable, "-m", "tests.offline_queue.outbox_child", str(first_version), step, "open"]
    done = subprocess.run(command, cwd=ROOT, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    _check(first_version)


def test_a_newer_one_is_refused_and_left_as_it_is(folder: Path):
    with open_store(folder) as store:
        parts = vars(store)["_parts"]
        with parts.queue.writing() as connection:
            connection.execute(f"PRAGMA user_version={len(schema.QUEUE) + 1}")
    before = (folder / "queue.db").read_bytes()
    with pytest.raises(StoreTooNew):
        open_store(folder)
    assert (folder / "queue.db").read_bytes() == before
    assert not (folder / "backups").exists()
