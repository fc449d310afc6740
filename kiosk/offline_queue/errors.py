"""What can go wrong in the encrypted store, drawn as a tree under ``StoreError`` (S..).

StoreError
├── StoreLocked StoreReadOnly DiskFull StoreDiskFault      the machine: may pass
├── StoreBroken StoreKeyWrong StoreKeyMissing StoreTooNew  the file: staff are needed, nothing is mended by itself
├── StoreEngineTooOld StoreUnsafe NoKeyStore KeyFileExposed   the set-up
├── DraftNotFound DraftNotYours DraftNeedsCard DraftExists    one draft
├── StoredFileNotFound StoredFileBroken AnswerUnstorable      one value or file
└── ItemNotFound ItemExists ItemHasLeft ItemOver LeaseLost ItemFileUnreadable (ItemFileTooNew) TargetExists   one item
"""

from __future__ import annotations

import errno

from kiosk.errors import StoreError

_FULL = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})
_READ_ONLY = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


class StoreLocked(StoreError):
    """Another process kept the store busy for too long."""

    code = "S01"
    key = "store_locked"


class StoreBroken(StoreError):
    """A file of the store is damaged or missing. It is left as it is."""

    code = "S02"
    key = "store_broken"


class StoreKeyWrong(StoreError):
    """The station key found is not the one this store was made with."""

    code = "S03"
    key = "store_key_wrong"


class StoreKeyMissing(StoreError):
    """There is a store, but its station key is gone."""

    code = "S04"
    key = "store_key_missing"


class StoreTooNew(StoreError):
    """A newer program has written this store."""

    code = "S05"
    key = "store_too_new"


class StoreEngineTooOld(StoreError):
    """The SQLite inside is older than 3.51.3, which can lose committed pages in WAL mode."""

    code = "S06"
    key = "store_engine_too_old"


class DiskFull(StoreError):
    """There is no room left on the disk."""

    code = "S07"
    key = "disk_full"


class StoreReadOnly(StoreError):
    """The store's folder can't be written."""

    code = "S08"
    key = "store_read_only"


class DraftNotFound(StoreError):
    """No such draft: it was erased, or never was."""

    code = "S09"
    key = "draft_not_found"


class DraftNotYours(StoreError):
    """The draft belongs to another card."""

    code = "S10"
    key = "draft_not_yours"


class NoKeyStore(StoreError):
    """The settings ask for the system's key store, and there is none that can be trusted."""

    code = "S11"
    key = "no_key_store"


class DraftNeedsCard(StoreError):
    """The draft was locked with its holder's card and opens only with it."""

    code = "S12"
    key = "draft_needs_card"


class StoreDiskFault(StoreError):
    """The disk failed while reading or writing."""

    code = "S13"
    key = "store_disk_fault"


class StoredFileBroken(StoreError):
    """A stored photo or document is damaged or gone."""

    code = "S14"
    key = "stored_file_broken"


class KeyFileExposed(StoreError):
    """The key file can be read by others, is a link, or belongs to someone else."""

    code = "S15"
    key = "key_file_exposed"


class AnswerUnstorable(StoreError):
    """A value that JSON can't carry unchanged (for instance half a character)."""

    code = "S16"
    key = "answer_unstorable"


class StoreUnsafe(StoreError):
    """The disk does not support what safe saving needs (write-ahead log, full synchronisation)."""

    code = "S17"
    key = "store_unsafe"


class DraftExists(StoreError):
    """A draft with this id is there already."""

    code = "S18"
    key = "draft_exists"


class StoredFileNotFound(StoreError):
    """The draft has no photo or document with this id."""

    code = "S19"
    key = "stored_file_not_found"


class ItemNotFound(StoreError):
    """The outbox has no such item: it was erased, or never was."""

    code = "S20"
    key = "item_not_found"


class ItemExists(StoreError):
    """The outbox has this id already, with another content."""

    code = "S21"
    key = "item_exists"


class ItemHasLeft(StoreError):
    """It cannot be taken back: the portal may have it."""

    code = "S22"
    key = "item_has_left"


class ItemOver(StoreError):
    """There is nothing to send any more: it was received or taken back."""

    code = "S23"
    key = "item_over"


class LeaseLost(StoreError):
    """Another sender works on the item now, or it was taken back."""

    code = "S24"
    key = "lease_lost"


class ItemFileUnreadable(StoreError):
    """A file that was to be imported is not an exported item, or was changed."""

    code = "S25"
    key = "item_file_unreadable"


class TargetExists(StoreError):
    """A file that was to be written has a name that is taken."""

    code = "S27"
    key = "target_exists"


class ItemFileTooNew(ItemFileUnreadable):
    """A file that was to be imported was exported by a newer program."""

    code = "S28"
    key = "item_file_too_new"


RESTORED = "S30"
"""Notice: a damaged store was set aside and the newest backup restored; the count says how many items are asked for."""
BEGUN_ANEW = "S31"
"""Notice: a damaged store was set aside and there was no backup."""
ERASED_UNSENT = "S32"
"""Notice: items that the portal had refused were erased because nobody took care of them in time."""


def from_os_error(error: OSError) -> StoreError:
    """Return the store's error for a failure of the operating system; paths stay out of it."""
    if error.errno in _FULL:
        return DiskFull()
    if error.errno in _READ_ONLY:
        return StoreReadOnly()
    return StoreDiskFault(errno=error.errno or 0)


class DraftOpenElsewhere(StoreError):
    """Another program on this machine has the draft open."""

    code = "S26"
    key = "draft_open_elsewhere"
