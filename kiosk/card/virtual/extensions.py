"""The extensions of the JPKI certificate profile, on invented certificates.

Sources: J-LIS certificate profile 3.2; output of openssl on real certificates as published: policies critical with a
CPS address, a distribution point that is a directory name, an issuerAltName, otherNames in the order 1, 4, 3, 5, 2, 6.
"""

from __future__ import annotations

from asn1crypto import core
from cryptography import x509
from cryptography.x509.oid import NameOID

from kiosk.card import certificates
from kiosk.card.profile import KeyUse, profile_table
from kiosk.card.virtual.holder import Holder

ORGANISATION = "JPKI-TEST"
"""The organisation of test cards: a store never takes it for the real ``JPKI``."""

_CPS = "http://www.jpki.go.jp/cps.html"
_UNITS = {KeyUse.SIGNING: "JPKI for digital signature", KeyUse.AUTHENTICATION: "JPKI for user authentication"}
_TESTERS = ("Invented for tests of a residence filing kiosk", "Not issued by any authority, worth nothing")


def ca_name(use: KeyUse) -> x509.Name:
    """Return the name of the test CA for one use; all its generations share it."""
    return x509.Name(_ca_parts(use))


def partition_name(use: KeyUse, partition: tuple[str, str]) -> x509.Name:
    """Return the directory name of the revocation list of one municipality, (prefecture, municipality)."""
    prefecture, municipality = partition
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, _UNITS[use]),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "CRL Distribution Points"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, prefecture),
            x509.NameAttribute(NameOID.COMMON_NAME, municipality),
        ]
    )


def subject_name(use: KeyUse, holder: Holder, opaque: str) -> x509.Name:
    """Return a holder's subject; its common name is ``opaque`` and says nothing about the person."""
    places = [holder.prefecture, holder.municipality] if use is KeyUse.SIGNING else []
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            *(x509.NameAttribute(NameOID.LOCALITY_NAME, place) for place in places),
            x509.NameAttribute(NameOID.COMMON_NAME, opaque),
        ]
    )


def holder_extensions(use: KeyUse, holder: Holder) -> list[tuple[x509.ExtensionType, bool]]:
    """Return the extensions of a holder's certificate, each with whether it is critical."""
    partition = (holder.prefecture, holder.municipality)
    point = x509.DistributionPoint([x509.DirectoryName(partition_name(use, partition))], None, None, None)
    found: list[tuple[x509.ExtensionType, bool]] = [
        (_key_usage(signing=use is KeyUse.SIGNING), True),
        (_policies(use), True),
        (_issuer_alternative_name(), False),
        (x509.CRLDistributionPoints([point]), False),
    ]
    if use is KeyUse.SIGNING:
        found.append((_attributes(holder), False))
    return found


def _ca_parts(use: KeyUse) -> list[x509.NameAttribute[str]]:
    return [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION),
        x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, _UNITS[use]),
        *(x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, tester) for tester in _TESTERS),
    ]


def _key_usage(*, signing: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=signing,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _policies(use: KeyUse) -> x509.CertificatePolicies:
    oid = min(profile_table().policies[use].test)
    return x509.CertificatePolicies([x509.PolicyInformation(x509.ObjectIdentifier(oid), [_CPS])])


def _issuer_alternative_name() -> x509.IssuerAlternativeName:
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "公的個人認証サービス（試験用）"),
        ]
    )
    return x509.IssuerAlternativeName([x509.DirectoryName(name)])


def _attributes(holder: Holder) -> x509.SubjectAlternativeName:
    values = (
        (certificates.NAME, holder.name),
        (certificates.BIRTH_DATE, holder.birth_attribute),
        (certificates.SEX, holder.sex),
        (certificates.ADDRESS, holder.address),
        (certificates.NAME_SUBSTITUTES, holder.flags(holder.name_substituted, holder.name)),
        (certificates.ADDRESS_SUBSTITUTES, holder.flags(holder.address_substituted, holder.address)),
    )
    return x509.SubjectAlternativeName(
        [x509.OtherName(x509.ObjectIdentifier(oid), core.UTF8String(text).dump()) for oid, text in values]
    )
