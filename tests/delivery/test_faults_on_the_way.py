"""What a line, a proxy or a portal may do to files on their way: noticed at either end, sent again or refused."""

from __future__ import annotations

import hashlib
import io
import random
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import httpx
import pikepdf
import pytest

from kiosk.delivery import Parcel, ParcelFile, Reached, deliver
from kiosk.portal import contract as c
from kiosk.portal.client import PortalClient
from kiosk.portal.errors import DigestMismatch, NotFound, PortalNotUnderstood, SessionEnded, TooLarge
from kiosk.portal.uploads import FileMeta
from tests.delivery.test_delivery import parcel_of
from tests.portal.support import problem
from tests.support.journeys import Station

Fault = Callable[[httpx.Request, httpx.Response | None], httpx.Response | None]


class Line(httpx.BaseTransport):
    """A line to the portal with something in between.

    Args:
        fault: is given each request (None for the answer) and may change it or answer itself; then the answer.
    """

    def __init__(self, fault: Fault) -> None:
        self._inner = httpx.HTTPTransport()
        self._fault = fault
        self.sent = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        said = self._fault(request, None)
        if said is not None:
            return said
        if request.method == "PATCH":
            self.sent += len(request.content)
        answer = self._inner.handle_request(request)
        answer.read()
        return self._fault(request, answer) or answer

    def close(self) -> None:
        self._inner.close()


def spoilt(request: httpx.Request) -> None:
    """Flip a bit of the body on its way."""
    body = bytearray(request.content)
    body[len(body) // 2] ^= 1
    request.stream = httpx.ByteStream(bytes(body))


def bodiless(status: int) -> httpx.Response:
    """Return a refusal as a HEAD would have it."""
    return httpx.Response(status, headers={"Content-Type": "application/problem+json"})


class OfPatch:
    """Does something to the PATCHes of these numbers, counted from 0.

    Args:
        numbers: which.
        does: gives an answer in the portal's place, or None after changing the request.
    """

    def __init__(self, numbers: range, does: Callable[[httpx.Request], httpx.Response | None]) -> None:
        self._numbers = numbers
        self._does = does
        self._count = -1

    def __call__(self, request: httpx.Request, answer: httpx.Response | None) -> httpx.Response | None:
        if answer is not None or request.method != "PATCH":
            return None
        self._count += 1
        return self._does(request) if self._count in self._numbers else None


class GarbledDigests:
    """Changes a digit of each digest in the portal's word on an application, so often."""

    def __init__(self, times: int) -> None:
        self.times = times

    def __call__(self, request: httpx.Request, answer: httpx.Response | None) -> httpx.Response | None:
        if answer is None or request.method != "GET" or b'"attachment_id"' not in answer.content or not self.times:
            return None
        self.times -= 1
        body = re.sub(rb'("sha256": ?")(.)', lambda m: m[1] + (b"1" if m[2] == b"0" else b"0"), answer.content)
        return httpx.Response(answer.status_code, headers=answer.headers, content=body)


def large(megabytes: int) -> bytes:
    """Return a PDF of about so many megabytes that does not get smaller."""
    made = io.BytesIO()
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        page.obj.Noise = pdf.make_stream(random.Random(megabytes).randbytes(megabytes * 1_000_000))
        pdf.save(made)
    return made.getvalue()


@pytest.fixture
def parcel(station: Station) -> Parcel:
    """A draft of which one file takes three parts."""
    made, data = parcel_of(station, station.drafted()), large(3)
    digest = hashlib.sha256(data).hexdigest()
    meta = FileMeta(c.AttachmentKind.DOCUMENT, "other", "large.pdf", "application/pdf", digest)
    return replace(made, files=(*made.files, ParcelFile(meta, len(data), lambda: data)))


def through(station: Station, fault: Fault) -> tuple[PortalClient, Line]:
    line = Line(fault)
    station.through(line)
    return station.services.portal, line


def quiet(_reached: Reached) -> None: ...


def kept(_id: str, _etag: str) -> None: ...


def nothing(_request: httpx.Request, _answer: httpx.Response | None) -> None: ...


def held(portal: PortalClient, receipt: c.SubmissionReceipt) -> list[str]:
    return sorted(item.sha256 for item in portal.application(receipt.application_id).application.attachments)


def digests(parcel: Parcel) -> list[str]:
    return sorted(item.meta.sha256 for item in parcel.files)


def filed(station: Station, parcel: Parcel) -> bool:
    with station.other_session() as portal, suppress(NotFound):
        return bool(portal.submission(parcel.submission_id))
    return False


@pytest.mark.parametrize(
    "fault",
    [
        OfPatch(range(2, 4), spoilt),
        OfPatch(range(4, 5), lambda _request: problem("internal", 507, Retry_After="300")),
        OfPatch(range(4, 5), lambda _request: bodiless(404)),
        OfPatch(range(4, 5), lambda _request: bodiless(410)),
        GarbledDigests(1),
    ],
    ids=["a bit flipped", "disk full", "expired", "gone", "a digest garbled"],
)
def test_it_is_sent_again_and_filed_once(station: Station, parcel: Parcel, fault: Fault) -> None:
    portal, _line = through(station, fault)
    receipt = deliver(portal, parcel, quiet, kept)
    assert held(portal, receipt) == digests(parcel)
    assert not list((station.town.process.folder / "attachments" / "partial").iterdir())


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (OfPatch(range(2, 999), spoilt), DigestMismatch),
        (OfPatch(range(3, 999), lambda _request: problem("too-large", 413)), TooLarge),
        (OfPatch(range(3, 4), lambda _request: problem("unauthenticated", 401)), SessionEnded),
        (GarbledDigests(999), PortalNotUnderstood),
    ],
    ids=["every bit", "too large", "session ended", "every digest"],
)
def test_it_is_refused_clearly_nothing_is_filed_and_a_second_time_goes_on(
    station: Station, parcel: Parcel, fault: Fault, error: type[Exception]
) -> None:
    portal, _line = through(station, fault)
    with pytest.raises(error):
        deliver(portal, parcel, quiet, kept)
    assert not filed(station, parcel)
    portal, _line = through(station, nothing)
    receipt = deliver(portal, parcel, quiet, kept)
    assert held(portal, receipt) == digests(parcel)


def test_a_kiosk_that_dies_in_the_middle_goes_on_where_the_portal_has_it(station: Station, parcel: Parcel) -> None:
    class DiedError(BaseException):
        pass

    def dies(reached: Reached) -> None:
        if reached.sent >= parcel.files[0].size + 2_000_000:
            raise DiedError

    portal, before = through(station, nothing)
    with pytest.raises(DiedError):
        deliver(portal, parcel, dies, kept)
    portal, after = through(station, nothing)
    receipt = deliver(portal, parcel, quiet, kept)
    assert held(portal, receipt) == digests(parcel)
    whole = sum(item.size for item in parcel.files)
    assert before.sent + after.sent == whole  # no byte of what had arrived went twice
