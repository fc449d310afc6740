"""Many stations that come to one portal in the same second."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx

from tests.faults.office import Office
from tests.reference_portal.sealed import Packed


@dataclass
class Crowd:
    """What the stations were told.

    Attributes:
        answers: how often each status was answered.
        waits: every Retry-After of a 429 or 503, in seconds.
        final: the first answer that was not one of those, by submission id.
        strange: answers that are neither final nor a request to wait that says how long.
        seconds: from the first request to the last final answer.
    """

    answers: dict[int, int] = field(default_factory=dict[int, int])
    waits: list[int] = field(default_factory=list[int])
    final: dict[str, int] = field(default_factory=dict[str, int])
    strange: list[str] = field(default_factory=list[str])
    seconds: float = 0.0

    def note(self, submission_id: str, answer: httpx.Response) -> float:
        """Note one answer and return how long to wait; 0 where it is final."""
        self.answers[answer.status_code] = self.answers.get(answer.status_code, 0) + 1
        asked = answer.headers.get("Retry-After", "")
        if answer.status_code in (429, 503):
            if not asked.isdigit() or int(asked) < 1:
                self.strange.append(f"{answer.status_code} without a wait")
                return 1.0
            self.waits.append(int(asked))
            return float(asked)
        if answer.status_code >= 500:
            self.strange.append(str(answer.status_code))
        self.final[submission_id] = answer.status_code
        return 0.0


def envelopes(office: Office, number: int, files: Sequence[Packed] = ()) -> dict[str, bytes]:
    """Return so many signed and sealed applications by submission id, as they are posted."""
    made = (office.sealed(files) for _ in range(number))
    return {deferred.submission_id: json.dumps(envelope).encode() for deferred, envelope in made}


async def _station(
    number: int, client: httpx.AsyncClient, crowd: Crowd, item: tuple[str, bytes], patience: float
) -> None:
    submission_id, body = item
    headers = {"Content-Type": "application/json", "Idempotency-Key": f'"{submission_id}"'}
    end = time.monotonic() + patience
    while True:
        answer = await client.post("/v1/deferred", content=body, headers=headers)
        wait = crowd.note(submission_id, answer)
        # A station adds up to a fifth of its own; the number stands for chance.
        wait *= 1 + number % 20 / 100
        if not wait or time.monotonic() + wait > end:
            return
        await asyncio.sleep(wait)


async def _all(origin: str, items: dict[str, bytes], patience: float) -> Crowd:
    crowd, limits, start = Crowd(), httpx.Limits(max_connections=2_000), time.monotonic()
    async with httpx.AsyncClient(base_url=origin, limits=limits, timeout=120.0, trust_env=False) as client:
        stations = (_station(number, client, crowd, item, patience) for number, item in enumerate(items.items()))
        await asyncio.gather(*stations)
    crowd.seconds = time.monotonic() - start
    return crowd


def reopen(origin: str, items: dict[str, bytes], patience: float = 0.0) -> Crowd:
    """Let a station for each of ``items`` post it in the same second, and again as it is told, for ``patience``
    seconds.
    """
    return asyncio.run(_all(origin, items, patience))
