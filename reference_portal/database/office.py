"""Tables of the portal's own housekeeping: stored answers, mail, audit, maintenance, networks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from reference_portal.database.people import Base


class IdempotencyRow(Base):
    """One key of one caller. ``reply`` is sealed under a key that only the same request body gives again."""

    __tablename__ = "idempotency"

    scope: Mapped[str] = mapped_column(String(64), primary_key=True)
    key: Mapped[str] = mapped_column(String(36), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    leased_until: Mapped[datetime | None]
    reply: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(index=True)


class MailRow(Base):
    """A mail to deliver. The payload is erased once it is delivered."""

    __tablename__ = "mail"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    payload: Mapped[dict[str, Any]]
    attempts: Mapped[int]
    due_at: Mapped[datetime] = mapped_column(index=True)
    delivered_at: Mapped[datetime | None]


class AuditRow(Base):
    """One link of the audit chain: canonical JSON and the hash over it and the hash before."""

    __tablename__ = "audit"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry: Mapped[str]
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditHeadRow(Base):
    """The end of the audit chain; its row lock puts writers in a queue."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


class MaintenanceRow(Base):
    """A time in which the portal is closed."""

    __tablename__ = "maintenance"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    starts: Mapped[datetime]
    ends: Mapped[datetime]


class NetworkRow(Base):
    """An address range from which requests are taken, beside those of the command line."""

    __tablename__ = "network"

    cidr: Mapped[str] = mapped_column(String(50), primary_key=True)
