"""What the children do: a station's whole life with a store, and the check of what a killed one has left.

The portal here is a file, one line an application. It is worse than the real one: it takes the same submission twice,
so that only the outbox's own order (``sending`` first, asking after a doubt) keeps an application from being there
twice. A line that a kill has cut is no application.
"""

from __future__ import annotations

import hashlib
import itertools
import os
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from kiosk.offline_queue import outbox_rows, schema
from kiosk.offline_queue.backup import make_backup
from kiosk.offline_queue.drafts import DraftStore
from kiosk.offline_queue.errors import DraftNotFound, ItemHasLeft, ItemNotFound, ItemOver, LeaseLost
from kiosk.offline_queue.keys import Owner
from kiosk.offline_queue.opening import QUEUE_FILE, open_parts
from kiosk.offline_queue.outbox_model import Claimed, NewItem, Reason, SealedFile, State
from kiosk.offline_queue.recovery import recover
from kiosk.settings import QueueSettings
from tests.offline_queue.support import (
    MIHON_KEY,
    MIHON_SIGNATURE,
    MORNING,
    SettableClock,
    all_bytes,
    draft_id,
    open_store,
)

Say = Callable[[Any], None]
History = list[list[Any]]
"""What one writer said, in its order."""
MARKER = "KAKUU-MIHON-架空見本-XX00000000XX"
FINAL = (State.ACCEPTED, State.CANCELLED, State.NEEDS_USER, State.FAILED)


class FilePortal:
    """The portal of these tests: a file beside the store."""

    def __init__(self, folder: str, place: str = "") -> None:
        self._path = Path(place or f"{folder}.portal")

    def take(self, item_id: str) -> None:
        """Receive an application, durably; without a look whether it is there."""
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.write(handle, f"{item_id}\n".encode())
        os.fsync(handle)
        os.close(handle)

    def received(self) -> list[str]:
        """Return the applications that arrived whole."""
        if not self._path.exists():
            return []
        return [line for line in self._path.read_text().split("\n")[:-1] if len(line) == 36]

    def mend(self) -> None:
        """Forget a line that was cut."""
        whole = "".join(f"{line}\n" for line in self.received())
        self._path.write_text(whole)


def owner_of(store: DraftStore) -> Owner:
    """Return the invented holder."""
    return store.owner(MIHON_KEY, MIHON_SIGNATURE)


def write_draft(say: Say, store: DraftStore, number: int) -> str:
    """Make a draft with answers and a file, saying each thing that is durable."""
    owner, made = owner_of(store), draft_id(number)
    store.create(owner, {"procedure": MARKER}, {"first": MARKER}, made)
    say(["draft", number])
    for field in range(3):
        store.save_answer(owner, made, f"f{field}", f"{MARKER} {field}")
        say(["answer", number, field])
    stored = store.attach(owner, made, "photo", f"{MARKER}.jpg", "image/jpeg", MARKER.encode() * 3_000)
    say(["file", number, stored.id])
    return made


def sealed(store: DraftStore, number: int) -> NewItem:
    """Write an item of one body and one file, random as sealed things are."""
    content = os.urandom(70_000)
    with store.outbox.incoming() as (out, temporary):
        out.write(content)
    file = SealedFile(hashlib.sha256(content).hexdigest(), len(content), temporary)
    return NewItem(draft_id(number), "application", MORNING + timedelta(hours=72), os.urandom(20_000), (file,))


def put(say: Say, store: DraftStore, number: int) -> str:
    """Draft, then item; the draft is gone when it is said."""
    made = write_draft(say, store, number)
    store.outbox.put(owner_of(store), sealed(store, number), made)
    say(["put", number])
    return made


def send(say: Say, store: DraftStore, portal: FilePortal, item: Claimed) -> None:
    """Do what a sender does with one item: ask after a doubt, ``sending``, send, note the answer."""
    if not (item.in_doubt and item.id in portal.received()):
        try:
            store.dispatch.begin(item)
        except LeaseLost:  # taken back meanwhile
            return
        portal.take(item.id)
    store.dispatch.accepted(item.id, "MIHON-1")
    say(["accepted", item.id])


def busy(say: Say, folder: str, start: int = 0, purges: bool = True) -> None:
    """Live without end; two at once may share a store when their ``start`` lies far apart and neither purges."""
    for number in itertools.count(start, 10):
        life(say, folder, number, purges)


def life(say: Say, folder: str, start: int = 0, purges: bool = True, portal_file: str = "") -> None:
    """Go through everything once."""
    clock = SettableClock()
    portal, name = FilePortal(folder, portal_file), f"life {start}"
    with open_store(Path(folder), clock) as store:
        for number in (start + 1, start + 2, start + 3, start + 4):
            put(say, store, number)
        for _ in range(2):
            if (item := store.dispatch.claim(name)) is not None:
                send(say, store, portal, item)
        store.outbox.write_back()
        make_backup(open_queue(store), Path(folder) / "backups", clock())
        say(["backup"])
        cancelled = [item.id for item in store.outbox.list(owner_of(store)) if item.state == State.WAITING]
        for item_id in cancelled[:1]:
            with suppress(ItemHasLeft, ItemOver):  # another writer was quicker
                store.outbox.cancel(item_id)
                say(["cancelled", item_id])
        if (item := store.dispatch.claim(name)) is not None:
            with suppress(LeaseLost):
                store.dispatch.begin(item)
                store.dispatch.wait(item, Reason.UNREACHABLE, clock(), in_doubt=True)
        write_draft(say, store, start + 5)
        store.erase(owner_of(store), draft_id(start + 5))
        say(["erased", start + 5])
        clock.forward(days=31 * purges)
        store.outbox.purge()
        say(["purged"])


