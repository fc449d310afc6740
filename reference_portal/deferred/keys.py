"""The portal's own keys: files of mode 0600 in one folder, shared by every process that serves the portal.

``signing.json`` holds the Ed25519 key whose public half stations pin; ``sealing-….json`` one key pair each. What was
published about a key never changes: a station without a connection may go on sealing to it until its ``valid_until``.
So a rotation only adds keys, and a private key stays ``MAX_HOURS`` longer than anybody may seal to it.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.portal.contract import MAX_HOURS, SealingKey, SealingKeys
from kiosk.portal.sealing import CLASSIC, HYBRID, PrivateSealingKey, SuiteName, key_id, sign_keys
from reference_portal.storage.blobs import sync_folder

_SIGNING = "signing.json"
_SEALING = "sealing-*.json"
_LIFE = timedelta(days=30)
_RENEW_BEFORE = timedelta(days=10)
_SLOW_CLOCKS = timedelta(hours=1)
"""So far behind a station's clock may be, and it still takes a key that has just been made."""
_SUITES: tuple[SuiteName, ...] = (HYBRID, CLASSIC)


@dataclass(frozen=True)
class KeyPair:
    """A sealing key pair and its times."""

    public: SealingKey
    private: PrivateSealingKey

    @property
    def kept_until(self) -> datetime:
        """Until when the portal opens what was sealed to it."""
        return self.public.valid_until + timedelta(hours=MAX_HOURS)


class KeyFolder:
    """The keys of one portal. The folder is read at every use, so that a rotation is seen at once by all.

    Args:
        folder: made, with mode 0700, when it is not there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def prepare(self, moment: datetime) -> None:
        """Make what is missing (a first start makes everything), add keys before the last ones run out, and erase
        those that nobody can need any more.
        """
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not (self._folder / _SIGNING).exists():
            self._write(_SIGNING, {"ed25519": _text(Ed25519PrivateKey.generate().private_bytes_raw())})
        self._forget(moment)
        lasting = {pair.public.suite for pair in self.pairs() if pair.public.valid_until > moment + _RENEW_BEFORE}
        for suite in _SUITES:
            if suite not in lasting:
                self._add(suite, moment)

    def rotate(self, moment: datetime) -> None:
        """Add a new key pair of each suite; from now on stations that ask seal to these."""
        self.prepare(moment)
        for suite in _SUITES:
            self._add(suite, moment)

    def pairs(self) -> list[KeyPair]:
        """Return every key pair that is there, oldest first.

        Raises:
            ValueError: a file is not one of ours.
        """
        read = [_read(path) for path in self._folder.glob(_SEALING)]
        return sorted(
            filter(None, read), key=lambda pair: (pair.public.valid_from, pair.public.suite, pair.public.key_id)
        )

    def private_keys(self, moment: datetime) -> dict[str, PrivateSealingKey]:
        """Return, by key id, the private keys that still open."""
        return {pair.public.key_id: pair.private for pair in self.pairs() if pair.kept_until > moment}

    def published(self, moment: datetime) -> SealingKeys:
        """Return the signed answer to ``GET /sealing-keys``: the keys to which something may be sealed now."""
        keys = [pair.public for pair in self.pairs() if pair.public.valid_until > moment]
        return sign_keys(keys, moment, self._signer())

    def pin(self) -> str:
        """Return the public half of the signing key, 32 bytes in base64: what a station pins."""
        return _text(self._signer().public_key().public_bytes_raw())

    def _signer(self) -> Ed25519PrivateKey:
        held = json.loads((self._folder / _SIGNING).read_text(encoding="utf-8"))
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(held["ed25519"]))

    def _add(self, suite: SuiteName, moment: datetime) -> None:
        private = PrivateSealingKey.generate(suite)
        raw = private.public_raw()
        public = SealingKey.model_validate(
            {
                "key_id": key_id(raw),
                "suite": suite,
                "public_key": _text(raw),
                "valid_from": moment - _SLOW_CLOCKS,
                "valid_until": moment + _LIFE,
            }
        )
        held = {"public": public.model_dump(mode="json"), "private": _text(private.raw)}
        self._write(_SEALING.replace("*", public.key_id[:16]), held)

    def _forget(self, moment: datetime) -> None:
        for path in self._folder.glob(_SEALING):
            pair = _read(path)
            if pair is not None and pair.kept_until <= moment:
                path.unlink(missing_ok=True)

    def _write(self, name: str, held: Mapping[str, object]) -> None:
        """Write a file whole and durable. Of two processes that make the same one, the first wins."""
        temporary = self._folder / f".{secrets.token_hex(8)}"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(json.dumps(held))
                file.flush()
                os.fsync(file.fileno())
            (self._folder / name).hardlink_to(temporary)
        except FileExistsError:
            pass
        finally:
            temporary.unlink()
        sync_folder(self._folder)


def _read(path: Path) -> KeyPair | None:
    """Return a key pair, or None when another process has erased it since it was listed."""
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    public = SealingKey.model_validate(held["public"])
    return KeyPair(public, PrivateSealingKey(public.suite, base64.b64decode(held["private"])))


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
