"""What is sealed is the portal's alone, and nothing of its envelope can be exchanged."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.portal.contract import SealedContent, SealedEnvelope, SealingKey, SealingKeys
from kiosk.portal.errors import EnvelopeBroken, NotSealable, SealingKeysUntrusted
from kiosk.portal.sealing import (
    CLASSIC,
    HYBRID,
    Envelope,
    PrivateSealingKey,
    SuiteName,
    key_id,
    key_in_force,
    open_envelope,
    seal,
    sign_keys,
    verified_keys,
)

NOW = datetime(2026, 11, 23, 1, 2, 3, 456_000, tzinfo=UTC)
SUBMISSION = "0192f0c1-2345-7abc-8def-0123456789ab"
OUTSIDE = Envelope(SUBMISSION, NOW + timedelta(hours=72), ("ab" * 32, "cd" * 32))
CONTENT = SealedContent(statement="AAAA", signature="BBBB", file_keys=("Q0ND", "RERE"))


def public(private: PrivateSealingKey, starts: datetime = NOW, days: int = 30) -> SealingKey:
    raw = private.public_raw()
    return SealingKey(
        key_id=key_id(raw),
        suite=private.suite,
        public_key=base64.b64encode(raw).decode(),
        valid_from=starts,
        valid_until=starts + timedelta(days=days),
    )


def changed(envelope: SealedEnvelope, **changes: object) -> SealedEnvelope:
    return SealedEnvelope.model_validate({**envelope.model_dump(), **changes})


@pytest.fixture(params=[HYBRID, CLASSIC])
def private(request: pytest.FixtureRequest) -> PrivateSealingKey:
    suite: SuiteName = request.param
    return PrivateSealingKey.generate(suite)


def test_there_and_back_over_the_wire(private: PrivateSealingKey) -> None:
    key = public(private)
    envelope = seal(CONTENT, key, OUTSIDE)
    came = SealedEnvelope.model_validate_json(envelope.model_dump_json())
    kept = PrivateSealingKey(private.suite, bytes(private.raw))
    assert open_envelope(came, {key.key_id: kept}) == CONTENT
    assert seal(CONTENT, key, OUTSIDE).sealed != envelope.sealed


def test_nothing_of_the_envelope_can_be_exchanged(private: PrivateSealingKey) -> None:
    key = public(private)
    keys = {key.key_id: private}
    envelope = seal(CONTENT, key, OUTSIDE)
    ciphertext = base64.b64decode(envelope.sealed)
    for place in (*range(0, len(ciphertext), 41), len(ciphertext) - 1):
        data = bytearray(ciphertext)
        data[place] ^= 1
        with pytest.raises(EnvelopeBroken):
            open_envelope(changed(envelope, sealed=base64.b64encode(data).decode()), keys)
    for wrong in (
        {"submission_id": SUBMISSION.replace("0192", "0193")},
        {"not_after": NOW},
        {"files": OUTSIDE.files[::-1]},
        {"files": ()},
        {"sealed": ""},
        {"sealed": envelope.sealed[:-5]},
        {"sealed": "A"},
    ):
        with pytest.raises(EnvelopeBroken):
            open_envelope(changed(envelope, **wrong), keys)


def test_another_key_does_not_open(private: PrivateSealingKey) -> None:
    key, other = public(private), PrivateSealingKey.generate(private.suite)
    envelope = seal(CONTENT, key, OUTSIDE)
    with pytest.raises(EnvelopeBroken):
        open_envelope(envelope, {key.key_id: other})
    with pytest.raises(KeyError):
        open_envelope(envelope, {public(other).key_id: other})


def test_only_a_content_is_taken_out(private: PrivateSealingKey) -> None:
    key = public(private)
    wrong = SealedContent.model_construct(statement="AAAA", signature="BBBB", file_keys=("Q0ND",), extra="x")
    assert isinstance(open_envelope(seal(wrong, key, OUTSIDE), {key.key_id: private}), SealedContent)
    broken = SealedContent.model_construct(statement="*", signature="", file_keys=())
    with pytest.raises(EnvelopeBroken):
        open_envelope(seal(broken, key, OUTSIDE), {key.key_id: private})


def test_what_cannot_be_sealed(private: PrivateSealingKey) -> None:
    key = public(private)
    other = public(PrivateSealingKey.generate(private.suite))
    mixed = SealingKey.model_validate({**key.model_dump(), "public_key": other.public_key})
    short = base64.b64decode(key.public_key)[:-1]
    bad = {"public_key": base64.b64encode(short).decode(), "key_id": key_id(short)}
    for wrong in (mixed, SealingKey.model_validate({**key.model_dump(), **bad})):
        with pytest.raises(NotSealable):
            seal(CONTENT, wrong, OUTSIDE)
    large = SealedContent(statement="A" * 1_200_000, signature="", file_keys=())
    with pytest.raises(NotSealable):
        seal(large, key, OUTSIDE)


def test_a_private_key_does_not_show_itself(private: PrivateSealingKey) -> None:
    assert repr(private.raw) not in repr(private)
    assert len(private.raw) == (96 if private.suite == HYBRID else 32)


def test_keys_are_believed_only_from_the_pinned_portal() -> None:
    signer, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    pin = base64.b64encode(signer.public_key().public_bytes_raw()).decode()
    keys = tuple(public(PrivateSealingKey.generate(suite)) for suite in (HYBRID, CLASSIC))
    answer = SealingKeys.model_validate_json(sign_keys(keys, NOW, signer).model_dump_json())
    assert verified_keys(answer, pin) == keys
    later = {**keys[0].model_dump(), "valid_until": NOW + timedelta(days=999)}
    for wrong in (
        sign_keys(keys, NOW, other),
        _changed(answer, signature=""),
        _changed(answer, signature="A"),
        _changed(answer, issued_at=NOW + timedelta(seconds=1)),
        _changed(answer, keys=keys[:1]),
        _changed(answer, keys=(later, keys[1])),
        sign_keys([SealingKey.model_validate({**keys[0].model_dump(), "key_id": "00" * 32})], NOW, signer),
    ):
        with pytest.raises(SealingKeysUntrusted):
            verified_keys(wrong, pin)
    for bad_pin in ("", "A", "AAAA", "*"):
        with pytest.raises(SealingKeysUntrusted):
            verified_keys(answer, bad_pin)


def _changed(answer: SealingKeys, **changes: object) -> SealingKeys:
    return SealingKeys.model_validate({**answer.model_dump(), **changes})


def test_the_key_in_force() -> None:
    hybrid, classic = (PrivateSealingKey.generate(suite) for suite in (HYBRID, CLASSIC))
    old, new = public(hybrid, NOW - timedelta(days=20)), public(PrivateSealingKey.generate(HYBRID), NOW)
    plain = public(classic, NOW, days=90)
    assert key_in_force([old, plain, new], NOW) == new
    assert key_in_force([old, plain], NOW) == old
    assert key_in_force([old, plain], old.valid_until) == plain
    assert key_in_force([new, old], NOW - timedelta(seconds=1)) == old
    for nothing in ([], [new]):
        with pytest.raises(NotSealable):
            key_in_force(nothing, NOW - timedelta(days=1))
