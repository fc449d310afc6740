"""Invented items for the tests of the outbox."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from uuid import UUID

from kiosk.offline_queue.drafts import DraftStore
from kiosk.offline_queue.keys import Owner
from kiosk.offline_queue.outbox_model import Claimed, NewItem, SealedFile
from tests.offline_queue.support import MORNING

NUMBER = "XX-0000-000000"


def uuid(number: int) -> str:
    """Return the ``number``-th invented submission's id."""
    return str(UUID(int=0x0190_0000_0000_7000_9000_0000_0000_0000 + number))


def sealed_file(store: DraftStore, content: bytes) -> SealedFile:
    """Return a temporary file that stands for an encrypted one."""
    with store.outbox.incoming() as (out, temporary):
        out.write(content)
    return SealedFile(hashlib.sha256(content).hexdigest(), len(content), temporary)


def new_item(store: DraftStore, number: int, *, files: int = 0, body: bytes = b"") -> NewItem:
    """Return an item that has not been put in."""
    sealed = tuple(sealed_file(store, b"sealed %d %d" % (number, index)) for index in range(files))
    return NewItem(uuid(number), "application", MORNING + timedelta(hours=72), body or b"body %d" % number, sealed)


def put(store: DraftStore, owner: Owner, number: int, *, files: int = 0, body: bytes = b"") -> NewItem:
    """Put an invented item in and return it."""
    item = new_item(store, number, files=files, body=body)
    store.outbox.put(owner, item)
    return item


def claimed(store: DraftStore, sender: str = "a") -> Claimed:
    """Return the next item, which must be there."""
    item = store.dispatch.claim(sender)
    assert item is not None
    return item
