"""Failures are counted per authentication ID, per card and per device; too many lock for a while."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kiosk.portal.contract import ProblemCode
from reference_portal.config import LockoutRule
from reference_portal.database.people import LockRow
from reference_portal.errors import Refusal


@dataclass(frozen=True, slots=True)
class Subject:
    """What failures are counted of: only its hash is stored, so unknown IDs are counted like known ones."""

    kind: str
    value: str

    @property
    def key(self) -> str:
        """The hash under which it is counted."""
        return hashlib.sha256(f"{self.kind}\0{self.value}".encode()).hexdigest()


def refuse_locked(db: Session, moment: datetime, subjects: Iterable[Subject]) -> None:
    """Refuse while one of ``subjects`` is locked.

    Raises:
        Refusal: ``locked`` with the seconds left.
    """
    keys = [subject.key for subject in subjects]
    rows = db.scalars(select(LockRow).where(LockRow.key.in_(keys), LockRow.locked_until > moment)).all()
    ends = [row.locked_until for row in rows if row.locked_until is not None]
    if ends:
        seconds = int((max(ends) - moment).total_seconds()) + 1
        raise Refusal(ProblemCode.LOCKED, retry_after=seconds)


def count_failure(db: Session, moment: datetime, subjects: Iterable[Subject], rule: LockoutRule) -> None:
    """Count one failure against each subject and lock those that have too many."""
    for subject in sorted(subjects, key=lambda item: item.key):  # one order for all, so that writers cannot deadlock
        row = db.get(LockRow, subject.key, with_for_update=True)
        if row is None:
            row = LockRow(key=subject.key, failures=0, locks=0, locked_until=None, last_failure=moment)
            db.add(row)
        elif moment - row.last_failure > rule.forget_after:
            row.failures, row.locks = 0, 0
        row.failures += 1
        row.last_failure = moment
        most = rule.device_failures if subject.kind == "device" else rule.identity_failures
        if row.failures >= most:
            row.locked_until = moment + min(rule.first * 2 ** min(row.locks, 20), rule.longest)
            row.failures, row.locks = 0, row.locks + 1
    db.flush()


def forget_failures(db: Session, subjects: Iterable[Subject]) -> None:
    """Forget the failures of ``subjects``: a log-in has succeeded."""
    db.execute(delete(LockRow).where(LockRow.key.in_([subject.key for subject in subjects])))
