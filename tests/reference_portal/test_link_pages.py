"""The pages behind mail links."""

from __future__ import annotations

import re

import pytest

from reference_portal.ids import AUTHENTICATION_ID_ALPHABET, AUTHENTICATION_ID_LENGTH
from reference_portal.people.passwords import password_faults
from tests.reference_portal.people import PASSWORD, Person
from tests.reference_portal.world import World, code


@pytest.mark.one_database
def test_the_page_shows_rules_and_runs_nothing(world: World, person: Person) -> None:
    person.register()
    page = world.client.get(world.last_link())
    assert page.status_code == 200
    assert "8文字から32文字まで" in page.text
    assert "8 to 32 characters" in page.text
    assert "<script" not in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert page.headers["x-frame-options"] == "DENY"


def test_the_id_is_shown_once(world: World, person: Person) -> None:
    person.register()
    link = world.last_link()
    shown = person.activate()
    assert re.fullmatch(f"[{AUTHENTICATION_ID_ALPHABET}]{{{AUTHENTICATION_ID_LENGTH}}}", shown)
    for again in (world.client.get(link), world.post_page(link, password=PASSWORD, again=PASSWORD)):
        assert again.status_code == 404
        assert shown not in again.text


@pytest.mark.parametrize("look_alike", "01ILOUV")
def test_ids_have_no_look_alikes(look_alike: str) -> None:
    assert look_alike not in AUTHENTICATION_ID_ALPHABET


@pytest.mark.parametrize(
    ("password", "again", "faults"),
    [
        ("Mihon-1", "Mihon-1", ["length"]),
        ("M1-" + "x" * 30, "M1-" + "x" * 30, ["length"]),
        ("Mihon12345", "Mihon12345", ["mix"]),
        ("Mihon-Mihon", "Mihon-Mihon", ["mix"]),
        ("12345-12345", "12345-12345", ["mix"]),
        ("Mihon-123 4", "Mihon-123 4", ["characters"]),
        ("Mihon-12345é", "Mihon-12345é", ["characters"]),
        ("Ｍｉｈｏｎ－１２３", "Ｍｉｈｏｎ－１２３", ["mix", "characters"]),
        ("x-abcdefghjk1", "x-abcdefghjk1", ["contains-id"]),
        ("Mihon-12345", "Mihon-12346", ["different"]),
        ("Mihon-12345", "Mihon-12345", []),
        ("M1" + "$%&=@_#*+-?!", "M1" + "$%&=@_#*+-?!", []),
    ],
)
def test_rules_of_a_password(password: str, again: str, faults: list[str]) -> None:
    assert password_faults(password, again, "ABCDEFGHJK") == faults


@pytest.mark.one_database
def test_a_page_with_faults_can_be_used_again(world: World, person: Person) -> None:
    person.register()
    link = world.last_link()
    bad = world.post_page(link, password="<b>short", again="<b>shorter")
    assert bad.status_code == 422
    assert "data-code='different'" in bad.text
    assert "<b>short" not in bad.text
    assert person.activate()


def test_a_link_lives_a_day(world: World, person: Person) -> None:
    person.register()
    link = world.last_link()
    world.clock.forward(hours=23, minutes=59)
    assert world.client.get(link).status_code == 200
    world.clock.forward(minutes=2)
    assert world.client.get(link).status_code == 404


@pytest.mark.parametrize("token", ["x", "%00", "é", "x" * 3000])
def test_an_unknown_link_leads_nowhere(world: World, token: str) -> None:
    assert world.client.get(f"/link/{token}").status_code == 404


def test_a_forgotten_password_is_set_anew(world: World, arrived: Person) -> None:
    asked = {"authentication_id": arrived.authentication_id.lower(), "email": arrived.email}
    assert world.post("/password-resets", asked).status_code == 202
    assert world.mails()[-1]["subject"] == "【入管庁】パスワード再設定のお知らせ"
    page = world.post_page(world.last_link(), password="Other-54321", again="Other-54321")
    assert page.status_code == 200
    assert arrived.authentication_id not in page.text
    assert code(arrived.get("/account")) == "unauthenticated"
    assert code(arrived.login()) == "login-failed"
    assert arrived.login(password="Other-54321").status_code == 201


@pytest.mark.one_database
def test_asking_for_a_password_tells_nothing(world: World, arrived: Person) -> None:
    before = len(world.mails())
    pairs = [
        {"authentication_id": "ZZZZZZZZZZ", "email": arrived.email},
        {"authentication_id": arrived.authentication_id, "email": "other@example.com"},
        {"authentication_id": arrived.authentication_id, "email": arrived.email},
        {"authentication_id": arrived.authentication_id, "email": arrived.email},
    ]
    answers = [world.post("/password-resets", pair) for pair in pairs]
    assert {(answer.status_code, answer.content) for answer in answers} == {(202, b"")}
    assert len(world.mails()) == before + 1  # the right pair, and that once in five minutes
    world.clock.forward(minutes=6)
    world.post("/password-resets", pairs[2])
    assert len(world.mails()) == before + 2


def test_a_new_password_opens_a_locked_account(world: World, arrived: Person) -> None:
    for _ in range(5):
        arrived.login(password="Wrong-12345")
    assert code(arrived.login()) == "locked"
    world.post("/password-resets", {"authentication_id": arrived.authentication_id, "email": arrived.email})
    world.post_page(world.last_link(), password="Other-54321", again="Other-54321")
    world.clock.forward(minutes=16)  # the card has a lock of its own
    assert arrived.login(password="Other-54321").status_code == 201
