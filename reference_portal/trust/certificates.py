"""Check one certificate: chain, policy, key usage, validity and revocation."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime
from typing import Any

from asn1crypto import x509
from pyhanko_certvalidator import CertificateValidator, errors
from pyhanko_certvalidator.policy_decl import PKIXValidationParams

from kiosk.card.profile import KeyUse, profile_table
from kiosk.portal.contract import ProblemCode
from reference_portal.errors import Refusal
from reference_portal.trust.anchors import TrustState

_PRODUCTION = "JPKI"
_NEEDED: dict[KeyUse, set[str]] = {
    KeyUse.SIGNING: {"digital_signature", "non_repudiation"},
    KeyUse.AUTHENTICATION: {"digital_signature"},
}


def silence_libraries() -> None:
    """Keep pyHanko from logging: its records hold subject names and tracebacks."""
    for name in ("pyhanko", "pyhanko_certvalidator"):
        logger = logging.getLogger(name)
        logger.handlers = [logging.NullHandler()]
        logger.propagate = False


def check_certificate(der: bytes, use: KeyUse, trust: TrustState, moment: datetime) -> None:
    """Check that a certificate was issued by a trusted CA for ``use`` and is good at ``moment``.

    Raises:
        Refusal: ``certificate-untrusted`` (chain, policy, key usage), ``certificate-expired``,
            ``certificate-revoked`` or ``revocation-unknown`` (no current revocation list).
    """
    try:
        certificate = x509.Certificate.load(der, strict=True)
        policies = _accepted_policies(certificate, use)
        named = {item["policy_identifier"].dotted for item in certificate.certificate_policies_value or ()}
        usage: set[str] = set(certificate.key_usage_value.native if certificate.key_usage_value else ())
        parameters = PKIXValidationParams(user_initial_policy_set=policies, initial_explicit_policy=True)
        validator = CertificateValidator(
            certificate, validation_context=trust.context(certificate, moment), pkix_params=parameters
        )
        asyncio.run(validator.async_validate_usage(_NEEDED[use]))
    except Exception as error:
        # ``None``: the error quotes the certificate, and nothing of it may reach a log.
        raise Refusal(_code(error)) from None
    # The path check also lets anyPolicy through, but a certificate of the JPKI names its policy. An authentication
    # key must not be one that signs documents.
    if not named & policies or (use is KeyUse.AUTHENTICATION and "non_repudiation" in usage):
        raise Refusal(ProblemCode.CERTIFICATE_UNTRUSTED)


def _accepted_policies(certificate: Any, use: KeyUse) -> frozenset[str]:
    """Return the policies for ``use``; test ones only below a CA that is not the JPKI's.

    The issuer's name is only claimed here, but a chain to an anchor of that very name has to follow.
    """
    table = profile_table().policies[use]
    production = certificate.issuer.native.get("organization_name") == _PRODUCTION
    return table.production if production else table.production | table.test


def _code(error: Exception) -> ProblemCode:
    match error:
        case errors.RevokedError():
            return ProblemCode.CERTIFICATE_REVOKED
        case errors.ExpiredError():
            return ProblemCode.CERTIFICATE_EXPIRED
        case errors.InsufficientRevinfoError():  # includes a stale list
            return ProblemCode.REVOCATION_UNKNOWN
        case _:
            return ProblemCode.CERTIFICATE_UNTRUSTED
