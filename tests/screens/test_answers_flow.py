"""From the choice of a procedure to the last page, with a real store: order, back, saving, coming back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from kiosk.app import KioskApp
from kiosk.errors import KioskError
from kiosk.screens.base import Nav
from kiosk.screens.check_answers import CheckAnswersScreen
from kiosk.screens.eligibility import EligibilityScreen, NeedsScreen
from kiosk.screens.journeys.answers import answers, begin, resume
from kiosk.screens.journeys.choose import EXPIRY, PERIOD, Chosen, choose
from kiosk.screens.message import MessageScreen, ProblemScreen
from kiosk.screens.picker import PickerScreen
from kiosk.screens.procedure_choice import ProcedureScreen
from kiosk.screens.question_page import QuestionPage
from kiosk.screens.status_choice import StatusScreen
from kiosk.screens.task_list import TaskListScreen
from kiosk.services import Services
from kiosk.widgets.bars import KeyBar
from kiosk.widgets.fields import editor_id
from tests.support.answers import valid_answers
from tests.support.filing import PARTLY, account, context, form, services_in
from tests.support.screens import ScreenApp, journey_app, until

OCCUPATION = "part1.occupation"
CHOSEN = Chosen("extension", "gijinkoku", {EXPIRY: "2027-01-31", PERIOD: "0100000"})
KEY = b"\x30" * 91

Route = Callable[[KioskApp], Awaitable[Any]]


def _owner(app: KioskApp) -> None:
    app.visit.account = account()
    app.visit.owner = app.services.store.owner(KEY)


def _app(services: Services, route: Route) -> ScreenApp:
    async def signed_in(app: KioskApp) -> Any:
        _owner(app)
        return await route(app)

    return journey_app(signed_in, "en", services)


async def _work(app: KioskApp) -> Any:
    drafting = await begin(app, CHOSEN)
    assert drafting is not None
    return await answers(app, drafting)


def _again(draft_id: str) -> Route:
    async def route(app: KioskApp) -> Any:
        drafting = await resume(app, draft_id)
        return None if drafting is None else await answers(app, drafting)

    return route


def _stored(folder: Path) -> Any:
    with services_in(folder).store as store:
        owner = store.owner(KEY)
        (summary,) = store.list(owner)
        return store.load(owner, summary.id)


async def _choose_stay(pilot: Pilot[Any], expiry: str) -> None:
    await until(pilot, QuestionPage)
    await pilot.press("space")
    await until(pilot, PickerScreen)
    await pilot.press(*"1year", "enter")
    await until(pilot, QuestionPage)
    pilot.app.screen.query_one(f"#{editor_id(EXPIRY)}").focus()
    await pilot.press(*expiry, "f10")
    await until(pilot, EligibilityScreen)


# --- choosing ---------------------------------------------------------------------------------------------------------


async def test_choosing_leads_to_what_is_needed(tmp_path: Path) -> None:
    app = _app(services_in(tmp_path), choose)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, ProcedureScreen)
        await pilot.press("1")
        await until(pilot, StatusScreen)
        await pilot.press(*"gijinkoku", "enter")
        await _choose_stay(pilot, "31 jan 2027")
        assert "68 days" in _text(app)
        await pilot.press("1")
        await until(pilot, NeedsScreen)
        assert "part 1 N" in _text(app)
        await pilot.press("1")
        await app.finished()
    (chosen,) = app.results
    assert chosen[:2] == ("extension", "gijinkoku")
    assert (chosen.answers[EXPIRY], chosen.answers[PERIOD]) == ("2027-01-31", "0100000")


def _text(app: KioskApp) -> str:
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())  # pyright: ignore[reportPrivateUsage]  # what is on the screen


async def test_back_leads_step_by_step_out_and_forgets_nothing(tmp_path: Path) -> None:
    app = _app(services_in(tmp_path), choose)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, ProcedureScreen)
        await pilot.press("1")
        await until(pilot, StatusScreen)
        await pilot.press(*"gijinkoku", "enter")
        await _choose_stay(pilot, "2027-01-31")
        await pilot.press("escape")
        await until(pilot, QuestionPage)
        assert "31 January 2027" in _text(app)
        for screen in (StatusScreen, ProcedureScreen):
            await pilot.press("escape")
            await until(pilot, screen)
        await pilot.press("escape")
        await app.finished()
    assert app.results == [None]


async def test_a_status_never_filed_online_is_explained(tmp_path: Path) -> None:
    app = _app(services_in(tmp_path), choose)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, ProcedureScreen)
        await pilot.press("1")
        await until(pilot, StatusScreen)
        await pilot.press(*"diplomat", "enter")
        await until(pilot, MessageScreen)
        assert "0570-013904" in _text(app)
        await pilot.press("1")
        await until(pilot, StatusScreen)
        app.exit()


@pytest.mark.parametrize(
    ("expiry", "words"),
    [("2026-11-01", "Your stay ended"), ("2027-09-30", "You can apply from"), ("2026-11-25", "right away")],
)
async def test_the_days_are_told(tmp_path: Path, expiry: str, words: str) -> None:
    app = _app(services_in(tmp_path), choose)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, ProcedureScreen)
        await pilot.press("1")
        await until(pilot, StatusScreen)
        await pilot.press(*"gijinkoku", "enter")
        await _choose_stay(pilot, expiry)
        assert words in _text(app)
        if expiry == "2026-11-01":
            await pilot.press("1")  # the one thing left is to choose something else
            await until(pilot, ProcedureScreen)
        app.exit()


# --- answering --------------------------------------------------------------------------------------------------------


async def test_every_key_is_durable_and_the_person_comes_back_to_the_same_page(tmp_path: Path) -> None:
    services = services_in(tmp_path)
    app = _app(services, _work)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, TaskListScreen)
        await pilot.press("2")
        await until(pilot, QuestionPage)
        app.screen.query_one(f"#{editor_id(OCCUPATION)}").focus()
        await pilot.press(*"cook")
        await pilot.pause()
    # The program ended in the middle of a page.
    stored = _stored(tmp_path)
    assert stored.answers[OCCUPATION] == "cook"
    assert stored.answers[EXPIRY] == "2027-01-31"
    assert stored.answers["part1.name"] == "KAKUU MIHON"
    assert stored.header["page"] == "background"
    app = _app(services_in(tmp_path), _again(stored.id))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, QuestionPage)
        assert app.screen.query_one(f"#{editor_id(OCCUPATION)}").value == "cook"  # type: ignore[attr-defined]  # an Input
        await pilot.press("escape")
        await until(pilot, TaskListScreen)
        await pilot.press("escape")
        await app.finished()
    assert app.results == [Nav.BACK]


async def test_saved_is_said_only_when_it_is(tmp_path: Path) -> None:
    app = _app(services_in(tmp_path), _work)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, TaskListScreen)
        assert app.saved_words() == ""
        await pilot.press("2")
        await until(pilot, QuestionPage)
        app.screen.query_one(f"#{editor_id(OCCUPATION)}").focus()
        await pilot.press("x", "f6")
        await app.finished()
        await pilot.pause()
        assert app.saved_words() == "Saved 12:00"
        await pilot.press("f3")
        assert app.saved_words() == "保存 12:00"
    assert app.results == ["stop"]


async def test_pages_are_walked_forth_and_back(tmp_path: Path) -> None:
    app = _app(services_in(tmp_path), _work)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, TaskListScreen)
        await pilot.press("1")
        await until(pilot, QuestionPage)
        assert _title(app) == "The applicant"
        await pilot.press("f10")
        await pilot.pause()
        assert _title(app) == "Nationality and family status"
        await pilot.press("escape")
        await until(pilot, QuestionPage)
        assert _title(app) == "The applicant"
        await pilot.press("escape")
        await until(pilot, TaskListScreen)
        app.exit()


def _title(app: KioskApp) -> str:
    return str(app.screen.query_one("#page-title").render())


async def test_checking_leads_to_a_page_and_back(tmp_path: Path) -> None:
    services = services_in(tmp_path)
    app = _app(services, _prefilled({**PARTLY}))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, TaskListScreen)
        await pilot.press("end", "up", "enter")
        await until(pilot, CheckAnswersScreen)
        await pilot.press("f10")
        await pilot.pause()
        assert app.results == []
        await pilot.press("1")
        await until(pilot, QuestionPage)
        assert _title(app) == "What you ask for"
        await pilot.press("escape")
        await until(pilot, CheckAnswersScreen)
        await pilot.press("escape")
        await until(pilot, TaskListScreen)
        app.exit()


def _prefilled(given: dict[str, Any]) -> Route:
    async def route(app: KioskApp) -> Any:
        drafting = await begin(app, Chosen("extension", "gijinkoku", given))
        assert drafting is not None
        return await answers(app, drafting)

    return route


async def test_sending_an_incomplete_form_shows_what_is_missing(tmp_path: Path) -> None:
    app = _app(services_in(tmp_path), _work)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, TaskListScreen)
        await pilot.press("end", "enter")
        await until(pilot, CheckAnswersScreen)
        app.exit()


async def test_a_complete_form_goes_to_the_receipt_method_and_then_to_sending(tmp_path: Path) -> None:
    complete = valid_answers(form(), context())
    app = _app(services_in(tmp_path), _prefilled(complete))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, TaskListScreen)
        await pilot.press("end", "enter")
        await until(pilot, QuestionPage)
        assert _title(app) == "How the new card comes"
        await pilot.press("1", "f10")
        await until(pilot, TaskListScreen)
        await pilot.press("end", "enter")
        await app.finished()
    assert app.results == ["send"]


# --- when the disk does not do as it should ---------------------------------------------------------------------------


class _Failing:
    """Makes a store's saves fail as long as ``broken``."""

    def __init__(self, services: Services) -> None:
        from kiosk.offline_queue.errors import DiskFull

        self.broken = True
        store = services.store
        save = store.save_encoded

        def saving(owner: Any, draft_id: str, encoded: dict[str, bytes]) -> Any:
            if self.broken:
                raise DiskFull()
            return save(owner, draft_id, encoded)

        store.save_encoded = saving  # type: ignore[method-assign]  # a disk that is full, at the only door


