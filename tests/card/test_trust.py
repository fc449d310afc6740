from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from kiosk.card.certificates import Certificate, parse
from kiosk.card.errors import CertificateExpired, CertificateNotYetValid, CertificateUntrusted
from kiosk.card.jpki import KeyUse
from kiosk.card.trust import Anchor, TrustStore
from kiosk.card.virtual.authority import TestAuthority
from kiosk.errors import SettingsError
from tests.support.cards import authority, holder, issue

AUTH, SIGN = KeyUse.AUTHENTICATION, KeyUse.SIGNING
NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> TrustStore:
    folder = tmp_path_factory.mktemp("trust")
    issue()
    authority().write_trust(folder)
    return TrustStore.load(folder)


def certificate(use: KeyUse) -> Certificate:
    return parse(issue().keys[use].certificate)


@pytest.mark.parametrize("use", list(KeyUse))
@pytest.mark.parametrize("generation", [0, 1, 2])
def test_the_issuer_is_found_among_generations_of_one_name(store: TrustStore, use: KeyUse, generation: int):
    assert len({anchor.certificate.subject for anchor in store.anchors}) == 2
    content = authority().issue(holder(), NOW, key_type="secp384r1", generation=generation)
    found = store.verify_issued(parse(content.keys[use].certificate), NOW, use)
    assert found.test
    assert found.certificate.der == content.keys[use].authority


def test_a_ca_of_the_same_name_is_not_believed(store: TrustStore):
    forged = TestAuthority.create(NOW, key_type="secp384r1", generations=1)
    content = forged.issue(holder(), NOW, key_type="secp384r1")
    for use in KeyUse:
        with pytest.raises(CertificateUntrusted) as refused:
            store.verify_issued(parse(content.keys[use].certificate), NOW, use)
        assert refused.value.params["reason"] == "issuer"
        assert refused.value.key == f"certificate_untrusted_{use}"


@pytest.mark.parametrize(("use", "other"), [(AUTH, SIGN), (SIGN, AUTH)])
def test_a_certificate_for_another_use_is_refused(store: TrustStore, use: KeyUse, other: KeyUse):
    with pytest.raises(CertificateUntrusted) as refused:
        store.verify_issued(certificate(other), NOW, use)
    assert refused.value.params["reason"] == "policy"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"key_usage": frozenset({"digital_signature"})}, "key-usage"),
        ({"key_usage": frozenset[str]()}, "key-usage"),
        ({"critical_extensions": frozenset({"key_usage", "1.2.3.4"})}, "critical-extension"),
        ({"policies": frozenset({"2.5.29.32.0"})}, "policy"),
        ({"is_ca": True}, "ca"),
        ({"hash_algorithm": "sha1"}, "issuer"),
        ({"hash_algorithm": "md5"}, "issuer"),
    ],
)
def test_a_certificate_of_another_profile_is_refused(store: TrustStore, changes: dict[str, object], reason: str):
    with pytest.raises(CertificateUntrusted) as refused:
        store.verify_issued(replace(certificate(SIGN), **changes), NOW, SIGN)  # pyright: ignore[reportArgumentType]  # fields by name
    assert refused.value.params["reason"] == reason


def test_an_authentication_certificate_must_not_sign_documents(store: TrustStore):
    both = replace(certificate(AUTH), key_usage=frozenset({"digital_signature", "non_repudiation"}))
    with pytest.raises(CertificateUntrusted):
        store.verify_issued(both, NOW, AUTH)


def test_one_changed_byte_is_noticed(store: TrustStore):
    found = certificate(SIGN)
    der = bytearray(found.der)
    der[-1] ^= 1
    assert store.find_issuer(replace(found, der=bytes(der))) is None
    place = found.der.index(b"KAKUU")
    der = bytearray(found.der)
    der[place] ^= 1
    assert store.find_issuer(parse(bytes(der))) is None


def test_the_test_policy_does_not_hold_under_a_production_root(store: TrustStore):
    production = TrustStore(tuple(replace(anchor, test=False) for anchor in store.anchors))
    for use in KeyUse:
        with pytest.raises(CertificateUntrusted) as refused:
            production.verify_issued(certificate(use), NOW, use)
        assert refused.value.params["reason"] == "policy"


def test_validity(store: TrustStore):
    found = certificate(SIGN)
    store.verify_issued(found, found.not_before, SIGN)
    store.verify_issued(found, found.not_after, SIGN)
    with pytest.raises(CertificateExpired) as expired:
        store.verify_issued(found, found.not_after + timedelta(seconds=1), SIGN)
    assert str(expired.value.params["not_after"]).endswith("-05-17")
    with pytest.raises(CertificateNotYetValid):
        store.verify_issued(found, found.not_before - timedelta(seconds=1), SIGN)


def test_a_root_out_of_its_own_time_is_not_believed(store: TrustStore):
    found = replace(certificate(SIGN), not_after=NOW + timedelta(days=20_000))
    with pytest.raises(CertificateUntrusted) as refused:
        store.verify_issued(found, NOW + timedelta(days=10_000), SIGN)
    assert refused.value.params["reason"] == "anchor-validity"


def test_der_and_bundles_are_read(tmp_path: Path, store: TrustStore):
    pems = b"".join(anchor.x509.public_bytes(Encoding.PEM) for anchor in store.anchors[:3])
    (tmp_path / "bundle.pem").write_bytes(b"# roots\n" + pems)
    (tmp_path / "one.CER").write_bytes(store.anchors[3].certificate.der)
    (tmp_path / "README.md").write_text("not a certificate")
    (tmp_path / "list.crl").write_bytes(b"not looked at")
    assert len(TrustStore.load(tmp_path).anchors) == 4


def test_an_empty_folder_trusts_nobody(tmp_path: Path):
    with pytest.raises(CertificateUntrusted):
        TrustStore.load(tmp_path).verify_issued(certificate(SIGN), NOW, SIGN)


@pytest.mark.parametrize("content", [b"", b"junk", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_a_broken_anchor_stops_the_load(tmp_path: Path, content: bytes):
    (tmp_path / "root.pem").write_bytes(content)
    with pytest.raises(SettingsError) as broken:
        TrustStore.load(tmp_path)
    assert broken.value.params == {"file": "root.pem"}


def test_a_holders_certificate_is_no_anchor(tmp_path: Path):
    (tmp_path / "holder.der").write_bytes(certificate(SIGN).der)
    with pytest.raises(SettingsError):
        TrustStore.load(tmp_path)


def test_a_missing_folder_is_a_fault_of_the_settings(tmp_path: Path):
    with pytest.raises(SettingsError):
        TrustStore.load(tmp_path / "none")


def test_the_delivered_folder_is_there_and_trusts_nobody():
    from kiosk.settings import Settings

    assert TrustStore.load(Settings().trust_anchor_dir()).anchors == ()


def test_an_organisation_other_than_jpki_makes_a_test_anchor(store: TrustStore):
    assert all(anchor.test for anchor in store.anchors)
    assert isinstance(store.anchors[0], Anchor)
    assert isinstance(store.anchors[0].x509, x509.Certificate)
