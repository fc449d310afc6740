from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from asn1crypto import core
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.card import certificates
from kiosk.card.certificates import CertificateFormatError, parse
from kiosk.card.jpki import KeyUse
from tests.support.cards import holder, issue

SIGN = KeyUse.SIGNING
KEY = ec.generate_private_key(ec.SECP256R1())
GOOD = {
    certificates.NAME: "KAKUU MIHON",
    certificates.BIRTH_DATE: "519940517",
    certificates.SEX: "1",
    certificates.ADDRESS: "東京都千代田区霞が関1-1-1",
}


def signing_certificate(**changes: str) -> certificates.Certificate:
    return parse(issue(who=holder(**changes)).keys[SIGN].certificate)


def with_names(*names: x509.GeneralName, subject: str = "OPAQUE") -> bytes:
    now = datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(KEY.public_key())
        .serial_number(7)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(KEY, hashes.SHA256()).public_bytes(Encoding.DER)


def other(oid: str, value: str | bytes) -> x509.OtherName:
    raw = core.UTF8String(value).dump() if isinstance(value, str) else value
    return x509.OtherName(x509.ObjectIdentifier(oid), raw)


def with_attributes(**changes: str | bytes | None) -> bytes:
    values: dict[str, str | bytes | None] = {**GOOD}
    for name, value in changes.items():
        values[getattr(certificates, name)] = value
    return with_names(*(other(oid, value) for oid, value in values.items() if value is not None))


def test_what_a_signing_certificate_says():
    found = signing_certificate(name_substituted="01", address_substituted="1001")
    assert found.attributes is not None
    assert found.attributes.name == "KAKUU MIHON"
    assert found.attributes.birth_date == date(1994, 5, 17)
    assert found.attributes.birth_date_text == "1994-05-17"
    assert found.attributes.sex == "1"
    assert found.attributes.address == "東京都千代田区霞が関1-1-1 架空見本荘101"
    assert found.attributes.name_substituted == (1,)
    assert found.attributes.address_substituted == (0, 3)
    assert found.subject.startswith("C=JP, L=Tokyo-to, L=Chiyoda-ku, CN=")
    assert found.key_usage == {"digital_signature", "non_repudiation"}
    assert found.policies == {"1.2.392.200149.8.5.1.0.20"}
    assert (found.key_type, found.key_bits, found.signature_bytes) == ("rsa", 2048, 256)
    assert found.critical_extensions == {"key_usage", "certificate_policies"}
    assert not found.is_ca


def test_what_an_authentication_certificate_says():
    found = parse(issue("secp384r1").keys[KeyUse.AUTHENTICATION].certificate)
    assert found.attributes is None
    assert found.key_usage == {"digital_signature"}
    assert (found.key_type, found.key_bits, found.signature_bytes) == ("secp384r1", 384, 96)
    assert found.not_after.tzinfo is not None


@pytest.mark.parametrize(
    ("raw", "text", "known"),
    [
        ("519940517", "1994-05-17", date(1994, 5, 17)),
        ("19940517", "1994-05-17", date(1994, 5, 17)),
        ("019940517", "1994-05-17", date(1994, 5, 17)),
        ("919940517", "1994-05-17", date(1994, 5, 17)),
        ("X19940517", "1994-05-17", date(1994, 5, 17)),
        ("520040229", "2004-02-29", date(2004, 2, 29)),
        ("419940500", "1994-05-00", None),
        ("419940000", "1994-00-00", None),
        ("400000000", "0000-00-00", None),
        ("400000517", "0000-05-17", None),
        ("400000229", "0000-02-29", None),
    ],
)
def test_birth_dates(raw: str, text: str, known: date | None):
    found = parse(with_attributes(BIRTH_DATE=raw)).attributes
    assert found is not None
    assert (found.birth_date_text, found.birth_date) == (text, known)


@pytest.mark.parametrize(
    "changes",
    [
        {"BIRTH_DATE": "519940230"},
        {"BIRTH_DATE": "519941301"},
        {"BIRTH_DATE": "520030229"},
        {"BIRTH_DATE": "1994-05-17"},
        {"BIRTH_DATE": "5１９９４０５１７"},
        {"BIRTH_DATE": ""},
        {"SEX": "0"},
        {"SEX": "11"},
        {"NAME": ""},
        {"NAME": "  "},
        {"NAME": "KAKUU\x1b[2J"},
        {"NAME": "A" * 201},
        {"ADDRESS": "a\nb"},
        {"ADDRESS": "\u2028"},
        {"NAME": None},
        {"ADDRESS": None},
        {"SEX": None},
        {"BIRTH_DATE": None},
        {"NAME_SUBSTITUTES": "0x1"},
        {"NAME": core.Integer(5).dump()},
        {"NAME": b"\x0c\x02\xff\xfe"},
    ],
)
def test_attributes_that_break_the_profile_are_refused(changes: dict[str, str | bytes | None]):
    with pytest.raises(CertificateFormatError) as refused:
        parse(with_attributes(**changes))
    assert "KAKUU" not in str(refused.value)


def test_an_attribute_twice_is_refused():
    with pytest.raises(CertificateFormatError):
        parse(with_names(*(other(oid, value) for oid, value in GOOD.items()), other(certificates.NAME, "SOMEBODY")))


@pytest.mark.parametrize("text", ["髙﨑𠮷", "葛\U000e0100城", "မြန်မာ", "NGUYỄN THỊ"])
def test_letters_beyond_the_usual_survive(text: str):
    found = parse(with_attributes(NAME=text)).attributes
    assert found is not None
    assert found.name == text


def test_marks_beyond_the_text_are_ignored():
    found = parse(with_attributes(NAME="AB", NAME_SUBSTITUTES="0110")).attributes
    assert found is not None
    assert found.name_substituted == (1,)


def test_other_names_of_others_are_ignored():
    der = with_names(x509.DNSName("example.com"), other("1.2.3.4", "x"))
    assert parse(der).attributes is None


def test_a_subject_that_could_steer_a_terminal_is_refused():
    with pytest.raises(CertificateFormatError):
        parse(with_names(subject="\x1b]0;x\x07"))


def test_a_key_of_another_kind_is_refused():
    key = ed25519.Ed25519PrivateKey.generate()
    now = datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "X")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    with pytest.raises(CertificateFormatError):
        parse(builder.sign(key, None).public_bytes(Encoding.DER))


def test_nothing_personal_shows_in_a_repr():
    found = signing_certificate()
    shown = repr(found) + repr(found.attributes)
    for hidden in ("KAKUU", "MIHON", "千代田", "1994", "CN=", "Chiyoda"):
        assert hidden not in shown


@settings(max_examples=300)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_certificate_or_an_error(der: bytes):
    with pytest.raises(CertificateFormatError):
        parse(der)


@settings(max_examples=400)
@given(st.data())
def test_a_certificate_with_bytes_changed_is_parsed_or_refused(data: st.DataObject):
    der = bytearray(issue().keys[SIGN].certificate)
    for _ in range(data.draw(st.integers(1, 4))):
        der[data.draw(st.integers(0, len(der) - 1))] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        del der[data.draw(st.integers(0, len(der) - 1)) :]
    try:
        found = parse(bytes(der))
    except CertificateFormatError:
        return
    assert found.not_before.tzinfo is not None
