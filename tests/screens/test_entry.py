"""The screens of the way in: digits, mouse, back, errors, and a change of language that loses nothing."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from kiosk.app import PortalChanged, ReaderNews
from kiosk.card.monitor import CardPresent
from kiosk.card.profile import KeyUse
from kiosk.portal.watch import PortalState
from kiosk.screens.base import Nav
from kiosk.screens.card_prompt import CardPromptScreen, Readers
from kiosk.screens.help import PAGES, HelpScreen, page_of
from kiosk.screens.home import HomeScreen, OnStation
from kiosk.screens.log_in import FORGOT_ID, FORGOT_PASSWORD, LogInEntry, LogInScreen, plain_id
from kiosk.screens.mail_sent import MailSentScreen
from kiosk.screens.menu import CHOICES, MenuScreen
from kiosk.screens.password_reset import PasswordResetScreen, ResetEntry
from kiosk.screens.registration_details import NATIONALITY, RegistrationDetailsScreen
from kiosk.screens.registration_person import RegistrationPersonScreen, birth_words
from kiosk.screens.secret_entry import SecretEntryScreen
from kiosk.screens.terms import TermsScreen
from kiosk.screens.user_kinds import UserKindsScreen
from kiosk.screens.welcome import WelcomeScreen
from kiosk.widgets.fields import editor_id
from kiosk.widgets.secret import SecretField
from kiosk.widgets.text import Line
from tests.support.entry import PERSON, SCREENS, asking, prompt, receipt, secret, terms
from tests.support.screens import LANGUAGES, ScreenApp, screen_app, seen, until

SIZE = (80, 24)


def words(pilot: Pilot[Any], selector: str) -> str:
    """Return what a line of the present screen says."""
    return str(pilot.app.screen.query_one(selector, Line).render())


async def outcome(app: ScreenApp, *keys: str) -> Any:
    """Press keys on the one screen and return what it ends with."""
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press(*keys)
        await app.finished()
    return app.results[0]


# --- welcome and menu -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("digit", "language"), [("1", "ja"), ("2", "en")])
async def test_a_digit_chooses_the_language(digit: str, language: str) -> None:
    assert await outcome(screen_app(WelcomeScreen(LANGUAGES)), digit) == language


async def test_the_mouse_chooses_the_language() -> None:
    app = screen_app(WelcomeScreen(LANGUAGES))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.click("ChoiceList", offset=(4, 2))
        await app.finished()
    assert app.results == ["en"]


async def test_nobody_goes_back_behind_the_welcome() -> None:
    app = screen_app(WelcomeScreen(LANGUAGES))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, WelcomeScreen)


@pytest.mark.parametrize("place", range(len(CHOICES)))
async def test_the_menu_answers_to_digits(place: int) -> None:
    assert await outcome(screen_app(MenuScreen()), str(place + 1)) == CHOICES[place]


async def test_the_menu_says_when_the_portal_goes_away() -> None:
    app = screen_app(MenuScreen(), "en")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert not app.screen.query_one("#notice").display
        app.post_message(PortalChanged(PortalState("unreachable")))
        await pilot.pause()
        assert "does not answer" in words(pilot, "#notice")
        await pilot.press("f3")
        await pilot.pause()
        assert "つながりません" in words(pilot, "#notice")


async def test_every_kind_of_user_can_be_chosen() -> None:
    from kiosk.filing.catalogue import user_kinds

    for digit, kind in enumerate(user_kinds(), 1):
        assert await outcome(screen_app(UserKindsScreen(user_kinds())), str(digit)) == kind.id
    assert len(user_kinds()) == 7


# --- card and secrets -------------------------------------------------------------------------------------------------


async def test_a_card_that_lies_there_is_taken_at_once() -> None:
    assert await outcome(screen_app(prompt("card", "Reader 0"))) == "Reader 0"


async def test_a_card_that_comes_is_taken() -> None:
    states = [Readers("no_card"), Readers("card", ("Reader 0",))]
    app = screen_app(CardPromptScreen(lambda: states.pop(0) if len(states) > 1 else states[0]))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        app.post_message(ReaderNews(CardPresent("Reader 0")))
        await app.finished()
    assert app.results == ["Reader 0"]


async def test_a_card_that_comes_while_help_lies_above_waits_for_the_help_to_be_closed() -> None:
    states, looks = [Readers("no_card")], [0]

    def look() -> Readers:
        looks[0] += 1
        return states[0]

    below = CardPromptScreen(look)
    app = screen_app(below)
    async with app.run_test(size=SIZE) as pilot:
        await seen(pilot, lambda: bool(below.query("#lead")))
        await pilot.press("f1")
        await until(pilot, HelpScreen)
        states[0], before = Readers("card", ("Reader 0",)), looks[0]
        app.post_message(ReaderNews(CardPresent("Reader 0")))
        await seen(pilot, lambda: looks[0] > before)
        await seen(pilot, lambda: all(worker.is_finished for worker in app.workers if worker.node is below))
        await pilot.pause()
        assert isinstance(app.screen, HelpScreen)
        assert app.results == []
        await pilot.press("escape")
        await app.finished()
    assert app.results == ["Reader 0"]


async def test_one_of_several_cards_is_chosen() -> None:
    app = screen_app(prompt("card", "Reader 0", "Reader 1"))
    async with app.run_test(size=SIZE) as pilot:
        while not app.screen.query("ChoiceList"):
            await pilot.pause()
        await pilot.press("2")
        await app.finished()
    assert app.results == ["Reader 1"]


async def test_back_from_the_card() -> None:
    assert await outcome(screen_app(prompt("no_card")), "escape") is Nav.BACK


async def test_a_pin_is_handed_over_as_bytes() -> None:
    taken = await outcome(screen_app(secret(KeyUse.AUTHENTICATION, 3)), *"1234", "enter")
    assert taken == bytearray(b"1234")


async def test_small_letters_of_the_signing_password_become_capital() -> None:
    taken = await outcome(screen_app(secret(KeyUse.SIGNING, 5)), *"mihon1", "f10")
    assert taken == bytearray(b"MIHON1")


@pytest.mark.parametrize(("use", "keys"), [(KeyUse.AUTHENTICATION, "12a4"), (KeyUse.AUTHENTICATION, "123"),
                                           (KeyUse.SIGNING, "abc12"), (KeyUse.SIGNING, "abc-123")])  # fmt: skip
async def test_what_cannot_be_right_costs_no_try(use: KeyUse, keys: str) -> None:
    app = screen_app(secret(use, 3), "en")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press(*keys, "f10")
        await pilot.pause()
        assert "No try was used up" in words(pilot, "#error")
        field = app.screen.query_one("#secret", SecretField)
        assert field.empty
        assert field.has_focus
    assert not app.results


async def test_with_two_tries_left_it_is_typed_twice() -> None:
    app = screen_app(secret(KeyUse.AUTHENTICATION, 2), "en")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press(*"1234", "enter", *"1235", "enter")
        await pilot.pause()
        assert "not the same" in words(pilot, "#error")
        await pilot.press(*"1234", "enter", *"1234", "enter")
        await app.finished()
    assert app.results == [bytearray(b"1234")]


async def test_a_change_of_language_keeps_a_secret_half_typed() -> None:
    app = screen_app(secret(KeyUse.AUTHENTICATION, 3))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("1", "2", "f3")
        await pilot.pause()
        assert "3 tries left" in words(pilot, "#tries")
        await pilot.press("3", "4", "enter")
        await app.finished()
    assert app.results == [bytearray(b"1234")]


async def test_a_pin_by_mouse_alone() -> None:
    app = screen_app(secret(KeyUse.AUTHENTICATION, 3))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("f4")
        await pilot.pause()
        caps = list(app.screen.query(".cap"))
        for place in (0, 1, 2, 3):
            await pilot.click(caps[place])
        await pilot.click("#continue")
        await app.finished()
    assert app.results == [bytearray(b"1234")]


async def test_tries_are_said_before_anything_is_typed() -> None:
    for tries, said in ((3, "3 tries left"), (1, "! 1 try left"), (None, "does not say")):
        app = screen_app(secret(KeyUse.AUTHENTICATION, tries), "en")
        async with app.run_test(size=SIZE) as pilot:
            await pilot.pause()
            assert said in words(pilot, "#tries")
            assert isinstance(app.screen, SecretEntryScreen)


# --- registration -----------------------------------------------------------------------------------------------------


async def test_details_that_are_right_go_on() -> None:
    assert await outcome(screen_app(RegistrationDetailsScreen(asking())), "f10") == "next"


async def test_e_mails_that_differ_are_refused() -> None:
    page = asking(email_again="kaku@example.com")
    app = screen_app(RegistrationDetailsScreen(page), "en")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("f10")
        await pilot.pause()
        assert app.screen.query("#error-summary")
    assert [issue.code for issue in page.issues()] == ["email_differs"]
    assert not app.results


async def test_the_nationality_is_found_by_typing() -> None:
    page = asking(nationality="")
    app = screen_app(RegistrationDetailsScreen(page), "en")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        app.screen.query_one(f"#{editor_id(NATIONALITY)}").focus()
        await pilot.press("n", "e", "p", "a", "l", "enter")
        await pilot.pause()
    assert page.registered()[0][1]["en"] == "Nepal"


async def test_terms_are_agreed_to_or_read_in_japanese() -> None:
    assert await outcome(screen_app(TermsScreen(terms())), "f10") == "agree"
    assert await outcome(screen_app(TermsScreen(terms())), "tab", "enter") == "japanese"
    assert await outcome(screen_app(TermsScreen(terms())), "tab", "tab", "enter") is Nav.BACK


async def test_the_terms_scroll_by_page() -> None:
    app = screen_app(TermsScreen(terms()))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        body = app.screen.query_one("#body")
        assert body.scroll_offset.y == 0
        await pilot.press("pagedown")
        await pilot.pause()
        assert body.scroll_offset.y > 10
        await pilot.press("pageup")
        await pilot.pause()
        assert body.scroll_offset.y == 0


async def test_what_the_card_says_is_sent_only_when_wanted() -> None:
    assert await outcome(screen_app(RegistrationPersonScreen(PERSON)), "enter") == "send"
    assert await outcome(screen_app(RegistrationPersonScreen(PERSON)), "tab", "enter") is Nav.BACK


@pytest.mark.parametrize(
    ("text", "shown"), [("1990-01-02", "1990-01-02"), ("1990-00-00", "1990-??-??"), ("0000-00-00", "????-??-??"),
                        ("0000-02-29", "????-02-29")]
)  # fmt: skip
def test_unknown_parts_of_a_birth_date_are_shown_as_unknown(text: str, shown: str) -> None:
    from kiosk.i18n import translator

    assert birth_words(text, translator("en")).startswith(shown)


async def test_after_the_mail_the_log_in() -> None:
    assert await outcome(screen_app(MailSentScreen(receipt("created"))), "1") == "log_in"
    assert await outcome(screen_app(MailSentScreen(receipt("rebind"))), "2") == "menu"


# --- log-in -----------------------------------------------------------------------------------------------------------


async def test_id_and_password() -> None:
    answer = await outcome(screen_app(LogInScreen()), *"ab 1", "enter", *"Pass-1?x", "enter")
    assert isinstance(answer, LogInEntry)
    assert (answer.authentication_id, answer.password) == ("ab1", bytearray(b"Pass-1?x"))
    assert "Pass" not in repr(answer)
    assert "ab1" not in repr(answer)


async def test_what_is_missing_is_said() -> None:
    app = screen_app(LogInScreen(), "en")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("f10")
        await pilot.pause()
        assert "authentication ID" in words(pilot, "#error")
        await pilot.press("x", "f10")
        await pilot.pause()
        assert "password" in words(pilot, "#error")
        assert app.screen.query_one("#password").has_focus


async def test_a_refused_log_in_keeps_the_id() -> None:
    answer = await outcome(screen_app(LogInScreen("XX1", failed=True)), *"secret-1", "enter")
    assert answer == LogInEntry("XX1", bytearray(b"secret-1"))


async def test_a_change_of_language_keeps_id_and_password() -> None:
    answer = await outcome(screen_app(LogInScreen()), *"XX1", "enter", *"abc", "f3", *"def", "enter")
    assert answer == LogInEntry("XX1", bytearray(b"abcdef"))


async def test_the_ways_out_of_the_log_in() -> None:
    for name in (FORGOT_PASSWORD, FORGOT_ID):
        app = screen_app(LogInScreen())
        async with app.run_test(size=SIZE) as pilot:
            await pilot.pause()
            await pilot.click(f"#{name}")
            await app.finished()
        assert app.results == [name]


def test_full_width_ids_are_understood() -> None:
    assert plain_id(" ＸＸ０１ 23　") == "XX0123"


async def test_a_reset_wants_id_and_address() -> None:
    app = screen_app(PasswordResetScreen(), "en")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("f10")
        await pilot.pause()
        assert app.screen.query_one(f"#{editor_id('id')}", Input).has_focus
        await pilot.press(*"XX1", "enter", *"a@example.com", "enter")
        await app.finished()
    assert app.results == [ResetEntry("XX1", "a@example.com")]


async def test_home_offline_offers_the_log_in_instead_of_the_account() -> None:
    assert await outcome(screen_app(HomeScreen("", OnStation(), signed_in=False)), "3") == "sign_in"
    assert await outcome(screen_app(HomeScreen("KAKUU MIHON", OnStation(), signed_in=True)), "3") == "account"


# --- help -------------------------------------------------------------------------------------------------------------


async def test_help_turns_pages_and_leads_back() -> None:
    app = screen_app(MenuScreen(), "en")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("down", "f1")
        await pilot.pause()
        assert isinstance(app.screen, HelpScreen)
        assert app.screen.page == "about"
        await pilot.press("7")
        await pilot.pause()
        assert "Question 5" in words(pilot, "#lead")
        await pilot.press("escape", "enter")
        await app.finished()
    assert app.results == ["register"]


def test_every_screen_of_the_way_in_has_its_page() -> None:
    assert len(PAGES) == 9
    for make in SCREENS.values():
        assert page_of(make().help_key) in PAGES
    assert page_of("help.unknown") == "about"
