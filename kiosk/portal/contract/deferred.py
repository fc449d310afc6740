"""Applications that were signed while the portal was away, and come sealed, later, without a session.

The applicant signs a ``DeferredStatement``; statement, signature and the keys of the files are sealed to one of the
portal's sealing keys (HPKE). From then on only the portal can read them. ``POST /deferred`` carries the envelope under
the submission's id as Idempotency-Key; the portal accepts each id once. ``GET /deferred/{submission_id}`` answers a
doubt. The files travel before it, each encrypted with its own key, by tus under ``/deferred/{submission_id}/files``.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import StringConstraints

from kiosk.portal.contract.common import Base64, Model, Sha256Hex, Short, Uuid
from kiosk.portal.contract.filing import ApplicationContent, AttachmentKind
from kiosk.portal.contract.people import UserKind

MAX_HOURS = 72
"""How long a signed application may wait: ``not_after`` lies at most so many hours after ``signed_at``."""

FILE_CHUNK = 65_536
"""Plain bytes of one chunk of an encrypted file; see ``docs/contract.md`` for its form."""

MAX_ENVELOPE_BYTES = 1_500_000
"""The largest body of ``POST /deferred``; every other body is bounded by ``MAX_BODY_BYTES``."""

Body = Annotated[str, StringConstraints(max_length=1_400_000, pattern=r"^[A-Za-z0-9+/]*={0,2}$")]


class SealingKey(Model):
    """One public key of the portal. Keys overlap, so that what was sealed to an old one is still opened."""

    key_id: Sha256Hex
    """SHA-256 of the raw public key."""
    suite: Literal["mlkem768-x25519", "x25519"]
    """KEM; with it go HKDF-SHA256 and AES-256-GCM."""
    public_key: Base64
    valid_from: datetime
    valid_until: datetime
    """Nothing is sealed to it after this; the portal keeps the private key ``MAX_HOURS`` longer."""


class SealingKeys(Model):
    """``GET /sealing-keys``: canonical JSON of ``keys`` signed with the portal's Ed25519 key, which a station pins."""

    issued_at: datetime
    keys: tuple[SealingKey, ...]
    signature: Base64
    """Ed25519 over ``canonical_json({"issued_at": …, "keys": […], "tag": "zairyu/sealing-keys/v1"})``."""


class DeferredFile(Model):
    """One file as it was signed: its plain digest, and where its encrypted form is."""

    kind: AttachmentKind
    document: Short
    filename: Short
    media_type: Short
    size: int
    sha256: Sha256Hex
    """Of the plain bytes."""
    sealed_sha256: Sha256Hex
    """Of the encrypted file, by which it is uploaded and found."""


class DeferredStatement(Model):
    """What the signing key signs, as canonical JSON."""

    type: Literal["zairyu/deferred-submission"] = "zairyu/deferred-submission"
    version: Literal[1] = 1
    origin: Short
    submission_id: Uuid
    device_id: Short
    authentication_id: Short
    user_kind: UserKind
    content: ApplicationContent
    attachments: tuple[DeferredFile, ...]
    signed_at: datetime
    not_after: datetime
    language: Short
    replaces: Short = ""
    """The ETag of the applicant's own draft at the portal that this takes the place of, as the kiosk saw it last."""


class SealedContent(Model):
    """What is sealed, as canonical JSON: only the portal ever sees it again."""

    statement: Body
    """The exact bytes that were signed."""
    signature: Base64
    """Detached CMS SignedData with CAdES-BES attributes, DER."""
    file_keys: tuple[Base64, ...]
    """32 bytes each, in the order of the statement's attachments."""


class SealedEnvelope(Model):
    """``POST /deferred``, Idempotency-Key = ``submission_id``. Nothing in it is personal."""

    format: Literal["zairyu-sealed:1"] = "zairyu-sealed:1"
    submission_id: Uuid
    key_id: Sha256Hex
    not_after: datetime
    files: tuple[Sha256Hex, ...]
    """``sealed_sha256`` of each file, in order."""
    sealed: Body
    """HPKE single-shot ciphertext (encapsulated key first) of the ``SealedContent``, base64. Its ``info`` is
    ``canonical_json`` of the envelope without ``sealed``, so that nothing of the envelope can be exchanged."""
