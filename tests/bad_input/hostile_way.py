"""A way to the real portal on which somebody changes what passes."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import httpx

Body = dict[str, Any]
Change = Callable[[Body], Body]


class HostileWay(httpx.BaseTransport):
    """Carries requests over real HTTP and changes the bodies of those to one path.

    Args:
        ending: how the path ends.
        change: takes the JSON body and returns another.
        method: of the requests.

    Attributes:
        seen: the bodies as they came, before the change.
        awake: whether it changes anything.
    """

    def __init__(self, ending: str, change: Change, method: str = "POST") -> None:
        self._inner = httpx.HTTPTransport()
        self._ending = ending
        self._change = change
        self._method = method
        self.seen: list[Body] = []
        self.awake = True

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self.awake and request.method == self._method and request.url.path.endswith(self._ending):
            body: Body = json.loads(request.read())
            self.seen.append(body)
            changed = json.dumps(self._change(body)).encode()
            headers = [(name, value) for name, value in request.headers.raw if name.lower() != b"content-length"]
            headers.append((b"Content-Length", str(len(changed)).encode()))
            request = httpx.Request(request.method, request.url, headers=headers, content=changed)
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()


def flipped(text: str, place: int) -> str:
    """Return base64 text with one bit of the byte at ``place`` turned over."""
    data = bytearray(base64.b64decode(text))
    data[place] ^= 1
    return base64.b64encode(data).decode()


def replaced(text: str, old: str, new: str) -> str:
    """Return base64 text with other words in it."""
    data = base64.b64decode(text)
    assert old.encode() in data
    return base64.b64encode(data.replace(old.encode(), new.encode())).decode()
