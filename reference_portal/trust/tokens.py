"""Check the signature of an authentication token."""

from __future__ import annotations

import base64
import binascii

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, HashAlgorithm

from kiosk.portal.canonical import token_digest
from kiosk.portal.contract import AuthToken, ProblemCode
from reference_portal.errors import Refusal

_CURVES: dict[str, tuple[type[ec.EllipticCurve], HashAlgorithm]] = {
    "ES256": (ec.SECP256R1, SHA256()),
    "ES384": (ec.SECP384R1, SHA384()),
}
_MINIMUM_RSA_BITS = 2048


def decode_base64(text: str) -> bytes:
    """Return the bytes of strict base64.

    Raises:
        Refusal: ``malformed``.
    """
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refusal(ProblemCode.MALFORMED) from error


def token_holds(token: AuthToken, tag: str, origin: str, nonce: str, device_id: str) -> bool:
    """Tell whether the token's own certificate signed this tag, origin, nonce and device.

    Whether that certificate is to be trusted is another question.
    """
    message = token_digest(tag, origin, nonce, device_id)
    try:
        key = x509.load_der_x509_certificate(decode_base64(token.unverified_certificate)).public_key()
        _verify(key, token.algorithm, decode_base64(token.signature), message)
    except (InvalidSignature, ValueError, TypeError, Refusal):
        return False
    return True


def _verify(key: object, algorithm: str, signature: bytes, message: bytes) -> None:
    if algorithm == "RS256":
        if not isinstance(key, rsa.RSAPublicKey) or key.key_size < _MINIMUM_RSA_BITS:
            raise ValueError("the key does not fit the algorithm")
        key.verify(signature, message, padding.PKCS1v15(), SHA256())
        return
    curve, digest = _CURVES[algorithm]
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, curve):
        raise ValueError("the key does not fit the algorithm")
    size = (key.curve.key_size + 7) // 8
    if len(signature) != 2 * size:
        raise ValueError("not a raw signature of this curve")
    r, s = int.from_bytes(signature[:size], "big"), int.from_bytes(signature[size:], "big")
    key.verify(encode_dss_signature(r, s), message, ec.ECDSA(digest))
