"""The audit chain: every change leaves an entry that holds the hash of the one before. No personal data."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.portal.canonical import canonical_json
from reference_portal.database.office import AuditHeadRow, AuditRow

_HEAD = 1


def append(db: Session, moment: datetime, event: str, subject: str, **facts: str | int) -> None:
    """Add an entry in the transaction of the change it tells of.

    Args:
        db: the transaction.
        moment: when.
        event: what happened, as in ``application.submitted``.
        subject: id of the account or application (never a name or a number of a person).
        **facts: codes and counts.
    """
    head = db.scalars(select(AuditHeadRow).where(AuditHeadRow.id == _HEAD).with_for_update()).one()
    at = moment.astimezone(UTC).isoformat()
    entry = canonical_json(
        {"seq": head.seq + 1, "at": at, "event": event, "subject": subject, "facts": facts, "previous": head.hash}
    )
    digest = hashlib.sha256(entry).hexdigest()
    db.add(AuditRow(seq=head.seq + 1, entry=entry.decode(), previous=head.hash, hash=digest))
    head.seq, head.hash = head.seq + 1, digest
    db.flush()


def broken_at(db: Session) -> int | None:
    """Return the first entry where the chain does not hold (0 for a wrong head), or None when all is well."""
    expected, seq = "", 0
    for row in db.scalars(select(AuditRow).order_by(AuditRow.seq)):
        seq += 1
        digest = hashlib.sha256(row.entry.encode()).hexdigest()
        linked = row.seq == seq and row.previous == expected and row.hash == digest
        if not linked or json.loads(row.entry)["previous"] != expected:
            return seq
        expected = digest
    head = db.get_one(AuditHeadRow, _HEAD)
    return None if (head.seq, head.hash) == (seq, expected) else 0
