"""What people type or paste: each has its own words, and what is kept in the encrypted store is what was meant."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rich.cells import cell_len
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from kiosk.app import KioskApp
from kiosk.card.certificates import parse
from kiosk.clock import japan_date, utc_now
from kiosk.forms.check import check, errors
from kiosk.forms.load import load_form
from kiosk.screens.drafting import Drafting
from kiosk.screens.journeys.answers import answers
from kiosk.screens.journeys.send import send
from kiosk.screens.journeys.sign_in import sign_in
from kiosk.screens.question_page import QuestionPage
from kiosk.screens.reception import ReceptionScreen
from kiosk.screens.send_review import SendReviewScreen
from kiosk.widgets.fields import editor_id
from tests.bad_input.parts import Desk
from tests.bad_input.person import give_pin, now_reads, reads, still_reads
from tests.support import filing
from tests.support.answers import valid_answers
from tests.support.screens import ScreenApp, until

OCCUPATION, TOWN, REASON = "part1.occupation", "part1.home_town_city", "part1.reason_for_extension"
CARD, EXPIRY, PHONE = "part1.residence_card_number", "part1.current_period_expiration_date", "part1.mobile_phone"
PAGES = {OCCUPATION: "background", TOWN: "background", REASON: "request", CARD: "stay", EXPIRY: "stay", PHONE: "home"}
STACK = "a" + "\u0301" * 200
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"


class Answering:
    """One page of a real draft, with what is stored of it."""

    def __init__(self, desk: Desk, field: str) -> None:
        self._desk, self._field = desk, field
        self._drafting: Drafting | None = None
        fixed = {"part1.has_residence_card": "1", field: "" if field in {OCCUPATION, TOWN, REASON} else None}
        changes = {name: value for name, value in fixed.items() if value is not None}
        self.app: ScreenApp = desk.with_draft(self._route, desk.station(), **changes)

    async def _route(self, app: KioskApp, drafting: Drafting) -> Any:
        self._drafting = drafting
        drafting.at(PAGES[self._field])
        return await answers(app, drafting)

    @property
    def editor(self) -> Input | TextArea:
        """The box of the field."""
        found = self.app.screen.query_one(f"#{editor_id(self._field)}")
        assert isinstance(found, (Input, TextArea))
        return found

    async def paste(self, pilot: Pilot[Any], text: str) -> None:
        """Empty the box and paste."""
        await until(pilot, QuestionPage)
        self.editor.focus()
        self.editor.clear()
        await pilot.pause()
        self.editor.post_message(events.Paste(text))
        await pilot.pause()

    def stored(self) -> object:
        """Return what another program reads of the field."""
        drafting, owner = self._drafting, self.app.visit.owner
        assert drafting is not None
        assert owner is not None
        assert drafting.flush(30)
        return self._desk.station().store.load(owner, drafting.draft_id).answers.get(self._field, "")


@dataclass(frozen=True)
class Case:
    """What is pasted where; ``key`` is what is said (when the box is left, or on Continue where ``refused``)."""

    field: str
    text: str
    stored: str
    key: str = ""
    refused: bool = False
    params: tuple[tuple[str, str | int], ...] = ()


def changed(before: str, after: str) -> tuple[tuple[str, str | int], ...]:
    return (("before", before), ("after", after))


CASES: dict[str, Case] = {
    "terminal sequence": Case(OCCUPATION, "\x1b]52;c;QUFBQQ==\x07x", "", "issue.control_characters"),
    "terminal sequence of C1": Case(REASON, "\x9b31mx", "", "issue.control_characters"),
    "markup": Case(OCCUPATION, "[red]x[/] [@click=app.end]y[/]", "[red]x[/] [@click=app.end]y[/]"),
    "RTL override": Case(OCCUPATION, "ab\u202ecd\u2066", "abcd", "notice.removed_characters"),
    "combining stack of 200": Case(OCCUPATION, STACK, "\u00e1" + STACK[2:], "issue.accents", True,
                                   (("character", "\u00e1"),)),
    "ZWJ sequence": Case(TOWN, FAMILY, FAMILY, "issue.unsupported_character", True, (("character", "\U0001f468"),)),
    "full-width digits": Case(PHONE, "０９０－００００－００００", "09000000000", "notice.digits_alone", False,
                              changed("０９０－００００－００００", "09000000000")),
    "a day that does not exist": Case(EXPIRY, "2027-02-30", "2027-02-30", "issue.no_such_date", True),
    "a date of another era": Case(EXPIRY, "令和９年１月３１日", "2027-01-31"),
    "a year alone": Case(EXPIRY, "2027", "2027", "issue.incomplete_date", True),
    "no date at all": Case(EXPIRY, "来年", "来年", "issue.not_a_date", True),
    "10,001 characters": Case(REASON, "x" * 10_001, "x" * 4_000, "issue.too_long", True,
                              (("length", 4_000), ("max", 600))),
    "an Individual Number": Case(REASON, "1234 5678 9018", "", "issue.individual_number"),
    "card number, full width": Case(CARD, "ａｂ１２３４５６７８ＣＤ", "AB12345678CD", "notice.to_capitals", False,
                                    changed("ａｂ１２３４５６７８ＣＤ", "AB12345678CD")),
    "card number with spaces": Case(CARD, "AB 1234 5678 CD", "AB12345678CD", "notice.to_capitals", False,
                                    changed("AB 1234 5678 CD", "AB12345678CD")),
    "card number with a digit for a letter": Case(CARD, "A112345678CD", "A112345678CD",
                                                  "issue.residence_card_number", True),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
async def test_what_is_said_and_what_is_kept(name: str, member: Desk) -> None:
    case = CASES[name]
    page = Answering(member, case.field)
    async with page.app.run_test(size=(80, 24)) as pilot:
        await page.paste(pilot, case.text)
        await pilot.press("f10" if case.refused else "tab")
        await pilot.pause()
        if case.key.startswith("issue."):
            await still_reads(pilot, case.key, **dict(case.params))
        elif case.key:
            # What was changed of an answer is said once: for the other language it is pasted again.
            await now_reads(pilot, case.key, **dict(case.params))
            await pilot.press("f3")
            await page.paste(pilot, case.text)
            await pilot.press("tab")
            await now_reads(pilot, case.key, **dict(case.params))
        assert page.stored() == case.stored
        assert isinstance(pilot.app.screen, QuestionPage)
        # No row of the screen is longer than the terminal, and nothing on it can steer one.
        for strip in pilot.app.screen._compositor.render_strips():  # pyright: ignore[reportPrivateUsage]  # what is drawn
            assert strip.cell_length == 80 == cell_len(strip.text)
            assert not [char for char in strip.text if char < " " or "\x7f" <= char < "\xa0"]


@pytest.mark.parametrize(("minute", "said"), [(59, []), (60, ["stay_expired"])])
def test_a_stay_ends_with_its_last_day_in_japan_and_that_is_a_warning(minute: int, said: list[str]) -> None:
    now = datetime(2026, 11, 24, 14, 0, tzinfo=UTC) + timedelta(minutes=minute)  # 23:59 in Japan, then midnight
    asked = load_form("extension", "gijinkoku")
    context = replace(filing.context(), today=japan_date(now))
    given = {**valid_answers(asked, context), EXPIRY: "2026-11-24"}
    found = [issue for issue in check(asked, given, context) if issue.field == EXPIRY]
    assert [issue.code for issue in found] == said
    assert errors(found) == []


async def test_with_a_clock_a_day_ahead_it_is_filed_all_the_same(member: Desk) -> None:
    """The portal goes by its own clock."""
    program = member.station()
    program.clock = lambda: utc_now() + timedelta(days=1)
    app = member.with_draft(send, program)
    async with app.run_test() as pilot:
        await until(pilot, SendReviewScreen)
        await pilot.press("f10")
        await until(pilot, ReceptionScreen)


async def test_with_a_clock_a_day_behind_the_words_lead_to_the_clock(member: Desk) -> None:
    program = member.station()
    program.clock = lambda: utc_now() - timedelta(days=1)
    app = member.app(sign_in, program)
    async with app.run_test() as pilot:
        await give_pin(pilot)
        key = "error.certificate_not_yet_valid_authentication"
        certificate = parse(member.content.keys["authentication"].certificate)
        await reads(pilot, key, f"{key}.next", not_before=japan_date(certificate.not_before).isoformat())
        assert "date and time of this machine" in app.t(f"{key}.next")
