"""Every state and every reason has its words, its sign, its colour and its next step, in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from kiosk.i18n import translator
from kiosk.offline_queue.outbox_model import OPEN, REFUSED, ItemSummary, Reason, State
from kiosk.reports.slip import Slip
from kiosk.screens.application_list import ApplicationListScreen, ListRow
from kiosk.screens.outbox_item import SEND, OutboxItemScreen
from kiosk.screens.outbox_list import OutboxListScreen
from kiosk.screens.outbox_words import PREFIX, RESENT, SIGNS, is_late, may_send, reason_keys, sign_style
from kiosk.screens.slip import SlipScreen
from kiosk.screens.themes import THEMES
from kiosk.widgets.choices import ChoiceList
from tests.bad_input.person import lines
from tests.support.screens import LANGUAGES, NOON, screen_app

ITEM = ItemSummary(
    id="019a9b1c-0000-7000-8000-000000000001",
    kind="application",
    state="waiting",
    created=NOON,
    changed=NOON,
    not_before=NOON,
    not_after=NOON + timedelta(hours=72),
    attempts=0,
    reason="",
)
HALF = NOON + timedelta(hours=36)


def item(state: State, reason: str = "", **changes: Any) -> ItemSummary:
    """Return an item in a state."""
    return replace(ITEM, state=state.value, reason=reason, **changes)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", State)
def test_every_state_has_words_sign_colour_and_next_step(state: State, language: str) -> None:
    t = translator(language)
    keys = (f"outbox.lead.{state}", f"queue.state.{state}", f"queue.state.{state}.step", f"queue.state.{state}.next")
    for key in keys:
        assert t(key).strip(), key
    assert len({SIGNS[other] for other in State}) == len(State)
    colours = {"success", "warning", "error"} | set(THEMES[0].variables)
    assert sign_style(SIGNS[state]).removeprefix("$") in colours


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", [reason for reason in Reason if reason])
def test_every_reason_says_why_and_what_to_do_in_sentences(reason: Reason, language: str) -> None:
    t = translator(language)
    for key in (f"queue.reason.{reason}", f"queue.reason.{reason}.next"):
        assert t(key).endswith((".", "。"))
        assert "_" not in t(key)


def test_what_kept_it_before_is_not_said_while_it_is_sent() -> None:
    assert reason_keys(item(State.SENDING, "unreachable")) == ("queue.state.sending.next",)


def test_in_doubt_it_is_said_that_it_cannot_be_received_twice() -> None:
    said = reason_keys(item(State.UNCERTAIN, "unreachable"))
    assert said == ("queue.reason.unreachable", "queue.state.uncertain.next")


@pytest.mark.parametrize("state", REFUSED)
@pytest.mark.parametrize("reason", Reason)
def test_sending_again_is_offered_to_a_person_only_where_it_may_help(reason: Reason, state: State) -> None:
    assert may_send(item(state, reason), staff=False) == (reason in RESENT)
    assert may_send(item(state, reason), staff=True)


@pytest.mark.parametrize("state", State)
def test_half_of_the_time_counts_while_it_is_open(state: State) -> None:
    assert not is_late(item(state), HALF - timedelta(seconds=1))
    assert is_late(item(state), HALF) == (state in OPEN)
    assert not is_late(item(state, not_after=None), HALF)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("hours", "said"), [(35.9, ""), (36, "half"), (71, "half"), (73, "over")])
async def test_the_page_of_an_item_warns_at_half_time(hours: float, said: str, language: str) -> None:
    app = screen_app(OutboxItemScreen(ITEM, NOON + timedelta(hours=hours)), language)
    async with app.run_test():
        shown = [str(line.render()) for line in app.screen.query("#late")]
        until = {"ja": "2026年11月27日 12:00", "en": "27 November 2026 12:00"}[language]
        assert shown == ([f"! {app.t(f'outbox.late.{said}', until=until)}"] if said else [])


async def test_what_is_over_is_not_said_to_be_sent() -> None:
    app = screen_app(OutboxItemScreen(item(State.WAITING, "unreachable"), NOON + timedelta(hours=73)), "en")
    async with app.run_test():
        assert app.t("queue.reason.unreachable.next") not in lines(app)
        assert [choice.id for choice in app.screen.query_one(ChoiceList).choices] == ["new", "cancel", "again"]


@pytest.mark.parametrize("state", [State.SENDING, State.UNCERTAIN])
async def test_what_the_portal_may_have_is_not_said_to_be_over(state: State) -> None:
    app = screen_app(OutboxItemScreen(item(state, "unreachable"), NOON + timedelta(hours=73)), "en")
    async with app.run_test():
        assert not app.screen.query("#late")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_lists_warn_at_half_time(language: str) -> None:
    until = ITEM.not_after
    row = ListRow(PREFIX + ITEM.id, None, "waiting", NOON, until=until)
    for screen in (ApplicationListScreen((row,)), OutboxListScreen((ITEM,), (), HALF)):
        app = screen_app(screen, language)
        async with app.run_test():
            hint = app.screen.query_one(ChoiceList).choices[0].hint
            assert "! " in hint
            assert "27" in hint


async def test_the_sign_of_a_row_has_its_colour_and_is_drawn_before_the_words() -> None:
    app = screen_app(OutboxListScreen((item(State.NEEDS_USER, "late"),), (), NOON), "en")
    async with app.run_test():
        rows = app.screen.query_one(ChoiceList)
        prompt = rows.options[0].prompt
        assert str(prompt).startswith("1  ! Needs you")
        assert any(span.style == "$warning" for span in prompt.spans)  # type: ignore[union-attr] - a Content


@pytest.mark.parametrize("state", OPEN)
async def test_the_slip_says_where_it_stands_and_how_to_take_it_back(state: State) -> None:
    slip = Slip(ITEM.id, {}, NOON, NOON + timedelta(hours=72), "station", state.value)
    app = screen_app(SlipScreen(slip), "en")
    async with app.run_test(size=(120, 60)):
        said = "\n".join(lines(app))
        assert app.t("slip.no_reception") in said
        assert (app.t("slip.cancel") in said) == (state is State.WAITING)
        assert (app.t("slip.left") in said) == (state is not State.WAITING)
        assert ("Not yet received" in said or "not yet received" in said) == (state is not State.UNCERTAIN)


async def test_an_item_on_its_way_has_no_next_attempt() -> None:
    later = NOON + timedelta(hours=9)
    app = screen_app(OutboxItemScreen(item(State.SENDING, "busy", not_before=later, attempts=1), NOON), "en")
    async with app.run_test(size=(120, 40)):
        said = lines(app)
        assert app.t("outbox.fact.attempt") not in said
        assert app.t("queue.reason.busy") not in said
        assert SEND not in [choice.id for choice in app.screen.query_one(ChoiceList).choices]
