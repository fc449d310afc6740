from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from kiosk.card import commands, prompt
from kiosk.card.commands import card
from kiosk.card.errors import NoCertificate, NoReader, SecretBlocked, SecretFormat, WrongSecret
from kiosk.card.jpki import KeyUse
from kiosk.card.virtual.store import CardContent, load_card, save_card
from tests.support.cards import SECRETS, holder, issue


def run(folder: Path, *words: str, content: CardContent | None = None, given: str | None = None) -> Result:
    path = folder / "card.json"
    if content is not None:
        save_card(content, path)
    elif not path.exists():
        save_card(issue(), path)
    return CliRunner().invoke(card, [*words, "--virtual-card", str(path)], input=given)


def test_info_has_the_promised_shape(tmp_path: Path):
    result = run(tmp_path, "info", "--json")
    assert result.exit_code == 0, result.exception
    found = json.loads(result.stdout)
    subject = found["certificates"]["authentication"].pop("subject")
    not_after = found["certificates"]["authentication"].pop("not_after")
    assert found == {
        "reader": "Virtual reader 0",
        "card": "my_number_card",
        "token": "JPKIAPICCTOKEN2",
        "specified_residence_card": True,
        "tries": {"authentication": 3, "signing": 5},
        "certificates": {"authentication": {"present": True}, "signing": {"present": True}},
    }
    assert subject.startswith("C=JP, CN=")
    assert not_after.endswith("+00:00")


def test_info_of_a_childs_card(tmp_path: Path):
    content = issue(who=holder(signing_certificate=False))
    found = json.loads(run(tmp_path, "info", "--json", content=content).stdout)
    assert found["certificates"]["signing"] == {"present": False}
    assert found["tries"] == {"authentication": 3, "signing": None}


def test_info_of_a_phone_whose_certificate_is_locked(tmp_path: Path):
    content = issue(secret_for_authentication_certificate=True)
    found = json.loads(run(tmp_path, "info", "--json", content=content).stdout)
    assert found["certificates"]["authentication"] == {"present": True, "subject": None, "not_after": None}


def test_info_for_people(tmp_path: Path):
    assert "signing: 5" in run(tmp_path, "info").stdout


@pytest.mark.parametrize("use", list(KeyUse))
def test_certificate_and_signature_go_together(tmp_path: Path, use: KeyUse):
    out, source, signature = tmp_path / "c.pem", tmp_path / "in.bin", tmp_path / "s.bin"
    source.write_bytes(b"\x00data\xff")
    secret = SECRETS[use].decode() + "\n"
    assert run(tmp_path, "certificate", use.value, "--out", str(out), "--secret-stdin", given=secret).exit_code == 0
    words = ("--key", use.value, "--in", str(source), "--out", str(signature), "--secret-stdin")
    assert run(tmp_path, "sign", *words, given=secret).exit_code == 0
    key = x509.load_pem_x509_certificate(out.read_bytes()).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    key.verify(signature.read_bytes(), source.read_bytes(), padding.PKCS1v15(), hashes.SHA256())


def test_the_authentication_certificate_needs_no_secret(tmp_path: Path):
    out = tmp_path / "c.pem"
    assert run(tmp_path, "certificate", "authentication", "--out", str(out)).exit_code == 0
    assert out.read_bytes().startswith(b"-----BEGIN CERTIFICATE-----")


def test_a_wrong_secret_is_raised_and_nothing_is_written(tmp_path: Path):
    out = tmp_path / "c.pem"
    result = run(tmp_path, "certificate", "signing", "--out", str(out), "--secret-stdin", given="WRONG999\n")
    assert isinstance(result.exception, WrongSecret)
    assert result.exception.tries_left == 4
    assert not out.exists()
    assert "WRONG999" not in result.output


def test_a_missing_certificate_is_said_before_a_secret_is_asked(tmp_path: Path):
    content = issue(who=holder(signing_certificate=False))
    result = run(tmp_path, "certificate", "signing", "--out", str(tmp_path / "c.pem"), content=content)
    assert isinstance(result.exception, NoCertificate)


