"""A POST has one effect per key."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

from reference_portal.database.filing import ApplicationRow
from reference_portal.database.office import IdempotencyRow
from reference_portal.web.idempotency import purge
from tests.reference_portal.answers import content
from tests.reference_portal.people import Person
from tests.reference_portal.world import World, code

CHALLENGE = {"purpose": "login", "device_id": "x"}


def count(world: World) -> int:
    with world.portal.database.read() as db:
        return db.scalar(select(func.count()).select_from(ApplicationRow)) or 0


def test_a_repeated_request_gets_the_stored_answer(world: World, arrived: Person) -> None:
    key = world.key()
    first = arrived.post("/applications", content(), key=key)
    again = arrived.post("/applications", content(), key=key)
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert first.headers["etag"] == again.headers["etag"]
    assert again.headers["idempotency-replayed"] == "true"
    assert count(world) == 1


def test_another_body_under_the_key_is_refused(world: World, arrived: Person) -> None:
    key = world.key()
    arrived.post("/applications", content(), key=key)
    other = arrived.post("/applications", content(answers={}), key=key)
    assert (other.status_code, code(other)) == (422, "key-reused")
    elsewhere = arrived.post(f"/applications/{world.key()}/copy", key=key)
    assert code(elsewhere) == "key-reused"


def test_requests_at_once_have_one_effect(world: World, arrived: Person) -> None:
    key = world.key()

    def create(_number: int) -> Any:
        return arrived.post("/applications", content(), key=key)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(create, range(6)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert all(code(answer) == "in-progress" for answer in answers if answer.status_code == 409)
    assert all(answer.headers["retry-after"] == "1" for answer in answers if answer.status_code == 409)
    assert count(world) == 1


def test_a_key_still_worked_on_says_so_until_its_lease_ends(world: World) -> None:
    key = world.key()
    world.post("/challenges", CHALLENGE, key=key)
    with world.portal.database.write() as db:
        row = db.get_one(IdempotencyRow, ("public", key))
        row.reply, row.leased_until = None, world.clock() + world.portal.config.idempotency_lease
    busy = world.post("/challenges", CHALLENGE, key=key)
    assert (busy.status_code, code(busy), busy.headers["retry-after"]) == (409, "in-progress", "1")
    world.clock.forward(seconds=61)
    assert world.post("/challenges", CHALLENGE, key=key).status_code == 201


def test_a_log_in_can_be_repeated_after_a_lost_answer(world: World, arrived: Person) -> None:
    key, body = world.key(), arrived.login_body()
    first = world.post("/sessions", body, key=key)
    again = world.post("/sessions", body, key=key)
    assert (first.status_code, again.json()) == (201, first.json())


def test_a_registration_can_be_repeated_after_a_lost_answer(world: World, person: Person) -> None:
    key, body = person.registration()
    first = world.post("/registrations", body, key=key)
    assert world.post("/registrations", body, key=key).json() == first.json()
    assert len(world.mails()) == 1


def test_stored_answers_do_not_give_tokens_away(world: World, arrived: Person) -> None:
    with world.portal.database.read() as db:
        replies = [row.reply or b"" for row in db.scalars(select(IdempotencyRow))]
    assert len(replies) >= 3
    assert not any(arrived.token.encode() in reply or b"KAKUU" in reply for reply in replies)


@pytest.mark.parametrize("key", ["", "x", "7f0e8400-e29b-41d4-a716-446655440000", '"', "01A205AB"])
def test_a_key_is_a_uuid7(world: World, key: str) -> None:
    answer = world.request("POST", "/challenges", json=CHALLENGE, headers={"Idempotency-Key": key})
    assert (answer.status_code, code(answer)) == (400, "idempotency-key")


def test_keys_are_kept_90_days(world: World) -> None:
    key = world.key()
    first = world.post("/challenges", CHALLENGE, key=key)
    world.clock.forward(days=89)
    purge(world.portal)
    assert world.post("/challenges", CHALLENGE, key=key).json() == first.json()
    world.clock.forward(days=2)
    assert world.post("/challenges", CHALLENGE, key=key).json() != first.json()
    world.clock.forward(days=91)
    purge(world.portal)
    with world.portal.database.read() as db:
        assert db.scalars(select(IdempotencyRow)).all() == []
