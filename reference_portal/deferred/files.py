"""Encrypted files that come before their envelope: gathered unread, opened only once their keys are here."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kiosk.portal.contract import DeferredFile, ProblemCode
from kiosk.portal.errors import SealedFileBroken
from kiosk.portal.sealed_file import FileFacts, decrypt, plain_size, sealed_size
from reference_portal.data import FileLimits, file_limits
from reference_portal.database.deferred import DeferredFileRow
from reference_portal.database.filing import UploadRow
from reference_portal.errors import Refusal
from reference_portal.ids import uuid7
from reference_portal.portal import Portal
from reference_portal.storage.inspect import inspect

_FULL_SECONDS = 300
"""When somebody who found no room is asked to come again: others' files go as their envelopes come."""

_MOST_FILES = 100
"""Where the system in force sets no limit of its own."""


class NotHere(Refusal):
    """Files have not come, or not wholly: nothing is wrong, they only have to be sent (again)."""

    def __init__(self, places: Sequence[int]) -> None:
        super().__init__(ProblemCode.INCOMPLETE, *((f"/files/{place}", "missing") for place in places))


def create(
    db: Session, portal: Portal, submission_id: str, sealed_sha256: str, length: int, peer: str
) -> DeferredFileRow:
    """Announce a file, or find the one that was announced before: then its time begins anew.

    Raises:
        Refusal: ``too-large`` (size, sum or number), ``unsupported-media`` (too short to be one), ``key-reused``
            (announced before with another length), ``rate`` (no room for files without an envelope just now).
    """
    query = select(DeferredFileRow).where(DeferredFileRow.submission_id == submission_id)
    held = list(db.scalars(query.with_for_update()))
    moment = portal.clock()
    row = next((item for item in held if item.sealed_sha256 == sealed_sha256), None)
    if row is None:
        _refuse_beyond_limits(held, length, file_limits(portal.config.system))
        _refuse_without_room(db, portal, length, peer)
        row = DeferredFileRow(id=uuid7(moment), submission_id=submission_id, sealed_sha256=sealed_sha256)
        row.length, row.received, row.whole, row.peer = length, 0, False, peer
        db.add(row)
    elif row.length != length:
        raise Refusal(ProblemCode.KEY_REUSED, ("/Upload-Length", "different"))
    row.expires_at = moment + portal.config.upload_life
    db.flush()
    return row


def _refuse_beyond_limits(held: list[DeferredFileRow], length: int, limits: FileLimits) -> None:
    most = _MOST_FILES if limits.documents is None else limits.documents + 1
    size = plain_size(length)
    if size < 1:
        raise Refusal(ProblemCode.UNSUPPORTED_MEDIA, ("/Upload-Length", "empty"))
    if size > max(limits.document_bytes, limits.photo_bytes):
        raise Refusal(ProblemCode.TOO_LARGE, ("/Upload-Length", "file"))
    if len(held) >= most:
        raise Refusal(ProblemCode.TOO_LARGE, ("/Upload-Metadata", "number"))
    total = size + sum(plain_size(item.length) for item in held)
    if limits.total_bytes is not None and total > limits.total_bytes:
        raise Refusal(ProblemCode.TOO_LARGE, ("/Upload-Length", "total"))


def _refuse_without_room(db: Session, portal: Portal, length: int, peer: str) -> None:
    """Bound what anybody may leave here without a session: announced bytes count, for they may come at any moment."""
    query = select(func.coalesce(func.sum(DeferredFileRow.length), 0))
    taken = db.scalars(query).one(), db.scalars(query.where(DeferredFileRow.peer == peer)).one()
    room = portal.config.deferred_bytes, portal.config.deferred_peer_bytes
    if any(held + length > most for held, most in zip(taken, room, strict=True)):
        raise Refusal(ProblemCode.RATE, ("/Upload-Length", "room"), status=503, retry_after=_FULL_SECONDS)


