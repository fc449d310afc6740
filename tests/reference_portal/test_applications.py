"""Drafts and the list."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.card.virtual.authority import TestAuthority
from tests.reference_portal.answers import DOCUMENT, answers, attach, content, file
from tests.reference_portal.people import Person
from tests.reference_portal.world import World, code
from tests.support.cards import holder


@pytest.fixture
def neighbour(world: World, arrived: Person, authority: TestAuthority) -> Person:
    card = authority.issue(holder(name="MIHON TANIN"), world.clock())
    world.publish()
    return Person(world, card, email="tanin@example.com", device=arrived.device).arrive()


def create(person: Person, **changes: Any) -> tuple[str, str]:
    """Return path and ETag of a new draft."""
    made = person.post("/applications", content(**changes))
    assert made.status_code == 201, made.text
    assert made.headers["location"] == f"/v1/applications/{made.json()['application_id']}"
    return made.headers["location"].removeprefix("/v1"), made.headers["etag"]


def test_a_draft_is_saved_and_read(arrived: Person) -> None:
    path, etag = create(arrived, answers={}, receipt=None)
    saved = arrived.put(path, content(), If_Match=etag)
    assert saved.status_code == 200
    assert saved.headers["etag"] != etag
    shown = arrived.get(path)
    assert shown.headers["etag"] == saved.headers["etag"]
    assert shown.json() == saved.json()
    assert shown.json()["content"] == content() | {"receipt": {**content()["receipt"], "prefecture": "", "bureau": ""}}
    assert shown.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("method", ["put", "delete"])
def test_a_change_names_the_version_it_changes(arrived: Person, method: str) -> None:
    path, etag = create(arrived)

    def change(**headers: str) -> Any:
        return arrived.put(path, content(), **headers) if method == "put" else arrived.delete(path, **headers)

    missing = change()
    assert (missing.status_code, code(missing)) == (428, "precondition")
    for wrong in ('"other"', f"W/{etag}", "*", ""):
        assert (change(If_Match=wrong).status_code, code(change(If_Match=wrong))) == (412, "stale")
    arrived.put(path, content(), If_Match=etag)
    assert code(change(If_Match=etag)) == "stale"
    fresh = arrived.get(path).headers["etag"]
    assert change(If_Match=fresh).status_code in (200, 204)


def test_a_deleted_draft_is_gone(arrived: Person) -> None:
    path, _etag = create(arrived)
    attach(arrived, path.rsplit("/", 1)[1], "document", DOCUMENT)
    assert arrived.delete(path, If_Match=arrived.get(path).headers["etag"]).status_code == 204
    assert code(arrived.get(path)) == "not-found"


def test_nobody_sees_what_is_not_theirs(arrived: Person, neighbour: Person) -> None:
    path, etag = create(arrived)
    application_id = path.rsplit("/", 1)[1]
    attach(arrived, application_id, "document", DOCUMENT)
    attachment = arrived.get(path).json()["attachments"][0]["attachment_id"]
    tries = [
        neighbour.get(path),
        neighbour.put(path, content(), If_Match=etag),
        neighbour.delete(path, If_Match=etag),
        neighbour.post(f"{path}/copy"),
        neighbour.post(f"{path}/withdrawal", {}),
        neighbour.post(f"{path}/documents-answer", {}),
        neighbour.delete(f"/attachments/{attachment}"),
    ]
    assert {(answer.status_code, code(answer)) for answer in tries} == {(404, "not-found")}
    assert neighbour.get("/applications").json()["items"] == []


@pytest.mark.one_database
def test_a_copy_has_the_answers_and_not_the_files(arrived: Person) -> None:
    path, _etag = create(arrived)
    attach(arrived, path.rsplit("/", 1)[1], "document", DOCUMENT)
    copy = arrived.post(f"{path}/copy")
    assert copy.status_code == 201
    assert copy.json()["application_id"] not in path
    assert copy.json()["content"] == arrived.get(path).json()["content"]
    assert (copy.json()["attachments"], copy.json()["state"]) == ([], "draft")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"procedure": "no-such"}, "not-eligible"),
        ({"status_of_residence": "no-such"}, "not-eligible"),
        ({"answers": {"no.such": "1"}}, "invalid-answers"),
        ({"surprise": 1}, "malformed"),
        ({"answers": {"part1.name": 5}}, "malformed"),
        ({"answers": {"part1.name": "x" * 4001}}, "malformed"),
        ({"receipt": {"method": "04", "notification_email": "a@example.com"}}, "malformed"),
        ({"answers": {"part1.occupation": "a\x00b"}}, None),
    ],
)
def test_what_a_draft_may_hold(arrived: Person, changes: dict[str, Any], expected: str | None) -> None:
    answer = arrived.post("/applications", content(**changes))
    if expected is None:
        assert answer.status_code in (201, 422)
    else:
        assert (answer.status_code, code(answer)) == (422, expected)
        assert "xxxx" not in answer.text


def test_text_survives_as_it_was_written(arrived: Person) -> None:
    odd = "髙﨑𠮷\U000e0101 é ‮ [red]x[/] \x1b]52;c;\x07 <b>"
    path, _etag = create(arrived, answers={**answers(), "part1.occupation": odd})
    assert arrived.get(path).json()["content"]["answers"]["part1.occupation"] == odd


def test_the_list_comes_page_by_page(world: World, arrived: Person) -> None:
    made = [create(arrived)[0].rsplit("/", 1)[1] for _ in range(7)]
    seen: list[str] = []
    path = "/applications?limit=3"
    while path:
        page = arrived.get(path)
        seen += [item["application_id"] for item in page.json()["items"]]
        link = page.headers.get("link", "")
        assert bool(link) == bool(page.json()["next_cursor"])
        path = link.partition("<")[2].partition(">")[0].removeprefix("/v1")
    assert seen == made[::-1]


def test_a_change_moves_to_the_top(arrived: Person) -> None:
    first, etag = create(arrived)
    create(arrived)
    arrived.put(first, content(), If_Match=etag)
    top = arrived.get("/applications?limit=1").json()["items"][0]
    assert top["application_id"] in first


def test_the_list_is_searched(arrived: Person) -> None:
    number = file(arrived)
    create(arrived)
    for query in (number[-6:], "en26", "ＥＮ26", "extension 東オン", "GIJINKOKU 東"):
        found = arrived.get(f"/applications?q={query}").json()["items"]
        assert [item["reception_number"] for item in found] == [number], query
    assert len(arrived.get("/applications?q=extension").json()["items"]) == 2
    assert len(arrived.get("/applications?state=draft").json()["items"]) == 1
    for query in ("%", "_", "nothing", "%25"):
        assert arrived.get(f"/applications?q={query}").json()["items"] == []


@pytest.mark.one_database
@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "cursor=x", "cursor=W10=", "state=none"])
def test_a_query_that_makes_no_sense_is_refused(arrived: Person, query: str) -> None:
    answer = arrived.get(f"/applications?{query}")
    assert (answer.status_code, code(answer)) == (422, "malformed")
