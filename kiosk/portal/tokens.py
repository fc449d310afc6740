"""Proof of the authentication key: a token for one purpose, one portal, one nonce and one device."""

from __future__ import annotations

import base64

from kiosk import __version__
from kiosk.portal.canonical import token_digest
from kiosk.portal.cms import algorithm_of
from kiosk.portal.contract import AuthToken
from kiosk.portal.errors import SigningImpossible
from kiosk.portal.signing import Signer


def build_token(tag: str, origin: str, nonce: str, device_id: str, signer: Signer) -> AuthToken:
    """Sign ``token_digest(tag, origin, nonce, device_id)`` as a message and return the token.

    Args:
        tag: ``canonical.LOGIN_TAG`` or ``canonical.REGISTRATION_TAG``.
        origin: the portal's origin as configured here, never as a server says it.
        nonce: the challenge's nonce, base64 text as received.
        device_id: this station's id.
        signer: the authentication key.

    Raises:
        SigningImpossible: the key signed with another algorithm than its certificate's.
        CardError: from the card.
    """
    expected = algorithm_of(signer.certificate)
    algorithm, signature = signer.sign(token_digest(tag, origin, nonce, device_id))
    if algorithm != expected:
        raise SigningImpossible(reason="algorithm")
    return AuthToken(
        algorithm=expected,
        unverified_certificate=base64.b64encode(signer.certificate).decode("ascii"),
        signature=base64.b64encode(signature).decode("ascii"),
        app_version=__version__,
    )
