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
from reference_portal.errors import Refusal
from reference_portal.filing import uploads
from reference_portal.people.credentials import Transaction
from reference_portal.portal import Portal
from reference_portal.web.context import AnyUpload, OwnCall, PortalHere, SignedIn, Transfers, Uploader
from reference_portal.web.idempotency import Reply

router = APIRouter(tags=["uploads"])

TUS_HEADERS = {"Tus-Resumable": TUS_VERSION, "Cache-Control": "no-store"}
"""On every answer about an upload."""
_PIECE = 1 << 20

TusVersion = Annotated[str, Header(description="1.0.0")]
"""The ``Tus-Resumable`` header."""


def require_version(tus_resumable: str) -> None:
    """Raise ``malformed`` (412) for another version of tus."""
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
    require_version(tus_resumable)
    facts = uploads.parse_metadata(upload_metadata, upload_length)

    def effect(db: Transaction) -> Reply:
        row = uploads.create(db, portal, account, application_id, facts)
        return Reply(201, None, {**TUS_HEADERS, **expiry(row), "Location": f"{API}/uploads/{row.id}"})

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
    return Response(status_code=204, headers={**TUS_HEADERS, **capabilities})


@router.head("/uploads/{upload_id}", response_class=Response)
def head_upload(upload_id: str, transfers: Uploader, tus_resumable: TusVersion = "") -> Response:
    """How much has come."""
    require_version(tus_resumable)
    row = transfers.find(upload_id)
    facts = {"Upload-Offset": str(row.received), "Upload-Length": str(row.length)}
    return Response(status_code=200, headers={**TUS_HEADERS, **expiry(row), **facts})


@router.patch("/uploads/{upload_id}", status_code=204, response_class=Response)
async def patch_upload(
    upload_id: str,
    request: Request,
    portal: PortalHere,
    transfers: Uploader,
    upload_offset: Annotated[int, Header(ge=0)],
    content_type: Annotated[str, Header()] = "",
    upload_checksum: Annotated[str, Header(max_length=200, description="sha256 and the digest in base64")] = "",
    tus_resumable: TusVersion = "",
) -> Response:
    """Add bytes at the offset. The last piece makes the portal check the file; only then is it attached."""
    require_version(tus_resumable)
    if content_type != "application/offset+octet-stream":
        raise Refusal(ProblemCode.UNSUPPORTED_MEDIA, ("/Content-Type", "type"))
    expected = _checksum(upload_checksum)
    with portal.blobs.claimed(upload_id) as mine:
        if not mine:
            raise Refusal(ProblemCode.IN_PROGRESS, retry_after=1)
        row = await run_in_threadpool(_find_at, transfers, upload_id, upload_offset)
        try:
            end = await _receive(request, portal, row, expected)
            if not row.whole:
                await run_in_threadpool(_count, portal, transfers, row, end)
        except Refusal:
            await run_in_threadpool(_tidy, portal, transfers, upload_id)
            raise
    return Response(status_code=204, headers={**TUS_HEADERS, **expiry(row), "Upload-Offset": str(end)})


@router.delete("/uploads/{upload_id}", status_code=204, response_class=Response)
def delete_upload(upload_id: str, portal: PortalHere, transfers: Uploader, tus_resumable: TusVersion = "") -> Response:
    """Give up an upload."""
    require_version(tus_resumable)
    with portal.blobs.claimed(upload_id) as mine:
        if not mine:
            raise Refusal(ProblemCode.IN_PROGRESS, retry_after=1)
        transfers.find(upload_id)
        transfers.forget(upload_id)
    return Response(status_code=204, headers=TUS_HEADERS)


def expiry(row: AnyUpload) -> dict[str, str]:
    """Return the header that says when an upload runs out."""
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


def _find_at(transfers: Transfers, upload_id: str, offset: int) -> AnyUpload:
    row = transfers.find(upload_id)
    if row.received != offset:
        raise Refusal(ProblemCode.WRONG_STATE, ("/Upload-Offset", "offset"))
    return row


async def _receive(request: Request, portal: Portal, row: AnyUpload, expected: bytes | None) -> int:
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


def _count(portal: Portal, transfers: Transfers, row: AnyUpload, end: int) -> None:
    """Make what has come durable and count it. The last piece counts with the file it completes, or not at all."""
    if end > row.received:
        portal.blobs.settle(row.id, end)
    if end == row.length:
        transfers.finish(row.id)
    elif end > row.received:
        transfers.advance(row.id, row.received, end)


def _tidy(portal: Portal, transfers: Transfers, upload_id: str) -> None:
    """Remove bytes of an upload that was deleted while they came."""
    try:
        transfers.find(upload_id)
    except Refusal:
        portal.blobs.discard_partial(upload_id)


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
