from __future__ import annotations

import copy
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.card import profile
from kiosk.card.errors import CardProfileError
from kiosk.card.profile import KeyUse, parse_table, profile_table
from kiosk.paths import config_dir


def raw() -> dict[str, Any]:
    return tomllib.loads((config_dir() / "card_profiles.toml").read_text(encoding="utf-8"))


def test_the_card_in_use():
    card = profile_table().profiles[0]
    authentication, signing = card.files(KeyUse.AUTHENTICATION), card.files(KeyUse.SIGNING)
    assert (authentication.certificate, authentication.key, authentication.secret) == (0x0A, 0x17, 0x18)
    assert (signing.certificate, signing.key, signing.secret) == (0x01, 0x1A, 0x1B)
    assert (authentication.tries, signing.tries) == (3, 5)


def test_key_types_have_their_scheme():
    table = profile_table()
    rsa, p384 = table.scheme("rsa"), table.scheme("secp384r1")
    assert rsa is not None
    assert p384 is not None
    assert (rsa.algorithm, rsa.digest, rsa.input) == ("RS256", "sha256", "digest_info")
    assert (p384.algorithm, p384.digest, p384.input) == ("ES384", "sha384", "digest")
    assert table.scheme("secp521r1") is None


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("residence_application",), "no hex"),
        (("max_certificate_bytes",), "many"),
        (("policies", "signing"), {}),
        (("profile",), [{}]),
        (("profile", 0, "presence"), 0x1F),
        (("profile", 0, "presence"), "08"),
        (("profile", 0, "colour"), "red"),
        (("profile", 0, "signing", "key"), 0),
        (("profile", 0, "signing", "minimum"), 17),
        (("profile", 0, "signing", "expected_bytes"), 0),
        (("profile", 0, "signature", "digest"), "sha1"),
        (("profile", 0, "signature", "algorithm"), "ES384"),
        (("profile", 0, "signature", "input"), "anything"),
    ],
)
def test_an_impossible_table_is_refused(path: tuple[str | int, ...], value: object):
    table = copy.deepcopy(raw())
    place: Any = table
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(CardProfileError):
        parse_table(table)


@given(st.dictionaries(st.sampled_from(sorted(raw())), st.none() | st.integers() | st.lists(st.text())))
def test_any_content_is_a_table_or_an_error(changes: dict[str, Any]):
    try:
        table = parse_table(raw() | changes)
    except CardProfileError:
        return
    assert changes.keys() <= {"max_certificate_bytes"} or not table.profiles


def test_a_missing_file_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(profile, "config_dir", lambda: tmp_path)
    profile_table.cache_clear()
    try:
        with pytest.raises(CardProfileError):
            profile_table()
    finally:
        profile_table.cache_clear()


def test_the_table_says_where_it_comes_from():
    text = (config_dir() / "card_profiles.toml").read_text(encoding="utf-8")
    assert "Checked 20" in text
    assert "Sources:" in text
