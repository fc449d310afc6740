"""From a finished draft to a reception number: whatever is cut, deleted or done twice, it is filed once."""

from __future__ import annotations

import contextlib
import hashlib
import io
import uuid
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import httpx
import pikepdf
import pytest

from kiosk.delivery import Parcel, ParcelFile, Reached, deliver, derived_key, save
from kiosk.errors import PortalError
from kiosk.ids import uuid7
from kiosk.portal import contract as c
from kiosk.portal.client import PortalClient
from kiosk.portal.errors import DigestMismatch, Incomplete, NotFound, PortalUnreachable, Stale, WrongState
from kiosk.portal.uploads import FileMeta
from kiosk.screens.journeys.send import content_of, parcel_file
from tests.portal.cutting import cut_way
from tests.support.journeys import Station, demo_file


class Killed(BaseException):
    """The program ends here."""


class Book:
    """What is remembered of a delivery, as the store would keep it; ``parcel`` is what a new start would send."""

    def __init__(self, parcel: Parcel) -> None:
        self.parcel = parcel
        self.killed_at = 0
        self.remembered = 0

    def remember(self, portal_id: str, etag: str) -> None:
        self.remembered += 1
        if self.remembered == self.killed_at:
            raise Killed
        self.parcel = replace(self.parcel, portal_id=portal_id, etag=etag)


@pytest.fixture
def book(station: Station) -> Book:
    return Book(parcel_of(station, station.drafted()))


@pytest.fixture
def portal(station: Station) -> PortalClient:
    return station.services.portal


def parcel_of(station: Station, draft_id: str) -> Parcel:
    app: Any = station.app(lambda _app: _nothing())
    drafting = station.drafting(draft_id)
    files = drafting.attachments()
    draft = drafting.snapshot(files)
    outgoing = tuple(parcel_file(app, draft_id, file) for file in files)
    return Parcel(draft.draft_id, draft.submission_id, content_of(drafting), outgoing)


async def _nothing() -> None: ...


def changed(parcel: Parcel, text: str = "別の架空の理由") -> Parcel:
    answers = {**parcel.content.answers, "part1.reason_for_extension": text}
    return replace(parcel, content=parcel.content.model_copy(update={"answers": answers}))


def quiet(_reached: Reached) -> None:
    """Take no notice."""


def test_it_is_filed_once(station: Station, portal: PortalClient, book: Book) -> None:
    before = station.applications()
    told: list[Reached] = []
    receipt = deliver(portal, book.parcel, told.append, book.remember)
    assert receipt.submission_id == book.parcel.submission_id
    assert (told[0].step, told[-1]) == ("saving", Reached("submitting", 1.0))
    shares = [step.share for step in told if step.step == "uploading"]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert deliver(portal, book.parcel, quiet, book.remember) == receipt
    made = station.applications().keys() - before.keys()
    assert made == {receipt.application_id}
    held = portal.application(receipt.application_id).application
    assert held.content == book.parcel.content
    assert sorted(item.sha256 for item in held.attachments) == sorted(item.meta.sha256 for item in book.parcel.files)


class KillingWay(httpx.BaseTransport):
    """Real HTTP that ends the program at the ``last`` request, after the portal has dealt with it."""

    def __init__(self, last: int) -> None:
        self._inner = httpx.HTTPTransport()
        self._left = last

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._inner.handle_request(request)
        self._left -= 1
        if self._left == 0:
            response.read()
            raise Killed
        return response

    def close(self) -> None:
        self._inner.close()


@pytest.fixture
def killing(station: Station) -> Generator[Callable[[int], PortalClient]]:
    """Gives a signed-in client that dies at the n-th request from now."""
    made: list[PortalClient] = []

    def make(last: int) -> PortalClient:
        way = KillingWay(last + 2)  # the log-in takes two
        station.through(way)
        made.append(station.services.portal)
        return station.services.portal

    yield make
    for client in made:
        client.close()


@pytest.mark.parametrize("moment", range(1, 17))
def test_killed_at_any_request(
    station: Station, killing: Callable[[int], PortalClient], book: Book, moment: int
) -> None:
    before = station.applications()
    with contextlib.suppress(Killed):
        deliver(killing(moment), book.parcel, quiet, book.remember)
    station.through(httpx.HTTPTransport())
    receipt = deliver(station.services.portal, book.parcel, quiet, book.remember)
    made = station.applications().keys() - before.keys()
    assert made == {receipt.application_id}
    held = station.services.portal.application(receipt.application_id).application
    assert (held.state, held.content) == (c.ApplicationState.SUBMITTED, book.parcel.content)
    assert len(held.attachments) == len(book.parcel.files)


