"""From the choice on the screen to the reception number, for others than the applicant and for other procedures."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from kiosk.app import KioskApp
from kiosk.card.virtual.holder import demo_holder
from kiosk.portal import contract as c
from kiosk.screens.carry_over import EarlierScreen, TakenScreen
from kiosk.screens.drafting import PHOTO_SLOT, Drafting
from kiosk.screens.eligibility import EligibilityScreen, NeedsScreen
from kiosk.screens.interview_page import InterviewEntry, InterviewScreen
from kiosk.screens.journeys.answers import begin
from kiosk.screens.journeys.carry_over import with_earlier_answers
from kiosk.screens.journeys.choose import BIRTH, CAUSE, EXPIRY, PERIOD, STATUS_NOW, choose
from kiosk.screens.journeys.send import send
from kiosk.screens.message import MessageScreen
from kiosk.screens.procedure_choice import ProcedureScreen
from kiosk.screens.question_page import QuestionPage
from kiosk.screens.reception import ReceptionScreen
from kiosk.screens.send_review import SendReviewScreen
from kiosk.screens.status_choice import StatusScreen
from kiosk.widgets.fields import editor_id
from tests.support.answers import ALONE, valid_answers, valid_receipt
from tests.support.cards import issue
from tests.support.journeys import StaffStation, Station, Town, demo_file, pick, shown
from tests.support.screens import seen, until

Steps = Callable[[Pilot[Any]], Any]


@pytest.fixture
def station_of(town: Town, tmp_path: Path) -> Generator[Callable[[c.UserKind, str], Station]]:
    """Make a kiosk at which somebody of another kind, with a card of their own, has registered and signed in."""
    opened: list[Station] = []

    def make(kind: c.UserKind, name: str) -> Station:
        theirs = Town(town.process, issue(who=replace(demo_holder(), name=name)), town.trust)
        theirs.register(tmp_path / "registered", kind)
        opened.append(Station(theirs, tmp_path / "station"))
        return opened[-1]

    yield make
    for station in opened:
        station.close()


async def _no_earlier(pilot: Pilot[Any]) -> None:
    """Use nothing of earlier applications, where there are any."""
    await seen(pilot, lambda: isinstance(pilot.app.screen, EarlierScreen | SendReviewScreen))
    if isinstance(pilot.app.screen, EarlierScreen):
        await pick(pilot, "none")


async def _filed(
    station: Station, steps: Steps, earlier: Steps = _no_earlier
) -> tuple[c.ApplicationSummary, dict[str, Any]]:
    """Choose by ``steps``, fill the rest in with valid answers, file, and return what the portal then holds."""
    before = station.applications()
    station.sign_in(station.services)  # the visit before has closed its own

    async def journey(app: KioskApp) -> Any:
        chosen = await choose(app)
        assert chosen is not None
        chosen = await with_earlier_answers(app, chosen)
        assert chosen is not None
        drafting = await begin(app, chosen)
        assert drafting is not None
        _fill(station, drafting)
        try:
            return await send(app, drafting)
        finally:
            drafting.close()

    app, last_look = station.app(journey), ""
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, ProcedureScreen)
        await steps(pilot)
        await until(pilot, EligibilityScreen)
        await pick(pilot, "continue")
        await until(pilot, NeedsScreen)
        await pilot.press("1")
        await earlier(pilot)
        await until(pilot, SendReviewScreen)
        last_look = shown(pilot)
        await pilot.press("f10")
        await until(pilot, ReceptionScreen)
        await pick(pilot, "home")
        await app.finished()
    (found,) = [item for key, item in station.applications().items() if key not in before]
    with station.other_session() as portal:
        answers = dict(portal.application(found.application_id).application.content.answers)
    assert found.applicant == answers["part1.name"]
    assert str(answers["part1.name"]) in last_look, "it is said for whom it is filed"
    assert station.account.person.name in last_look, "and by whom"
    return found, answers


def _fill(station: Station, drafting: Drafting) -> None:
    """Answer what is not answered, and attach what is needed."""
    form, context = drafting.form, drafting.context
    made = {**valid_receipt(form, context), **valid_answers(form, context, given=ALONE)}
    blocks = [
        name for name, text in drafting.answers.items() if text and name.startswith(("agent.", "representative."))
    ]
    asked = [name for name in STAY if drafting.answers.get(name)]
    for name in (*asked, *blocks):
        made.pop(name, None)
    for name, value in made.items():
        drafting.put(name, value)
    assert drafting.problems() == []
    for need in drafting.needed_documents():
        if need.required:
            photo = need.document.key == PHOTO_SLOT
            name, kind = ("photo.jpg", "image/jpeg") if photo else ("passport-and-card.pdf", "application/pdf")
            content = demo_file(name).read_bytes()
            station.services.store.attach(station.owner, drafting.draft_id, need.document.key, name, kind, content)


STAY = (STATUS_NOW, PERIOD, EXPIRY, BIRTH, CAUSE)
"""What was asked while choosing."""


def _yesterday() -> str:
    return (datetime.now(UTC) - timedelta(days=2)).date().isoformat()


async def _stay(pilot: Pilot[Any]) -> None:
    """Answer the page of the present stay, box after box, choices by their first entry."""
    await until(pilot, QuestionPage)
    page = pilot.app.screen
    assert isinstance(page, QuestionPage)
    for name, text in ((STATUS_NOW, "engineer"), (PERIOD, "1year")):
        if name in page.asking.visible():
            page.query_one(f"#{editor_id(name)}").focus()
            await pilot.press("enter")
            await pilot.pause()
            await pilot.press(*text, "enter")
            await until(pilot, QuestionPage)
    page.query_one(f"#{editor_id(EXPIRY)}").focus()
    await pilot.press(*"2099-01-31", "f10")


async def test_an_applicant_files_a_change_to_student(station: Station) -> None:
    async def steps(pilot: Pilot[Any]) -> None:
        await pick(pilot, "change")
        await until(pilot, StatusScreen)
        await pilot.press(*"student", "enter")
        await _stay(pilot)

    found, answers = await _filed(station, steps)
    assert (found.procedure, found.status_of_residence, found.state.value) == ("change", "student", "submitted")
    assert answers[EXPIRY] == "2099-01-31"
    assert answers["part1.name"] == station.account.person.name


async def test_a_scrivener_files_for_a_dependent_abroad(station_of: Callable[[c.UserKind, str], Station]) -> None:
    station = station_of(c.UserKind.SCRIVENER, "SHOSHI MIHON")

    async def steps(pilot: Pilot[Any]) -> None:
        await pick(pilot, "certificate_of_eligibility")
        await until(pilot, StatusScreen)
        await pilot.press(*"dependent", "enter")

    found, answers = await _filed(station, steps)
    assert found.reception_number
    assert answers["agent.name"] == "ＳＨＯＳＨＩ　ＭＩＨＯＮ"
    assert "SHOSHI" not in answers["part1.name"]


async def test_a_relative_is_not_asked_whether_somebody_abroad_is_ill(
    station_of: Callable[[c.UserKind, str], Station],
) -> None:
    station = station_of(c.UserKind.RELATIVE, "KAZOKU MIHON")

    async def steps(pilot: Pilot[Any]) -> None:
        await pick(pilot, "certificate_of_eligibility")
        await until(pilot, StatusScreen)
        await pilot.press(*"dependent", "enter")
        await until(pilot, InterviewScreen)
        await pick(pilot, "spouse")
        await until(pilot, InterviewEntry)
        await pilot.press(*"30", "f10")

    found, _answers = await _filed(station, steps)
    assert found.reception_number


async def test_staff_of_a_company_file_a_certificate_without_a_card(town: Town, tmp_path: Path) -> None:
    station = StaffStation(town, tmp_path, town.approve_staff("SHAIN MIHON"))

    async def steps(pilot: Pilot[Any]) -> None:
        await pick(pilot, "certificate_of_eligibility")
        await until(pilot, StatusScreen)
        await pilot.press(*"engineer", "enter")

    found, answers = await _filed(station, steps)
    station.close()
    assert found.reception_number
    assert (answers["agent.name"], answers["agent.organization"]) == ("ＳＨＡＩＮ　ＭＩＨＯＮ", "架空見本株式会社")
    assert answers["agent.phone"] == "0300000000"
    assert any(name.startswith("organisation.") for name in answers), "they are asked the host's own sheets"


async def test_a_parent_files_for_two_newborns_and_enters_the_family_once(
    station_of: Callable[[c.UserKind, str], Station],
) -> None:
    station = station_of(c.UserKind.LEGAL_REPRESENTATIVE, "OYA MIHON")

    async def steps(pilot: Pilot[Any]) -> None:
        await pick(pilot, "acquisition")
        await until(pilot, StatusScreen)
        await pilot.press(*"dependent", "enter")
        await until(pilot, InterviewScreen)
        await pick(pilot, "parent")
        await until(pilot, InterviewEntry)
        await pilot.press("0", "f10")
        for name, text in ((BIRTH, _yesterday()), (CAUSE, "1")):
            await until(pilot, QuestionPage)
            pilot.app.screen.query_one(f"#{editor_id(name)}").focus()
            await pilot.press(*text, "f10")
            await pilot.pause()

    async def family(pilot: Pilot[Any]) -> None:
        await until(pilot, EarlierScreen)
        await pilot.press("1")
        await until(pilot, MessageScreen)
        await pick(pilot, "family")
        await until(pilot, TakenScreen)
        assert "OYA" not in shown(pilot)  # it stands there in full width
        assert "ＯＹＡ　ＭＩＨＯＮ" in shown(pilot)
        await pilot.press("1")

    found, first = await _filed(station, steps)
    assert (found.procedure, bool(found.reception_number)) == ("acquisition", True)
    assert first["representative.name"] == "ＯＹＡ　ＭＩＨＯＮ"
    assert "OYA" not in first["part1.name"]
    other, second = await _filed(station, steps, family)
    assert other.reception_number not in {"", found.reception_number}
    for name in ("representative.name", "representative.address_street", "part1.address_in_japan_street"):
        assert second[name] == first[name]
