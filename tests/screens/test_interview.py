"""The interview on the screen: back, other language, ends elsewhere, and straight on into the filing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Input

from kiosk.app import KioskApp
from kiosk.screens.eligibility import EligibilityScreen, NeedsScreen
from kiosk.screens.elsewhere import ElsewhereScreen
from kiosk.screens.interview_page import InterviewEntry, InterviewScreen
from kiosk.screens.journeys.choose import EXPIRY, PERIOD, STATUS_NOW, choose
from kiosk.screens.letter import LetterScreen
from kiosk.screens.message import MessageScreen
from kiosk.screens.outbox_place import PlaceScreen
from kiosk.screens.picker import PickerScreen
from kiosk.screens.procedure_choice import UNSURE, ProcedureScreen
from kiosk.screens.question_page import QuestionPage
from kiosk.screens.status_choice import StatusScreen, VariantScreen
from kiosk.screens.together import TogetherScreen
from kiosk.services import Services
from kiosk.settings import AttachmentSettings
from kiosk.widgets.fields import editor_id
from tests.support.filing import account, services_in
from tests.support.journeys import pick, shown
from tests.support.screens import ScreenApp, journey_app, seen, until


def _app(folder: Path) -> ScreenApp:
    services = services_in(folder)
    stick = folder / "usb"
    stick.mkdir()
    settings = replace(services.settings, attachments=AttachmentSettings((str(stick),)))

    async def route(app: KioskApp) -> Any:
        app.visit.account = account()
        return await choose(app)

    return journey_app(route, "en", Services(settings, services.clock))


def _typed(pilot: Pilot[Any], question: str) -> str:
    """Return what stands in the box of a question, "" while it is not there."""
    return "".join(box.value for box in pilot.app.screen.query(f"#{editor_id(question)}").results(Input))


async def _to_want(pilot: Pilot[Any]) -> None:
    """Begin the interview for oneself, aged 30, with a residence card."""
    await until(pilot, ProcedureScreen)
    await pick(pilot, UNSURE)
    await until(pilot, InterviewScreen)
    await pick(pilot, "self")
    await until(pilot, InterviewEntry)
    await pilot.press("3", "0", "f10")
    await until(pilot, InterviewScreen)
    await pick(pilot, "card")
    await until(pilot, InterviewScreen)


async def test_it_leads_into_the_filing_of_a_change(tmp_path: Path) -> None:
    app = _app(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await _to_want(pilot)
        await pick(pilot, "other")
        await until(pilot, StatusScreen)
        await pilot.press(*"gijinkoku", "enter")
        await pilot.pause()
        await until(pilot, StatusScreen)
        await pilot.press(*"student", "enter")
        await until(pilot, InterviewEntry)
        await pilot.press(*"2027-01-31")
        await pilot.press("f3")  # what was typed stays in the other language
        await seen(pilot, lambda: _typed(pilot, "stay_end") == "2027-01-31")
        assert "どの手続き？" in shown(pilot)
        await pilot.press("f3")
        await seen(pilot, lambda: _typed(pilot, "stay_end") == "2027-01-31")
        await pilot.press("f10")
        await until(pilot, QuestionPage)
        await seen(pilot, lambda: _typed(pilot, EXPIRY) == "2027-01-31")
        pilot.app.screen.query_one(f"#{editor_id(PERIOD)}").focus()
        await pilot.press("space")
        await until(pilot, PickerScreen)
        await pilot.press(*"1year", "enter")
        await until(pilot, QuestionPage)
        await pilot.press("f10")
        await until(pilot, EligibilityScreen)
        assert "31 January 2027" in shown(pilot)
        await pick(pilot, "continue")
        await until(pilot, NeedsScreen)
        await pick(pilot, "letter:school")
        await until(pilot, LetterScreen)
        assert "留学" in shown(pilot)
        await pilot.press("pagedown")
        assert pilot.app.screen.query_one("#body").scroll_offset.y > 0
        await pick(pilot, "save")
        await until(pilot, PlaceScreen)
        await pilot.press("1")
        await until(pilot, PlaceScreen)
        await pilot.press("1")
        await until(pilot, LetterScreen)
        (paper,) = (tmp_path / "usb").iterdir()
        assert f"Saved as {paper.name}" in shown(pilot)
        await pick(pilot, "back")
        await until(pilot, NeedsScreen)
        await pilot.press("1")
        await app.finished()
    (chosen,) = app.results
    assert paper.read_bytes().startswith(b"%PDF")
    assert chosen[:2] == ("change", "student")
    assert (chosen.told["age"], chosen.told["mid_to_long_term"], chosen.told["relationship"]) == (30, True, "self")
    assert (chosen.answers[EXPIRY], chosen.answers[STATUS_NOW]) == ("2027-01-31", "T26")


async def test_elsewhere_leads_back_to_the_question_or_the_start(tmp_path: Path) -> None:
    app = _app(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await _to_want(pilot)
        await pick(pilot, "moved")
        await until(pilot, ElsewhereScreen)
        assert "town hall" in shown(pilot)
        await pilot.press("1")
        await until(pilot, InterviewScreen)
        assert "What do you want to do?" in shown(pilot)
        await pick(pilot, "forever")
        await until(pilot, ElsewhereScreen)
        await pilot.press("2")
        await until(pilot, InterviewScreen)
        assert "For whom is it?" in shown(pilot)
        await pilot.press("escape")
        await until(pilot, ProcedureScreen)
        app.exit()


async def test_another_kind_of_user_is_told_to_sign_in_as_that(tmp_path: Path) -> None:
    app = _app(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, ProcedureScreen)
        await pick(pilot, UNSURE)
        await until(pilot, InterviewScreen)
        await pick(pilot, "client")
        await until(pilot, InterviewScreen)
        await pick(pilot, "abroad")
        await pilot.pause()
        await pick(pilot, "live")
        await until(pilot, StatusScreen)
        await pilot.press(*"dependent", "enter")
        await until(pilot, MessageScreen)
        assert "Lawyer or administrative scrivener" in shown(pilot)
        await pilot.press("1")
        await until(pilot, ProcedureScreen)
        app.exit()


async def test_what_goes_with_another_is_chosen_in_it(tmp_path: Path) -> None:
    app = _app(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, ProcedureScreen)
        await pick(pilot, "reentry")
        await until(pilot, TogetherScreen)
        await pick(pilot, "change")
        await until(pilot, StatusScreen)
        await pilot.press(*"hsp1b", "enter")
        await until(pilot, VariantScreen)
        await pilot.press(*"manager", "enter")
        await until(pilot, QuestionPage)
        await pilot.press("escape")
        await until(pilot, VariantScreen)
        await pilot.press("escape")
        await until(pilot, StatusScreen)
        app.exit()
