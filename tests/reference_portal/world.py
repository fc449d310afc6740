"""One portal for a test: its application in process, its database on SQLite or PostgreSQL, its clock in our hand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx
from sqlalchemy import select

from kiosk.card.virtual.authority import TestAuthority
from reference_portal.database.office import MailRow
from reference_portal.ids import uuid7
from reference_portal.portal import Portal

_LINK = re.compile(r"https?://\S+(/link/\S+)")


@dataclass
class HandClock:
    """A clock that goes when it is told to, and a millisecond at each look, so that things have an order."""

    moment: datetime

    def __call__(self) -> datetime:
        self.moment += timedelta(milliseconds=1)
        return self.moment

    def forward(self, **duration: float) -> None:
        self.moment += timedelta(**duration)


@dataclass
class World:
    """What a test of the portal needs."""

    portal: Portal
    client: httpx.Client
    authority: TestAuthority
    clock: HandClock
    app: Any
    keys: list[str] = field(default_factory=list[str])

    @property
    def origin(self) -> str:
        return self.portal.config.origin

    @property
    def pin(self) -> str:
        """The public key that a station pins."""
        return self.portal.keys.pin()

    def key(self) -> str:
        """Return a new idempotency key."""
        return uuid7(self.clock())

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        return self.client.request(method, path if path.startswith("/link/") else f"/v1{path}", **options)

    def post(self, path: str, body: Any = None, *, key: str = "", headers: Any = None) -> httpx.Response:
        named = {"Idempotency-Key": f'"{key or self.key()}"', **(headers or {})}
        return self.request("POST", path, json=body, headers=named)

    def post_page(self, path: str, **fields: str) -> httpx.Response:
        return self.client.post(path, data=fields)

    def mails(self) -> Sequence[dict[str, Any]]:
        """Return what waits to be delivered, oldest first."""
        with self.portal.database.read() as db:
            return [dict(row.payload) for row in db.scalars(select(MailRow).order_by(MailRow.due_at, MailRow.id))]

    def last_link(self) -> str:
        """Return the path of the page that the last mail leads to."""
        found = [match[1] for mail in self.mails() if (match := _LINK.search(mail["text"]))]
        return found[-1]

    def publish(self, **options: Any) -> None:
        """Write anchors and revocation lists of the authority as of now."""
        self.authority.write_trust(self.portal.config.trust, self.clock(), **options)

    def close(self) -> None:
        """Let go of the database."""
        self.client.close()
        self.portal.database.close()


def code(answer: httpx.Response) -> str:
    """Return the code of a problem, which must be a whole one."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    problem = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["request_id"] == answer.headers["x-request-id"]
    found: str = problem["code"]
    return found
