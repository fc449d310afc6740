"""A new application in an outage: what the card will say is not asked, and is known as soon as somebody has read it."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from kiosk.deferral import facts_in
from kiosk.screens.checking import sections
from kiosk.screens.drafting import Drafting, TaskState
from kiosk.screens.eligibility import EligibilityScreen, NeedsScreen
from kiosk.screens.journeys.choose import EXPIRY
from kiosk.screens.journeys.filing import new_application
from kiosk.screens.picker import PickerScreen
from kiosk.screens.procedure_choice import ProcedureScreen
from kiosk.screens.question_page import QuestionPage
from kiosk.screens.status_choice import StatusScreen
from kiosk.screens.task_list import TaskListScreen
from kiosk.widgets.fields import FixedField, editor_id
from tests.bad_input.person import lines
from tests.support.answers import INVENTED
from tests.support.cards import issue
from tests.support.outage import ACCOUNT_ID, OutageStation
from tests.support.screens import until

LATER = {"part1.name", "part1.date_of_birth", "part1.sex"}
WORDS = "From your card, when you sign."


@pytest.fixture
def station(tmp_path: Path) -> Generator[OutageStation]:
    made = OutageStation(tmp_path, issue())
    yield made
    made.services.close()


async def begins(pilot: Pilot[Any], station: OutageStation) -> None:
    """From the choice of a procedure to the list of tasks."""
    await until(pilot, ProcedureScreen)
    await pilot.press("1")
    await until(pilot, StatusScreen)
    await pilot.press(*"gijinkoku", "enter")
    await until(pilot, QuestionPage)
    await pilot.press("space")
    await until(pilot, PickerScreen)
    await pilot.press(*"1year", "enter")
    await until(pilot, QuestionPage)
    pilot.app.screen.query_one(f"#{editor_id(EXPIRY)}").focus()
    expires = station.services.clock() + timedelta(days=40)
    await pilot.press(*f"{expires:%Y-%m-%d}", "f10")
    for screen in (EligibilityScreen, NeedsScreen):
        await until(pilot, screen)
        await pilot.press("1")
    await until(pilot, TaskListScreen)


async def test_a_new_application_is_begun_without_the_portal(station: OutageStation) -> None:
    app = station.app(new_application)
    async with app.run_test() as pilot:
        await begins(pilot, station)
        await pilot.press("1")
        await until(pilot, QuestionPage)
        assert len(app.screen.query(FixedField)) == len(LATER)
        assert lines(app).count(WORDS) == len(LATER)
        await pilot.press("f10")  # nothing is missing on this page
        await until(pilot, QuestionPage)
        assert not app.screen.query("#error-summary")
        await pilot.press("f6")
        await app.finished()
    (draft,) = station.services.store.list(station.owner())
    assert draft.header["person"] is None


def opened(station: OutageStation, draft_id: str = "") -> Drafting:
    """Open a draft, a whole one where none is named."""
    store, owner = station.services.store, station.owner()
    stored = store.load(owner, draft_id or station.whole_draft(owner, None, {}))
    return Drafting(store, owner, stored, _Nothing(), station.services.clock)


def test_what_the_card_will_say_stands_in_nobodys_way(station: OutageStation) -> None:
    drafting = opened(station)
    assert drafting.problems() == []
    first = next(task for task in drafting.tasks() if task.page.id == drafting.form.page_of["part1.name"].id)
    assert first.state is TaskState.DONE
    rows = [row for part in sections(drafting, "en") for row in part.rows]
    assert sum(row.value == WORDS and not row.place for row in rows) == 6


def test_a_person_who_is_known_stays_known(station: OutageStation) -> None:
    drafting = opened(station)
    drafting.know(replace(INVENTED, name="KAKUU MIHON"), ACCOUNT_ID)
    assert drafting.answers["part1.name"] == "KAKUU MIHON"
    again = opened(station, drafting.draft_id)
    assert again.authentication_id == ACCOUNT_ID
    assert again.answers["part1.name"] == "KAKUU MIHON"


def test_what_the_portal_did_not_say_the_person_still_answers(station: OutageStation) -> None:
    drafting = opened(station)
    drafting.put("part1.nationality_region", "")
    assert [issue.field for issue in drafting.problems()] == ["part1.nationality_region"]


class _Nothing:
    """Saves nothing."""

    def put(self, draft_id: str, field: str, value: Any) -> None:
        """Take it."""

    def flush(self, timeout: float) -> bool:
        """Be done."""
        return True

    def close(self, timeout: float) -> bool:
        """Be done."""
        return True


def test_what_a_certificate_says_is_what_the_form_takes() -> None:
    from kiosk.card.certificates import Attributes

    facts = facts_in(Attributes("KAKUU MIHON", "1990-01-02", None, "2", "東京都千代田区架空町", (3,), ()))
    assert (facts.name, facts.birth_date, facts.sex) == ("KAKUU MIHON", "1990-01-02", "2")
    assert (facts.name_substituted, facts.address_substituted) == (True, False)
    assert facts.residence_card_number == ""
