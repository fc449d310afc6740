"""The store of drafts: what a person has entered, saved at every answer, readable for them alone.

Every method that changes something has made it durable when it returns. All raise ``StoreError`` subclasses (see
``errors``); besides those named, any may raise ``StoreLocked``, ``DiskFull``, ``StoreReadOnly``, ``StoreDiskFault`` or
``StoreBroken``. The store may be used from several threads and processes at once. Its calls wait for the disk: on a
screen, call them in a thread.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, Self
from uuid import UUID, uuid4

from kiosk import logs
from kiosk.clock import Clock
from kiosk.offline_queue import pieces
from kiosk.offline_queue.database import Connection
from kiosk.offline_queue.dispatch import Dispatch
from kiosk.offline_queue.durable import process_lock
from kiosk.offline_queue.errors import (
    DiskFull,
    DraftNeedsCard,
    DraftNotFound,
    DraftNotYours,
    DraftOpenElsewhere,
    StoredFileNotFound,
    StoreLocked,
)
from kiosk.offline_queue.keys import Owner, account_owner, owner_for
from kiosk.offline_queue.model import DraftSummary, StoredAttachment, StoredDraft
from kiosk.offline_queue.opening import Parts, open_parts
from kiosk.offline_queue.outbox import Outbox
from kiosk.offline_queue.records import RecordCipher, to_bytes
from kiosk.offline_queue.remains import Remains
from kiosk.offline_queue.vault import KeyVault
from kiosk.settings import QueueSettings, StoreSettings

_log = logging.getLogger(__name__)


class DraftStore:
    """Drafts on this station. Made by ``open``; ``close`` it at the end, or use it as a context manager."""

    def __init__(self, parts: Parts, clock: Clock, queue: QueueSettings) -> None:
        self._parts = parts
        self._queue = parts.queue
        self._files = parts.files
        self._station_key = parts.station_key
        self._clock = clock
        self._vault = KeyVault(parts.keys, parts.station_key)
        self.outbox = Outbox(parts, clock, queue)
        """The outbox of the same store."""
        self.remains = Remains(parts, clock)
        """What follows later of drafts that were filed."""
        self.dispatch = Dispatch(parts, clock)
        """Its way out, for the sender."""
        self._ciphers: dict[str, tuple[Owner, RecordCipher]] = {}

    @classmethod
    def open(cls, folder: Path, settings: StoreSettings, clock: Clock, queue: QueueSettings | None = None) -> Self:
        """Open the store in ``folder`` (made at the first start), sweep orphans and erase drafts idle for too long.

        Args:
            folder: the store's folder; this user's alone.
            settings: where the key lies (``key_source``) and how long drafts are kept (``drafts_idle_days``).
            clock: gives the present moment.
            queue: how long the outbox keeps what is over, and where backups go; the defaults where it
                is left out.

        Raises:
            StoreKeyMissing, StoreKeyWrong, NoKeyStore, KeyFileExposed: the station key.
            StoreBroken, StoreTooNew, StoreEngineTooOld, StoreUnsafe: the databases. Nothing is mended or made anew.
        """
        queue = queue or QueueSettings()
        parts = open_parts(folder, settings.key_source, queue.backup_folder)
        store = cls(parts, clock, queue)
        try:
            store.outbox.finish_erasing()
            store.outbox.take_back_again()
            store.purge_idle(settings.drafts_idle_days)
        except (DiskFull, StoreLocked) as error:
            # The person's own draft can be read all the same; the next start erases again.
            _log.warning("idle drafts are not erased yet: %s", error)
        except BaseException:
            store.close()
            raise
        return store

    @property
    def backup_folder(self) -> Path:
        """Where the hourly copies of this store lie."""
        return self._parts.backups

    @property
    def weak_key_place(self) -> bool:
        """Whether the station key lies in a plain file, of which staff are to be warned."""
        return self._station_key.weak_place

    def owner(self, certificate_public_key_der: bytes, card_signature: bytes | bytearray | None = None) -> Owner:
        """Return who a card stands for; see ``keys.owner_for``."""
        return owner_for(self._station_key, certificate_public_key_der, card_signature)

    def account_owner(self, authentication_id: str) -> Owner:
        """Return who an account without a card stands for; see ``keys.account_owner``."""
        return account_owner(self._station_key, authentication_id)

    # --- Drafts -------------------------------------------------------------------------------------------------------

    def create(self, owner: Owner, header: dict[str, Any], answers: dict[str, Any], draft_id: str) -> str:
        """Make a draft and return its id.

        Args:
            owner: whose it is; with a card secret it opens only with that card from now on.
            header: what the caller keeps about it.
            answers: value by field id, as JSON values.
            draft_id: a new UUIDv7, which later is the submission's id too.

        Raises:
            DraftExists: the id is taken.
            AnswerUnstorable: a value is not JSON.
            ValueError: the id is not a UUIDv7.
        """
        _require_uuid7(draft_id)
        sealed_header, encoded = to_bytes(header), {name: to_bytes(value) for name, value in answers.items()}
        moment = self._milliseconds()
        self._require_free(draft_id)
        cipher = self._vault.make(owner, draft_id, moment)
        with self._queue.writing() as connection:
            pieces.insert_draft(connection, draft_id, owner.lookup, moment)
            pieces.put_header(connection, cipher, draft_id, 1, sealed_header)
            pieces.put_answers(connection, cipher, draft_id, 1, encoded)
        self._ciphers[draft_id] = (owner, cipher)
        _log.info("draft made: %s", draft_id)
        return draft_id

    def save_answer(self, owner: Owner, draft_id: str, field_id: str, value: Any) -> datetime:
        """Save one answer and return the moment it became durable (UTC).

        Raises:
            DraftNotFound, DraftNotYours, DraftNeedsCard: the draft.
            AnswerUnstorable: the value is not JSON.
        """
        return self.save_encoded(owner, draft_id, {field_id: to_bytes(value)})

    def save_encoded(self, owner: Owner, draft_id: str, encoded: dict[str, bytes]) -> datetime:
        """Save several answers in one transaction; for ``Autosave``, which encodes at once and writes later.

        Args:
            owner: whose the draft is.
            draft_id: the draft.
            encoded: value by field id, each made by ``records.to_bytes``.
        """
        cipher = self._cipher(owner, draft_id)
        moment = self._milliseconds()
        with self._queue.writing() as connection:
            revision = self._next_revision(connection, owner, draft_id, moment)
            pieces.put_answers(connection, cipher, draft_id, revision, encoded)
        return _moment(moment)

    def save_header(self, owner: Owner, draft_id: str, header: dict[str, Any]) -> datetime:
        """Replace the header and return the moment it became durable (UTC). Raises as ``save_answer``."""
        encoded, cipher, moment = to_bytes(header), self._cipher(owner, draft_id), self._milliseconds()
        with self._queue.writing() as connection:
            revision = self._next_revision(connection, owner, draft_id, moment)
            pieces.put_header(connection, cipher, draft_id, revision, encoded)
        return _moment(moment)

    def hold(self, draft_id: str) -> Callable[[], None]:
        """Keep every other program on this machine from holding the draft too; return what lets go of it.

        The system lets go of it when the program dies.

        Raises:
            DraftOpenElsewhere: another one holds it.
        """
        held = ExitStack()
        try:
            held.enter_context(process_lock(self._files.lock_of(draft_id), timeout_seconds=0.0))
        except StoreLocked:
            raise DraftOpenElsewhere from None
        return held.close

    def load(self, owner: Owner, draft_id: str) -> StoredDraft:
        """Return a draft.

        Raises:
            DraftNotFound, DraftNotYours, DraftNeedsCard: the draft.
        """
        cipher = self._cipher(owner, draft_id)
        with self._queue.reading() as connection:
            row = pieces.draft_row(connection, draft_id)
            if row is None:
                raise self._missing(draft_id)
            return StoredDraft(
                id=draft_id,
                header=pieces.header(connection, cipher, draft_id),
                answers=pieces.answers(connection, cipher, draft_id),
                attachments=tuple(pieces.files(connection, cipher, draft_id)),
                revision=row.revision,
                created=_moment(row.created),
                updated=_moment(row.updated),
            )

    def list(self, owner: Owner) -> tuple[DraftSummary, ...]:
        """Return the drafts of ``owner``, the latest first. Answers and files are not opened."""
        with self._queue.reading() as connection:
            rows = pieces.draft_rows(connection, owner.lookup)
        found = (self._summary(owner, row) for row in rows)
        return tuple(item for item in found if item is not None)

    def erase(self, owner: Owner, draft_id: str) -> None:
        """Erase a draft for good: its key first, then what the key opened. The holder's card is not needed for that.

        Raises:
            DraftNotFound, DraftNotYours: the draft.
        """
        self._require_owner(owner, draft_id)
        self._erase([draft_id])

    # --- Photos and documents -----------------------------------------------------------------------------------------

    def attach(
        self, owner: Owner, draft_id: str, slot: str, name: str, media_type: str, data: bytes | BinaryIO
    ) -> StoredAttachment:
        """Keep a file with a draft. Several files may have the same slot; ``detach`` takes one away.

        Args:
            owner: whose the draft is.
            draft_id: the draft.
            slot: the caller's name for what it is.
            name: the file's name as the person knows it.
            media_type: such as ``image/jpeg``.
            data: the content, or a binary stream of it.

        Raises:
            DraftNotFound, DraftNotYours, DraftNeedsCard: the draft.
        """
        cipher, file_id = self._cipher(owner, draft_id), uuid4().hex
        source = io.BytesIO(data) if isinstance(data, bytes) else data
        # The long part is outside the transaction, so that nobody waits for it.
        written = self._files.write(file_id, cipher.file_key(file_id), source)
        stored = StoredAttachment(file_id, slot, name, media_type, written.size, written.sha256)
        try:
            with self._queue.writing() as connection:
                revision = self._next_revision(connection, owner, draft_id, self._milliseconds())
                self._files.publish(written, file_id)
                pieces.put_file(connection, cipher, draft_id, revision, stored)
        except BaseException:
            self._files.discard(written.temporary)
            raise
        _log.info("file kept: draft %s file %s", draft_id, file_id)
        return stored

    def read_attachment(self, owner: Owner, draft_id: str, attachment_id: str) -> bytes:
        """Return a file's content, every byte of it authenticated.

        Raises:
            StoredFileNotFound: the draft has no such file.
            StoredFileBroken: it was damaged or is gone.
            DraftNotFound, DraftNotYours, DraftNeedsCard: the draft.
        """
        cipher = self._cipher(owner, draft_id)
        self._require_file(draft_id, attachment_id)
        return self._files.read(attachment_id, cipher.file_key(attachment_id))

    def detach(self, owner: Owner, draft_id: str, attachment_id: str) -> None:
        """Take a file away from a draft and delete it.

        Raises:
            StoredFileNotFound: the draft has no such file.
            DraftNotFound, DraftNotYours, DraftNeedsCard: the draft.
        """
        self._cipher(owner, draft_id)
        with self._queue.writing() as connection:
            self._next_revision(connection, owner, draft_id, self._milliseconds())
            if not pieces.delete_file(connection, draft_id, attachment_id):
                raise StoredFileNotFound(draft=draft_id, file=attachment_id)
        self._files.remove([attachment_id])
        _log.info("file erased: draft %s file %s", draft_id, attachment_id)

    # --- Housekeeping -------------------------------------------------------------------------------------------------

    def purge_idle(self, days: int) -> tuple[str, ...]:
        """Erase drafts not touched for more than ``days`` days, log and return their ids. Run at start and daily."""
        limit = self._milliseconds() - int(timedelta(days=days).total_seconds() * 1000)
        with self._queue.reading() as connection:
            idle = pieces.idle_drafts(connection, limit, self._milliseconds())
            kept = pieces.all_drafts(connection)
        # A key without a draft is left by a making or an erasing that was cut short.
        lost = [record for record in self._vault.older_than(limit) if record not in kept]
        if idle or lost:
            self._erase([*idle, *lost])
        for draft_id in idle:
            logs.event("draft.erased", submission=draft_id)
        return tuple(idle)

    def close(self) -> None:
        """Give the files back and wipe the station key; the store can't be used any more."""
        self._ciphers.clear()
        self._parts.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return "<DraftStore>"

    # --- Inside -------------------------------------------------------------------------------------------------------

    def _cipher(self, owner: Owner, draft_id: str) -> RecordCipher:
        known = self._ciphers.get(draft_id)
        if known is not None and known[0] == owner:
            return known[1]
        self._require_owner(owner, draft_id)
        cipher = self._vault.open(owner, draft_id)
        self._ciphers[draft_id] = (owner, cipher)
        return cipher

    def _require_owner(self, owner: Owner, draft_id: str) -> None:
        with self._queue.reading() as connection:
            row = pieces.draft_row(connection, draft_id)
        if row is None:
            raise self._missing(draft_id)
        if row.owner != owner.lookup:
            raise DraftNotYours(draft=draft_id)

    def _require_free(self, draft_id: str) -> None:
        with self._queue.reading() as connection:
            pieces.require_free(connection, draft_id)

    def _require_file(self, draft_id: str, file_id: str) -> None:
        with self._queue.reading() as connection:
            if not pieces.has_file(connection, draft_id, file_id):
                raise StoredFileNotFound(draft=draft_id, file=file_id)

    def _next_revision(self, connection: Connection, owner: Owner, draft_id: str, moment: int) -> int:
        revision = pieces.touch(connection, draft_id, owner.lookup, moment)
        if revision is None:
            raise self._missing(draft_id)
        return revision

    def _missing(self, draft_id: str) -> DraftNotFound:
        self._ciphers.pop(draft_id, None)
        return DraftNotFound(draft=draft_id)

    def _summary(self, owner: Owner, row: pieces.DraftRow) -> DraftSummary | None:
        header: dict[str, Any] = {}
        needs_card = False
        try:
            cipher = self._cipher(owner, row.id)
            with self._queue.reading() as connection:
                header = pieces.header(connection, cipher, row.id)
        except DraftNeedsCard:
            needs_card = True
        except DraftNotFound:
            return None  # erased since the list was read
        return DraftSummary(row.id, header, needs_card, row.revision, _moment(row.created), _moment(row.updated))

    def _erase(self, draft_ids: Iterable[str]) -> None:
        ids = [*draft_ids]
        self._vault.erase(ids)
        files: list[str] = []
        with self._queue.writing() as connection:
            for draft_id in ids:
                files += pieces.delete_draft(connection, draft_id)
        self._files.remove(files)
        self._queue.forget_old_pages()
        for draft_id in ids:
            self._ciphers.pop(draft_id, None)
            self._files.discard(self._files.lock_of(draft_id))
            _log.info("draft erased: %s", draft_id)

    def _milliseconds(self) -> int:
        return int(self._clock().timestamp() * 1000)


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _require_uuid7(text: str) -> None:
    made = UUID(text)
    if made.version != 7 or str(made) != text:
        raise ValueError("a draft's id is a UUIDv7 in lower case")
