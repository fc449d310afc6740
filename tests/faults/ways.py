"""What lies between a station and the portal, and goes wrong: wrappers around an httpx transport."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable

import httpx

Answering = Callable[[httpx.Request], httpx.Response | None]


class Way(httpx.BaseTransport):
    """Asks ``before`` about each request: an answer replaces the portal's, an exception is raised. ``after`` the same,
    when the portal has done what was asked.
    """

    def __init__(self, inner: httpx.BaseTransport, before: Answering, after: Answering = lambda _: None) -> None:
        self._inner, self._before, self._after = inner, before, after

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        instead = self._before(request)
        if instead is not None:
            return instead
        answer = self._inner.handle_request(request)
        return self._after(request) or answer


def wrap(before: Answering, after: Answering = lambda _: None) -> Callable[[httpx.BaseTransport], Way]:
    """Return what ``Office.client`` puts around its transport."""
    return lambda inner: Way(inner, before, after)


def posts(request: httpx.Request) -> bool:
    """Whether a request carries an envelope."""
    return request.method == "POST" and request.url.path == "/v1/deferred"


def for_envelopes(answer: Answering) -> Answering:
    """Return ``answer`` for requests that carry an envelope only."""
    return lambda request: answer(request) if posts(request) else None


def html(_: httpx.Request) -> httpx.Response:
    """What a captive proxy says."""
    return httpx.Response(
        200, headers={"Content-Type": "text/html"}, content=b"<html>Please log in to MIHON Wi-Fi</html>"
    )


def bomb(_: httpx.Request) -> httpx.Response:
    """Ten million bytes in ten thousand."""
    packed = gzip.compress(b'{"reception_number": "' + b"0" * 10_000_000)
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    # As a stream, so that nothing is unpacked before the client decides to.
    return httpx.Response(201, headers=headers, stream=httpx.ByteStream(packed))


def elsewhere(_: httpx.Request) -> httpx.Response:
    """A redirect to another host."""
    return httpx.Response(307, headers={"Location": "https://example.com/v1/deferred"})


def cut(request: httpx.Request) -> httpx.Response:
    """The connection breaks."""
    raise httpx.ReadError("cut", request=request)


def refused(request: httpx.Request) -> httpx.Response:
    """Nobody listens."""
    raise httpx.ConnectError("refused", request=request)


def problem(status: int, code: str, **headers: str) -> Answering:
    """Return what answers every request with a problem of the contract."""
    body = {"type": f"about:{code}", "title": code, "status": status, "code": code, "request_id": "1"}
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    def answer(_: httpx.Request) -> httpx.Response:
        kind = {"Content-Type": "application/problem+json"}
        return httpx.Response(status, headers={**kind, **named}, content=json.dumps(body))

    return answer
