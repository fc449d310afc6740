"""A CA for certificates that no honest authority would issue: each property can be another than the JPKI's."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.reference_portal.people import CardKey

SIGNING = "1.2.392.200149.8.5.1.1.20"
SIGNING_TEST = "1.2.392.200149.8.5.1.0.20"
AUTHENTICATION_TEST = "1.2.392.200149.8.5.1.2.30"
ANY_POLICY = "2.5.29.32.0"


def _name(organisation: str, common: str) -> x509.Name:
    parts = {NameOID.COUNTRY_NAME: "JP", NameOID.ORGANIZATION_NAME: organisation, NameOID.COMMON_NAME: common}
    return x509.Name([x509.NameAttribute(kind, value) for kind, value in parts.items()])


def _usage(*named: str) -> x509.KeyUsage:
    every = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: name in named for name in every})


@dataclass
class SmallCa:
    """A root of one organisation."""

    now: datetime
    organisation: str = "JPKI-TEST"
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP384R1()))

    @property
    def name(self) -> x509.Name:
        return _name(self.organisation, "KAKUU CA")

    def root(self) -> x509.Certificate:
        builder = self._builder(self.name, self.key.public_key(), (self.now - timedelta(days=9), timedelta(days=999)))
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        return builder.add_extension(_usage("key_cert_sign", "crl_sign"), critical=True).sign(self.key, SHA256())

    def crl(self, *, signer: ec.EllipticCurvePrivateKey | None = None) -> bytes:
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.name)
            .last_update(self.now - timedelta(hours=1))
            .next_update(self.now + timedelta(days=1))
        )
        return builder.sign(signer or self.key, SHA256()).public_bytes(Encoding.DER)

    def publish(self, folder: Path, *, crl: bytes | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "small.pem").write_bytes(self.root().public_bytes(Encoding.PEM))
        (folder / "small.crl").write_bytes(self.crl() if crl is None else crl)

    def issue(
        self,
        policy: str,
        usage: tuple[str, ...] = ("digital_signature",),
        life: timedelta = timedelta(days=30),
    ) -> CardKey:
        """Issue a certificate for a new key."""
        key = ec.generate_private_key(ec.SECP256R1())
        validity = (self.now - timedelta(days=2), life)
        builder = self._builder(_name(self.organisation, "KAKUU"), key.public_key(), validity)
        information = x509.PolicyInformation(x509.ObjectIdentifier(policy), None)
        builder = builder.add_extension(x509.CertificatePolicies([information]), critical=True)
        made = builder.add_extension(_usage(*usage), critical=True).sign(self.key, SHA256())
        private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        return CardKey(made.public_bytes(Encoding.DER), private)

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey, validity: tuple[datetime, timedelta]
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(validity[0])
            .not_valid_after(validity[0] + validity[1])
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        )
