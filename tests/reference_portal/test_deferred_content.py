"""Answers and files of a sealed submission: checked like any other, and exactly what was signed."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from reference_portal.database.deferred import DeferredRow
from reference_portal.database.office import AuditRow
from tests.reference_portal.answers import DOCUMENT, PHOTO, REQUIRED, answers, content
from tests.reference_portal.people import Person
from tests.reference_portal.sealed import Packed, digest, pack, packed_files, patch, signed, swapped
from tests.reference_portal.sealed_outcomes import assert_nothing_kept, mails
from tests.reference_portal.world import World, code

pytestmark = pytest.mark.one_database


def test_the_rules_are_those_of_an_ordinary_submission(world: World, arrived: Person) -> None:
    wrong: list[tuple[dict[str, Any], str, list[str]]] = [
        (content(receipt=None), "incomplete", ["/receipt"]),
        (content(procedure="naturalisation"), "not-eligible", ["/procedure"]),
        (content(answers={**answers(), "part1.name": ""}), "invalid-answers", ["/answers/part1.name"]),
        (content(answers={**answers(), "no.such": "x"}), "invalid-answers", ["/answers/no.such"]),
    ]
    for what, expected, pointers in wrong:
        made = signed(arrived, content=what)
        answer = made.send()
        assert code(answer) == expected
        assert [item["pointer"] for item in answer.json()["errors"]] == pointers
        assert_nothing_kept(world)
    assert len(mails(world)) == len(wrong)
    made = signed(arrived, files=[pack("document", DOCUMENT, REQUIRED[0])])
    answer = made.send()
    assert {item["code"] for item in answer.json()["errors"]} == {"photo", REQUIRED[1]}


@pytest.mark.parametrize("change", ["flipped", "cut", "longer", "other"])
def test_a_file_that_differs_from_its_digest_does_not_arrive(world: World, arrived: Person, change: str) -> None:
    made = signed(arrived)
    data = made.files[0].data
    flipped = bytes([*data[:500], data[500] ^ 1, *data[501:]])
    sent = {"flipped": flipped, "cut": data[:-1], "longer": data + b"x", "other": made.files[1].data}[change]
    announced = made.announce(swapped(made.files[0], data=sent))
    if announced.status_code == 201:
        assert code(patch(arrived, announced.headers["location"], sent)) == "digest"
    made.upload(made.files[1:])
    assert made.post().json()["errors"] == [{"pointer": "/files/0", "code": "missing"}]
    assert made.send().status_code == 201


def with_first(file: Packed) -> list[Packed]:
    return [file, *packed_files()[1:]]


def test_files_that_are_not_what_was_signed(world: World, arrived: Person) -> None:
    photo, other = pack("photo", PHOTO), pack("photo", PHOTO.read_bytes() + b"\0")
    sealed = bytearray(photo.data)
    sealed[-1] ^= 1
    facts = photo.facts
    broken = swapped(photo, data=bytes(sealed), facts=_named(facts, sealed_sha256=digest(bytes(sealed))))
    wrong: list[tuple[Packed, str, str]] = [
        (broken, "digest", "sealed"),
        (swapped(photo, key=bytes(32)), "digest", "sealed"),
        (swapped(photo, facts=_named(facts, sha256=other.facts.sha256)), "digest", "digest"),
        (swapped(photo, facts=_named(facts, size=facts.size + 1)), "digest", "digest"),
        (swapped(other, facts=_named(other.facts, sha256=facts.sha256)), "digest", "digest"),
        (pack("photo", b"no picture"), "unsupported-media", "not-a-jpeg"),
        (pack("photo", DOCUMENT), "unsupported-media", "not-a-jpeg"),
    ]
    for file, expected, error in wrong:
        made = signed(arrived, files=with_first(file))
        envelope = made.envelope()
        made.upload()
        answer = made.post(envelope)
        assert (code(answer), answer.json()["errors"]) == (expected, [{"pointer": "/files/0", "code": error}])
        assert_nothing_kept(world)
        assert made.post(envelope).json()["errors"] == answer.json()["errors"]
    assert len(mails(world)) == len(wrong)


def test_swapped_files(world: World, arrived: Person) -> None:
    one, two, three = packed_files()
    keys = [base64.b64encode(file.key).decode() for file in (one, three, two)]
    made = signed(arrived, files=[one, two, three])
    made.upload()
    assert made.post(made.envelope(file_keys=keys)).json()["errors"] == [{"pointer": "/files/1", "code": "sealed"}]


def _named(facts: Any, **changes: Any) -> Any:
    return replace(facts, **changes)


def test_what_is_said_of_files_is_checked(world: World, arrived: Person) -> None:
    wrong: list[tuple[list[Packed], str]] = [
        ([*packed_files(), pack("photo", PHOTO)], "too-large"),
        (with_first(swapped(pack("photo", PHOTO), name="a\nb.jpg")), "malformed"),
        (with_first(swapped(pack("photo", PHOTO), name="")), "malformed"),
        (
            with_first(swapped(pack("photo", PHOTO), facts=_named(pack("photo", PHOTO).facts, size=0))),
            "unsupported-media",
        ),
        (with_first(swapped(pack("photo", PHOTO), facts=_named(pack("photo", PHOTO).facts, size=10**12))), "too-large"),
    ]
    for files, expected in wrong:
        assert code(signed(arrived, files=files).post()) == expected
    assert len(mails(world)) == len(wrong)


def test_the_audit_knows_of_every_outcome_and_of_nobody(world: World, arrived: Person) -> None:
    assert signed(arrived).send().status_code == 201
    assert code(signed(arrived, content=content(receipt=None)).send()) == "incomplete"
    with world.portal.database.read() as db:
        told = "".join(row.entry for row in db.scalars(select(AuditRow)))
        kept = "".join(f"{row.refusal}{row.fingerprint}" for row in db.scalars(select(DeferredRow)))
    assert "deferred.received" in told
    assert "deferred.refused" in told
    for private in ("KAKUU", "MIHON", "example.com", "XX00000000XX", "1994-05-17", arrived.authentication_id):
        assert private not in told + kept
