"""Invented people with cards, and what they say to the portal."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import load_der_private_key

from kiosk.card.virtual.store import CardContent
from kiosk.portal.canonical import LOGIN_TAG, REGISTRATION_TAG, canonical_json
from kiosk.portal.cms import sign_detached
from kiosk.portal.signing import Signed
from kiosk.portal.tokens import build_token
from reference_portal.data import terms_version
from tests.reference_portal.world import World

PASSWORD = "Mihon-12345"
DEVICE = "station-1"


@dataclass
class CardKey:
    """A key of a card, used as the card would use it."""

    certificate: bytes
    private_key: bytes

    def sign(self, message: bytes) -> Signed:
        # The check of an RSA key takes longer than anything else here, and the key was made in this run.
        key = load_der_private_key(self.private_key, None, unsafe_skip_rsa_key_validation=True)
        if isinstance(key, rsa.RSAPrivateKey):
            return Signed("RS256", key.sign(message, padding.PKCS1v15(), SHA256()))
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        size, digest = (48, SHA384()) if key.key_size == 384 else (32, SHA256())
        halves = decode_dss_signature(key.sign(message, ec.ECDSA(digest)))
        return Signed("ES384" if size == 48 else "ES256", b"".join(half.to_bytes(size, "big") for half in halves))


@dataclass
class Person:
    """Somebody in front of a station."""

    world: World
    card: CardContent
    email: str = "kakuu.mihon@example.com"
    device: str = DEVICE
    authentication_id: str = ""
    token: str = ""

    def key(self, use: str) -> CardKey:
        stored = self.card.keys[use]
        return CardKey(stored.certificate, stored.private_key)

    def challenge(self, purpose: str, device: str = "") -> dict[str, Any]:
        answer = self.world.post("/challenges", {"purpose": purpose, "device_id": device or self.device})
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def proof(self, tag: str, nonce: str, key: CardKey | None = None, **others: str) -> dict[str, Any]:
        origin, device = others.get("origin", self.world.origin), others.get("device", self.device)
        token = build_token(tag, origin, nonce, device, key or self.key("authentication"))
        return token.model_dump(mode="json")

    # --- Registration ---

    def statement(self, submission_id: str, /, **changes: Any) -> dict[str, Any]:
        certificate = self.key("authentication").certificate
        said = {
            "type": "zairyu/registration",
            "version": 1,
            "origin": self.world.origin,
            "submission_id": submission_id,
            "device_id": self.device,
            "user_kind": "applicant",
            "email": self.email,
            "phone": "09000000000",
            "nationality": "110",
            "residence_card_number": "XX00000000XX",
            "terms_version": terms_version(),
            "language": "en",
            "authentication_certificate_sha256": hashlib.sha256(certificate).hexdigest(),
        }
        return {**said, **changes}

    def registration(
        self,
        content: bytes | None = None,
        *,
        signing: CardKey | None = None,
        authentication: CardKey | None = None,
        challenge: dict[str, Any] | None = None,
        **changes: Any,
    ) -> tuple[str, dict[str, Any]]:
        """Return key and body of a registration; every part can be another one than the right one."""
        key = self.world.key()
        content = content if content is not None else canonical_json(self.statement(key, **changes))
        challenge = challenge or self.challenge("registration")
        signature = sign_detached(content, signing or self.key("signing"), self.world.clock())
        proof = self.proof(REGISTRATION_TAG, challenge["nonce"], authentication)
        body = {
            "statement": base64.b64encode(content).decode(),
            "signature": base64.b64encode(signature).decode(),
            "challenge_id": challenge["challenge_id"],
            "authentication": proof,
        }
        return key, body

    def register(self, **parts: Any) -> Any:
        key, body = self.registration(**parts)
        return self.world.post("/registrations", body, key=key)

    def activate(self, password: str = PASSWORD) -> str:
        """Open the page of the last mail, set the password and remember the authentication ID."""
        page = self.world.post_page(self.world.last_link(), password=password, again=password)
        assert page.status_code == 200, page.text
        self.authentication_id = page.text.partition("id='authentication-id'>")[2].partition("<")[0]
        return self.authentication_id

    # --- Log-in ---

    def login_body(
        self,
        password: str = PASSWORD,
        challenge: dict[str, Any] | None = None,
        key: CardKey | None = None,
        authentication_id: str | None = None,
        **others: str,
    ) -> dict[str, Any]:
        challenge = challenge or self.challenge("login")
        return {
            "challenge_id": challenge["challenge_id"],
            "token": self.proof(LOGIN_TAG, challenge["nonce"], key, **others),
            "authentication_id": self.authentication_id if authentication_id is None else authentication_id,
            "password": password,
        }

    def login(self, **parts: Any) -> Any:
        answer = self.world.post("/sessions", self.login_body(**parts))
        if answer.status_code == 201:
            self.token = answer.json()["token"]
        return answer

    def arrive(self) -> Person:
        """Register, activate and log in."""
        assert self.register().status_code == 202
        self.activate()
        assert self.login().status_code == 201
        return self

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def get(self, path: str, **headers: str) -> Any:
        return self.world.request("GET", path, headers={**self.headers, **headers})

    def post(self, path: str, body: Any = None, *, key: str = "", **headers: str) -> Any:
        return self.world.post(path, body, key=key, headers={**self.headers, **_named(headers)})

    def put(self, path: str, body: Any, **headers: str) -> Any:
        return self.world.request("PUT", path, json=body, headers={**self.headers, **_named(headers)})

    def delete(self, path: str, **headers: str) -> Any:
        return self.world.request("DELETE", path, headers={**self.headers, **_named(headers)})


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


Change = Callable[[dict[str, Any]], None]
