"""From a finished draft to a reception number: create, save, upload, file. Each step can be repeated safely.

What was reached is remembered after every step, so that a cut at any moment is taken up where it was: the key of the
creation at the portal follows from the draft's id, files that the portal holds are not sent again, and the
submission's id is the key of the filing, which the portal accepts once.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from kiosk.portal import contract as c
from kiosk.portal.client import HeldApplication, PortalClient
from kiosk.portal.errors import KeyReused, NotFound, Stale, WrongState
from kiosk.portal.statements import content_digest, submission_request
from kiosk.portal.uploads import FileMeta

_MOST_DELETED = 20
"""How often a draft that was deleted elsewhere is made anew before the portal counts as broken."""

_OPEN = frozenset({c.ApplicationState.DRAFT, c.ApplicationState.ATTACHED})

FileKey = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class ParcelFile:
    """One file of the draft; ``read`` gives its bytes when it is its turn, so that only one is in memory."""

    meta: FileMeta
    size: int
    read: Callable[[], bytes] = field(repr=False)

    @property
    def key(self) -> FileKey:
        """What makes it the same file at the portal: kind, document, name, digest."""
        return (self.meta.kind.value, self.meta.document, self.meta.filename, self.meta.sha256)


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is to be filed.

    Attributes:
        draft_id: UUIDv7, the key of the creation at the portal.
        submission_id: UUIDv7, the key of the filing.
        content: the answers, hidden ones left out, and the receipt method.
        files: photo and documents.
        portal_id: the application's id at the portal, where it is there already.
        etag: the version this kiosk saw last; another one with another content is somebody else's change.
    """

    draft_id: str
    submission_id: str
    content: c.ApplicationContent = field(repr=False)
    files: tuple[ParcelFile, ...] = field(repr=False)
    portal_id: str = ""
    etag: str = ""


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a delivery is.

    Attributes:
        step: ``saving``, ``uploading`` (a file), ``submitting``, or ``answering`` (the bureau).
        share: of all bytes that are to be sent.
        name: of the file.
        sent, whole: bytes, of all files together.
    """

    step: str
    share: float = 0.0
    name: str = field(default="", repr=False)
    sent: int = 0
    whole: int = 0


Report = Callable[[Reached], None]
Remember = Callable[[str, str], None]
"""Called with the portal's id and the ETag after each step that changed them; must keep them durably."""


def deliver(client: PortalClient, parcel: Parcel, report: Report, remember: Remember) -> c.SubmissionReceipt:
    """File the application and return the portal's receipt. Calling it again after a cut is safe.

    Raises:
        Stale: the portal holds another content than this kiosk saw last; nothing was filed.
        PortalError: what the portal says. ``SubmissionUndecided`` means that it may have been filed.
    """
    report(Reached("saving"))
    if parcel.portal_id and (known := _receipt(client, parcel.submission_id)):
        return known
    try:
        held = save(client, parcel, remember)
        held = _bring_files(client, held, parcel, report, remember)
        report(Reached("submitting", 1.0))
        return client.submit(held.application.application_id, _request(parcel), held.etag)
    except (WrongState, KeyReused):
        # The same draft, sent by another kiosk or another window a moment ago, is what moved the application on.
        if known := _receipt(client, parcel.submission_id):
            return known
        raise


def save(client: PortalClient, parcel: Parcel, remember: Remember) -> HeldApplication:
    """Bring the content to the portal as a draft there and return it.

    Raises:
        Stale: the portal holds another content than this kiosk saw last.
        WrongState: it was filed already.
        PortalError: what the portal says.
    """
    held, made = _draft_there(client, parcel)
    if held.application.state not in _OPEN:
        raise WrongState
    if made:
        remember(held.application.application_id, held.etag)
    if content_digest(held.application.content) == content_digest(parcel.content):
        return held
    if not made and parcel.etag and held.etag != parcel.etag:
        raise Stale
    held = client.save_application(held.application.application_id, parcel.content, held.etag)
    remember(held.application.application_id, held.etag)
    return held


def upload_missing(
    client: PortalClient,
    application: c.Application,
    files: Iterable[ParcelFile],
    report: Report,
    after_each: Callable[[], object] = lambda: None,
    request: str = "",
) -> None:
    """Send those of ``files`` that the portal does not hold for ``application`` yet.

    Args:
        client: the portal.
        application: as the portal holds it now.
        files: what it shall hold.
        report: told how far it is.
        after_each: called when a file has arrived.
        request: names the bureau's request that is answered; empty before the filing. The same file may be sent for
            several.
    """
    there = {_key(item) for item in application.attachments if not item.fixed}
    waiting = [item for item in files if item.key not in there]
    whole = sum(item.size for item in waiting) or 1
    sent = 0
    for item in waiting:

        def tell(held: int, _size: int, *, start: int = sent, name: str = item.meta.filename) -> None:
            report(Reached("uploading", (start + held) / whole, name, start + held, whole))

        tell(0, item.size)
        # A key of the file's own: an upload that was cut, even by the end of this program, is taken up again.
        key = derived_key(application.application_id, *([request] if request else []), *item.key)
        client.upload(application.application_id, item.meta, item.read(), tell, key)
        after_each()
        sent += item.size


