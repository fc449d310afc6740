"""One item of the outbox on its way to the portal, and what becomes of it."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from pydantic import ValidationError

from kiosk import logs
from kiosk.clock import Clock
from kiosk.errors import KioskError, PortalError, StoreError
from kiosk.offline_queue import steps as stages
from kiosk.offline_queue.dispatch import Dispatch
from kiosk.offline_queue.errors import LeaseLost
from kiosk.offline_queue.outbox_check import is_whole
from kiosk.offline_queue.outbox_model import Claimed, Gate, ItemFile, Reason, State
from kiosk.offline_queue.outbox_rows import LEASE_MS
from kiosk.portal.contract import SealedEnvelope, SubmissionReceipt
from kiosk.portal.errors import NotFound
from kiosk.sending import backoff
from kiosk.sending.verdicts import POISON, Course, Verdict, asking_verdict, upload_verdict, verdict

RENEW_SECONDS = LEASE_MS / 1000 / 4
"""A lease is lengthened when so much of it has gone; a write at every part would cost more than the part."""

_UNEXPECTED = Verdict(Course.COUNT, Reason.DAMAGED, doubtful=True)
_log = logging.getLogger(__name__)


class Portal(Protocol):
    """The part of ``DeferredClient`` that is used."""

    def upload(
        self, submission_id: str, sealed_sha256: str, data: bytes, on_progress: Callable[[int, int], None]
    ) -> None:
        """See ``DeferredClient.upload``."""
        ...

    def post(self, envelope: SealedEnvelope) -> SubmissionReceipt:
        """See ``DeferredClient.post``."""
        ...

    def receipt(self, submission_id: str) -> SubmissionReceipt:
        """See ``DeferredClient.receipt``."""
        ...


class Stopping(Exception):
    """Raised out of a pause when the process is to end."""


class _Damaged(Exception):
    """What lies in the outbox is not an envelope, or not the one of its row."""


class _Beside(Exception):
    """An answer that is not about the envelope that was just sent."""

    def __init__(self, error: PortalError) -> None:
        self.error = error
        super().__init__()


class _AtUpload(_Beside):
    """The portal's answer about a file."""


class _AtAsking(_Beside):
    """The portal's answer to the question what became of an item that may have been received."""


