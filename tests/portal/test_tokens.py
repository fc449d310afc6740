from __future__ import annotations

import base64

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384

from kiosk.portal.canonical import LOGIN_TAG, REGISTRATION_TAG, token_digest
from kiosk.portal.contract import AuthToken
from kiosk.portal.errors import SigningImpossible
from kiosk.portal.signing import Signed
from kiosk.portal.tokens import build_token
from tests.portal.keys import KINDS, KeySigner, Kind, signer

ORIGIN, NONCE, DEVICE = "https://portal.example.com", "bm9uY2U=", "station-1"


def verify(token: AuthToken, message: bytes) -> None:
    key = x509.load_der_x509_certificate(base64.b64decode(token.unverified_certificate)).public_key()
    signature = base64.b64decode(token.signature)
    if isinstance(key, rsa.RSAPublicKey):
        return key.verify(signature, message, padding.PKCS1v15(), SHA256())
    assert isinstance(key, ec.EllipticCurvePublicKey)
    half = len(signature) // 2
    der = encode_dss_signature(int.from_bytes(signature[:half]), int.from_bytes(signature[half:]))
    return key.verify(der, message, ec.ECDSA(SHA384() if token.algorithm == "ES384" else SHA256()))


@pytest.mark.parametrize("kind", KINDS)
def test_the_message_is_the_token_digest(kind: Kind) -> None:
    token = build_token(LOGIN_TAG, ORIGIN, NONCE, DEVICE, signer(kind, "auth"))
    assert token.algorithm == kind
    verify(token, token_digest(LOGIN_TAG, ORIGIN, NONCE, DEVICE))


@pytest.mark.parametrize(
    "other",
    [
        (REGISTRATION_TAG, ORIGIN, NONCE, DEVICE),
        (LOGIN_TAG, "https://other.example.com", NONCE, DEVICE),
        (LOGIN_TAG, ORIGIN, "bm9uY2Y=", DEVICE),
        (LOGIN_TAG, ORIGIN, NONCE, "station-2"),
        (LOGIN_TAG, ORIGIN + NONCE, "", DEVICE),
    ],
)
def test_it_serves_for_nothing_else(other: tuple[str, str, str, str]) -> None:
    token = build_token(LOGIN_TAG, ORIGIN, NONCE, DEVICE, signer(purpose="auth"))
    with pytest.raises(InvalidSignature):
        verify(token, token_digest(*other))


def test_origin_nonce_and_device_are_not_in_it() -> None:
    text = build_token(LOGIN_TAG, ORIGIN, NONCE, DEVICE, signer(purpose="auth")).model_dump_json()
    assert not [word for word in (ORIGIN, NONCE, DEVICE) if word in text]


def test_a_key_of_another_kind_than_its_certificate_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def sign(_self: KeySigner, _message: bytes) -> Signed:
        return Signed("ES384", b"x" * 96)

    monkeypatch.setattr(KeySigner, "sign", sign)
    with pytest.raises(SigningImpossible):
        build_token(LOGIN_TAG, ORIGIN, NONCE, DEVICE, signer(purpose="auth"))
