"""What happens after filing; every step whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kiosk.forms.load import choices
from kiosk.portal.contract import ProblemCode
from reference_portal import audit
from reference_portal.errors import Refusal
from reference_portal.filing import examination
from tests.reference_portal.answers import DOCUMENT, attach, content, file, ready
from tests.reference_portal.people import Person
from tests.reference_portal.world import World, code


@pytest.fixture
def filed(arrived: Person) -> tuple[str, str]:
    """Return id and reception number of a filed application."""
    application_id = ready(arrived)
    return application_id, file(arrived, application_id)


def shown(person: Person, application_id: str) -> dict[str, Any]:
    found: dict[str, Any] = person.get(f"/applications/{application_id}").json()
    return found


def test_from_examination_to_the_new_card(world: World, arrived: Person, filed: tuple[str, str]) -> None:
    application_id, number = filed
    examination.examine(world.portal, number)
    assert shown(arrived, application_id)["state"] == "examining"
    examination.grant(world.portal, number, "0300000")
    granted = shown(arrived, application_id)
    assert [step["state"] for step in granted["history"]][-3:] == ["examining", "decided", "mail_in"]
    assert (granted["decision"]["outcome"], granted["decision"]["period_of_stay"]) == ("granted", "3年")
    assert granted["mail_in"]["fee_yen"] > 0
    assert granted["mail_in"]["payment"] in {"stamps", "convenience_store_or_bank"}
    assert "residence_card" in granted["mail_in"]["items"]
    assert "return_envelope" in granted["mail_in"]["items"]
    examination.dispatch(world.portal, number)
    examination.received(world.portal, number)
    assert shown(arrived, application_id)["state"] == "received"
    mails = [mail for mail in world.mails() if number in mail["text"]]
    assert [mail["subject"] for mail in mails] == [
        "【入管庁】申請受付番号のお知らせ",
        "【入管庁】審査開始のお知らせ",
        "【入管庁】審査完了に関するお知らせ",
        "【入管庁】在留カード発送のお知らせ",
    ]


@pytest.mark.one_database
def test_at_the_counter_no_envelope_is_needed(world: World, arrived: Person) -> None:
    prefecture = "130001"
    bureau = choices("CB52", prefecture)[0].code
    receipt = {
        "method": "02",
        "prefecture": prefecture,
        "bureau": bureau,
        "notification_email": "kakuu.mihon@example.com",
    }
    application_id = ready(arrived, receipt=receipt)
    number = file(arrived, application_id)
    examination.examine(world.portal, number)
    examination.grant(world.portal, number, "0100000")
    assert "return_envelope" not in shown(arrived, application_id)["mail_in"]["items"]


def test_a_refusal_has_a_reason(world: World, arrived: Person, filed: tuple[str, str]) -> None:
    application_id, number = filed
    examination.examine(world.portal, number)
    examination.refuse(world.portal, number, "架空の理由")
    refused = shown(arrived, application_id)
    assert (refused["state"], refused["decision"]["reason"]) == ("refused", "架空の理由")
    assert "架空の理由" not in world.mails()[-1]["text"]


def test_documents_are_asked_for_and_answered(world: World, arrived: Person, filed: tuple[str, str]) -> None:
    application_id, number = filed
    examination.examine(world.portal, number)
    examination.request_documents(world.portal, number, ["tax_certificates"])
    assert shown(arrived, application_id)["requested_documents"] == ["tax_certificates"]
    path = f"/applications/{application_id}/documents-answer"
    assert code(arrived.post(path, {})) == "incomplete"
    first = shown(arrived, application_id)["attachments"][0]["attachment_id"]
    assert code(arrived.delete(f"/attachments/{first}")) == "wrong-state"
    assert attach(arrived, application_id, "document", DOCUMENT).status_code == 204
    late = shown(arrived, application_id)["attachments"][-1]["attachment_id"]
    assert arrived.delete(f"/attachments/{late}").status_code == 204
    assert attach(arrived, application_id, "document", DOCUMENT).status_code == 204
    answer = arrived.post(path, {"note": "架空"})
    assert (answer.status_code, answer.json()["state"]) == (200, "examining")
    assert answer.json()["requested_documents"] == []
    assert code(arrived.post(path, {})) == "wrong-state"


def test_an_application_is_withdrawn_before_the_decision(world: World, arrived: Person, filed: tuple[str, str]) -> None:
    application_id, number = filed
    path = f"/applications/{application_id}/withdrawal"
    answer = arrived.post(path, {"reason": "架空"})
    assert (answer.status_code, answer.json()["state"]) == (200, "withdrawn")
    assert world.mails()[-1]["subject"] == "【入管庁】申請取下げのお知らせ"
    assert code(arrived.post(path, {})) == "wrong-state"
    with pytest.raises(Refusal):
        examination.examine(world.portal, number)


@pytest.mark.one_database
def test_a_draft_is_not_withdrawn(arrived: Person) -> None:
    made = arrived.post("/applications", content()).json()["application_id"]
    assert code(arrived.post(f"/applications/{made}/withdrawal", {})) == "wrong-state"


@pytest.mark.one_database
def test_both_addresses_get_the_mail(world: World, arrived: Person) -> None:
    receipt = {"method": "01", "notification_email": "helper@example.com"}
    number = file(arrived, ready(arrived, receipt=receipt))
    told = {mail["to"] for mail in world.mails() if number in mail["text"]}
    assert told == {arrived.email, "helper@example.com"}


Step = Callable[[World, str], None]
STEPS: dict[str, Step] = {
    "examine": lambda world, number: examination.examine(world.portal, number),
    "request": lambda world, number: examination.request_documents(world.portal, number, ["x"]),
    "grant": lambda world, number: examination.grant(world.portal, number, "0100000"),
    "refuse": lambda world, number: examination.refuse(world.portal, number, ""),
    "dispatch": lambda world, number: examination.dispatch(world.portal, number),
    "received": lambda world, number: examination.received(world.portal, number),
}


@pytest.mark.one_database
@pytest.mark.parametrize("step", [name for name in STEPS if name != "examine"])
def test_steps_have_an_order(world: World, filed: tuple[str, str], step: str) -> None:
    with pytest.raises(Refusal) as refused:
        STEPS[step](world, filed[1])
    assert refused.value.code is ProblemCode.WRONG_STATE


@pytest.mark.one_database
def test_an_unknown_number_or_period_is_refused(world: World, filed: tuple[str, str]) -> None:
    with pytest.raises(Refusal) as refused:
        examination.examine(world.portal, "東オンＥＮ26999999")
    assert refused.value.code is ProblemCode.NOT_FOUND
    examination.examine(world.portal, filed[1])
    with pytest.raises(Refusal) as refused:
        examination.grant(world.portal, filed[1], "9900000")
    assert refused.value.code is ProblemCode.MALFORMED


class Crash(Exception):
    """The power fails."""


@pytest.mark.parametrize("part", ["reference_portal.filing.examination.queue_mail", "reference_portal.audit.append"])
@pytest.mark.parametrize("step", ["examine", "grant", "request", "refuse"])
def test_a_step_that_fails_in_the_middle_leaves_nothing(
    world: World, arrived: Person, filed: tuple[str, str], step: str, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    application_id, number = filed
    if step != "examine":
        examination.examine(world.portal, number)
    before, mails = shown(arrived, application_id), world.mails()

    def crash(*_args: Any, **_named: Any) -> None:
        raise Crash

    with monkeypatch.context() as broken:
        broken.setattr(part, crash)
        with pytest.raises(Crash):
            STEPS[step](world, number)
    assert shown(arrived, application_id) == before
    assert world.mails() == mails
    with world.portal.database.read() as db:
        assert audit.broken_at(db) is None
    STEPS[step](world, number)
    assert shown(arrived, application_id)["state"] != before["state"]


def test_a_submission_that_fails_in_the_middle_leaves_nothing(
    world: World, arrived: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.reference_portal.answers import submission

    application_id = ready(arrived)
    key, body, etag = submission(arrived, application_id)
    path = f"/applications/{application_id}/submission"
    mails = world.mails()

    def crash(*_args: Any, **_named: Any) -> None:
        raise Crash

    with monkeypatch.context() as broken:
        broken.setattr("reference_portal.filing.submission.queue_mail", crash)
        answer = arrived.post(path, body, key=key, If_Match=etag)
    assert (answer.status_code, code(answer)) == (500, "internal")
    assert "Crash" not in answer.text
    assert world.mails() == mails
    assert shown(arrived, application_id)["state"] == "attached"
    again = arrived.post(path, body, key=key, If_Match=etag)
    assert again.status_code == 201
    assert again.json()["reception_number"].endswith("000001")
