"""A deadline for whole answers: time-outs of single steps do not stop a portal that sends one byte a minute."""

from __future__ import annotations

import time
from typing import Any, cast

import httpcore
import httpx


def bounded_transport(seconds: float) -> httpx.HTTPTransport:
    """Return a transport on which an answer must be complete ``seconds`` after the request was written."""
    transport = httpx.HTTPTransport(trust_env=False)
    # httpx has no public way to hand in a network backend, and no limit for an answer that drips in.
    pool = cast("Any", transport)._pool
    pool._network_backend = _BoundedBackend(seconds)
    return transport


class _BoundedBackend(httpcore.SyncBackend):
    """Opens connections whose answers have a deadline."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def connect_tcp(self, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        return _BoundedStream(super().connect_tcp(*args, **kwargs), self._seconds)


class _BoundedStream(httpcore.NetworkStream):
    """A connection on which reading must be over ``seconds`` after the last write."""

    def __init__(self, inner: httpcore.NetworkStream, seconds: float) -> None:
        self._inner = inner
        self._seconds = seconds
        self._deadline = time.monotonic() + seconds

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return self._inner.read(max_bytes, left if timeout is None else min(timeout, left))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, timeout)
        self._deadline = time.monotonic() + self._seconds

    def close(self) -> None:
        self._inner.close()

    def start_tls(self, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        return _BoundedStream(self._inner.start_tls(*args, **kwargs), self._seconds)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
