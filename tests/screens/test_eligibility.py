"""The screen of the decision: what may be gone on with, and what not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kiosk.filing.deadlines import Ending
from kiosk.filing.eligibility import decide
from kiosk.filing.facts import Facts
from kiosk.screens.eligibility import GO_ON, EligibilityScreen
from kiosk.screens.send_review import SendReviewScreen
from kiosk.widgets.choices import ChoiceList
from tests.snapshots.test_sending import OUT
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


async def test_what_ends_with_the_stay_is_told_with_where_to_go() -> None:
    decision = decide("applicant", "extension", "gijinkoku", Facts(TODAY, age=36))
    endings = [
        Ending("my_number_card", date(2027, 1, 31), soon=False),
        Ending("passport", date(2026, 12, 1), soon=True),
    ]
    app = screen_app(EligibilityScreen(decision, None, None, None, endings), "en")
    async with app.run_test(size=(80, 36)) as pilot:
        await until(pilot, EligibilityScreen)
        assert "My Number card is valid until 31 January 2027. It is not prolonged with the stay" in shown(pilot)
        assert "at your town hall" in shown(pilot)
        assert "! Your passport is valid until 1 December 2026." in shown(pilot)


async def test_why_the_post_may_not_be_possible_is_said_before_filing() -> None:
    app = screen_app(SendReviewScreen(replace(OUT, doubts=("reentry_sticker",))), "en")
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, SendReviewScreen)
        said = " ".join(shown(pilot).split())
        assert "By post ! A re-entry permit goes into the passport" in said
