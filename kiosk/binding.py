"""From the files a person chose to the files that are sent: bound as the system takes them, kept with the draft.

Both lie encrypted in the store; what is bound is made anew only when something it is made of has changed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from kiosk.attachments.names import sent_name, shown_name
from kiosk.errors import AttachmentError
from kiosk.filing.systems import system as system_of
from kiosk.i18n import Translator, translator
from kiosk.screens.papers import BOUND_SLOT

if TYPE_CHECKING:
    from kiosk.attachments.binder.service import Bound, BoundFile, Change, Titles
    from kiosk.offline_queue.drafts import DraftStore
    from kiosk.offline_queue.keys import Owner
    from kiosk.offline_queue.model import StoredAttachment

_PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class Line:
    """What one line of the checklist has: its key, its Japanese name, its files in order."""

    key: str
    title: str
    files: tuple[StoredAttachment, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be bound.

    Attributes:
        system: generation of the system.
        lines: in the order of the checklist; those without files left out.
        photo_bytes: what the photo takes.
        applicant: name for the declaration.
        reception: number of the application that the bureau asked them for; empty before it is filed.
    """

    system: str
    lines: tuple[Line, ...]
    photo_bytes: int
    applicant: str = field(repr=False)
    reception: str = field(default="", repr=False)

    def digest(self) -> str:
        """Return the same text for the same files in the same order, for the same person and system."""
        files = [[line.key, line.title, [[file.name, file.sha256] for file in line.files]] for line in self.lines]
        whole = [self.system, self.photo_bytes, self.applicant, self.reception, files]
        said = json.dumps(whole, ensure_ascii=False)
        return hashlib.sha256(said.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class BoundPaper:
    """One file made for sending.

    Attributes:
        file_id: of the store.
        document: its key at the portal.
        pages: how many.
        part: from 0; the parts after the first are brought when the bureau asks for them.
        holds: titles of what is in it, with their pages.
        front: pages of the declaration in front.
    """

    file_id: str
    document: str
    pages: int
    part: int
    holds: Titles = field(default=(), repr=False)
    front: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that was done: its code of ``binder.change.…``, the file's name made safe, the numbers to show."""

    code: str
    name: str = field(repr=False)
    facts: Mapping[str, int]

    def words(self, t: Translator) -> str:
        """Return it in words."""
        from kiosk.attachments.binder.service import Change

        said = Change(self.code, None, dict(self.facts)).told(t)
        return f"{self.name}: {said}" if self.name else said


@dataclass(frozen=True, slots=True)
class Package:
    """What was made for sending.

    Attributes:
        digest: of what it was made of.
        papers: the files, part by part.
        changes: what was done to them.
        before: bytes that the person chose.
    """

    digest: str
    papers: tuple[BoundPaper, ...]
    changes: tuple[Told, ...]
    before: int

    def as_header(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class NotBound:
    """A file, or the papers of one line, that can't be bound, and why."""

    name: str = field(repr=False)
    error: AttachmentError


def read_package(value: Mapping[str, Any]) -> Package | None:
    """Return what ``as_header`` gave, read back; None where it is nothing of the kind."""
    try:
        papers = tuple(_paper(said) for said in value["papers"])
        changes = tuple(Told(**said) for said in value["changes"])
        return Package(str(value["digest"]), papers, changes, int(value["before"]))
    except (KeyError, TypeError, ValueError):
        return None


def _paper(said: Mapping[str, Any]) -> BoundPaper:
    paper = BoundPaper(**said)
    return replace(paper, holds=tuple((str(title), int(pages)) for title, pages in paper.holds))


def japanese_day(day: date) -> str:
    """Return a day as a declaration has it."""
    return f"{day.year}年{day.month}月{day.day}日"


def bind_draft(store: DraftStore, owner: Owner, draft_id: str, wanted: Wanted, today: date) -> Package | NotBound:
    """Bind what was chosen and keep what comes of it with the draft. Waits for the worker and the disk.

    Args:
        store: where the draft is.
        owner: whose it is.
        draft_id: the draft.
        wanted: what is to be bound.
        today: in Japan, for the declaration.

    Returns:
        What was made, to be noted in the draft, or the first file that can't be bound.

    Raises:
        AttachmentError: A40, A41, A64; ``CheckStopped`` where the present errand was stopped.
        StoreError: it can't be read or kept.
    """
    from kiosk.attachments.binder.service import About, Item, Source, bind

    def source(file: StoredAttachment) -> Source:
        return Source(shown_name(file.name), store.read_attachment(owner, draft_id, file.id))

    items = [Item(line.title, tuple(source(file) for file in line.files)) for line in wanted.lines]
    about = About(wanted.applicant, wanted.reception, japanese_day(today), asked=bool(wanted.reception))
    bound = bind(items, wanted.system, photo_bytes=wanted.photo_bytes, about=about)
    names = [file.name for line in wanted.lines for file in line.files]
    if bound.refused:
        first = bound.refused[0]
        name = wanted.lines[first.item].title if first.file is None else names[first.file]
        return NotBound(shown_name(name), first.error)
    return Package(
        wanted.digest(),
        _kept(store, owner, draft_id, wanted, bound),
        _together(tuple(_told(change, names) for change in bound.changes)),
        sum(file.size for line in wanted.lines for file in line.files),
    )


def forget_bound(store: DraftStore, owner: Owner, draft_id: str, keep: Sequence[str] = ()) -> None:
    """Erase what was bound, but for the files of ``keep``. Raises ``StoreError``."""
    for file in store.load(owner, draft_id).attachments:
        if file.slot == BOUND_SLOT and file.id not in keep:
            store.detach(owner, draft_id, file.id)


def _kept(store: DraftStore, owner: Owner, draft_id: str, wanted: Wanted, bound: Bound) -> tuple[BoundPaper, ...]:
    """Keep the files, then erase those of before: a cut in between leaves the draft with files that nothing names."""
    made: list[BoundPaper] = []
    for file in bound.files:
        name = _name(file, wanted)
        stored = store.attach(owner, draft_id, BOUND_SLOT, name, _PDF, file.content)
        made.append(BoundPaper(stored.id, _document(file, wanted), file.pages, file.part, file.holds, file.front))
    forget_bound(store, owner, draft_id, [paper.file_id for paper in made])
    return tuple(made)


def _document(file: BoundFile, wanted: Wanted) -> str:
    return system_of(wanted.system).files.covering_document if file.item is None else wanted.lines[file.item].key


def _name(file: BoundFile, wanted: Wanted) -> str:
    """Return the file's name: the chosen one's where it is alone, otherwise what it is, in Japanese."""
    filed = translator("ja")
    if file.item is None:
        title = filed("binder.declaration" if file.kind == "declaration" else "binder.title")
        return sent_name(f"{title}{file.part + 1 if file.part else ''}.pdf", ".pdf")
    line = wanted.lines[file.item]
    if len(line.files) == 1 and not file.piece:
        return line.files[0].name
    return sent_name(f"{line.title}{f'-{file.piece}' if file.piece else ''}.pdf", ".pdf")


def _together(told: tuple[Told, ...]) -> tuple[Told, ...]:
    """Return what was done with one line for all parts where pictures of several were made smaller."""
    smaller = [one.facts for one in told if one.code == "smaller"]
    if len(smaller) < 2:
        return told
    sums = {name: sum(facts[name] for facts in smaller) for name in ("pictures", "before", "after")}
    least = {name: min(facts[name] for facts in smaller) for name in ("dpi", "quality")}
    first = next(place for place, one in enumerate(told) if one.code == "smaller")
    rest = [one for one in told if one.code != "smaller"]
    return (*rest[:first], Told("smaller", "", {**sums, **least}), *rest[first:])


def _told(change: Change, names: Sequence[str]) -> Told:
    name = "" if change.file is None else shown_name(names[change.file])
    return Told(change.code, name, dict(change.facts))
