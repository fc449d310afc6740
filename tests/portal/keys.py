"""Invented keys and certificates of each kind, and signers that work like a card: certificate out, key never."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from kiosk.portal.signing import Signed

Kind = Literal["RS256", "ES256", "ES384"]
KINDS: tuple[Kind, ...] = ("RS256", "ES256", "ES384")
MOMENT = datetime(2026, 11, 22, 3, 4, 5, 678_900, tzinfo=UTC)
_Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass
class KeySigner:
    """A signer with a key in memory; ``messages`` is what it was asked to sign."""

    kind: Kind
    key: _Key = field(repr=False)
    certificate: bytes = field(repr=False)
    issuer: bytes = field(repr=False)
    messages: list[bytes] = field(default_factory=list[bytes], repr=False)

    def sign(self, message: bytes) -> Signed:
        self.messages.append(message)
        if isinstance(self.key, rsa.RSAPrivateKey):
            return Signed(self.kind, self.key.sign(message, padding.PKCS1v15(), SHA256()))
        size = self.key.key_size // 8
        der = self.key.sign(message, ec.ECDSA(SHA384() if self.kind == "ES384" else SHA256()))
        return Signed(self.kind, b"".join(part.to_bytes(size) for part in decode_dss_signature(der)))


def signer(kind: Kind = "RS256", purpose: str = "sign") -> KeySigner:
    """Return a new signer; the key of a kind and purpose is made once."""
    key, certificate, issuer = _material(kind, purpose)
    return KeySigner(kind, key, certificate, issuer)


@cache
def new_key(kind: str) -> _Key:
    curves = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "P-521": ec.SECP521R1()}
    return ec.generate_private_key(curves[kind]) if kind in curves else rsa.generate_private_key(65537, 2048)


@cache
def _material(kind: str, purpose: str) -> tuple[_Key, bytes, bytes]:
    authority = new_key("RS256")
    ca = certificate_for(authority, authority, "KAKUU MIHON CA", is_ca=True, signing=True)
    key = new_key(kind) if purpose == "sign" else _another_key(kind)
    leaf = certificate_for(key, authority, "KAKUU MIHON", is_ca=False, signing=purpose == "sign")
    return key, leaf, ca


@cache
def _another_key(kind: str) -> _Key:
    return new_key.__wrapped__(kind)


def certificate_for(key: _Key, authority: _Key, name: str, *, is_ca: bool, signing: bool) -> bytes:
    """Return a certificate, DER, valid for a month before and after ``MOMENT``."""
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=signing,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_ca,
        crl_sign=is_ca,
        encipher_only=False,
        decipher_only=False,
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "KAKUU MIHON CA")]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(MOMENT - timedelta(days=30))
        .not_valid_after(MOMENT + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .add_extension(usage, critical=True)
    )
    return builder.sign(authority, SHA256()).public_bytes(Encoding.DER)
