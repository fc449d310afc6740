"""How items leave the outbox: one sender at a time works on one item, under a lease.

One item goes once: ``begin`` makes it ``sending`` durably before a byte leaves, and from then on it is in doubt until
the portal has said something definite, so that it can't be taken back and is asked for before it is sent again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from kiosk.clock import Clock
from kiosk.offline_queue import boot, outbox_rows
from kiosk.offline_queue import steps as stages
from kiosk.offline_queue.errors import LeaseLost
from kiosk.offline_queue.opening import Parts
from kiosk.offline_queue.outbox_model import Claimed, Gate, Reason, State
from kiosk.offline_queue.outbox_rows import milliseconds

Ticks = Callable[[], boot.Tick]


class Dispatch:
    """The sender's side of the outbox of one open store.

    Args:
        parts: the store's parts.
        clock: gives the present moment.
        ticks: the machine's own clock, which nobody can set, for leases.
    """

    def __init__(self, parts: Parts, clock: Clock, ticks: Ticks = boot.now) -> None:
        self._queue = parts.queue
        self._files = parts.files
        self._clock = clock
        self._ticks = ticks

    def claim(self, owner: str) -> Claimed | None:
        """Give ``owner`` (a name of its own for every sender) the next item that is due, or None.

        The lease lasts ``outbox_rows.LEASE_MS`` milliseconds from the last ``begin`` or ``renew``.
        """
        now = self._now()
        with self._queue.reading() as connection:
            # A look costs nothing; only where something is due does the disk have to write.
            if outbox_rows.is_shut(connection, now) or not outbox_rows.is_due(connection, now):
                return None
        with self._queue.writing() as connection:
            item = outbox_rows.claim(connection, owner, now, self._ticks())
        stages.at("claim.committed")
        return item

    def begin(self, item: Claimed) -> None:
        """Make the item ``sending``, durably, before its first byte leaves.

        Raises:
            LeaseLost: it belongs to another sender now, or was taken back.
        """
        with self._queue.writing() as connection:
            if not outbox_rows.begin(connection, item, self._now(), self._ticks()):
                raise LeaseLost(item=item.id)
            stages.at("sending.before_commit")
        stages.at("sending.committed")

    def renew(self, item: Claimed) -> None:
        """Say that the sender is still at work.

        Raises:
            LeaseLost: as for ``begin``.
        """
        with self._queue.writing() as connection:
            if not outbox_rows.renew(connection, item, self._ticks()):
                raise LeaseLost(item=item.id)

    def accepted(self, item_id: str, number: str) -> None:
        """Note that the portal has received the item, and erase its body. True whoever holds the lease."""
        with self._queue.writing() as connection:
            files = outbox_rows.files(connection, item_id)
            if not outbox_rows.accept(connection, item_id, number, self._now()):
                return
            stages.at("accepted.before_commit")
        stages.at("accepted.committed")
        self._files.remove([file.sha256 for file in files])
        stages.at("accepted.erased")

    def wait(
        self,
        item: Claimed,
        reason: Reason,
        until: datetime,
        *,
        in_doubt: bool,
        stuck: bool = False,
        failed: bool = False,
    ) -> None:
        """Give an item back, to be tried again at ``until``; nothing where the lease is lost.

        Args:
            item: as claimed.
            reason: why it could not be sent.
            until: when it is tried again.
            in_doubt: the portal may have received it.
            stuck: the trouble is this item's own: the applicant's next one does not wait for it.
            failed: count it as a definitive refusal.
        """
        state = State.UNCERTAIN if in_doubt else State.WAITING
        change = {"not_before": milliseconds(until), "in_doubt": int(in_doubt), "stuck": int(stuck)}
        if failed:
            change["failures"] = item.failures + 1
        self._put_back(item, state, reason, change)

    def refused(self, item: Claimed, state: State, reason: Reason, *, in_doubt: bool = False) -> None:
        """Leave an item to a person: ``needs_user`` or ``failed``; nothing where the lease is lost."""
        self._put_back(item, state, reason, {"in_doubt": int(in_doubt), "failures": item.failures + 1})

    def gate(self) -> Gate:
        """Return whether anything is sent at all."""
        with self._queue.reading() as connection:
            return outbox_rows.gate(connection)

    def set_gate(self, closed: Gate | None) -> None:
        """Let everything wait until ``closed.not_before``; None opens the gate."""
        with self._queue.writing() as connection:
            outbox_rows.set_gate(connection, closed)

    def break_leases(self) -> None:
        """Free every item; only for a sender that holds the lock of senders, so that no other one is alive."""
        with self._queue.writing() as connection:
            outbox_rows.break_leases(connection)

    def file_path(self, sha256: str) -> Path:
        """Return where an encrypted file lies."""
        return self._files.path(sha256)

    def __repr__(self) -> str:
        return "<Dispatch>"

    def _put_back(self, item: Claimed, state: State, reason: Reason, change: dict[str, int]) -> None:
        columns = {"state": state.value, "reason": reason.value, "changed": self._now(), **change}
        with self._queue.writing() as connection:
            outbox_rows.put_back(connection, item, columns)
            stages.at("settle.before_commit")
        stages.at("settle.committed")

    def _now(self) -> int:
        return milliseconds(self._clock())
