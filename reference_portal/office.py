"""The operator's switches: maintenance windows and the networks that may ask."""

from __future__ import annotations

import ipaddress
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kiosk.portal.contract import MaintenanceWindow
from reference_portal import audit
from reference_portal.database.office import MaintenanceRow, NetworkRow
from reference_portal.ids import uuid7
from reference_portal.portal import Desk

LOOPBACK = ("127.0.0.0/8", "::1/128")
"""What is allowed when nothing else is said."""


def windows(db: Session, moment: datetime) -> tuple[MaintenanceWindow, ...]:
    """Return the maintenance windows that are not over, in order."""
    query = select(MaintenanceRow).where(MaintenanceRow.ends > moment).order_by(MaintenanceRow.starts)
    return tuple(MaintenanceWindow(starts=row.starts, ends=row.ends) for row in db.scalars(query))


def closed_until(db: Session, moment: datetime) -> datetime | None:
    """Return when the maintenance that is on at ``moment`` ends (windows that touch are one), or None."""
    until: datetime | None = None
    for window in windows(db, moment):
        if window.starts <= (until or moment):
            until = max(window.ends, until or window.ends)
    return until


def schedule(desk: Desk, starts: datetime, ends: datetime) -> None:
    """Announce a maintenance window.

    Raises:
        ValueError: it ends before it starts, or is over.
    """
    moment = desk.clock()
    if ends <= starts or ends <= moment:
        raise ValueError("a maintenance window ends after it starts, and in the future")
    with desk.database.write() as db:
        db.add(MaintenanceRow(id=uuid7(moment), starts=starts, ends=ends))
        audit.append(db, moment, "maintenance.scheduled", "", starts=starts.isoformat(), ends=ends.isoformat())


def reopen(desk: Desk) -> None:
    """End the maintenance that is on; announced windows stay."""
    moment = desk.clock()
    with desk.database.write() as db:
        db.execute(delete(MaintenanceRow).where(MaintenanceRow.starts <= moment, MaintenanceRow.ends > moment))
        audit.append(db, moment, "maintenance.ended", "")


def networks(db: Session) -> tuple[str, ...]:
    """Return the networks that the operator has allowed."""
    return tuple(db.scalars(select(NetworkRow.cidr).order_by(NetworkRow.cidr)))


def change_networks(desk: Desk, add: tuple[str, ...], remove: tuple[str, ...]) -> None:
    """Allow or forget networks.

    Raises:
        ValueError: not an address range.
    """
    with desk.database.write() as db:
        for cidr in add:
            db.merge(NetworkRow(cidr=str(ipaddress.ip_network(cidr, strict=False))))
        for cidr in remove:
            db.execute(delete(NetworkRow).where(NetworkRow.cidr == str(ipaddress.ip_network(cidr, strict=False))))
        audit.append(db, desk.clock(), "networks.changed", "", added=len(add), removed=len(remove))
