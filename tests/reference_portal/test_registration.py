"""Registration: what has to be proved, and what happens when it is not."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from kiosk.card.virtual.authority import TestAuthority
from kiosk.portal.canonical import canonical_json
from tests.reference_portal.people import PASSWORD, Person
from tests.reference_portal.world import World, code
from tests.support.cards import holder


def test_a_person_registers_activates_and_logs_in(world: World, person: Person) -> None:
    answer = person.register()
    assert answer.status_code == 202
    assert answer.json()["outcome"] == "created"
    assert answer.json()["email_hint"] == "k…n@example.com"
    person.activate()
    session = person.login()
    assert session.status_code == 201
    shown = session.json()["account"]["person"]
    assert (shown["name"], shown["birth_date"], shown["sex"]) == ("KAKUU MIHON", "1994-05-17", "1")


def test_an_elliptic_card_registers_and_logs_in(world: World) -> None:
    authority = TestAuthority.create(world.clock(), key_type="secp384r1")
    world.authority = authority
    person = Person(world, authority.issue(holder(), world.clock(), key_type="secp384r1"))
    world.publish()
    person.arrive()
    assert person.get("/account").status_code == 200


@pytest.mark.one_database
def test_the_approval_mail_holds_nothing_personal(world: World, person: Person) -> None:
    person.register()
    mail = world.mails()[-1]
    assert mail["to"] == person.email
    assert mail["subject"].startswith("【入管庁】")
    assert mail["text"].index("パスワード") < mail["text"].index("password")
    assert not any(word in mail["text"] for word in ("KAKUU", "MIHON", "千代田", "1994-05-17", "XX00000000XX"))


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"origin": "http://other.example.com"}, "statement"),
        ({"submission_id": "01a205ab-e1cc-7acb-a009-8d14945a9bc3"}, "statement"),
        ({"authentication_certificate_sha256": "0" * 64}, "statement"),
        ({"version": 2}, "statement"),
        ({"surprise": "1"}, "statement"),
        ({"email": "no address"}, "statement"),
        ({"residence_card_number": "XX0000"}, "statement"),
        ({"terms_version": "1999-01-01"}, "terms-version"),
        ({"device_id": "another-station"}, "signature"),
    ],
)
def test_a_statement_must_be_what_was_asked_for(person: Person, changes: dict[str, Any], expected: str) -> None:
    answer = person.register(**changes)
    assert (answer.status_code, code(answer)) == (422, expected)
    assert person.world.mails() == []


@pytest.mark.one_database
def test_the_statement_must_be_canonical(person: Person) -> None:
    key = person.world.key()
    loose = json.dumps(person.statement(key), indent=1).encode()
    _, body = person.registration(content=loose)
    assert code(person.world.post("/registrations", body, key=key)) == "statement"


@pytest.mark.one_database
def test_a_changed_statement_breaks_the_signature(person: Person) -> None:
    key, body = person.registration()
    changed = {**json.loads(base64.b64decode(body["statement"])), "email": "other@example.com"}
    body["statement"] = base64.b64encode(canonical_json(changed)).decode()
    answer = person.world.post("/registrations", body, key=key)
    assert (answer.status_code, code(answer)) == (422, "signature")


@pytest.mark.one_database
def test_the_authentication_key_does_not_sign_statements(person: Person) -> None:
    assert code(person.register(signing=person.key("authentication"))) == "certificate-untrusted"


@pytest.mark.one_database
def test_another_authentication_key_is_refused(world: World, person: Person, authority: TestAuthority) -> None:
    other = authority.issue(holder(name="MIHON TANIN"), world.clock())
    stranger = Person(world, other)
    assert code(person.register(authentication=stranger.key("authentication"))) == "statement"


@pytest.mark.one_database
@pytest.mark.parametrize("use", ["signing", "authentication"])
def test_a_revoked_certificate_is_refused(world: World, person_to_revoke: Person, use: str) -> None:
    world.authority.revoke(person_to_revoke.key(use).certificate, world.clock() - timedelta(hours=2))
    world.publish()
    answer = person_to_revoke.register()
    assert (answer.status_code, code(answer)) == (422, "certificate-revoked")


@pytest.mark.one_database
def test_an_expired_certificate_is_refused(world: World, authority: TestAuthority) -> None:
    old = authority.issue(holder(), world.clock() - timedelta(days=9), not_after=world.clock() - timedelta(days=1))
    world.publish()
    answer = Person(world, old).register()
    assert (answer.status_code, code(answer)) == (422, "certificate-expired")


@pytest.mark.one_database
def test_a_strangers_certificate_is_refused(world: World) -> None:
    world.publish()
    stranger = TestAuthority.create(world.clock()).issue(holder(), world.clock())
    answer = Person(world, stranger).register()
    assert (answer.status_code, code(answer)) == (422, "certificate-untrusted")


@pytest.mark.one_database
def test_without_a_revocation_list_nobody_registers(world: World, person: Person) -> None:
    for path in world.portal.config.trust.glob("*.crl"):
        path.unlink()
    answer = person.register()
    assert (answer.status_code, code(answer)) == (503, "revocation-unknown")


def test_a_nonce_counts_once(person: Person) -> None:
    challenge = person.challenge("registration")
    assert person.register(challenge=challenge).status_code == 202
    assert code(person.register(challenge=challenge)) == "signature"


def test_a_nonce_is_spent_even_by_a_failure(person: Person) -> None:
    challenge = person.challenge("registration")
    assert code(person.register(challenge=challenge, terms_version="1999")) == "terms-version"
    assert code(person.register(challenge=challenge)) == "signature"


def test_a_nonce_has_a_purpose_and_an_end(world: World, person: Person) -> None:
    assert code(person.register(challenge=person.challenge("login"))) == "signature"
    challenge = person.challenge("registration")
    world.clock.forward(minutes=5, seconds=1)
    assert code(person.register(challenge=challenge)) == "signature"


def test_who_never_chose_a_password_registers_anew(world: World, person: Person) -> None:
    person.register(email="first@example.com")
    first = world.last_link()
    answer = person.register()
    assert answer.json()["outcome"] == "created"
    assert world.mails()[-1]["to"] == person.email
    assert world.client.get(first).status_code == 404
    person.activate()
    assert person.login().status_code == 201


def renewed(person: Person, **changes: Any) -> Person:
    """Return the same person with a new card."""
    world = person.world
    card = world.authority.issue(holder(**changes), world.clock())
    world.publish()
    return Person(world, card, email="new@example.com", authentication_id=person.authentication_id)


def test_a_renewed_card_is_connected_after_the_password(world: World, arrived: Person) -> None:
    new = renewed(arrived, name="ＫＡＫＵＵ ＭＩＨＯＮ", address="大阪府大阪市架空1-1")
    answer = new.register()
    assert (answer.status_code, answer.json()["outcome"]) == (202, "rebind")
    assert world.mails()[-1]["to"] == arrived.email != new.email
    assert code(new.login()) == "login-failed"
    link = world.last_link()
    wrong = world.post_page(link, password="Wrong-12345")
    assert (wrong.status_code, "data-code='password'" in wrong.text) == (422, True)
    assert world.post_page(link, password=PASSWORD).status_code == 200
    assert world.post_page(link, password=PASSWORD).status_code == 404
    assert code(arrived.get("/account")) == "unauthenticated"
    assert code(arrived.login()) == "login-failed"
    assert new.login().status_code == 201
    account = new.get("/account").json()
    assert account["email"] == arrived.email
    assert account["person"]["address"] == "大阪府大阪市架空1-1"


def test_wrong_passwords_on_the_page_of_a_new_card_lock(world: World, arrived: Person) -> None:
    renewed(arrived).register()
    link = world.last_link()
    for _ in range(5):
        assert world.post_page(link, password="Wrong-12345").status_code == 422
    locked = world.post_page(link, password=PASSWORD)
    assert locked.status_code == 423
    assert int(locked.headers["retry-after"]) > 800


@pytest.mark.parametrize(
    "change", [{"name": "KAKUU MIHONN"}, {"birth_date": "1994-05-18"}, {"sex": "2"}], ids=["name", "birth", "sex"]
)
def test_somebody_else_gets_an_account_of_their_own(arrived: Person, change: dict[str, str]) -> None:
    assert renewed(arrived, **change).register().json()["outcome"] == "created"


def test_a_card_opens_one_account(make_world: Callable[..., World], arrived: Person, authority: TestAuthority) -> None:
    other = Person(arrived.world, authority.issue(holder(name="MIHON TANIN"), arrived.world.clock()))
    mixed = Person(arrived.world, other.card, email="tanin@example.com")
    mixed.card.keys["authentication"] = arrived.card.keys["authentication"]
    answer = mixed.register()
    assert code(answer) == "statement"
    assert answer.json()["errors"][0]["code"] == "other-person"


def test_unknown_parts_of_a_birth_date_stay_unknown(world: World, authority: TestAuthority) -> None:
    person = Person(world, authority.issue(holder(birth_date="1994-00-00"), world.clock()))
    world.publish()
    person.arrive()
    shown = person.get("/account").json()["person"]
    assert (shown["birth_date"], shown["birth_date_text"]) == (None, "1994-00-00")
