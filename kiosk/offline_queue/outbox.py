"""The outbox: sealed items that wait for the portal. This machine can't read them; it can only deliver or erase them.

Every method that changes something has made it durable when it returns. All raise ``StoreError`` subclasses. May be
used from several threads and processes at once. The way in is ``DraftStore.outbox``.

How items leave it is in ``dispatch``.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from kiosk import logs
from kiosk.clock import Clock
from kiosk.offline_queue import outbox_rows, pieces
from kiosk.offline_queue import steps as stages
from kiosk.offline_queue.backup import make_backup
from kiosk.offline_queue.database import Connection
from kiosk.offline_queue.errors import (
    ERASED_UNSENT,
    DraftNotFound,
    DraftNotYours,
    ItemExists,
    ItemHasLeft,
    ItemNotFound,
    ItemOver,
)
from kiosk.offline_queue.keys import Owner
from kiosk.offline_queue.opening import Parts
from kiosk.offline_queue.outbox_check import findings
from kiosk.offline_queue.outbox_model import (
    OPEN,
    REFUSED,
    Finding,
    ItemSummary,
    NewItem,
    Notice,
    Reason,
    SealedFile,
    State,
)
from kiosk.offline_queue.outbox_rows import milliseconds, moment
from kiosk.offline_queue.remains import Rest
from kiosk.offline_queue.transfer import read_item, write_item
from kiosk.offline_queue.vault import KeyVault
from kiosk.settings import QueueSettings

_ALL = 1 << 62
_TOMBSTONE_DAYS = 7  # longer than any backup is kept


class Outbox:
    """The outbox of one open store.

    Args:
        parts: the store's parts.
        clock: gives the present moment.
        settings: how long things are kept.
    """

    def __init__(self, parts: Parts, clock: Clock, settings: QueueSettings) -> None:
        self._parts = parts
        self._clock = clock
        self._settings = settings
        self._vault = KeyVault(parts.keys, parts.station_key)

    # --- Putting in ---------------------------------------------------------------------------------------------------

    def incoming(self) -> AbstractContextManager[tuple[BinaryIO, Path]]:
        """Give a file to write encrypted bytes into, and its path for ``SealedFile``; durable when the block ends."""
        return self._parts.files.incoming()

    def discard(self, temporary: Iterable[Path]) -> None:
        """Delete files of ``incoming`` that will not be put in."""
        for path in temporary:
            self._parts.files.discard(path)

    def put(self, owner: Owner, item: NewItem, draft_id: str = "", rest: Rest | None = None) -> ItemSummary:
        """Take in a sealed item and erase the draft that it was made of, or leave ``rest`` of it, in one durable act.

        Before that act there is the draft alone, after it the item alone, whenever the power goes. Doing it again with
        the same item changes nothing.

        Args:
            owner: whose it is.
            item: envelope and encrypted files.
            draft_id: the draft to be erased; empty where there is none.
            rest: what is left of it, because it follows later.

        Raises:
            ItemExists: the id is taken by another content.
            DraftNotFound, DraftNotYours: the draft. Nothing is taken in.
            StoredFileBroken: one of the temporary files is gone.
        """
        stages.at("put.begin")
        with self._parts.queue.writing() as connection:
            if known := outbox_rows.find(connection, item.id):
                self._require_same(connection, item)
                return self._summary(known)
            self._require_draft(connection, owner, draft_id)
            self._take_files(item)
            stages.at("put.files_named")
            erased = draft_id if rest is None else ""
            outbox_rows.insert(connection, item, owner.lookup, self._now(), draft=erased, in_doubt=False, reason="")
            if rest is None:
                files = pieces.delete_draft(connection, draft_id)
            else:
                cipher = self._vault.open(owner, draft_id)
                files = pieces.reduce(connection, cipher, draft_id, self._now(), rest.encoded())
            stages.at("put.before_commit")
        stages.at("put.committed")
        self._parts.files.remove(files)
        if draft_id:
            self._parts.files.discard(self._parts.files.lock_of(draft_id))
        self.finish_erasing()
        stages.at("put.erased")
        return self.show(item.id)

    def import_(self, source: Path) -> ItemSummary:
        """Take in an item that another kiosk has exported. The portal is asked for it before it is sent.

        Taking in the same id again changes nothing.

        Raises:
            ItemFileUnreadable: not such a file, or changed.
            ItemExists: the id is taken by another content.
        """
        with read_item(source, self._parts.files) as item, self._parts.queue.writing() as connection:
            if outbox_rows.find(connection, item.id) is not None:
                self._require_same(connection, item)
            else:
                self._take_files(item)
                # Whose it is was known to the other kiosk alone; its own id keeps it apart from everybody's.
                alone = item.id.encode()
                outbox_rows.insert(connection, item, alone, self._now(), in_doubt=True, reason=Reason.IMPORTED.value)
                stages.at("put.before_commit")
        stages.at("put.committed")
        return self.show(item.id)

    def export(self, item_id: str, target: Path) -> None:
        """Write an item into one new file. It stays here too: whoever comes second finds it received.

        From then on it is in doubt: another kiosk may send it, so it can't be taken back here.

        Raises:
            ItemNotFound, ItemOver: there is no body.
            TargetExists: something has this name already.
            StoreError: the target can't be written.
        """
        with self._parts.queue.reading() as connection:
            row = self._row(connection, item_id)
            body, files = outbox_rows.body(connection, item_id), outbox_rows.files(connection, item_id)
        if body is None:
            raise ItemOver(item=item_id)
        lying = tuple(SealedFile(file.sha256, file.size, self._parts.files.path(file.sha256)) for file in files)
        item = NewItem(row.id, row.kind, moment(row.not_after), body, lying)
        write_item(target, item, self._parts.files, lambda: self._doubt(item_id))

    # --- Looking ------------------------------------------------------------------------------------------------------

    def list(self, owner: Owner | None = None, *, after: str = "", limit: int = _ALL) -> tuple[ItemSummary, ...]:
        """Return the items in the order they came: an applicant's, or all; a page of ``limit`` behind ``after``."""
        with self._parts.queue.reading() as connection:
            before = outbox_rows.find(connection, after) if after else None
            found = outbox_rows.rows(
                connection, owner.lookup if owner else None, before.sequence if before else 0, limit
            )
        return tuple(self._summary(row) for row in found)

    def drafts(self) -> tuple[ItemSummary, ...]:
        """Return a line for every draft on this station, which says when and nothing else."""
        with self._parts.queue.reading() as connection:
            found = pieces.all_draft_rows(connection)
        return tuple(
            ItemSummary(row.id, "draft", "draft", moment(row.created), moment(row.updated), None, None, 0, "")
            for row in found
        )

    def show(self, item_id: str) -> ItemSummary:
        """Return one item.

        Raises:
            ItemNotFound: there is none.
        """
        with self._parts.queue.reading() as connection:
            return self._summary(self._row(connection, item_id))

    def notices(self) -> tuple[Notice, ...]:
        """Return what staff are to know (``queue.notice.<code>``), the latest first."""
        with self._parts.queue.reading() as connection:
            return tuple(outbox_rows.notices(connection))

    def verify(self) -> tuple[Finding, ...]:
        """Read everything: each page of the database, each open item's body and files. Empty: all is well."""
        return findings(self._parts)

    # --- A person's and the staff's wishes ----------------------------------------------------------------------------

    def cancel(self, item_id: str) -> None:
        """Take an item back and erase it.

        Raises:
            ItemNotFound: there is none.
            ItemHasLeft: it may be at the portal.
            ItemOver: it is over already.
        """
        with self._parts.queue.writing() as connection:
            row = self._row(connection, item_id)
            files = outbox_rows.files(connection, item_id)
            if not outbox_rows.cancel(connection, item_id, self._now()):
                over = row.state in (State.ACCEPTED, State.CANCELLED)
                raise ItemOver(item=item_id) if over else ItemHasLeft(item=item_id)
            stages.at("cancel.before_commit")
        stages.at("cancel.committed")
        self._remove_files(file.sha256 for file in files)
        self.finish_erasing()

    def send_now(self, item_id: str) -> None:
        """Let an item be tried at once, also one that was refused, and open the gate.

        Raises:
            ItemNotFound, ItemOver: there is nothing to send.
        """
        with self._parts.queue.writing() as connection:
            self._row(connection, item_id)
            if not outbox_rows.due_now(connection, item_id, self._now()):
                raise ItemOver(item=item_id)
            outbox_rows.set_gate(connection, None)

    # --- Housekeeping -------------------------------------------------------------------------------------------------

    def purge(self) -> tuple[str, ...]:
        """Erase what was kept long enough, log it by its id, and return the ids. Run at start and daily.

        Open items are never erased.
        """
        now = self._now()
        self.finish_erasing()
        numbers, failed = (now - _days(days) for days in (self._settings.number_days, self._settings.failed_days))
        with self._parts.queue.writing() as connection:
            known = outbox_rows.all_files(connection)
            gone = outbox_rows.delete_old(connection, (State.ACCEPTED, State.CANCELLED), numbers)
            unsent = outbox_rows.delete_old(connection, REFUSED, failed)
            if unsent:
                outbox_rows.note(connection, ERASED_UNSENT, len(unsent), now)
            outbox_rows.delete_notices(connection, failed)
            lost = known - outbox_rows.all_files(connection)
            stages.at("purge.before_commit")
        stages.at("purge.committed")
        for item_id in (*gone, *unsent):
            logs.event("queue.erased", submission=item_id)
        self._remove_files(lost)
        self._vault.forget_buried(now - _days(_TOMBSTONE_DAYS))
        if gone or unsent:
            self._parts.queue.forget_old_pages()
        return (*gone, *unsent)

    def finish_erasing(self) -> None:
        """Erase what an act that was cut short has left: the keys of drafts, the traces of what was taken back."""
        with self._parts.queue.reading() as connection:
            left = outbox_rows.remnants(connection)
        if not left:
            return
        self._vault.erase([row.draft for row in left if row.draft])
        self._vault.bury([row.id for row in left if row.state == State.CANCELLED], self._now())
        stages.at("erase.key")
        with self._parts.queue.writing() as connection:
            for row in left:
                outbox_rows.whole(connection, row.id)
        stages.at("erase.noted")
        self._parts.queue.forget_old_pages()

    def take_back_again(self) -> None:
        """Take back what was taken back before, where somebody has put an older ``queue.db`` in place. Run at start."""
        buried = self._vault.buried()
        with self._parts.queue.reading() as connection:
            rows = [row for item_id in buried if (row := outbox_rows.find(connection, item_id))]
        back = [row.id for row in rows if row.state not in (State.ACCEPTED, State.CANCELLED)]
        if not back:
            return
        with self._parts.queue.writing() as connection:
            for item_id in back:
                outbox_rows.take_back(connection, item_id, self._now())

    def back_up(self) -> Path:
        """Copy drafts and outbox, without the keys of the drafts, into the folder of backups; return the copy."""
        return make_backup(self._parts.queue, self._parts.backups, self._clock())

    def write_back(self) -> None:
        """Shorten the log while nobody waits."""
        stages.at("checkpoint.before")
        self._parts.queue.write_back()
        stages.at("checkpoint.after")

    def __repr__(self) -> str:
        return "<Outbox>"

    # --- Inside -------------------------------------------------------------------------------------------------------

    def _row(self, connection: Connection, item_id: str) -> outbox_rows.Row:
        row = outbox_rows.find(connection, item_id)
        if row is None:
            raise ItemNotFound(item=item_id)
        return row

    def _doubt(self, item_id: str) -> None:
        with self._parts.queue.writing() as connection:
            if not outbox_rows.doubt(connection, item_id):
                raise ItemOver(item=item_id)

    @staticmethod
    def _require_same(connection: Connection, item: NewItem) -> None:
        if outbox_rows.body(connection, item.id) not in (None, item.body):
            raise ItemExists(item=item.id)

    @staticmethod
    def _require_draft(connection: Connection, owner: Owner, draft_id: str) -> None:
        if not draft_id:
            return
        row = pieces.draft_row(connection, draft_id)
        if row is None:
            raise DraftNotFound(draft=draft_id)
        if row.owner != owner.lookup:
            raise DraftNotYours(draft=draft_id)

    def _take_files(self, item: NewItem) -> None:
        for file in item.files:
            self._parts.files.take_in(file.temporary, file.sha256)
        if item.files:
            self._parts.files.sync()

    def _remove_files(self, names: Iterable[str]) -> None:
        self._parts.files.remove([*names])
        stages.at("erase.files")

    def _summary(self, row: outbox_rows.Row) -> ItemSummary:
        still_open = row.state in OPEN
        days = self._settings.failed_days if row.state in REFUSED else self._settings.number_days
        return ItemSummary(
            id=row.id,
            kind=row.kind,
            state=row.state,
            created=moment(row.created),
            changed=moment(row.changed),
            not_before=moment(row.not_before) if still_open else None,
            not_after=moment(row.not_after),
            attempts=row.attempts,
            reason=row.reason,
            number=row.number,
            erased_on=None if still_open else moment(row.changed + _days(days)),
        )

    def _now(self) -> int:
        return milliseconds(self._clock())


def _days(days: float) -> int:
    return int(timedelta(days=days).total_seconds() * 1000)
