"""Which files an application needs and has, for the screens. No Textual, no I/O."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from kiosk.attachments.names import shown_name
from kiosk.attachments.notices import age_notice
from kiosk.filing.documents import document, months_old
from kiosk.filing.errors import UnknownNameError
from kiosk.filing.systems import systems
from kiosk.i18n import translator
from kiosk.screens.documents import DocumentItem, FileShown
from kiosk.screens.drafting import PHOTO_SLOT
from kiosk.screens.papers import BOUND_SLOT, NO_PAPERS, Paper, Papers
from kiosk.screens.subject import PRINCIPAL, Names

if TYPE_CHECKING:
    from kiosk.offline_queue.model import StoredAttachment
    from kiosk.screens.drafting import Drafting

OTHER = "other"
"""The document that stands for what the bureau asked for in its own words."""

_COVERING = "documents.covering"
"""The message of what stands for all documents at once."""


def items(drafting: Drafting, files: Sequence[StoredAttachment]) -> tuple[DocumentItem, ...]:
    """Return the checklist of ``drafting`` with the files that are there.

    Args:
        drafting: the open draft.
        files: those that count (``in_force``).
    """
    return tuple(
        DocumentItem(
            need.document.key,
            need.document.name,
            need.document.hint,
            required=need.need == "required",
            files=_shown(files, need.document.key, drafting.papers, drafting.context.today),
            months=months(need.document.key, drafting.context.today),
            translation=need.document.translation,
            original=need.document.form == "original",
        )
        for need in drafting.needed_documents()
    )


def requested_items(
    keys: Sequence[str], files: Sequence[StoredAttachment], today: date, papers: Papers = NO_PAPERS
) -> tuple[DocumentItem, ...]:
    """Return the documents that the bureau asked for, each of them required.

    Args:
        keys: of the documents.
        files: those that count (``in_force``).
        today: the day in Japan.
        papers: what is known of the files.
    """
    return tuple(
        DocumentItem(key, name, {}, required=True, files=_shown(files, key, papers, today), months=months(key, today))
        for key, name in document_names(keys).items()
    )


def document_names(keys: Sequence[str]) -> dict[str, Names]:
    """Return the names of requested documents by key, each once.

    A key that is in no list stands for itself: the bureau may ask in its own words. Where it named none, whatever it
    wrote is brought as "other documents".
    """
    return {key: _name(key) for key in dict.fromkeys(key for key in keys if key.strip()) or (OTHER,)}


def missing(wanted: Sequence[DocumentItem]) -> tuple[DocumentItem, ...]:
    """Return what must be there and is not."""
    return tuple(item for item in wanted if item.required and not item.files)


def outdated(wanted: Sequence[DocumentItem]) -> tuple[Names, ...]:
    """Return the names of the documents with a file that is too old today."""
    return tuple(item.name for item in wanted if item.outdated)


def is_photo(key: str) -> bool:
    """Say whether a line of the checklist is the photo, of which there is one."""
    return key == PHOTO_SLOT


def in_force(files: Sequence[StoredAttachment]) -> tuple[StoredAttachment, ...]:
    """Return the files that the person chose: of photos the last one, should an earlier one still be there."""
    photos = [file for file in files if is_photo(file.slot)]
    return tuple(file for file in files if file not in photos[:-1] and file.slot != BOUND_SLOT)


def months(key: str, filed: date) -> int | None:
    """Return how many months old a document may be on the day of filing; None where no rule is known."""
    try:
        return None if is_photo(key) else months_old(document(key), filed)
    except UnknownNameError:
        return None


def _name(key: str) -> Names:
    try:
        return document(key).name
    except UnknownNameError:
        if key not in {system.files.covering_document for system in systems()}:
            return {PRINCIPAL: key}
        return {language: translator(language)(_COVERING) for language in (PRINCIPAL, "en")}


def _shown(files: Sequence[StoredAttachment], slot: str, papers: Papers, today: date) -> tuple[FileShown, ...]:
    return tuple(_file(file, papers.of(file.id), today) for file in files if file.slot == slot)


def _file(file: StoredAttachment, paper: Paper, today: date) -> FileShown:
    """Return a file as the screens show it. Its age is counted anew: a draft may lie for weeks."""
    age = None if paper.day is None else age_notice(paper.day, today, months(file.slot, today))
    notices = (*paper.notices, *([age] if age is not None else []))
    return FileShown(
        file.id, shown_name(file.name), file.size, paper.pages, paper.day, notices, was_picture=paper.was_picture
    )
