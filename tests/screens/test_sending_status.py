"""Where an application stands, and what can be done with it: documents, withdrawal, a copy, the mail-in step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from kiosk.delivery import save
from kiosk.errors import StoreError
from kiosk.portal import contract as c
from kiosk.portal.client import PortalClient
from kiosk.portal.errors import PortalTimeout
from kiosk.screens.application_status import ApplicationStatusScreen
from kiosk.screens.document_notices import PaperDateScreen
from kiosk.screens.documents import DocumentsScreen
from kiosk.screens.file_chooser import FileChooserScreen
from kiosk.screens.journeys.status import show_application
from kiosk.screens.mail_in import MailInScreen
from kiosk.screens.message import MessageScreen, ProblemScreen
from kiosk.widgets.choices import ChoiceList
from tests.snapshots.test_sending import status
from tests.support import samples
from tests.support.journeys import Station, ids, pick, shown
from tests.support.screens import ScreenApp, screen_app, seen, until

NASTY = "\x1b[31m[bold]x[/bold]\u202eevil\x07"


def showing(station: Station, receipt: c.SubmissionReceipt, language: str = "en") -> ScreenApp:
    return station.app(lambda app: show_application(app, receipt.application_id), language)


@pytest.mark.parametrize(
    ("state", "changes", "choices"),
    [
        ("draft", {}, ["edit", "again"]),
        ("attached", {}, ["edit", "again"]),
        ("submitted", {}, ["again", "copy", "withdraw"]),
        ("examining", {}, ["again", "copy", "withdraw"]),
        ("documents_requested", {"requested": ("tax_certificates",)}, ["documents", "again", "copy", "withdraw"]),
        ("decided", {"decision": samples.GRANTED}, ["again", "copy"]),
        ("mail_in", {"decision": samples.GRANTED, "mail_in": samples.MAIL_IN}, ["mail_in", "again", "copy"]),
        ("dispatched", {"decision": samples.GRANTED, "mail_in": samples.MAIL_IN}, ["mail_in", "again", "copy"]),
        ("received", {"decision": samples.GRANTED, "mail_in": samples.MAIL_IN}, ["mail_in", "again", "copy"]),
        ("withdrawn", {}, ["again", "copy"]),
        ("refused", {"decision": samples.REFUSED}, ["again", "copy"]),
    ],
)
async def test_every_state_says_what_can_be_done(state: str, changes: dict[str, Any], choices: list[str]) -> None:
    app = screen_app(status(state, **changes), "en")
    async with app.run_test() as pilot:
        assert ids(pilot) == choices
        assert app.t(f"status.{state}") in shown(pilot)
        await pilot.press("f3")
        await pilot.pause()
        assert app.t(f"status.{state}") in shown(pilot)
        await pilot.press(str(len(choices)))
        await app.finished()
    assert app.results == [choices[-1]]


@pytest.mark.parametrize(
    ("procedure", "state", "method", "said", "unsaid"),
    [
        ("certificate_of_eligibility", "decided", "03", "Enter Japan by 22 February 2027", "Waiting for what"),
        ("certificate_of_eligibility", "dispatched", "03", "register the receipt", "residence card"),
        ("certificate_of_eligibility", "dispatched", "01", "The certificate is on its way", "residence card"),
        ("certificate_of_authorised_employment", "decided", "01", "Granted.", "Period of stay"),
        ("extension", "mail_in", "02", "Waiting for what you bring", "New card sent"),
        ("extension", "mail_in", "01", "New card sent", "you bring"),
    ],
)
async def test_it_says_what_comes_of_the_procedure(
    procedure: str, state: str, method: Any, said: str, unsaid: str
) -> None:
    from kiosk.screens.subject import period_names, subject_of

    decided = samples.GRANTED.model_copy(update={"decided_at": datetime(2026, 11, 22, 3, 0, tzinfo=UTC)})
    application = samples.application(state, decision=decided)
    receipt = c.ReceiptMethod(method=method, notification_email="kakuu.mihon@example.com")
    content = application.content.model_copy(update={"procedure": procedure, "receipt": receipt})
    shown_one = application.model_copy(update={"content": content})
    screen = ApplicationStatusScreen(shown_one, subject_of(procedure, "student"), {}, period_names("student", ""))
    app = screen_app(screen, "en")
    async with app.run_test(size=(120, 40)) as pilot:
        assert said in shown(pilot)
        assert unsaid not in shown(pilot)


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_a_certificate_by_post_is_sent_in_the_envelope(language: str) -> None:
    mail_in = samples.MAIL_IN.model_copy(
        update={"address": (), "items": ("return_envelope",), "fee_yen": 0, "payment": "none"}
    )
    app = screen_app(MailInScreen(mail_in, samples.NUMBER, by_post=True, office={}), language)
    async with app.run_test(size=(120, 40)) as pilot:
        for key in ("mail_in.item.return_envelope", "mail_in.address_in_mail", "mail_in.no_passport", "payment.none"):
            assert app.t(key) in shown(pilot)
        assert app.t("mail_in.copy") not in shown(pilot)


async def test_hostile_words_of_the_portal_are_only_words() -> None:
    application = samples.application("documents_requested", requested=("", NASTY, NASTY, "photo"))
    history = (*application.history[:-1], application.history[-1].model_copy(update={"note": NASTY}))
    decision = c.Decision(outcome="refused", decided_at=samples.START, reason=NASTY)
    changed = application.model_copy(update={"history": history, "decision": decision, "reception_number": NASTY})
    from kiosk.screens.checklist import document_names
    from kiosk.screens.subject import period_names, subject_of

    names = document_names(changed.requested_documents)
    assert list(names) == [NASTY, "photo"]
    screen = ApplicationStatusScreen(changed, subject_of(NASTY, NASTY), names, period_names(NASTY, NASTY))
    app = screen_app(screen, "en")
    async with app.run_test(size=(120, 40)) as pilot:
        assert "[bold]x[/bold]evil" in shown(pilot)
        assert not {"\x1b", "\x07", "\u202e"} & set(app.export_screenshot())
    mail_in = samples.MAIL_IN.model_copy(update={"address": (NASTY,), "items": (NASTY,)})
    app = screen_app(MailInScreen(mail_in, NASTY, by_post=True, office={}), "en")
    async with app.run_test(size=(120, 40)) as pilot:
        assert "[bold]x[/bold]evil" in shown(pilot)
        assert not {"\x1b", "\x07", "\u202e"} & set(app.export_screenshot())


async def test_granted_and_what_to_send_in(station: Station) -> None:
    receipt = station.filed()
    app = showing(station, receipt)
    async with app.run_test(size=(80, 36)) as pilot:
        await until(pilot, ApplicationStatusScreen)
        assert "Received. Waiting" in shown(pilot)
        for words in (("examine",), ("grant",)):
            station.town.process.admin(*words, receipt.reception_number)
            await pick(pilot, "again")
            await until(pilot, ApplicationStatusScreen)
        assert "1 year (1年)" in shown(pilot)
        held = station.services.portal.application(receipt.application_id).application
        assert held.mail_in is not None
        await pick(pilot, "mail_in")
        await until(pilot, MailInScreen)
        assert f"{held.mail_in.fee_yen:,} yen" in shown(pilot)
        assert held.mail_in.payment == "convenience_store_or_bank"
        assert "no-reply@service-dgft.com" in shown(pilot)
        assert "stamps for" not in shown(pilot)
        await pilot.press("f3")
        await pilot.pause()
        assert "年" in shown(pilot)
        await pilot.press("escape")
        await until(pilot, ApplicationStatusScreen)


async def test_for_the_counter_things_are_brought(station: Station) -> None:
    counter = {
        "receipt.card_receiving_method": "02",
        "receipt.applicant_prefecture_for_bureau": "130001",
        "receipt.receiving_bureau": "",
    }
    from kiosk.forms.load import choices

    prefecture = next(item.code for item in choices("C619") if choices("CB52", item.code))
    office = choices("CB52", prefecture)[0]
    counter["receipt.applicant_prefecture_for_bureau"] = prefecture
    counter["receipt.receiving_bureau"] = office.code
    receipt = station.filed(**counter)
    for words in ("examine", "grant"):
        station.town.process.admin(words, receipt.reception_number)
    app = showing(station, receipt)
    async with app.run_test(size=(80, 36)) as pilot:
        await until(pilot, ApplicationStatusScreen)
        assert "Please bring the following" in shown(pilot)
        await pick(pilot, "mail_in")
        await until(pilot, MailInScreen)
        assert office.labels["en"] in shown(pilot)
        assert "Your passport" in shown(pilot)
        assert "Do not send" not in shown(pilot)


async def test_refused(station: Station) -> None:
    receipt = station.filed()
    station.town.process.admin("examine", receipt.reception_number)
    station.town.process.admin("refuse", receipt.reception_number, "--reason", "架空の理由（見本）")
    app = showing(station, receipt)
    async with app.run_test() as pilot:
        await until(pilot, ApplicationStatusScreen)
        assert "✗ It was not granted." in shown(pilot)
        assert "架空の理由（見本）" in shown(pilot)


async def test_it_is_withdrawn_after_asking_and_once(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    receipt = station.filed()
    real: Callable[..., Any] = PortalClient.withdraw
    keys: list[str] = []

    def deaf(self: PortalClient, application_id: str, reason: str, key: str) -> Any:
        held = real(self, application_id, reason, key)
        keys.append(key)
        if len(keys) == 1:
            raise PortalTimeout(sent=True)
        return held

    monkeypatch.setattr(PortalClient, "withdraw", deaf)
    app = showing(station, receipt)
    async with app.run_test() as pilot:
        await until(pilot, ApplicationStatusScreen)
        await pick(pilot, "withdraw")
        await until(pilot, MessageScreen)
        await pilot.press("1")
        await until(pilot, ApplicationStatusScreen)
        assert keys == []
        await pick(pilot, "withdraw")
        await until(pilot, MessageScreen)
        await pick(pilot, "withdraw")
        await until(pilot, ProblemScreen)
        await pick(pilot, "again")
        await until(pilot, ApplicationStatusScreen)
        assert "This application was withdrawn." in shown(pilot)
    assert len(keys) == 2
    assert len(set(keys)) == 1


async def test_a_copy_is_a_new_draft_with_the_answers(station: Station) -> None:
    receipt, before = station.filed(), station.drafts()
    app = showing(station, receipt)
    async with app.run_test() as pilot:
        await until(pilot, ApplicationStatusScreen)
        await pick(pilot, "copy")
        await until(pilot, MessageScreen)
        assert "choose photo and documents again" in shown(pilot)
        await pilot.press("1")
        await app.finished()
    (draft_id,) = station.drafts() - before
    assert app.results == [draft_id]
    stored = station.services.store.load(station.owner, draft_id)
    assert stored.header["portal_id"] == ""
    assert stored.answers["part1.reason_for_extension"] == station.answers()["part1.reason_for_extension"]
    assert stored.answers["receipt.card_receiving_method"] == station.answers()["receipt.card_receiving_method"]


async def test_a_draft_of_the_portal_is_taken_up_once(station: Station) -> None:
    from kiosk.delivery import Parcel
    from kiosk.screens.journeys.send import content_of

    drafting = station.drafting(station.drafted())
    draft = drafting.snapshot()
    parcel = Parcel(draft.draft_id, draft.submission_id, content_of(drafting), ())
    held = save(station.services.portal, parcel, lambda _id, _etag: None)
    before = station.drafts()
    found: list[str] = []
    for _ in range(2):
        app = station.app(lambda app: show_application(app, held.application.application_id))
        async with app.run_test() as pilot:
            await until(pilot, ApplicationStatusScreen)
            await pick(pilot, "edit")
            await app.finished()
        found += app.results
        station.sign_in(station.services)
    assert found[0] == found[1]
    assert station.drafts() - before == {found[0]}
    assert station.services.store.load(station.owner, found[0]).header["portal_id"] == held.application.application_id


async def bring(pilot: Any, station: Station, key: str, name: str) -> None:
    await until(pilot, DocumentsScreen)
    await pick(pilot, key)
    await until(pilot, FileChooserScreen)
    rows = pilot.app.screen.query_one(ChoiceList)
    await pick(pilot, next(choice.id for choice in rows.choices if choice.label == name))
    await seen(pilot, lambda: isinstance(pilot.app.screen, DocumentsScreen | PaperDateScreen))
    if isinstance(pilot.app.screen, PaperDateScreen):
        await pilot.click("#skip")
    await until(pilot, DocumentsScreen)


async def test_requested_documents_are_brought_and_answered(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    receipt, before = station.filed(), station.drafts()
    number = receipt.reception_number
    station.put("tax-certificates.pdf")
    station.town.process.admin("examine", number)
    station.town.process.admin("request-documents", number, "tax_certificates", "--note", "架空の注意")
    app = showing(station, receipt)
    async with app.run_test(size=(80, 36)) as pilot:
        await until(pilot, ApplicationStatusScreen)
        assert "Resident tax" in shown(pilot)
        assert "架空の注意" in shown(pilot)
        await pick(pilot, "documents")
        await until(pilot, DocumentsScreen)
        assert ids(pilot) == ["tax_certificates", ""]
        await pilot.press("f10")
        await until(pilot, MessageScreen)
        assert "Something is still missing." in shown(pilot)
        await pilot.press("1")
        await bring(pilot, station, "tax_certificates", "tax-certificates.pdf")
        with monkeypatch.context() as patch:  # the documents are sent, and the erasing fails: it is tried again
            patch.setattr(type(station.services.store), "erase", _full)
            await pilot.press("f10")
            await until(pilot, ProblemScreen)
        held = station.services.portal.application(receipt.application_id).application
        assert held.state == c.ApplicationState.EXAMINING
        await pick(pilot, "again")
        await until(pilot, MessageScreen)
        assert "The documents were sent." in shown(pilot)
        await pilot.press("1")
        await until(pilot, ApplicationStatusScreen)
        assert "It is being examined." in shown(pilot)
        names = [item.document for item in held.attachments]
        assert names.count("tax_certificates") == 1
        assert station.drafts() == before
        # The bureau asks once more, in its own words: the files of the first time are not offered again.
        station.town.process.admin("request-documents", number, "架空の書類")
        await pick(pilot, "again")
        await until(pilot, ApplicationStatusScreen)
        await pick(pilot, "documents")
        await bring(pilot, station, "架空の書類", "tax-certificates.pdf")
        await pilot.press("f10")
        await until(pilot, MessageScreen)
        assert "The documents were sent." in shown(pilot)


def _full(*_args: object) -> None:
    raise StoreError
