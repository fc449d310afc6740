"""The table of card profiles (``config/card_profiles.toml``): what differs between generations of cards, as data."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Literal

from kiosk.card.errors import CardProfileError, SecretFormat
from kiosk.paths import config_dir

_FILE = "card_profiles.toml"
_MAX_SHORT_ID = 0x1E


class KeyUse(StrEnum):
    """The two keys of a My Number card."""

    AUTHENTICATION = "authentication"
    """利用者証明用: proves who is there; 4 digits."""
    SIGNING = "signing"
    """署名用: signs documents; 6 to 16 capital letters and digits."""


@dataclass(frozen=True, slots=True)
class KeyFiles:
    """Short file ids of one key and the rule of its secret.

    ``expected_bytes`` is how much of the certificate is asked for at once where extended length works; ``tries`` the
    counter's start.
    """

    certificate: int
    authority: int
    key: int
    secret: int
    expected_bytes: int
    digits_only: bool
    minimum: int
    maximum: int
    tries: int

    def normalise_secret(self, use: KeyUse, secret: bytearray) -> None:
        """Check a secret's form and make its letters capital, in place, so that an impossible one costs no try.

        Raises:
            SecretFormat: wrong length, or a character that the secret cannot have.
        """
        if not self.minimum <= len(secret) <= self.maximum:
            raise SecretFormat(use=use)
        for position, byte in enumerate(secret):
            if 0x61 <= byte <= 0x7A and not self.digits_only:
                secret[position] = byte - 0x20
            elif not (0x30 <= byte <= 0x39 or (0x41 <= byte <= 0x5A and not self.digits_only)):
                raise SecretFormat(use=use)


@dataclass(frozen=True, slots=True)
class SignatureScheme:
    """How a key of ``key_type`` signs: JWA name, digest, P1 of the command, and what the card is given."""

    key_type: str
    algorithm: Literal["RS256", "ES384"]
    digest: Literal["sha256", "sha384"]
    p1: int
    input: Literal["digest_info", "digest"]


@dataclass(frozen=True, slots=True)
class CardProfile:
    """One kind of card."""

    name: str
    application: bytes
    token_info: int
    presence: int
    authentication: KeyFiles
    signing: KeyFiles
    signature: SignatureScheme

    def files(self, use: KeyUse) -> KeyFiles:
        """Return the files of one key."""
        return self.authentication if use is KeyUse.AUTHENTICATION else self.signing


@dataclass(frozen=True, slots=True)
class Policies:
    """Policy OIDs a certificate may have for one use."""

    production: frozenset[str]
    test: frozenset[str]


@dataclass(frozen=True, slots=True)
class ProfileTable:
    """All that ``card_profiles.toml`` says."""

    residence_application: bytes
    max_certificate_bytes: int
    tokens: dict[str, str]
    policies: dict[KeyUse, Policies]
    profiles: tuple[CardProfile, ...]

    def scheme(self, key_type: str) -> SignatureScheme | None:
        """Return how keys of ``key_type`` (``rsa`` or a curve's name) sign; None where no profile knows them."""
        return next((item.signature for item in self.profiles if item.signature.key_type == key_type), None)


@cache
def profile_table() -> ProfileTable:
    """Return the table, read once a process.

    Raises:
        CardProfileError: the file is missing or says something impossible.
    """
    try:
        raw = tomllib.loads((config_dir() / _FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CardProfileError(file=_FILE) from error
    return parse_table(raw)


def parse_table(raw: dict[str, Any]) -> ProfileTable:
    """Turn the file's content into the table.

    Raises:
        CardProfileError: a name is missing or unknown, or a value is impossible.
    """
    try:
        return ProfileTable(
            residence_application=bytes.fromhex(raw["residence_application"]),
            max_certificate_bytes=int(raw["max_certificate_bytes"]),
            tokens={str(name): str(kind) for name, kind in raw["tokens"].items()},
            policies={use: _policies(raw["policies"][use.value]) for use in KeyUse},
            profiles=tuple(_profile(item) for item in raw["profile"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CardProfileError(file=_FILE) from error


def _policies(raw: dict[str, list[str]]) -> Policies:
    return Policies(frozenset(raw["production"]), frozenset(raw["test"]))


def _profile(raw: dict[str, Any]) -> CardProfile:
    values = dict(raw)
    values["application"] = bytes.fromhex(values["application"])
    values["authentication"] = _key_files(values["authentication"])
    values["signing"] = _key_files(values["signing"])
    values["signature"] = _signature(values["signature"])
    for name in ("token_info", "presence"):
        _short_id(values[name])
    return CardProfile(**values)


def _key_files(raw: dict[str, Any]) -> KeyFiles:
    files = KeyFiles(**raw)
    for short_id in (files.certificate, files.authority, files.key, files.secret):
        _short_id(short_id)
    if not 1 <= files.minimum <= files.maximum <= 16 or files.expected_bytes < 1:
        raise ValueError("impossible lengths")
    return files


def _signature(raw: dict[str, Any]) -> SignatureScheme:
    if (raw["algorithm"], raw["digest"]) not in {("RS256", "sha256"), ("ES384", "sha384")}:
        raise ValueError("algorithm and digest do not go together")
    if raw["input"] not in {"digest_info", "digest"}:
        raise ValueError("unknown input")
    return SignatureScheme(**raw)


def _short_id(value: Any) -> None:
    if not isinstance(value, int) or not 1 <= value <= _MAX_SHORT_ID:
        raise ValueError("not a short file id")
