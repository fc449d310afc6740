"""Pictures of the way in: welcome, menu, preparation, card, secrets, registration, sign-in, home, account, help."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from textual.pilot import Pilot

from kiosk.card.profile import KeyUse
from kiosk.portal.watch import PortalState, Window
from kiosk.screens.card_prompt import CardPromptScreen
from kiosk.screens.menu import MenuScreen
from kiosk.screens.registration_details import RegistrationDetailsScreen
from tests.support.entry import SCREENS, asking, secret
from tests.support.screens import LANGUAGES, NOON, SIZES, ScreenApp, screen_app

Compare = Callable[..., bool]

pytestmark = pytest.mark.parametrize("language", LANGUAGES)
at_every_size = pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")


async def _settle(pilot: Pilot[Any]) -> None:
    screen = pilot.app.screen
    if isinstance(screen, CardPromptScreen):
        looks = [worker for worker in pilot.app.workers if worker.node is screen]
        if looks:
            await pilot.app.workers.wait_for_complete(looks)
    await pilot.pause()


@at_every_size
@pytest.mark.parametrize("name", SCREENS)
def test_screen(name: str, size: tuple[int, int], language: str, snap_compare: Compare) -> None:
    assert snap_compare(screen_app(SCREENS[name](), language), terminal_size=size, run_before=_settle)


STATES = {
    "maintenance": PortalState("maintenance", until=NOON + timedelta(hours=2)),
    "announced": PortalState("open", windows=(Window(NOON + timedelta(hours=8), NOON + timedelta(hours=11)),)),
    "unreachable": PortalState("unreachable"),
}


@pytest.mark.parametrize("state", STATES)
def test_menu_says_how_the_portal_is(state: str, language: str, snap_compare: Compare) -> None:
    app = screen_app(MenuScreen(), language)
    app.portal_state = STATES[state]
    assert snap_compare(app)


def _typing(*keys: str) -> Callable[[Pilot[Any]], Any]:
    async def typed(pilot: Pilot[Any]) -> None:
        await pilot.press(*keys)
        await pilot.pause()

    return typed


def _registration(**answers: str) -> Callable[[str], ScreenApp]:
    return lambda language: screen_app(RegistrationDetailsScreen(asking(**answers)), language)


def test_details_that_are_wrong(language: str, snap_compare: Compare) -> None:
    app = _registration(email_again="kaku@example.com", residence_card_number="XX1", nationality="")(language)
    assert snap_compare(app, run_before=_typing("f10"))


def test_a_pin_half_typed(language: str, snap_compare: Compare) -> None:
    assert snap_compare(screen_app(secret(KeyUse.AUTHENTICATION, 3), language), run_before=_typing("1", "2"))


def test_a_password_says_nothing_of_its_length(language: str, snap_compare: Compare) -> None:
    keys = ("a", "b", "1", "f10")
    assert snap_compare(screen_app(secret(KeyUse.SIGNING, 5), language), run_before=_typing(*keys))


def test_the_keyboard_on_the_screen(language: str, snap_compare: Compare) -> None:
    assert snap_compare(screen_app(secret(KeyUse.AUTHENTICATION, 3), language), run_before=_typing("f4"))
