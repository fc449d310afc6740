"""Tables about applications and their files."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from reference_portal.database.people import Base


class ApplicationRow(Base):
    """One application. ``version`` counts every change, also of its files."""

    __tablename__ = "application"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    state: Mapped[str] = mapped_column(String(30))
    procedure: Mapped[str] = mapped_column(String(200))
    status_of_residence: Mapped[str] = mapped_column(String(200))
    content: Mapped[dict[str, Any]]
    version: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    submission_id: Mapped[str | None] = mapped_column(String(36), unique=True)
    reception_number: Mapped[str | None] = mapped_column(String(40), unique=True)
    received_at: Mapped[datetime | None]
    requested_documents: Mapped[list[Any]] = mapped_column(JSON)
    decision: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    mail_in: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))

    __table_args__ = (Index("ix_application_list", "account_id", "updated_at", "id"),)


class StateChangeRow(Base):
    """One step of an application's history."""

    __tablename__ = "state_change"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(30))
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(Text)


class AttachmentRow(Base):
    """A whole file of an application; its bytes lie in the store under their digest."""

    __tablename__ = "attachment"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    document: Mapped[str] = mapped_column(String(200))
    filename: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(200))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    created_at: Mapped[datetime]


class UploadRow(Base):
    """A tus upload under way. ``attachment_id`` is set once it is whole and accepted."""

    __tablename__ = "upload"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"), index=True)
    length: Mapped[int] = mapped_column(BigInteger)
    received: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(20))
    document: Mapped[str] = mapped_column(String(200))
    filename: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime] = mapped_column(index=True)
    attachment_id: Mapped[str | None] = mapped_column(String(36))

    @property
    def whole(self) -> bool:
        """Whether the file has come to its end and was accepted."""
        return self.attachment_id is not None


class ReceptionCounterRow(Base):
    """The last reception number given out, per bureau and year."""

    __tablename__ = "reception_counter"

    series: Mapped[str] = mapped_column(String(40), primary_key=True)
    last: Mapped[int]