class Forwarder:
    """Sends one item after the other.

    Args:
        dispatch: the outbox.
        portal: where to.
        device_id: this station's id, for its own moment after a maintenance.
        clock: the present moment.
        owner: this sender's name, another one for each.
        chance: for the waits.
    """

    def __init__(
        self,
        dispatch: Dispatch,
        portal: Portal,
        device_id: str,
        clock: Clock,
        owner: str,
        chance: random.Random | None = None,
    ) -> None:
        self._dispatch = dispatch
        self._portal = portal
        self._device_id = device_id
        self._clock = clock
        self._owner = owner
        self._chance = chance or random.SystemRandom()
        self._streak = dispatch.gate().streak
        self._leased_at = 0.0

    def forward(self) -> bool:
        """Work on the next item that is due, and say whether there was one.

        Raises:
            Stopping: out of a pause; the item is given back.
            StoreError: the outbox does not answer. The item is asked for when its lease has ended.
        """
        item = self._dispatch.claim(self._owner)
        if item is None:
            return False
        try:
            self._send(item)
        except LeaseLost as error:
            # Taken back, or taken over by another sender: it is in good hands.
            logs.event("queue.lease_lost", submission=item.id, error=error.code)
        return True

    def _send(self, item: Claimed) -> None:
        missing: list[ItemFile] = []
        try:
            receipt = self._delivered(item, missing)
        except PortalError as error:
            self._settle(item, verdict(error), error, lacking=bool(missing))
        except _AtUpload as problem:
            self._settle(item, upload_verdict(problem.error), problem.error, lacking=False, uploading=True)
        except _AtAsking as problem:
            self._settle(item, asking_verdict(problem.error), problem.error, lacking=False)
        except _Damaged:
            self._leave(item, State.FAILED, Reason.DAMAGED, in_doubt=item.in_doubt)
        except StoreError:
            raise
        except Stopping:
            self._dispatch.wait(item, Reason.NONE, self._clock(), in_doubt=True)
            raise
        except Exception as error:
            # A fault of this program must not end the sender again and again over one item. No text: it may quote.
            logs.event("queue.unexpected", submission=item.id, error=KioskError.code)
            _log.error("unexpected %s", type(error).__name__)  # a traceback may quote the item
            self._settle(item, _UNEXPECTED, KioskError(), lacking=False)
        else:
            stages.at("post.answered")
            self._dispatch.accepted(item.id, receipt.reception_number)
            logs.event("queue.accepted", submission=item.id, attempt=item.attempts + 1)
            self._open_gate()

    def _delivered(self, item: Claimed, missing: list[ItemFile]) -> SubmissionReceipt:
        """Return the portal's receipt; files that are not whole here any more are put into ``missing``."""
        envelope = _envelope(item)
        self._dispatch.begin(item)
        self._leased_at = time.monotonic()
        if item.in_doubt:
            try:
                return self._portal.receipt(item.id)
            except NotFound:
                pass  # not received yet: the same again, under the same key
            except PortalError as error:
                raise _AtAsking(error) from error
        for file in item.files:
            self._upload(item, file, missing)
        stages.at("post.before")
        return self._portal.post(envelope)

    def _upload(self, item: Claimed, file: ItemFile, missing: list[ItemFile]) -> None:
        path = self._dispatch.file_path(file.sha256)
        if not is_whole(path, file):
            # The portal may have it from an earlier attempt; its answer to the envelope tells.
            missing.append(file)
            return

        def alive(_held: int, _whole: int) -> None:
            if time.monotonic() - self._leased_at >= RENEW_SECONDS:
                self._dispatch.renew(item)
                self._leased_at = time.monotonic()
            stages.at("upload.part")

        stages.at("upload.before")
        try:
            self._portal.upload(item.id, file.sha256, path.read_bytes(), alive)
        except PortalError as error:
            raise _AtUpload(error) from error
        stages.at("upload.after")

    # --- what a failure means -----------------------------------------------------------------------------------------

    def _settle(
        self, item: Claimed, said: Verdict, error: KioskError, *, lacking: bool, uploading: bool = False
    ) -> None:
        logs.event("queue.not_sent", submission=item.id, error=error.code, attempt=item.attempts + 1)
        # Nothing but the portal's word about this very item ends a doubt; before the envelope leaves there is none.
        in_doubt = item.in_doubt if uploading else not said.decided and (item.in_doubt or said.doubtful)
        if said.course is not Course.AWAY:
            self._open_gate()
        if said.course is Course.PERSON or (said.course is Course.FILES and lacking):
            self._leave(item, State.NEEDS_USER, said.reason)
        elif said.course is Course.AWAY and not in_doubt and self._clock() > item.not_after:
            self._close_gate(said)
            self._leave(item, State.NEEDS_USER, Reason.LATE)
        elif said.course is Course.COUNT and item.failures + 1 >= POISON:
            self._leave(item, State.FAILED, said.reason, in_doubt=in_doubt)
        else:
            self._wait(item, said, in_doubt=in_doubt)

    def _wait(self, item: Claimed, said: Verdict, *, in_doubt: bool) -> None:
        if said.course is Course.AWAY:
            self._close_gate(said)
        until = self._clock() + self._own_wait(item, said)
        own_trouble = said.course is not Course.AWAY or (said.reason is Reason.UNREACHABLE and said.doubtful)
        self._dispatch.wait(
            item, said.reason, until, in_doubt=in_doubt, stuck=own_trouble, failed=said.course is Course.COUNT
        )

    def _own_wait(self, item: Claimed, said: Verdict) -> timedelta:
        if said.course is Course.AWAY and said.reason is not Reason.UNREACHABLE:
            return timedelta(0)  # not this item's fault: the gate alone holds it
        if said.seconds:
            return backoff.asked_for(said.seconds, self._chance)
        return backoff.full_jitter(item.attempts + 1, self._chance)

    def _leave(self, item: Claimed, state: State, reason: Reason, *, in_doubt: bool = False) -> None:
        logs.event("queue.refused", submission=item.id, step=f"queue.reason.{reason.value}")
        self._dispatch.refused(item, state, reason, in_doubt=in_doubt)

    def _close_gate(self, said: Verdict) -> None:
        self._streak += 1
        self._dispatch.set_gate(Gate(self._gate_opens(said), self._streak, said.reason.value))

    def _gate_opens(self, said: Verdict) -> datetime:
        now = self._clock()
        if said.until is not None:
            return backoff.after_maintenance(said.until, now, self._device_id)
        if said.seconds:
            return now + backoff.asked_for(said.seconds, self._chance)
        return now + backoff.full_jitter(self._streak, self._chance)

    def _open_gate(self) -> None:
        if self._streak:
            self._streak = 0
            self._dispatch.set_gate(None)


def _envelope(item: Claimed) -> SealedEnvelope:
    try:
        envelope = SealedEnvelope.model_validate_json(item.body)
    except ValidationError:
        raise _Damaged from None
    if envelope.submission_id != item.id or envelope.files != tuple(file.sha256 for file in item.files):
        raise _Damaged
    return envelope
