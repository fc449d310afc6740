"""Files to the portal by tus 1.0: in parts, each with its digest, taken up again where a connection was cut."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from kiosk.errors import PortalError
from kiosk.portal.contract import API, TUS_VERSION, AttachmentKind
from kiosk.portal.errors import (
    DigestMismatch,
    FileGone,
    NotFound,
    PortalAway,
    PortalNotUnderstood,
    PortalTimeout,
    PortalUntrusted,
    StillWorking,
    WrongState,
)
from kiosk.portal.wire import Answer

PART_BYTES = 1 << 20
"""Most bytes of one PATCH: small enough that a cut costs little, large enough that the round trip does not count."""

LEAST_BYTES = 1 << 16
"""On a slow line parts get smaller, down to this, so that the person sees that something moves."""

_QUICK, _SLOW = 0.5, 2.0  # seconds of a part after which the next one is larger or smaller

WAITS = (0.5, 1.0, 2.0, 4.0)
"""Seconds between attempts that bring no byte further; after the last of them the failure is reported."""

BUSY_WAITS = 30
"""How often, a second apart, a portal is asked again that is still at work on the last part."""

_UPLOAD = re.compile(rf"(?:https?://[^/]*)?{API}(/uploads/[A-Za-z0-9_-]{{1,64}})")

Progress = Callable[[int, int], None]
"""Told the bytes the portal holds and the bytes in all."""


@dataclass(frozen=True, slots=True)
class FileMeta:
    """What a file is. ``sha256`` (hex) is of the bytes that were checked; ``document`` is empty for the photo."""

    kind: AttachmentKind
    document: str
    filename: str = field(repr=False)
    media_type: str
    sha256: str = field(repr=False)

    def header(self) -> str:
        """Return the ``Upload-Metadata`` header: each value in base64, a name without a value alone."""
        values = {
            "kind": self.kind.value,
            "document": self.document,
            "filename": self.filename,
            "media_type": self.media_type,
            "sha256": self.sha256,
        }
        return ",".join(f"{name} {_base64(value.encode('utf-8'))}".rstrip() for name, value in values.items())


class Sender(Protocol):
    """Sends one request of the session: ``PortalClient`` with its token."""

    def __call__(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        """See ``Wire.send``."""
        ...


def read_checked(source: bytes | Path, meta: FileMeta) -> bytes:
    """Return the bytes of ``source``, which must be those that were checked.

    Raises:
        FileGone: the file cannot be read any more.
        DigestMismatch: it has changed since.
    """
    try:
        data = source if isinstance(source, bytes) else source.read_bytes()
    except OSError:
        # The cause would carry the path, which may hold a name.
        raise FileGone from None
    if hashlib.sha256(data).hexdigest() != meta.sha256:
        raise DigestMismatch
    return data


def upload_path(answer: Answer) -> str:
    """Return the path below ``/v1`` that a creation's ``Location`` names; a host in it is not looked at.

    Raises:
        PortalNotUnderstood: there is no such path of this portal's.
    """
    found = _UPLOAD.fullmatch(answer.headers.get("location", ""))
    if found is None:
        raise PortalNotUnderstood(reason="location")
    return found[1]


class Upload:
    """One file on its way.

    Args:
        send: the session's requests.
        path: the upload at the portal.
        data: the whole file.
        on_progress: told after every part.
        pause: waits so many seconds.
        waits: seconds between attempts that bring no byte further.
    """

    def __init__(
        self,
        send: Sender,
        path: str,
        data: bytes,
        on_progress: Progress,
        pause: Callable[[float], None],
        waits: Sequence[float] = WAITS,
    ) -> None:
        self._send = send
        self._path = path
        self._data = data
        self._on_progress = on_progress
        self._pause = pause
        self._waits = waits
        self._part = PART_BYTES
        self._furthest = -1
        self._failures = 0
        self._busy = 0
        self._refused: DigestMismatch | None = None

    def run(self) -> None:
        """Bring the portal to hold every byte and to have checked the file, from what it holds already.

        Raises:
            NotFound: the portal does not know this upload any more (it may be complete).
            PortalError: any refusal; or the failure itself after ``waits`` attempts without progress.
        """
        offset: int | None = None
        while offset != len(self._data):
            try:
                # Where all bytes arrived and the answer was lost, an empty last part asks for the portal's verdict.
                offset = self._patch(self._ask() if offset is None else offset)
            except NotFound:
                # A whole file with another digest is thrown away at the portal: then its reason is the answer.
                raise self._refused or NotFound from None
            except (PortalAway, DigestMismatch, StillWorking, WrongState) as error:
                self._wait_after(error)
                offset = None

    def _wait_after(self, error: PortalError) -> None:
        """Wait before the portal is asked how far it came, or raise ``error`` where that makes no sense any more."""
        self._refused = error if isinstance(error, DigestMismatch) else None
        if isinstance(error, StillWorking) and self._busy < BUSY_WAITS:
            self._busy += 1
            wait = 1.0
        elif self._failures < len(self._waits) and not isinstance(error, PortalUntrusted):
            wait = self._waits[self._failures]
            self._part = LEAST_BYTES if isinstance(error, PortalTimeout) else self._part
            self._failures += 1
        else:
            raise error
        self._pause(wait)

    def _ask(self) -> int:
        answer = self._send("HEAD", self._path, headers={"Tus-Resumable": TUS_VERSION})
        return self._reached(_said_offset(answer, 0, len(self._data)))

    def _patch(self, offset: int) -> int:
        part = self._data[offset : offset + self._part]
        headers = {
            "Tus-Resumable": TUS_VERSION,
            "Content-Type": "application/offset+octet-stream",
            "Upload-Offset": str(offset),
            "Upload-Checksum": f"sha256 {_base64(hashlib.sha256(part).digest())}",
        }
        begin = time.monotonic()
        answer = self._send("PATCH", self._path, headers=headers, body=part)
        self._part = next_part(self._part, time.monotonic() - begin)
        end = offset + len(part)
        return self._reached(_said_offset(answer, end, end))

    def _reached(self, offset: int) -> int:
        if offset > self._furthest:
            self._furthest, self._failures = offset, 0
        self._on_progress(offset, len(self._data))
        return offset


def next_part(size: int, seconds: float) -> int:
    """Return how many bytes the part after one of ``size`` bytes should have, which took ``seconds``."""
    if seconds > _SLOW:
        return max(LEAST_BYTES, size // 2)
    return min(PART_BYTES, size * 2) if seconds < _QUICK else size


def _said_offset(answer: Answer, lowest: int, highest: int) -> int:
    text = answer.headers.get("upload-offset", "")
    if not (text.isascii() and text.isdigit() and len(text) < 12 and lowest <= int(text) <= highest):
        raise PortalNotUnderstood(reason="offset")
    return int(text)


def creation_headers(meta: FileMeta, size: int) -> dict[str, str]:
    """Return the headers that announce a file of ``size`` bytes."""
    return {"Tus-Resumable": TUS_VERSION, "Upload-Length": str(size), "Upload-Metadata": meta.header()}


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
