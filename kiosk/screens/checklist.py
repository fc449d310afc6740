"""Which files an application needs and has, for the screens. No Textual, no I/O."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kiosk.attachments.names import shown_name
from kiosk.filing.documents import document
from kiosk.screens.documents import DocumentItem, FileShown
from kiosk.screens.drafting import PHOTO_SLOT

if TYPE_CHECKING:
    from kiosk.i18n import Translator
    from kiosk.offline_queue.model import StoredAttachment
    from kiosk.screens.drafting import Drafting


def items(drafting: Drafting, files: Sequence[StoredAttachment], t: Translator) -> tuple[DocumentItem, ...]:
    """Return the checklist of ``drafting`` with the files that are there.

    Args:
        drafting: the open draft.
        files: what the store holds with it.
        t: the language of the words.
    """
    return tuple(
        DocumentItem(
            need.document.key,
            t.pick(need.document.name),
            t.pick(need.document.hint),
            required=need.need == "required",
            files=tuple(_shown(file) for file in files if file.slot == need.document.key),
        )
        for need in drafting.needed_documents()
    )


def requested_items(keys: Sequence[str], files: Sequence[StoredAttachment], t: Translator) -> tuple[DocumentItem, ...]:
    """Return the documents that the bureau asked for, each of them required; unknown keys are shown as they are."""
    names = document_titles(keys, t)
    return tuple(
        DocumentItem(
            key, names[key], "", required=True, files=tuple(_shown(file) for file in files if file.slot == key)
        )
        for key in keys
    )


def document_titles(keys: Sequence[str], t: Translator) -> dict[str, str]:
    """Return the names of documents by key; a key that is in no list stands for itself."""
    from kiosk.filing.errors import UnknownNameError

    titles: dict[str, str] = {}
    for key in keys:
        try:
            titles[key] = t.pick(document(key).name)
        except UnknownNameError:
            titles[key] = key
    return titles


def missing(wanted: Sequence[DocumentItem]) -> tuple[DocumentItem, ...]:
    """Return what must be there and is not."""
    return tuple(item for item in wanted if item.required and not item.files)


def is_photo(key: str) -> bool:
    """Say whether a line of the checklist is the photo, of which there is one."""
    return key == PHOTO_SLOT


def _shown(file: StoredAttachment) -> FileShown:
    return FileShown(file.id, shown_name(file.name), file.size)
