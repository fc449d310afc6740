"""From a finished draft to a reception number: create, save, upload, file. Each step can be repeated safely.

What was reached is remembered after every step, so that a cut at any moment is taken up where it was: the draft's id
is the key of its creation at the portal, files that the portal holds are not sent again, and the submission's id is
the key of the filing, which the portal accepts once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from kiosk.portal import contract as c
from kiosk.portal.client import HeldApplication, PortalClient
from kiosk.portal.errors import NotFound, Stale
from kiosk.portal.statements import content_digest, submission_request
from kiosk.portal.uploads import FileMeta


@dataclass(frozen=True, slots=True)
class ParcelFile:
    """One file of the draft; ``read`` gives its bytes when it is its turn, so that only one is in memory."""

    meta: FileMeta
    size: int
    read: Callable[[], bytes] = field(repr=False)

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same file at the portal."""
        return (self.meta.kind.value, self.meta.document, self.meta.sha256)


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
    """How far a delivery is: ``saving``, ``uploading`` (a file, with the share of all bytes sent), ``submitting``."""

    step: str
    share: float = 0.0
    name: str = field(default="", repr=False)


Report = Callable[[Reached], None]
Remember = Callable[[str, str], None]
"""Called with the portal's id and the ETag after each step that changed them; must keep them durably."""


def save(client: PortalClient, parcel: Parcel, remember: Remember) -> HeldApplication:
    """Bring the content to the portal as a draft there and return it.

    Raises:
        Stale: the portal holds another content than this kiosk saw last.
        PortalError: what the portal says.
    """
    if not parcel.portal_id:
        held = client.create_application(parcel.content, parcel.draft_id)
        remember(held.application.application_id, held.etag)
    else:
        held = client.application(parcel.portal_id)
    if content_digest(held.application.content) == content_digest(parcel.content):
        return held
    if parcel.etag and held.etag != parcel.etag:
        raise Stale
    held = client.save_application(held.application.application_id, parcel.content, held.etag)
    remember(held.application.application_id, held.etag)
    return held


def deliver(client: PortalClient, parcel: Parcel, report: Report, remember: Remember) -> c.SubmissionReceipt:
    """File the application and return the portal's receipt. Calling it again after a cut is safe.

    Raises:
        Stale: the portal holds another content than this kiosk saw last; nothing was filed.
        PortalError: what the portal says. ``SubmissionUndecided`` means that it may have been filed.
    """
    report(Reached("saving"))
    if parcel.portal_id:
        try:
            return client.submission(parcel.submission_id)
        except NotFound:
            pass  # not filed yet, so it is filed now
    held = save(client, parcel, remember)
    held = _bring_files(client, held, parcel.files, report)
    remember(held.application.application_id, held.etag)
    report(Reached("submitting", 1.0))
    request = submission_request(parcel.submission_id, parcel.content, held.application.attachments)
    return client.submit(held.application.application_id, request, held.etag)


def upload_missing(
    client: PortalClient, application: c.Application, files: tuple[ParcelFile, ...], report: Report
) -> None:
    """Send those of ``files`` that the portal does not hold for ``application`` yet."""
    there = {_key(item) for item in application.attachments}
    waiting = [item for item in files if item.key not in there]
    whole = sum(item.size for item in waiting) or 1
    sent = 0
    for item in waiting:
        before = sent

        def tell(held: int, _size: int, *, start: int = before, name: str = item.meta.filename) -> None:
            report(Reached("uploading", (start + held) / whole, name))

        tell(0, item.size)
        client.upload(application.application_id, item.meta, item.read(), tell)
        sent += item.size


def _bring_files(
    client: PortalClient, held: HeldApplication, files: tuple[ParcelFile, ...], report: Report
) -> HeldApplication:
    wanted = {item.key for item in files}
    for item in held.application.attachments:
        if _key(item) not in wanted:
            client.delete_attachment(item.attachment_id)
    upload_missing(client, held.application, files, report)
    return client.application(held.application.application_id)


def _key(item: c.Attachment) -> tuple[str, str, str]:
    return (item.kind.value, item.document, item.sha256)
