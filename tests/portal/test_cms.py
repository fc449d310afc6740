from __future__ import annotations

import hashlib
import subprocess
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.sign.validation.generic_cms import async_validate_detached_cms, validate_sig_integrity
from pyhanko_certvalidator import ValidationContext

from kiosk.portal.cms import algorithm_of, sign_detached
from kiosk.portal.errors import SigningImpossible
from kiosk.portal.signing import Signed
from tests.portal.keys import KINDS, MOMENT, KeySigner, Kind, certificate_for, new_key, signer

CONTENT = '{"架空":"見本"}'.encode()


@pytest.mark.parametrize("kind", KINDS)
def test_openssl_accepts_it_and_refuses_a_changed_byte(kind: Kind, tmp_path: Path) -> None:
    key = signer(kind)
    signature = sign_detached(CONTENT, key, MOMENT)
    assert len(key.messages) == 1
    assert _openssl(tmp_path, signature, CONTENT, key.issuer) == 0
    assert _openssl(tmp_path, signature, CONTENT + b" ", key.issuer) != 0
    assert _openssl(tmp_path, _with_changed_signature(signature), CONTENT, key.issuer) != 0


@pytest.mark.parametrize("kind", KINDS)
async def test_pyhanko_trusts_it_as_cades(kind: Kind) -> None:
    key = signer(kind)
    signed = cms.ContentInfo.load(sign_detached(CONTENT, key, MOMENT))["content"]
    context = ValidationContext(trust_roots=list(load_certs_from_pemder_data(key.issuer)), moment=MOMENT)
    good = await async_validate_detached_cms(CONTENT, signed, signer_validation_context=context)
    assert (good.valid, good.intact, good.trusted) == (True, True, True)
    assert good.signer_reported_dt == MOMENT.replace(microsecond=0)
    bad = await async_validate_detached_cms(CONTENT[:-1] + b"]", signed, signer_validation_context=context)
    assert not bad.intact


@pytest.mark.parametrize("kind", KINDS)
def test_it_names_the_certificate_that_signed(kind: Kind) -> None:
    signed = cms.ContentInfo.load(sign_detached(CONTENT, signer(kind), MOMENT), strict=True)["content"]
    info = signed["signer_infos"][0]
    assert {item["type"].native for item in info["signed_attrs"]} == {
        "content_type",
        "message_digest",
        "signing_time",
        "signing_certificate_v2",
    }
    values = {item["type"].native: item["values"][0].native for item in info["signed_attrs"]}
    certificate_id = values["signing_certificate_v2"]["certs"][0]
    name = certificate_id["hash_algorithm"]["algorithm"]
    assert name == ("sha384" if kind == "ES384" else "sha256")
    assert certificate_id["cert_hash"] == hashlib.new(name, signer(kind).certificate).digest()
    assert signed["encap_content_info"]["content"].native is None


def test_signed_attributes_are_der() -> None:
    key = signer()
    signed = cms.ContentInfo.load(sign_detached(CONTENT, key, MOMENT))["content"]
    attributes = signed["signer_infos"][0]["signed_attrs"]
    items = [item.dump() for item in attributes]
    assert items == sorted(items)
    assert key.messages[0] == b"\x31" + attributes.dump()[1:]


def test_a_signing_time_after_2049_is_a_generalized_time() -> None:
    moment = datetime(2050, 1, 1, tzinfo=UTC)
    signed = cms.ContentInfo.load(sign_detached(CONTENT, signer(), moment))["content"]
    values = {item["type"].native: item["values"][0] for item in signed["signer_infos"][0]["signed_attrs"]}
    assert values["signing_time"].name == "generalized_time"
    assert values["signing_time"].native == moment


@given(st.binary(max_size=300))
def test_any_content_can_be_signed(content: bytes) -> None:
    signed = cms.ContentInfo.load(sign_detached(content, signer("ES256"), MOMENT))["content"]
    info = signed["signer_infos"][0]
    certificate = signed["certificates"][0].chosen
    digest = {item["type"].native: item["values"][0].native for item in info["signed_attrs"]}["message_digest"]
    assert validate_sig_integrity(info, certificate, "data", digest) == (True, True)


@given(st.binary(max_size=400))
def test_what_is_no_certificate_is_refused(der: bytes) -> None:
    with pytest.raises(SigningImpossible):
        algorithm_of(der)


@given(st.integers(0, 900), st.integers(1, 255))
def test_a_broken_certificate_is_refused_or_read_but_never_crashes(place: int, flip: int) -> None:
    der = bytearray(signer("ES256").certificate)
    der[place % len(der)] ^= flip
    key = signer("ES256")
    key.certificate = bytes(der)
    with suppress(SigningImpossible):
        assert sign_detached(CONTENT, key, MOMENT)


def test_a_curve_nobody_asked_for_is_refused() -> None:
    der = certificate_for(new_key("P-521"), new_key("RS256"), "KAKUU MIHON", is_ca=False, signing=True)
    with pytest.raises(SigningImpossible, match="reason=key"):
        algorithm_of(der)


@pytest.mark.parametrize(
    ("signed", "reason"), [(Signed("RS256", b"x" * 96), "algorithm"), (Signed("ES384", b"x" * 95), "length")]
)
def test_a_signature_that_does_not_fit_is_refused(signed: Signed, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def sign(_self: KeySigner, _message: bytes) -> Signed:
        return signed

    monkeypatch.setattr(KeySigner, "sign", sign)
    with pytest.raises(SigningImpossible, match=f"reason={reason}"):
        sign_detached(CONTENT, signer("ES384"), MOMENT)


def _openssl(folder: Path, signature: bytes, content: bytes, issuer: bytes) -> int:
    ca = x509.load_der_x509_certificate(issuer).public_bytes(Encoding.PEM)
    for name, data in (("signature", signature), ("content", content), ("ca", ca)):
        (folder / name).write_bytes(data)
    command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "signature", "-content", "content"]
    at = ["-CAfile", "ca", "-purpose", "any", "-attime", str(int(MOMENT.timestamp())), "-out", "out"]
    return subprocess.run([*command, *at], cwd=folder, capture_output=True, check=False).returncode


def _with_changed_signature(signature: bytes) -> bytes:
    changed = bytearray(signature)
    changed[-1] ^= 1
    return bytes(changed)
