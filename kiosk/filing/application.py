"""One application on its way, as the kiosk keeps it: an immutable draft and the steps that change it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, cast

from kiosk.filing.errors import DraftFormatError
from kiosk.ids import uuid7

StoredAnswers = dict[str, str | list[dict[str, str]]]

_VERSION = 1

APPLICANT_NAME = "part1.name"
"""The field of the applicant's name, the same in every procedure."""


@dataclass(frozen=True, slots=True, repr=False)
class DraftFile:
    """A file that belongs to a draft: where the store keeps it and what it is. The bytes are not here."""

    file_id: str
    kind: Literal["photo", "document"]
    document: str
    filename: str
    media_type: str
    size: int
    sha256: str

    def __repr__(self) -> str:
        return f"<DraftFile {self.kind} {self.size} bytes>"


@dataclass(frozen=True, slots=True, repr=False)
class Draft:
    """Everything a person has given for one application.

    ``submission_id`` is made with the draft and never changes, so that sending twice is seen as one. ``portal_id``
    and ``etag`` are those of the portal's copy, empty as long as there is none. ``receipt`` holds the answers of the
    receipt sheet. Moments are in UTC.
    """

    draft_id: str
    submission_id: str
    procedure: str
    status: str
    user_kind: str
    system: str
    created_at: datetime
    updated_at: datetime
    answers: StoredAnswers = field(default_factory=dict[str, Any])
    receipt: dict[str, str] = field(default_factory=dict[str, str])
    files: tuple[DraftFile, ...] = ()
    portal_id: str = ""
    etag: str = ""

    def __repr__(self) -> str:
        return f"<Draft {self.draft_id} {self.procedure} {self.status}>"


def new_draft(procedure: str, status: str, user_kind: str, system: str, now: datetime) -> Draft:
    """Return an empty draft with ids of its own; ``now`` is in UTC."""
    moment = int(now.timestamp() * 1000)
    return Draft(uuid7(moment), uuid7(moment), procedure, status, user_kind, system, now, now)


def with_answer(draft: Draft, field_id: str, value: str | list[dict[str, str]], now: datetime) -> Draft:
    """Return the draft with one answer set; an empty value takes the answer away."""
    answers = {name: known for name, known in draft.answers.items() if name != field_id}
    if value:
        answers[field_id] = value
    return replace(draft, answers=answers, updated_at=now)


def with_answers(draft: Draft, answers: Mapping[str, str | list[dict[str, str]]], now: datetime) -> Draft:
    """Return the draft with these answers laid over its own."""
    return replace(draft, answers={**draft.answers, **answers}, updated_at=now)


def with_receipt(draft: Draft, receipt: Mapping[str, str], now: datetime) -> Draft:
    """Return the draft with the answers of the receipt sheet."""
    return replace(draft, receipt=dict(receipt), updated_at=now)


def with_file(draft: Draft, item: DraftFile, now: datetime) -> Draft:
    """Return the draft with a file added; a photo takes the place of the one before."""
    kept = tuple(other for other in draft.files if item.kind != "photo" or other.kind != "photo")
    return replace(draft, files=(*kept, item), updated_at=now)


def without_file(draft: Draft, file_id: str, now: datetime) -> Draft:
    """Return the draft without the file ``file_id``."""
    return replace(draft, files=tuple(item for item in draft.files if item.file_id != file_id), updated_at=now)


def at_portal(draft: Draft, portal_id: str, etag: str) -> Draft:
    """Return the draft as saved at the portal. Its time of change stays."""
    return replace(draft, portal_id=portal_id, etag=etag)


def copied(draft: Draft, now: datetime) -> Draft:
    """Return a new draft with the same answers, without files and without any tie to the portal's copy."""
    fresh = new_draft(draft.procedure, draft.status, draft.user_kind, draft.system, now)
    return replace(fresh, answers=dict(draft.answers), receipt=dict(draft.receipt))


def to_dict(draft: Draft) -> dict[str, Any]:
    """Return the draft as JSON values, for the encrypted store."""
    times = {"created_at": draft.created_at.isoformat(), "updated_at": draft.updated_at.isoformat()}
    return {"version": _VERSION, **asdict(draft), **times, "files": [asdict(item) for item in draft.files]}


def from_dict(value: Mapping[str, Any]) -> Draft:
    """Return the draft that ``to_dict`` wrote.

    Raises:
        DraftFormatError: a name is missing, unknown or of another kind.
    """
    known = dict(value)
    if known.pop("version", None) != _VERSION:
        raise DraftFormatError(field="version")
    try:
        files = tuple(DraftFile(**item) for item in cast("list[dict[str, Any]]", known.pop("files")))
        created, updated = (datetime.fromisoformat(known.pop(name)) for name in ("created_at", "updated_at"))
        draft = Draft(**known, files=files, created_at=created, updated_at=updated)
    except (KeyError, TypeError, ValueError) as error:
        raise DraftFormatError(field=type(error).__name__) from None
    _check_types(draft)
    return draft


def _check_types(draft: Draft) -> None:
    texts = (draft.draft_id, draft.submission_id, draft.procedure, draft.status, draft.user_kind, draft.system)
    if not all(isinstance(text, str) for text in (*texts, draft.portal_id, draft.etag)):  # pyright: ignore[reportUnnecessaryIsInstance] - stored data may be anything
        raise DraftFormatError(field="text")
    if not isinstance(draft.answers, dict) or not isinstance(draft.receipt, dict):  # pyright: ignore[reportUnnecessaryIsInstance] - stored data may be anything
        raise DraftFormatError(field="answers")
