"""Log-in, lock-out and sessions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from kiosk.card.virtual.authority import TestAuthority
from reference_portal.config import PasswordCost
from tests.reference_portal.people import PASSWORD, Person
from tests.reference_portal.world import World, code
from tests.support.cards import holder


@pytest.fixture
def stranger(world: World, arrived: Person, authority: TestAuthority) -> Person:
    """Somebody with a good card and the first person's authentication ID."""
    card = authority.issue(holder(name="MIHON TANIN"), world.clock())
    world.publish()
    return Person(world, card, authentication_id=arrived.authentication_id)


def same_failure(answers: list[Any]) -> None:
    """Check that refusals differ in nothing but their ids."""
    shown = [{**answer.json(), "request_id": "", "instance": ""} for answer in answers]
    assert all(item == shown[0] for item in shown)
    assert {answer.status_code for answer in answers} == {401}
    assert code(answers[0]) == "login-failed"


@pytest.mark.one_database
def test_every_wrong_factor_gives_one_answer(arrived: Person, stranger: Person) -> None:
    used = arrived.challenge("login")
    arrived.login(challenge=used)
    same_failure(
        [
            arrived.login(password="Wrong-12345"),
            arrived.login(authentication_id="ZZZZZZZZZZ"),
            stranger.login(),
            arrived.login(challenge=used),
            arrived.login(origin="http://other.example.com"),
            arrived.login(key=stranger.key("authentication")),
            arrived.login(challenge=arrived.challenge("registration")),
        ]
    )


@pytest.mark.one_database
def test_a_token_for_another_tag_or_device_is_refused(arrived: Person) -> None:
    challenge = arrived.challenge("login")
    body = arrived.login_body(challenge=challenge)
    body["token"] = arrived.proof("zairyu/registration/v1", challenge["nonce"])
    assert code(arrived.world.post("/sessions", body)) == "login-failed"
    assert code(arrived.login(device="another-station")) == "login-failed"


def test_a_nonce_runs_out(world: World, arrived: Person) -> None:
    challenge = arrived.challenge("login")
    world.clock.forward(minutes=5, seconds=1)
    assert code(arrived.login(challenge=challenge)) == "login-failed"


@pytest.mark.one_database
@pytest.mark.parametrize("typed", ["{id}", "{low}", " {id} ", "{split}"])
def test_the_id_may_be_typed_loosely(arrived: Person, typed: str) -> None:
    own = arrived.authentication_id
    text = typed.format(id=own, low=own.lower(), split=f"{own[:5]}-{own[5:]}")
    assert arrived.login(authentication_id=text).status_code == 201


@pytest.mark.one_database
def test_a_bad_certificate_is_told_only_to_its_owner(world: World, person_to_revoke: Person) -> None:
    person = person_to_revoke.arrive()
    world.authority.revoke(person.key("authentication").certificate, world.clock() - timedelta(hours=2))
    world.publish()
    assert code(person.login(password="Wrong-12345")) == "login-failed"
    assert code(person.login(origin="http://other.example.com")) == "login-failed"
    answer = person.login()
    assert (answer.status_code, code(answer)) == (422, "certificate-revoked")


@pytest.mark.one_database
def test_an_expired_certificate_is_named(world: World, authority: TestAuthority) -> None:
    card = authority.issue(holder(), world.clock(), not_after=world.clock() + timedelta(days=3))
    person = Person(world, card)
    world.publish()
    person.arrive()
    world.clock.forward(days=4)
    world.publish()
    assert code(person.login()) == "certificate-expired"


@pytest.mark.one_database
def test_without_a_revocation_list_nobody_logs_in(world: World, arrived: Person) -> None:
    for path in world.portal.config.trust.glob("*.crl"):
        path.unlink()
    assert code(arrived.login()) == "revocation-unknown"