async def test_a_full_disk_is_said_and_saved_later(tmp_path: Path) -> None:
    services = services_in(tmp_path)
    disk = _Failing(services)
    app = _app(services, _work)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, TaskListScreen)
        await pilot.press("2")
        await until(pilot, QuestionPage)
        app.screen.query_one(f"#{editor_id(OCCUPATION)}").focus()
        await pilot.press(*"cook", "f6")
        await until(pilot, ProblemScreen)
        assert app.screen.query_one(KeyBar).query_one("#saved").has_class("-error")
        await pilot.press("2")
        await until(pilot, QuestionPage)
        assert app.screen.query_one("#page-trouble").display
        disk.broken = False
        await pilot.press("f6")
        await app.finished()
    assert app.results == ["stop"]
    assert _stored(tmp_path).answers[OCCUPATION] == "cook"


async def test_a_draft_that_is_gone_is_said(tmp_path: Path) -> None:
    app = _app(services_in(tmp_path), _again("01234567-89ab-7def-8123-456789abcdef"))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, ProblemScreen)
        await pilot.press("2")
        await app.finished()
    assert app.results == [None]


async def test_without_an_owner_nothing_is_made(tmp_path: Path) -> None:
    app = journey_app(lambda app: begin(app, CHOSEN), "en", services_in(tmp_path))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, ProblemScreen)
        assert isinstance(app.screen, ProblemScreen)
        assert KioskError.code in _text(app)
        await pilot.press("escape")
        await app.finished()
    assert app.results == [None]
