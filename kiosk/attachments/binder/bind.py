"""The task ``bind``: PDFs become what is sent. Runs in the worker process alone.

In: the files of all items, one after the other. Out: the files to be sent, part by part. What was done to them is told
by ``changes``, each with a ``code`` that has its words in ``binder.change.<code>``.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from PIL import Image

from kiosk.attachments import pdf_form
from kiosk.attachments.binder.cleaning import FormNotShown, append, cleaned, saved
from kiosk.attachments.binder.contents import Declaration, Front, Row, Words, front_marks, front_pages, front_room
from kiosk.attachments.binder.parts import Item, Paper, Part, Rules, divided, paper_of
from kiosk.attachments.binder.shrinking import Step, put_in
from kiosk.attachments.pdf_objects import BROKEN

Image.preinit()  # here, because nothing can be loaded once the memory is limited


@dataclass
class _Bound:
    """What has been made so far."""

    files: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    blobs: list[bytes] = field(default_factory=list[bytes], repr=False)
    changes: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    refused: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def add(
        self, content: bytes, pages: int, part: int, item: Item | None = None, *,
        kind: str = "documents", holds: Sequence[tuple[str, int]] = (), front: int = 0,
    ) -> None:  # fmt: skip
        said = {"kind": kind, "part": part, "item": None, "piece": 0} if item is None else {
            "kind": kind, "part": part, "item": item.number, "piece": item.part,
        }  # fmt: skip
        self.files.append({**said, "pages": pages, "holds": holds, "front": front})
        self.blobs.append(content)


def bind_documents(
    blobs: Sequence[bytes], options: dict[str, Any], progress: Callable[[int, int], None]
) -> tuple[dict[str, Any], list[bytes]]:
    """Bind PDFs that passed the check.

    Args:
        blobs: the files, those of the first item first.
        options: ``items`` (each ``title`` and ``names``, one for each file), ``apart`` (each item is a file of its own;
            otherwise all are one file with contents), ``rooms`` (bytes of the first part and of each later one),
            ``document`` (bytes of one file), ``limit`` (the MB of the system's limit in words), ``steps`` (dpi and
            quality, the gentlest first), ``max_pixels``,
            ``words`` (Japanese, by message key without ``binder.``), ``applicant``, ``reception``, ``day``, ``asked``;
            ``front`` (pages of our own can be made here; with ``apart`` they may not be needed).
        progress: told how many pictures of how many have been tried at the present step.

    Returns:
        ``files`` (``kind``, ``part``, ``item``, ``piece``, ``pages``, ``holds``: the titles in it with their pages,
        ``front``: pages of the declaration in front; in the order of the blobs), ``changes`` (``code``
        and what it tells; ``file`` or ``part`` where it is about one), ``refused`` (``file`` and ``problem``). Or
        ``front_needed`` and nothing else, where pages of our own are needed and can't be made here.
    """
    # Every picture's pixels are counted before it is decoded.
    Image.MAX_IMAGE_PIXELS = None
    made = _Bound()
    steps = [Step(int(dpi), int(quality)) for dpi, quality in options["steps"]]
    first, later = options["rooms"]
    titles = (item["title"] for item in options["items"])
    front = front_room([*titles, options["applicant"], options["reception"], options["day"]], options["words"])
    rules = Rules((first, later), options["document"], steps, options["max_pixels"], options["apart"], front)
    items = _items(blobs, options, rules, made)
    parts, too_large = divided(items, rules, progress)
    if len(parts) > 1 and not options["front"]:
        return {"front_needed": True}, []
    for item in too_large:
        made.refused.append({"item": item.number, "problem": "page_too_large", "limit": options["limit"]})
    _Writer(parts, rules, options, made).write()
    return {"files": made.files, "changes": made.changes, "refused": made.refused}, made.blobs


def _items(blobs: Sequence[bytes], options: dict[str, Any], rules: Rules, made: _Bound) -> list[Item]:
    items, number = list[Item](), 0
    for place, said in enumerate(options["items"]):
        papers = list[Paper]()
        for name in said["names"]:
            paper = _paper(name, blobs[number], number, rules, made, alone=len(said["names"]) == 1)
            papers.extend([paper] if paper else [])
            number += 1
        if papers:
            items.append(Item(place, said["title"], papers))
    return items


def _paper(name: str, content: bytes, number: int, rules: Rules, made: _Bound, *, alone: bool) -> Paper | None:
    """Return the file ready to be bound, telling what that cost; None where it can't be bound."""
    try:
        with pikepdf.open(io.BytesIO(content), suppress_warnings=True) as pdf:
            form = pdf_form.look(pdf)
        if form.signed and alone and rules.apart:
            made.changes.append({"code": "signature_kept", "file": number})
            return paper_of(name, content, rules.max_pixels, sealed=True)
        clean = cleaned(content)
        paper = paper_of(name, clean.data, rules.max_pixels)
    except FormNotShown:
        made.refused.append({"file": number, "problem": "form_not_shown"})
        return None
    except BROKEN:
        made.refused.append({"file": number, "problem": "pdf_broken"})
        return None
    for code, holds in (("signature_lost", form.signed), ("form_flattened", form.filled > 0)):
        if holds:
            made.changes.append({"code": code, "file": number})
    for code, pages in (("turned", clean.turned), ("notes_lost", clean.lost)):
        if pages:
            made.changes.append({"code": code, "file": number, "pages": pages})
    return paper