def test_killed_before_the_draft_is_remembered_and_answers_changed_since(
    station: Station, portal: PortalClient, book: Book
) -> None:
    before = station.applications()
    book.killed_at = 1
    with pytest.raises(Killed):
        deliver(portal, book.parcel, quiet, book.remember)
    receipt = deliver(portal, changed(book.parcel), quiet, book.remember)
    assert station.applications().keys() - before.keys() == {receipt.application_id}
    assert portal.application(receipt.application_id).application.content == changed(book.parcel).content


@pytest.mark.parametrize("known", [True, False], ids=["remembered", "forgotten"])
def test_a_draft_deleted_elsewhere_is_made_anew_even_after_a_kill(
    station: Station, portal: PortalClient, book: Book, known: bool
) -> None:
    first = save(portal, book.parcel, book.remember)
    with station.other_session() as other:
        other.delete_application(first.application.application_id, first.etag)
    if not known:
        book.parcel = replace(book.parcel, portal_id="", etag="")
    before = station.applications()
    book.remembered, book.killed_at = 0, 1
    with pytest.raises(Killed):
        deliver(portal, book.parcel, quiet, book.remember)
    receipt = deliver(portal, book.parcel, quiet, book.remember)
    assert station.applications().keys() - before.keys() == {receipt.application_id}


def test_a_draft_deleted_twice(station: Station, portal: PortalClient, book: Book) -> None:
    for _ in range(2):
        held = save(portal, book.parcel, book.remember)
        portal.delete_application(held.application.application_id, held.etag)
    book.parcel = replace(book.parcel, portal_id="", etag="")
    assert deliver(portal, book.parcel, quiet, book.remember).reception_number


def test_somebody_elses_change_is_not_written_over(station: Station, portal: PortalClient, book: Book) -> None:
    held = save(portal, book.parcel, book.remember)
    theirs = changed(book.parcel, "よそで変えた架空の理由").content
    with station.other_session() as other:
        other.save_application(held.application.application_id, theirs, held.etag)
    with pytest.raises(Stale):
        deliver(portal, changed(book.parcel), quiet, book.remember)
    assert portal.application(held.application.application_id).application.content == theirs
    ours = replace(changed(book.parcel), etag="", portal_id=book.parcel.portal_id)
    receipt = deliver(portal, ours, quiet, book.remember)
    assert portal.application(receipt.application_id).application.content == ours.content


def test_our_own_uploads_are_nobody_elses_change(portal: PortalClient, book: Book) -> None:
    book.killed_at = 5  # when the second file has arrived
    with pytest.raises(Killed):
        deliver(portal, book.parcel, quiet, book.remember)
    book.killed_at = 0
    portal.application(book.parcel.portal_id)
    receipt = deliver(portal, replace(changed(book.parcel), etag=""), quiet, book.remember)
    assert len(portal.application(receipt.application_id).application.attachments) == len(book.parcel.files)


def test_two_kiosks_send_the_same_draft_at_once(station: Station, portal: PortalClient, book: Book) -> None:
    before = station.applications()
    with station.other_session() as other, ThreadPoolExecutor() as pool:
        sent = [pool.submit(deliver, client, book.parcel, quiet, book.remember) for client in (portal, other)]
        receipts = [job.result() for job in sent if job.exception() is None]
        failed = [job.exception() for job in sent if job.exception() is not None]
    assert receipts
    assert all(isinstance(error, PortalError) for error in failed)
    again = deliver(portal, book.parcel, quiet, book.remember)
    assert all(receipt == again for receipt in receipts)
    filed = [item for item in station.applications().values() if item.application_id not in before]
    assert [item.reception_number for item in filed if item.reception_number] == [again.reception_number]
    assert len(filed) == 1


def test_filed_by_the_other_window_while_this_one_saves(station: Station, portal: PortalClient, book: Book) -> None:
    receipts: list[c.SubmissionReceipt] = []

    def meanwhile(reached: Reached) -> None:
        if reached.step == "submitting" and not receipts:
            with station.other_session() as other:
                receipts.append(deliver(other, book.parcel, quiet, lambda _id, _etag: None))

    assert deliver(portal, book.parcel, meanwhile, book.remember) == receipts[0]


def test_what_is_filed_is_what_was_checked_here(station: Station, portal: PortalClient, book: Book) -> None:
    """A file that somebody adds at the last moment is not filed with the rest."""
    stranger = demo_file("tax-certificates.pdf").read_bytes()
    meta = FileMeta(
        c.AttachmentKind.DOCUMENT, "other", "stranger.pdf", "application/pdf", hashlib.sha256(stranger).hexdigest()
    )

    def meanwhile(reached: Reached) -> None:
        if reached.step == "submitting":
            with station.other_session() as other:
                other.upload(book.parcel.portal_id, meta, stranger)

    with pytest.raises((DigestMismatch, Stale)):
        deliver(portal, book.parcel, meanwhile, book.remember)
    held = portal.application(book.parcel.portal_id).application
    assert (held.state, held.reception_number) == (c.ApplicationState.ATTACHED, "")
    receipt = deliver(portal, book.parcel, quiet, book.remember)
    names = [item.filename for item in portal.application(receipt.application_id).application.attachments]
    assert "stranger.pdf" not in names


