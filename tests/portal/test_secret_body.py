from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.portal.secret_body import SecretBody


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_it_is_the_json_of_members_and_secret(secret: str) -> None:
    members = {"id": 'a"b}', "deep": {"x": [1]}}
    body = SecretBody(json.dumps(members), "password", bytearray(secret.encode()))
    whole = b"".join(bytes(part) for part in body)
    assert json.loads(whole) == {**members, "password": secret}
    assert len(body) == len(whole)


def test_wiping_leaves_nothing() -> None:
    secret = bytearray(b"Kakuu-Mihon1")
    body = SecretBody('{"a":1}', "password", secret)
    (buffer,) = body
    assert b"Mihon" in buffer
    body.wipe()
    assert not any(buffer)
    assert secret == b"Kakuu-Mihon1"
    assert repr(body) == "<SecretBody>"


@pytest.mark.parametrize("secret", [b"\xff\xfe", b"\xe3\x81"])
def test_bytes_that_are_no_text_pass_as_they_are(secret: bytes) -> None:
    assert secret in b"".join(bytes(part) for part in SecretBody('{"a":1}', "password", bytearray(secret)))