@dataclass(frozen=True)
class DeferredTransfers:
    """The uploads of people who are not logged in: who knows the id may write."""

    portal: Portal

    def find(self, upload_id: str) -> DeferredFileRow:
        """Return an upload that has not run out.

        Raises:
            Refusal: ``not-found``; ``unauthenticated`` for the upload of an account.
        """
        with self.portal.database.read() as db:
            row = db.get(DeferredFileRow, upload_id)
            if row is not None and row.expires_at > self.portal.clock():
                return row
            owned = db.get(UploadRow, upload_id) is not None
        raise Refusal(ProblemCode.UNAUTHENTICATED if owned else ProblemCode.NOT_FOUND)

    def advance(self, upload_id: str, start: int, end: int) -> None:
        """Note that the bytes from ``start`` to ``end`` are durable.

        Raises:
            Refusal: ``wrong-state`` when another writer was here since.
        """
        self._count(upload_id, start, end, whole=False)

    def finish(self, upload_id: str) -> None:
        """Check the digest of a file that has come to its end; one that differs is forgotten.

        Raises:
            Refusal: ``digest``, ``wrong-state``.
        """
        row = self.find(upload_id)
        with self.portal.blobs.partial(row.id).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest != row.sealed_sha256:
            self.forget(row.id)
            raise Refusal(ProblemCode.DIGEST, ("/Upload-Metadata", "sealed_sha256"))
        self._count(upload_id, row.received, row.length, whole=True)

    def forget(self, upload_id: str) -> None:
        """Remove an upload and what has come of it."""
        with self.portal.database.write() as db:
            db.execute(delete(DeferredFileRow).where(DeferredFileRow.id == upload_id))
        self.portal.blobs.discard_partial(upload_id)

    def _count(self, upload_id: str, start: int, end: int, *, whole: bool) -> None:
        with self.portal.database.write() as db:
            held = db.get(DeferredFileRow, upload_id, with_for_update=True)
            if held is None or held.received != start:
                raise Refusal(ProblemCode.WRONG_STATE, ("/Upload-Offset", "offset"))
            held.received, held.whole = end, whole


def take_rows(db: Session, submission_id: str) -> list[str]:
    """Delete what is known of the files of a submission and return their upload ids, for ``BlobStore``."""
    query = delete(DeferredFileRow).where(DeferredFileRow.submission_id == submission_id)
    return list(db.scalars(query.returning(DeferredFileRow.id)))


def located(portal: Portal, submission_id: str, digests: Sequence[str]) -> list[str]:
    """Return the upload ids of the files with these digests, in their order.

    Raises:
        NotHere: ``incomplete`` with the places of those that have not come.
    """
    query = select(DeferredFileRow).where(DeferredFileRow.submission_id == submission_id, DeferredFileRow.whole)
    with portal.database.read() as db:
        rows = [row for row in db.scalars(query) if row.expires_at > portal.clock()]
    here = {row.sealed_sha256: row.id for row in rows if portal.blobs.partial(row.id).exists()}
    missing = [place for place, digest in enumerate(digests) if digest not in here]
    if missing:
        raise NotHere(missing)
    return [here[digest] for digest in digests]


@contextmanager
def opened(
    portal: Portal, files: Sequence[DeferredFile], keys: Sequence[str], uploads: Sequence[str]
) -> Generator[list[str]]:
    """Decrypt and look at every file; give the ids of the plain ones, durable among the partial uploads.

    What has not been kept by the end of the block is removed.

    Raises:
        Refusal: ``digest`` (not what was signed), ``unsupported-media`` (not a file of its kind); ``NotHere`` when a
            file was taken away meanwhile.
    """
    plain: list[str] = []
    try:
        for place, (file, key, upload_id) in enumerate(zip(files, keys, uploads, strict=True)):
            plain.append(uuid7(portal.clock()))
            _open_one(portal, place, file, base64.b64decode(key), upload_id, plain[-1])
        yield plain
    finally:
        for name in plain:
            portal.blobs.discard_partial(name)


def _open_one(portal: Portal, place: int, file: DeferredFile, key: bytes, upload_id: str, name: str) -> None:
    pointer = f"/files/{place}"
    try:
        with portal.blobs.partial(upload_id).open("rb") as source, portal.blobs.new_partial(name) as target:
            facts = decrypt(key, source, target)
    except FileNotFoundError:
        raise NotHere([place]) from None
    except SealedFileBroken:
        raise Refusal(ProblemCode.DIGEST, (pointer, "sealed")) from None
    if facts != FileFacts(file.size, file.sha256, sealed_size(file.size), file.sealed_sha256):
        raise Refusal(ProblemCode.DIGEST, (pointer, "digest"))
    verdict = inspect(file.kind, portal.blobs.partial(name))
    if verdict != "ok":
        raise Refusal(ProblemCode.UNSUPPORTED_MEDIA, (pointer, verdict))
    portal.blobs.settle(name, file.size)
