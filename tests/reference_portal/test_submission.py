"""Filing: once, with what was checked."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from kiosk.portal.contract import ApplicationContent
from reference_portal.database.filing import ApplicationRow, AttachmentRow
from reference_portal.filing.rules import is_held, needed_files
from tests.reference_portal.answers import DOCUMENT, PHOTO, REQUIRED, answers, attach, content, file, ready, submission
from tests.reference_portal.combinations import account
from tests.reference_portal.people import Person
from tests.reference_portal.world import World, code


def test_a_complete_application_gets_a_number_and_a_mail(world: World, arrived: Person) -> None:
    application_id = ready(arrived)
    number = file(arrived, application_id)
    assert re.fullmatch(rf"東オンＥＮ{world.clock().year % 100}000001", number)
    shown = arrived.get(f"/applications/{application_id}").json()
    assert shown["state"] == "submitted"
    assert [step["state"] for step in shown["history"]] == ["draft", "attached", "submitted"]
    mail = world.mails()[-1]
    assert mail["subject"] == "【入管庁】申請受付番号のお知らせ"
    assert number in mail["text"]
    for private in ("KAKUU", "MIHON", "霞が関", "XX00000000XX"):
        assert private not in mail["text"]


def test_numbers_count_up(arrived: Person) -> None:
    assert int(file(arrived)[-6:]) + 1 == int(file(arrived)[-6:])


def test_the_receipt_can_be_read_again(arrived: Person) -> None:
    application_id = ready(arrived)
    key, body, etag = submission(arrived, application_id)
    first = arrived.post(f"/applications/{application_id}/submission", body, key=key, If_Match=etag)
    assert arrived.get(f"/submissions/{key}").json() == first.json()
    assert code(arrived.get(f"/submissions/{arrived.world.key()}")) == "not-found"


def test_a_repeated_submission_gives_the_same_answer(arrived: Person) -> None:
    application_id = ready(arrived)
    key, body, etag = submission(arrived, application_id)
    path = f"/applications/{application_id}/submission"
    first = arrived.post(path, body, key=key, If_Match=etag)
    again = arrived.post(path, body, key=key, If_Match=etag)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert len([mail for mail in arrived.world.mails() if "受付番号" in mail["subject"]]) == 1


def test_the_same_receipt_comes_even_when_the_stored_answer_is_lost(world: World, arrived: Person) -> None:
    application_id = ready(arrived)
    key, body, etag = submission(arrived, application_id)
    path = f"/applications/{application_id}/submission"
    first = arrived.post(path, body, key=key, If_Match=etag)
    world.clock.forward(days=91)
    world.publish(lifetime=world.portal.config.idempotency_life)
    assert arrived.login().status_code == 201
    again = arrived.post(path, body, key=key, If_Match=etag)
    assert again.status_code == 201
    assert again.json() == first.json()


def test_submissions_at_once_file_once(world: World, arrived: Person) -> None:
    application_id = ready(arrived)
    key, body, etag = submission(arrived, application_id)
    path = f"/applications/{application_id}/submission"

    def submit(_number: int) -> Any:
        return arrived.post(path, body, key=key, If_Match=etag)

    with ThreadPoolExecutor(6) as pool:
        got = list(pool.map(submit, range(6)))
    assert {answer.status_code for answer in got} <= {201, 409}
    numbers = {answer.json()["reception_number"] for answer in got if answer.status_code == 201}
    assert len(numbers) == 1
    assert all("retry-after" in answer.headers for answer in got if answer.status_code == 409)
    assert len([mail for mail in world.mails() if "受付番号" in mail["subject"]]) == 1


def test_two_keys_at_once_file_once(world: World, arrived: Person) -> None:
    application_id = ready(arrived)
    path = f"/applications/{application_id}/submission"
    prepared = [submission(arrived, application_id) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        sent = [pool.submit(arrived.post, path, body, key=key, If_Match=etag) for key, body, etag in prepared]
        got = [item.result() for item in sent]
    assert sorted(answer.status_code for answer in got) == [201, 409, 409, 409]
    with world.portal.database.read() as db:
        assert db.scalar(select(func.count()).where(ApplicationRow.reception_number.is_not(None))) == 1


def test_a_filed_application_is_not_filed_or_changed_again(arrived: Person) -> None:
    application_id = ready(arrived)
    file(arrived, application_id)
    key, body, etag = submission(arrived, application_id)
    path = f"/applications/{application_id}"
    assert code(arrived.post(f"{path}/submission", body, key=key, If_Match=etag)) == "wrong-state"
    assert code(arrived.put(path, content(), If_Match=etag)) == "wrong-state"
    assert code(arrived.delete(path, If_Match=etag)) == "wrong-state"
    attachment = arrived.get(path).json()["attachments"][0]["attachment_id"]
    assert code(arrived.delete(f"/attachments/{attachment}")) == "wrong-state"


@pytest.mark.one_database
@pytest.mark.parametrize("place", ["content_sha256", "attachments", "sha256"])
def test_nothing_is_filed_that_was_not_checked(arrived: Person, place: str) -> None:
    application_id = ready(arrived)
    key, body, etag = submission(arrived, application_id)
    if place == "content_sha256":
        body[place] = "0" * 64
    elif place == "attachments":
        body[place] = body[place][:1]
    else:
        body["attachments"][0][place] = "0" * 64
    answer = arrived.post(f"/applications/{application_id}/submission", body, key=key, If_Match=etag)
    assert code(answer) == "digest"
    assert arrived.get(f"/applications/{application_id}").json()["state"] == "attached"


def test_a_stale_or_missing_version_is_refused(arrived: Person) -> None:
    application_id = ready(arrived)
    key, body, etag = submission(arrived, application_id)
    path = f"/applications/{application_id}"
    changed = content(answers={**answers(), "part1.occupation": "別の架空職"})
    assert arrived.put(path, changed, If_Match=etag).status_code == 200
    assert code(arrived.post(f"{path}/submission", body, key=key, If_Match=etag)) == "stale"
    assert code(arrived.post(f"{path}/submission", body, key=key)) == "precondition"


@pytest.mark.one_database
def test_the_key_must_be_the_submission_id(arrived: Person) -> None:
    application_id = ready(arrived)
    _key, body, etag = submission(arrived, application_id)
    assert code(arrived.post(f"/applications/{application_id}/submission", body, If_Match=etag)) == "idempotency-key"


@pytest.mark.one_database
def test_wrong_and_missing_answers_are_named(arrived: Person) -> None:
    wrong = {**answers(), "part1.postal_code": "12", "part1.occupation": ""}
    application_id = ready(arrived, answers=wrong)
    key, body, etag = submission(arrived, application_id)
    answer = arrived.post(f"/applications/{application_id}/submission", body, key=key, If_Match=etag)
    assert code(answer) == "invalid-answers"
    assert {item["pointer"] for item in answer.json()["errors"]} == {
        "/answers/part1.postal_code",
        "/answers/part1.occupation",
    }
    assert "12" not in answer.json()["errors"][0]["code"]


@pytest.mark.one_database
def test_answers_of_the_card_cannot_be_changed(arrived: Person) -> None:
    application_id = ready(arrived, answers={**answers(), "part1.name": "SOMEBODY ELSE"})
    key, body, etag = submission(arrived, application_id)
    answer = arrived.post(f"/applications/{application_id}/submission", body, key=key, If_Match=etag)
    assert code(answer) == "invalid-answers"
    assert [item["pointer"] for item in answer.json()["errors"]] == ["/answers/part1.name"]


@pytest.mark.one_database
def test_the_receipt_method_is_checked_like_its_sheet(arrived: Person) -> None:
    receipt = {"method": "02", "prefecture": "130001", "bureau": "no such", "notification_email": "a@example.com"}
    application_id = ready(arrived, receipt=receipt)
    key, body, etag = submission(arrived, application_id)
    answer = arrived.post(f"/applications/{application_id}/submission", body, key=key, If_Match=etag)
    assert code(answer) == "invalid-answers"
    assert [item["pointer"] for item in answer.json()["errors"]] == ["/answers/receipt.receiving_bureau"]


@pytest.mark.one_database
def test_photo_and_receipt_method_must_be_there(arrived: Person) -> None:
    made = arrived.post("/applications", content(receipt=None)).json()
    key, body, etag = submission(arrived, made["application_id"])
    path = f"/applications/{made['application_id']}/submission"
    answer = arrived.post(path, body, key=key, If_Match=etag)
    assert code(answer) == "incomplete"
    assert {item["code"] for item in answer.json()["errors"]} == {"receipt", "photo", *REQUIRED}
    # The key of a refused submission is free for the corrected one.
    assert arrived.put(path.removesuffix("/submission"), content(), If_Match=etag).status_code == 200
    attach(arrived, made["application_id"], "photo", PHOTO)
    for document in REQUIRED:
        attach(arrived, made["application_id"], "document", DOCUMENT, document=document)
    _key, body, etag = submission(arrived, made["application_id"])
    assert arrived.post(path, {**body, "submission_id": key}, key=key, If_Match=etag).status_code == 201


@pytest.mark.parametrize(
    ("key", "system", "covers"),
    [
        ("all_documents", "ras", True),
        ("declaration", "ras", False),
        ("declaration", "rasens", True),
        ("all_documents", "rasens", False),
        ("tax_certificates", "rasens", False),
    ],
)
def test_one_document_may_cover_the_checklist(key: str, system: str, covers: bool) -> None:
    """The kiosk names it after the same line of ``config/attachments.toml``."""
    files = [AttachmentRow(kind="photo", document=""), AttachmentRow(kind="document", document=key)]
    checked = ApplicationContent.model_validate(content())
    needed = needed_files(checked, account("applicant"), date(2026, 11, 23))
    held = [name for name in needed if is_held(name, files, system)]
    assert sorted(needed) == sorted(["photo", *REQUIRED])
    assert sorted(held) == sorted(["photo", *REQUIRED] if covers else ["photo"])
    assert not is_held("photo", files[1:], system)
