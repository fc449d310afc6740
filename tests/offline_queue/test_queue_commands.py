"""``kiosk queue``, as it is typed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kiosk.cli import main
from kiosk.offline_queue.drafts import DraftStore
from kiosk.offline_queue.durable import process_lock
from kiosk.offline_queue.outbox_model import Reason, State
from kiosk.sender import LOCK_FILE
from tests.offline_queue.outbox_support import NUMBER, claimed, put, uuid
from tests.offline_queue.support import ANSWERS, HEADER, MIHON_KEY, draft_id, open_store

NAMES = ["id", "kind", "state", "created", "not_before", "not_after", "attempts", "reason"]


class Typed:
    """Types a command and keeps what came of it."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.file = folder.parent / "station.toml"
        # A port that nobody listens at: nothing is sent.
        self.file.write_text(
            f'language = "en"\n[portal]\norigin = "http://127.0.0.1:9"\n'
            f'[store]\nfolder = "{folder.as_posix()}"\nkey_source = "file"\n'
        )
        self._capsys = capsys
        self.out = self.err = ""

    def __call__(self, *words: str) -> int:
        """Return the exit status."""
        with pytest.raises(SystemExit) as ended:
            main(["queue", *words, "--settings", str(self.file)])
        self.out, self.err = self._capsys.readouterr()
        return int(str(ended.value.code))

    def json(self, *words: str) -> Any:
        """Return what a command says to programs."""
        assert self(*words, "--json") == 0
        return json.loads(self.out)


@pytest.fixture
def typed(folder: Path, capsys: pytest.CaptureFixture[str]) -> Typed:
    return Typed(folder, capsys)


@pytest.fixture
def filled(folder: Path) -> Path:
    """A draft, an item that waits, one that was received, one that needs its person."""
    with open_store(folder) as store:
        owner = store.owner(MIHON_KEY)
        store.create(owner, HEADER, ANSWERS, draft_id(1))
        for number in (1, 2, 3):
            put(store, owner, number, files=1)
        store.dispatch.accepted(claimed(store).id, NUMBER)
        store.dispatch.refused(claimed(store), State.NEEDS_USER, Reason.SIGNATURE)
    return folder


@pytest.mark.usefixtures("filled")
class TestQueue:
    def test_list(self, typed: Typed):
        said = typed.json("list")
        assert all(list(line) == NAMES for line in said)
        assert [(line["id"], line["kind"], line["state"], line["reason"]) for line in said] == [
            (draft_id(1), "draft", "draft", ""),
            (uuid(1), "application", "accepted", ""),
            (uuid(2), "application", "needs_user", "signature"),
            (uuid(3), "application", "waiting", ""),
        ]
        assert said[0]["not_after"] is said[0]["not_before"] is None
        assert said[3]["not_before"].endswith("+00:00")

    def test_no_line_holds_anything_personal(self, typed: Typed):
        for words in (("list",), ("list", "--json"), ("show", draft_id(1)), ("show", uuid(3))):
            assert typed(*words) == 0
            assert "架空見本" not in typed.out
            assert "extension" not in typed.out

    def test_list_in_words(self, typed: Typed):
        assert typed("list") == 0
        assert "Needs you" in typed.out
        assert "The signature could not be verified." in typed.out

    def test_show(self, typed: Typed):
        assert typed.json("show", uuid(1))["number"] == NUMBER
        assert typed("show", uuid(2)) == 0
        assert "Begin a new application and sign again." in typed.out

    def test_show_nothing(self, typed: Typed):
        assert typed("show", uuid(9)) == 1
        assert typed.err.startswith("S20 ")

    def test_cancel(self, typed: Typed):
        assert typed.json("cancel", uuid(3))["state"] == "cancelled"
        assert typed("cancel", uuid(1)) == 1
        assert typed.err.startswith("S23 ")

    def test_send_without_a_portal(self, typed: Typed):
        (said,) = typed.json("send", uuid(2))
        # The invented body is no envelope, which is found out before anything is sent.
        assert (said["state"], said["reason"]) == ("failed", "damaged")

    def test_send_leaves_it_to_a_sender_that_runs(self, typed: Typed, folder: Path):
        with process_lock(folder / LOCK_FILE):
            assert typed("send", uuid(2), "--json") == 0
        assert json.loads(typed.out)[0]["state"] == "waiting"
        assert "sender is running" in typed.err

    def test_verify(self, typed: Typed, folder: Path):
        assert typed.json("verify") == []
        with open_store(folder) as store:
            work = claimed(store)
            store.dispatch.file_path(work.files[0].sha256).unlink()
        assert typed("verify", "--json") == 1
        assert json.loads(typed.out) == [{"code": "S14", "item": uuid(3)}]

    def test_verify_a_store_that_does_not_open(self, typed: Typed, folder: Path):
        (folder / "queue.db").write_bytes(b"not a database" * 1000)
        assert typed("verify", "--json") == 1
        assert json.loads(typed.out) == [{"code": "S02", "item": ""}]
        assert typed("verify") == 1
        assert typed.out.startswith("S02 - ")

    def test_purge(self, typed: Typed):
        assert typed.json("purge") == []

    def test_export_and_import(self, typed: Typed, tmp_path: Path):
        file = tmp_path / "item"
        assert typed.json("export", uuid(3), str(file))["state"] == "waiting"
        assert typed("cancel", uuid(3)) == 1  # another kiosk may send it
        assert typed.err.startswith("S22 ")
        assert typed("export", uuid(3), str(file), "--json") == 1
        assert typed.err.startswith("S27 ")
        assert typed.json("import", str(file))["state"] == "waiting"  # it stays as it is here
        other = Typed(tmp_path / "other", typed._capsys)  # pyright: ignore[reportPrivateUsage]  # its own class
        assert other.json("import", str(file))["state"] == "uncertain"
        assert [line["id"] for line in other.json("list")] == [uuid(3)]


def test_a_log_that_cannot_be_opened_keeps_nobody_from_looking(typed: Typed, tmp_path: Path):
    typed.file.write_text(f'log_file = "{tmp_path.as_posix()}/gone/kiosk.log"\n{typed.file.read_text()}')
    assert typed.json("list") == []


def test_an_empty_queue(typed: Typed):
    assert typed.json("list") == []
    assert typed("list") == 0
    assert typed.out == "There is nothing here.\n"


def test_a_draft_is_listed_where_the_store_is_open_elsewhere(typed: Typed, store: DraftStore):
    store.create(store.owner(MIHON_KEY), HEADER, ANSWERS, draft_id(1))
    assert [line["kind"] for line in typed.json("list")] == ["draft"]
