"""``kiosk card``: what a technician asks of a card without the full-screen program.

Secrets are asked on the terminal or read from standard input, never given as an argument (other users see those).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from kiosk.card.profile import KeyUse

if TYPE_CHECKING:
    from kiosk.card.jpki import JpkiSession
    from kiosk.card.service import CardService

_Function = TypeVar("_Function", bound=Callable[..., Any])
_FILE = click.Path(dir_okay=False, path_type=Path)
_SECRET_STDIN = click.option("--secret-stdin", is_flag=True, help="Read the secret from standard input, one a line.")
_QUESTIONS = {
    KeyUse.AUTHENTICATION: "利用者証明用パスワード / authentication PIN (4 digits)",
    KeyUse.SIGNING: "署名用パスワード / signing password (6-16 letters and digits)",
}


@click.group()
def card() -> None:
    """Look at a My Number card, read its certificates, sign, change its secrets."""


def _where(command: _Function) -> _Function:
    """Add the options that say which card is meant."""
    for option in (
        click.option("--reader", help="Name of the reader (default: the first that holds a My Number card)."),
        click.option("--virtual-card", type=_FILE, help="Use the virtual card in this file."),
        click.option("--settings", "settings_file", type=_FILE, help="A settings file of your own."),
    ):
        command = option(command)
    return command


def _use(*names: str) -> Callable[[_Function], _Function]:
    kinds = click.Choice([use.value for use in KeyUse])
    if names:
        return click.option(*names, "use", type=kinds, required=True, help="Which key.")
    return click.argument("use", type=kinds)


@card.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@_where
def info(as_json: bool, **where: Any) -> None:
    """Show reader, card, token, certificates and the tries left. Costs no try."""
    service, reader = _service(**where)
    with service.open(reader) as session:
        found = _info(session)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        _print_lines(found, "")


@card.command()
@_use()
@click.option("--out", type=_FILE, required=True, help="Where to write it (PEM).")
@_SECRET_STDIN
@_where
def certificate(use: str, out: Path, secret_stdin: bool, **where: Any) -> None:
    """Read a certificate. The signing certificate needs the signing password."""
    from kiosk.card.errors import SecretNeeded

    key_use = KeyUse(use)
    service, reader = _service(**where)
    with service.open(reader) as session:
        if key_use is KeyUse.SIGNING:
            _require(session, key_use)
            _show_secret(session, key_use, secret_stdin)
        try:
            der = session.read_certificate(key_use)
        except SecretNeeded:
            # On a phone the authentication certificate wants its secret too.
            _show_secret(session, key_use, secret_stdin)
            der = session.read_certificate(key_use)
    _write(out, _pem(der))


@card.command()
@_use("--key")
@click.option("--in", "source", type=_FILE, required=True, help="The file to sign.")
@click.option("--out", type=_FILE, required=True, help="Where to write the raw signature.")
@_SECRET_STDIN
@_where
def sign(use: str, source: Path, out: Path, secret_stdin: bool, **where: Any) -> None:
    """Sign a file: PKCS#1 v1.5 over SHA-256 with an RSA key, raw r and s over SHA-384 with a P-384 key."""
    key_use = KeyUse(use)
    data = _read(source)
    service, reader = _service(**where)
    with service.open(reader) as session:
        _require(session, key_use)
        _show_secret(session, key_use, secret_stdin)
        signature = session.sign(key_use, data)
    _write(out, signature.value)


@card.command("change-secret")
@_use()
@_SECRET_STDIN
@_where
def change_secret(use: str, secret_stdin: bool, **where: Any) -> None:
    """Change a secret. From standard input: the old one, then the new one, each on its line."""
    key_use = KeyUse(use)
    service, reader = _service(**where)
    with service.open(reader) as session:
        old = _secret(session, key_use, secret_stdin)
        new = _new_secret(key_use, secret_stdin)
        session.change_secret(key_use, old, new)


def _service(
    reader: str | None, virtual_card: Path | None, settings_file: Path | None
) -> tuple[CardService, str | None]:
    from kiosk.card.service import CardService
    from kiosk.settings import load_settings

    settings = load_settings(settings_file).card
    if virtual_card is not None:
        settings = replace(settings, source="virtual", virtual_card=str(virtual_card))
    return CardService(settings), reader


def _info(session: JpkiSession) -> dict[str, Any]:
    token, present = session.token(), session.present()
    tries = {use.value: session.tries_left(use) for use in KeyUse}
    authentication: dict[str, Any] = {"present": present.authentication, "subject": None, "not_after": None}
    if present.authentication:
        authentication |= _dates(session)
    return {
        "reader": session.reader,
        "card": token.kind or "unknown",
        "token": token.label,
        "specified_residence_card": session.specified_residence_card(),
        "tries": tries,
        "certificates": {"authentication": authentication, "signing": {"present": present.signing}},
    }


def _dates(session: JpkiSession) -> dict[str, str]:
    from kiosk.card.certificates import CertificateFormatError, parse
    from kiosk.card.errors import CertificateUnreadable, SecretNeeded

    try:
        found = parse(session.read_certificate(KeyUse.AUTHENTICATION))
    except SecretNeeded:
        return {}
    except CertificateFormatError:
        raise CertificateUnreadable(use=KeyUse.AUTHENTICATION) from None
    return {"subject": found.subject, "not_after": found.not_after.isoformat()}


def _require(session: JpkiSession, use: KeyUse) -> None:
    """Say that there is no such certificate before a secret is asked for."""
    from kiosk.card.errors import NoCertificate

    present = session.present()
    if not (present.signing if use is KeyUse.SIGNING else present.authentication):
        raise NoCertificate(use=use)


def _show_secret(session: JpkiSession, use: KeyUse, from_stdin: bool) -> None:
    session.verify(use, _secret(session, use, from_stdin))


def _secret(session: JpkiSession, use: KeyUse, from_stdin: bool) -> bytearray:
    from kiosk.card.errors import SecretBlocked
    from kiosk.card.prompt import read_line

    if from_stdin:
        return read_line(sys.stdin.buffer)
    tries = session.tries_left(use)
    if tries == 0:
        raise SecretBlocked(use=use)
    left = "" if tries is None else f" [あと{tries}回 / {tries} tries left]"
    return _ask(f"{_QUESTIONS[use]}{left}: ")


def _ask(question: str) -> bytearray:
    from kiosk.card.prompt import ask

    try:
        return ask(question)
    except OSError as error:
        raise click.UsageError("There is no terminal to ask on: use --secret-stdin.") from error


def _new_secret(use: KeyUse, from_stdin: bool) -> bytearray:
    from kiosk.card.errors import SecretFormat
    from kiosk.card.prompt import read_line

    if from_stdin:
        return read_line(sys.stdin.buffer)
    first = _ask(f"新しい / new: {_QUESTIONS[use]}: ")
    again = _ask("もう一度 / again: ")
    same = first == again
    again[:] = bytes(len(again))
    if not same:
        first[:] = bytes(len(first))
        raise SecretFormat(use=use)
    return first


def _pem(der: bytes) -> bytes:
    from asn1crypto import pem

    return pem.armor("CERTIFICATE", der)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise click.FileError(path.name, "cannot be read") from error


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise click.FileError(path.name, "cannot be written") from error


def _print_lines(values: dict[str, Any], indent: str) -> None:
    for name, value in values.items():
        if isinstance(value, dict):
            click.echo(f"{indent}{name}:")
            _print_lines(cast("dict[str, Any]", value), f"{indent}  ")
        else:
            click.echo(f"{indent}{name}: {value}")
