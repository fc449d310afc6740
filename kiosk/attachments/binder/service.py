"""Binding as screens and commands use it: everything that looks into a file happens in the worker.

Each function waits for its process: on a screen, call it in a thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from kiosk.attachments import errors
from kiosk.attachments.binder.rules import BinderRules, load_binder_rules
from kiosk.attachments.checks import number, raise_problem
from kiosk.attachments.limits import Limits, load_limits, megabytes
from kiosk.attachments.sandbox import examine
from kiosk.attachments.tasks import Progress
from kiosk.errors import AttachmentError
from kiosk.i18n import Translator, translator

_FILED_IN = "ja"
_WORDS = (
    "title", "contents", "contents.title", "contents.page", "declaration", "declaration.form", "declaration.to",
    "declaration.lead", "declaration.more", "declaration.asked", "declaration.applicant", "declaration.reception",
    "declaration.day", "declaration.attached", "declaration.following", "declaration.pages", "declaration.none",
    "declaration.note",
)  # fmt: skip


Titles = tuple[tuple[str, int], ...]
"""Titles in Japanese, each with how many pages."""


@dataclass(frozen=True, slots=True)
class Source:
    """One PDF to be bound, checked before.

    Attributes:
        name: a harmless name, shown as a bookmark.
        content: the file.
    """

    name: str = field(repr=False)
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Item:
    """What one line of the checklist has.

    Attributes:
        title: in Japanese; it stands in the contents and as bookmark.
        sources: its files in order.
    """

    title: str = field(repr=False)
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class About:
    """What the declaration says of the application, as far as it is known.

    Attributes:
        applicant: name.
        reception: number.
        day: in Japanese words.
        asked: the bureau asked for these papers.
    """

    applicant: str = field(default="", repr=False)
    reception: str = field(default="", repr=False)
    day: str = ""
    asked: bool = False


@dataclass(frozen=True, slots=True)
class BoundFile:
    """One file to be sent.

    Attributes:
        content: the PDF.
        pages: how many.
        kind: ``documents`` or ``declaration``.
        part: from 0; the parts after the first are sent when the bureau asks for them.
        item: place of its item, None where it is no single item's.
        piece: 0, or which piece of an item that had to be cut, from 1.
        holds: titles of what is in it, with their pages.
        front: pages of the declaration in front.
    """

    content: bytes = field(repr=False)
    pages: int
    kind: str
    part: int
    item: int | None
    piece: int
    holds: Titles = field(default=(), repr=False)
    front: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """What was done to the papers.

    Attributes:
        code: its words are ``binder.change.<code>``.
        file: place of the file it is about, counted through all items; None where it is about more.
        facts: numbers that the words show.
    """

    code: str
    file: int | None
    facts: dict[str, int]

    def told(self, t: Translator) -> str:
        """Return it in words; sizes in megabytes."""
        shown = {name: megabytes(value) if name in ("before", "after", "limit") else value
                 for name, value in self.facts.items()}  # fmt: skip
        return t(f"binder.change.{self.code}", **shown)


@dataclass(frozen=True, slots=True)
class Refused:
    """A file or an item that could not be bound.

    Attributes:
        file: place of the file, counted through all items; None where the whole item is refused.
        item: place of the item.
        error: why.
    """

    file: int | None
    item: int
    error: AttachmentError


@dataclass(frozen=True, slots=True)
class Bound:
    """What came of binding."""

    files: tuple[BoundFile, ...]
    changes: tuple[Change, ...]
    refused: tuple[Refused, ...]


def picture_as_pdf(
    kind: str, content: bytes, max_pages: int, progress: Progress | None = None
) -> tuple[bytes, int, bool]:
    """Return a photo or scan of a paper as PDF, its pages, and whether the picture itself is untouched.

    Args:
        kind: one of ``rules.PICTURE_KINDS``.
        content: the file.
        max_pages: of a TIFF.
        progress: told how many pages are done.

    Raises:
        AttachmentError: A23, A40, A41, A62, A63.
    """
    rules = load_binder_rules()
    options = {
        "kind": kind,
        "max_pixels": rules.max_pixels,
        "max_pages": max_pages,
        "dpi": rules.picture_dpi,
        "quality": rules.picture_quality,
    }
    answer = examine("picture", content, options, progress=progress)
    raise_problem(answer.facts)
    if len(answer.blobs) != 1:
        raise errors.CheckGaveUp()
    return answer.blobs[0], number(answer.facts, "pages"), bool(answer.facts.get("lossless"))


def bind(
    items: Sequence[Item],
    system: str,
    *,
    photo_bytes: int = 0,
    about: About = About(),
    progress: Progress | None = None,
) -> Bound:
    """Bind ``items`` as ``system`` takes them.

    Args:
        items: in the order of the checklist.
        system: ``ras`` (one PDF with contents) or ``rasens`` (one PDF for each item).
        photo_bytes: what the photo takes of a limit on the total.
        about: for the declaration.
        progress: told how many pictures of how many have been tried at the present step.

    Raises:
        AttachmentError: A40, A41, A64.
    """
    rules, limits = load_binder_rules(), load_limits(system)
    blobs = [source.content for item in items for source in item.sources]
    if len(blobs) > rules.max_files or sum(map(len, blobs)) > rules.max_total_bytes:
        raise errors.BindTooMuch(limit=megabytes(rules.max_total_bytes), files=rules.max_files)
    if not blobs:
        return Bound((), (), ())
    options = _options(items, rules, limits, photo_bytes, about)
    # Fonts take a second to load: where each item is a file of its own, only what does not fit needs them.
    answer = examine("bind", blobs, options | {"front": False}, progress=progress) if options["apart"] else None
    if answer is None or answer.facts.get("front_needed"):
        answer = examine("bind_front", blobs, options | {"front": True}, progress=progress)
    return _bound(answer.facts, answer.blobs, items, rules.following_bytes.get(system))


def _options(
    items: Sequence[Item], rules: BinderRules, limits: Limits, photo_bytes: int, about: About
) -> dict[str, Any]:
    whole = _within(limits.sent_bytes)
    taken = photo_bytes if limits.max_total_bytes is not None else 0
    return {
        "items": [{"title": item.title, "names": [source.name for source in item.sources]} for item in items],
        "apart": limits.max_documents != 1,
        "rooms": [max(0, whole - taken), whole],
        "document": _within(limits.max_document_bytes),
        "steps": rules.steps,
        "max_pixels": limits.scan.max_pixels,
        "asked": about.asked,
        **_front(limits, about),
    }


def _front(limits: Limits, about: About) -> dict[str, Any]:
    """Return what the front pages need of what they say."""
    t = translator(_FILED_IN)
    return {
        "limit": megabytes(limits.sent_bytes),
        "words": {name: t(f"binder.{name}") for name in _WORDS},
        "applicant": about.applicant,
        "reception": about.reception,
        "day": about.day,
    }


def _within(limit: int) -> int:
    """Return the bytes to stay within: it is not published whether a MB of a limit has 10**6 or 2**20 of them."""
    return limit * 1_000_000 // 1_048_576


def declare(content: bytes, system: str, front: int, attached: Titles, following: Titles, about: About) -> bytes:
    """Return a bound file with its declaration written anew: asked for by the bureau, and what is known by now.

    Args:
        content: the file.
        system: it was bound for.
        front: pages of the declaration in it.
        attached: what is sent now.
        following: what is left after that.
        about: what the declaration says of the application.

    Raises:
        AttachmentError: A40, A41, A64.
    """
    options = {"front": front, "attached": attached, "following": following, **_front(load_limits(system), about)}
    answer = examine("declare", [content], options)
    raise_problem(answer.facts)
    if len(answer.blobs) != 1:
        raise errors.CheckGaveUp()
    return answer.blobs[0]


def _bound(facts: dict[str, Any], blobs: Sequence[bytes], items: Sequence[Item], following: int | None) -> Bound:
    try:
        files = tuple(
            BoundFile(
                blob,
                said["pages"],
                said["kind"],
                said["part"],
                said["item"],
                said["piece"],
                tuple((str(title), int(pages)) for title, pages in said["holds"]),
                said["front"],
            )
            for said, blob in zip(facts["files"], blobs, strict=True)
        )
        changes = [_change(said) for said in facts["changes"]]
        owners = [place for place, item in enumerate(items) for _ in item.sources]
        refused = tuple(_refused(said, owners) for said in facts["refused"])
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise errors.CheckGaveUp() from error
    whole = sum(len(file.content) for file in files)
    if following is not None and len({file.part for file in files}) > 1 and whole > following:
        changes.append(Change("beyond_following", None, {"limit": following}))
    return Bound(files, tuple(changes), refused)


def _change(said: dict[str, Any]) -> Change:
    facts = {name: value for name, value in said.items() if name not in ("code", "file") and isinstance(value, int)}
    return Change(str(said["code"]), said.get("file"), facts)


def _refused(said: dict[str, Any], owners: Sequence[int]) -> Refused:
    file = said.get("file")
    item = owners[file] if file is not None else said["item"]
    return Refused(file, item, _error({name: said[name] for name in said if name not in ("file", "item")}))


def _error(facts: dict[str, Any]) -> AttachmentError:
    try:
        raise_problem(facts)
    except AttachmentError as error:
        return error
    return errors.CheckGaveUp()
