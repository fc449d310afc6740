"""Nonces: bound to one device and purpose, good once, for five minutes."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from kiosk.portal.contract import Challenge, ChallengeRequest
from reference_portal.database.people import ChallengeRow
from reference_portal.ids import uuid7


def issue(db: Session, moment: datetime, request: ChallengeRequest, life: timedelta) -> Challenge:
    """Store and return a new nonce of 32 bytes; nonces that have run out are removed on the way."""
    db.execute(delete(ChallengeRow).where(ChallengeRow.expires_at <= moment))
    nonce = base64.b64encode(secrets.token_bytes(32)).decode()
    row = ChallengeRow(
        id=uuid7(moment),
        nonce=nonce,
        purpose=request.purpose,
        device_id=request.device_id,
        expires_at=moment + life,
    )
    db.add(row)
    return Challenge(challenge_id=row.id, nonce=nonce, expires_at=row.expires_at)


def take(db: Session, moment: datetime, challenge_id: str, purpose: str) -> tuple[str, str] | None:
    """Remove a nonce and return it with its device, or None when there is none that still counts.

    The caller commits even when what follows fails: a nonce is gone once somebody tried to use it.
    """
    query = delete(ChallengeRow).where(ChallengeRow.id == challenge_id, ChallengeRow.purpose == purpose)
    found = db.execute(
        query.returning(ChallengeRow.nonce, ChallengeRow.device_id, ChallengeRow.expires_at)
    ).one_or_none()
    if found is None or found.expires_at <= moment:
        return None
    return found.nonce, found.device_id
