"""Sessions: 30 minutes from the last use."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from kiosk.portal.contract import ProblemCode
from reference_portal import audit
from reference_portal.database.people import AccountRow, SessionRow
from reference_portal.errors import Refusal
from reference_portal.ids import token_hash
from reference_portal.portal import Portal

_GRANULARITY = timedelta(seconds=20)


def account_of_token(portal: Portal, token: str) -> AccountRow:
    """Return the account of a session and prolong it.

    Raises:
        Refusal: ``unauthenticated``.
    """
    moment = portal.clock()
    with portal.database.read() as db:
        row = db.get(SessionRow, token_hash(token))
        if row is None or row.expires_at <= moment:
            raise Refusal(ProblemCode.UNAUTHENTICATED)
        account = db.get_one(AccountRow, row.account_id)
    expires = moment + portal.config.session_life
    if expires - row.expires_at > _GRANULARITY:  # not a durable write for every request
        with portal.database.write() as db:
            query = select(SessionRow).where(SessionRow.token_hash == row.token_hash)
            current = db.scalars(query.with_for_update()).one_or_none()
            if current is None:
                raise Refusal(ProblemCode.UNAUTHENTICATED)
            current.expires_at = expires
    return account


def close_session(portal: Portal, token: str) -> None:
    """End a session; one that has ended already stays ended."""
    with portal.database.write() as db:
        row = db.get(SessionRow, token_hash(token))
        if row is not None:
            audit.append(db, portal.clock(), "session.closed", row.account_id)
            db.delete(row)