def test_a_portal_that_shows_other_files_than_it_was_sent(portal: PortalClient, book: Book) -> None:
    """The digests that are filed come from the files here, whatever the portal says it holds."""
    taken: list[c.SubmissionRequest] = []

    class Lying(PortalClient):
        def submit(self, application_id: str, request: c.SubmissionRequest, etag: str) -> c.SubmissionReceipt:
            taken.append(request)
            return super().submit(application_id, request, etag)

    portal.__class__ = Lying
    deliver(portal, book.parcel, quiet, book.remember)
    assert {item.sha256 for item in taken[0].attachments} == {item.meta.sha256 for item in book.parcel.files}
    assert {item.filename for item in taken[0].attachments} == {item.meta.filename for item in book.parcel.files}


def test_the_same_file_chosen_twice_is_sent_once(portal: PortalClient, book: Book) -> None:
    twice = replace(book.parcel, files=(*book.parcel.files, book.parcel.files[-1]))
    receipt = deliver(portal, twice, quiet, book.remember)
    assert len(portal.application(receipt.application_id).application.attachments) == len(book.parcel.files)


def test_a_file_that_was_taken_away_here_goes_there_too(portal: PortalClient, book: Book) -> None:
    extra = parcel_document("extra.pdf")
    book.killed_at = 6  # when the last file has arrived
    with pytest.raises(Killed):
        deliver(portal, replace(book.parcel, files=(*book.parcel.files, extra)), quiet, book.remember)
    receipt = deliver(portal, book.parcel, quiet, book.remember)
    held = portal.application(receipt.application_id).application
    assert "extra.pdf" not in [item.filename for item in held.attachments]


def test_filed_elsewhere_with_other_contents_is_said(station: Station, portal: PortalClient, book: Book) -> None:
    first = deliver(portal, book.parcel, quiet, book.remember)
    another = replace(changed(book.parcel), submission_id=uuid7())
    with pytest.raises(WrongState):
        deliver(portal, another, quiet, book.remember)
    assert portal.application(first.application_id).application.content == book.parcel.content


def test_a_cut_upload_goes_on_under_its_own_key(station: Station, book: Book) -> None:
    document = parcel_document("big.pdf", padding=3_000_000)
    parcel = replace(book.parcel, files=(document, *book.parcel.files[:1]))
    upward = [900_000] + [0] * 20
    with cut_way(station.town.port, upward, []) as way:
        station.through(httpx.HTTPTransport())
        save(station.services.portal, parcel, book.remember)
        parcel = replace(parcel, portal_id=book.parcel.portal_id, etag=book.parcel.etag)
        upward.clear()
        station.through(way)
        upward += [1_500_000] + [0] * 20
        way.reconnect()
        with pytest.raises(PortalUnreachable):
            deliver(station.services.portal, parcel, quiet, book.remember)
        upward.clear()
        way.reconnect()
        told: list[Reached] = []
        with pytest.raises(Incomplete):  # the other documents are not in this parcel
            deliver(station.services.portal, parcel, told.append, book.remember)
    shares = [step.share for step in told if step.name == "big.pdf"]
    assert min(share for share in shares if share) > 0.3  # it began where it was cut


def parcel_document(name: str, padding: int = 0) -> ParcelFile:
    document = pikepdf.new()
    document.add_blank_page()
    document.Root.Filler = pikepdf.Stream(document, bytes(range(250)) * (padding // 250))
    out = io.BytesIO()
    document.save(out, compress_streams=False)
    data = out.getvalue()
    digest = hashlib.sha256(data).hexdigest()
    return ParcelFile(
        FileMeta(c.AttachmentKind.DOCUMENT, "other", name, "application/pdf", digest), len(data), lambda: data
    )


def test_derived_keys_are_ids_of_their_own() -> None:
    first = uuid7()
    keys = {derived_key(first), derived_key(first, "a"), derived_key(first, "a", "b"), derived_key(first, "a\nb")}
    assert len(keys) == 3  # the words of the last two are the same
    assert first not in keys
    for key in keys:
        assert (uuid.UUID(key).version, uuid.UUID(key).variant) == (7, uuid.RFC_4122)
        assert key[:13] == first[:13]
    assert derived_key(first, "a") == derived_key(first, "a")


def test_a_portal_that_loses_every_draft_is_not_asked_for_ever(portal: PortalClient, book: Book) -> None:
    class Forgetful(PortalClient):
        def application(self, application_id: str) -> Any:
            raise NotFound

    portal.__class__ = Forgetful
    with pytest.raises(NotFound):
        deliver(portal, book.parcel, quiet, book.remember)
