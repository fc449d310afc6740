"""Processes killed at every named step: what was acknowledged is there, and nothing is there twice."""

from __future__ import annotations

import ast
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.offline_queue.drafts import DraftStore
from kiosk.offline_queue.errors import DraftNotFound
from kiosk.offline_queue.steps import STEPS
from tests.offline_queue.outbox_support import NUMBER, claimed, put, uuid
from tests.offline_queue.support import ANSWERS, HEADER, MIHON_KEY, SettableClock, draft_id, open_store
from tests.support.modules import ROOT, syntax_trees

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a process cannot kill itself so there")


def die(folder: Path, step: str, deed: str) -> None:
    """Let a process do ``deed`` and die at ``step``."""
    command = [sys.executable, "-m", "tests.offline_queue.outbox_child", str(folder), step, deed]
    done = subprocess.run(command, cwd=ROOT, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL


def _with_draft(folder: Path) -> None:
    with open_store(folder) as store:
        owner = store.owner(MIHON_KEY)
        store.create(owner, HEADER, ANSWERS, draft_id(1))
        store.attach(owner, draft_id(1), "photo", "p.jpg", "image/jpeg", b"photo")


def _with_item(folder: Path) -> None:
    with open_store(folder) as store:
        put(store, store.owner(MIHON_KEY), 1, files=1)


def _files(folder: Path) -> int:
    return len(list((folder / "files").glob("*.sealed")))


def test_every_step_stands_in_the_source_once():
    found = [
        node.args[0].value
        for _path, tree in syntax_trees("kiosk")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "at"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    ]
    assert set(found) == set(STEPS)
    assert len(set(STEPS)) == len(STEPS)


BEFORE = ("put.begin", "put.files_named", "put.before_commit")
AFTER = ("put.committed", "erase.key", "erase.noted", "put.erased")


@pytest.mark.parametrize("step", [*BEFORE, *AFTER])
def test_either_the_draft_or_the_item_and_never_both(folder: Path, step: str):
    _with_draft(folder)
    die(folder, step, "put")
    with open_store(folder) as store:
        owner = store.owner(MIHON_KEY)
        if step in BEFORE:
            draft = store.load(owner, draft_id(1))
            assert draft.answers == ANSWERS
            assert store.read_attachment(owner, draft_id(1), draft.attachments[0].id) == b"photo"
            assert store.outbox.list() == ()
            assert _files(folder) == 1
        else:
            with pytest.raises(DraftNotFound):
                store.load(owner, draft_id(1))
            assert [item.state for item in store.outbox.list()] == ["waiting"]
            assert len(claimed(store).files) == _files(folder) == 2
            assert store.outbox.verify() == ()
            assert _wrapped_keys(store) == []


def _wrapped_keys(store: DraftStore) -> list[str]:
    keys = vars(store)["_parts"].keys
    with keys.reading() as connection:
        return [row[0] for row in connection.execute("SELECT record FROM record_key").fetchall()]


@pytest.mark.parametrize(
    ("step", "state", "in_doubt"),
    [
        ("claim.committed", "waiting", False),
        ("sending.before_commit", "waiting", False),
        ("sending.committed", "sending", True),
        ("accepted.before_commit", "sending", True),
    ],
)
def test_a_sender_that_dies_leaves_the_truth(folder: Path, step: str, state: str, in_doubt: bool):
    _with_item(folder)
    die(folder, step, "send")
    with open_store(folder) as store:
        assert store.outbox.show(uuid(1)).state == state
        store.dispatch.break_leases()
        work = claimed(store)
        assert work.in_doubt is in_doubt
        assert store.outbox.show(uuid(1)).state == ("uncertain" if in_doubt else "waiting")


@pytest.mark.parametrize("step", ["accepted.committed", "accepted.erased"])
def test_received_stays_received(folder: Path, step: str):
    _with_item(folder)
    die(folder, step, "send")
    with open_store(folder) as store:
        shown = store.outbox.show(uuid(1))
        assert (shown.state, shown.number) == ("accepted", NUMBER)
        assert _files(folder) == 0
        assert store.dispatch.claim("a") is None


@pytest.mark.parametrize(("step", "state"), [("settle.before_commit", "sending"), ("settle.committed", "uncertain")])
def test_a_doubt_survives(folder: Path, step: str, state: str):
    _with_item(folder)
    die(folder, step, "wait")
    with open_store(folder) as store:
        assert store.outbox.show(uuid(1)).state == state


@pytest.mark.parametrize(
    ("step", "state"),
    [
        ("cancel.before_commit", "waiting"),
        ("cancel.committed", "cancelled"),
        ("erase.files", "cancelled"),
        ("erase.key", "cancelled"),
        ("erase.noted", "cancelled"),
    ],
)
def test_taken_back_or_not(folder: Path, step: str, state: str):
    _with_item(folder)
    die(folder, step, "cancel")
    with open_store(folder) as store:
        assert store.outbox.show(uuid(1)).state == state
        assert _files(folder) == (1 if state == "waiting" else 0)


@pytest.mark.parametrize("step", ["checkpoint.before", "checkpoint.after"])
def test_nothing_is_lost_around_a_checkpoint(folder: Path, step: str):
    _with_item(folder)
    die(folder, step, "write_back")
    with open_store(folder) as store:
        assert store.outbox.verify() == ()
        assert claimed(store).id == uuid(1)


@pytest.mark.parametrize("step", ["backup.before", "backup.copied", "backup.named"])
def test_a_backup_is_whole_or_not_there(folder: Path, step: str):
    _with_item(folder)
    die(folder, step, "back_up")
    with open_store(folder) as store:
        names = [path.name for path in sorted((folder / "backups").glob("queue-*"))]
        assert len(names) == (1 if step == "backup.named" else 0)
        store.outbox.back_up()
        assert not list((folder / "backups").glob("*.tmp*"))


@pytest.mark.parametrize("step", ["purge.before_commit", "purge.committed"])
def test_what_is_purged_goes_with_its_files(folder: Path, step: str, clock: SettableClock):
    with open_store(folder, clock) as store:
        clock.forward(days=-60)
        put(store, store.owner(MIHON_KEY), 1, files=1)
        store.outbox.cancel(uuid(1))
    die(folder, step, "purge")
    with open_store(folder) as store:
        assert len(store.outbox.list()) == (1 if step == "purge.before_commit" else 0)
        store.outbox.purge()
        assert store.outbox.list() == ()
        assert _files(folder) == 0
