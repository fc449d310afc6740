"""One HTTP exchange with the portal, and nothing that the portal says is believed beyond the contract.

Only the configured origin is ever contacted, no redirect is followed, no compression is taken (a small body cannot
grow), a body is read to ``MAX_BODY_BYTES`` and no further, and a whole answer has a deadline besides the time-out of
each step.
"""

from __future__ import annotations

import ipaddress
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlsplit

import httpx
from pydantic import ValidationError

from kiosk.clock import utc_now
from kiosk.errors import PortalError, SettingsError
from kiosk.portal.contract import MAX_BODY_BYTES, Model
from kiosk.portal.deadline import bounded_transport
from kiosk.portal.errors import PortalNotUnderstood
from kiosk.portal.problems import TRANSPORT, from_answer, from_exception

ANSWER_STEPS = 3
"""A whole answer may take this many times the time-out of one step."""

Pause = Callable[[float], None]
"""Waits so many seconds; ``time.sleep`` outside tests."""

_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_M = TypeVar("_M", bound=Model)

# Both libraries log addresses with search words, and at DEBUG every header with the bearer token.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)


@dataclass(frozen=True, slots=True)
class Answer:
    """A 2xx answer, read whole. Header names are lower-case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


def checked_origin(text: str) -> str:
    """Return the portal's origin in the form in which it is signed: scheme, host, port where it is not the usual one.

    ``https`` anywhere; ``http`` only where nothing leaves this machine.

    Raises:
        SettingsError: anything else, such as a path, a user name or plain ``http`` to another machine.
    """
    try:
        parts = urlsplit(text.strip())
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError as error:
        raise SettingsError(name="portal.origin") from error
    extra = parts.path.strip("/") or parts.query or parts.fragment or parts.username or parts.password
    address = _address(host)
    if extra or parts.scheme not in _DEFAULT_PORTS or not (address or _HOST.fullmatch(host)):
        raise SettingsError(name="portal.origin")
    if parts.scheme == "http" and not (host == "localhost" or (address and address.is_loopback)):
        raise SettingsError(name="portal.origin")
    shown = f"[{address}]" if address and address.version == 6 else host
    return f"{parts.scheme}://{shown}" + (f":{port}" if port not in (None, _DEFAULT_PORTS[parts.scheme]) else "")


class Wire:
    """The way to one portal.

    Args:
        origin: as ``checked_origin`` returns it.
        timeout: seconds for each step: connect, write, wait for more of the answer.
        transport: another way to carry requests, for tests.
    """

    def __init__(self, origin: str, timeout: float, transport: httpx.BaseTransport | None = None) -> None:
        self.origin = origin
        self._http = httpx.Client(
            base_url=origin,
            timeout=timeout,
            follow_redirects=False,
            trust_env=False,  # no proxy, certificate bundle or password from the environment
            transport=transport or bounded_transport(timeout * ANSWER_STEPS),
            headers={"Accept": "application/json, application/problem+json", "Accept-Encoding": "identity"},
        )

    def send(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        body: bytes | Iterable[bytes] | None = None,
    ) -> Answer:
        """Send one request and return its 2xx answer.

        Args:
            method: the HTTP method.
            path: from the root, such as ``/v1/status``.
            headers: beyond the usual ones.
            query: parameters; empty values are left out.
            body: bytes, or an iterable of them where the caller wants to wipe them (with a Content-Length header).

        Raises:
            PortalError: every failure, see ``errors.py``.
        """
        filled = {name: value for name, value in (query or {}).items() if value}
        try:
            request = self._http.build_request(method, path, headers=headers, params=filled, content=body)
            response = self._http.send(request, stream=True)
            try:
                return _read(response)
            finally:
                response.close()
        except tuple(TRANSPORT) as error:
            raise from_exception(error) from None

    def close(self) -> None:
        """Close the connections."""
        self._http.close()


def parsed(model: type[_M], answer: Answer) -> _M:
    """Return the body of ``answer`` as ``model``.

    Raises:
        PortalNotUnderstood: it is not one.
    """
    try:
        return model.model_validate_json(answer.body)
    except ValidationError:
        # The cause would carry places of a personal document along.
        raise PortalNotUnderstood(reason="schema") from None


def _read(response: httpx.Response) -> Answer:
    if response.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise PortalNotUnderstood(reason="encoding")
    if not response.is_success:
        raise _refusal(response)
    body = _body(response)
    if body and _media_type(response) != "application/json":
        raise PortalNotUnderstood(reason="media-type")
    return Answer(response.status_code, {name.lower(): value for name, value in response.headers.items()}, body)


def _refusal(response: httpx.Response) -> PortalError:
    is_problem = _media_type(response) in {"application/problem+json", "application/json"}
    # Nothing else is worth reading.
    body = _body(response) if is_problem else b""
    retry_after = response.headers.get("Retry-After")
    return from_answer(response.status_code, retry_after, body, is_problem=is_problem, now=utc_now())


def _body(response: httpx.Response) -> bytes:
    body = bytearray()
    for part in response.iter_bytes():
        body += part
        if len(body) > MAX_BODY_BYTES:
            raise PortalNotUnderstood(reason="length")
    return bytes(body)


def _media_type(response: httpx.Response) -> str:
    return response.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
