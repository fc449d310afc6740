"""Sealing an application: files encrypted as they are read, the statement closed to the portal, every key wiped.

    with Sealing(outbox) as sealing:
        for each file: sealing.add(…)
        content = canonical_json(statement_of(…, sealing.files).model_dump(mode="json"))
        signature = sign_detached(content, signing key, now)
        outbox.put(owner, sealing.close(content, signature, key), draft_id)

Nothing plain is written anywhere. What was not put into the outbox by the end of the block is deleted.
"""

from __future__ import annotations

import base64
import secrets
from datetime import datetime, timedelta
from typing import BinaryIO, NamedTuple, Self

from pydantic import ValidationError

from kiosk.offline_queue.outbox import Outbox
from kiosk.offline_queue.outbox_model import NewItem, SealedFile
from kiosk.portal.contract import (
    MAX_HOURS,
    ApplicationContent,
    DeferredFile,
    DeferredStatement,
    SealedContent,
    SealingKey,
    UserKind,
)
from kiosk.portal.errors import NotSealable
from kiosk.portal.sealed_file import KEY_BYTES, encrypt
from kiosk.portal.sealing import Envelope, seal
from kiosk.portal.statements import Station
from kiosk.portal.uploads import FileMeta

KIND = "application"
"""What the outbox calls it."""


class Signatory(NamedTuple):
    """Who files: as the portal knows the account."""

    authentication_id: str
    user_kind: UserKind
    language: str
    replaces: str = ""
    """The ETag of their draft at the portal, where one was begun there; the portal deletes it when it receives this."""


def statement_of(
    station: Station,
    submission_id: str,
    who: Signatory,
    content: ApplicationContent,
    files: tuple[DeferredFile, ...],
    now: datetime,
    hours: int = MAX_HOURS,
) -> DeferredStatement:
    """Return what the applicant is shown and signs.

    Args:
        station: the portal's origin and this station's id.
        submission_id: UUIDv7, made with the draft.
        who: the applicant's account.
        content: the answers and the receipt method.
        files: of ``Sealing.files``.
        now: the present moment.
        hours: for how long the signature counts, at most ``MAX_HOURS``.

    Raises:
        ValueError: too many hours, or none.
    """
    if not 0 < hours <= MAX_HOURS:
        raise ValueError("a signed application waits at most 72 hours")
    return DeferredStatement(
        origin=station.origin,
        submission_id=submission_id,
        device_id=station.device_id,
        authentication_id=who.authentication_id,
        user_kind=who.user_kind,
        content=content,
        attachments=files,
        signed_at=now,
        not_after=now + timedelta(hours=hours),
        language=who.language,
        replaces=who.replaces,
    )


class Sealing:
    """One application on its way into the outbox. A context manager; see the head of this module.

    Args:
        outbox: where the encrypted files are written.
    """

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._keys: list[bytearray] = []
        self._sealed: list[SealedFile] = []
        self._files: list[DeferredFile] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for key in self._keys:
            key[:] = bytes(len(key))
        # Those that the outbox has taken in have another name now.
        self._outbox.discard(file.temporary for file in self._sealed)

    def __repr__(self) -> str:
        return f"<Sealing files={len(self._files)}>"

    @property
    def files(self) -> tuple[DeferredFile, ...]:
        """The files as they are signed, in the order they were added."""
        return tuple(self._files)

    def add(self, meta: FileMeta, plain: BinaryIO) -> DeferredFile:
        """Encrypt a file with a key of its own.

        Args:
            meta: what it is, with the digest of the bytes that were checked.
            plain: read to its end.

        Raises:
            NotSealable: these are not the bytes that were checked.
            StoreError: the disk.
        """
        key = bytearray(secrets.token_bytes(KEY_BYTES))
        self._keys.append(key)
        with self._outbox.incoming() as (out, temporary):
            facts = encrypt(key, plain, out)
        self._sealed.append(SealedFile(facts.sealed_sha256, facts.sealed_size, temporary))
        if facts.sha256 != meta.sha256:
            raise NotSealable
        file = DeferredFile(
            kind=meta.kind,
            document=meta.document,
            filename=meta.filename,
            media_type=meta.media_type,
            size=facts.size,
            sha256=facts.sha256,
            sealed_sha256=facts.sealed_sha256,
        )
        self._files.append(file)
        return file

    def close(self, content: bytes, signature: bytes, key: SealingKey) -> NewItem:
        """Seal what was signed and return it for ``Outbox.put``.

        Args:
            content: the exact bytes that were signed, canonical JSON of a ``DeferredStatement``.
            signature: detached CMS, DER.
            key: of ``SealingKeyFile.current``.

        Raises:
            NotSealable: the statement is none, or names other files than those that were added; or it is too large.
        """
        try:
            statement = DeferredStatement.model_validate_json(content)
            plain = SealedContent(
                statement=_base64(content),
                signature=_base64(signature),
                file_keys=tuple(_base64(item) for item in self._keys),
            )
        except ValidationError:
            raise NotSealable from None
        if statement.attachments != self.files:
            raise NotSealable
        outside = Envelope(
            statement.submission_id, statement.not_after, tuple(file.sealed_sha256 for file in self._files)
        )
        body = seal(plain, key, outside).model_dump_json().encode()
        return NewItem(statement.submission_id, KIND, statement.not_after, body, tuple(self._sealed))


def _base64(data: bytes | bytearray) -> str:
    return base64.b64encode(data).decode("ascii")
