"""What was signed while the portal was away is received once, whole, and exactly as signed."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import delete, func, select

from kiosk.portal.contract import SealedEnvelope
from reference_portal import audit
from reference_portal.database.deferred import DeferredFileRow, DeferredRow
from reference_portal.database.filing import ApplicationRow
from reference_portal.deferred import acceptance
from reference_portal.filing import examination, uploads
from reference_portal.portal import Portal
from tests.reference_portal.answers import answers, content, ready, submission
from tests.reference_portal.people import Person
from tests.reference_portal.sealed import Deferred, signed
from tests.reference_portal.world import World, code


def applications(world: World) -> int:
    with world.portal.database.read() as db:
        return db.scalar(select(func.count()).where(ApplicationRow.reception_number.is_not(None))) or 0


def restarted(world: World) -> None:
    """Let another process's portal take over: nothing that is only in memory is left."""
    world.app.state.portal = Portal.build(world.portal.config, world.portal.database, world.clock)


def partial_files(world: World) -> list[str]:
    return [path.name for path in (world.portal.config.attachments / "partial").iterdir()]


def test_it_becomes_an_application_of_the_account(world: World, arrived: Person) -> None:
    made = signed(arrived)
    world.clock.forward(hours=5)
    answer = made.send()
    assert answer.status_code == 201, answer.text
    receipt = answer.json()
    assert receipt["submission_id"] == made.submission_id
    assert re.fullmatch(rf"東オンＥＮ{world.clock().year % 100}000001", receipt["reception_number"])
    assert arrived.login().status_code == 201
    shown = arrived.get(f"/applications/{receipt['application_id']}").json()
    assert shown["state"] == "submitted"
    assert shown["content"]["answers"] == answers()
    assert [item["sha256"] for item in shown["attachments"]] == [file.facts.sha256 for file in made.files]
    assert [item["document"] for item in shown["attachments"]] == [file.document for file in made.files]
    for file in made.files:
        assert len(world.portal.blobs.path(file.facts.sha256).read_bytes()) == file.facts.size
    assert partial_files(world) == []
    with world.portal.database.read() as db:
        assert db.scalar(select(func.count()).select_from(DeferredFileRow)) == 0
        assert audit.broken_at(db) is None


def test_the_mail_tells_when_it_was_signed_and_when_it_came(world: World, arrived: Person) -> None:
    made = signed(arrived)
    world.clock.forward(hours=30)
    number = made.send().json()["reception_number"]
    mail = world.mails()[-1]
    assert mail["to"] == arrived.email
    assert number in mail["text"]
    times = re.findall(r"\d{4}-\d\d-\d\d \d\d:\d\d", mail["text"])
    assert len(times) == 4
    assert times[0] != times[1]
    for private in ("KAKUU", "MIHON", "霞が関", "XX00000000XX", arrived.authentication_id):
        assert private not in mail["text"]


def test_the_office_works_on_it_like_on_any_other(world: World, arrived: Person) -> None:
    number = signed(arrived).send().json()["reception_number"]
    examination.examine(world.portal, number)
    examination.grant(world.portal, number, "0300000")
    assert arrived.get("/applications").json()["items"][0]["state"] == "mail_in"


def test_the_same_again_gives_the_same_receipt(world: World, arrived: Person) -> None:
    made = signed(arrived)
    envelope = made.envelope()
    made.upload()
    first = made.post(envelope)
    assert "idempotency-replayed" not in first.headers
    for _ in range(3):
        again = made.post(envelope)
        assert (again.status_code, again.json()) == (201, first.json())
        assert again.headers["idempotency-replayed"] == "true"
        restarted(world)
    assert made.ask().json() == first.json()
    assert applications(world) == 1
    assert len([mail for mail in world.mails() if "受付番号" in mail["subject"]]) == 1


def test_another_body_under_the_same_id(arrived: Person) -> None:
    made = signed(arrived)
    assert made.send().status_code == 201
    other = made.envelope()  # sealed anew: nobody but the portal could tell whether it says the same
    assert code(made.post(other)) == "key-reused"
    assert made.ask().status_code == 200


def test_the_key_is_the_submission_id(world: World, arrived: Person) -> None:
    made = signed(arrived)
    assert code(made.post(key=world.key())) == "idempotency-key"
    answer = world.request("POST", "/deferred", json=made.envelope())
    assert code(answer) == "idempotency-key"


