"""What is left of a draft when it was filed: papers that did not fit and follow when the bureau asks for them.

The draft stays as the record it was, under its own key, but without its answers and without the files that went out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kiosk.clock import Clock
from kiosk.offline_queue import pieces
from kiosk.offline_queue.errors import DraftNotFound, DraftNotYours
from kiosk.offline_queue.keys import Owner
from kiosk.offline_queue.opening import Parts
from kiosk.offline_queue.outbox_rows import milliseconds
from kiosk.offline_queue.records import to_bytes
from kiosk.offline_queue.vault import KeyVault


@dataclass(frozen=True, slots=True)
class Rest:
    """What stays of a draft.

    Attributes:
        header: takes the place of the draft's.
        files: the store's ids of the files that stay.
        until: it is kept at least so long.
    """

    header: dict[str, Any] = field(repr=False)
    files: frozenset[str]
    until: datetime

    def encoded(self) -> tuple[bytes, frozenset[str], int]:
        """Return it as ``pieces.reduce`` takes it."""
        return to_bytes(self.header), self.files, milliseconds(self.until)


class Remains:
    """Reduces drafts of one open store.

    Args:
        parts: the store's parts.
        clock: gives the present moment.
    """

    def __init__(self, parts: Parts, clock: Clock) -> None:
        self._parts = parts
        self._clock = clock
        self._vault = KeyVault(parts.keys, parts.station_key)

    def keep(self, owner: Owner, draft_id: str, rest: Rest) -> None:
        """Erase of a draft all but ``rest``, in one durable act. Doing it again is safe.

        Raises:
            DraftNotFound, DraftNotYours, DraftNeedsCard: the draft.
            StoreError: it could not be done; the draft is as it was.
        """
        cipher, encoded = self._vault.open(owner, draft_id), rest.encoded()
        with self._parts.queue.writing() as connection:
            row = pieces.draft_row(connection, draft_id)
            if row is None:
                raise DraftNotFound(draft=draft_id)
            if row.owner != owner.lookup:
                raise DraftNotYours(draft=draft_id)
            gone = pieces.reduce(connection, cipher, draft_id, milliseconds(self._clock()), encoded)
        self._parts.files.remove(gone)
        self._parts.queue.forget_old_pages()

    def __repr__(self) -> str:
        return "<Remains>"
