"""A POST has one effect per ``Idempotency-Key``: the stored answer is given again, whoever retries how often.

The answer is stored in the transaction of the effect. It is sealed under a key derived from the request's own body, so
that the table gives nothing away (answers hold session tokens), and only the same request can read it again.
Refusals are not stored: the key is free again for a corrected request.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from fastapi import Request
from fastapi.responses import Response
from pydantic import BaseModel
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kiosk.portal.contract import ProblemCode
from reference_portal.database.office import IdempotencyRow
from reference_portal.errors import Refusal
from reference_portal.portal import Portal

_KEY = re.compile(r'"?([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})"?')


@dataclass(frozen=True)
class Reply:
    """An answer to a POST: what is stored and given again."""

    status: int
    body: BaseModel | None = None
    headers: dict[str, str] = field(default_factory=dict[str, str])

    def response(self) -> Response:
        """Return it as an HTTP response."""
        content = b"" if self.body is None else self.body.model_dump_json().encode()
        return _response(self.status, self.headers, content)


class Replayed(Exception):
    """Ends the work on a request whose answer is stored already."""

    def __init__(self, response: Response) -> None:
        self.response = response
        super().__init__()


@dataclass(frozen=True)
class KeyedCall:
    """One POST with its key.

    Args:
        portal: the portal.
        scope: whose keys these are: an account id, or ``public``.
        key: the UUIDv7.
        fingerprint: SHA-256 over method, path and body.
        seal_key: key of the stored answer.
    """

    portal: Portal
    scope: str
    key: str
    fingerprint: str
    seal_key: bytes = field(repr=False)

    @contextmanager
    def reserved(self) -> Generator[Callable[[Callable[[Session], Reply]], Response]]:
        """Take the key, then give a function that runs the effect and stores its answer in one transaction.

        Raises:
            Replayed: the answer is stored already.
            Refusal: ``in-progress`` or ``key-reused``.
        """
        self._reserve()
        try:
            yield self._commit
        except BaseException:
            self._release()
            raise

    def perform(self, effect: Callable[[Session], Reply]) -> Response:
        """Run an effect that needs no slow work beforehand."""
        with self.reserved() as commit:
            return commit(effect)

    def _reserve(self) -> None:
        try:
            with self.portal.database.write() as db:
                self._reserve_in(db, self.portal.clock())
        except IntegrityError as error:  # the same key was inserted between our look and our insert
            raise Refusal(ProblemCode.IN_PROGRESS, retry_after=1) from error

    def _reserve_in(self, db: Session, moment: datetime) -> None:
        config = self.portal.config
        row = db.get(IdempotencyRow, (self.scope, self.key), with_for_update=True)
        if row is not None and row.created_at + config.idempotency_life <= moment:
            db.delete(row)
            db.flush()
            row = None
        if row is None:
            row = IdempotencyRow(scope=self.scope, key=self.key, fingerprint=self.fingerprint, created_at=moment)
            db.add(row)
        elif row.fingerprint != self.fingerprint:
            raise Refusal(ProblemCode.KEY_REUSED)
        elif row.reply is not None:
            raise Replayed(_stored(AESGCM(self.seal_key).decrypt(row.reply[:12], row.reply[12:], None)))
        elif row.leased_until is not None and row.leased_until > moment:
            raise Refusal(ProblemCode.IN_PROGRESS, retry_after=1)
        row.leased_until = moment + config.idempotency_lease

    def _commit(self, effect: Callable[[Session], Reply]) -> Response:
        with self.portal.database.write() as db:
            reply = effect(db)
            row = db.get_one(IdempotencyRow, (self.scope, self.key), with_for_update=True)
            nonce = os.urandom(12)
            row.reply = nonce + AESGCM(self.seal_key).encrypt(nonce, _bytes(reply), None)
            row.leased_until = None
        return reply.response()

    def _release(self) -> None:
        row = IdempotencyRow
        with self.portal.database.write() as db:
            db.execute(delete(row).where(row.scope == self.scope, row.key == self.key, row.reply.is_(None)))


def key_of(header: str) -> str:
    """Return the UUIDv7 of an ``Idempotency-Key`` header.

    Raises:
        Refusal: ``idempotency-key`` when the header is missing or no UUIDv7.
    """
    match = _KEY.fullmatch(header.strip())
    if match is None:
        raise Refusal(ProblemCode.IDEMPOTENCY_KEY)
    return match[1]


async def keyed(request: Request, portal: Portal, scope: str) -> KeyedCall:
    """Return the keyed call of a request.

    Raises:
        Refusal: ``idempotency-key`` when the header is missing or no UUIDv7.
    """
    key = key_of(request.headers.get("idempotency-key", ""))
    body = await request.body()
    announced = [request.headers.get(name, "") for name in ("upload-length", "upload-metadata")]
    head = "\n".join((request.method, request.url.path, *announced, "")).encode()
    seal = HKDF(algorithm=SHA256(), length=32, salt=key.encode(), info=b"zairyu/reply").derive(head + body)
    return KeyedCall(portal, scope, key, hashlib.sha256(head + body).hexdigest(), seal)


def purge(portal: Portal) -> None:
    """Forget keys that are older than they are kept."""
    oldest = portal.clock() - portal.config.idempotency_life
    with portal.database.write() as db:
        db.execute(delete(IdempotencyRow).where(IdempotencyRow.created_at <= oldest))


def _bytes(reply: Reply) -> bytes:
    body = None if reply.body is None else reply.body.model_dump_json()
    return json.dumps([reply.status, reply.headers, body]).encode()


def _stored(data: bytes) -> Response:
    status, headers, body = json.loads(data)
    response = _response(status, headers, (body or "").encode())
    response.headers["Idempotency-Replayed"] = "true"
    return response


def _response(status: int, headers: dict[str, str], content: bytes) -> Response:
    media_type = "application/json" if content else None
    return Response(content, status, {"Cache-Control": "no-store", **headers}, media_type)
