"""The pages a mail leads to: one token, one day, one use."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from reference_portal.database.people import LinkRow
from reference_portal.ids import secret_token, token_hash, uuid7

Purpose = Literal["activate", "reset", "rebind"]


def open_link(
    db: Session,
    moment: datetime,
    account_id: str,
    purpose: Purpose,
    life: timedelta,
    payload: Mapping[str, Any] | None = None,
) -> str:
    """Store a link and return its token, which exists in the mail alone. Older links of the same kind end.

    Args:
        db: the transaction.
        moment: now.
        account_id: whose page it is.
        purpose: what the page does.
        life: how long it can be used.
        payload: what a re-bind puts in place.
    """
    same = (LinkRow.account_id == account_id, LinkRow.purpose == purpose, LinkRow.used_at.is_(None))
    db.execute(update(LinkRow).where(*same).values(used_at=moment, payload={}))
    token = secret_token()
    db.add(
        LinkRow(
            id=uuid7(moment),
            token_hash=token_hash(token),
            account_id=account_id,
            purpose=purpose,
            payload=dict(payload or {}),
            created_at=moment,
            expires_at=moment + life,
        )
    )
    return token


def find_link(db: Session, moment: datetime, token: str, *, lock: bool = False) -> LinkRow | None:
    """Return the link of a token while it can still be used."""
    query = select(LinkRow).where(
        LinkRow.token_hash == token_hash(token), LinkRow.used_at.is_(None), LinkRow.expires_at > moment
    )
    return db.scalars(query.with_for_update() if lock else query).one_or_none()


def use_up(link: LinkRow, moment: datetime) -> None:
    """End a link."""
    link.used_at = moment
    link.payload = {}


def has_fresh_link(db: Session, moment: datetime, account_id: str, purpose: Purpose, within: timedelta) -> bool:
    """Tell whether a link of this kind was sent less than ``within`` ago."""
    query = select(LinkRow.id).where(
        LinkRow.account_id == account_id, LinkRow.purpose == purpose, LinkRow.created_at > moment - within
    )
    return db.scalars(query.limit(1)).first() is not None
