"""A draft that was begun at the portal before its person signed for later goes when what was signed arrives."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.card.virtual.authority import TestAuthority
from tests.reference_portal.answers import content
from tests.reference_portal.people import Person
from tests.reference_portal.sealed import signed
from tests.reference_portal.world import World
from tests.support.cards import holder


def begun(person: Person, **changes: Any) -> tuple[str, str]:
    """Begin a draft at the portal; return its id and its ETag."""
    assert person.login().status_code == 201
    made = person.post("/applications", content(**changes))
    assert made.status_code == 201, made.text
    return made.json()["application_id"], made.headers["etag"]


def states(person: Person) -> dict[str, str]:
    """Return the state of each application that the portal lists for the person."""
    return {item["application_id"]: item["state"] for item in person.get("/applications").json()["items"]}


def saved(person: Person, draft: str, etag: str, answers: dict[str, Any]) -> None:
    """Save another content into a draft."""
    assert person.put(f"/applications/{draft}", content(answers=answers), If_Match=etag).status_code == 200


def test_an_unchanged_draft_is_deleted_with_the_receipt(world: World, arrived: Person) -> None:
    draft, etag = begun(arrived, answers={})
    made = signed(arrived, replaces=etag)
    assert set(states(arrived)) == {draft}
    receipt = made.send().json()
    assert states(arrived) == {receipt["application_id"]: "submitted"}
    assert made.post(made.envelope()).json()["code"] == "key-reused"  # sealed anew, it is another body


def test_a_draft_whose_last_answer_was_lost_is_known_by_its_content(world: World, arrived: Person) -> None:
    draft, etag = begun(arrived, answers={})
    assert arrived.put(f"/applications/{draft}", content(), If_Match=etag).status_code == 200
    receipt = signed(arrived, replaces=etag).send().json()
    assert states(arrived) == {receipt["application_id"]: "submitted"}


def test_a_draft_that_was_changed_elsewhere_stays(world: World, arrived: Person) -> None:
    draft, etag = begun(arrived, answers={})
    saved(arrived, draft, etag, {"part1.occupation": "架空"})
    receipt = signed(arrived, replaces=etag).send().json()
    assert states(arrived) == {draft: "draft", receipt["application_id"]: "submitted"}


def test_a_refused_submission_leaves_the_draft(world: World, arrived: Person) -> None:
    draft, etag = begun(arrived, answers={})
    made = signed(arrived, replaces=etag)
    world.clock.forward(hours=73)
    assert made.send().status_code >= 400
    assert arrived.login().status_code == 201  # the log-in of before has run out
    assert states(arrived) == {draft: "draft"}


@pytest.mark.parametrize("text", ["", '"', "\x00", '"not an id.1"', "*", '"00000000-0000-7000-8000-000000000001.1"'])
def test_whatever_stands_there_nothing_else_happens(world: World, arrived: Person, text: str) -> None:
    draft, _etag = begun(arrived, answers={})
    receipt = signed(arrived, replaces=text).send()
    assert receipt.status_code == 201, receipt.text
    assert states(arrived) == {draft: "draft", receipt.json()["application_id"]: "submitted"}


def test_what_is_filed_already_is_never_deleted(world: World, arrived: Person) -> None:
    first = signed(arrived).send().json()["application_id"]
    assert arrived.login().status_code == 201
    etag = arrived.get(f"/applications/{first}").headers["etag"]
    second = signed(arrived, replaces=etag).send().json()["application_id"]
    assert states(arrived) == {first: "submitted", second: "submitted"}


def test_nobody_elses_draft_is_deleted(world: World, arrived: Person, authority: TestAuthority) -> None:
    card = authority.issue(holder(name="KAKUU BETSUJIN"), world.clock())
    other = Person(world, card, email="betsujin@example.com").arrive()
    draft, etag = begun(other, answers={})
    assert signed(arrived, replaces=etag).send().status_code == 201
    assert states(other) == {draft: "draft"}
