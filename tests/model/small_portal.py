"""The contract of sealed submissions in its smallest form, so that a model can meet it thousands of times.

It checks nothing of what is sealed; ids, files, offsets and answers are those of the contract.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import UTC, datetime

import httpx

from kiosk.portal.contract import SealedEnvelope

_FILES = re.compile(r"/v1/deferred/([^/]+)/files")
_UPLOAD = re.compile(r"/v1/uploads/([a-z0-9]+)")
_ITEM = re.compile(r"/v1/deferred/([^/]+)")


class SmallPortal(httpx.BaseTransport):
    """Takes sealed submissions.

    Attributes:
        applications: submission ids, one entry for each application.
    """

    def __init__(self) -> None:
        self.applications: list[str] = []
        self._bodies: dict[str, bytes] = {}
        self._files: dict[str, bytearray] = {}
        self._whole: dict[str, tuple[str, int]] = {}

    def received(self) -> list[str]:
        """Return the submission ids, one for each application."""
        return self.applications

    def forget(self, submission_id: str) -> None:
        """Be restored from a backup of before."""
        self.applications = [known for known in self.applications if known != submission_id]
        self._bodies.pop(submission_id, None)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path, method = request.url.path, request.method
        if method == "POST" and (found := _FILES.fullmatch(path)):
            return self._announce(found[1], request)
        if found := _UPLOAD.fullmatch(path):
            return self._upload(found[1], request)
        if method == "POST" and path == "/v1/deferred":
            return self._take(request)
        if method == "GET" and (found := _ITEM.fullmatch(path)):
            return self._receipt(found[1])
        raise AssertionError(f"{method} {path} is not in the contract")

    def _announce(self, submission_id: str, request: httpx.Request) -> httpx.Response:
        name, _, value = request.headers["Upload-Metadata"].partition(" ")
        assert name == "sealed_sha256"
        digest = base64.b64decode(value).decode()
        upload = hashlib.sha256(f"{submission_id} {digest}".encode()).hexdigest()[:24]
        self._files.setdefault(upload, bytearray())
        self._whole[upload] = (digest, int(request.headers["Upload-Length"]))
        return httpx.Response(201, headers={"Location": f"/v1/uploads/{upload}"})

    def _upload(self, upload: str, request: httpx.Request) -> httpx.Response:
        held, (digest, size) = self._files[upload], self._whole[upload]
        if request.method == "PATCH":
            assert int(request.headers["Upload-Offset"]) == len(held)
            held += request.read()
            assert len(held) <= size
            assert len(held) < size or hashlib.sha256(held).hexdigest() == digest
        return httpx.Response(204, headers={"Upload-Offset": str(len(held)), "Upload-Length": str(size)})

    def _take(self, request: httpx.Request) -> httpx.Response:
        body = request.read()
        envelope = SealedEnvelope.model_validate_json(body)
        assert request.headers["Idempotency-Key"] == f'"{envelope.submission_id}"'
        if envelope.submission_id in self._bodies:
            assert self._bodies[envelope.submission_id] == body
            return self._receipt(envelope.submission_id)
        here = {digest for upload, (digest, size) in self._whole.items() if len(self._files[upload]) == size}
        missing = [place for place, digest in enumerate(envelope.files) if digest not in here]
        if missing:
            errors = [{"pointer": f"/files/{place}", "code": "missing"} for place in missing]
            return _problem(422, "incomplete", errors)
        self.applications.append(envelope.submission_id)
        self._bodies[envelope.submission_id] = body
        return self._receipt(envelope.submission_id)

    def _receipt(self, submission_id: str) -> httpx.Response:
        if submission_id not in self.applications:
            return _problem(404, "not-found", [])
        said = {
            "submission_id": submission_id,
            "application_id": submission_id,
            "reception_number": f"MIHON-{submission_id[-12:]}",
            "received_at": datetime.now(UTC).isoformat(),
        }
        return httpx.Response(201, json=said)


def _problem(status: int, code: str, errors: list[dict[str, str]]) -> httpx.Response:
    said = {"type": "about:blank", "title": code, "status": status, "code": code, "request_id": "1", "errors": errors}
    return httpx.Response(status, headers={"Content-Type": "application/problem+json"}, content=json.dumps(said))
