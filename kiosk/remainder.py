"""What did not fit into an application: parts that follow, one by one, when the bureau asks for them.

They stay with the record that was the draft, encrypted as before, until they are sent, the application is over, or the
time is up. Functions that take a store wait for the disk and raise ``StoreError``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, cast

from kiosk.attachments.names import shown_name
from kiosk.binding import BoundPaper, Package, japanese_day, read_package
from kiosk.clock import japan_date
from kiosk.screens.papers import BOUND_SLOT, Papers, read_papers
from kiosk.screens.shelves import REST, is_rest, is_shelf

if TYPE_CHECKING:
    from kiosk.offline_queue.drafts import DraftStore
    from kiosk.offline_queue.keys import Owner
    from kiosk.offline_queue.model import DraftSummary, StoredAttachment
    from kiosk.offline_queue.remains import Rest
    from kiosk.portal.client import HeldApplication
    from kiosk.portal.contract import Application

WAITING = frozenset({"submitted", "examining", "documents_requested"})
"""States of an application in which the bureau may still ask."""


@dataclass(frozen=True, slots=True)
class Remainder:
    """What is left of one application, or of one answer to the bureau.

    Attributes:
        draft_id: of the record.
        portal_id: the application's id at the portal; empty until that is known.
        submission_id: UUIDv7.
        system: generation of the system.
        applicant: name for the declaration.
        papers: all that is left, part by part.
        files: the same in the store, by id.
        until: the last day on which it is kept.
        sent_as: digests under which the next part was sent, if it was begun to be.
    """

    draft_id: str
    portal_id: str
    submission_id: str
    system: str
    applicant: str = field(repr=False)
    papers: tuple[BoundPaper, ...]
    files: Mapping[str, StoredAttachment] = field(repr=False)
    until: date
    sent_as: frozenset[str] = frozenset()

    @property
    def part(self) -> int:
        """The part that is next, from 0."""
        return min(paper.part for paper in self.papers)

    @property
    def parts(self) -> int:
        """How many parts there were."""
        return max(paper.part for paper in self.papers) + 1

    @property
    def following(self) -> tuple[BoundPaper, ...]:
        """The papers of the next part."""
        return tuple(paper for paper in self.papers if paper.part == self.part)

    @property
    def size(self) -> int:
        """Bytes of the next part."""
        return sum(self.files[paper.file_id].size for paper in self.following)


@dataclass(frozen=True, slots=True)
class DeclaredFile:
    """One file of a part as it is sent: with a declaration that names the application."""

    paper: BoundPaper
    name: str = field(repr=False)
    content: bytes = field(repr=False)

    @property
    def shown(self) -> str:
        """The name made safe for the screen."""
        return shown_name(self.name)

    @property
    def sha256(self) -> str:
        """Of the content, hex."""
        return hashlib.sha256(self.content).hexdigest()


# --- keeping it -------------------------------------------------------------------------------------------------------


def rest_of(
    header: Mapping[str, Any], files: Iterable[StoredAttachment], until: datetime, *, portal_id: str | None = None
) -> Rest | None:
    """Return what stays of a draft when its first part goes out; None where everything goes.

    Args:
        header: the draft's.
        files: the draft's.
        until: how long it is kept.
        portal_id: the application's, where it is another one than the header's.
    """
    package = read_package(read_papers(header.get("papers")).bound)
    there = {file.id for file in files if file.slot == BOUND_SLOT}
    later = [paper for paper in package.papers if paper.part and paper.file_id in there] if package else []
    changed = dict(header) if portal_id is None else {**header, "portal_id": portal_id}
    return _kept(changed, later, until) if later else None


def follows(store: DraftStore, owner: Owner, draft_id: str, until: datetime) -> bool:
    """Say whether something of a draft stays when it is settled."""
    stored = store.load(owner, draft_id)
    return rest_of(stored.header, stored.attachments, until) is not None


def settle(store: DraftStore, owner: Owner, draft_id: str, until: datetime) -> None:
    """Erase a draft that was filed or sent, but for what follows later."""
    stored = store.load(owner, draft_id)
    rest = rest_of(stored.header, stored.attachments, until)
    if rest is None:
        store.erase(owner, draft_id)
    else:
        store.remains.keep(owner, draft_id, rest)


def _kept(header: Mapping[str, Any], papers: Iterable[BoundPaper], until: datetime) -> Rest:
    from kiosk.offline_queue.remains import Rest

    left = tuple(papers)
    itself = header.get("person") or {}
    bound = {**Package("", left, (), 0).as_header(), "sent_as": []}
    reduced = {
        **header,
        "applicant": header.get("applicant") or itself.get("name", ""),
        "page": f"{REST}{until.isoformat()}",
        "seen": [],
        "person": None,
        "authentication_id": "",
        "told": {},
        "etag": "",
        "papers": Papers(bound=bound).as_header(),
    }
    return Rest(reduced, frozenset(paper.file_id for paper in left), until)


def let_go(
    store: DraftStore, owner: Owner, draft: DraftSummary, until: datetime, ask: Callable[[str], HeldApplication]
) -> None:
    """Erase a draft that has had its use, but for what follows later of what was sent.

    Args:
        store: where it is.
        owner: whose it is.
        draft: filed, an answer to the bureau that is over, or what was left of an application that is over.
        until: how long what follows is kept.
        ask: gives an application as the portal holds it.
    """
    # A shelf may be over because the request was answered elsewhere: then nothing of it was sent.
    shelf = is_shelf(draft.header)
    if is_rest(draft.header) or (shelf and not _was_sent(store, owner, draft.id, ask)):
        store.erase(owner, draft.id)
    else:
        settle(store, owner, draft.id, until)


def forget_taken_back(store: DraftStore, owner: Owner) -> None:
    """Erase what is left of applications that were signed for later and taken back before they left."""
    from kiosk.offline_queue.outbox_model import State

    cancelled = {item.id for item in store.outbox.list(owner) if item.state == State.CANCELLED}
    for draft in store.list(owner):
        if is_rest(draft.header) and draft.header.get("submission_id") in cancelled:
            store.erase(owner, draft.id)


def _was_sent(store: DraftStore, owner: Owner, draft_id: str, ask: Callable[[str], HeldApplication]) -> bool:
    stored = store.load(owner, draft_id)
    package = read_package(read_papers(stored.header.get("papers")).bound)
    if package is None or not any(paper.part for paper in package.papers):
        return False  # nothing follows, so that it does not matter
    digests = {file.id: file.sha256 for file in stored.attachments}
    now = {digests.get(paper.file_id, "") for paper in package.papers if not paper.part}
    application = ask(str(stored.header.get("portal_id", ""))).application
    return now <= {file.sha256 for file in application.attachments if file.fixed}


# --- finding it -------------------------------------------------------------------------------------------------------


def remainders(
    store: DraftStore, owner: Owner, application: Application, application_of: Callable[[str], str]
) -> tuple[Remainder, ...]:
    """Return what is left of an application, the oldest first; what was sent or is of no use any more is erased.

    Args:
        store: where it is kept.
        owner: whose it is.
        application: as the portal holds it.
        application_of: gives the portal's id of a submission that may have been signed while the portal was away;
            empty where it has none.
    """
    found: list[Remainder] = []
    for summary in store.list(owner):
        if not is_rest(summary.header):
            continue
        left = _of_application(store, owner, summary.id, application.application_id, application_of)
        left = left and _without_sent(store, owner, left, application)
        if left is not None:
            found.append(left)
    return tuple(sorted(found, key=lambda left: left.draft_id))


def _of_application(
    store: DraftStore, owner: Owner, draft_id: str, portal_id: str, application_of: Callable[[str], str]
) -> Remainder | None:
    left = read(store, owner, draft_id)
    if left is None:
        return None
    if not left.portal_id and (known := application_of(left.submission_id)):
        header = store.load(owner, draft_id).header
        store.save_header(owner, draft_id, {**header, "portal_id": known})
        left = read(store, owner, draft_id)
    return left if left is not None and left.portal_id == portal_id else None


def _without_sent(store: DraftStore, owner: Owner, left: Remainder, application: Application) -> Remainder | None:
    """Take off what has arrived although nobody could note it; all of it where the application is over."""
    if application.state.value not in WAITING:
        store.erase(owner, left.draft_id)
        return None
    there = {file.sha256 for file in application.attachments if file.fixed}
    if not left.sent_as or not left.sent_as <= there:
        return left
    take_off(store, owner, left)
    return read(store, owner, left.draft_id) if len(left.following) < len(left.papers) else None


def read(store: DraftStore, owner: Owner, draft_id: str) -> Remainder | None:
    """Return what a record of the store holds; None where nothing of it is there any more."""
    stored = store.load(owner, draft_id)
    bound, header = read_papers(stored.header.get("papers")).bound, stored.header
    package = read_package(bound)
    files = {file.id: file for file in stored.attachments}
    papers = tuple(paper for paper in package.papers if paper.file_id in files) if package is not None else ()
    if not papers:
        return None
    until = datetime.fromisoformat(str(header["page"]).removeprefix(REST))
    return Remainder(
        stored.id,
        *(str(header.get(name, "")) for name in ("portal_id", "submission_id", "system", "applicant")),
        papers=papers,
        files=files,
        until=japan_date(until),
        sent_as=frozenset(cast("list[str]", bound.get("sent_as", []))),
    )


# --- sending it -------------------------------------------------------------------------------------------------------


def declared(store: DraftStore, owner: Owner, left: Remainder, reception: str, today: date) -> tuple[DeclaredFile, ...]:
    """Return the files of the next part, with a declaration that says: asked for, and of which application.

    Args:
        store: where it is kept.
        owner: whose it is.
        left: what is left.
        reception: the application's number.
        today: in Japan.

    Raises:
        AttachmentError: A40, A41, A64.
    """
    from kiosk.attachments.binder.service import About, declare

    about = About(left.applicant, reception, japanese_day(today), asked=True)
    attached = tuple(title for paper in left.following for title in paper.holds)
    later = tuple(title for paper in left.papers if paper.part > left.part for title in paper.holds)
    made: list[DeclaredFile] = []
    for paper in left.following:
        content = store.read_attachment(owner, left.draft_id, paper.file_id)
        if paper.front:
            content = declare(content, left.system, paper.front, attached, later, about)
        made.append(DeclaredFile(paper, left.files[paper.file_id].name, content))
    return tuple(made)


def note_sending(store: DraftStore, owner: Owner, left: Remainder, digests: Iterable[str]) -> None:
    """Note under which digests the next part goes out, so that it is known after a cut whether it has arrived."""
    header = store.load(owner, left.draft_id).header
    bound = {**Package("", left.papers, (), 0).as_header(), "sent_as": sorted(digests)}
    store.save_header(owner, left.draft_id, {**header, "papers": Papers(bound=bound).as_header()})


def take_off(store: DraftStore, owner: Owner, left: Remainder) -> None:
    """Erase the next part, which was sent; the record with it where nothing else is left."""
    later = [paper for paper in left.papers if paper.part > left.part]
    if not later:
        store.erase(owner, left.draft_id)
        return
    header = store.load(owner, left.draft_id).header
    until = datetime.fromisoformat(str(header["page"]).removeprefix(REST))
    store.remains.keep(owner, left.draft_id, _kept(header, later, until))