def answer_request(
    client: PortalClient, application_id: str, files: tuple[ParcelFile, ...], report: Report, names: tuple[str, str]
) -> None:
    """Send what the bureau asked for and say that it is there. Safe to repeat, after a restart too.

    Args:
        client: the portal.
        application_id: of the application that was filed.
        files: the files; what was left there by an attempt with others is taken off.
        report: told how far it is.
        names: a UUIDv7 of whoever answers, and what names the request.

    Raises:
        WrongState: it was answered already, with something else.
        PortalError: what the portal says.
    """
    held = client.application(application_id).application
    if held.state is c.ApplicationState.DOCUMENTS_REQUESTED:
        _take_off_others(client, held, files)
        upload_missing(client, held, files, report, request=names[1])
        report(Reached("answering", 1.0))
    client.answer_documents(application_id, "", derived_key(*names))


def derived_key(first: str, *others: str) -> str:
    """Return a UUIDv7 that is always the same for these words: ``first`` is a UUIDv7, whose moment it keeps."""
    digest = int.from_bytes(hashlib.sha256("\n".join((first, *others)).encode()).digest()[:16])
    fixed = (uuid.UUID(first).int >> 80) << 80 | 0x7 << 76 | 0b10 << 62
    return str(uuid.UUID(int=fixed | digest & (0xFFF << 64 | (1 << 62) - 1)))


# --- the draft at the portal ------------------------------------------------------------------------------------------


def _draft_there(client: PortalClient, parcel: Parcel) -> tuple[HeldApplication, bool]:
    """Return the portal's copy of the draft and whether it is another one than ``parcel.portal_id``.

    It is made empty, so that the request is the same however the answers have changed since, and may be repeated.
    Where somebody deleted it, another one is made under a key that follows from the one that is gone.
    """
    blank = parcel.content.model_copy(update={"answers": {}, "receipt": None})
    gone = ""
    if parcel.portal_id:
        with suppress(NotFound):
            return client.application(parcel.portal_id), False
        gone = parcel.portal_id
    for _ in range(_MOST_DELETED):
        key = derived_key(parcel.draft_id, gone) if gone else parcel.draft_id
        made = client.create_application(blank, key).application.application_id
        # The answer may be the one of the first time: what the portal holds now has to be read.
        with suppress(NotFound):
            return client.application(made), True
        gone = made
    raise NotFound


def _receipt(client: PortalClient, submission_id: str) -> c.SubmissionReceipt | None:
    with suppress(NotFound):
        return client.submission(submission_id)
    return None


# --- its files --------------------------------------------------------------------------------------------------------


def _bring_files(
    client: PortalClient, held: HeldApplication, parcel: Parcel, report: Report, remember: Remember
) -> HeldApplication:
    """Make the portal hold the files of ``parcel`` and no others, each once."""
    application_id = held.application.application_id
    wanted = {item.key: item for item in parcel.files}
    _take_off_others(client, held.application, parcel.files)

    def note() -> HeldApplication:
        now = client.application(application_id)
        remember(application_id, now.etag)
        return now

    upload_missing(client, held.application, wanted.values(), report, note)
    return note()


def _take_off_others(client: PortalClient, application: c.Application, files: Iterable[ParcelFile]) -> None:
    """Delete what the portal holds for what comes next beyond ``files``, each once."""
    wanted, seen = {item.key for item in files}, set[FileKey]()
    for item in application.attachments:
        if item.fixed:
            continue
        if _key(item) not in wanted or _key(item) in seen:
            with suppress(NotFound):
                client.delete_attachment(item.attachment_id)
        seen.add(_key(item))


def _request(parcel: Parcel) -> c.SubmissionRequest:
    """Return the request for exactly what was checked here, not for what the portal says it holds."""
    files = {item.key: item for item in parcel.files}.values()
    digests = (
        c.AttachmentDigest(kind=item.meta.kind, filename=item.meta.filename, size=item.size, sha256=item.meta.sha256)
        for item in files
    )
    return submission_request(parcel.submission_id, parcel.content, digests)


def _key(item: c.Attachment) -> FileKey:
    return (item.kind.value, item.document, item.filename, item.sha256)
