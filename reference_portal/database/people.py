"""Tables about people: accounts, proofs, links, sessions, locks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from reference_portal.database.types import Moment


class Base(DeclarativeBase):
    """Base of every table."""

    type_annotation_map = {datetime: Moment, dict[str, Any]: JSON, list[Any]: JSON}  # noqa: RUF012 - as SQLAlchemy reads it


class AccountRow(Base):
    """A registered person. ``state`` is ``approved`` until the password is set, then ``active``.

    Staff of an ``organisation`` have no card: in place of its ``authentication_certificate``, which is unique, stands
    the account's id, and what else only a card tells is empty.
    """

    __tablename__ = "account"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    state: Mapped[str] = mapped_column(String(20))
    authentication_id: Mapped[str] = mapped_column(String(20), unique=True)
    identity: Mapped[str] = mapped_column(String(64), unique=True)
    user_kind: Mapped[str] = mapped_column(String(30))
    name: Mapped[str] = mapped_column(Text)
    birth_date_text: Mapped[str] = mapped_column(String(10))
    sex: Mapped[str] = mapped_column(String(1))
    address: Mapped[str] = mapped_column(Text)
    name_substituted: Mapped[list[Any]] = mapped_column(JSON)
    address_substituted: Mapped[list[Any]] = mapped_column(JSON)
    email: Mapped[str] = mapped_column(String(60))
    phone: Mapped[str] = mapped_column(String(12))
    nationality: Mapped[str] = mapped_column(String(3))
    residence_card_number: Mapped[str] = mapped_column(String(12))
    language: Mapped[str] = mapped_column(String(20))
    terms_version: Mapped[str] = mapped_column(String(40))
    authentication_certificate: Mapped[str] = mapped_column(String(64), unique=True)
    signing_certificate: Mapped[str] = mapped_column(String(64))
    organisation: Mapped[str] = mapped_column(Text, default="")
    password_hash: Mapped[str | None] = mapped_column(Text)
    password_set_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class RegistrationRow(Base):
    """One accepted registration, by the id its statement was signed with."""

    __tablename__ = "registration"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    submission_id: Mapped[str] = mapped_column(String(36), unique=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    outcome: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime]


class ChallengeRow(Base):
    """A nonce not used yet. Using it deletes the row."""

    __tablename__ = "challenge"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    nonce: Mapped[str] = mapped_column(String(64))
    purpose: Mapped[str] = mapped_column(String(20))
    device_id: Mapped[str] = mapped_column(String(200))
    expires_at: Mapped[datetime] = mapped_column(index=True)


class LinkRow(Base):
    """A page a mail leads to. ``payload`` is what a re-bind will put in place."""

    __tablename__ = "link"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(10))
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SessionRow(Base):
    """A log-in of one device."""

    __tablename__ = "session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    device_id: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class LockRow(Base):
    """Failures of one authentication ID, card or device, by a hash of it."""

    __tablename__ = "lock"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int]
    locks: Mapped[int]
    locked_until: Mapped[datetime | None]
    last_failure: Mapped[datetime]

    __table_args__ = (Index("ix_lock_last_failure", "last_failure"),)
