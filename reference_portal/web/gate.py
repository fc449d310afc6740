"""The gate before every route: request id, address, maintenance, size of the body, and the last net for errors."""

from __future__ import annotations

import ipaddress
import logging
import secrets
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kiosk.portal.contract import API, MAX_BODY_BYTES, MAX_ENVELOPE_BYTES, ProblemCode
from reference_portal import office
from reference_portal.errors import Refusal
from reference_portal.portal import Portal
from reference_portal.web.problems import problem_response

_log = logging.getLogger("reference_portal.web")
_UPLOADS = f"{API}/uploads/"
_ALWAYS = frozenset({f"{API}/status", f"{API}/sealing-keys"})
_DEFERRED = f"{API}/deferred"
_CHALLENGES = f"{API}/challenges"


@dataclass
class Gate:
    """ASGI middleware. Everything a request meets before its route.

    Args:
        app: the routes.
        portal: the portal.
    """

    app: ASGIApp
    portal: Portal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id
        started = False

        async def answer(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            await run_in_threadpool(self._admit, scope)
            await self.app(scope, await _capped(scope, receive), answer)
        except Refusal as refusal:
            if started:
                raise
            await problem_response(scope, refusal)(scope, receive, answer)
        except Exception as error:
            # The type alone: message and traceback may quote what a person wrote.
            _log.error("internal %s %s", request_id, type(error).__name__)
            if started:
                raise
            await problem_response(scope, Refusal(ProblemCode.INTERNAL))(scope, receive, answer)

    def _admit(self, scope: Scope) -> None:
        with self.portal.database.read() as db:
            networks = office.networks(db)
            closed = office.closed_until(db, self.portal.clock())
        networks = (*self.portal.config.networks, *networks) or office.LOOPBACK
        peer = _peer(scope, self.portal.config.trusted_proxies)
        scope["state"]["peer"] = peer
        if not _inside(peer, networks):
            raise Refusal(ProblemCode.REGION)
        if closed is not None and not (scope["path"] in _ALWAYS and scope["method"] in ("GET", "HEAD")):
            seconds = int((closed - self.portal.clock()).total_seconds()) + 1
            raise Refusal(ProblemCode.MAINTENANCE, retry_after=seconds, until=closed)
        if scope["method"] == "POST" and _is_paced(scope["path"]):
            self.portal.pace.take(f"peer {peer}")


def _is_paced(path: str) -> bool:
    """Tell whether a POST may be made by somebody who is not logged in, as often as they like."""
    return path in (_CHALLENGES, _DEFERRED) or path.startswith(f"{_DEFERRED}/")


def _peer(scope: Scope, proxies: tuple[str, ...]) -> str:
    """Return the address a request comes from: the socket's, or what a trusted proxy says of its own peer."""
    client: Any = scope.get("client")
    peer = client[0] if client else ""
    headers = [value.decode("latin-1") for key, value in scope["headers"] if key == b"x-forwarded-for"]
    hops = [hop.strip() for hop in ",".join(headers).split(",") if hop.strip()]
    while hops and _inside(peer, proxies):
        peer = hops.pop()
    return peer


def _inside(address: str, networks: tuple[str, ...]) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return any((mapped or parsed) in ipaddress.ip_network(network, strict=False) for network in networks)


async def _capped(scope: Scope, receive: Receive) -> Receive:
    """Read the body up to the cap, and return a ``receive`` that gives it again. Uploads are streamed instead: they
    are bounded by their announced length.
    """
    if scope["path"].startswith(_UPLOADS):
        return receive
    most = MAX_ENVELOPE_BYTES if scope["path"] == _DEFERRED else MAX_BODY_BYTES
    for key, value in scope["headers"]:
        if key == b"content-length" and (not value.isdigit() or int(value) > most):
            raise Refusal(ProblemCode.TOO_LARGE)
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > most:
            raise Refusal(ProblemCode.TOO_LARGE)
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": bytes(body), "more_body": False}

    return again
