"""Tampering at every level, and everything else that a sealed submission can be refused for."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from kiosk.card.virtual.authority import TestAuthority
from kiosk.portal.canonical import canonical_json
from kiosk.portal.contract import SealingKey
from kiosk.portal.sealing import HYBRID, PrivateSealingKey, key_id
from tests.reference_portal.people import CardKey, Person
from tests.reference_portal.sealed import signed, text
from tests.reference_portal.sealed_outcomes import assert_final, assert_not_remembered, mails
from tests.reference_portal.world import World, code
from tests.support.cards import holder

pytestmark = pytest.mark.one_database

# --- The envelope ---


def test_every_part_of_the_envelope_counts(world: World, arrived: Person) -> None:
    made = signed(arrived)
    envelope = made.envelope()
    made.upload()
    sealed = bytearray(base64.b64decode(envelope["sealed"]))
    wrong: list[dict[str, Any]] = []
    for place in (0, 600, 1119, 1120, 1500, len(sealed) - 1):
        changed = bytearray(sealed)
        changed[place] ^= 1
        wrong.append({"sealed": base64.b64encode(changed).decode()})
    wrong += [
        {"sealed": envelope["sealed"][:-8]},
        {"sealed": ""},
        {"sealed": "A"},
        {"files": envelope["files"][::-1]},
        {"files": []},
        {"not_after": text(datetime.now(UTC) + timedelta(days=400))},
    ]
    for change in wrong:
        answer = made.post({**envelope, **change})
        assert code(answer) == "sealing-key", change.keys()
        assert answer.json()["errors"] == [{"pointer": "/sealed", "code": "broken"}]
    for change in ({"key_id": "x"}, {"more": 1}, {"format": "zairyu-sealed:2"}, {"not_after": "soon"}):
        assert code(made.post({**envelope, **change})) == "malformed"
    assert_not_remembered(world, made)
    assert made.post(envelope).status_code == 201


def test_a_key_that_is_not_the_portals(world: World, arrived: Person) -> None:
    private = PrivateSealingKey.generate(HYBRID)
    raw = private.public_raw()
    key = made_key(raw, world)
    made = signed(arrived)
    answer = made.send(key=key)
    assert code(answer) == "sealing-key"
    assert answer.json()["errors"] == [{"pointer": "/key_id", "code": "unknown"}]
    assert_not_remembered(world, made)


def made_key(raw: bytes, world: World) -> SealingKey:
    moment = world.clock()
    return SealingKey(
        key_id=key_id(raw),
        suite=HYBRID,
        public_key=base64.b64encode(raw).decode(),
        valid_from=moment,
        valid_until=moment + timedelta(days=1),
    )


def test_what_is_signed_must_fit_its_envelope(world: World, arrived: Person) -> None:
    made = signed(arrived)
    other = world.key()
    made.submission_id = other
    answer = made.send(submission_id=other)
    assert code(answer) == "statement"
    assert answer.json()["errors"] == [{"pointer": "/submission_id", "code": "different"}]
    made.submission_id = other
    assert len(mails(world)) == 1


@pytest.mark.parametrize("place", ["/not_after", "/attachments", "/file_keys"])
def test_nothing_on_the_envelope_differs_from_what_was_signed(world: World, arrived: Person, place: str) -> None:
    made = signed(arrived)
    parts: dict[str, dict[str, Any]] = {
        "/not_after": {"not_after": world.clock() + timedelta(hours=1)},
        "/attachments": {"files": [file.facts.sealed_sha256 for file in made.files[1:]]},
        "/file_keys": {"file_keys": [base64.b64encode(bytes(32)).decode()]},
    }
    envelope = made.envelope(**parts[place])
    made.upload()
    answer = made.post(envelope)
    assert code(answer) == "statement"
    assert answer.json()["errors"] == [{"pointer": place, "code": "different"}]
    assert_final(world, made, envelope, answer)


# --- The statement and its signature ---


def test_a_changed_statement_or_signature(world: World, arrived: Person) -> None:
    made = signed(arrived)
    made.upload()
    good = canonical_json(made.statement)
    later = canonical_json({**made.statement, "not_after": text(world.clock() + timedelta(hours=71))})
    parts: list[dict[str, Any]] = [{"statement": later}, *({"signature": data} for data in (b"", b"0\x80", good))]
    for part in parts:
        assert code(made.post(made.envelope(**part))) == "signature"
    for wrong in (b"", b"[]", b"{}", good + b" ", good.replace(b'":', b'": ', 1), b"[" * 100_000):
        assert code(made.post(made.envelope(signed=wrong))) == "statement"
    for change in (
        {"version": 2},
        {"type": "zairyu/registration"},
        {"more": "x"},
        {"signed_at": "2026-11-23T00:00:00"},
    ):
        wrong = canonical_json({**made.statement, **change})
        assert code(made.post(made.envelope(signed=wrong))) == "statement"
    assert_not_remembered(world, made)
    assert made.send().status_code == 201


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"origin": "http://another.example.com"}, ("/origin", "different")),
        ({"user_kind": "relative"}, ("/user_kind", "different")),
        ({"hours": 72.01}, ("/not_after", "too-long")),
        ({"hours": 0}, ("/not_after", "too-long")),
        ({"hours": -1}, ("/not_after", "too-long")),
        ({"ahead": 6}, ("/signed_at", "future")),
        ({"year": 9999}, ("/signed_at", "future")),
    ],
)
def test_a_statement_that_claims_something_wrong(
    world: World, arrived: Person, change: dict[str, Any], error: tuple[str, str]
) -> None:
    moment = world.clock()
    if "hours" in change:
        change = {"signed_at": text(moment), "not_after": text(moment + timedelta(hours=change["hours"]))}
    elif "ahead" in change:
        moment += timedelta(minutes=change["ahead"])
        change = {"signed_at": text(moment), "not_after": text(moment + timedelta(hours=1))}
    elif "year" in change:
        change = {"signed_at": "9999-12-31T23:00:00Z", "not_after": "9999-12-31T23:59:00Z"}
    made = signed(arrived, **change)
    envelope = made.envelope()
    made.upload()
    answer = made.post(envelope)
    assert code(answer) == "statement"
    assert answer.json()["errors"] == [{"pointer": error[0], "code": error[1]}]
    assert_final(world, made, envelope, answer)


def test_a_clock_that_is_a_little_ahead_does_no_harm(world: World, arrived: Person) -> None:
    moment = world.clock() + timedelta(minutes=4)
    made = signed(arrived, signed_at=text(moment), not_after=text(moment + timedelta(hours=72)))
    assert made.send().status_code == 201


def test_late(world: World, arrived: Person) -> None:
    made = signed(arrived)
    envelope = made.envelope()
    world.clock.forward(hours=72)
    world.publish()
    made.upload()
    answer = made.post(envelope)
    assert code(answer) == "late"
    assert_final(world, made, envelope, answer)
    assert "期限を過ぎて" in mails(world)[0]


def test_just_in_time(world: World, arrived: Person) -> None:
    made = signed(arrived)
    world.clock.forward(hours=71, minutes=59)
    world.publish()
    assert made.send().status_code == 201


# --- Whose it is ---


def test_another_persons_certificate(world: World, arrived: Person, authority: TestAuthority) -> None:
    other = authority.issue(holder(name="KAKUU BETSUJIN"), world.clock()).keys["signing"]
    world.publish()
    made = signed(arrived)
    answer = made.send(signing=CardKey(other.certificate, other.private_key))
    assert code(answer) == "statement"
    assert answer.json()["errors"] == [{"pointer": "/authentication_id", "code": "other-person"}]
    assert_not_remembered(world, made)
    unknown = signed(arrived, authentication_id="2222222222").send()
    assert (unknown.json()["code"], unknown.json()["errors"]) == ("statement", answer.json()["errors"])


def test_who_never_chose_a_password_has_no_account(world: World, person: Person) -> None:
    assert person.register().status_code == 202
    from reference_portal.database.people import AccountRow

    with world.portal.database.read() as db:
        person.authentication_id = db.scalars(select(AccountRow.authentication_id)).one()
    assert signed(person).send().json()["errors"] == [{"pointer": "/authentication_id", "code": "other-person"}]


def test_a_renewed_card_of_the_same_person(world: World, arrived: Person, authority: TestAuthority) -> None:
    renewed = authority.issue(holder(), world.clock()).keys["signing"]
    world.publish()
    made = signed(arrived)
    assert made.send(signing=CardKey(renewed.certificate, renewed.private_key)).status_code == 201


def test_revoked_after_signing(world: World, person_to_revoke: Person) -> None:
    arrived = person_to_revoke.arrive()
    made = signed(arrived)
    envelope = made.envelope()
    world.authority.revoke(arrived.key("signing").certificate, world.clock())
    world.publish()
    made.upload()
    answer = made.post(envelope)
    assert code(answer) == "certificate-revoked"
    assert_final(world, made, envelope, answer)


def test_an_expired_certificate(world: World, authority: TestAuthority) -> None:
    card = authority.issue(holder(), world.clock(), not_after=world.clock() + timedelta(days=1))
    world.publish()
    arrived = Person(world, card).arrive()
    world.clock.forward(days=2)
    made = signed(arrived)
    envelope = made.envelope()
    made.upload()
    answer = made.post(envelope)
    assert code(answer) == "certificate-expired"
    assert_final(world, made, envelope, answer)


def test_a_certificate_that_anybody_could_make_tells_nobody(world: World, arrived: Person) -> None:
    forged = TestAuthority.create(world.clock()).issue(holder(), world.clock()).keys["signing"]
    made = signed(arrived)
    key = CardKey(forged.certificate, forged.private_key)
    assert code(made.send(signing=key)) == "certificate-untrusted"
    assert_not_remembered(world, made)
    authentication = arrived.key("authentication")
    assert code(made.post(made.envelope(signing=authentication))) == "certificate-untrusted"
    assert made.post().status_code == 201


def test_without_a_current_revocation_list_it_is_neither_taken_nor_refused(world: World, arrived: Person) -> None:
    made = signed(arrived)
    envelope = made.envelope()
    made.upload()
    for path in world.portal.config.trust.glob("*.crl"):
        path.unlink()
    assert code(made.post(envelope)) == "revocation-unknown"
    assert_not_remembered(world, made)
    world.publish()
    assert made.post(envelope).status_code == 201
