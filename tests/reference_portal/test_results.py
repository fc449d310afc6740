"""Every procedure over HTTP, from the draft to what comes of it: a card with a period, or a certificate without one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from kiosk.clock import japan_date
from kiosk.forms.engine import Context, blank_hidden
from kiosk.forms.load import choices, load_form
from kiosk.portal.contract import Account
from kiosk.screens.drafting import facts_of
from reference_portal.filing import examination
from tests.reference_portal.answers import DOCUMENT, PHOTO, attach, file, submission
from tests.reference_portal.people import Person
from tests.reference_portal.world import World, code
from tests.support.answers import valid_answers

pytestmark = pytest.mark.one_database

POST, COUNTER, EMAIL = "01", "02", "03"


def _content(
    person: Person, procedure: str, status: str, method: str, told: dict[str, str] | None = None
) -> dict[str, Any]:
    """Return a complete application of the person who is logged in."""
    today = japan_date(person.world.clock())
    facts = facts_of(Account.model_validate(person.get("/account").json()))
    form, context = load_form(procedure, status), Context("applicant", today, facts)
    given = {
        "part1.current_status_of_residence": "T41" if procedure == "change" else form.status_code,
        "part1.acquisition_cause": "loss_of_nationality",
        "part1.acquisition_cause_date": (today - timedelta(days=10)).isoformat(),
        "simultaneous.reentry": "0",
        "simultaneous.other_activity": "0",
        "simultaneous.authorised_employment": "0",
        **(told or {}),
    }
    answers = blank_hidden(form, valid_answers(form, context, 1, given), context)
    receipt = {"method": method, "notification_email": "kakuu.mihon@example.com"}
    if method == COUNTER:
        prefecture = next(item.code for item in choices("C619") if choices("CB52", item.code))
        receipt |= {"prefecture": prefecture, "bureau": choices("CB52", prefecture)[0].code}
    return {"procedure": procedure, "status_of_residence": status, "answers": answers, "receipt": receipt}


def _file(
    person: Person, procedure: str, status: str, method: str = POST, given: dict[str, str] | None = None
) -> tuple[str, str]:
    """File an application with exactly the documents the portal misses; return its id and reception number."""
    made = person.post("/applications", _content(person, procedure, status, method, given))
    assert made.status_code == 201, made.text
    application_id: str = made.json()["application_id"]
    key, body, etag = submission(person, application_id)
    refused = person.post(f"/applications/{application_id}/submission", body, key=key, If_Match=etag)
    assert code(refused) == "incomplete", refused.text
    for missing in (item["code"] for item in refused.json()["errors"]):
        photo = missing == "photo"
        path, document = (PHOTO, {}) if photo else (DOCUMENT, {"document": missing})
        assert attach(person, application_id, "photo" if photo else "document", path, **document).status_code == 204
    return application_id, file(person, application_id)


def _granted(world: World, person: Person, filed: tuple[str, str], period: str = "") -> dict[str, Any]:
    examination.examine(world.portal, filed[1])
    examination.grant(world.portal, filed[1], period)
    shown: dict[str, Any] = person.get(f"/applications/{filed[0]}").json()
    return shown


def test_a_change_and_an_acquisition_end_in_a_card_with_a_period(world: World, arrived: Person) -> None:
    change = _granted(world, arrived, _file(arrived, "change", "gijinkoku"), "0300000")
    assert change["state"] == "mail_in"
    assert change["decision"]["period_of_stay"] == "3年"
    assert change["mail_in"]["fee_yen"] > 0
    acquired = _granted(world, arrived, _file(arrived, "acquisition", "sp_jp"), "0100000")
    assert (acquired["state"], acquired["mail_in"]["fee_yen"]) == ("mail_in", 0)
    assert acquired["mail_in"]["items"] == ["return_envelope"]


def test_a_certificate_by_e_mail_has_no_period_and_nothing_is_sent_in_for_it(world: World, arrived: Person) -> None:
    filed = _file(arrived, "certificate_of_eligibility", "dependent", EMAIL)
    granted = _granted(world, arrived, filed)
    assert (granted["state"], granted["mail_in"]) == ("decided", None)
    assert (granted["decision"]["period_of_stay"], granted["decision"]["new_expiry"]) == ("", None)
    examination.dispatch(world.portal, filed[1])
    mail = world.mails()[-1]
    assert mail["subject"].endswith("在留資格認定証明書のお知らせ")
    examination.received(world.portal, filed[1])
    assert arrived.get(f"/applications/{filed[0]}").json()["state"] == "received"


def test_a_certificate_by_post_comes_in_the_envelope_that_was_sent(world: World, arrived: Person) -> None:
    filed = _file(arrived, "certificate_of_eligibility", "dependent", POST)
    granted = _granted(world, arrived, filed)
    assert (granted["state"], granted["mail_in"]["items"]) == ("mail_in", ["return_envelope"])
    assert (granted["mail_in"]["address"], granted["mail_in"]["fee_yen"]) == ([], 0)
    assert "地方出入国在留管理局" in world.mails()[-1]["text"]
    examination.dispatch(world.portal, filed[1])
    assert world.mails()[-1]["subject"].endswith("証明書発送のお知らせ")


def test_at_the_counter_there_is_something_to_bring_even_where_nothing_is_paid(world: World, arrived: Person) -> None:
    filed = _file(arrived, "acquisition", "sp_jp", COUNTER)
    granted = _granted(world, arrived, filed, "0100000")
    assert (granted["state"], granted["mail_in"]["items"]) == ("mail_in", ["passport", "notice"])
    examination.received(world.portal, filed[1])
    assert arrived.get(f"/applications/{filed[0]}").json()["state"] == "received"


def test_a_re_entry_permit_filed_together_is_paid_for_too(world: World, arrived: Person) -> None:
    alone = _granted(world, arrived, _file(arrived, "change", "gijinkoku"), "0100000")["mail_in"]
    together = {"simultaneous.reentry": "1", "reentry.re_entry_permit_desired": "02"}
    filed = _file(arrived, "change", "gijinkoku", given=together)
    paid = _granted(world, arrived, filed, "0100000")["mail_in"]
    assert paid["fee_yen"] == alone["fee_yen"] + 6500
    assert paid["charge_yen"] == alone["charge_yen"] + 220


def test_a_certificate_of_authorised_employment_is_paid_for(world: World, arrived: Person) -> None:
    granted = _granted(world, arrived, _file(arrived, "certificate_of_authorised_employment", "gijinkoku"))
    assert granted["state"] == "mail_in"
    assert granted["mail_in"]["fee_yen"] > 0
    assert granted["decision"]["period_of_stay"] == ""


def test_the_way_of_receipt_is_one_of_the_procedure(arrived: Person) -> None:
    for procedure, status, method in (
        ("change", "gijinkoku", EMAIL),
        ("certificate_of_eligibility", "dependent", "02"),
    ):
        content = _content(arrived, procedure, status, method)
        application_id = arrived.post("/applications", content).json()["application_id"]
        key, body, etag = submission(arrived, application_id)
        answer = arrived.post(f"/applications/{application_id}/submission", body, key=key, If_Match=etag)
        assert code(answer) == "invalid-answers"
        assert "not_in_list" in {item["code"] for item in answer.json()["errors"]}


def test_what_goes_with_another_application_is_not_filed_alone(arrived: Person) -> None:
    for procedure in ("reentry", "other_activity"):
        made = arrived.post("/applications", _content(arrived, procedure, "gijinkoku", POST)).json()
        key, body, etag = submission(arrived, made["application_id"])
        answer = arrived.post(f"/applications/{made['application_id']}/submission", body, key=key, If_Match=etag)
        assert code(answer) == "not-eligible"
        assert "only_together" in {item["code"] for item in answer.json()["errors"]}
