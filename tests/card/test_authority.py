from __future__ import annotations

import stat
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtensionOID

from kiosk.card.certificates import parse
from kiosk.card.errors import CertificateExpired, CertificateNotYetValid, VirtualCardFile
from kiosk.card.profile import KeyUse
from kiosk.card.trust import TrustStore
from kiosk.card.virtual.authority import TestAuthority
from kiosk.card.virtual.holder import demo_holder, load_holder
from kiosk.card.virtual.store import load_card, save_card
from kiosk.paths import config_dir
from tests.support.cards import authority, holder, issue

NOW = datetime.now(UTC).replace(microsecond=0)


def loaded(use: KeyUse) -> x509.Certificate:
    return x509.load_der_x509_certificate(issue().keys[use].certificate)


@pytest.mark.parametrize("use", list(KeyUse))
def test_the_profile_of_a_holders_certificate(use: KeyUse):
    found = loaded(use)
    policies = found.extensions.get_extension_for_class(x509.CertificatePolicies)
    assert policies.critical
    assert policies.value[0].policy_qualifiers == ["http://www.jpki.go.jp/cps.html"]
    assert found.extensions.get_extension_for_class(x509.KeyUsage).critical
    issuer = found.extensions.get_extension_for_class(x509.IssuerAlternativeName)
    assert isinstance(next(iter(issuer.value)), x509.DirectoryName)
    points = found.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    (name,) = points[0].full_name or [None]
    assert isinstance(name, x509.DirectoryName)
    assert [item.value for item in name.value][-3:] == ["CRL Distribution Points", "Tokyo-to", "Chiyoda-ku"]


def test_the_attributes_stand_in_the_order_that_was_observed():
    names = loaded(KeyUse.SIGNING).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    ends = [name.type_id.dotted_string[-1] for name in names if isinstance(name, x509.OtherName)]
    assert ends == ["1", "4", "3", "5", "2", "6"]
    with pytest.raises(x509.ExtensionNotFound):
        loaded(KeyUse.AUTHENTICATION).extensions.get_extension_for_oid(ExtensionOID.SUBJECT_ALTERNATIVE_NAME)


def lists(folder: Path) -> list[x509.CertificateRevocationList]:
    return [x509.load_der_x509_crl(path.read_bytes()) for path in sorted(folder.glob("*.crl"))]


def test_revocation_is_on_the_list_of_the_municipality_alone(tmp_path: Path):
    made = TestAuthority.create(NOW, key_type="secp384r1", generations=2)
    first = made.issue(demo_holder(), NOW, key_type="secp384r1")
    second = made.issue(holder(municipality="Minato-ku"), NOW, key_type="secp384r1")
    revoked = second.keys["signing"].certificate
    made.revoke(revoked, NOW)
    made.write_trust(tmp_path, NOW)
    serial = parse(revoked).serial_number
    hits = [crl for crl in lists(tmp_path) if crl.get_revoked_certificate_by_serial_number(serial)]
    assert len(lists(tmp_path)) == 8
    (hit,) = hits
    point = hit.extensions.get_extension_for_class(x509.IssuingDistributionPoint)
    assert point.critical
    (name,) = point.value.full_name or [None]
    assert name is not None
    assert "CN=Minato-ku" in name.value.rfc4514_string()
    roots = TrustStore.load(tmp_path).anchors
    assert sum(hit.is_signature_valid(root.x509.public_key()) for root in roots) == 1  # pyright: ignore[reportArgumentType]  # EC or RSA
    assert not any(
        crl.get_revoked_certificate_by_serial_number(parse(first.keys["signing"].certificate).serial_number)
        for crl in lists(tmp_path)
    )


def test_a_certificate_of_another_ca_cannot_be_revoked():
    made = TestAuthority.create(NOW, key_type="secp384r1", generations=1)
    with pytest.raises(ValueError, match="another CA"):
        made.revoke(issue().keys["signing"].certificate, NOW)


def test_an_authority_and_its_revocations_survive_its_file(tmp_path: Path):
    made = TestAuthority.create(NOW, key_type="secp384r1", generations=2)
    card = made.issue(demo_holder(), NOW, key_type="secp384r1")
    made.revoke(card.keys["signing"].certificate, NOW)
    made.save(tmp_path / "authority.json")
    again = TestAuthority.load(tmp_path / "authority.json")
    again.write_trust(tmp_path / "trust", NOW)
    serial = parse(card.keys["signing"].certificate).serial_number
    entries = [crl.get_revoked_certificate_by_serial_number(serial) for crl in lists(tmp_path / "trust")]
    assert [entry.revocation_date_utc for entry in entries if entry is not None] == [NOW]
    store = TrustStore.load(tmp_path / "trust")
    later = again.issue(demo_holder(), NOW, key_type="secp384r1")
    for content in (card, later):
        store.verify_issued(parse(content.keys["signing"].certificate), NOW, KeyUse.SIGNING)
    if sys.platform != "win32":
        assert stat.S_IMODE((tmp_path / "authority.json").stat().st_mode) == 0o600


