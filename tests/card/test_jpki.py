from __future__ import annotations

from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.card.errors import (
    CardCommunication,
    CertificateUnreadable,
    NoCertificate,
    NotMyNumberCard,
    SecretNeeded,
)
from kiosk.card.jpki import JpkiSession, KeyUse, Signature
from kiosk.card.virtual.store import CardContent
from kiosk.errors import CardError
from tests.card.scripted import Computed, Scripted
from tests.support.cards import PASSWORD, PIN, SECRETS, connect, holder, issue

AUTH, SIGN = KeyUse.AUTHENTICATION, KeyUse.SIGNING


def session(content: CardContent) -> JpkiSession:
    return JpkiSession.start(connect(content))


def holds(certificate: bytes, signature: Signature, data: bytes) -> None:
    key = x509.load_der_x509_certificate(certificate).public_key()
    if isinstance(key, rsa.RSAPublicKey):
        assert signature.algorithm == "RS256"
        key.verify(signature.value, data, padding.PKCS1v15(), hashes.SHA256())
    else:
        assert isinstance(key, ec.EllipticCurvePublicKey)
        assert (signature.algorithm, len(signature.value)) == ("ES384", 96)
        r, s = (int.from_bytes(part, "big") for part in (signature.value[:48], signature.value[48:]))
        key.verify(encode_dss_signature(r, s), data, ec.ECDSA(hashes.SHA384()))


@pytest.mark.parametrize("key_type", ["rsa", "secp384r1"])
@pytest.mark.parametrize("use", list(KeyUse))
@pytest.mark.parametrize("read_first", [True, False])
def test_a_signature_verifies_with_the_cards_certificate(key_type: str, use: KeyUse, read_first: bool):
    content = issue(key_type)
    card = session(content)
    card.verify(use, bytearray(SECRETS[use]))
    if read_first:
        assert card.read_certificate(use) == content.keys[use].certificate
    holds(content.keys[use].certificate, card.sign(use, b"data"), b"data")


@pytest.mark.parametrize(
    "quirks", [{}, {"unknown_at_power_up": True}, {"extended_length": False}, {"contactless": True}]
)
def test_token_and_presence(quirks: dict[str, Any]):
    card = session(issue(**quirks))
    token, present = card.token(), card.present()
    assert (token.label, token.kind) == ("JPKIAPICCTOKEN2", "my_number_card")
    assert (present.signing, present.authentication) == (True, True)


def test_a_phone_wants_the_secret_for_the_authentication_certificate():
    content = issue(secret_for_authentication_certificate=True)
    content.label = "JPKIAPGPSETOKEN"
    card = session(content)
    assert card.token().kind == "android"
    with pytest.raises(SecretNeeded) as needed:
        card.read_certificate(AUTH)
    assert needed.value.key == "secret_needed_authentication"
    card.verify(AUTH, bytearray(PIN))
    assert card.read_certificate(AUTH) == content.keys[AUTH].certificate


@pytest.mark.parametrize(
    ("raw", "label"), [(b"UNHEARD OF".ljust(32), "UNHEARD OF"), (b"\x1b[31m\xff".ljust(160), "[31m")]
)
def test_an_unknown_token_is_shown_without_what_could_steer_a_terminal(raw: bytes, label: str):
    card = JpkiSession.start(Scripted("9000", raw + b"\x90\x00"))
    token = card.token()
    assert (token.label, token.kind) == (label, "")


def test_a_child_has_no_signing_certificate():
    card = session(issue(who=holder(signing_certificate=False)))
    assert not card.present().signing
    assert card.tries_left(SIGN) is None
    for attempt in (lambda: card.verify(SIGN, bytearray(PASSWORD)), lambda: card.sign(SIGN, b"data")):
        with pytest.raises(NoCertificate) as none:
            attempt()
        assert none.value.key == "no_certificate_signing"


