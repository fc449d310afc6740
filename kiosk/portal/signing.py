"""What the portal room asks of a key, so that it need not know a card."""

from __future__ import annotations

from typing import Literal, NamedTuple, Protocol

Algorithm = Literal["RS256", "ES256", "ES384"]
"""JWA names: PKCS#1 v1.5 with SHA-256, ECDSA P-256 with SHA-256, ECDSA P-384 with SHA-384."""


class Signed(NamedTuple):
    """A signature and how it was made: an ``Algorithm``, and PKCS#1 v1.5 or, for ECDSA, raw r‖s."""

    algorithm: str
    signature: bytes


class Signer(Protocol):
    """A key that signs messages, with its certificate."""

    @property
    def certificate(self) -> bytes:
        """The key's X.509 certificate, DER."""
        ...

    def sign(self, message: bytes) -> Signed:
        """Return the signature of ``message``, which is hashed on the way (by the algorithm's hash).

        Raises:
            CardError: what the card says; it passes through this room unchanged.
        """
        ...
