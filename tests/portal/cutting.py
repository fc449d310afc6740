"""A way to a real portal that is cut, on real sockets, after so many bytes."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager

import httpx

from tests.portal.sockets import server


class CutWay(httpx.BaseTransport):
    """Real HTTP to another port than the origin's, whose signatures stay those of the origin."""

    def __init__(self, port: int) -> None:
        self._inner = httpx.HTTPTransport()
        self._port = port

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(port=self._port)
        return self._inner.handle_request(request)

    def reconnect(self) -> None:
        """Take a new connection for the next request."""
        self._inner.close()
        self._inner = httpx.HTTPTransport()

    def close(self) -> None:
        self._inner.close()


@contextmanager
def cut_way(portal_port: int, upward: list[int], downward: list[int]) -> Generator[CutWay]:
    """Give a way whose connections break after so many bytes.

    Args:
        portal_port: where the portal listens.
        upward: bytes towards the portal for one connection after another; then no limit.
        downward: bytes from the portal for one connection after another; then no limit.
    """

    def talk(connection: socket.socket) -> None:
        up = upward.pop(0) if upward else -1
        down = downward.pop(0) if downward else -1
        with socket.create_connection(("127.0.0.1", portal_port)) as onward:
            back = threading.Thread(target=_carry, args=(onward, connection, down))
            back.start()
            _carry(connection, onward, up)
            back.join()

    with server(talk) as port:
        way = CutWay(port)
        try:
            yield way
        finally:
            way.close()


def _carry(source: socket.socket, target: socket.socket, limit: int) -> None:
    """Carry bytes until the end or the limit, then close both ends for good."""
    with contextlib.suppress(OSError):
        while data := source.recv(65_536):
            if 0 <= limit < len(data):
                target.sendall(data[:limit])
                break
            limit -= len(data) if limit >= 0 else 0
            target.sendall(data)
    for end in (source, target):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
