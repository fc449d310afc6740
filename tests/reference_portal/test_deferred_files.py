"""Encrypted files come piece by piece, without a session, and are found again by their digest."""

from __future__ import annotations

import base64
from collections.abc import Callable

import httpx
import pytest

from kiosk.card.virtual.store import CardContent
from kiosk.portal.sealed_file import sealed_size
from reference_portal.data import file_limits
from reference_portal.filing.uploads import sweep
from tests.reference_portal.answers import PHOTO, TUS, announce, ready
from tests.reference_portal.people import Person
from tests.reference_portal.sealed import Deferred, digest, pack, patch, signed, swapped
from tests.reference_portal.world import World, code


@pytest.fixture
def made(arrived: Person) -> Deferred:
    return signed(arrived)


def offset(world: World, location: str) -> int:
    answer = world.request("HEAD", location.removeprefix("/v1"), headers=TUS)
    assert answer.status_code == 200
    return int(answer.headers["upload-offset"])


def test_it_comes_in_pieces_and_announcing_it_again_finds_it(world: World, made: Deferred, arrived: Person) -> None:
    file = made.files[0]
    first = made.announce(file)
    location = first.headers["location"]
    assert patch(arrived, location, file.data[:1000]).status_code == 204
    again = made.announce(file)
    assert (again.status_code, again.headers["location"]) == (201, location)
    assert offset(world, location) == 1000
    assert code(patch(arrived, location, file.data[500:], 500)) == "wrong-state"
    assert patch(arrived, location, file.data[1000:], 1000).headers["upload-offset"] == str(len(file.data))
    assert made.announce(file).headers["location"] == location
    assert offset(world, location) == len(file.data)
    assert patch(arrived, location, b"", len(file.data)).status_code == 204


def test_it_can_be_given_up(world: World, made: Deferred) -> None:
    location = made.announce(made.files[0]).headers["location"].removeprefix("/v1")
    assert world.request("DELETE", location, headers=TUS).status_code == 204
    assert world.request("HEAD", location, headers=TUS).status_code == 404


def test_what_is_announced_is_checked(made: Deferred) -> None:
    file = made.files[0]
    largest = sealed_size(file_limits("rasens").document_bytes)
    for length, expected in ((0, "unsupported-media"), (48, "unsupported-media"), (largest + 17, "too-large")):
        assert code(made.announce(file, **{"Upload-Length": str(length)})) == expected
    for length in ("-1", "x", str(1 << 50)):
        assert code(made.announce(file, **{"Upload-Length": length})) == "malformed"
    for metadata in ("", "sealed_sha256", "sealed_sha256 *", "sha256 AAAA", f"sealed_sha256 {_coded('x' * 64)}"):
        assert code(made.announce(file, **{"Upload-Metadata": metadata})) == "malformed"
    assert code(made.announce(file, **{"Tus-Resumable": "0.9.0"})) == "malformed"
    made.submission_id = "not-an-id"
    assert code(made.announce(file)) == "idempotency-key"


def _coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def test_another_length_for_the_same_digest(made: Deferred) -> None:
    file = made.files[0]
    assert made.announce(file).status_code == 201
    assert code(made.announce(swapped(file, data=file.data + b"x"))) == "key-reused"


def test_nobody_can_fill_the_disk_with_many_submissions(make_world: Callable[..., World], card: CardContent) -> None:
    """Neither one address nor all together; who has come already goes on, and later there is room again."""
    file = pack("photo", PHOTO)
    size = len(file.data)
    world = make_world(deferred_peer_bytes=2 * size, deferred_bytes=3 * size, trusted_proxies=("127.0.0.1",),
                       networks=("127.0.0.0/8", "192.0.2.0/24"))  # fmt: skip
    world.publish()
    person = Person(world, card).arrive()

    def announced(address: str, submission: Deferred | None = None) -> httpx.Response:
        return (submission or signed(person, [file])).announce(file, **{"X-Forwarded-For": address})

    first = signed(person, [file])
    assert [announced("192.0.2.1", item).status_code for item in (first, None)] == [201, 201]
    refused = announced("192.0.2.1")
    assert (code(refused), refused.status_code) == ("rate", 503)
    assert int(refused.headers["retry-after"]) > 0
    assert announced("192.0.2.2").status_code == 201
    assert code(announced("192.0.2.3")) == "rate"
    assert announced("192.0.2.1", first).status_code == 201
    world.clock.forward(hours=25)
    sweep(world.portal)
    assert announced("192.0.2.3").status_code == 201


def test_nobody_can_fill_the_disk_with_one_submission(made: Deferred) -> None:
    limits = file_limits("rasens")
    answers = [
        made.announce(swapped(made.files[0], facts=_facts(number)), **{"Upload-Length": str(limits.document_bytes)})
        for number in range(90)
    ]
    refused = [code(answer) for answer in answers if answer.status_code != 201]
    assert refused
    assert set(refused) <= {"too-large"}


def _facts(number: int) -> object:
    from dataclasses import replace

    return replace(pack("photo", PHOTO).facts, sealed_sha256=digest(str(number).encode()))


def test_the_uploads_of_an_account_stay_its_own(world: World, arrived: Person) -> None:
    data = PHOTO.read_bytes()
    location = announce(arrived, ready(arrived), "photo", "photo.jpg", data).headers["location"]
    assert code(patch(arrived, location, data)) == "unauthenticated"
    headers = {**TUS, "Authorization": "Bearer wrong"}
    answer = world.request("HEAD", location.removeprefix("/v1"), headers=headers)
    assert answer.status_code == 401


def test_a_session_does_not_reach_the_file_of_a_sealed_submission(made: Deferred, arrived: Person) -> None:
    location = made.announce(made.files[0]).headers["location"].removeprefix("/v1")
    answer = arrived.world.request("HEAD", location, headers={**TUS, **arrived.headers})
    assert answer.status_code == 404


def test_plain_bytes_are_not_on_the_disk_before_they_are_filed(world: World, made: Deferred) -> None:
    made.upload()
    plain = PHOTO.read_bytes()[1000:1100]
    files = [path for path in world.portal.config.attachments.rglob("*") if path.is_file()]
    assert len(files) == 3
    assert all(plain not in path.read_bytes() for path in files)
