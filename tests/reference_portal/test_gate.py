"""What a request meets before its route, and how errors look."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from kiosk.portal.contract import Problem, ProblemCode
from reference_portal import office
from reference_portal.web.wording import chosen_language, problem_title
from tests.reference_portal.answers import content
from tests.reference_portal.people import Person
from tests.reference_portal.world import World, code

pytestmark = pytest.mark.one_database

FAR = "203.0.113.7"
FORGED = {
    "X-Forwarded-For": "127.0.0.1",
    "Forwarded": "for=127.0.0.1",
    "X-Real-IP": "127.0.0.1",
    "CF-Connecting-IP": "127.0.0.1",
    "True-Client-IP": "127.0.0.1",
}


def test_a_far_address_is_refused_everywhere(make_world: Callable[..., World]) -> None:
    world = make_world(peer=FAR)
    for path in ("/v1/status", "/v1/terms", "/v1/nowhere", "/link/x"):
        answer = world.client.get(path)
        assert (answer.status_code, code(answer)) == (403, "region")
    assert code(world.post("/challenges", {"purpose": "login", "device_id": "x"})) == "region"


@pytest.mark.parametrize("name", FORGED)
def test_headers_do_not_move_anybody(make_world: Callable[..., World], name: str) -> None:
    world = make_world(peer=FAR)
    assert code(world.client.get("/v1/status", headers={name: FORGED[name]})) == "region"


@pytest.mark.parametrize(
    ("hops", "status"),
    [
        ("198.51.100.9", 200),
        (FAR, 403),
        (f"198.51.100.9, {FAR}", 403),
        (f"{FAR}, 198.51.100.9", 200),
        ("198.51.100.9, 192.0.2.1", 200),
        ("rubbish", 403),
        ("", 403),
    ],
)
def test_a_trusted_proxy_is_believed_about_its_own_peer(
    make_world: Callable[..., World], hops: str, status: int
) -> None:
    world = make_world(peer="192.0.2.1", networks=("198.51.100.0/24",), trusted_proxies=("192.0.2.0/24",))
    assert world.client.get("/v1/status", headers={"X-Forwarded-For": hops}).status_code == status


def test_the_operator_changes_the_networks(make_world: Callable[..., World]) -> None:
    world = make_world(peer=FAR)
    office.change_networks(world.portal, ("203.0.113.0/24",), ())
    assert world.client.get("/v1/status").status_code == 200
    office.change_networks(world.portal, ("198.51.100.0/24",), ("203.0.113.0/24",))
    assert world.client.get("/v1/status").status_code == 403
    with pytest.raises(ValueError):
        office.change_networks(world.portal, ("nowhere",), ())


def test_mapped_addresses_are_the_same_addresses(make_world: Callable[..., World]) -> None:
    assert make_world(peer="::ffff:127.0.0.1").client.get("/v1/status").status_code == 200
    assert make_world(peer="::ffff:203.0.113.7").client.get("/v1/status").status_code == 403


def test_maintenance_closes_everything_but_the_status(world: World, arrived: Person) -> None:
    starts = world.clock() + timedelta(hours=1)
    office.schedule(world.portal, starts, starts + timedelta(hours=2))
    announced = world.request("GET", "/status").json()
    assert announced["state"] == "open"
    assert len(announced["windows"]) == 1
    world.clock.forward(hours=1, seconds=1)
    status = world.request("GET", "/status")
    assert (status.status_code, status.json()["state"]) == (200, "maintenance")
    assert status.json()["until"] == announced["windows"][0]["ends"]
    for answer in (arrived.get("/account"), arrived.post("/applications", content()), world.client.get("/v1/nowhere")):
        assert (answer.status_code, code(answer)) == (503, "maintenance")
        assert answer.json()["until"] == announced["windows"][0]["ends"]
        assert 7000 < int(answer.headers["retry-after"]) <= 7200
    page = world.client.get("/link/x")
    assert (page.status_code, page.headers["content-type"]) == (503, "text/html; charset=utf-8")
    office.reopen(world.portal)
    assert world.request("GET", "/status").json()["state"] == "open"


def test_windows_that_touch_are_one(world: World) -> None:
    now = world.clock()
    hour = timedelta(hours=1)
    office.schedule(world.portal, now - hour, now + hour)
    office.schedule(world.portal, now + hour, now + 2 * hour)
    assert world.request("GET", "/status").json()["until"].startswith((now + 2 * hour).strftime("%Y-%m-%dT%H:%M:%S"))
    with pytest.raises(ValueError):
        office.schedule(world.portal, now, now - hour)


@pytest.mark.parametrize(
    ("method", "path", "status", "expected"),
    [
        ("GET", "/v1/nowhere", 404, "not-found"),
        ("GET", "/", 404, "not-found"),
        ("GET", "/openapi.json", 404, "not-found"),
        ("PUT", "/v1/status", 405, "malformed"),
        ("POST", "/v1/challenges", 400, "idempotency-key"),
    ],
)
def test_every_error_is_a_problem(world: World, method: str, path: str, status: int, expected: str) -> None:
    body = {"purpose": "login", "device_id": "x"} if method == "POST" else None
    answer = world.client.request(method, path, json=body)
    assert (answer.status_code, code(answer)) == (status, expected)
    assert Problem.model_validate_json(answer.content).type.endswith(expected)
    if status == 405:
        assert "GET" in answer.headers["allow"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"purpose": "login"}', b"[" * 100_000])
def test_a_body_that_makes_no_sense_is_a_problem(world: World, body: bytes) -> None:
    headers = {"Idempotency-Key": world.key(), "Content-Type": "application/json"}
    answer = world.request("POST", "/challenges", content=body, headers=headers)
    assert answer.status_code in (400, 422)
    assert code(answer) == "malformed"


def test_values_are_not_quoted_back(world: World) -> None:
    answer = world.post("/challenges", {"purpose": "KAKUU-SECRET", "device_id": "x"})
    assert code(answer) == "malformed"
    assert "KAKUU-SECRET" not in answer.text
    assert answer.json()["errors"] == [{"pointer": "/body/purpose", "code": "literal_error"}]


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_has_a_largest_size(world: World, announced: bool) -> None:
    def pieces() -> Any:
        yield b'{"x": "'
        for _ in range(1100):
            yield b"x" * 1000

    body: Any = b"x" * 1_000_001 if announced else pieces()
    answer = world.request("POST", "/challenges", content=body, headers={"Idempotency-Key": world.key()})
    assert (answer.status_code, code(answer)) == (413, "too-large")


def test_a_fault_inside_is_told_without_its_words(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_args: object) -> None:
        raise RuntimeError("KAKUU MIHON")

    monkeypatch.setattr("reference_portal.people.challenges.issue", fail)
    answer = world.post("/challenges", {"purpose": "login", "device_id": "x"})
    assert (answer.status_code, code(answer)) == (500, "internal")
    assert "KAKUU" not in answer.text + caplog.text
    assert answer.headers["x-request-id"] in caplog.text


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("", "ja"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("de,en;q=0.5,ja;q=0.4", "en"),
        ("en;q=0.1,ja;q=0.2", "ja"),
        ("en;q=0", "ja"),
        ("en;q=x", "ja"),
        ("*", "ja"),
    ],
)
def test_only_words_follow_the_language(world: World, accept: str, language: str) -> None:
    assert chosen_language(accept) == language
    answer = world.client.get("/v1/nowhere", headers={"Accept-Language": accept})
    assert answer.headers["content-language"] == language
    assert answer.json()["title"] == problem_title(ProblemCode.NOT_FOUND, language)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_code_has_a_title(language: str) -> None:
    assert all(problem_title(problem, language) for problem in ProblemCode)


def test_terms_are_given_in_a_language(world: World) -> None:
    japanese = world.request("GET", "/terms?language=ja").json()
    english = world.request("GET", "/terms", headers={"Accept-Language": "en"}).json()
    other = world.request("GET", "/terms?language=xx").json()
    assert (japanese["prevailing"], english["prevailing"]) == (True, False)
    assert other == japanese
    assert japanese["version"] == english["version"] == world.request("GET", "/status").json()["terms_version"]
