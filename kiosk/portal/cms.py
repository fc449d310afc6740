"""Detached CMS signatures with CAdES-BES attributes, made with a key that only signs and never shows itself.

RFC 5652 for the message, RFC 5035 for the signing-certificate attribute, ETSI EN 319 122-1 for the set of attributes.
This is the only file of the portal room that touches asn1crypto; the server verifies with another library.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any, NamedTuple

from asn1crypto import algos, cms, core, tsp, x509

from kiosk.portal.errors import SigningImpossible
from kiosk.portal.signing import Algorithm, Signed, Signer

_LAST_UTC_TIME_YEAR = 2049  # RFC 5652, 11.3: UTCTime through 2049, GeneralizedTime after


class _Scheme(NamedTuple):
    """How one kind of key signs: hash, CMS name of the signature algorithm, length of each half of r‖s."""

    algorithm: Algorithm
    digest: str
    signature: str
    half: int


_SCHEMES = {
    "rsa": _Scheme("RS256", "sha256", "sha256_rsa", 0),
    "secp256r1": _Scheme("ES256", "sha256", "sha256_ecdsa", 32),
    "secp384r1": _Scheme("ES384", "sha384", "sha384_ecdsa", 48),
}


def sign_detached(content: bytes, signer: Signer, moment: datetime) -> bytes:
    """Return a detached CMS ``SignedData`` over ``content``, DER, with the signer's certificate in it.

    The signed attributes are content type, message digest, signing time and signing certificate (version 2). The key
    is asked once, for the DER of those attributes. SHA-256 for RSA and P-256, SHA-384 for P-384.

    Args:
        content: the exact bytes that are signed; they are not part of the result.
        signer: key and certificate.
        moment: the signing time, aware of its zone.

    Raises:
        SigningImpossible: the certificate cannot be read, its key is of another kind, or the signature does not fit.
    """
    certificate, scheme = _read(signer.certificate)
    attributes = _attributes(content, certificate, scheme, moment)
    signature = _cms_signature(signer.sign(attributes.dump()), scheme)
    info = cms.SignerInfo(
        {
            "version": "v1",
            "sid": {
                "issuer_and_serial_number": {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
            },
            "digest_algorithm": {"algorithm": scheme.digest},
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": scheme.signature},
            "signature": signature,
        }
    )
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [{"algorithm": scheme.digest}],
            "encap_content_info": {"content_type": "data"},
            "certificates": [certificate],
            "signer_infos": [info],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())


def algorithm_of(certificate: bytes) -> Algorithm:
    """Return the algorithm that the key of a DER ``certificate`` signs with.

    Raises:
        SigningImpossible: the certificate cannot be read or its key is of another kind.
    """
    return _read(certificate)[1].algorithm


def _read(der: bytes) -> tuple[Any, _Scheme]:
    try:
        certificate = x509.Certificate.load(der, strict=True)
        # Forces the lazy parser, so that a lying length fails here and not in the middle of a signature.
        _ = certificate.issuer.native, certificate.serial_number
        key = certificate.public_key
        kind = key.algorithm if key.algorithm != "ec" else key.curve[1]
    except (ValueError, TypeError, KeyError) as error:
        raise SigningImpossible(reason="certificate") from error
    scheme = _SCHEMES.get(str(kind))
    if scheme is None:
        raise SigningImpossible(reason="key")
    return certificate, scheme


def _attributes(content: bytes, certificate: Any, scheme: _Scheme, moment: datetime) -> Any:
    values: dict[str, Any] = {
        "content_type": "data",
        "message_digest": hashlib.new(scheme.digest, content).digest(),
        "signing_time": _time(moment),
        "signing_certificate_v2": tsp.SigningCertificateV2({"certs": [_certificate_id(certificate, scheme)]}),
    }
    return cms.CMSAttributes([cms.CMSAttribute({"type": name, "values": [value]}) for name, value in values.items()])


def _time(moment: datetime) -> Any:
    moment = moment.astimezone(UTC).replace(microsecond=0)
    if moment.year <= _LAST_UTC_TIME_YEAR:
        return cms.Time({"utc_time": core.UTCTime(moment)})
    return cms.Time({"generalized_time": core.GeneralizedTime(moment)})


def _certificate_id(certificate: Any, scheme: _Scheme) -> Any:
    issuer = x509.GeneralNames([x509.GeneralName({"directory_name": certificate.issuer})])
    return tsp.ESSCertIDv2(
        {
            "hash_algorithm": {"algorithm": scheme.digest},
            "cert_hash": hashlib.new(scheme.digest, certificate.dump()).digest(),
            "issuer_serial": {"issuer": issuer, "serial_number": certificate.serial_number},
        }
    )


def _cms_signature(signed: Signed, scheme: _Scheme) -> bytes:
    algorithm, signature = signed
    if algorithm != scheme.algorithm:
        raise SigningImpossible(reason="algorithm")
    if not scheme.half:
        return signature
    if len(signature) != 2 * scheme.half:
        raise SigningImpossible(reason="length")
    r, s = (int.from_bytes(part) for part in (signature[: scheme.half], signature[scheme.half :]))
    return bytes(algos.DSASignature({"r": r, "s": s}).dump())
