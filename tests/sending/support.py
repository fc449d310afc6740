"""A portal that answers as it is told, and envelopes it could be sent."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime

from kiosk.errors import KioskError
from kiosk.offline_queue.drafts import DraftStore
from kiosk.offline_queue.keys import Owner
from kiosk.offline_queue.outbox_model import NewItem
from kiosk.portal.contract import SealedEnvelope, SubmissionReceipt
from kiosk.portal.errors import NotFound
from kiosk.sending.forwarder import Forwarder
from tests.offline_queue.outbox_support import NUMBER, new_item
from tests.offline_queue.support import SettableClock

Answer = BaseException | None


class TellingPortal:
    """Takes what it is sent, unless it is told to raise something; remembers what it was asked.

    ``fails`` is asked before each call with its name; ``lost`` after the portal has taken an envelope.
    """

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.received: dict[str, str] = {}
        self.uploaded: list[str] = []
        self.fails: Callable[[str], Answer] = lambda _call: None
        self.lost: Callable[[], Answer] = lambda: None

    def upload(
        self, submission_id: str, sealed_sha256: str, data: bytes, on_progress: Callable[[int, int], None]
    ) -> None:
        self._called("upload")
        on_progress(len(data), len(data))
        self.uploaded.append(sealed_sha256)

    def post(self, envelope: SealedEnvelope) -> SubmissionReceipt:
        self._called("post")
        self.received[envelope.submission_id] = NUMBER
        if (error := self.lost()) is not None:
            raise error
        return self._receipt(envelope.submission_id)

    def receipt(self, submission_id: str) -> SubmissionReceipt:
        self._called("receipt")
        if submission_id not in self.received:
            raise NotFound
        return self._receipt(submission_id)

    def _called(self, name: str) -> None:
        self.calls.append(name)
        if (error := self.fails(name)) is not None:
            raise error

    def _receipt(self, submission_id: str) -> SubmissionReceipt:
        return SubmissionReceipt(
            submission_id=submission_id,
            application_id=submission_id,
            reception_number=self.received[submission_id],
            received_at=datetime.now(UTC),
        )


def always(error: KioskError) -> Callable[[str], Answer]:
    """Return what makes a portal answer everything with ``error``."""
    return lambda _call: error


def put(store: DraftStore, owner: Owner, number: int, *, files: int = 0) -> NewItem:
    """Put an item with a real envelope (and invented seal) into the outbox."""
    item = new_item(store, number, files=files)
    envelope = SealedEnvelope(
        submission_id=item.id,
        key_id="0" * 64,
        not_after=item.not_after,
        files=tuple(file.sha256 for file in item.files),
        sealed="QUJD",
    )
    whole = NewItem(item.id, item.kind, item.not_after, envelope.model_dump_json().encode(), item.files)
    store.outbox.put(owner, whole)
    return whole


def forwarder(store: DraftStore, portal: TellingPortal, clock: SettableClock) -> Forwarder:
    """Return a sender of this store with waits that are the same every time."""
    return Forwarder(store.dispatch, portal, "station-1", clock, "sender-1", random.Random(20261122))
