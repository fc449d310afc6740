"""Certificates of the JPKI: reading them. No I/O; the portal reads them with this file too.

Profile: J-LIS certificate profile 3.2 (2026-03-31). The signing certificate carries four attributes in its
subjectAltName as otherNames under 1.2.392.200149.8.5.5; the authentication certificate carries none, and the
common name of either is an opaque text, never a person's name.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from asn1crypto import core, x509

_ATTRIBUTE_ARC = "1.2.392.200149.8.5.5."
NAME = f"{_ATTRIBUTE_ARC}1"
NAME_SUBSTITUTES = f"{_ATTRIBUTE_ARC}2"
SEX = f"{_ATTRIBUTE_ARC}3"
BIRTH_DATE = f"{_ATTRIBUTE_ARC}4"
ADDRESS = f"{_ATTRIBUTE_ARC}5"
ADDRESS_SUBSTITUTES = f"{_ATTRIBUTE_ARC}6"

_SHORT_NAMES = {
    "country_name": "C",
    "organization_name": "O",
    "organizational_unit_name": "OU",
    "locality_name": "L",
    "state_or_province_name": "ST",
    "common_name": "CN",
}
_BIRTH_DATE = re.compile(r"[^\s]?([0-9]{4})([0-9]{2})([0-9]{2})", re.ASCII)
_MAX_NAME = 200
_MAX_ADDRESS = 2_000


class CertificateFormatError(ValueError):
    """The bytes are no certificate of this profile. The text names the rule that is broken, never a value."""


@dataclass(frozen=True, slots=True)
class Attributes:
    """The four attributes (基本4情報) of a signing certificate. None of them shows in a ``repr``."""

    name: str = field(repr=False)
    birth_date_text: str = field(repr=False)
    """``YYYY-MM-DD``, with zeros for unknown parts."""
    birth_date: date | None = field(repr=False)
    """None where a part is unknown."""
    sex: str = field(repr=False)
    """1 male, 2 female, 3 unknown."""
    address: str = field(repr=False)
    name_substituted: tuple[int, ...] = field(repr=False, default=())
    """Positions (from 0) where a substitute character stands for one that certificates cannot hold."""
    address_substituted: tuple[int, ...] = field(repr=False, default=())


@dataclass(frozen=True, slots=True)
class Certificate:
    """What this program wants to know of a certificate. Nothing that could name a person shows in a ``repr``."""

    der: bytes = field(repr=False)
    subject: str = field(repr=False)
    """Such as ``C=JP, CN=…``; the common name is opaque."""
    issuer: str
    serial_number: int = field(repr=False)
    not_before: datetime
    not_after: datetime
    """The last moment of validity, UTC."""
    key_type: str
    """``rsa`` or the name of a curve, such as ``secp384r1``."""
    key_bits: int
    signature_bytes: int
    """Length of a signature by this key: the modulus, or raw r‖s."""
    hash_algorithm: str
    """Of the issuer's signature, such as ``sha256``."""
    policies: frozenset[str]
    key_usage: frozenset[str]
    """Names as in RFC 5280 with underscores, such as ``digital_signature``."""
    critical_extensions: frozenset[str]
    is_ca: bool
    attributes: Attributes | None
    """None where the certificate has none of them (authentication certificates, CAs)."""

    @property
    def subject_organisation(self) -> str:
        """The O of the subject; empty where there is none."""
        parts = (part.split("=", 1) for part in self.subject.split(", "))
        return next((pair[1] for pair in parts if pair[0] == "O"), "")


def parse(der: bytes) -> Certificate:
    """Read a DER certificate.

    Raises:
        CertificateFormatError: it is none, or breaks the profile of the attributes.
    """
    try:
        # asn1crypto parses lazily: everything wanted is read here, so that nothing can fail later.
        return _read(der, x509.Certificate.load(der, strict=True))
    except CertificateFormatError:
        raise
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError):
        # The libraries' own texts can quote the content, so they are not passed on.
        raise CertificateFormatError("not a certificate") from None


