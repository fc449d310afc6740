"""What the outbox takes in and gives back. Bodies and files are sealed to the portal and readable for nobody here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path


class State(StrEnum):
    """``waiting → sending → accepted``; a doubt leads to ``uncertain``, which only the portal's answer ends."""

    WAITING = "waiting"
    """Kept here; nothing is under way. ``not_before`` says when it is tried next."""
    SENDING = "sending"
    """Set before the first byte leaves."""
    UNCERTAIN = "uncertain"
    """It may have been received: the portal is asked before it is sent again."""
    ACCEPTED = "accepted"
    """Received by the portal. The body is erased; the reception number is kept for a while."""
    NEEDS_USER = "needs_user"
    """The portal will not take it as it is; the person has to do something."""
    FAILED = "failed"
    """Refused again and again without a reason that a person could mend."""
    CANCELLED = "cancelled"
    """Taken back before it left. The body is erased."""


OPEN = (State.WAITING, State.SENDING, State.UNCERTAIN)
"""States that the sender works on."""

REFUSED = (State.NEEDS_USER, State.FAILED)
"""States that hold a body and wait for a person."""


class Reason(StrEnum):
    """Why an item is where it is; words in ``queue.reason.<reason>`` and ``queue.reason.<reason>.next``."""

    NONE = ""
    UNREACHABLE = "unreachable"
    """No connection, no answer, an answer that is none, a fault of the portal's."""
    MAINTENANCE = "maintenance"
    BUSY = "busy"
    """The portal asks for patience: too many requests, still at work, locked."""
    REGION = "region"
    """The portal takes nothing from this network."""
    REVOCATION = "revocation"
    """The portal cannot check certificates just now."""
    SIGNATURE = "signature"
    CERTIFICATE = "certificate"
    PERSON = "person"
    """The statement does not fit the person or the account."""
    LATE = "late"
    ANSWERS = "answers"
    INCOMPLETE = "incomplete"
    NOT_ELIGIBLE = "not_eligible"
    SEALING_KEY = "sealing_key"
    """Sealed to a key that the portal does not open any more."""
    FILES = "files"
    """A sealed file is gone or damaged on this machine."""
    CONFLICT = "conflict"
    """The portal has the same number with another content."""
    REFUSED = "refused"
    """Refused without a more exact reason."""
    DAMAGED = "damaged"
    """What was stored here cannot be read as an envelope."""
    RESTORED = "restored"
    """Came back from a backup; the portal is asked first."""
    IMPORTED = "imported"
    """Came from another kiosk; the portal is asked first."""


KINDS = frozenset({"application"})
"""What an item can be."""


@dataclass(frozen=True, slots=True)
class SealedFile:
    """An encrypted file, written and durable, that has no name yet.

    Attributes:
        sha256: of the encrypted bytes, hex; its name in the outbox and at the portal.
        size: of the encrypted bytes.
        temporary: where it lies until the outbox takes it in.
    """

    sha256: str
    size: int
    temporary: Path = field(repr=False)


@dataclass(frozen=True, slots=True)
class NewItem:
    """A sealed item on its way into the outbox.

    Attributes:
        id: UUIDv7, the submission's id and Idempotency-Key.
        kind: what it is, such as ``application``.
        not_after: the portal takes it until then.
        body: the sealed envelope as it will be posted.
        files: in the envelope's order.
    """

    id: str
    kind: str
    not_after: datetime
    body: bytes = field(repr=False)
    files: tuple[SealedFile, ...] = field(repr=False, default=())


@dataclass(frozen=True, slots=True)
class ItemSummary:
    """One line of the outbox.

    Attributes:
        id: UUIDv7.
        kind: ``application``, or ``draft`` for a draft, of which nothing else is told.
        state: a ``State``, or ``draft``.
        created: when it was put here, UTC.
        changed: when its state last changed, UTC.
        not_before: it is tried again then; None where nothing is going to be tried.
        not_after: the portal takes it until then; None for a draft.
        attempts: how often sending was begun.
        reason: a ``Reason``; empty where there is none.
        number: the portal's reception number, while it is kept.
        erased_on: when retention erases this line; None while it is open.
    """

    id: str
    kind: str
    state: str
    created: datetime
    changed: datetime
    not_before: datetime | None
    not_after: datetime | None
    attempts: int
    reason: str
    number: str = field(repr=False, default="")
    erased_on: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether the sender still works on it."""
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class ItemFile:
    """One encrypted file of an item: digest and size of its encrypted bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Claimed:
    """An item that one sender may work on while its lease lasts.

    Attributes:
        id: UUIDv7.
        kind: what it is.
        not_after: the portal takes it until then.
        created: when it was put here.
        attempts: how often sending was begun before.
        failures: how many definitive refusals there were.
        in_doubt: it may have been received already: ask before sending.
        body: the envelope.
        files: in the envelope's order.
        owner: who holds the lease.
    """

    id: str
    kind: str
    not_after: datetime
    created: datetime
    attempts: int
    failures: int
    in_doubt: bool
    body: bytes = field(repr=False)
    files: tuple[ItemFile, ...] = field(repr=False)
    owner: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether anything is sent at all: after a failure of the portal as a whole, everything waits together.

    Attributes:
        not_before: nothing is sent before; None while the gate is open.
        streak: how many times in a row the portal was away.
        reason: why it is closed, a ``Reason``.
    """

    not_before: datetime | None = None
    streak: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that ``verify`` found: a code of a ``StoreError`` and the item (empty: the store itself)."""

    code: str
    item: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that staff are to know: a code, when it happened, and how many items it concerns."""

    code: str
    at: datetime
    count: int
