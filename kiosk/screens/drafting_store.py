"""What an open draft needs of the store and of the one who saves in the background."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from kiosk.offline_queue.keys import Owner
    from kiosk.offline_queue.model import StoredDraft


class Store(Protocol):
    """The part of ``DraftStore`` that is used here."""

    def create(self, owner: Owner, header: dict[str, Any], answers: dict[str, Any], draft_id: str) -> str:
        """Make a draft."""
        ...

    def save_header(self, owner: Owner, draft_id: str, header: dict[str, Any]) -> datetime:
        """Replace the header."""
        ...

    def load(self, owner: Owner, draft_id: str) -> StoredDraft:
        """Return a draft."""
        ...


class Saver(Protocol):
    """The part of ``Autosave`` that is used here."""

    def put(self, draft_id: str, field: str, value: Any) -> None:
        """Take an answer for saving."""
        ...

    def flush(self, timeout: float) -> bool:
        """Wait until everything is durable."""
        ...

    def close(self, timeout: float) -> bool:
        """Flush and end."""
        ...
