"""Every card error can be told to a person in both languages, and names the secret or certificate it is about."""

from __future__ import annotations

import string
from collections.abc import Callable

import pytest

from kiosk.card import errors
from kiosk.card.errors import UseError
from kiosk.errors import CardError
from kiosk.i18n import translator

TEXTS = {
    "sw": "6F00",
    "not_after": "2026-01-01",
    "not_before": "2026-01-01",
    "reason": "issuer",
    "file": "card.json",
}
PARAMS = {"tries_left", *TEXTS}
KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, CardError) and kind not in {CardError, UseError}
]


def instances(kind: type[CardError]) -> list[CardError]:
    """Return the error with every parameter its message may show; of an error about a key, one for each use."""
    if kind is errors.WrongSecret:
        return [errors.WrongSecret(use=use, tries_left=2) for use in ("authentication", "signing")]
    make: Callable[..., CardError] = kind
    if issubclass(kind, UseError):
        return [make(use=use, **TEXTS) for use in ("authentication", "signing")]
    return [make(**TEXTS)]


def test_codes_and_keys_are_there_once():
    assert len({kind.code for kind in KINDS}) == len(KINDS) == 23
    assert len({kind.key for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_error_is_told_and_says_what_to_do(kind: type[CardError], language: str):
    translate = translator(language)
    for key in {kind.key, *(error.key for error in instances(kind))}:
        for message in (f"error.{key}", f"error.{key}.next"):
            assert translate.has(message), message
            names = {name for _, name, _, _ in string.Formatter().parse(translate(message)) if name}
            assert names <= PARAMS
    for error in instances(kind):
        text = translate(f"error.{error.key}", **error.params)
        assert "{" not in text


@pytest.mark.parametrize("kind", [kind for kind in KINDS if issubclass(kind, UseError)])
def test_the_secret_or_certificate_is_named(kind: type[CardError]):
    authentication, signing = instances(kind)
    for error, words in ((authentication, "利用者証明用"), (signing, "署名用")):
        assert words in translator("ja")(f"error.{error.key}", **error.params)
        assert words in translator("en")(f"error.{error.key}", **error.params)


def test_a_log_line_holds_code_and_numbers_alone():
    assert str(errors.WrongSecret(use="signing", tries_left=2)) == "C06 wrong_secret_signing tries_left=2 use=signing"
