"""The portal's application without a socket: a synchronous transport for httpx."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Generator, Iterable
from typing import Any

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal


class InProcess(httpx.BaseTransport):
    """Runs an ASGI application for each request. ``peer`` is the address that requests seem to come from."""

    def __init__(self, app: Any, loop: BlockingPortal, peer: str = "127.0.0.1") -> None:
        self._inner = httpx.ASGITransport(app, raise_app_exceptions=True, client=(peer, 50_000))
        self._loop = loop

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._loop.call(self._answer, request)

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        if not isinstance(request.stream, httpx.AsyncByteStream):
            stream = _Pieces(request.stream)
            request = httpx.Request(request.method, request.url, headers=request.headers, stream=stream)
        answer = await self._inner.handle_async_request(request)
        return httpx.Response(answer.status_code, headers=answer.headers, content=await answer.aread())


class _Pieces(httpx.AsyncByteStream):
    """A body that comes piece by piece, without an announced length."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            yield piece


@contextlib.contextmanager
def event_loop() -> Generator[BlockingPortal]:
    """Give an event loop in a thread."""
    with start_blocking_portal() as loop:
        yield loop
