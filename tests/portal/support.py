"""A client over a function that answers, and invented messages of the contract."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx

from kiosk.portal import contract as c
from kiosk.portal.client import PortalClient
from kiosk.settings import PortalSettings

ORIGIN = "https://portal.example.com"
ID = "01939a5c-0000-7000-8000-000000000001"
OTHER_ID = "01939a5c-0000-7000-8000-000000000002"
KEY = "01939a5c-0000-7000-8000-00000000000a"
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
CONTENT = c.ApplicationContent(procedure="extension", status_of_residence="N", answers={"F1": "架空見本"})
Handler = Callable[[httpx.Request], httpx.Response]


class Pauses(list[float]):
    """Instead of waiting: notes for how long it would have waited."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def client(handler: Handler, pauses: Pauses | None = None, origin: str = ORIGIN) -> PortalClient:
    transport = httpx.MockTransport(handler)
    return PortalClient(
        PortalSettings(origin=origin), "station-1", transport, pause=Pauses() if pauses is None else pauses
    )


def answer(model: c.Model, status: int = 200, **headers: str) -> httpx.Response:
    named = {"Content-Type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return httpx.Response(status, content=model.model_dump_json(), headers=named)


def problem(code: str, status: int, **headers: str) -> httpx.Response:
    body = {"type": f"https://portal.example.com/problems/{code}", "title": "Refused", "status": status, "code": code}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, json=body, headers={**named, "Content-Type": "application/problem+json"})


def status(**changes: Any) -> c.PortalStatus:
    return c.PortalStatus.model_validate({"state": "open", "now": NOW, "terms_version": "2026-01", **changes})


def application(content: c.ApplicationContent = CONTENT, **changes: Any) -> c.Application:
    members = {"application_id": ID, "state": "draft", "content": content, "created_at": NOW, "updated_at": NOW}
    return c.Application.model_validate({**members, "version": 1, **changes})


def session() -> c.Session:
    person = c.Person(
        name="KAKUU MIHON", birth_date=None, birth_date_text="1990-00-00", sex="3", address="東京都架空区見本1-1-1"
    )
    account = c.Account(
        authentication_id="AAAA0000",
        user_kind=c.UserKind.APPLICANT,
        person=person,
        email="kakuu@example.com",
        phone="0900000000",
        nationality="001",
        residence_card_number="XX00000000XX",
        password_expires_on=NOW.date(),
    )
    return c.Session(token="token-of-the-session", expires_at=NOW, account=account)


def challenge() -> c.Challenge:
    return c.Challenge(challenge_id=ID, nonce="bm9uY2U=", expires_at=NOW)
