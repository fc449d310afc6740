"""The screen of the decision: what may be gone on with, and what not."""

from __future__ import annotations

from datetime import date

import pytest

from kiosk.filing.eligibility import decide
from kiosk.filing.facts import Facts
from kiosk.screens.eligibility import GO_ON, EligibilityScreen
from kiosk.widgets.choices import ChoiceList
from tests.support.journeys import shown
from tests.support.screens import screen_app, until

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("facts", "choices"),
    [
        (Facts(TODAY, age=10), [GO_ON, "back"]),
        (Facts(TODAY, age=20), ["back", GO_ON]),
        (Facts(TODAY, age=20, unable_to_file=False), ["back"]),
    ],
    ids=["allowed", "ask", "refused"],
)
async def test_what_has_to_be_asked_can_be_filed_after_asking(facts: Facts, choices: list[str]) -> None:
    decision = decide("relative", "extension", "gijinkoku", facts)
    ask = choices == ["back", GO_ON]
    app = screen_app(EligibilityScreen(decision, None), "en")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, EligibilityScreen)
        listed = pilot.app.screen.query_one(ChoiceList)
        assert [choice.id for choice in listed.choices] == choices
        assert ("I have asked the office" in shown(pilot)) is ask
        await pilot.press("2" if ask else "1")
        await app.finished()
    assert app.results == [GO_ON if len(choices) == 2 else "back"]