def test_expired_and_future_cards_are_made_on_request(tmp_path: Path):
    authority().write_trust(tmp_path)
    store = TrustStore.load(tmp_path)
    old = authority().issue(holder(), NOW - timedelta(days=3000), key_type="secp384r1")
    new = authority().issue(holder(), NOW + timedelta(days=3), key_type="secp384r1")
    short = authority().issue(holder(), NOW, key_type="secp384r1", not_after=NOW + timedelta(days=2))
    with pytest.raises(CertificateExpired):
        store.verify_issued(parse(old.keys["signing"].certificate), NOW, KeyUse.SIGNING)
    with pytest.raises(CertificateNotYetValid):
        store.verify_issued(parse(new.keys["signing"].certificate), NOW, KeyUse.SIGNING)
    assert parse(short.keys["signing"].certificate).not_after == NOW + timedelta(days=2)


@pytest.mark.parametrize(
    ("birth", "now", "last"),
    [
        ("1994-05-17", datetime(2026, 5, 16, tzinfo=UTC), "2030-05-17"),
        ("1994-05-17", datetime(2026, 5, 18, tzinfo=UTC), "2031-05-17"),
        ("1996-02-29", datetime(2026, 1, 1, tzinfo=UTC), "2030-02-28"),
        ("1994-00-00", datetime(2026, 5, 18, tzinfo=UTC), "2031-05-18"),
    ],
)
def test_validity_ends_with_the_fifth_birthday(birth: str, now: datetime, last: str):
    content = authority("secp384r1").issue(holder(birth_date=birth), now, key_type="secp384r1")
    end = parse(content.keys["signing"].certificate).not_after
    assert (end + timedelta(hours=9)).date().isoformat() == last


def test_the_common_names_say_nothing():
    names = {parse(issue().keys[use].certificate).subject.split("CN=")[1] for use in KeyUse}
    assert all(len(name) == 23 and name.isdigit() for name in names)
    assert len(names) == 2


def test_an_unknown_key_type_is_refused():
    with pytest.raises(ValueError, match="key type"):
        TestAuthority.create(NOW, key_type="dsa")


def test_a_card_survives_its_file(tmp_path: Path):
    content = issue(blocked_word=0x6983, bits_per_second=106_000)
    content.secrets["signing"].tries_left = 2
    save_card(content, tmp_path / "card.json")
    assert load_card(tmp_path / "card.json") == content
    if sys.platform != "win32":
        assert stat.S_IMODE((tmp_path / "card.json").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["card.json"]


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"format": "x", "version": 1}', '{"format": 1'])
def test_a_broken_file_of_a_card_or_authority_is_said(tmp_path: Path, text: str):
    path = tmp_path / "card.json"
    path.write_text(text)
    for load in (load_card, TestAuthority.load):
        with pytest.raises(VirtualCardFile) as broken:
            load(path)
        assert broken.value.params == {"file": "card.json"}


def test_a_missing_file_of_a_card_is_said(tmp_path: Path):
    for load in (load_card, TestAuthority.load, load_holder):
        with pytest.raises(VirtualCardFile):
            load(tmp_path / "none")


@pytest.mark.parametrize(
    ("line", "instead"),
    [('sex = "1"', "sex = 1"), ('sex = "1"', ""), ('sex = "1"', 'sex = "1"\ncolour = "red"'), ("[secrets]", "[other]")],
)
def test_a_broken_file_of_a_holder_is_said(tmp_path: Path, line: str, instead: str):
    text = (config_dir() / "demo" / "holder.toml").read_text(encoding="utf-8")
    path = tmp_path / "holder.toml"
    path.write_text(text.replace(line, instead), encoding="utf-8")
    with pytest.raises(VirtualCardFile):
        load_holder(path)


def test_the_demos_holder_looks_invented():
    who = demo_holder()
    assert "KAKUU" in who.name
    assert "架空" in who.address
    assert who.name not in repr(who)
    assert who.authentication_secret not in repr(who)
    assert "1234" not in repr(issue())


def test_the_modelled_link_takes_its_time():
    quirks = issue(bits_per_second=106_000, command_seconds=0.006).quirks
    assert quirks.delay(1060) == pytest.approx(0.106)
    assert issue().quirks.delay(1060) == 0.0
