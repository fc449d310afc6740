"""OpenSC, which knows real My Number cards, lists, reads and signs with our virtual card."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from kiosk.card.virtual.store import CardContent
from tests.pcsc.conftest import READER, Slot
from tests.support.cards import issue

pytestmark = [pytest.mark.pcsc, pytest.mark.opensc]

SECRETS = {"01": ("1234", "01", "authentication"), "02": ("MIHON123", "02", "signing")}
_MODULES = sorted(Path("/usr/lib").glob("**/opensc-pkcs11.so"))


def run(*command: str | Path) -> bytes:
    done = subprocess.run([str(word) for word in command], capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return done.stdout


def openssl_verifies(certificate: Path, signature: Path, message: Path) -> bool:
    public = certificate.with_suffix(".pub")
    public.write_bytes(run("openssl", "x509", "-in", certificate, "-pubkey", "-noout"))
    return b"Verified OK" in run("openssl", "dgst", "-sha256", "-verify", public, "-signature", signature, message)


@pytest.mark.parametrize("quirks", [{}, {"contactless": True}, {"extended_length": False}])
def test_the_card_is_known_by_its_application(slot: Slot, quirks: dict[str, bool]):
    slot.insert(issue().with_quirks(**quirks))
    assert run("opensc-tool", "--reader", READER, "--name").strip() == b"jpki"


def test_pkcs15_tool_lists_certificates_and_secrets(inserted: CardContent):
    listing = run("pkcs15-tool", "--reader", READER, "--dump").decode()
    for text in (
        "JPKI",
        "User Authentication Certificate",
        "Digital Signature Certificate",
        "User Authentication PIN",
        "Digital Signature PIN",
        "User Authentication Key",
        "Digital Signature Key",
    ):
        assert text in listing


@pytest.mark.parametrize("number", ["01", "02"])
def test_pkcs15_tool_reads_the_certificate(inserted: CardContent, tmp_path: Path, number: str):
    secret, auth_id, use = SECRETS[number]
    out = tmp_path / "c.pem"
    words = ("--verify-pin", "--auth-id", auth_id, "--pin", secret) if use == "signing" else ()
    run("pkcs15-tool", "--reader", READER, "--read-certificate", number, *words, "--output", out)
    assert x509.load_pem_x509_certificate(out.read_bytes()).public_bytes(Encoding.DER) == inserted.keys[use].certificate


@pytest.mark.parametrize("number", ["03", "04"])
def test_pkcs15_tool_reads_the_ca(inserted: CardContent, tmp_path: Path, number: str):
    out = tmp_path / "ca.pem"
    run("pkcs15-tool", "--reader", READER, "--read-certificate", number, "--output", out)
    der = x509.load_pem_x509_certificate(out.read_bytes()).public_bytes(Encoding.DER)
    assert der == inserted.keys["authentication" if number == "03" else "signing"].authority


@pytest.mark.parametrize("number", ["01", "02"])
def test_pkcs15_crypt_signs(inserted: CardContent, tmp_path: Path, message: Path, number: str):
    secret, _, use = SECRETS[number]
    digest, signature, certificate = (tmp_path / name for name in ("digest", "signature", "c.pem"))
    digest.write_bytes(run("openssl", "dgst", "-sha256", "-binary", message))
    words = ("--sign", "--key", number, "--pin", secret, "--sha-256", "--pkcs1", "--raw")
    run("pkcs15-crypt", "--reader", READER, *words, "--input", digest, "--output", signature)
    certificate.write_bytes(x509.load_der_x509_certificate(inserted.keys[use].certificate).public_bytes(Encoding.PEM))
    assert openssl_verifies(certificate, signature, message)


def test_pkcs11_tool_lists_and_signs(inserted: CardContent, tmp_path: Path, message: Path):
    module = ("pkcs11-tool", "--module", _MODULES[0], "--slot-index", "0")
    objects = run(*module, "--login", "--pin", "1234", "--list-objects").decode()
    assert "Private Key Object" in objects
    assert "User Authentication" in objects
    signature, der, certificate = (tmp_path / name for name in ("signature", "c.der", "c.pem"))
    words = ("--sign", "--id", "01", "--mechanism", "SHA256-RSA-PKCS")
    run(*module, "--login", "--pin", "1234", *words, "--input-file", message, "--output-file", signature)
    run(*module, "--read-object", "--type", "cert", "--id", "01", "--output-file", der)
    assert der.read_bytes() == inserted.keys["authentication"].certificate
    certificate.write_bytes(x509.load_der_x509_certificate(der.read_bytes()).public_bytes(Encoding.PEM))
    assert openssl_verifies(certificate, signature, message)


def test_a_wrong_secret_counts_down_for_everybody(slot: Slot):
    content = issue()
    slot.insert(content)
    done = subprocess.run(
        ["pkcs15-tool", "--reader", READER, "--verify-pin", "--auth-id", "01", "--pin", "9999"],
        capture_output=True,
        timeout=60,
    )
    assert done.returncode != 0
    assert content.secrets["authentication"].tries_left == 2
