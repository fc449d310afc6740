from __future__ import annotations

import hashlib
import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.portal.canonical import canonical_json, token_digest


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT.map(nfc), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_it_reads_back_as_the_normalised_value_and_is_stable(value: Any) -> None:
    once = canonical_json(value)
    assert canonical_json(json.loads(once)) == once
    assert unicodedata.is_normalized("NFC", once.decode())


@given(st.dictionaries(TEXT.map(nfc), st.integers(0, 9), min_size=2, max_size=5))
def test_the_order_of_names_does_not_matter(value: dict[str, int]) -> None:
    backwards = dict(reversed(value.items()))
    assert canonical_json(value) == canonical_json(backwards)


def test_names_are_sorted_by_utf16_as_rfc_8785_wants() -> None:
    assert canonical_json({"\U0001f600": 1, "\uff71": 2, "a": 3}) == '{"a":3,"\U0001f600":1,"\uff71":2}'.encode()


def test_two_ways_to_write_a_letter_are_one() -> None:
    assert canonical_json("か\u3099") == canonical_json("が")


@pytest.mark.parametrize(
    "value", [1.5, float("nan"), 2**53, -(2**53), "\ud800", {"\udfff": 1}, {1: 2}, {"か\u3099": 1, "が": 2}, b"x", {1}]
)
def test_what_has_no_one_form_is_refused_without_being_shown(value: Any) -> None:
    with pytest.raises(ValueError) as caught:
        canonical_json({"member": [value]})
    assert "が" not in str(caught.value)


def test_deep_nesting_is_refused_or_written_but_never_hangs() -> None:
    value: Any = 1
    for _ in range(200):
        value = [value]
    assert canonical_json(value).count(b"[") == 200


@given(st.tuples(TEXT, TEXT, TEXT, TEXT), st.tuples(TEXT, TEXT, TEXT, TEXT))
def test_a_token_digest_is_of_one_set_of_fields_alone(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert (token_digest(*one[:4]) == token_digest(*other[:4])) == (one == other)


def test_the_token_digest_is_as_documented() -> None:
    parts = [hashlib.sha256(part).digest() for part in (b"t", b"o", b"n", b"d")]
    assert token_digest("t", "o", "n", "d") == hashlib.sha256(b"".join(parts)).digest()