def test_at_the_same_time_it_is_received_once(world: World, arrived: Person) -> None:
    made = signed(arrived)
    envelope = made.envelope()
    made.upload()
    with ThreadPoolExecutor(6) as pool:
        got = list(pool.map(made.post, [envelope] * 6))
    assert {answer.status_code for answer in got} <= {201, 409}
    assert len({answer.json()["reception_number"] for answer in got if answer.status_code == 201}) == 1
    assert all("retry-after" in answer.headers for answer in got if answer.status_code == 409)
    assert applications(world) == 1
    assert made.post(envelope).status_code == 201


def test_two_processes_at_the_same_time_receive_it_once(world: World, arrived: Person) -> None:
    """The second portal shares nothing with the first but database and files."""
    made = signed(arrived)
    envelope = made.envelope()
    made.upload()
    portals = [Portal.build(world.portal.config, world.portal.database, world.clock) for _ in range(3)]

    def take(portal: Portal) -> Any:
        try:
            return acceptance.accept(portal, SealedEnvelope.model_validate(envelope))[0]
        except Exception as error:  # whichever loses the race says so in its own way
            return error

    with ThreadPoolExecutor(3) as pool:
        got = list(pool.map(take, portals))
    assert applications(world) == 1
    assert any(not isinstance(item, Exception) for item in got)
    assert made.post(envelope).status_code == 201
    assert applications(world) == 1


def test_the_id_of_an_ordinary_submission_is_not_filed_again(world: World, arrived: Person) -> None:
    application_id = ready(arrived)
    key, body, etag = submission(arrived, application_id)
    first = arrived.post(f"/applications/{application_id}/submission", body, key=key, If_Match=etag)
    assert first.status_code == 201
    made = Deferred(arrived, submission_id=key)
    answer = made.send()
    assert (answer.status_code, answer.json()) == (201, first.json())
    assert made.ask().json() == first.json()
    assert applications(world) == 1
    assert partial_files(world) == []


def test_a_portal_that_forgot_takes_it_again_once(world: World, arrived: Person) -> None:
    made = signed(arrived)
    envelope = made.envelope()
    made.upload()
    assert made.post(envelope).status_code == 201
    with world.portal.database.write() as db:  # the backup is from before
        db.execute(delete(DeferredRow))
        for row in db.scalars(select(ApplicationRow)):
            db.delete(row)
    assert code(made.ask()) == "not-found"
    answer = made.post(envelope)
    assert code(answer) == "incomplete"
    assert [item["pointer"] for item in answer.json()["errors"]] == ["/files/0", "/files/1", "/files/2"]
    made.upload()
    assert made.post(envelope).status_code == 201
    assert made.post(envelope).status_code == 201
    assert applications(world) == 1


def test_missing_files_are_named_and_nothing_is_final(world: World, arrived: Person) -> None:
    made = signed(arrived)
    envelope = made.envelope()
    made.upload([made.files[1]])
    half = made.announce(made.files[2])
    assert half.status_code == 201
    answer = made.post(envelope)
    assert code(answer) == "incomplete"
    places = [(item["pointer"], item["code"]) for item in answer.json()["errors"]]
    assert places == [("/files/0", "missing"), ("/files/2", "missing")]
    assert code(made.ask()) == "not-found"
    assert not [mail for mail in world.mails() if "られなかった" in mail["subject"]]
    made.upload()
    assert made.post(envelope).status_code == 201


def test_uploads_without_an_envelope_run_out(world: World, arrived: Person) -> None:
    made = signed(arrived)
    envelope = made.envelope()
    made.upload()
    world.clock.forward(hours=25)
    world.publish()
    answer = made.post(envelope)
    assert len(answer.json()["errors"]) == 3
    uploads.sweep(world.portal)
    with world.portal.database.read() as db:
        assert db.scalar(select(func.count()).select_from(DeferredFileRow)) == 0
    made.upload()
    assert made.post(envelope).status_code == 201


def test_refusals_are_forgotten_and_receipts_are_not(world: World, arrived: Person) -> None:
    good, bad = signed(arrived), signed(arrived, content=content(receipt=None))
    envelope = good.envelope()
    good.upload()
    first = good.post(envelope)
    assert code(bad.send()) == "incomplete"
    world.clock.forward(days=91)
    acceptance.purge(world.portal)
    assert code(bad.ask()) == "not-found"
    assert good.ask().json() == first.json() == good.post(envelope).json()


def test_it_needs_no_session_and_gives_none(world: World, arrived: Person) -> None:
    world.clock.forward(hours=2)
    made = signed(arrived)
    assert made.send().status_code == 201
    assert code(arrived.get("/account")) == "unauthenticated"
