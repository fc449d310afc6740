"""What the store gives back. None of it shows its content in a repr."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class StoredAttachment:
    """A photo or document of a draft, without its content.

    Attributes:
        id: the store's id of the file.
        slot: which document it is (the caller's name for it).
        name: the file's name as the person knows it.
        media_type: such as ``application/pdf``.
        size: bytes.
        sha256: of the content, hex.
    """

    id: str
    slot: str
    name: str = field(repr=False)
    media_type: str
    size: int
    sha256: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """One draft, opened.

    Attributes:
        id: UUIDv7.
        header: what the caller keeps about the draft (procedure, status, step).
        answers: value by field id.
        attachments: in the order they were attached.
        revision: counts every save, from 1.
        created: when it was made, UTC.
        updated: the last save, UTC.
    """

    id: str
    header: dict[str, Any] = field(repr=False)
    answers: dict[str, Any] = field(repr=False)
    attachments: tuple[StoredAttachment, ...] = field(repr=False)
    revision: int
    created: datetime
    updated: datetime


@dataclass(frozen=True, slots=True)
class DraftSummary:
    """One line of a person's list of drafts.

    Attributes:
        id: UUIDv7.
        header: as saved; empty where ``needs_card``.
        needs_card: locked with the holder's card; opens only with an owner that has the card's signature.
        revision: counts every save.
        created: when it was made, UTC.
        updated: the last save, UTC.
    """

    id: str
    header: dict[str, Any] = field(repr=False)
    needs_card: bool
    revision: int
    created: datetime
    updated: datetime