def open_queue(store: DraftStore) -> Any:
    """Return the store's ``queue.db``."""
    return vars(store)["_parts"].queue


def old_version(say: Say, folder: str) -> None:
    """Make a store of the first version, with a draft in it."""
    first: dict[str, Any] = {"QUEUE": schema.QUEUE[:1], "KEYS": schema.KEYS[:1]}
    # There was no outbox then whose files the sweep could have spared.
    with patch.multiple(schema, **first), patch.object(outbox_rows, "all_files", return_value=set[str]()):
        parts = open_parts(Path(folder), "file")
    store = DraftStore(parts, SettableClock(), QueueSettings())
    write_draft(say, store, 1)
    store.close()


def upgrade(say: Say, folder: str) -> None:
    """Open a store of an older version."""
    open_store(Path(folder)).close()
    say(["upgraded"])


def before_damage(say: Say, folder: str) -> None:
    """Two items that wait and one that was received since, a backup, and then a page of the database that is wrong."""
    with open_store(Path(folder)) as store:
        for number in (1, 2, 3):
            put(say, store, number)
        store.outbox.back_up()
        say(["backup"])
        item = store.dispatch.claim("life")
        assert item is not None
        send(say, store, FilePortal(folder), item)
    damaged = Path(folder) / QUEUE_FILE
    data = bytearray(damaged.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 64] = bytes(64)
    damaged.write_bytes(data)


def mend(say: Say, folder: str) -> None:
    """Put a store into order, as the sender does that meets a damaged page."""
    say(recover(Path(folder), "file", "", SettableClock()))


def check(say: Say, folder: str, histories: list[History], portal_file: str = "") -> None:
    """Open what was left, hold it against what each writer said, deliver everything, and look again."""
    place, clock = Path(folder), SettableClock()
    portal = FilePortal(folder, portal_file)
    portal.mend()
    with open_store(place, clock) as store:
        everything = [fact for said in histories for fact in said]
        for said in histories:
            _check_kept(store, portal, said, everything)
        _drain(say, store, portal)
        assert all(item.state in FINAL for item in store.outbox.list())
        assert store.outbox.verify() == ()
    _check_portal(portal, everything)
    clock.forward(days=8)  # a draft whose erasing was cut short has lost its key; its row goes with the idle ones
    with open_store(place, clock) as store:
        assert store.outbox.verify() == ()
        assert store.outbox.drafts() == ()
        _check_traces(store, place)


def _check_portal(portal: FilePortal, said: History) -> None:
    received = portal.received()
    assert len(received) == len(set(received)), "one application twice"
    assert set(_items(said, "accepted")) <= set(received), "called received, and is not there"
    assert not set(_items(said, "cancelled")) & set(received), "taken back, and sent"


def _items(said: History, kind: str) -> list[str]:
    return [fact[1] for fact in said if fact[0] == kind]


def _check_kept(store: DraftStore, portal: FilePortal, said: History, everything: History) -> None:
    put_in = {int(fact[1]) for fact in said if fact[0] == "put"}
    for number in {int(fact[1]) for fact in said if fact[0] == "draft"} - put_in:
        _check_draft(store, number, said)
    for number in put_in:
        _check_item(store, portal, draft_id(number), everything)


def _check_draft(store: DraftStore, number: int, said: History) -> None:
    """A draft of which nothing more was said is there with all that was said, or the next act has replaced it."""
    owner, made = owner_of(store), draft_id(number)
    try:
        draft = store.load(owner, made)
    except DraftNotFound:
        moved = _state(store, made) != "purged"
        assert moved or _erasing(said, number), "a draft is lost"
        return
    answers = {f"f{fact[2]}": f"{MARKER} {fact[2]}" for fact in said if fact[:2] == ["answer", number]}
    assert answers.items() <= draft.answers.items(), "an answer is lost"
    for fact in said:
        if fact[:2] == ["file", number]:
            assert store.read_attachment(owner, made, fact[2]) == MARKER.encode() * 3_000
    assert ["erased", number] not in said, "an erased draft came back"


def _erasing(said: History, number: int) -> bool:
    """Whether the last thing that was said allows the draft to be erased already: its file, then the act."""
    return ["erased", number] in said or (said[-1][0] == "file" and int(said[-1][1]) == number)


def _check_item(store: DraftStore, portal: FilePortal, item_id: str, said: History) -> None:
    state = _state(store, item_id)
    if state == "purged":
        over = item_id in _items(said, "accepted") or item_id in _items(said, "cancelled")
        assert over, "an item is lost"
        assert _items(said, "erased"), "an item is lost"
        return
    if state == State.ACCEPTED:
        assert item_id in portal.received(), "called received, and is not"
    if item_id in _items(said, "cancelled"):
        assert state == State.CANCELLED


def _state(store: DraftStore, item_id: str) -> str:
    try:
        return store.outbox.show(item_id).state
    except ItemNotFound:
        return "purged"


def _drain(say: Say, store: DraftStore, portal: FilePortal) -> None:
    store.dispatch.break_leases()
    while (item := store.dispatch.claim("check")) is not None:
        send(say, store, portal, item)


def _check_traces(store: DraftStore, folder: Path) -> None:
    found = all_bytes(folder)
    for word in ("KAKUU", "架空見本", "XX00000000XX"):
        assert word.encode() not in found, f"{word} can be read"
    with vars(store)["_parts"].keys.reading() as connection:
        keys = {str(row[0]) for row in connection.execute("SELECT record FROM record_key").fetchall()}
    assert not keys, "the key of a draft that is gone is still there"
    assert (folder / QUEUE_FILE).exists()
