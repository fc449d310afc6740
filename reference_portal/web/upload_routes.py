"""Routes of uploads: tus 1.0 with creation, checksum (sha256), termination and expiration."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import AsyncIterator
from email.utils import format_datetime
from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from kiosk.portal.contract import API, TUS_VERSION, ProblemCode
from reference_portal.data import file_limits
from reference_portal.database.filing import UploadRow
from reference_portal.database.people import AccountRow
from reference_portal.errors import Refusal
from reference_portal.filing import uploads
from reference_portal.people.credentials import Transaction
from reference_portal.portal import Portal
from reference_portal.web.context import OwnCall, PortalHere, SignedIn
from reference_portal.web.idempotency import Reply

router = APIRouter(tags=["uploads"])

_TUS = {"Tus-Resumable": TUS_VERSION, "Cache-Control": "no-store"}
_PIECE = 1 << 20

TusVersion = Annotated[str, Header(description="1.0.0")]


def _require_version(tus_resumable: str) -> None:
    if tus_resumable != TUS_VERSION:
        raise Refusal(ProblemCode.MALFORMED, ("/Tus-Resumable", "version"), status=412)


@router.post("/applications/{application_id}/attachments", status_code=201, response_class=Response)
def post_attachment(
    application_id: str,
    portal: PortalHere,
    account: SignedIn,
    call: OwnCall,
    upload_length: Annotated[int, Header(ge=0)],
    upload_metadata: Annotated[str, Header(max_length=4000)],
    tus_resumable: TusVersion = "",
) -> Response:
    """Announce a file; its bytes follow by PATCH to ``Location``."""
    _require_version(tus_resumable)
    facts = uploads.parse_metadata(upload_metadata, upload_length)

    def effect(db: Transaction) -> Reply:
        row = uploads.create(db, portal, account, application_id, facts)
        return Reply(201, None, {**_TUS, **_expiry(row), "Location": f"{API}/uploads/{row.id}"})

    return call.perform(effect)


@router.options("/uploads/{upload_id}", status_code=204, response_class=Response)
def options_upload(upload_id: str, portal: PortalHere) -> Response:
    """What this server can do."""
    del upload_id
    limits = file_limits(portal.config.system)
    capabilities = {
        "Tus-Version": TUS_VERSION,
        "Tus-Extension": "creation,checksum,termination,expiration",
        "Tus-Checksum-Algorithm": "sha256",
        "Tus-Max-Size": str(limits.document_bytes),
    }
    return Response(status_code=204, headers={**_TUS, **capabilities})


@router.head("/uploads/{upload_id}", response_class=Response)
def head_upload(upload_id: str, portal: PortalHere, account: SignedIn, tus_resumable: TusVersion = "") -> Response:
    """How much has come."""
    _require_version(tus_resumable)
    with portal.database.read() as db:
        row = uploads.find(db, account.id, upload_id, portal.clock())
    facts = {"Upload-Offset": str(row.received), "Upload-Length": str(row.length)}
    return Response(status_code=200, headers={**_TUS, **_expiry(row), **facts})


@router.patch("/uploads/{upload_id}", status_code=204, response_class=Response)
async def patch_upload(
    upload_id: str,
    request: Request,
    portal: PortalHere,
    account: SignedIn,
    upload_offset: Annotated[int, Header(ge=0)],
    content_type: Annotated[str, Header()] = "",
    upload_checksum: Annotated[str, Header(max_length=200, description="sha256 and the digest in base64")] = "",
    tus_resumable: TusVersion = "",
) -> Response:
    """Add bytes at the offset. The last piece makes the portal check the file; only then is it attached."""
    _require_version(tus_resumable)
    if content_type != "application/offset+octet-stream":
        raise Refusal(ProblemCode.UNSUPPORTED_MEDIA, ("/Content-Type", "type"))
    expected = _checksum(upload_checksum)
    with portal.blobs.claimed(upload_id) as mine:
        if not mine:
            raise Refusal(ProblemCode.IN_PROGRESS, retry_after=1)
        row = await run_in_threadpool(_find_at, portal, account, upload_id, upload_offset)
        end = await _receive(request, portal, row, expected)
        if row.attachment_id is None:
            await run_in_threadpool(_count, portal, account, row, end)
    return Response(status_code=204, headers={**_TUS, **_expiry(row), "Upload-Offset": str(end)})


@router.delete("/uploads/{upload_id}", status_code=204, response_class=Response)
def delete_upload(upload_id: str, portal: PortalHere, account: SignedIn, tus_resumable: TusVersion = "") -> Response:
    """Give up an upload."""
    _require_version(tus_resumable)
    with portal.blobs.claimed(upload_id) as mine:
        if not mine:
            raise Refusal(ProblemCode.IN_PROGRESS, retry_after=1)
        with portal.database.read() as db:
            uploads.find(db, account.id, upload_id, portal.clock())
        uploads.forget(portal, upload_id)
    return Response(status_code=204, headers=_TUS)


def _expiry(row: UploadRow) -> dict[str, str]:
    return {"Upload-Expires": format_datetime(row.expires_at, usegmt=True)}


def _checksum(header: str) -> bytes | None:
    if not header:
        return None
    algorithm, _, encoded = header.partition(" ")
    try:
        digest = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refusal(ProblemCode.MALFORMED, ("/Upload-Checksum", "value")) from error
    if algorithm != "sha256" or len(digest) != hashlib.sha256().digest_size:
        raise Refusal(ProblemCode.MALFORMED, ("/Upload-Checksum", "algorithm"), status=400)
    return digest


def _find_at(portal: Portal, account: AccountRow, upload_id: str, offset: int) -> UploadRow:
    with portal.database.read() as db:
        row = uploads.find(db, account.id, upload_id, portal.clock())
    if row.received != offset:
        raise Refusal(ProblemCode.WRONG_STATE, ("/Upload-Offset", "offset"))
    return row


async def _receive(request: Request, portal: Portal, row: UploadRow, expected: bytes | None) -> int:
    """Store what comes and return the new offset. With a checksum a piece counts whole or not at all."""
    digest = hashlib.sha256()
    offset, whole = row.received, True
    try:
        async for data in _pieces(request):
            if offset + len(data) > row.length:
                raise Refusal(ProblemCode.TOO_LARGE, ("/Upload-Length", "more"))
            digest.update(data)
            await run_in_threadpool(portal.blobs.append, row.id, offset, data)
            offset += len(data)
    except ClientDisconnect:
        whole = False
    if expected is not None and (not whole or digest.digest() != expected):
        raise Refusal(ProblemCode.DIGEST, ("/Upload-Checksum", "digest"), status=460)
    return offset


def _count(portal: Portal, account: AccountRow, row: UploadRow, end: int) -> None:
    """Make what has come durable and count it. The last piece counts with the file it completes, or not at all."""
    if end > row.received:
        portal.blobs.settle(row.id, end)
    if end == row.length:
        uploads.finish(portal, account, row)
    elif end > row.received:
        uploads.advance(portal, row.id, row.received, end)


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    """Gather what comes into larger pieces; what came before a lost connection is still given."""
    gathered = bytearray()
    lost: ClientDisconnect | None = None
    try:
        async for data in request.stream():
            gathered += data
            if len(gathered) >= _PIECE:
                yield bytes(gathered)
                gathered.clear()
    except ClientDisconnect as error:
        lost = error
    if gathered:
        yield bytes(gathered)
    if lost is not None:
        raise lost
