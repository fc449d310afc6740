"""Routes of what was signed while the portal was away. None of them asks for a session."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.responses import Response

from kiosk.portal.contract import API, ProblemCode, SealedEnvelope, SealingKeys, SubmissionReceipt
from reference_portal.deferred import acceptance, files
from reference_portal.errors import Refusal
from reference_portal.web.context import PlainKey, PortalHere
from reference_portal.web.idempotency import Reply, key_of
from reference_portal.web.upload_routes import TUS_HEADERS, TusVersion, expiry, require_version

router = APIRouter(tags=["deferred"])

_METADATA = re.compile(r"sealed_sha256 ([A-Za-z0-9+/=]+)")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@router.get("/sealing-keys")
def get_sealing_keys(portal: PortalHere, response: Response) -> SealingKeys:
    """The keys to which a submission may be sealed, signed; answered in maintenance too."""
    response.headers["Cache-Control"] = "no-cache"
    return portal.keys.published(portal.clock())


@router.post("/deferred", status_code=201, response_model=SubmissionReceipt)
def post_deferred(body: SealedEnvelope, portal: PortalHere, key: PlainKey) -> Response:
    """File a sealed submission, once. The key must be the `submission_id`."""
    if key != body.submission_id:
        raise Refusal(ProblemCode.IDEMPOTENCY_KEY, ("/submission_id", "different"))
    receipt, again = acceptance.accept(portal, body)
    return Reply(201, receipt, {"Idempotency-Replayed": "true"} if again else {}).response()


@router.get("/deferred/{submission_id}")
def get_deferred(submission_id: str, portal: PortalHere, response: Response) -> SubmissionReceipt:
    """What became of a sealed submission: its receipt, or the final refusal that it met."""
    response.headers["Cache-Control"] = "no-store"
    with portal.database.read() as db:
        return acceptance.find(db, submission_id)


@router.post("/deferred/{submission_id}/files", status_code=201, response_class=Response)
def post_deferred_file(
    submission_id: str,
    request: Request,
    portal: PortalHere,
    upload_length: Annotated[int, Header(ge=0, le=1 << 40)],
    upload_metadata: Annotated[str, Header(max_length=4000)],
    tus_resumable: TusVersion = "",
) -> Response:
    """Announce an encrypted file; its bytes follow by PATCH to `Location`. The same file has the same `Location`."""
    require_version(tus_resumable)
    key_of(submission_id)
    digest = _sealed_digest(upload_metadata)
    with portal.database.write() as db:
        row = files.create(db, portal, submission_id, digest, upload_length, request.state.peer)
    headers = {**TUS_HEADERS, **expiry(row), "Location": f"{API}/uploads/{row.id}"}
    return Response(status_code=201, headers=headers)


def _sealed_digest(header: str) -> str:
    match = _METADATA.fullmatch(header.strip())
    try:
        digest = base64.b64decode(match[1], validate=True).decode() if match else ""
    except (binascii.Error, ValueError):
        digest = ""
    if not _DIGEST.fullmatch(digest):
        raise Refusal(ProblemCode.MALFORMED, ("/Upload-Metadata", "value"))
    return digest
