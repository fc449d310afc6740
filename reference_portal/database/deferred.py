"""Tables about what comes sealed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from reference_portal.database.people import Base


class DeferredFileRow(Base):
    """An encrypted file that came, or is coming, before its envelope. Its bytes lie among the partial uploads."""

    __tablename__ = "deferred_file"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    submission_id: Mapped[str] = mapped_column(String(36))
    sealed_sha256: Mapped[str] = mapped_column(String(64))
    length: Mapped[int] = mapped_column(BigInteger)
    received: Mapped[int] = mapped_column(BigInteger)
    whole: Mapped[bool]
    """All bytes are here and have the announced digest."""
    expires_at: Mapped[datetime] = mapped_column(index=True)
    peer: Mapped[str] = mapped_column(String(64), server_default="")
    """The address that announced it, for its share of the room; gone with the row."""

    __table_args__ = (UniqueConstraint("submission_id", "sealed_sha256"),)


class DeferredRow(Base):
    """What became of one sealed submission: received (``application_id``) or refused for good (``refusal``)."""

    __tablename__ = "deferred"

    submission_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the envelope."""
    application_id: Mapped[str | None] = mapped_column(ForeignKey("application.id"))
    refusal: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Code, status and errors of the problem; nothing personal."""
    created_at: Mapped[datetime] = mapped_column(index=True)