def test_another_card_is_told_apart():
    content = issue()
    content.jpki = False
    with pytest.raises(NotMyNumberCard):
        session(content)


def test_a_token_without_presence_file_is_taken_to_have_both():
    assert JpkiSession.start(Scripted("9000", "6A82")).present().signing


@pytest.mark.parametrize("answer", ["6985", "9000", "8F9000"])
def test_an_unforeseen_presence_is_an_error(answer: str):
    with pytest.raises(CardCommunication):
        JpkiSession.start(Scripted("9000", answer)).present()


@pytest.mark.parametrize("specified", [True, False])
def test_a_specified_residence_card_is_told_apart(specified: bool):
    card = session(issue(who=holder(specified_residence_card=specified)))
    assert card.specified_residence_card() is specified
    assert card.tries_left(AUTH) == 3


def test_signing_needs_the_secret():
    card = session(issue())
    for use in KeyUse:
        with pytest.raises(SecretNeeded):
            card.sign(use, b"data")
    with pytest.raises(SecretNeeded):
        card.read_certificate(SIGN)


def test_a_shown_secret_opens_one_key_only():
    card = session(issue())
    card.verify(AUTH, bytearray(PIN))
    with pytest.raises(SecretNeeded):
        card.sign(SIGN, b"data")


@pytest.mark.parametrize(
    "head", [b"\x30\x82\xff\xff" + b"\x00" * 252, b"\x04" + b"\x01" * 255, b"\x30\x03\x02\x01\x05".ljust(256, b"\xff")]
)
def test_what_is_no_certificate_is_unreadable(head: bytes):
    card = JpkiSession.start(Scripted("9000", head + b"\x90\x00"), extended=False)
    with pytest.raises(CertificateUnreadable):
        card.read_certificate(AUTH)


@pytest.mark.parametrize("answer", ["6985", "6A80", "6F00"])
def test_a_card_that_cannot_sign_says_why(answer: str):
    content = issue()
    inside = connect(content)
    card = JpkiSession.start(Computed(lambda raw: answer if raw[1] == 0x2A else inside.transmit(raw)))
    card.verify(AUTH, bytearray(PIN))
    with pytest.raises(CardCommunication) as unforeseen:
        card.sign(AUTH, b"data")
    assert unforeseen.value.params["sw"] == answer


@pytest.mark.parametrize("length", [0, 1, 255, 257])
def test_a_signature_of_another_length_than_the_key_is_refused(length: int):
    inside = connect(issue())
    card = JpkiSession.start(
        Computed(lambda raw: b"\x01" * length + b"\x90\x00" if raw[1] == 0x2A else inside.transmit(raw))
    )
    card.verify(AUTH, bytearray(PIN))
    card.read_certificate(AUTH)
    with pytest.raises(CardCommunication):
        card.sign(AUTH, b"data")


@settings(max_examples=150)
@given(st.lists(st.binary(max_size=300), max_size=12), st.sampled_from(list(KeyUse)))
def test_no_answers_of_a_card_give_anything_but_a_card_error(answers: list[bytes], use: KeyUse):
    secret = bytearray(SECRETS[use])
    try:
        card = JpkiSession.start(Scripted(*answers))
        card.token()
        card.present()
        card.tries_left(use)
        card.verify(use, secret)
        card.read_certificate(use)
        card.sign(use, b"data")
        card.specified_residence_card()
    except CardError as error:
        shown = str(error)
    else:
        shown = ""
    assert not any(value.decode() in shown for value in SECRETS.values())


def test_nothing_personal_shows_in_a_repr():
    assert "value" not in repr(Signature("RS256", b"value"))


@pytest.mark.parametrize("filler", [b"\xff", b"\x00"])
def test_a_blank_certificate_file_is_no_certificate(filler: bytes):
    card = JpkiSession.start(Scripted("9000", filler * 256 + b"\x90\x00"), extended=False)
    with pytest.raises(NoCertificate):
        card.read_certificate(AUTH)
