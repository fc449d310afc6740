"""What a station does while the portal is away: sign, encrypt, seal; and later send. Every part can be another one."""

from __future__ import annotations

import base64
import hashlib
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from kiosk.portal.canonical import canonical_json
from kiosk.portal.cms import sign_detached
from kiosk.portal.contract import ApplicationContent, SealedContent, SealedEnvelope, SealingKey, SealingKeys
from kiosk.portal.sealed_file import FileFacts, encrypt
from kiosk.portal.sealing import Envelope, key_in_force, seal, verified_keys
from tests.reference_portal.answers import DOCUMENT, PHOTO, REQUIRED, TUS, content
from tests.reference_portal.people import CardKey, Person


@dataclass(frozen=True)
class Packed:
    """One encrypted file."""

    kind: str
    document: str
    name: str
    facts: FileFacts
    key: bytes
    data: bytes

    def said(self) -> dict[str, Any]:
        """Return it as the statement names it."""
        media_type = "image/jpeg" if self.kind == "photo" else "application/pdf"
        digests = {"sha256": self.facts.sha256, "sealed_sha256": self.facts.sealed_sha256}
        names = {"kind": self.kind, "document": self.document, "filename": self.name, "media_type": media_type}
        return {**names, "size": self.facts.size, **digests}


def pack(kind: str, file: Path | bytes, document: str = "") -> Packed:
    """Encrypt a file (or bytes) under a key of its own."""
    plain = file if isinstance(file, bytes) else file.read_bytes()
    key, target = os.urandom(32), io.BytesIO()
    facts = encrypt(key, io.BytesIO(plain), target)
    return Packed(kind, document, "made.bin" if isinstance(file, bytes) else file.name, facts, key, target.getvalue())


def packed_files() -> list[Packed]:
    """Return photo and required documents, encrypted."""
    return [pack("photo", PHOTO), *(pack("document", DOCUMENT, document) for document in REQUIRED)]


@dataclass
class Deferred:
    """A submission signed while the portal is away.

    Args:
        person: whose account it is for.
        submission_id: its id; a new one unless given.
        files: encrypted files.
        statement: what is signed.
    """

    person: Person
    submission_id: str = ""
    files: Sequence[Packed] = field(default_factory=packed_files)
    statement: dict[str, Any] = field(default_factory=dict[str, Any])
    hours: float = 72

    def __post_init__(self) -> None:
        self.submission_id = self.submission_id or self.person.world.key()
        moment = self.person.world.clock()
        self.statement = {
            "type": "zairyu/deferred-submission",
            "version": 1,
            "origin": self.person.world.origin,
            "submission_id": self.submission_id,
            "device_id": self.person.device,
            "authentication_id": self.person.authentication_id,
            "user_kind": "applicant",
            "content": content(),
            "attachments": [file.said() for file in self.files],
            "signed_at": text(moment),
            "not_after": text(moment + timedelta(hours=self.hours)),
            "language": "en",
            "replaces": "",
            **self.statement,
        }
        filled = ApplicationContent.model_validate(self.statement["content"])  # with its defaults, as it is signed
        self.statement["content"] = filled.model_dump(mode="json")

    def sealing_key(self) -> SealingKey:
        """Return the portal's key, as a station would choose it."""
        answer = SealingKeys.model_validate(self.person.world.request("GET", "/sealing-keys").json())
        return key_in_force(verified_keys(answer, self.person.world.pin), self.person.world.clock())

    def envelope(
        self,
        *,
        signing: CardKey | None = None,
        key: SealingKey | None = None,
        signed: bytes | None = None,
        **parts: Any,
    ) -> dict[str, Any]:
        """Return the envelope; ``parts`` change what stands on it or in it, before it is sealed."""
        bytes_ = canonical_json(self.statement) if signed is None else signed
        signature = sign_detached(bytes_, signing or self.person.key("signing"), self.person.world.clock())
        outside = Envelope(
            parts.get("submission_id", self.submission_id),
            parts.get("not_after", datetime.fromisoformat(self.statement["not_after"])),
            tuple(parts.get("files", [file.facts.sealed_sha256 for file in self.files])),
        )
        inside = SealedContent(
            statement=_base64(parts.get("statement", bytes_)),
            signature=_base64(parts.get("signature", signature)),
            file_keys=tuple(parts.get("file_keys", [_base64(file.key) for file in self.files])),
        )
        return seal(inside, key or self.sealing_key(), outside).model_dump(mode="json")

    def announce(self, file: Packed, **headers: str) -> Any:
        """Announce a file."""
        encoded = _base64(file.facts.sealed_sha256.encode())
        said = {**TUS, "Upload-Length": str(len(file.data)), "Upload-Metadata": f"sealed_sha256 {encoded}", **headers}
        return self.person.world.request("POST", f"/deferred/{self.submission_id}/files", headers=said)

    def upload(self, files: Sequence[Packed] | None = None) -> None:
        """Send every file, or what of it has not come yet."""
        for file in self.files if files is None else files:
            announced = self.announce(file)
            assert announced.status_code == 201, announced.text
            location = announced.headers["location"]
            held = self.person.world.request("HEAD", location.removeprefix("/v1"), headers=TUS)
            offset = int(held.headers["upload-offset"])
            if offset < len(file.data):
                answer = patch(self.person, location, file.data[offset:], offset)
                assert answer.status_code == 204, answer.text

    def post(self, envelope: dict[str, Any] | None = None, key: str = "") -> Any:
        """Send the envelope and return the answer."""
        body = self.envelope() if envelope is None else envelope
        return self.person.world.post("/deferred", body, key=key or self.submission_id)

    def send(self, **parts: Any) -> Any:
        """Send files and envelope."""
        self.upload()
        return self.post(self.envelope(**parts))

    def ask(self) -> Any:
        """Ask what became of it."""
        return self.person.world.request("GET", f"/deferred/{self.submission_id}")


def patch(person: Person, location: str, data: bytes, offset: int = 0) -> Any:
    """Send one piece of a file, without a session."""
    headers = {**TUS, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
    return person.world.request("PATCH", location.removeprefix("/v1"), content=data, headers=headers)


def signed(person: Person, files: Sequence[Packed] | None = None, **statement: Any) -> Deferred:
    """Return a submission of ``person`` with changes to its statement."""
    return Deferred(person, files=packed_files() if files is None else files, statement=statement)


def swapped(file: Packed, **changes: Any) -> Packed:
    """Return a file with something exchanged."""
    return replace(file, **changes)


def text(moment: datetime) -> str:
    """Return a moment as the contract writes it."""
    return SealedEnvelope.model_construct(not_after=moment).model_dump(mode="json")["not_after"]


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def digest(data: bytes) -> str:
    """Return the SHA-256 of bytes, in hex."""
    return hashlib.sha256(data).hexdigest()