def test_secrets_are_changed(tmp_path: Path):
    result = run(tmp_path, "change-secret", "authentication", "--secret-stdin", given="1234\n4321\n")
    assert result.exit_code == 0, result.exception
    assert load_card(tmp_path / "card.json").secrets["authentication"].value == "4321"


def test_there_is_no_way_to_give_a_secret_as_an_argument():
    parameters = [parameter for command in card.commands.values() for parameter in command.params]
    takes_a_value = {item.name for item in parameters if not (isinstance(item, click.Option) and item.is_flag)}
    assert takes_a_value == {"reader", "virtual_card", "settings_file", "use", "out", "source"}


def test_a_reader_that_is_not_there(tmp_path: Path):
    assert isinstance(run(tmp_path, "info", "--reader", "Nobody's").exception, NoReader)


def test_a_file_that_cannot_be_read(tmp_path: Path):
    words = ("--key", "signing", "--in", str(tmp_path / "none"), "--out", str(tmp_path / "out"))
    result = run(tmp_path, "sign", *words)
    assert result.exit_code == 1
    assert "none" in result.stderr


def test_a_place_that_cannot_be_written(tmp_path: Path):
    result = run(tmp_path, "certificate", "authentication", "--out", str(tmp_path / "no folder" / "c.pem"))
    assert result.exit_code == 1
    assert "cannot be written" in result.stderr


def test_without_a_terminal_the_way_out_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def no_terminal(question: str) -> bytearray:
        raise OSError(question)

    monkeypatch.setattr(prompt, "ask", no_terminal)
    result = run(tmp_path, "certificate", "signing", "--out", str(tmp_path / "c.pem"))
    assert result.exit_code == 2
    assert "--secret-stdin" in result.stderr


def test_the_settings_file_names_the_card(tmp_path: Path):
    save_card(issue(), tmp_path / "card.json")
    settings = tmp_path / "kiosk.toml"
    settings.write_text(f'[card]\nsource = "virtual"\nvirtual_card = "{(tmp_path / "card.json").as_posix()}"\n')
    result = CliRunner().invoke(card, ["info", "--json", "--settings", str(settings)])
    assert json.loads(result.stdout)["token"] == "JPKIAPICCTOKEN2"


def answers(monkeypatch: pytest.MonkeyPatch, *typed: bytes) -> list[str]:
    """Let the terminal answer, and return the questions."""
    asked: list[str] = []
    left = list(typed)

    def ask(question: str) -> bytearray:
        asked.append(question)
        return bytearray(left.pop(0))

    monkeypatch.setattr(prompt, "ask", ask)
    return asked


def test_the_question_names_the_secret_and_the_tries_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    asked = answers(monkeypatch, SECRETS[KeyUse.SIGNING])
    assert run(tmp_path, "certificate", "signing", "--out", str(tmp_path / "c.pem")).exit_code == 0
    assert "署名用パスワード" in asked[0]
    assert "5 tries left" in asked[0]


def test_a_blocked_secret_is_not_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    content = issue()
    content.secrets["signing"].tries_left = 0
    asked = answers(monkeypatch)
    result = run(tmp_path, "certificate", "signing", "--out", str(tmp_path / "c.pem"), content=content)
    assert isinstance(result.exception, SecretBlocked)
    assert asked == []


def test_a_new_secret_is_asked_for_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    answers(monkeypatch, b"1234", b"4321", b"4322")
    assert isinstance(run(tmp_path, "change-secret", "authentication").exception, SecretFormat)
    answers(monkeypatch, b"1234", b"4321", b"4321")
    assert run(tmp_path, "change-secret", "authentication").exit_code == 0


def test_the_group_is_where_the_program_looks_for_it():
    assert commands.card.name == "card"
    assert set(card.commands) == {"info", "certificate", "sign", "change-secret"}