def _read(der: bytes, raw: Any) -> Certificate:
    key_type, key_bits, signature_bytes = _key(raw.public_key)
    usage = raw.key_usage_value
    constraints = raw.basic_constraints_value
    policies = raw.certificate_policies_value
    return Certificate(
        der=bytes(der),
        subject=_name(raw.subject),
        issuer=_name(raw.issuer),
        serial_number=int(raw.serial_number),
        not_before=raw.not_valid_before,
        not_after=raw.not_valid_after,
        key_type=key_type,
        key_bits=key_bits,
        signature_bytes=signature_bytes,
        hash_algorithm=str(raw["signature_algorithm"].hash_algo),
        policies=frozenset(str(item["policy_identifier"].dotted) for item in policies or ()),
        key_usage=frozenset(usage.native) if usage is not None else frozenset(),
        critical_extensions=frozenset(str(name) for name in raw.critical_extensions),
        is_ca=bool(constraints is not None and constraints["ca"].native),
        attributes=_attributes(raw.subject_alt_name_value),
    )


def _key(info: Any) -> tuple[str, int, int]:
    if info.algorithm == "rsa":
        bits = int(info.bit_size)
        return "rsa", bits, (bits + 7) // 8
    if info.algorithm == "ec":
        kind, curve = info.curve
        if kind != "named":
            raise CertificateFormatError("a curve without a name")
        bits = int(info.bit_size)
        return str(curve), bits, 2 * ((bits + 7) // 8)
    raise CertificateFormatError("a key of an unknown kind")


def _name(name: Any) -> str:
    parts: list[str] = []
    for relative in name.chosen:
        for pair in relative:
            kind = str(pair["type"].native)
            parts.append(f"{_SHORT_NAMES.get(kind, kind)}={_visible(str(pair['value'].native), 500)}")
    return ", ".join(parts)


def _attributes(alternative_names: Any) -> Attributes | None:
    found: dict[str, str] = {}
    for general in alternative_names or ():
        if general.name != "other_name":
            continue
        oid = str(general.chosen["type_id"].dotted)
        if not oid.startswith(_ATTRIBUTE_ARC):
            continue
        if oid in found:
            raise CertificateFormatError("an attribute twice")
        found[oid] = _text(general.chosen["value"])
    if not found:
        return None
    if missing := {NAME, BIRTH_DATE, SEX, ADDRESS} - found.keys():
        raise CertificateFormatError(f"{len(missing)} attributes missing")
    return _checked(found)


def _text(value: Any) -> str:
    text = value.parse(core.UTF8String) if isinstance(value, core.Any) else value
    if not isinstance(text, core.UTF8String):
        raise CertificateFormatError("an attribute that is not a UTF8String")
    return str(text.native)


def _checked(found: dict[str, str]) -> Attributes:
    text, day = _birth_date(found[BIRTH_DATE])
    if found[SEX] not in {"1", "2", "3"}:
        raise CertificateFormatError("an unknown code for sex")
    name, address = _visible(found[NAME], _MAX_NAME), _visible(found[ADDRESS], _MAX_ADDRESS)
    if not name.strip():
        raise CertificateFormatError("an empty name")
    return Attributes(
        name=name,
        birth_date_text=text,
        birth_date=day,
        sex=found[SEX],
        address=address,
        name_substituted=_positions(found.get(NAME_SUBSTITUTES, ""), name),
        address_substituted=_positions(found.get(ADDRESS_SUBSTITUTES, ""), address),
    )


def _birth_date(value: str) -> tuple[str, date | None]:
    # EYYYYMMDD: E is a digit for the Japanese era and may be anything; the year is Gregorian.
    match = _BIRTH_DATE.fullmatch(value)
    if match is None:
        raise CertificateFormatError("a birth date of another form")
    year, month, day = (int(part) for part in match.groups())
    text = "-".join(match.groups())
    try:
        # A leap year stands in for an unknown year, so that 29 February with no year is possible.
        known = date(year or 2000, month or 1, day or 1)
    except ValueError:
        raise CertificateFormatError("a birth date that does not exist") from None
    return text, known if year and month and day else None


def _visible(text: str, limit: int) -> str:
    """Return ``text`` unless it is too long or could steer a terminal."""
    if len(text) > limit or any(unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"} for letter in text):
        raise CertificateFormatError("text that cannot be shown")
    return text


def _positions(flags: str, text: str) -> tuple[int, ...]:
    if not all(flag in "01" for flag in flags):
        raise CertificateFormatError("marks of substitute characters that are no digits")
    return tuple(position for position, flag in enumerate(flags) if flag == "1" and position < len(text))