class _Writer:
    """Writes the parts, each with its front pages."""

    def __init__(self, parts: Sequence[Part], rules: Rules, options: dict[str, Any], made: _Bound) -> None:
        self._parts = parts
        self._rules = rules
        self._options = options
        self._words: Words = options["words"]
        self._made = made

    def write(self) -> None:
        """Write all parts and tell what was made smaller and divided."""
        if len(self._parts) > 1:
            self._made.changes.append({"code": "divided", "parts": len(self._parts)})
        for number, part in enumerate(self._parts):
            self._tell_smaller(number, part)
            if self._rules.apart:
                self._write_apart(number, part)
            else:
                self._write_together(number, part)

    def _write_apart(self, number: int, part: Part) -> None:
        declaration = self._declaration(number)
        if declaration:
            front = front_pages(declaration, None, self._words)
            content = self._bound([], front, part.step)
            self._made.add(content, front.pages, number, kind="declaration", front=front.declaration)
        for item in part.items:
            sealed = len(item.papers) == 1 and item.papers[0].sealed
            content = item.papers[0].data if sealed else self._bound([item], None, part.step)
            self._made.add(content, item.pages, number, item, holds=[(item.label, item.pages)])

    def _write_together(self, number: int, part: Part) -> None:
        titles = [(item.label, item.pages) for item in part.items]
        front = front_pages(self._declaration(number), _rows(part.items), self._words)
        pages = front.pages + sum(item.pages for item in part.items)
        self._made.add(self._bound(part.items, front, part.step), pages, number, holds=titles, front=front.declaration)

    def _bound(self, items: Sequence[Item], front: Front | None, step: Step | None) -> bytes:
        """Return one file: the front pages, then the items, with bookmarks."""
        with pikepdf.new() as target:
            if front:
                append(target, pikepdf.open(io.BytesIO(front.pdf)))
            marks = front_marks(front, self._words) if front else []
            for item in items:
                marks.append(_joined(target, item, step))
            with target.open_outline() as outline:
                outline.root.extend(marks)
            target.Root.PageMode = pikepdf.Name.UseOutlines
            target.Root.Lang = pikepdf.String("ja")
            title = items[0].label if len(items) == 1 and self._rules.apart else self._words["title"]
            target.docinfo["/Title"] = pikepdf.String(title)
            return saved(target)

    def _declaration(self, number: int) -> Declaration | None:
        if len(self._parts) == 1:
            return None
        return Declaration(
            asked=number > 0 or bool(self._options["asked"]),
            limit=self._options["limit"],
            attached=_rows(self._parts[number].items),
            following=_rows(item for part in self._parts[number + 1 :] for item in part.items),
            applicant=self._options["applicant"],
            reception=self._options["reception"],
            day=self._options["day"],
        )

    def _tell_smaller(self, number: int, part: Part) -> None:
        pictures = [picture for item in part.items for paper in item.papers for picture in paper.pictures]
        changed = [picture for picture in pictures if part.step and picture.at(part.step)]
        if not part.step or not changed:
            return
        before = sum(item.size_at(None) for item in part.items)
        after = sum(item.size_at(part.step) for item in part.items)
        told = {"dpi": part.step.dpi, "quality": part.step.quality, "pictures": len(changed)}
        self._made.changes.append({"code": "smaller", "part": number, **told, "before": before, "after": after})


def _rows(items: Iterable[Item]) -> list[Row]:
    return [Row(item.label, item.pages) for item in items]


def _joined(target: pikepdf.Pdf, item: Item, step: Step | None) -> pikepdf.OutlineItem:
    """Put an item's papers behind the pages of ``target`` and return its bookmark."""
    mark = pikepdf.OutlineItem(item.label, len(target.pages))
    for paper in item.papers:
        if len(item.papers) > 1:
            mark.children.append(pikepdf.OutlineItem(paper.name, len(target.pages)))
        # Opened anew, because the pictures of the one that was looked at are still needed as they are.
        source = pikepdf.open(io.BytesIO(paper.data), suppress_warnings=True)
        for picture in paper.pictures:
            encoded = picture.at(step) if step else None
            if encoded is not None:
                put_in(source, picture, encoded)
        append(target, source)
    return mark
