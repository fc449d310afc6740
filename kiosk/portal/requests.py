"""Requests of one session: the bearer token, and what is repeated when an answer is lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager

from kiosk.portal.contract import API, Model
from kiosk.portal.errors import PortalNotUnderstood, PortalTimeout, PortalUnreachable, SessionEnded, StillWorking
from kiosk.portal.wire import Answer, Pause, Wire

REPEAT_WAITS = (0.5, 1.5)
"""Seconds before a request in doubt is repeated; after the last of them the doubt is reported."""

PATIENT_WAITS = (0.5, 1.0, 2.0, 4.0, *(5.0,) * 7)
"""The same where a person is told of it and can end it: long enough for a portal that starts anew."""

Waiting = Callable[[float], None]
"""Told how many seconds are left until the next attempt; may raise to give up."""

_TOLD_EVERY = 0.5
_LONGEST_PAUSE = 5  # a person is waiting in front of the screen
_TOKEN = re.compile(r"[!-~]{1,200}")
_READS = frozenset({"GET", "HEAD"})


class Requests:
    """Sends requests below ``/v1`` with the session's token, once there is one.

    Args:
        wire: the way to the portal.
        pause: waits so many seconds between repetitions.
    """

    def __init__(self, wire: Wire, pause: Pause) -> None:
        self._wire = wire
        self._pause = pause
        self._waiting: Waiting | None = None
        self._token: str | None = None

    @property
    def watched(self) -> bool:
        """Whether somebody is told of waits, and may end them."""
        return self._waiting is not None

    @contextmanager
    def telling(self, waiting: Waiting) -> Generator[None]:
        """Within it, ``waiting`` is told of every wait for the portal: at its beginning, and twice a second."""
        self._waiting = waiting
        try:
            yield
        finally:
            self._waiting = None

    def pause(self, seconds: float) -> None:
        """Wait before something is repeated."""
        if self._waiting is None:
            self._pause(seconds)
            return
        left = seconds
        while left > 0:
            self._waiting(left)
            self._pause(min(left, _TOLD_EVERY))
            left -= _TOLD_EVERY
        self._waiting(0.0)

    @property
    def signed_in(self) -> bool:
        """Whether there is a token that the portal has not refused yet."""
        return self._token is not None

    def begin(self, token: str) -> None:
        """Use ``token`` from now on.

        Raises:
            PortalNotUnderstood: it cannot stand in a header.
        """
        if not _TOKEN.fullmatch(token):
            raise PortalNotUnderstood(reason="token")
        self._token = token

    def end(self) -> None:
        """Forget the token."""
        self._token = None

    def send(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        body: bytes | Iterable[bytes] | None = None,
    ) -> Answer:
        """Send one request, see ``Wire.send``; a session that has ended is forgotten.

        A read is repeated once at a cut: mostly an idle connection that the portal had closed. Where somebody is told
        of the waits, a GET is repeated as long as that makes sense (a HEAD is of an upload, which has its own ways).
        """
        for wait in PATIENT_WAITS if self.watched and method == "GET" else ():
            try:
                return self._send(method, path, headers, query, body)
            except (PortalUnreachable, PortalTimeout):
                self.pause(wait)
        return self._send(method, path, headers, query, body)

    def _send(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None,
        query: Mapping[str, str] | None,
        body: bytes | Iterable[bytes] | None,
    ) -> Answer:
        bearer = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        every = {**bearer, **(headers or {})}
        try:
            try:
                return self._wire.send(method, API + path, headers=every, query=query, body=body)
            except PortalUnreachable as error:
                if method not in _READS or not error.sent:
                    raise
            return self._wire.send(method, API + path, headers=every, query=query, body=body)
        except SessionEnded:
            self.end()
            raise

    def send_json(self, method: str, path: str, model: Model | None, headers: Mapping[str, str]) -> Answer:
        """Send one request with ``model`` as its body, or with none."""
        if model is None:
            return self.send(method, path, headers=headers)
        every = {**headers, "Content-Type": "application/json"}
        return self.send(method, path, headers=every, body=model.model_dump_json().encode("utf-8"))

    def repeat(self, method: str, path: str, model: Model | None, headers: Mapping[str, str]) -> Answer:
        """Like ``send_json``, and the same again while the outcome is in doubt.

        Only for requests that the portal takes once: those with an ``Idempotency-Key`` or ``If-Match``.
        """
        for wait in PATIENT_WAITS if self.watched else REPEAT_WAITS:
            try:
                return self.send_json(method, path, model, headers)
            except (PortalUnreachable, PortalTimeout) as error:
                if not error.sent and not self.watched:
                    raise
                self.pause(wait)
            except StillWorking as error:
                self.pause(min(int(error.params["seconds"]), _LONGEST_PAUSE))
        return self.send_json(method, path, model, headers)


def idempotent(key: str) -> dict[str, str]:
    """Return the header that makes a POST one and the same, however often it is sent."""
    return {"Idempotency-Key": f'"{key}"'}
