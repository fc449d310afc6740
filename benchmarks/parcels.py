"""An application's bytes, and the HTTP requests that bring them to the portal, without the kiosk's own code."""

from __future__ import annotations

import base64
import json
from collections.abc import Generator
from dataclasses import dataclass

import httpx

from tests.faults.office import Office
from tests.reference_portal.sealed import Packed

TUS = {"Tus-Resumable": "1.0.0"}

Exchange = Generator[httpx.Request, httpx.Response, httpx.Response]
"""Gives requests, is sent their answers, and returns the last one."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One sealed application.

    Attributes:
        id: of the submission.
        envelope: as it is posted.
        files: encrypted.
    """

    id: str
    envelope: bytes
    files: tuple[Packed, ...]

    def requests(self, origin: str, *, ask: bool = False) -> Exchange:
        """Give the fewest requests with which the contract takes it; ends early at a refusal.

        Args:
            origin: the portal's.
            ask: ask how much of each file is there first, as a station does that was cut off or told to wait.
        """
        for file in self.files:
            answer = yield announce(origin, self.id, file.facts.sealed_sha256, len(file.data))
            location, held = f"{origin}{answer.headers.get('Location', '')}", 0
            if answer.is_success and ask:
                answer = yield httpx.Request("HEAD", location, headers=TUS)
                held = int(answer.headers.get("Upload-Offset", 0))
            if answer.is_success:
                answer = yield rest(location, file.data, held)
            if not answer.is_success:
                return answer
        headers = {"Content-Type": "application/json", "Idempotency-Key": f'"{self.id}"'}
        return (yield httpx.Request("POST", f"{origin}/v1/deferred", headers=headers, content=self.envelope))


def parcels(office: Office, number: int) -> list[Parcel]:
    """Return so many signed and sealed applications, with a photo and two documents each."""
    made = (office.sealed() for _ in range(number))
    return [Parcel(item.submission_id, json.dumps(envelope).encode(), tuple(item.files)) for item, envelope in made]


def announce(origin: str, submission_id: str, digest: str, size: int) -> httpx.Request:
    """Return the request that announces a file."""
    said = base64.b64encode(digest.encode()).decode()
    headers = {**TUS, "Upload-Length": str(size), "Upload-Metadata": f"sealed_sha256 {said}"}
    return httpx.Request("POST", f"{origin}/v1/deferred/{submission_id}/files", headers=headers)


def rest(location: str, data: bytes, held: int = 0) -> httpx.Request:
    """Return the request that brings all bytes of a file behind the first ``held``."""
    headers = {**TUS, "Upload-Offset": str(held), "Content-Type": "application/offset+octet-stream"}
    return httpx.Request("PATCH", location, headers=headers, content=data[held:])


def carry(client: httpx.Client, exchange: Exchange) -> httpx.Response:
    """Run an exchange to its end and return the last answer."""
    request = next(exchange)
    while True:
        try:
            request = exchange.send(client.send(request))
        except StopIteration as end:
            last: httpx.Response = end.value
            return last
