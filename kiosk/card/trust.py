"""Which CAs are believed, and for what. Anchors are files in a folder that the settings name.

The JPKI has several generations of self-signed roots under one name, so an issuer is found by its signature, never by
its name alone. Certificates of roots that a card brings along are not believed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.card.certificates import Certificate, CertificateFormatError, parse
from kiosk.card.errors import CertificateExpired, CertificateNotYetValid, CertificateUntrusted
from kiosk.card.profile import KeyUse, profile_table
from kiosk.clock import japan_date
from kiosk.errors import SettingsError

if TYPE_CHECKING:
    from cryptography import x509

_SUFFIXES = frozenset({".pem", ".crt", ".cer", ".der"})
_PRODUCTION = "JPKI"
_HASHES = frozenset({"sha256", "sha384", "sha512"})
_KNOWN_CRITICAL = frozenset({"key_usage", "certificate_policies", "basic_constraints", "subject_alt_name"})
_REQUIRED_USAGE = {
    KeyUse.AUTHENTICATION: frozenset({"digital_signature"}),
    KeyUse.SIGNING: frozenset({"digital_signature", "non_repudiation"}),
}


@dataclass(frozen=True, slots=True)
class Anchor:
    """One trusted root. ``test`` is true for anything that is not organisation ``JPKI``."""

    certificate: Certificate
    test: bool
    x509: x509.Certificate = field(repr=False)


class TrustStore:
    """The roots a station or a portal trusts."""

    def __init__(self, anchors: tuple[Anchor, ...]) -> None:
        self.anchors = anchors

    @classmethod
    def load(cls, folder: Path) -> TrustStore:
        """Read every ``.pem``, ``.crt``, ``.cer`` and ``.der`` file of ``folder``; a PEM file may hold several roots.

        A folder without such files gives a store that trusts nobody.

        Raises:
            SettingsError: the folder cannot be read, or a file holds something else than CA certificates.
        """
        try:
            files = sorted(path for path in folder.iterdir() if path.suffix.lower() in _SUFFIXES)
            return cls(tuple(anchor for path in files for anchor in _anchors(path.name, path.read_bytes())))
        except OSError as error:
            raise SettingsError(name="card.trust_anchors") from error

    def find_issuer(self, certificate: Certificate) -> Anchor | None:
        """Return the anchor whose key signed ``certificate``; None where there is none."""
        from cryptography import x509
        from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

        if certificate.hash_algorithm not in _HASHES:
            return None
        try:
            issued = x509.load_der_x509_certificate(certificate.der)
        except ValueError:
            return None
        for anchor in self.anchors:
            try:
                issued.verify_directly_issued_by(anchor.x509)
            except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
                continue
            return anchor
        return None

    def verify_issued(self, certificate: Certificate, at: datetime, use: KeyUse) -> Anchor:
        """Check signature, purpose, policy and validity of a holder's certificate; revocation is the portal's to check.

        Args:
            certificate: of the holder.
            at: the moment it is used, aware of its zone.
            use: what it is used for.

        Returns:
            The anchor that issued it.

        Raises:
            CertificateUntrusted: no anchor signed it, or it is not for this use; ``reason`` says which.
            CertificateExpired, CertificateNotYetValid: by ``at``.
        """
        anchor = self.find_issuer(certificate)
        if anchor is None:
            raise CertificateUntrusted(use=use, reason="issuer")
        if reason := _wrong_purpose(certificate, use, anchor):
            raise CertificateUntrusted(use=use, reason=reason)
        if not anchor.certificate.not_before <= at <= anchor.certificate.not_after:
            raise CertificateUntrusted(use=use, reason="anchor-validity")
        check_validity(certificate, at, use)
        return anchor


def check_validity(certificate: Certificate, at: datetime, use: KeyUse) -> None:
    """Check the dates alone.

    Raises:
        CertificateExpired, CertificateNotYetValid: by ``at``.
    """
    if at < certificate.not_before:
        raise CertificateNotYetValid(use=use, not_before=japan_date(certificate.not_before).isoformat())
    if at > certificate.not_after:
        raise CertificateExpired(use=use, not_after=japan_date(certificate.not_after).isoformat())


def _wrong_purpose(certificate: Certificate, use: KeyUse, anchor: Anchor) -> str:
    policies = profile_table().policies[use]
    accepted = policies.production | policies.test if anchor.test else policies.production
    if certificate.is_ca:
        return "ca"
    if not certificate.critical_extensions <= _KNOWN_CRITICAL:
        return "critical-extension"
    if not certificate.policies & accepted:
        return "policy"
    usage = certificate.key_usage
    if not usage >= _REQUIRED_USAGE[use] or (use is KeyUse.AUTHENTICATION and "non_repudiation" in usage):
        return "key-usage"
    return ""


def _anchors(name: str, content: bytes) -> list[Anchor]:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    try:
        if b"-----BEGIN" in content:
            loaded = x509.load_pem_x509_certificates(content)
        else:
            loaded = [x509.load_der_x509_certificate(content)]
        parsed = [(item, parse(item.public_bytes(Encoding.DER))) for item in loaded]
    except (ValueError, CertificateFormatError) as error:
        raise SettingsError(file=name) from error
    if not all(certificate.is_ca for _, certificate in parsed):
        raise SettingsError(file=name)
    return [Anchor(certificate, certificate.subject_organisation != _PRODUCTION, item) for item, certificate in parsed]
