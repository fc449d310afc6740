"""What is known of a draft's files besides their bytes: kept in the draft's header, encrypted as all of it. Pure.

Nothing of this is needed to file; a header without it, or with something odd in it, counts as empty.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from kiosk.attachments.notices import Notice

if TYPE_CHECKING:
    from kiosk.offline_queue.model import StoredAttachment

BOUND_SLOT = "bound"
"""The store's slot of what was made for sending; no document has this key."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One file that the person chose.

    Attributes:
        pages: how many.
        looks: the same for files that look the same; empty where it is not known.
        issued: the date that stands on it, as the person gave it (ISO), or empty.
        notices: what the check noticed.
        was_picture: whether it was made of a picture.
    """

    pages: int = 0
    looks: str = field(default="", repr=False)
    issued: str = field(default="", repr=False)
    notices: tuple[Notice, ...] = ()
    was_picture: bool = False

    @property
    def day(self) -> date | None:
        """The date that stands on it."""
        return date.fromisoformat(self.issued) if self.issued else None


@dataclass(frozen=True, slots=True)
class Papers:
    """Everything about the files of one draft.

    Attributes:
        about: by the store's id of the file.
        order: ids in the order the person wants; what is not named comes after, as it was attached.
        bound: what was made for sending, as ``kiosk.binding`` writes it.
    """

    about: Mapping[str, Paper] = field(default_factory=dict[str, Paper])
    order: tuple[str, ...] = ()
    bound: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False)

    def of(self, file_id: str) -> Paper:
        """Return what is known of a file."""
        return self.about.get(file_id, Paper())

    def noted(self, file_id: str, paper: Paper) -> Papers:
        """Return this with ``paper`` for a file."""
        return replace(self, about={**self.about, file_id: paper})

    def without(self, file_id: str) -> Papers:
        """Return this without a file."""
        about = {known: paper for known, paper in self.about.items() if known != file_id}
        return replace(self, about=about, order=tuple(known for known in self.order if known != file_id))

    def in_place_of(self, old: str, new: str) -> Papers:
        """Return this with ``new`` in the place of ``old`` in the order, and what was known of ``old`` forgotten."""
        return replace(self, order=tuple(new if known == old else known for known in self.order)).without(old)

    def ordered(self, files: Sequence[StoredAttachment]) -> tuple[StoredAttachment, ...]:
        """Return ``files`` in the order the person wants."""
        place = {file_id: number for number, file_id in enumerate(self.order)}
        return tuple(sorted(files, key=lambda file: place.get(file.id, len(place))))

    def moved(self, files: Sequence[StoredAttachment], file_id: str, step: int) -> Papers:
        """Return this with a file one place further up (-1) or down (1) among those of its document."""
        ids = [file.id for file in self.ordered(files)]
        slots = {file.id: file.slot for file in files}
        near = [known for known in ids if slots[known] == slots[file_id]]
        there = near.index(file_id) + step
        if 0 <= there < len(near):
            here, other = ids.index(file_id), ids.index(near[there])
            ids[here], ids[other] = ids[other], ids[here]
        return replace(self, order=tuple(ids))

    def as_header(self) -> dict[str, Any]:
        """Return it as JSON values."""
        about = {file_id: asdict(paper) for file_id, paper in self.about.items()}
        whole = {"about": about, "order": self.order, "bound": dict(self.bound)}
        return cast("dict[str, Any]", json.loads(json.dumps(whole)))  # the store takes lists, not tuples


NO_PAPERS = Papers()
"""Nothing is known."""


def read_papers(value: Any) -> Papers:
    """Return what ``as_header`` gave, read back; what can't be read counts as not known."""
    try:
        about = {file_id: _paper(said) for file_id, said in value["about"].items()}
        return Papers(about, tuple(value["order"]), dict(value["bound"]))
    except (TypeError, KeyError, ValueError, AttributeError):
        return Papers()


def _paper(said: Mapping[str, Any]) -> Paper:
    notices = tuple(Notice(item["key"], dict(item["params"]), tuple(item["pages"])) for item in said["notices"])
    paper = Paper(int(said["pages"]), str(said["looks"]), str(said["issued"]), notices, bool(said["was_picture"]))
    _ = paper.day  # a date that is none is found here, not on a screen
    return paper
