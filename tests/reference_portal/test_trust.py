"""Which certificates are believed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.card.profile import KeyUse
from kiosk.card.virtual.authority import TestAuthority
from kiosk.portal.cms import sign_detached
from kiosk.portal.contract import ProblemCode
from reference_portal.errors import Refusal
from reference_portal.trust.anchors import TrustStore
from reference_portal.trust.certificates import check_certificate
from reference_portal.trust.cms import signer_of
from tests.reference_portal.people import CardKey
from tests.reference_portal.small_ca import ANY_POLICY, AUTHENTICATION_TEST, SIGNING, SIGNING_TEST, SmallCa
from tests.support.cards import holder

NOW = datetime.now(UTC)
SIGN = ("digital_signature", "content_commitment")
DAY = timedelta(days=1)


def verdict(certificate: bytes, use: KeyUse, folder: Path, moment: datetime = NOW) -> str:
    try:
        check_certificate(certificate, use, TrustStore(folder).state(), moment)
    except Refusal as refusal:
        return refusal.code.value
    return "good"


@pytest.mark.parametrize("generation", [0, 1, 2])
@pytest.mark.parametrize("use", list(KeyUse))
def test_every_generation_under_one_name_is_believed(
    authority: TestAuthority, tmp_path: Path, generation: int, use: KeyUse
) -> None:
    card = authority.issue(holder(), NOW, generation=generation)
    authority.write_trust(tmp_path, NOW)
    assert verdict(card.keys[use.value].certificate, use, tmp_path) == "good"


@pytest.mark.parametrize("generation", [0, 1, 2])
def test_revocation_counts_in_every_generation(authority: TestAuthority, tmp_path: Path, generation: int) -> None:
    card = authority.issue(holder(), NOW, generation=generation)
    certificate = card.keys["signing"].certificate
    authority.revoke(certificate, NOW - timedelta(minutes=5))
    authority.write_trust(tmp_path, NOW)
    assert verdict(certificate, KeyUse.SIGNING, tmp_path) == "certificate-revoked"


def test_elliptic_cards_of_an_elliptic_authority_are_believed(tmp_path: Path) -> None:
    authority = TestAuthority.create(NOW, key_type="secp384r1")
    card = authority.issue(holder(), NOW, key_type="secp384r1")
    authority.write_trust(tmp_path, NOW)
    for use in KeyUse:
        assert verdict(card.keys[use.value].certificate, use, tmp_path) == "good"


def test_dates_count(authority: TestAuthority, tmp_path: Path) -> None:
    card = authority.issue(holder(), NOW, not_after=NOW + DAY)
    certificate = card.keys["signing"].certificate
    authority.write_trust(tmp_path, NOW + 2 * DAY)
    assert verdict(certificate, KeyUse.SIGNING, tmp_path, NOW + 2 * DAY) == "certificate-expired"
    authority.write_trust(tmp_path, NOW - 2 * DAY)
    assert verdict(certificate, KeyUse.SIGNING, tmp_path, NOW - 2 * DAY) == "certificate-untrusted"


def test_another_authority_of_the_same_name_is_not_believed(authority: TestAuthority, tmp_path: Path) -> None:
    card = TestAuthority.create(NOW).issue(holder(), NOW)
    authority.write_trust(tmp_path, NOW)
    for use in KeyUse:
        assert verdict(card.keys[use.value].certificate, use, tmp_path) == "certificate-untrusted"


def test_an_expired_certificate_of_a_stranger_is_a_strangers(authority: TestAuthority, tmp_path: Path) -> None:
    card = TestAuthority.create(NOW).issue(holder(), NOW - 2 * DAY, not_after=NOW - DAY)
    authority.write_trust(tmp_path, NOW)
    assert verdict(card.keys["signing"].certificate, KeyUse.SIGNING, tmp_path) == "certificate-untrusted"


def test_one_use_is_not_the_other(authority: TestAuthority, tmp_path: Path) -> None:
    card = authority.issue(holder(), NOW)
    authority.write_trust(tmp_path, NOW)
    assert verdict(card.keys["authentication"].certificate, KeyUse.SIGNING, tmp_path) == "certificate-untrusted"
    assert verdict(card.keys["signing"].certificate, KeyUse.AUTHENTICATION, tmp_path) == "certificate-untrusted"


def test_without_a_current_list_nothing_is_known(authority: TestAuthority, tmp_path: Path) -> None:
    card = authority.issue(holder(), NOW)
    certificate = card.keys["signing"].certificate
    authority.write_trust(tmp_path, NOW - 30 * DAY)
    assert verdict(certificate, KeyUse.SIGNING, tmp_path) == "revocation-unknown"
    for path in tmp_path.glob("*.crl"):
        path.unlink()
    assert verdict(certificate, KeyUse.SIGNING, tmp_path) == "revocation-unknown"


def test_a_forged_list_counts_as_none(tmp_path: Path) -> None:
    ca = SmallCa(NOW)
    ca.publish(tmp_path, crl=ca.crl(signer=SmallCa(NOW).key))
    assert verdict(ca.issue(SIGNING_TEST, SIGN).certificate, KeyUse.SIGNING, tmp_path) == "revocation-unknown"


@pytest.mark.parametrize(
    ("organisation", "policy", "usage", "expected"),
    [
        ("JPKI-TEST", SIGNING_TEST, SIGN, "good"),
        ("JPKI", SIGNING, SIGN, "good"),
        ("JPKI", SIGNING_TEST, SIGN, "certificate-untrusted"),
        ("JPKI-TEST", ANY_POLICY, SIGN, "certificate-untrusted"),
        ("JPKI-TEST", "1.2.3.4", SIGN, "certificate-untrusted"),
        ("JPKI-TEST", SIGNING_TEST, ("digital_signature",), "certificate-untrusted"),
        ("JPKI-TEST", SIGNING_TEST, ("key_encipherment",), "certificate-untrusted"),
    ],
)
def test_policy_and_key_usage_count(
    tmp_path: Path, organisation: str, policy: str, usage: tuple[str, ...], expected: str
) -> None:
    ca = SmallCa(NOW, organisation)
    ca.publish(tmp_path)
    assert verdict(ca.issue(policy, usage).certificate, KeyUse.SIGNING, tmp_path) == expected


def test_a_key_that_signs_documents_does_not_log_in(tmp_path: Path) -> None:
    ca = SmallCa(NOW)
    ca.publish(tmp_path)
    assert verdict(ca.issue(AUTHENTICATION_TEST).certificate, KeyUse.AUTHENTICATION, tmp_path) == "good"
    both = ca.issue(AUTHENTICATION_TEST, SIGN)
    assert verdict(both.certificate, KeyUse.AUTHENTICATION, tmp_path) == "certificate-untrusted"


def test_an_empty_folder_trusts_nobody(authority: TestAuthority, tmp_path: Path) -> None:
    card = authority.issue(holder(), NOW)
    for folder in (tmp_path, tmp_path / "missing"):
        assert verdict(card.keys["signing"].certificate, KeyUse.SIGNING, folder) == "certificate-untrusted"


def test_a_new_list_is_seen_at_once(authority: TestAuthority, tmp_path: Path) -> None:
    card = authority.issue(holder(), NOW)
    certificate = card.keys["signing"].certificate
    authority.write_trust(tmp_path, NOW)
    store = TrustStore(tmp_path)
    check_certificate(certificate, KeyUse.SIGNING, store.state(), NOW)
    authority.revoke(certificate, NOW - timedelta(minutes=5))
    authority.write_trust(tmp_path, NOW)
    with pytest.raises(Refusal) as refused:
        check_certificate(certificate, KeyUse.SIGNING, store.state(), NOW)
    assert refused.value.code is ProblemCode.CERTIFICATE_REVOKED


def test_the_libraries_say_nothing(authority: TestAuthority, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    card = TestAuthority.create(NOW).issue(holder(), NOW)
    authority.write_trust(tmp_path, NOW)
    verdict(card.keys["signing"].certificate, KeyUse.SIGNING, tmp_path)
    assert caplog.records == []


@given(st.binary(max_size=300))
def test_no_bytes_crash_the_checks(data: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        check_certificate(data, KeyUse.SIGNING, TrustStore(Path("/nonexistent")).state(), NOW)
    assert refused.value.code is ProblemCode.CERTIFICATE_UNTRUSTED
    with pytest.raises(Refusal) as refused:
        signer_of(data, b"content")
    assert refused.value.code is ProblemCode.SIGNATURE


_KEY = SmallCa(NOW).issue(SIGNING_TEST, SIGN)
_SIGNED = sign_detached(b"content", _KEY, NOW)


def test_a_signature_names_its_signer() -> None:
    assert signer_of(_SIGNED, b"content") == _KEY.certificate


@given(place=st.integers(0, len(_SIGNED) - 1), flip=st.integers(1, 255))
def test_a_changed_signature_never_names_another_signer(place: int, flip: int) -> None:
    changed = bytearray(_SIGNED)
    changed[place] ^= flip
    try:
        signer = signer_of(bytes(changed), b"content")
    except Refusal:
        return
    assert signer == _KEY.certificate


def test_the_signature_is_over_the_content() -> None:
    with pytest.raises(Refusal):
        signer_of(_SIGNED, b"other content")


def test_a_key_of_another_certificate_does_not_sign_for_it() -> None:
    other = SmallCa(NOW).issue(SIGNING_TEST, SIGN)
    mixed = sign_detached(b"content", CardKey(_KEY.certificate, other.private_key), NOW)
    with pytest.raises(Refusal):
        signer_of(mixed, b"content")


def test_only_the_lists_of_the_place_are_looked_through(authority: TestAuthority, tmp_path: Path) -> None:
    here, there = (authority.issue(holder(municipality=place), NOW) for place in ("Chiyoda-ku", "Minato-ku"))
    authority.write_trust(tmp_path, NOW)
    certificate = here.keys["signing"].certificate
    assert verdict(certificate, KeyUse.SIGNING, tmp_path) == "good"
    authority.revoke(there.keys["signing"].certificate, NOW - timedelta(minutes=5))
    authority.write_trust(tmp_path, NOW)
    assert verdict(there.keys["signing"].certificate, KeyUse.SIGNING, tmp_path) == "certificate-revoked"
    assert verdict(certificate, KeyUse.SIGNING, tmp_path) == "good"
    for path in tmp_path.glob("test-signing-*-1.crl"):
        path.unlink()
    # The lists of another place say nothing about this one.
    assert verdict(certificate, KeyUse.SIGNING, tmp_path) == "revocation-unknown"
