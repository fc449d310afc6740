"""The papers of one application, divided so that each part stays within the limit. In the worker alone.

``Paper`` is one file ready to be bound, ``Item`` what one line of the checklist has. Both are divided into pages only
where a single one is over the limit.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pikepdf

from kiosk.attachments.binder.cleaning import append, lighten, saved
from kiosk.attachments.binder.shrinking import Picture, Step, fitting_step, pictures_of

_OF_AN_ITEM, _OF_A_FILE = 1_536, 8_192
"""About what a bookmark with its line of the contents takes, and a file; both generously."""

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Paper:
    """One PDF.

    Attributes:
        name: shown as its bookmark.
        data: the file, cleaned; or as it came where ``sealed``.
        pages: how many.
        sealed: signed and sent as it is, byte for byte.
        pictures: those that can be made smaller.
    """

    name: str = field(repr=False)
    data: bytes = field(repr=False)
    pages: int
    sealed: bool
    pictures: list[Picture]
    _pdf: pikepdf.Pdf = field(repr=False)

    def size_at(self, step: Step | None) -> int:
        """Return about how many bytes it takes after ``step``."""
        return len(self.data) - sum(picture.size - picture.size_at(step) for picture in self.pictures)

    def halves(self, max_pixels: int) -> list[Paper]:
        """Return its first and its second half."""
        middle = self.pages // 2
        return [
            paper_of(self.name, _extract(self._pdf, start, end), max_pixels)
            for start, end in ((0, middle), (middle, self.pages))
        ]


@dataclass(slots=True)
class Item:
    """What one line of the checklist has.

    Attributes:
        number: which one of those that were given.
        title: in Japanese.
        papers: its files in order.
        part: 0, or which piece of a divided item, from 1.
    """

    number: int
    title: str = field(repr=False)
    papers: list[Paper]
    part: int = 0

    @property
    def pages(self) -> int:
        """How many pages all papers have."""
        return sum(paper.pages for paper in self.papers)

    @property
    def label(self) -> str:
        """The title, with a number where it is a piece."""
        return f"{self.title}（{self.part}）" if self.part else self.title

    def size_at(self, step: Step | None) -> int:
        """Return about how many bytes it takes after ``step``."""
        return _OF_AN_ITEM + sum(paper.size_at(step) for paper in self.papers)


@dataclass(frozen=True, slots=True)
class Part:
    """What is sent together, and how far its pictures are made smaller (None: they stay as they are)."""

    items: list[Item]
    step: Step | None


@dataclass(frozen=True, slots=True)
class Rules:
    """Within what is bound.

    Attributes:
        room: bytes of a part, the first and each later one.
        document: bytes of one file.
        steps: how pictures may be made smaller, the gentlest first.
        max_pixels: of a picture that is touched at all.
        apart: each item is a file of its own.
        front: bytes that the contents and the declaration of a part may take.
    """

    room: tuple[int, int]
    document: int
    steps: list[Step]
    max_pixels: int
    apart: bool
    front: int

    def room_of(self, part: int) -> int:
        """Return the bytes of part ``part``, from 0."""
        return self.room[min(part, 1)]


def paper_of(name: str, data: bytes, max_pixels: int, *, sealed: bool = False) -> Paper:
    """Return a cleaned PDF as a paper."""
    pdf = pikepdf.open(io.BytesIO(data), suppress_warnings=True)
    return Paper(name, data, len(pdf.pages), sealed, [] if sealed else pictures_of(pdf, max_pixels), pdf)


def divided(items: Sequence[Item], rules: Rules, progress: Progress) -> tuple[list[Part], list[Item]]:
    """Return the parts in order, and the items that can't be sent because one page of them is over the limit."""
    if not items:
        return [], []
    # The contents are always there, the declaration only where one part is not enough.
    whole = _step_for(items, rules.room_of(0), rules, progress, 0 if rules.apart else rules.front)
    if whole is not None:
        return [Part(list(items), whole[0])], []
    pieces, refused = _small_enough(items, rules)
    parts = list[Part]()
    while pieces:
        room = rules.room_of(len(parts))
        taken = _prefix(pieces, room, rules)
        if not taken and parts and room == rules.room_of(len(parts) + 1):
            raise ValueError("a piece is larger than a part")
        found = _step_for(taken, room, rules, progress, rules.front) if taken else None
        parts.append(Part(taken, found[0] if found else _hardest(rules)))
        pieces = pieces[len(taken) :]
    return parts, refused


def _step_for(
    items: Sequence[Item], room: int, rules: Rules, progress: Progress, front: int
) -> tuple[Step | None] | None:
    """Return the gentlest step with which ``items`` and front pages of ``front`` bytes fit together, in a tuple; None
    if there is none.
    """
    pictures = [picture for item in items for paper in item.papers for picture in paper.pictures]
    whole = sum(item.size_at(None) for item in items) + _OF_A_FILE * _files(items, rules) + front
    bound = max((item.size_at(None) for item in items), default=0) if rules.apart else whole
    if whole <= room and bound <= rules.document:
        return (None,)
    rest = whole - sum(picture.size for picture in pictures)
    step = fitting_step(pictures, room - rest, rules.steps, progress) if rest <= room else None
    if step is None:
        return None
    if rules.apart and max(item.size_at(step) for item in items) + _OF_A_FILE > rules.document:
        return None
    return (step,)


def _files(items: Sequence[Item], rules: Rules) -> int:
    return len(items) if rules.apart else 1


def _hardest(rules: Rules) -> Step | None:
    return rules.steps[-1] if rules.steps else None


def _prefix(items: Sequence[Item], room: int, rules: Rules) -> list[Item]:
    taken, size = list[Item](), _OF_A_FILE * 2 + rules.front
    for item in items:
        size += item.size_at(_hardest(rules)) + (_OF_A_FILE if rules.apart else 0)
        if size > room:
            break
        taken.append(item)
    return taken


def _small_enough(items: Sequence[Item], rules: Rules) -> tuple[list[Item], list[Item]]:
    """Return the items, those over the limit in pieces, and those of which a single page is over it."""
    most = min(rules.document, rules.room_of(1)) - 3 * _OF_A_FILE - rules.front
    kept, refused = list[Item](), list[Item]()
    for item in items:
        if item.size_at(_hardest(rules)) <= most:
            kept.append(item)
            continue
        pieces = [piece for paper in item.papers for piece in _cut(paper, most, rules)]
        if any(piece.size_at(_hardest(rules)) > most for piece in pieces):
            refused.append(item)
        else:
            kept.extend(Item(item.number, item.title, [piece], place) for place, piece in enumerate(pieces, 1))
    return kept, refused


def _cut(paper: Paper, most: int, rules: Rules) -> Iterator[Paper]:
    if paper.sealed or paper.pages == 1 or paper.size_at(_hardest(rules)) + _OF_AN_ITEM <= most:
        yield paper
        return
    for half in paper.halves(rules.max_pixels):
        yield from _cut(half, most, rules)


def _extract(pdf: pikepdf.Pdf, start: int, end: int) -> bytes:
    with pikepdf.new() as target:
        append(target, pdf)
        del target.pages[end:]
        del target.pages[:start]
        for page in target.pages:
            lighten(page)
        return saved(target)
