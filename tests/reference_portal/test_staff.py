"""Staff of organisations: approved by the bureau, in with ID and password, without a card."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from kiosk.portal.contract import ProblemCode, UserKind
from reference_portal.database.people import AccountRow
from reference_portal.errors import Refusal
from reference_portal.people.staff import Notification, approve
from tests.reference_portal.people import DEVICE, PASSWORD, Person
from tests.reference_portal.world import World, code

pytestmark = pytest.mark.one_database


def notification(**changes: Any) -> Notification:
    said = {
        "user_kind": UserKind.ORGANISATION,
        "organisation": "架空見本株式会社",
        "name": "見本 架空子",
        "address": "東京都千代田区霞が関0丁目0番0号",
        "phone": "0300000000",
        "email": "staff@example.com",
    }
    return Notification.model_validate({**said, **changes})


def approved(world: World, **changes: Any) -> str:
    """Approve somebody, choose their password and return their ID."""
    approve(world.portal, notification(**changes), world.origin)
    page = world.post_page(world.last_link(), password=PASSWORD, again=PASSWORD)
    return page.text.partition("id='authentication-id'>")[2].partition("<")[0]


def log_in(world: World, authentication_id: str, password: str = PASSWORD, device: str = DEVICE) -> Any:
    body = {"device_id": device, "authentication_id": authentication_id, "password": password}
    return world.post("/staff-sessions", body)


@pytest.mark.parametrize("kind", ["organisation", "public_corporation", "support_organisation"])
def test_who_was_approved_logs_in_without_a_card(world: World, kind: str) -> None:
    answer = log_in(world, approved(world, user_kind=kind))
    assert answer.status_code == 201, answer.text
    account = answer.json()["account"]
    assert (account["user_kind"], account["organisation"]) == (kind, "架空見本株式会社")
    assert account["person"]["name"] == "見本 架空子"
    assert account["person"]["birth_date"] is None
    held = world.request("GET", "/account", headers={"Authorization": f"Bearer {answer.json()['token']}"})
    assert held.json() == account


def test_a_card_holder_does_not_get_in_without_the_card(world: World, arrived: Person) -> None:
    answer = log_in(world, arrived.authentication_id)
    assert (answer.status_code, code(answer)) == (401, "login-failed")


def test_staff_do_not_get_in_with_anybodys_card(world: World, arrived: Person) -> None:
    assert code(arrived.login(authentication_id=approved(world))) == "login-failed"


def test_wrong_and_unknown_are_the_same(world: World) -> None:
    known = approved(world)
    answers = [log_in(world, known, "Wrong-12345"), log_in(world, "ZZZZZZZZZZ"), log_in(world, known, "")]
    shown = [{**answer.json(), "request_id": "", "instance": ""} for answer in answers]
    assert all(item == shown[0] for item in shown)
    assert {answer.status_code for answer in answers} == {401}


def test_failures_lock_this_entrance_and_not_the_card(world: World, arrived: Person) -> None:
    for number in range(5):
        assert code(log_in(world, arrived.authentication_id, device=f"d{number}")) == "login-failed"
    assert code(log_in(world, arrived.authentication_id, device="d6")) == "locked"
    assert arrived.login().status_code == 201


def test_a_new_password_ends_the_lock(world: World) -> None:
    known = approved(world)
    for number in range(5):
        log_in(world, known, "Wrong-12345", device=f"d{number}")
    assert code(log_in(world, known)) == "locked"
    assert world.post("/password-resets", {"authentication_id": known, "email": "staff@example.com"}).status_code == 202
    world.post_page(world.last_link(), password="Other-12345", again="Other-12345")
    assert log_in(world, known, "Other-12345").status_code == 201


def test_a_password_lives_a_year(world: World) -> None:
    known = approved(world)
    world.clock.forward(days=367)
    answer = log_in(world, known)
    assert answer.json()["errors"] == [{"pointer": "/password", "code": "password-expired"}]
    assert log_in(world, known, "Wrong-12345").json()["errors"] == []


def test_the_page_is_mailed_again_until_the_password_is_chosen(world: World) -> None:
    approve(world.portal, notification(), world.origin)
    first = world.last_link()
    approve(world.portal, notification(), world.origin)
    assert world.last_link() != first
    assert world.post_page(first, password=PASSWORD, again=PASSWORD).status_code == 404
    approved(world)
    with pytest.raises(Refusal) as refusal:
        approve(world.portal, notification(), world.origin)
    assert refusal.value.code == ProblemCode.WRONG_STATE
    with world.portal.database.read() as db:
        assert len(db.scalars(select(AccountRow.id)).all()) == 1


def test_several_people_of_one_organisation_each_have_their_own(world: World) -> None:
    ids = {approved(world, email=f"staff{number}@example.com") for number in range(3)}
    assert len(ids) == 3


def test_who_registers_with_a_card_is_not_approved_here(world: World) -> None:
    with pytest.raises(Refusal) as refusal:
        approve(world.portal, notification(user_kind="scrivener"), world.origin)
    assert refusal.value.code == ProblemCode.MALFORMED


@pytest.mark.parametrize("kind", ["organisation", "public_corporation", "support_organisation"])
def test_nobody_registers_as_staff_with_a_card(world: World, person: Person, kind: str) -> None:
    answer = person.register(user_kind=kind)
    assert (answer.status_code, code(answer)) == (422, "statement")
    assert answer.json()["errors"] == [{"pointer": "/user_kind", "code": "entrance"}]


@pytest.mark.parametrize(
    "wrong", [{"email": "nobody"}, {"phone": "03-0000"}, {"organisation": " "}, {"name": "x" * 201}, {"address": ""}]
)
def test_a_notification_is_whole(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as refusal:
        notification(**wrong)
    assert "見本" not in str(refusal.value)