def test_a_password_lives_a_year(world: World, arrived: Person) -> None:
    world.clock.forward(days=365)
    world.publish()
    assert arrived.login().status_code == 201
    world.clock.forward(days=2)
    world.publish()
    answer = arrived.login()
    assert code(answer) == "login-failed"
    assert answer.json()["errors"] == [{"pointer": "/password", "code": "password-expired"}]
    assert arrived.login(password="Wrong-12345").json()["errors"] == []


def test_five_failures_lock_for_a_while_that_doubles(world: World, arrived: Person) -> None:
    waits: list[int] = []
    for _ in range(9):
        for _ in range(5):
            assert code(arrived.login(password="Wrong-12345")) == "login-failed"
        answer = arrived.login()
        assert (answer.status_code, code(answer)) == (423, "locked")
        waits.append(int(answer.headers["retry-after"]) // 60)
        world.clock.forward(seconds=int(answer.headers["retry-after"]) + 1)
        arrived.device += "x"  # the device has a lock of its own
    assert waits == [15, 30, 60, 120, 240, 480, 960, 1440, 1440]
    world.publish()
    assert arrived.login().status_code == 201
    assert code(arrived.login(password="Wrong-12345")) == "login-failed"
    assert arrived.login().status_code == 201


def test_unknown_ids_lock_like_known_ones(arrived: Person, stranger: Person) -> None:
    for _ in range(5):
        assert code(stranger.login(authentication_id="ZZZZZZZZZZ")) == "login-failed"
    assert code(stranger.login(authentication_id="ZZZZZZZZZZ")) == "locked"
    assert arrived.login().status_code == 201


@pytest.mark.one_database
def test_without_a_card_nobody_locks_an_id(arrived: Person, stranger: Person) -> None:
    for _ in range(6):
        answer = stranger.login(key=stranger.key("signing"), origin="http://other.example.com")
        assert code(answer) == "login-failed"
    arrived.device = "station-2"
    assert arrived.login().status_code == 201


@pytest.mark.one_database
def test_a_device_locks_after_many_failures(world: World, arrived: Person) -> None:
    for number in range(world.portal.config.lockout.device_failures):
        assert code(arrived.login(origin=f"http://{number}.example.com")) == "login-failed"
    assert code(arrived.login()) == "locked"
    arrived.device = "station-2"
    assert arrived.login().status_code == 201


def test_a_session_ends_half_an_hour_after_its_last_use(world: World, arrived: Person) -> None:
    for _ in range(4):
        world.clock.forward(minutes=29)
        assert arrived.get("/account").status_code == 200
    world.clock.forward(minutes=30, seconds=1)
    answer = arrived.get("/account")
    assert (answer.status_code, code(answer)) == (401, "unauthenticated")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_logging_out_ends_the_session(arrived: Person) -> None:
    assert arrived.delete("/sessions/current").status_code == 204
    assert code(arrived.get("/account")) == "unauthenticated"


@pytest.mark.one_database
@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", "Basic eDp5"])
def test_without_a_token_nothing_is_shown(world: World, header: str) -> None:
    answer = world.request("GET", "/account", headers={"Authorization": header} if header else {})
    assert code(answer) == "unauthenticated"


def test_tokens_and_passwords_are_not_in_the_database(world: World, arrived: Person) -> None:
    link = "kept-nowhere"
    with world.portal.database.engine.connect() as connection:
        from reference_portal.database.migrate import metadata

        rows = [str(row) for table in metadata().sorted_tables for row in connection.execute(table.select())]
    assert not any(secret in row for row in rows for secret in (arrived.token, PASSWORD, link))


def test_a_hash_of_other_parameters_is_renewed(make_world: Callable[..., World], person: Person) -> None:
    person.arrive()
    stronger = make_world(password_cost=PasswordCost(memory_kib=16, time=1, lanes=1))
    person.world = stronger
    assert person.login().status_code == 201
    assert person.login().status_code == 201
    with stronger.portal.database.read() as db:
        from sqlalchemy import select

        from reference_portal.database.people import AccountRow

        assert "m=16," in str(db.scalars(select(AccountRow.password_hash)).one())
